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
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "make_trace.h"
#include "trace_load.h"

#define ROUNDS 5

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double peak_bytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return 1024.0 * (double)usage.ru_maxrss;
}

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
    double before = peak_bytes();
    for (int i = 0; i < ROUNDS; i++) {
        struct trace_model *model;
        struct trace_error error;
        double start = seconds(CLOCK_MONOTONIC);
        double start_cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
        if (trace_load(path, &model, &error) < 0) {
            fprintf(stderr, "bench_read: %s\n", error.text);
            return 1;
        }
        double took = seconds(CLOCK_MONOTONIC) - start;
        if (i == 0 || took < best) {
            best = took;
            cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - start_cpu;
        }
        if (i == 0)
            bytes = peak_bytes() - before;
        events = (double)model->event_count;
        trace_model_destroy(model);
    }
    printf("%s %.3f s\n", name, best);
    printf("%s_cpu %.3f s\n", name, cpu);
    printf("%s_rate %.2f Mevents/s\n", name, events / best * 1e-6);
    printf("%s_memory %.1f bytes/event\n", name, bytes / events);
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
        return measure("read", argv[1]);
    fputs("bench_read: say what to read: read1m read10m, or a file\n", stderr);
    return 2;
}
