/*
 * Own words: a program says in its trace what it is about, and how far it is.
 *
 * prints:
 *     6 dishes
 * look at: `troupe log`: each dish begins, and ends when the oven is done, several turns later;
 *     beside them how many dishes are ready
 */
#include <stdio.h>

#include <troupe.h>

enum { DISHES = 3 };

static int dishes_ready;

static int make_dish(void)
{
    troupe_trace_begin("dish"); /* ends some turns later: a span may last through waits */
    int rc = troupe_sleep(TROUPE_MS(2));
    if (rc == 0)
        troupe_trace_count("dishes ready", ++dishes_ready);
    troupe_trace_end("dish");
    return rc;
}

static int cook(void *arg)
{
    (void)arg;
    for (int i = 0; i < DISHES; i++) {
        int rc = make_dish();
        if (rc < 0)
            return rc;
    }
    if (troupe_trace_is_on()) /* only then is it worth while to make up a text */
        troupe_trace_mark("the kitchen closes");
    return 0;
}

static int amain(void *arg)
{
    (void)arg;
    int rc = troupe_gather((troupe_fn[]){cook, cook}, 2, NULL);
    printf("%d dishes\n", dishes_ready);
    return rc;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
