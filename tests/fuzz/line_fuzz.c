/* SPDX-License-Identifier: Apache-2.0 */
/* What the line reader accepts has one spelling, and its fp is its own. */
#include <stdlib.h>
#include <string.h>

#include "contact/record_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct model *model;
    static struct line_reader *reader;
    struct record_line line;
    if (reader == NULL) {
        struct problems problems = {0};
        model = model_load("conf/model/contact-1.yaml", &problems);
        if (model == NULL)
            abort();
        reader = line_reader_new(model);
    }
    enum line_fault fault = line_reader_read(reader, (const char *)data, size, &line);
    if (line_fault_name(fault) == NULL)
        abort();
    if (fault != LINE_OK || line.op != RECORD_PUT)
        return 0;
    BUF_CLEANUP struct buf again = BUF_INIT(2 * RECORD_LINE_MAX);
    uint8_t fp[SHORT_SIZE];
    record_line_put(&again, &line.head, line.values, fp);
    if (!buf_ok(&again) || again.len != size + 1 || memcmp(again.data, data, size) != 0 ||
        memcmp(fp, line.fp, SHORT_SIZE) != 0)
        abort();
    return 0;
}
