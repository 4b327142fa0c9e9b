#ifndef TROUPE_PROCESS_H
#define TROUPE_PROCESS_H

/*
 * Child processes: other programs, started by an actor and ended with it.
 *
 *     troupe_process sort;
 *     int status;
 *     int rc = troupe_process_start(&(troupe_process_spec){
 *                                       .argv = (const char *const[]){"sort", "-n", NULL},
 *                                       .in = TROUPE_STDIO_PIPE,
 *                                       .out = TROUPE_STDIO_PIPE,
 *                                   }, &sort);
 *     ...                                          // troupe_write(sort.in), troupe_read(sort.out)
 *     rc = troupe_process_wait(sort, &status, TROUPE_FOREVER);
 *
 * A child belongs to the actor that started it.  When that ends, however it ends, a child that is
 * still running is told to stop by SIGTERM, and after its grace killed by SIGKILL; the actor's end
 * waits for it.  So a child ends with the scope of its actor, too, and none is left as a zombie.
 * Only a program that ends without the end of troupe_run(), by exit() or a signal, leaves its
 * children behind.
 *
 * A child inherits no descriptor but its standard ones, no blocked signal and no handler.
 */

#include <troupe/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a standard stream of the child is connected to. */
typedef enum troupe_stdio {
    TROUPE_STDIO_INHERIT, /* what that of this program is */
    TROUPE_STDIO_NULL,    /* /dev/null: nothing to read; what is written is lost */
    TROUPE_STDIO_PIPE,    /* a pipe, whose other end is in the troupe_process */
} troupe_stdio;

/* What to start.  All zero is the default for everything but `argv`. */
typedef struct troupe_process_spec {
    const char *const *argv; /* its arguments, a NULL behind the last; the first is the program,
                                looked for in PATH if it has no slash */
    const char *const *env;  /* "NAME=value", a NULL behind the last; NULL: as this program's */
    const char *directory;   /* where it starts; NULL: where this program is */
    troupe_stdio in, out, err;
    troupe_ns grace;         /* between SIGTERM and SIGKILL; 0: one second */
} troupe_process_spec;

/* A child.  It may be copied and kept too long: calls answer -ESRCH then. */
typedef struct troupe_process {
    uint64_t value;
    int pid;          /* the system's number for it */
    int in, out, err; /* this program's ends of the pipes, or -1; to be closed by troupe_close() */
} troupe_process;

/*
 * Starts a child.  The specification is not needed after the call.  Inside an actor with a stack.
 * Never suspends, but takes about a millisecond.  Returns 0; -ENOENT, -EACCES or another negative
 * code if the program or the directory cannot be used; -EMFILE, -EAGAIN if there are too many
 * descriptors or processes; -EINVAL, -ENOMEM.
 */
TROUPE_API int troupe_process_start_at(const struct troupe_site *site,
                                       const troupe_process_spec *spec, troupe_process *process);
#define troupe_process_start(...) troupe_process_start_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Waits until the child has ended and stores how in *status (NULL: not wanted): its exit code, from
 * 0 to 255, or a negative number if a signal ended it, -9 for SIGKILL.  That is told once; if
 * several actors wait, to all of them.
 *
 * Inside an actor.  May suspend.  Returns 0; -ETIMEDOUT (the child goes on); -ECANCELED; -ESRCH if
 * there is no such child, or its end was told; -ECHILD if something else in this program has waited
 * for it, or SIGCHLD is ignored: how it ended is not known then; -ENOMEM.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_process_wait_at(const struct troupe_site *site,
                                                        troupe_process process, int *status,
                                                        troupe_ns limit);
#define troupe_process_wait(...) troupe_process_wait_at(TROUPE_SITE(), __VA_ARGS__)

/* Sends the child a signal.  Inside an actor.  Returns 0; -ESRCH if it has ended; -EINVAL if there
 * is no such signal; -EPERM. */
TROUPE_API int troupe_process_kill(troupe_process process, int signal);

#ifdef __cplusplus
}
#endif

#endif
