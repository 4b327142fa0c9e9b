/*
 * A pipeline of other programs, tr | sort | uniq -c, with an actor at each joint that carries on
 * what comes out of one to the next: at that place it could be looked at, or counted, or changed.
 *
 * prints:
 *     2 and
 *     1 ann
 *     1 bob
 *     1 eve
 *     tr 0, sort 0, uniq 0
 * look at: three children at once; each carrier waits for io until the program before it writes
 */
#include <stdio.h>
#include <stdlib.h>

#include <troupe.h>

enum { PROGRAMS = 3 };
static troupe_process programs[PROGRAMS];

/* Carries on what this program and those after it say; who is done closes what it wrote to. */
static int carry(void *arg)
{
    const troupe_process *from = arg, *to = from + 1;
    char bytes[4096];
    int count;
    while ((count = troupe_read(from->out, bytes, sizeof bytes)) > 0)
        if ((count = troupe_write(to->in, bytes, (size_t)count)) < 0)
            break;
    troupe_close(to->in); /* it knows now that there is no more to come */
    troupe_close(from->out);
    return count;
}

static int start_all(void)
{
    static const char *const commands[PROGRAMS][4] = {
        {"tr", " ", "\n", NULL}, {"sort", NULL}, {"uniq", "-c", NULL}};
    int rc = 0;
    for (int i = 0; i < PROGRAMS && rc == 0; i++) {
        troupe_process_spec spec = {commands[i], .in = TROUPE_STDIO_PIPE, .out = TROUPE_STDIO_PIPE};
        rc = troupe_process_start(&spec, &programs[i]);
    }
    return rc;
}

static int amain(void *arg)
{
    int status[PROGRAMS] = {-1, -1, -1};
    char line[64];
    troupe_stream words;
    (void)arg;
    int rc = start_all();
    for (int i = 0; i < PROGRAMS - 1 && rc == 0; i++)
        rc = troupe_spawn(carry, &programs[i], NULL);
    if (rc == 0)
        rc = troupe_write(programs[0].in, "bob and eve and ann\n", 20);
    if (rc >= 0)
        rc = troupe_close(programs[0].in);
    if (rc == 0)
        rc = troupe_stream_open(&words, programs[PROGRAMS - 1].out);
    while (rc >= 0 && (rc = troupe_stream_read_line(words, line, sizeof line)) > 0) {
        char *word;
        long times = strtol(line, &word, 10);
        printf("%ld%s\n", times, word);
    }
    for (int i = 0; i < PROGRAMS && rc >= 0; i++)
        rc = troupe_process_wait(programs[i], &status[i], TROUPE_FOREVER);
    printf("tr %d, sort %d, uniq %d\n", status[0], status[1], status[2]);
    return rc;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
