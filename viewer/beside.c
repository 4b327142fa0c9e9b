/*
 * The window is this program again, with what is shown as its command line: windows share nothing,
 * and one that fails takes no other with it.
 */

#include "beside.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM "/proc/self/exe"
#define WORDS_MAX 24
#define INSTANT_BYTES 32

/* Becomes the grandchild of this program, so that nobody has to wait for it.  Does not return in
 * the child. */
static int start(char *const *words)
{
    pid_t child = fork();
    if (child < 0)
        return -errno;
    if (child > 0)
        return waitpid(child, NULL, 0) == child ? 0 : -errno;
    if (setsid() > 0 && fork() == 0) {
        int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (nothing >= 0)
            dup2(nothing, STDIN_FILENO);
        execv(PROGRAM, words);
    }
    _exit(0);
}

bool beside_open(struct app *app)
{
    char *words[WORDS_MAX] = {(char *)"troupe-view"};
    char from[INSTANT_BYTES];
    char until[INSTANT_BYTES];
    int64_t from_ns;
    int64_t until_ns;
    int count = 1;
    for (uint32_t i = 0; i < app->document_count; i++) {
        words[count++] = app->documents[i].path;
        if (access(app->documents[i].path, R_OK) != 0) {
            app_say(app, "%s cannot be read a second time.", app->documents[i].path);
            return true;
        }
    }
    app_shown_part(app, &from_ns, &until_ns);
    snprintf(from, sizeof from, "%" PRId64 "ns", from_ns);
    snprintf(until, sizeof until, "%" PRId64 "ns", until_ns);
    char *const rest[] = {(char *)"--axis",
                          (char *)trace_axis_name(app->view.axis),
                          (char *)"--theme",
                          (char *)app_theme_name(app->theme),
                          (char *)"--from",
                          from,
                          (char *)"--until",
                          until,
                          app->columns ? (char *)"--columns" : NULL};
    memcpy(words + count, rest, sizeof rest);
    int status = start(words);
    if (status < 0)
        app_say(app, "No window can be opened: %s.", strerror(-status));
    return status < 0;
}
