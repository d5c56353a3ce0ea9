/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/report.h"

#include "contact/shown.h"

#define TEXT_MAX ((size_t)64 << 20)

void report_begin(struct report *ret, const char *const *headings, size_t count)
{
    *ret = (struct report){.table = table_new(headings, count), .text = BUF_INIT(TEXT_MAX)};
    ret->json = JSON(&ret->text);
    json_begin_array(&ret->json);
}

enum err_code report_print(struct report *report, bool as_json, const char *nothing, struct err *err)
{
    json_end_array(&report->json);
    if (!buf_ok(&report->text))
        return err_set(err, ERR_INTERNAL, "too much to list at once");
    if (as_json)
        report_json(&report->text);
    else if (report->lines > 0)
        table_print(report->table, stdout);
    else if (nothing[0] != '\0')
        puts(nothing);
    return OK;
}

void report_json(struct buf *json)
{
    shown_json(buf_text(json), stdout);
    putchar('\n');
}

void report_free(struct report *report)
{
    table_free(report->table);
    buf_free(&report->text);
}
