#ifndef RUN_PYTHON_H
#define RUN_PYTHON_H

/*
 * Programs of Python do not record themselves: `troupe run -- python3 prog.py` starts them by way
 * of troupe_trace.py, which does.
 */

#include <stdbool.h>

/* What to run instead of `program`, which ends with NULL, and the name that its trace gets. */
struct run_python {
    char **command; /* the caller frees it; NULL if the program is not one of Python */
    const char *name;
};

/* Fills in `python`.  A program of Python is an interpreter, by its name, and what it is to run: a
 * file or -m and a module, with options such as -u before it; one with -c, -I or -P is left as it
 * is.  False if there is no
 * memory, or if it is one and the modules that trace it are not found; says so. */
bool run_python_find(char **program, struct run_python *python);

/* Whether a program is an interpreter of Python, by its name. */
bool run_python_is_interpreter(const char *program);

#endif
