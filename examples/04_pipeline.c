/*
 * A pipeline of three actors: numbers are made, squared, and added up by a slow one.  A mailbox
 * that holds two messages makes the quick ones wait for it: back-pressure.
 *
 * prints:
 *     sum 2870; at most 7 numbers were under way
 * look at: how those in front wait for room; 7 is two in each mailbox and one in each hand
 */
#include <stdio.h>

#include <troupe.h>

enum { NUMBER = 1, LAST = 20, ROOM = 2 };

static troupe_pid squarer_pid, adder_pid;
static int made, sum, most_under_way;

static int next_number(void)
{
    troupe_msg *msg;
    int rc = troupe_recv(&msg, TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    int number = *(const int *)troupe_msg_data(msg, NULL);
    troupe_msg_free(&msg);
    return number;
}

static int pass_on(troupe_pid to, int number)
{
    return troupe_send_wait(to, NUMBER, &number, sizeof number, TROUPE_FOREVER);
}

static int squarer(void *arg)
{
    (void)arg;
    int rc = 0;
    for (int i = 0; rc >= 0 && i < LAST; i++) {
        rc = next_number();
        if (rc > 0)
            rc = pass_on(adder_pid, rc * rc);
    }
    return rc;
}

static int adder(void *arg)
{
    (void)arg;
    int rc = 0;
    for (int done = 0; rc >= 0 && done < LAST; done++) {
        rc = next_number();
        most_under_way = made - done > most_under_way ? made - done : most_under_way;
        sum += rc;
        if (rc > 0)
            rc = troupe_sleep(TROUPE_US(200)); /* slow */
    }
    return rc;
}

static int amain(void *arg)
{
    (void)arg;
    troupe_scope scope;
    troupe_scope_open(&scope, TROUPE_FOREVER);
    troupe_scope_spawn(&scope, adder, NULL, &adder_pid);
    troupe_scope_spawn(&scope, squarer, NULL, &squarer_pid);
    troupe_mailbox_limit(adder_pid, ROOM, TROUPE_REFUSE);
    troupe_mailbox_limit(squarer_pid, ROOM, TROUPE_REFUSE);
    int rc = 0;
    while (rc == 0 && made < LAST)
        rc = pass_on(squarer_pid, ++made); /* waits while the mailbox is full */
    rc = troupe_scope_join(&scope);
    printf("sum %d; at most %d numbers were under way\n", sum, most_under_way);
    return rc;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
