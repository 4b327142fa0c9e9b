/*
 * Three actors that take turns: begin here, and make it yours.
 *
 *     make run     runs it and draws what happened
 *     make view    opens the picture in a window
 */
#include <stdio.h>

#include <troupe.h>

/* What one actor does.  Where it waits, the others go on. */
static int worker(void *arg)
{
    const char *name = arg;
    printf("%s begins\n", name);
    int rc = troupe_sleep(TROUPE_MS(300));
    if (rc < 0)
        return rc; /* it was cancelled, say */
    printf("%s is done\n", name);
    return 0;
}

/* The first actor: it spawns the others and waits for them. */
static int amain(void *arg)
{
    static const char *const names[] = {"Ann", "Bob", "Cem"};
    (void)arg;
    troupe_scope all;
    troupe_scope_open(&all, TROUPE_FOREVER);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        troupe_spec spec = {.fn = worker, .arg = (void *)names[i], .name = names[i]};
        troupe_scope_spawn_spec(&all, &spec, NULL);
    }
    return troupe_scope_join(&all); /* the first failure of any of them, or 0 */
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
