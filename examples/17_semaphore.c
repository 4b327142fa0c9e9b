/*
 * A semaphore with two permits: five visitors, and never more than two of them inside.
 *
 * prints:
 *     Ada is in
 *     Ben is in
 *     Cem is in
 *     Dua is in
 *     Eva is in
 *     at most 2 were inside at once
 * look at: the visitors at the door, and who lets whom in: first come, first served
 */
#include <stdio.h>

#include <troupe.h>

static troupe_sem door;
static int inside, most_inside;

static int visit(void *name)
{
    int rc = troupe_sem_acquire(door, TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    printf("%s is in\n", (const char *)name);
    inside++;
    most_inside = inside > most_inside ? inside : most_inside;
    rc = troupe_sleep(TROUPE_MS(1)); /* looks at the pictures */
    inside--;
    troupe_sem_release(door);
    return rc;
}

static int amain(void *arg)
{
    (void)arg;
    static char names[][4] = {"Ada", "Ben", "Cem", "Dua", "Eva"};
    int rc = troupe_sem_new(&door, 2);
    if (rc < 0)
        return rc;
    troupe_scope museum;
    troupe_scope_open(&museum, TROUPE_FOREVER);
    for (int i = 0; i < 5; i++) {
        troupe_spec spec = {.fn = visit, .arg = names[i], .name = names[i]};
        troupe_scope_spawn_spec(&museum, &spec, NULL);
    }
    rc = troupe_scope_join(&museum);
    printf("at most %d were inside at once\n", most_inside);
    return rc;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
