/*
 * A service that speaks in lines: it adds up the numbers in each, an actor for each connection.
 *
 * prints:
 *     1 2 3 = 6
 *     40 2 = 42
 *     what? = that is no sum
 * look at: the connection's actor waits for io until a whole line has come, and ends with it
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <troupe.h>

enum { LINE_BYTES = 64 };
/* Serves one connection, which is its own from now on. */
static int add_up(void *arg)
{
    troupe_stream stream = {(uint64_t)(uintptr_t)arg};
    char line[LINE_BYTES], answer[LINE_BYTES];
    int rc;
    while ((rc = troupe_stream_read_line(stream, line, sizeof line)) > 0) {
        long sum = 0;
        char *rest = line, *number;
        do
            sum += strtol(number = rest, &rest, 10);
        while (rest != number);
        int bytes = *rest == '\0' ? snprintf(answer, sizeof answer, "%ld\n", sum)
                                  : snprintf(answer, sizeof answer, "that is no sum\n");
        if (troupe_stream_write(stream, answer, (size_t)bytes) != bytes)
            break;
    }
    return rc;
}

static int serve(void *arg)
{
    const troupe_stream *listener = arg;
    for (;;) {
        troupe_stream stream;
        troupe_pid pid;
        int rc = troupe_stream_accept(*listener, &stream);
        if (rc == 0)
            rc = troupe_spawn(add_up, (void *)(uintptr_t)stream.value, &pid);
        if (rc == 0)
            rc = troupe_stream_give(stream, pid);
        if (rc < 0)
            return rc == -EBADF ? 0 : rc; /* closed: there will be no more */
    }
}

static int amain(void *arg)
{
    static const char *const sums[] = {"1 2 3", "40 2", "what?"};
    char address[TROUPE_ADDRESS_BYTES], line[LINE_BYTES];
    troupe_stream listener, service;
    (void)arg;
    int rc = troupe_listen(&listener, "tcp:127.0.0.1:0"); /* any port that is free */
    if (rc == 0)
        rc = troupe_stream_address(listener, address, sizeof address);
    if (rc == 0)
        rc = troupe_spawn(serve, &listener, NULL);
    if (rc == 0)
        rc = troupe_dial(&service, address);
    for (int i = 0; i < 3 && rc >= 0; i++) {
        int bytes = snprintf(line, sizeof line, "%s\n", sums[i]);
        rc = troupe_stream_write(service, line, (size_t)bytes);
        if (rc > 0)
            rc = troupe_stream_read_line(service, line, sizeof line);
        printf("%s = %s\n", sums[i], rc > 0 ? line : troupe_strerror(rc));
    }
    troupe_stream_close(&listener);
    return rc; /* the stream that is still open goes with its actor */
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
