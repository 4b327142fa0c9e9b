/*
 * A server whose worker fails at a job: a supervisor starts it again, and the connection goes on.
 *
 * prints:
 *     divider: starts
 *     100 / 5 = 20
 *     divider: starts
 *     100 / 0 = it failed
 *     100 / 4 = 25
 * look at: the end of the first divider, and who spawns the second
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <troupe.h>

enum { DIVIDE = 1, LINE_BYTES = 64 };
static troupe_pid sup;

static int divider(void *arg)
{
    (void)arg;
    int rc = 0;
    puts("divider: starts");
    for (troupe_msg *job; rc == 0 && (rc = troupe_recv(&job, TROUPE_FOREVER)) == 0;
         troupe_msg_free(&job)) {
        int by = *(const int *)troupe_msg_data(job, NULL);
        /* no code for what to do next if it cannot be done: that is the supervisor's affair */
        rc = by == 0 ? -EDOM : troupe_reply(job, DIVIDE, &(int){100 / by}, sizeof(int));
    }
    return rc;
}

static int answer(void *arg) /* one connection, and each line of it is a job */
{
    troupe_stream stream = {(uintptr_t)arg};
    char line[LINE_BYTES];
    int rc = 1;
    while (rc > 0 && (rc = troupe_stream_read_line(stream, line, sizeof line)) > 0) {
        int by = atoi(line);
        troupe_pid worker; /* each of its lives has another one */
        troupe_msg *result = NULL;
        if ((rc = troupe_sup_whereis(sup, "divider", &worker)) == 0)
            rc = troupe_call(worker, DIVIDE, &by, sizeof by, &result, TROUPE_S(1));
        by = rc == 0 ? *(const int *)troupe_msg_data(result, NULL) : 0;
        troupe_msg_free(&result);
        int bytes = snprintf(line, sizeof line, rc == 0 ? "%d\n" : "it failed\n", by);
        rc = troupe_stream_write(stream, line, (size_t)bytes);
    }
    return rc;
}

static int serve(void *arg)
{
    return troupe_stream_serve(*(const troupe_stream *)arg, answer);
}

static int amain(void *arg) /* stands in for the client, too */
{
    const troupe_child_spec children[] = {{.name = "divider", .fn = divider},
                                          {.name = "server", .fn = serve, .arg = arg}};
    char line[TROUPE_ADDRESS_BYTES];
    troupe_stream *listener = arg, server;
    int rc = troupe_listen(listener, "tcp:127.0.0.1:0"); /* any port that is free */
    if (rc == 0)
        rc = troupe_sup_start(&(troupe_sup_spec){.children = children, .child_count = 2}, &sup);
    if (rc == 0 && (rc = troupe_stream_address(*listener, line, sizeof line)) == 0)
        rc = troupe_dial(&server, line);
    for (const char *job = "5\n0\n4\n"; *job != '\0' && rc >= 0; job += 2)
        if ((rc = troupe_stream_write(server, job, 2)) > 0 &&
            (rc = troupe_stream_read_line(server, line, sizeof line)) > 0)
            printf("100 / %c = %s\n", *job, line);
    return rc < 0 ? rc : troupe_cancel(sup, "closing time");
}

int main(void)
{
    troupe_stream listener;
    return troupe_run(amain, &listener) < 0;
}
