/*
 * What `troupe explore` is measured against: a process that is forked, ends, and is waited for.
 */

#include "bench.h"

#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FORKS = 500 };

int bench_fork(void)
{
    troupe_ns start = troupe_now();
    for (int i = 0; i < FORKS; i++) {
        pid_t child = fork();
        if (child == 0)
            _exit(0);
        if (child < 0 || waitpid(child, NULL, 0) < 0)
            give_up(-errno, "fork");
    }
    print_figure("fork", "", 1e9 / ns_since(start, FORKS), "/s");
    return 0;
}
