/* A target for libFuzzer: any bytes at all, read as a lesson (build with -Dfuzz=true and clang). */

#include <stdint.h>

#include "ask_all.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    ask_lesson((const char *)bytes, count);
    return 0;
}
