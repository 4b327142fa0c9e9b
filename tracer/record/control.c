/*
 * What can be asked of the writer while it works: to stop and to start, and to write what a flight
 * recorder keeps; by a call, by a signal, or by a run that takes too long.
 */

#include "recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "owner.h"

/* Files that a flight recorder writes at most: a program that is slow again and again shall not
 * fill the disk. */
#define DUMPS_MAX 100

/* The recorder that listens to the signal. */
static struct trace_recorder *_Atomic listening;

static bool is_flight(const struct trace_recorder *recorder)
{
    return recorder->writer.config.limits.bytes > 0;
}

int control_dump(struct trace_recorder *recorder)
{
    char path[PATH_MAX];
    if (recorder->dump_count == DUMPS_MAX)
        return -EFBIG;
    if (recorder->dump_count++ == 0)
        snprintf(path, sizeof path, "%s", recorder->path);
    else
        owner_numbered(recorder->path, recorder->dump_count, path, sizeof path);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    int rc = fd >= 0 ? writer_dump(&recorder->writer, fd, recorder->is_packed) : -errno;
    if (rc < 0)
        dprintf(STDERR_FILENO, "troupe: cannot write the trace %s: %s\n", path, strerror(-rc));
    return rc;
}

static int do_what(struct trace_recorder *recorder, enum trace_ask ask)
{
    if (ask == TRACE_ASK_DUMP)
        return is_flight(recorder) ? control_dump(recorder) : -ENOTSUP;
    if (ask == TRACE_ASK_FLUSH) {
        writer_flush(&recorder->writer);
        return 0;
    }
    writer_mute(&recorder->writer, ask == TRACE_ASK_STOP);
    return 0;
}

void control_serve(struct trace_recorder *recorder)
{
    struct writer *writer = &recorder->writer;
    if (atomic_exchange(&recorder->signalled, false)) {
        recorder_pass(recorder); /* what was put before it was asked for is taken in */
        do_what(recorder, is_flight(recorder) ? TRACE_ASK_DUMP
                          : writer->is_muted  ? TRACE_ASK_START
                                              : TRACE_ASK_STOP);
    }
    if (writer->wants_dump)
        control_dump(recorder);
    writer->wants_dump = false;
    pthread_mutex_lock(&recorder->mutex);
    enum trace_ask ask = recorder->asked;
    pthread_mutex_unlock(&recorder->mutex);
    if (ask == TRACE_ASK_NOTHING)
        return;
    recorder_pass(recorder);
    int answer = do_what(recorder, ask);
    pthread_mutex_lock(&recorder->mutex);
    recorder->asked = TRACE_ASK_NOTHING;
    recorder->answer = answer;
    pthread_cond_broadcast(&recorder->answered);
    pthread_mutex_unlock(&recorder->mutex);
}

int trace_recorder_ask(struct trace_recorder *recorder, enum trace_ask ask)
{
    int answer = -ESRCH;
    pthread_mutex_lock(&recorder->mutex);
    while (recorder->asked != TRACE_ASK_NOTHING && !atomic_load(&recorder->stopping))
        pthread_cond_wait(&recorder->answered, &recorder->mutex);
    if (!atomic_load(&recorder->stopping)) {
        recorder->asked = ask;
        recorder_kick(recorder);
        while (recorder->asked != TRACE_ASK_NOTHING && !atomic_load(&recorder->stopping))
            pthread_cond_wait(&recorder->answered, &recorder->mutex);
        answer = recorder->answer;
    }
    pthread_mutex_unlock(&recorder->mutex);
    return answer;
}

static void on_signal(int signo)
{
    int saved = errno;
    struct trace_recorder *recorder = atomic_load(&listening);
    (void)signo;
    if (recorder != NULL && recorder->pid == getpid()) {
        atomic_store(&recorder->signalled, true);
        recorder_kick(recorder);
    }
    errno = saved;
}

void control_watch(struct trace_recorder *recorder)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK | SA_RESTART};
    if (recorder->writer.config.signal == 0)
        return;
    atomic_store(&listening, recorder);
    sigaction(recorder->writer.config.signal, &action, NULL);
}

void control_unwatch(struct trace_recorder *recorder)
{
    struct sigaction old;
    int signo = recorder->writer.config.signal;
    if (signo == 0)
        return;
    atomic_store(&listening, NULL);
    if (sigaction(signo, NULL, &old) == 0 && old.sa_handler == on_signal)
        signal(signo, SIG_IGN); /* one that is under way shall not kill the program */
}
