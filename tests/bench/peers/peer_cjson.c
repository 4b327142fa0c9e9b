/*
 * What a reader of traces costs that takes the whole of a file apart with cJSON first.
 *
 *   peer_cjson FILE   prints the seconds until it has, and the memory for each event
 */

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"

int main(int argc, char **argv)
{
    FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
    if (file == NULL) {
        fputs("usage: peer_cjson FILE\n", stderr);
        return 2;
    }
    double before = status_kib("VmHWM"), start = clock_seconds();
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    char *text = malloc(size + 1);
    rewind(file);
    text[fread(text, 1, size, file)] = '\0';
    fclose(file);
    cJSON *array = cJSON_Parse(text);
    int count = cJSON_GetArraySize(array);
    if (count == 0) {
        fprintf(stderr, "peer_cjson: %s is no array of events\n", argv[1]);
        return 1;
    }
    print_figure("load", "", clock_seconds() - start, "s");
    print_figure("load", "_memory", (status_kib("VmHWM") - before) * 1024 / count, "B/event");
    return 0;
}
