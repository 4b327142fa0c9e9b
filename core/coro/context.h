#ifndef CONTEXT_H
#define CONTEXT_H

/*
 * Switching stacks: the one thing that C cannot say.  Meson builds one of
 *
 *   context_x86_64.S    System V x86-64
 *   context_aarch64.S   AArch64
 *   context_ucontext.c  anything with <ucontext.h>, several times slower
 *
 * A context that is not running is just the stack pointer under which its registers are saved.
 */

#include <stddef.h>

/* Saves the running context under *from and goes on with `to`, whose value is used up by that.
 * Returns when somebody switches back to *from. */
void context_switch(void **from, void *to);

/* A context that starts `entry(arg)` at the upper end of a stack of `bytes`, which is a multiple
 * of 16; `entry` must never return. */
void *context_make(void *stack_top, size_t bytes, void (*entry)(void *), void *arg);

#endif
