/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a model: refused with problems, or a model that can be printed in every form. */
#include <stdint.h>
#include <stdlib.h>

#include "common/model_read.h"
#include "contact/model_print.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print(const struct model *model)
{
    struct buf BUF_CLEANUP out = BUF_INIT(4 << 20);
    model_text(model, &out);
    model_html(model, &out);
    model_json_schema(model, &out);
    model_sql(model, MODEL_SQLITE, &out);
    model_sql(model, MODEL_POSTGRESQL, &out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct model *model = model_parse("fuzz.yaml", (const char *)data, size, &problems);
    if ((model == NULL) != (problems.errors > 0))
        abort();
    if (model != NULL)
        print(model);
    model_free(model);
    return 0;
}
