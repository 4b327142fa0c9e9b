/* A target for libFuzzer: any bytes at all, read as rules and held against sound runs (build with
 * -Dfuzz=true and clang; TROUPE_TEST_DATA names the folder of the samples). */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "ask_all.h"
#include "trace_load.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

static struct trace_model *models[2];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const char *const names[] = {"three_counts.json", "calls.json"};
    const char *folder = getenv("TROUPE_TEST_DATA");
    struct trace_error error;
    (void)argc;
    (void)argv;
    for (int i = 0; i < 2; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder != NULL ? folder : ".", names[i]);
        if (trace_load(path, &models[i], &error) < 0) {
            fprintf(stderr, "%s\n", error.text);
            exit(1);
        }
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    for (int i = 0; i < 2; i++)
        ask_rules(models[i], (const char *)bytes, count);
    return 0;
}
