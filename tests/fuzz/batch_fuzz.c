/* SPDX-License-Identifier: Apache-2.0 */
/* An opened batch is what a site's seal key signed; a stolen key may sign anything. */
#include <stdlib.h>

#include "contact/batch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    BUF_CLEANUP struct buf inflated = BUF_INIT(BATCH_MAX_INFLATED + 4096);
    struct manifest manifest;
    const char *lines;
    size_t lines_len;
    struct err err;
    if (batch_read(data, size, &inflated, &manifest, &lines, &lines_len, &err) != OK)
        return 0;
    if (!site_valid(manifest.site) || !series_valid(manifest.series) || manifest.seq == 0 ||
        lines_len > inflated.len || (manifest.records == 0) != (lines_len == 0))
        abort();
    return 0;
}
