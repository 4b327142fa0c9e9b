/*
 * The parts of coroutines that are not on the hot path.
 */

#include "coro.h"

#if CORO_ASAN
#include <pthread.h>
#endif

void coro_init_thread(struct coro *coro)
{
    *coro = (struct coro){.sp = NULL};
#if CORO_ASAN
    pthread_attr_t attr;
    void *low = NULL;
    pthread_getattr_np(pthread_self(), &attr);
    pthread_attr_getstack(&attr, &low, &coro->bytes);
    pthread_attr_destroy(&attr);
    coro->low = low;
    /* While an actor runs, the leak checker sees its stack alone; what only this one remembers is
     * no leak, should the program exit inside an actor. */
    __lsan_register_root_region(coro->low, coro->bytes);
#endif
#if CORO_TSAN
    coro->fiber = __tsan_get_current_fiber();
#endif
}

void coro_finish_thread(struct coro *coro)
{
#if CORO_ASAN
    __lsan_unregister_root_region(coro->low, coro->bytes);
#endif
    (void)coro;
}

void coro_move_thread(struct coro *coro, char *stack_end)
{
#if CORO_ASAN
    coro_finish_thread(coro);
    coro->bytes = stack_usable_bytes(stack_end);
    coro->low = stack_start(stack_end) - coro->bytes;
    __lsan_register_root_region(coro->low, coro->bytes);
#endif
    (void)coro;
    (void)stack_end;
}

void coro_init(struct coro *coro, char *stack_end, void (*entry)(void *), void *arg)
{
    size_t bytes = stack_usable_bytes(stack_end);
    char *start = stack_start(stack_end);
    *coro = (struct coro){.stack_end = stack_end};
#if CORO_TSAN
    /* A new fiber each time: the last one still has the frames that were left for good. */
    struct stack_header *header = stack_header(stack_end);
    if (header->tsan_fiber != NULL)
        __tsan_destroy_fiber(header->tsan_fiber);
    header->tsan_fiber = __tsan_create_fiber(0);
#endif
    coro_announce(coro);
#if CORO_ASAN
    __asan_unpoison_memory_region(start - bytes, bytes); /* frames that were left for good */
#endif
    coro->sp = context_make(start, bytes, entry, arg);
}

_Noreturn void coro_leave(struct coro *to)
{
    void *nowhere;
#if CORO_ASAN
    __sanitizer_start_switch_fiber(NULL, to->low, to->bytes);
#endif
#if CORO_TSAN
    __tsan_switch_to_fiber(to->fiber, 0);
#endif
    context_switch(&nowhere, to->sp);
    __builtin_unreachable();
}
