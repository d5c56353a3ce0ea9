/* SPDX-License-Identifier: Apache-2.0 */
/* The model for people: plain text for a terminal, one page for a data-protection officer to read and print.
 */
#include <string.h>

#include "common/model_describe.h"
#include "contact/model_print.h"

static const char about_labels[] = "What a code means (its label) never travels in a record. Where a mapping "
                                   "names a table of labels, each leaves "
                                   "apart, once the association agreed to it and 11 patients had the code.";

static const char COMMON_TEXT[] =
    "Every record also carries its stream, its own pseudonym, the episode's and the patient's pseudonyms, "
    "and its "
    "local day. Nothing else leaves. The data are pseudonymised, not anonymous.";

void model_text(const struct model *model, struct buf *out)
{
    struct buf BUF_CLEANUP words = BUF_INIT(4096);
    buf_printf(out, "%s: kept %u years\n%s\n", model->name, model->retention_years, COMMON_TEXT);
    for (unsigned s = 0; s < model->stream_count; s++) {
        const struct model_stream *stream = &model->streams[s];
        buf_printf(out, "\n%s: %s\n", stream->name, stream->meaning);
        for (unsigned f = 0; f < stream->field_count; f++) {
            const struct model_field *field = &stream->fields[f];
            buf_clear(&words);
            describe_precision(field, &words);
            buf_printf(out, "  %-18s %-10s %s\n", field->name, field_type_name(field->type), field->meaning);
            buf_printf(out, "  %-18s %-10s   holds: %s\n", "", "", buf_text(&words));
            buf_clear(&words);
            describe_marks(field, &words);
            if (words.len > 0)
                buf_printf(out, "  %-18s %-10s   %s\n", "", "", buf_text(&words));
            buf_printf(out, "  %-18s %-10s   why: %s\n", "", "", field->reason);
        }
    }
    buf_puts(out, "\nthesauri\n");
    for (unsigned i = 0; i < model->thesaurus_count; i++)
        buf_printf(out, "  %-18s %s\n", model->thesauri[i].name, model->thesauri[i].meaning);
    buf_printf(out, "\n%s\n", about_labels);
}

static void put_element(struct buf *out, const char *tag, const char *text)
{
    buf_printf(out, "<%s>", tag);
    buf_html(out, text);
    buf_printf(out, "</%s>", tag);
}

static const char HEAD[] =
    "<style>\n"
    "body{font:16px/1.5 system-ui,sans-serif;color:#1b1b1f;background:#fff;max-width:70rem;margin:2rem auto;"
    "padding:0 1rem}\n"
    "h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.5rem}\n"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;"
    "border-bottom:1px solid #c8c8d0}th{background:#f2f2f6}\n"
    "td:first-child{font-family:ui-monospace,monospace;white-space:nowrap}small{color:#55555f;display:block}"
    "\n"
    "@media print{body{margin:0;max-width:none;font-size:11px}tr{break-inside:avoid}h2{break-after:avoid}}\n"
    "</style>\n";

static void put_field_row(struct buf *out, const struct model_field *field, struct buf *words)
{
    buf_puts(out, "<tr>");
    put_element(out, "td", field->name);
    buf_puts(out, "<td>");
    buf_html(out, field->meaning);
    buf_clear(words);
    describe_marks(field, words);
    if (words->len > 0)
        put_element(out, "small", buf_text(words));
    buf_puts(out, "</td>");
    buf_clear(words);
    describe_precision(field, words);
    put_element(out, "td", buf_text(words));
    put_element(out, "td", field->reason);
    buf_puts(out, "</tr>\n");
}

void model_html(const struct model *model, struct buf *out)
{
    struct buf BUF_CLEANUP words = BUF_INIT(4096);
    buf_puts(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
    put_element(out, "title", model->name);
    buf_printf(out, "\n%s</head>\n<body>\n<main>\n<h1>What may leave: %s</h1>\n", HEAD, model->name);
    put_element(out, "p", COMMON_TEXT);
    buf_printf(out, "\n<p>The warehouse keeps records for %u years.</p>\n", model->retention_years);
    for (unsigned s = 0; s < model->stream_count; s++) {
        const struct model_stream *stream = &model->streams[s];
        put_element(out, "h2", stream->name);
        put_element(out, "p", stream->meaning);
        buf_puts(out,
                 "\n<table>\n<thead><tr><th scope=\"col\">Field</th><th scope=\"col\">Meaning</th>"
                 "<th scope=\"col\">What it may hold</th><th scope=\"col\">Why</th></tr></thead>\n<tbody>\n");
        for (unsigned f = 0; f < stream->field_count; f++)
            put_field_row(out, &stream->fields[f], &words);
        buf_puts(out, "</tbody>\n</table>\n");
    }
    buf_puts(out, "<h2>Thesauri</h2>\n<table>\n<tbody>\n");
    for (unsigned i = 0; i < model->thesaurus_count; i++) {
        buf_puts(out, "<tr>");
        put_element(out, "td", model->thesauri[i].name);
        put_element(out, "td", model->thesauri[i].meaning);
        buf_puts(out, "</tr>\n");
    }
    buf_puts(out, "</tbody>\n</table>\n");
    put_element(out, "p", about_labels);
    buf_puts(out, "</main>\n</body>\n</html>\n");
}
