/*
 * A child that fails whenever it is started.
 *
 * says:
 *     troupe: shop <0.1.1> gives up: store <0.0.3> ended, and would be restart 2 within 5 s: No
 *         such file or directory (-2)
 *     troupe: shop <0.1.1>, spawned at hopeless_child.c:25, failed and nobody was watching: gave
 *         up (-131)
 */
#include <errno.h>

#include <troupe.h>

static int store(void *arg)
{
    (void)arg;
    return -ENOENT;
}

static int amain(void *arg)
{
    (void)arg;
    static const troupe_child_spec child = {.name = "store", .fn = store};
    static const troupe_sup_spec shop = {.name = "shop", .children = &child, .child_count = 1};
    return troupe_sup_start(&shop, NULL);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
