/* SPDX-License-Identifier: Apache-2.0 */
/* contact-agent model: everything that may ever leave, for a person or a program. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "agent/commands.h"
#include "contact/model_print.h"

#define MODEL_FILE "contact-1.yaml"
#define OUTPUT_MAX (4 << 20)

static void sql_postgresql(const struct model *model, struct buf *out)
{
    model_sql(model, MODEL_POSTGRESQL, out);
}

static void sql_sqlite(const struct model *model, struct buf *out)
{
    model_sql(model, MODEL_SQLITE, out);
}

static const struct {
    const char *option;
    void (*print)(const struct model *model, struct buf *out);
} forms[] = {
    {"--text", model_text},
    {"--html", model_html},
    {"--json-schema", model_json_schema},
    {"--sql", sql_postgresql},
    {"--sql=postgresql", sql_postgresql},
    {"--sql=sqlite", sql_sqlite},
};

static int print_model(const char *path, void (*print)(const struct model *model, struct buf *out))
{
    struct problems problems PROBLEMS_CLEANUP = {0};
    struct buf out BUF_CLEANUP = BUF_INIT(OUTPUT_MAX);
    struct model *model = model_load(path, &problems);
    problems_print(&problems, stderr);
    if (model == NULL)
        return EX_CONFIG;
    print(model, &out);
    model_free(model);
    if (!buf_ok(&out) || fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0)
        return EX_IOERR;
    return EX_OK;
}

int cmd_model(int argc, char **argv)
{
    void (*print)(const struct model *model, struct buf *out) = argc > 1 ? NULL : model_text;
    for (size_t i = 0; argc == 2 && i < sizeof forms / sizeof *forms; i++)
        if (strcmp(forms[i].option, argv[1]) == 0)
            print = forms[i].print;
    if (print == NULL)
        return command_usage(argv[0], argv[argc - 1]);
    struct invocation invocation;
    if (!invocation_begin(&invocation, USER_CALLER))
        return EX_CONFIG;
    struct buf path BUF_CLEANUP = BUF_INIT(4096);
    buf_printf(&path, "%s/%s", invocation.settings.model_folder, MODEL_FILE);
    int status = print_model(buf_text(&path), print);
    invocation_end(&invocation);
    return status;
}
