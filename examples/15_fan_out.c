/*
 * Three requests at once: all are sent first, then each answer is awaited.  The workers are found
 * by their names.
 *
 * prints:
 *     spring: 10 days of rain
 *     summer: 3 days of rain
 *     autumn: 14 days of rain
 *     winter: no such actor
 * look at: the three workers sleep at the same time, so it takes as long as the slowest
 */
#include <stdio.h>

#include <troupe.h>

enum { DAYS_OF_RAIN = 1, SEASONS = 4 };

static const struct season {
    const char *name;
    int days;
    troupe_ns takes;
} seasons[SEASONS] = {
    {"spring", 10, TROUPE_MS(3)},
    {"summer", 3, TROUPE_MS(1)},
    {"autumn", 14, TROUPE_MS(2)},
    {"winter", 0, 0},
};

static int station(void *arg)
{
    const struct season *season = arg;
    troupe_msg *request;
    int rc = troupe_recv(&request, TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    rc = troupe_sleep(season->takes); /* looks it up */
    if (rc == 0)
        rc = troupe_reply(request, DAYS_OF_RAIN, &season->days, sizeof season->days);
    troupe_msg_free(&request);
    return rc;
}

static int amain(void *arg)
{
    (void)arg;
    for (int i = 0; i < SEASONS - 1; i++) {
        troupe_pid pid;
        int rc = troupe_spawn(station, (void *)&seasons[i], &pid);
        if (rc == 0)
            rc = troupe_register(seasons[i].name, pid);
        if (rc < 0)
            return rc;
    }
    troupe_ref calls[SEASONS];
    int started[SEASONS];
    for (int i = 0; i < SEASONS; i++) {
        troupe_pid pid = troupe_whereis(seasons[i].name);
        started[i] = troupe_call_start(pid, DAYS_OF_RAIN, NULL, 0, &calls[i]);
    }
    for (int i = 0; i < SEASONS; i++) {
        troupe_msg *answer = NULL;
        int rc = started[i];
        if (rc == 0)
            rc = troupe_call_wait(calls[i], &answer, TROUPE_S(1));
        if (rc == 0)
            printf("%s: %d days of rain\n", seasons[i].name,
                   *(const int *)troupe_msg_data(answer, NULL));
        else
            printf("%s: %s\n", seasons[i].name, troupe_strerror(rc));
        troupe_msg_free(&answer);
    }
    return 0;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
