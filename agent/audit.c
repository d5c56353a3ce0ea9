/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/audit.h"

#include <math.h>
#include <stdlib.h>

#include "agent/collect/day_column.h"
#include "agent/stage.h"
#include "contact/clock.h"
#include "contact/crypto.h"
#include "contact/language.h"
#include "contact/mem.h"

#define NOTE_MAX (256 << 10)
#define LINE_MAX_BYTES ((size_t)4 << 20)
#define Z 1.959964 /* of a normal distribution, 97.5 % below */

void audit_interval(size_t leaks, size_t notes, double *ret_low, double *ret_high)
{
    *ret_low = 0;
    *ret_high = 1;
    if (notes == 0)
        return;
    double n = (double)notes, p = (double)leaks / n;
    if (leaks == 0) {
        *ret_high = 1 - pow(0.025, 1 / n);
        return;
    }
    double middle = p + Z * Z / (2 * n), half = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
    *ret_low = (middle - half) / (1 + Z * Z / n);
    *ret_high = leaks == notes ? 1 : (middle + half) / (1 + Z * Z / n);
}

/* Evenly from 0 to below - 1. */
static uint64_t draw_below(uint64_t below)
{
    uint64_t value, usable = UINT64_MAX - UINT64_MAX % below;
    do
        random_bytes(&value, sizeof value);
    while (value >= usable);
    return value % below;
}

struct draw {
    struct stage *stage;
    struct audit_sample *sample;
    size_t wanted;
    struct buf line;
};

/* Where the next note is kept (reservoir sampling), or SIZE_MAX: every note of the range has the same chance.
 */
static size_t place(struct draw *d)
{
    uint64_t at = d->sample->seen++;
    if (at < d->wanted)
        return d->sample->count++;
    at = draw_below(at + 1);
    return at < d->wanted ? (size_t)at : SIZE_MAX;
}

static void keep_texts(struct draw *d, const struct mapping_stream *stream)
{
    const struct value *values = record_values(d->stage->maker);
    const enum withheld *why = record_withheld_fields(d->stage->maker);
    for (unsigned i = 0; i < stream->model->field_count; i++) {
        if (stream->rules[i] == NULL || stream->model->fields[i].type != FIELD_TEXT ||
            values[i].kind != VALUE_TEXT || why[i] != WITHHELD_KINDS)
            continue;
        size_t at = place(d);
        if (at == SIZE_MAX)
            continue;
        buf_clear(&d->sample->notes[at]);
        buf_append(&d->sample->notes[at], values[i].text, values[i].len);
    }
}

static enum err_code draw_rows(struct draw *d, unsigned index, struct source_rows *rows, struct err *err)
{
    const struct cell *cells = NULL;
    size_t count = 0;
    uint64_t withheld[WITHHELD_KINDS] = {0};
    uint8_t fp[SHORT_SIZE];
    enum err_code code;
    while ((code = source_next(rows, &cells, &count, err)) == OK && cells != NULL) {
        struct row_key key;
        record_key(d->stage->maker, index, cells, count, &key);
        buf_clear(&d->line);
        if (key.fate == ROW_RECORD &&
            record_build(d->stage->maker, index, cells, count, &key, &d->line, fp, withheld))
            keep_texts(d, d->stage->mapping->streams[index]);
    }
    return code;
}

static enum err_code draw_stream(struct draw *d, unsigned index, int days, struct err *err)
{
    const struct mapping_stream *stream = d->stage->mapping->streams[index];
    struct select *select = select_open(d->stage->source, d->stage->mapping, stream);
    struct source_rows *rows = NULL;
    char from[DAY_TEXT];
    day_format((int32_t)(clock_wall_s() / 86400) - days, from);
    const char *const values[] = {from};
    enum err_code code = source_query(d->stage->source, select->open, values, 1, &rows, err);
    if (code == OK) {
        code = draw_rows(d, index, rows, err);
        code = source_end(rows, code, err);
    }
    select_free(select);
    return code;
}

/* The first notes read stand first until they are replaced: they are shown in another order. */
static void shuffle(struct audit_sample *sample)
{
    for (size_t i = sample->count; i > 1; i--) {
        size_t other = (size_t)draw_below(i);
        struct buf swap = sample->notes[i - 1];
        sample->notes[i - 1] = sample->notes[other];
        sample->notes[other] = swap;
    }
}

enum err_code audit_draw(const struct settings *settings, const struct audit_options *options,
                         struct audit_sample *ret, struct problems *problems, struct err *err)
{
    struct stage stage = {0};
    *ret = (struct audit_sample){.notes = mem_new(options->notes, sizeof *ret->notes)};
    for (size_t i = 0; i < options->notes; i++)
        ret->notes[i] = BUF_INIT(NOTE_MAX);
    struct draw draw = {
        .stage = &stage, .sample = ret, .wanted = options->notes, .line = BUF_INIT(LINE_MAX_BYTES)};
    enum err_code code = stage_open(&stage, settings, problems, err);
    if (code == OK && (stage.cleaner == NULL || cleaner_stopped(stage.cleaner)[0] != '\0')) {
        code = err_set(err, ERR_CONFIG, "no free text can leave: %s",
                       stage.cleaner == NULL ? _("the mapping names none") : cleaner_stopped(stage.cleaner));
        err_hint(err, "contact-agent status");
    }
    for (unsigned i = 0; code == OK && i < stage.mapping->stream_count; i++)
        if (stage.mapping->streams[i] != NULL && stage.mapping->streams[i]->text_count > 0)
            code = draw_stream(&draw, i, options->days, err);
    shuffle(ret);
    buf_free(&draw.line);
    stage_close(&stage);
    return code;
}

void audit_free(struct audit_sample *sample)
{
    for (size_t i = 0; i < sample->count; i++)
        buf_free(&sample->notes[i]);
    free(sample->notes);
    *sample = (struct audit_sample){.count = 0};
}
