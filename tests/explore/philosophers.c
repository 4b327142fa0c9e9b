/*
 * Dining philosophers, of whom the third comes a little later: that is what saves them.
 */
#include <troupe.h>

#include "must.h"

enum { COUNT = 3 };

static struct philosopher {
    const char *name;
    int first_fork, second_fork;
    int comes_after; /* turns */
} philosophers[COUNT] = {
    {"Plato", 0, 1, 0},
    {"Kant", 1, 2, 0},
    {"Hegel", 2, 0, 1},
};

static troupe_mutex forks[COUNT];

static int dine(void *arg)
{
    const struct philosopher *self = arg;
    for (int i = 0; i < self->comes_after; i++)
        must(troupe_yield());
    int rc = troupe_mutex_lock(forks[self->first_fork], TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    must(troupe_yield()); /* thinks */
    rc = troupe_mutex_lock(forks[self->second_fork], TROUPE_FOREVER);
    if (rc == 0)
        must(troupe_mutex_unlock(forks[self->second_fork]));
    must(troupe_mutex_unlock(forks[self->first_fork]));
    return rc;
}

static int amain(void *arg)
{
    troupe_scope table;
    (void)arg;
    for (int i = 0; i < COUNT; i++) {
        int rc = troupe_mutex_new(&forks[i]);
        if (rc < 0)
            return rc;
    }
    must(troupe_scope_open(&table, TROUPE_FOREVER));
    for (int i = 0; i < COUNT; i++) {
        troupe_spec spec = {.fn = dine, .arg = &philosophers[i], .name = philosophers[i].name};
        must(troupe_scope_spawn_spec(&table, &spec, NULL));
    }
    return troupe_scope_join(&table);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
