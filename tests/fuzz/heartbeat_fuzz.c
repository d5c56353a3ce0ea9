/* SPDX-License-Identifier: Apache-2.0 */
/* Heartbeats as they come in: what is taken is flat, bounded, and holds no sentence. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/heartbeat_read.h"

static void insist(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *heartbeat = NULL;
    struct err err = {0};
    if (heartbeat_read(data, size, &heartbeat, &err) != OK)
        return 0;
    insist(size <= 4096);
    for (void *at = json_object_iter(heartbeat); at != NULL; at = json_object_iter_next(heartbeat, at)) {
        const json_t *value = json_object_iter_value(at);
        insist(json_is_string(value) || json_is_integer(value) || json_is_boolean(value));
        if (json_is_string(value))
            insist(strpbrk(json_string_value(value), " '\"\\;=/@") == NULL);
    }
    json_decref(heartbeat);
    return 0;
}
