/*
 * More messages than the receiver's mailbox holds.
 *
 * prints:
 *     message 65537: limit reached
 */
#include <stdio.h>

#include <troupe.h>

static int amain(void *arg)
{
    (void)arg;
    int sent = 0;
    int rc;
    while ((rc = troupe_send(troupe_self(), 1, NULL, 0)) == 0)
        sent++;
    printf("message %d: %s\n", sent + 1, troupe_strerror(rc));
    return 0;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
