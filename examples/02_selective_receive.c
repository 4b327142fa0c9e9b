/*
 * The receiver chooses: an alarm is taken first although letters came before it, then the first
 * letter that a function accepts, then the rest in the order in which they came.
 *
 * prints:
 *     alarm 99
 *     the first even letter is 4
 *     letter 1
 *     letter 3
 *     letter 6
 * look at: the depth of the mailbox, and how many messages each receive looked at
 */
#include <errno.h>
#include <stdio.h>

#include <troupe.h>

enum { LETTER = 1, ALARM };

static int number_of(const troupe_msg *msg)
{
    return *(const int *)troupe_msg_data(msg, NULL);
}

static bool is_even(const troupe_msg *msg, void *context)
{
    (void)context;
    return number_of(msg) % 2 == 0;
}

static void print(const char *what, troupe_msg *msg)
{
    printf("%s %d\n", what, number_of(msg));
    troupe_msg_free(&msg);
}

static int postman(void *reader)
{
    const int letters[] = {1, 3, 4, 6};
    for (int i = 0; i < 4; i++) {
        int rc = troupe_send(*(troupe_pid *)reader, LETTER, &letters[i], sizeof letters[i]);
        if (rc < 0)
            return rc;
    }
    return troupe_send(*(troupe_pid *)reader, ALARM, &(int){99}, sizeof(int));
}

static int amain(void *arg)
{
    (void)arg;
    troupe_pid self = troupe_self();
    troupe_msg *msg;
    int rc = troupe_spawn(postman, &self, NULL);
    if (rc == 0)
        rc = troupe_recv_tag(ALARM, &msg, TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    print("alarm", msg);

    rc = troupe_recv_match(is_even, NULL, &msg, TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    print("the first even letter is", msg);

    while ((rc = troupe_recv(&msg, 0)) == 0) /* 0: does not wait */
        print("letter", msg);
    return rc == -ETIMEDOUT ? 0 : rc;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
