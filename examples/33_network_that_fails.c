/*
 * A network that fails, each time at the same moment, since it is simulated: an answer is lost, and
 * the client asks again.  The bank knows the request by its number; otherwise it would pay twice.
 *
 * prints:
 *     no answer in time, once more
 *     paid 10, balance 90
 * look at: the marks cut and heal, and that the cut comes before the answer
 */
#include <errno.h>
#include <stdio.h>
#include <troupe.h>

enum { REQUESTS = 8, LINE_BYTES = 64 };
static int serve(void *arg)
{
    static int balance = 100, after[REQUESTS]; /* the balance after each, by number; 0: it is new */
    troupe_stream stream = {(uintptr_t)arg};
    char line[LINE_BYTES];
    while (troupe_stream_read_line(stream, line, sizeof line) > 0) {
        int *known = &after[line[0] % REQUESTS];
        if (*known == 0)
            *known = balance -= 10;
        int bytes = snprintf(line, sizeof line, "paid 10, balance %d\n", *known);
        if (troupe_stream_write(stream, line, (size_t)bytes) < 0)
            break; /* the client is gone */
    }
    return 0;
}

static int bank(void *arg)
{
    troupe_stream listener;
    (void)arg;
    int rc = troupe_net_move("bank");
    if (rc == 0 && (rc = troupe_listen(&listener, "tcp:bank:99")) == 0)
        rc = troupe_stream_serve(listener, serve);
    return rc;
}

static int ask(void *answer)
{
    troupe_stream stream;
    int rc = troupe_dial(&stream, "tcp:bank:99");
    if (rc == 0)
        rc = troupe_stream_write(stream, "1\n", 2);
    if (rc >= 0)
        rc = troupe_stream_read_line(stream, answer, LINE_BYTES);
    troupe_stream_close(&stream);
    return rc;
}

static int saboteur(void *arg)
{
    (void)arg;
    int rc = troupe_sleep(TROUPE_MS(70)); /* the request has arrived, the answer has not */
    return rc == 0 ? troupe_net_cut("bank", "localhost") : rc;
}

static int amain(void *arg)
{
    char answer[LINE_BYTES];
    troupe_pid server;
    (void)arg;
    int rc = troupe_net_simulate(&(troupe_line){.latency = TROUPE_MS(20)});
    if (rc < 0 || (rc = troupe_spawn(bank, NULL, &server)) < 0 ||
        (rc = troupe_spawn(saboteur, NULL, NULL)) < 0)
        return rc;
    while ((rc = troupe_limit(TROUPE_MS(400), ask, answer)) == -ETIMEDOUT &&
           puts("no answer in time, once more") >= 0 && troupe_net_heal("bank", "localhost") == 0)
        continue;
    if (rc > 0)
        puts(answer);
    return rc < 0 ? rc : troupe_cancel(server, "closing time");
}

int main(void)
{
    return troupe_run_on(&(troupe_options){.virtual_time = true}, amain, NULL) < 0;
}
