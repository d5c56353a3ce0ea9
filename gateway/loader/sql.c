/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/sql.h"

#include <string.h>

enum err_code sql_run(struct sql *sql, const char *statement, const struct sql_value *parameters,
                      size_t count, sql_row_fn *row, void *context, struct err *err)
{
    return sql->driver->run(sql, statement, parameters, count, row, context, err);
}

enum err_code sql_script(struct sql *sql, const char *text, struct err *err)
{
    return sql->driver->script(sql, text, err);
}

void sql_close(struct sql *sql)
{
    if (sql != NULL)
        sql->driver->close(sql);
}

void sql_translate(bool postgres, const char *text, struct buf *out)
{
    static const struct {
        const char *word, *sqlite, *postgres;
    } words[] = {{"ops.", "ops_", "ops."}, {"BYTES", "BLOB", "bytea"}, {"ROWLESS", "WITHOUT ROWID", ""}};
    while (*text != '\0') {
        size_t taken = 0;
        for (size_t i = 0; i < sizeof words / sizeof *words && taken == 0; i++) {
            size_t len = strlen(words[i].word);
            if (strncmp(text, words[i].word, len) != 0)
                continue;
            buf_puts(out, postgres ? words[i].postgres : words[i].sqlite);
            taken = len;
        }
        if (taken == 0) {
            buf_putc(out, *text);
            taken = 1;
        }
        text += taken;
    }
}
