/*
 * How fast traces are read, and what they cost in memory.
 *
 *   bench_read read1m        one million events, made for the purpose in the folder for what is
 *                            temporary, loaded a few times: the best counts
 *   bench_read read10m       ten million: a gigabyte
 *   bench_read FILE          any trace
 *   bench_read -o FILE N     leaves a trace of N events there
 *
 * Prints "name value unit", a line for each figure.  Memory is what the process has had at most,
 * above what it had before, and so with the making of the model.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "figures.h"
#include "make_trace.h"
#include "trace_load.h"

#define ROUNDS 5

static int make(const char *path, uint64_t events)
{
    struct make_trace how = {.events = events, .actors = 2000, .loops = 4, .seed = 1};
    FILE *file = fopen(path, "w");
    int result = file != NULL ? make_trace(file, &how) : -errno;
    if (file != NULL && fclose(file) != 0 && result == 0)
        result = -errno;
    if (result < 0)
        fprintf(stderr, "bench_read: %s: %s\n", path, strerror(-result));
    return result;
}

static int measure(const char *name, const char *path)
{
    double best = 0, cpu = 0, events = 0, bytes = 0;
    double before = status_kib("VmHWM");
    for (int i = 0; i < ROUNDS; i++) {
        struct trace_model *model;
        struct trace_error error;
        double start = clock_seconds();
        double start_cpu = cpu_seconds();
        if (trace_load(path, &model, &error) < 0) {
            fprintf(stderr, "bench_read: %s\n", error.text);
            return 1;
        }
        double took = clock_seconds() - start;
        if (i == 0 || took < best) {
            best = took;
            cpu = cpu_seconds() - start_cpu;
        }
        if (i == 0)
            bytes = 1024 * (status_kib("VmHWM") - before);
        events = (double)model->event_count;
        trace_model_destroy(model);
    }
    print_figure(name, "", best, "s");
    print_figure(name, "_cpu", cpu, "cpu_s");
    print_figure(name, "_rate", events / best, "events/s");
    print_figure(name, "_memory", bytes / events, "B/event");
    return 0;
}

static int make_and_measure(const char *name, uint64_t events)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    snprintf(path, sizeof path, "%s/troupe_bench_%ld.json", folder != NULL ? folder : "/tmp",
             (long)getpid());
    int code = make(path, events) == 0 ? measure(name, path) : 1;
    unlink(path);
    return code;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "-o") == 0)
        return make(argv[2], strtoull(argv[3], NULL, 10)) < 0;
    if (argc == 2 && strcmp(argv[1], "read1m") == 0)
        return make_and_measure("read1m", 1000000);
    if (argc == 2 && strcmp(argv[1], "read10m") == 0)
        return make_and_measure("read10m", 10000000);
    if (argc == 2 && access(argv[1], F_OK) == 0)
        return measure("load", argv[1]);
    fputs("bench_read: say what to read: read1m read10m, or a file\n", stderr);
    return 2;
}
