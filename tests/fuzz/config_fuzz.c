/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as agent.yaml: refused with problems, or settings that can be printed. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "agent/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static FILE *nowhere;
    struct settings settings = {0};
    struct config_origin origin = {0};
    struct problems PROBLEMS_CLEANUP problems = {0};
    char path[64];
    int file = memfd_create("agent.yaml", MFD_CLOEXEC);
    if (nowhere == NULL)
        nowhere = fopen("/dev/null", "w");
    if (file < 0 || nowhere == NULL || write(file, data, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    config_load(settings_table, path, false, &settings, &origin, &problems);
    if (problems.errors == 0)
        config_print(settings_table, &settings, &origin, nowhere);
    config_free(settings_table, &settings, &origin);
    close(file);
    return 0;
}
