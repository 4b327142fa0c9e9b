/*
 * libdw reads the symbol tables of the program and its libraries, static functions included, which
 * dladdr() does not see.  What was found is kept in a small open-addressing table.
 */

#include "symbols.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <elfutils/libdwfl.h>

/* Functions that actors are made of; a power of two.  Once three quarters are used, further
 * functions share the name "actor". */
#define TABLE_SLOTS 1024
#define TABLE_USED_MAX (TABLE_SLOTS / 4 * 3)

/* What a function without a name is called. */
#define NAMELESS "actor"

struct symbol {
    uintptr_t address; /* 0: the slot is free */
    struct trace_fn fn;
};

struct symbols {
    Dwfl *dwfl; /* NULL: no names are to be had */
    size_t used;
    struct symbol table[TABLE_SLOTS];
    struct trace_fn nameless;
};

static const Dwfl_Callbacks callbacks = {
    .find_elf = dwfl_linux_proc_find_elf,
    .find_debuginfo = dwfl_standard_find_debuginfo,
};

static Dwfl *open_self(void)
{
    Dwfl *dwfl = dwfl_begin(&callbacks);
    if (dwfl == NULL)
        return NULL;
    if (dwfl_linux_proc_report(dwfl, getpid()) == 0 && dwfl_report_end(dwfl, NULL, NULL) == 0)
        return dwfl;
    dwfl_end(dwfl);
    return NULL;
}

struct symbols *symbols_create(void)
{
    struct symbols *symbols = calloc(1, sizeof *symbols);
    if (symbols == NULL)
        return NULL;
    symbols->nameless.name = NAMELESS;
    symbols->dwfl = open_self();
    return symbols;
}

void symbols_destroy(struct symbols *symbols)
{
    if (symbols == NULL)
        return;
    for (size_t i = 0; i < TABLE_SLOTS; i++)
        free((char *)symbols->table[i].fn.name);
    if (symbols->dwfl != NULL)
        dwfl_end(symbols->dwfl);
    free(symbols);
}

/* The name is copied without what compilers append to clones: "count.isra.0" is "count". */
static char *look_up(const struct symbols *symbols, uintptr_t address)
{
    Dwfl_Module *module = dwfl_addrmodule(symbols->dwfl, address);
    const char *name = module != NULL ? dwfl_module_addrname(module, address) : NULL;
    return name != NULL ? strndup(name, strcspn(name, ".@")) : NULL;
}

/* The entry for this address: its own, or the free one where it belongs. */
static struct symbol *find_entry(struct symbols *symbols, uintptr_t address)
{
    size_t i = (address >> 4) * 0x9e3779b97f4a7c15u >> 40;
    while (symbols->table[i % TABLE_SLOTS].address != address &&
           symbols->table[i % TABLE_SLOTS].address != 0)
        i++;
    return &symbols->table[i % TABLE_SLOTS];
}

struct trace_fn *symbols_find(void *context, uintptr_t address)
{
    struct symbols *symbols = context;
    struct symbol *symbol = find_entry(symbols, address);
    if (symbol->address == 0 && symbols->dwfl != NULL && symbols->used < TABLE_USED_MAX) {
        symbols->used++;
        symbol->address = address;
        symbol->fn.name = look_up(symbols, address);
    }
    return symbol->fn.name != NULL ? &symbol->fn : &symbols->nameless;
}

struct question {
    struct symbols **symbols;
    uintptr_t address;
};

static void *answer(void *arg)
{
    struct question *question = arg;
    if (*question->symbols == NULL)
        *question->symbols = symbols_create();
    if (*question->symbols != NULL)
        symbols_find(*question->symbols, question->address);
    return NULL;
}

const char *symbols_name(struct symbols **symbols, uintptr_t address)
{
    struct question question = {.symbols = symbols, .address = address};
    pthread_t thread;
    if (address == 0)
        return NAMELESS;
    bool is_known = *symbols != NULL && find_entry(*symbols, address)->address != 0;
    if (!is_known && pthread_create(&thread, NULL, answer, &question) == 0)
        pthread_join(thread, NULL);
    const struct symbol *symbol = *symbols != NULL ? find_entry(*symbols, address) : NULL;
    return symbol != NULL && symbol->fn.name != NULL ? symbol->fn.name : NAMELESS;
}
