/*
 * Two actors ask each other, and each waits for the answer before it gives one.  The wait that
 * closes the circle is refused, and named.
 *
 * prints:
 *     Ann asks Bob
 *     Bob asks Ann
 *     Bob: would never end
 *     Ann: would never end
 * says:
 *     troupe: troupe_call() at stuck.c:30 would never end: it closes a cycle of waits
 *     troupe:   Bob <0.2.1> is running, spawned at stuck.c:56
 *     troupe:   Ann <0.1.1> waits for the answer to its request: Bob <0.2.1>,
 *         at stuck.c:30, spawned at stuck.c:55
 * ends with: 1
 * look at: the two waits, each for the other
 */
#include <stdio.h>

#include <troupe.h>

enum { QUESTION = 1 };

static troupe_pid ann, bob;

static int ask(const char *name, const char *other_name, const troupe_pid *other)
{
    troupe_msg *answer;
    printf("%s asks %s\n", name, other_name);
    int rc = troupe_call(*other, QUESTION, NULL, 0, &answer, TROUPE_FOREVER);
    if (rc == 0)
        troupe_msg_free(&answer);
    else
        printf("%s: %s\n", name, troupe_strerror(rc));
    return rc;
}

static int be_ann(void *arg)
{
    (void)arg;
    return ask("Ann", "Bob", &bob);
}

static int be_bob(void *arg)
{
    (void)arg;
    return ask("Bob", "Ann", &ann);
}

static int amain(void *arg)
{
    (void)arg;
    troupe_scope both;
    troupe_scope_open(&both, TROUPE_FOREVER);
    troupe_scope_spawn_spec(&both, &(troupe_spec){.fn = be_ann, .name = "Ann"}, &ann);
    troupe_scope_spawn_spec(&both, &(troupe_spec){.fn = be_bob, .name = "Bob"}, &bob);
    return troupe_scope_join(&both);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
