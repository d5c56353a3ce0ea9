/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/spelling.h"

#include <stdlib.h>
#include <string.h>

#include "agent/collect/select.h"
#include "agent/record/key.h"
#include "contact/buf.h"

static enum err_code read_spelling(struct source *source, const char *sql, const char *id, struct buf *ret,
                                   struct err *err)
{
    const char *const values[] = {id};
    struct source_rows *rows = NULL;
    const struct cell *cells = NULL;
    size_t count = 0;
    enum err_code code = source_query(source, sql, values, 1, &rows, err);
    if (code != OK)
        return code;
    code = source_next(rows, &cells, &count, err);
    if (code == OK && cells != NULL && !canonical_id(&cells[0], ret))
        buf_clear(ret);
    enum err_code ended = source_end(rows, code == OK ? err : NULL);
    return code == OK ? ended : code;
}

enum err_code spelling_find(const struct mapping *mapping, struct source *source,
                            char id[static OBJECTION_ID_MAX], struct err *err)
{
    BUF_CLEANUP struct buf spelled = BUF_INIT(OBJECTION_ID_MAX - 1);
    if (!id_has_spellings(id, strlen(id)))
        return OK;
    char *sql = select_person(mapping, source_dialect(source));
    enum err_code code = sql != NULL ? read_spelling(source, sql, id, &spelled, err) : OK;
    free(sql);
    if (code == OK && buf_ok(&spelled) && spelled.len > 0)
        memcpy(id, buf_text(&spelled), spelled.len + 1);
    buf_wipe(&spelled);
    return code;
}
