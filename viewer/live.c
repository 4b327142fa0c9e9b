/*
 * The program is a child that gets TROUPE_TRACE, as from a shell.  Its recorder writes within a
 * tenth of a second what happens, so looking at the file's size now and then is all there is to do.
 */

#include "live.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int live_start(struct live *live, char **command, char *error, size_t bytes)
{
    const char *folder = getenv("TMPDIR");
    snprintf(live->made, sizeof live->made, "%.30s/troupe-view-XXXXXX",
             folder != NULL && strlen(folder) <= 30 ? folder : "/tmp");
    int file = mkstemp(live->made);
    if (file < 0) {
        snprintf(error, bytes, "no file can be made for the trace: %s", strerror(errno));
        return -errno;
    }
    close(file);
    live->path = live->made;
    int pipe_ends[2];
    if (pipe2(pipe_ends, O_CLOEXEC) < 0)
        return -errno;
    live->program = fork();
    if (live->program == 0) {
        setenv("TROUPE_TRACE", live->made, 1);
        execvp(command[0], command);
        int why = errno; /* told to the parent through the pipe, which a successful exec closes */
        ssize_t wrote = write(pipe_ends[1], &why, sizeof why);
        _exit(wrote == sizeof why ? 127 : 126);
    }
    close(pipe_ends[1]);
    int why = live->program < 0 ? errno : 0;
    if (live->program > 0 && read(pipe_ends[0], &why, sizeof why) != sizeof why)
        why = 0;
    close(pipe_ends[0]);
    if (why == 0)
        return 0;
    if (live->program > 0)
        waitpid(live->program, NULL, 0);
    live->program = 0;
    snprintf(error, bytes, "%s cannot be started: %s", command[0], strerror(why));
    live_finish(live);
    return -why;
}

bool live_changed(struct live *live)
{
    struct trace_stamp stamp;
    if (live->path == NULL || trace_stamp_take(live->path, &stamp) < 0 || stamp.bytes == 0 ||
        trace_stamp_same(&stamp, &live->stamp))
        return false;
    live->stamp = stamp;
    return true;
}

bool live_complains(struct live *live, char *text, size_t bytes)
{
    char path[PATH_MAX];
    struct trace_stamp stamp = {.file = 0};
    if (live->path == NULL ||
        snprintf(path, sizeof path, "%s.error", live->path) >= (int)sizeof path ||
        (trace_stamp_take(path, &stamp) < 0 && live->said.file == 0) ||
        trace_stamp_same(&stamp, &live->said))
        return false;
    FILE *file = stamp.file != 0 ? fopen(path, "r") : NULL;
    size_t count = file != NULL ? fread(text, 1, bytes - 1, file) : 0;
    text[count] = '\0';
    live->said = stamp;
    if (file != NULL)
        fclose(file);
    return true;
}

bool live_ended(struct live *live, char *text, size_t bytes)
{
    int status = 0;
    if (live->program <= 0 || waitpid(live->program, &status, WNOHANG) != live->program)
        return false;
    live->program = 0;
    if (WIFSIGNALED(status))
        snprintf(text, bytes, "The program was ended by signal %d.", WTERMSIG(status));
    else
        snprintf(text, bytes, "The program has ended with status %d.", WEXITSTATUS(status));
    return true;
}

void live_finish(struct live *live)
{
    if (live->program > 0) {
        kill(live->program, SIGTERM);
        waitpid(live->program, NULL, 0);
    }
    if (live->made[0] != '\0')
        unlink(live->made);
    *live = (struct live){.path = NULL};
}
