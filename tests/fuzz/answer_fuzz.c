/* SPDX-License-Identifier: Apache-2.0 */
/* What the centre answers, to a site: whatever is accepted keeps the limits that the rest relies on. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/send/answer.h"

static void insist(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct answer a = {0};
    struct err err;
    char code[33];
    if (answer_read(data, size, &a, &err) == OK) {
        insist(a.interval_ms >= 0 && a.drain_per_minute >= 0 && a.refused_text);
        for (size_t i = 0; i < a.request_count; i++)
            insist(a.requests[i].from <= a.requests[i].to && a.requests[i].id[0] != '\0');
        insist(a.watermark.series[0] == '\0' || series_valid(a.watermark.series));
        for (size_t i = 0; i < a.watermark.missing_count; i++)
            insist(a.watermark.missing[i].from > 0 &&
                   a.watermark.missing[i].from <= a.watermark.missing[i].to);
        answer_free(&a);
    }
    problem_code(data, size, code, sizeof(code));
    insist(strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-_") == strlen(code));
    return 0;
}
