/* The exercise of the lesson about deadlocks, solved: Bob answers before he asks. */

#include <stdio.h>

#include <troupe.h>

enum { QUESTION = 1, ANSWER };

static troupe_pid ann, bob;

static int answer(void)
{
    troupe_msg *question;
    int rc = troupe_recv(&question, TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    rc = troupe_reply(question, ANSWER, NULL, 0);
    troupe_msg_free(&question);
    return rc;
}

static int ask(const char *name, troupe_pid other)
{
    troupe_msg *answered;
    int rc = troupe_call(other, QUESTION, NULL, 0, &answered, TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    troupe_msg_free(&answered);
    printf("%s has an answer\n", name);
    return 0;
}

static int be_ann(void *arg)
{
    (void)arg;
    int rc = ask("Ann", bob);
    return rc < 0 ? rc : answer();
}

static int be_bob(void *arg)
{
    (void)arg;
    int rc = answer();
    return rc < 0 ? rc : ask("Bob", ann);
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
