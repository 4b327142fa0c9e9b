/* A target for libFuzzer: any bytes at all, asked everything (build with -Dfuzz=true and clang). */

#include <stdint.h>

#include "ask_all.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    ask_all((const char *)bytes, count);
    return 0;
}
