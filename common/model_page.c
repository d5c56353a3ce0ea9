/* SPDX-License-Identifier: Apache-2.0 */
/* The model for people: plain text for a terminal, one page for a data-protection officer to read and print.
 */
#include <string.h>

#include "common/model_describe.h"
#include "contact/language.h"
#include "contact/model_print.h"

static const char about_labels[] = N_(
    "What a code means (its label) never travels in a record. Where a mapping names a table of labels, each "
    "leaves apart, once the association agreed to it and 11 patients had the code.");

static const char COMMON_TEXT[] =
    N_("Every record also carries its stream, its own pseudonym, the episode's and the patient's pseudonyms, "
       "and its "
       "local day. Nothing else leaves. The data are pseudonymised, not anonymous.");

void model_text(const struct model *model, struct buf *out)
{
    struct buf BUF_CLEANUP words = BUF_INIT(4096);
    buf_printf(out, _("%s: kept %u years\n%s\n"), model->name, model->retention_years, _(COMMON_TEXT));
    for (unsigned s = 0; s < model->stream_count; s++) {
        const struct model_stream *stream = &model->streams[s];
        buf_printf(out, "\n%s: %s\n", stream->name, _(stream->meaning));
        for (unsigned f = 0; f < stream->field_count; f++) {
            const struct model_field *field = &stream->fields[f];
            buf_clear(&words);
            describe_precision(field, &words);
            buf_printf(out, "  %-18s %-10s %s\n", field->name, field_type_name(field->type),
                       _(field->meaning));
            buf_printf(out, _("  %-18s %-10s   holds: %s\n"), "", "", buf_text(&words));
            buf_clear(&words);
            describe_marks(field, &words);
            if (words.len > 0)
                buf_printf(out, "  %-18s %-10s   %s\n", "", "", buf_text(&words));
            buf_printf(out, _("  %-18s %-10s   why: %s\n"), "", "", _(field->reason));
        }
    }
    buf_puts(out, _("\nthesauri\n"));
    for (unsigned i = 0; i < model->thesaurus_count; i++)
        buf_printf(out, "  %-18s %s\n", model->thesauri[i].name, _(model->thesauri[i].meaning));
    buf_printf(out, "\n%s\n", _(about_labels));
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
    buf_html(out, _(field->meaning));
    buf_clear(words);
    describe_marks(field, words);
    if (words->len > 0)
        put_element(out, "small", buf_text(words));
    buf_puts(out, "</td>");
    buf_clear(words);
    describe_precision(field, words);
    put_element(out, "td", buf_text(words));
    put_element(out, "td", _(field->reason));
    buf_puts(out, "</tr>\n");
}

static void put_table_head(struct buf *out)
{
    static const char *const headings[] = {N_("Field"), N_("Meaning"), N_("What it may hold"), N_("Why")};
    buf_puts(out, "\n<table>\n<thead><tr>");
    for (size_t i = 0; i < sizeof(headings) / sizeof(*headings); i++)
        buf_printf(out, "<th scope=\"col\">%s</th>", _(headings[i]));
    buf_puts(out, "</tr></thead>\n<tbody>\n");
}

void model_html(const struct model *model, struct buf *out)
{
    struct buf BUF_CLEANUP words = BUF_INIT(4096);
    buf_printf(out,
               "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n",
               _("en")); /* the language of the translation */
    put_element(out, "title", model->name);
    buf_printf(out, "\n%s</head>\n<body>\n<main>\n<h1>", HEAD);
    buf_printf(out, _("What may leave: %s"), model->name);
    buf_puts(out, "</h1>\n");
    put_element(out, "p", _(COMMON_TEXT));
    buf_puts(out, "\n<p>");
    buf_printf(out, _("The warehouse keeps records for %u years."), model->retention_years);
    buf_puts(out, "</p>\n");
    for (unsigned s = 0; s < model->stream_count; s++) {
        const struct model_stream *stream = &model->streams[s];
        put_element(out, "h2", stream->name);
        put_element(out, "p", _(stream->meaning));
        put_table_head(out);
        for (unsigned f = 0; f < stream->field_count; f++)
            put_field_row(out, &stream->fields[f], &words);
        buf_puts(out, "</tbody>\n</table>\n");
    }
    put_element(out, "h2", _("Thesauri"));
    buf_puts(out, "\n<table>\n<tbody>\n");
    for (unsigned i = 0; i < model->thesaurus_count; i++) {
        buf_puts(out, "<tr>");
        put_element(out, "td", model->thesauri[i].name);
        put_element(out, "td", _(model->thesauri[i].meaning));
        buf_puts(out, "</tr>\n");
    }
    buf_puts(out, "</tbody>\n</table>\n");
    put_element(out, "p", _(about_labels));
    buf_puts(out, "</main>\n</body>\n</html>\n");
}
