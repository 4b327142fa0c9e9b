/*
 * Subprocess: another program sorts, and one that never ends is ended with its actor.
 *
 * prints:
 *     sorted: 1 2 3 10 20 and that is all
 *     sort ended with 0
 *     sleep was started
 *     and it is gone
 * look at: the main actor waits with the reason "process" for sort to end; the sitter's end waits
 *          likewise, since its child is told to stop first
 */
#include <errno.h>
#include <stdio.h>

#include <troupe.h>

static troupe_process napper;

/* What it starts is ended with it, however that happens. */
static int sitter(void *arg)
{
    (void)arg;
    int rc = troupe_process_start(
        &(troupe_process_spec){.argv = (const char *const[]){"sleep", "1000", NULL}}, &napper);
    if (rc == 0)
        puts("sleep was started");
    return rc;
}

static int sort(const char *numbers, int length)
{
    troupe_process process;
    troupe_process_spec spec = {
        .argv = (const char *const[]){"sort", "-n", NULL},
        .in = TROUPE_STDIO_PIPE,
        .out = TROUPE_STDIO_PIPE,
    };
    int status, count;
    char text[64];
    int rc = troupe_process_start(&spec, &process);
    if (rc < 0)
        return rc;
    rc = troupe_write(process.in, numbers, (size_t)length);
    troupe_close(process.in); /* sort begins when there is no more to come */
    printf("sorted: ");
    while (rc >= 0 && (count = troupe_read(process.out, text, sizeof text)) > 0)
        for (int i = 0; i < count; i++)
            putchar(text[i] == '\n' ? ' ' : text[i]);
    puts("and that is all");
    troupe_close(process.out);
    rc = troupe_process_wait(process, &status, TROUPE_S(10));
    if (rc == 0)
        printf("sort ended with %d\n", status);
    return rc;
}

static int amain(void *arg)
{
    troupe_pid pid;
    (void)arg;
    int rc = sort("10\n3\n2\n20\n1\n", 12);
    if (rc == 0)
        rc = troupe_spawn(sitter, NULL, &pid);
    if (rc == 0)
        rc = troupe_join(pid, NULL, TROUPE_FOREVER);
    if (rc == 0 && troupe_process_kill(napper, 0) == -ESRCH)
        puts("and it is gone");
    return rc;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
