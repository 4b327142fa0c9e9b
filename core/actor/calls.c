/*
 * The public calls about single actors.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "elsewhere.h"
#include "post.h"

char *troupe_pid_text(troupe_pid pid, char text[TROUPE_PID_TEXT_BYTES])
{
    uint32_t slot = handle_slot(pid.value);
    bool is_guest = slot >= ACTOR_GUEST_SLOT;
    snprintf(text, TROUPE_PID_TEXT_BYTES, "<%" PRIu32 ".%s%" PRIu32 ".%" PRIu32 ">",
             handle_loop(pid.value), is_guest ? "+" : "", is_guest ? slot - ACTOR_GUEST_SLOT : slot,
             handle_generation(pid.value));
    return text;
}

int troupe_spawn_spec_at(const struct troupe_site *site, const troupe_spec *spec, troupe_pid *pid)
{
    struct world *world = (struct world *)sched_inside("troupe_spawn");
    struct actor *actor;
    int rc = actor_spawn(world, spec, (struct birth){.site = site, .keeps_status = pid != NULL},
                         &actor);
    if (pid != NULL)
        pid->value = rc == 0 ? actor->pid : 0;
    return rc;
}

int troupe_spawn_at(const struct troupe_site *site, troupe_fn fn, void *arg, troupe_pid *pid)
{
    troupe_spec spec = {.fn = fn, .arg = arg};
    return troupe_spawn_spec_at(site, &spec, pid);
}

troupe_pid troupe_self(void)
{
    struct world *world = (struct world *)sched_inside("troupe_self");
    return (troupe_pid){actor_self(world)->pid};
}

void troupe_exit(int status)
{
    struct world *world = (struct world *)sched_inside("troupe_exit");
    struct actor *self = actor_self(world);
    char *stack_end = self->task.coro.stack_end;
    if (stack_end == NULL)
        check_misuse("troupe_exit", "a stackless actor ends by what its function returns");
    actor_end(world, self, status);
    sched_leave(&world->sched, stack_end);
}

int troupe_kill(troupe_pid pid)
{
    struct world *world = world_inside("troupe_kill");
    struct actor *actor = elsewhere_known(world, pid.value);
    uint32_t number;
    if (actor != NULL && actor->has_ended)
        return -ESRCH;
    if (actor == NULL) {
        if (!actor_is_far(world, pid.value) || post_look(world, pid.value, &number) == -ESRCH)
            return -ESRCH;
        elsewhere_kill(world, pid.value, TROUPE_KILLED);
        return 0;
    }
    if (actor == actor_self(world) && actor->task.stack_class != SCHED_STACKLESS)
        actor_kill_self(world);
    actor_kill(world, actor);
    return 0;
}
