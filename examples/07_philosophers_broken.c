/*
 * Dining philosophers, broken: each takes one fork and then waits for the other.  When each has
 * one, nobody could ever go on: the wait that would close the circle is refused, and said why.
 *
 * prints:
 *     Plato has fork 0
 *     Kant has fork 1
 *     Hegel has fork 2
 *     Hegel: would never end
 *     Kant has fork 2 too, and eats
 *     Plato has fork 1 too, and eats
 * says:
 *     troupe: troupe_mutex_lock() at 07_philosophers_broken.c:48 would never end:
 *         it closes a cycle of waits
 *     troupe:   Hegel <0.3.1> is running, spawned at 07_philosophers_broken.c:71
 *     troupe:   Plato <0.1.1> waits for a lock: Kant <0.2.1>,
 *         at 07_philosophers_broken.c:48, spawned at 07_philosophers_broken.c:71
 *     troupe:   Kant <0.2.1> waits for a lock: Hegel <0.3.1>,
 *         at 07_philosophers_broken.c:48, spawned at 07_philosophers_broken.c:71
 * look at: three waits, each for a fork that the next one holds
 */
#include <stdio.h>

#include <troupe.h>

enum { COUNT = 3 };

static struct philosopher {
    const char *name;
    int first_fork, second_fork;
} philosophers[COUNT] = {
    {"Plato", 0, 1},
    {"Kant", 1, 2},
    {"Hegel", 2, 0},
};

static troupe_mutex forks[COUNT];

static int dine(void *arg)
{
    const struct philosopher *self = arg;
    int rc = troupe_mutex_lock(forks[self->first_fork], TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    printf("%s has fork %d\n", self->name, self->first_fork);
    rc = troupe_sleep(TROUPE_MS(1)); /* thinks; the others take their first fork */
    if (rc == 0)
        rc = troupe_mutex_lock(forks[self->second_fork], TROUPE_FOREVER);
    if (rc == 0) {
        printf("%s has fork %d too, and eats\n", self->name, self->second_fork);
        troupe_mutex_unlock(forks[self->second_fork]);
    } else {
        printf("%s: %s\n", self->name, troupe_strerror(rc));
    }
    troupe_mutex_unlock(forks[self->first_fork]);
    return 0;
}

static int amain(void *arg)
{
    (void)arg;
    for (int i = 0; i < COUNT; i++) {
        int rc = troupe_mutex_new(&forks[i]);
        if (rc < 0)
            return rc;
    }
    troupe_scope table;
    troupe_scope_open(&table, TROUPE_FOREVER);
    for (int i = 0; i < COUNT; i++) {
        troupe_spec spec = {.fn = dine, .arg = &philosophers[i], .name = philosophers[i].name};
        troupe_scope_spawn_spec(&table, &spec, NULL);
    }
    return troupe_scope_join(&table);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
