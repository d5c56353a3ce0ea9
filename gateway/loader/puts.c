/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/puts.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS (2 * PUTS_MAX) /* of the table that finds a second line of the same record */
#define CORE_TEXT (2 * CORE_SIZE + 1)

struct puts {
    struct site *site;
    const struct model_stream *stream;
    struct version version;
    struct store_row rows[PUTS_MAX];
    uint8_t ids[PUTS_MAX][CORE_SIZE];
    struct stored held[PUTS_MAX];
    size_t count;
    uint32_t slots[SLOTS]; /* place + 1 of the last line of a record; 0: free */
    struct value *values;  /* PUTS_MAX * MODEL_FIELDS_MAX */
    char *texts;           /* what values point to; does not move */
    size_t texts_len, texts_room;
    struct store_row chosen[PUTS_MAX], rejected[PUTS_MAX];
    uint8_t raised[PUTS_MAX][CORE_SIZE], removed[PUTS_MAX][CORE_SIZE];
    size_t chosen_count, rejected_count, raised_count, removed_count;
};

struct puts *puts_new(void)
{
    struct puts *puts = calloc(1, sizeof *puts);
    if (puts == NULL)
        return NULL;
    puts->values = calloc((size_t)PUTS_MAX * MODEL_FIELDS_MAX, sizeof *puts->values);
    if (puts->values == NULL) {
        free(puts);
        return NULL;
    }
    return puts;
}

void puts_free(struct puts *puts)
{
    if (puts == NULL)
        return;
    free(puts->values);
    free(puts->texts);
    free(puts);
}

static void empty(struct puts *puts)
{
    puts->count = 0;
    puts->chosen_count = puts->rejected_count = puts->raised_count = puts->removed_count = 0;
    puts->texts_len = 0;
    memset(puts->slots, 0, sizeof puts->slots);
}

enum err_code puts_begin(struct puts *puts, struct site *site, const struct model_stream *stream,
                         struct version version, size_t text_bytes, struct err *err)
{
    /* A token grows when it is re-keyed. */
    size_t room = text_bytes + (size_t)PUTS_MAX * CORE_TEXT * 2;
    puts->site = site;
    puts->stream = stream;
    puts->version = version;
    empty(puts);
    if (room <= puts->texts_room)
        return OK;
    free(puts->texts);
    puts->texts = malloc(room);
    puts->texts_room = puts->texts != NULL ? room : 0;
    return puts->texts != NULL ? OK : err_set(err, ERR_INTERNAL, "no memory for a batch");
}

static const char *keep_text(struct puts *puts, const char *text, size_t len)
{
    if (len > puts->texts_room - puts->texts_len)
        return NULL;
    char *kept = puts->texts + puts->texts_len;
    memcpy(kept, text, len);
    puts->texts_len += len;
    return kept;
}

/* A practitioner's token, re-keyed, as hex. */
static bool keep_token(struct puts *puts, struct value *value)
{
    char letter, text[CORE_TEXT];
    unsigned epoch;
    uint8_t token[TOKEN_SIZE], core[CORE_SIZE];
    if (!token_parse(value->text, value->len, &letter, &epoch, token))
        return false;
    rekey_core(puts->site->practitioner, token, core);
    hex_encode(core, sizeof core, text);
    value->len = CORE_TEXT - 1;
    value->text = keep_text(puts, text, value->len);
    return value->text != NULL;
}

static bool keep_values(struct puts *puts, const struct record_line *line, struct value *values)
{
    for (unsigned i = 0; i < puts->stream->field_count; i++) {
        values[i] = line->values[i];
        if (values[i].kind != VALUE_TEXT)
            continue;
        if (puts->stream->fields[i].type == FIELD_TOKEN) {
            if (!keep_token(puts, &values[i]))
                return false;
            continue;
        }
        values[i].text = keep_text(puts, values[i].text, values[i].len);
        if (values[i].text == NULL)
            return false;
    }
    return true;
}

/* The place of an earlier line of the same record among these, or `at` when there is none; later ones win. */
static size_t take_slot(struct puts *puts, const uint8_t id[static CORE_SIZE], size_t at)
{
    uint32_t start;
    memcpy(&start, id, sizeof start); /* a synthetic IV: as good as random */
    size_t slot = start % SLOTS;
    for (; puts->slots[slot] != 0; slot = (slot + 1) % SLOTS)
        if (memcmp(puts->ids[puts->slots[slot] - 1], id, CORE_SIZE) == 0)
            return puts->slots[slot] - 1;
    puts->slots[slot] = (uint32_t)at + 1;
    return at;
}

enum err_code puts_add(struct puts *puts, const struct record_line *line, bool rejected, struct err *err)
{
    struct site *site = puts->site;
    uint8_t id[CORE_SIZE];
    if (puts->count == PUTS_MAX) {
        enum err_code code = puts_flush(puts, err);
        if (code != OK)
            return code;
    }
    rekey_core(site->streams[puts->stream->index], line->head.id, id);
    size_t at = take_slot(puts, id, puts->count);
    if (at == puts->count)
        puts->count++;
    struct store_row *row = &puts->rows[at];
    *row = (struct store_row){.has_episode = line->head.has_episode,
                              .has_patient = line->head.has_patient,
                              .rejected = rejected,
                              .day = line->head.day,
                              .values = puts->values + at * MODEL_FIELDS_MAX};
    memcpy(puts->ids[at], id, CORE_SIZE);
    memcpy(row->id, id, CORE_SIZE);
    memcpy(row->fp, line->fp, SHORT_SIZE);
    if (row->has_episode) /* the call's token, whatever the stream: the model's first */
        rekey_core(site->streams[0], line->head.episode, row->episode);
    if (row->has_patient)
        rekey_core(site->person, line->head.patient, row->patient);
    if (!rejected && !keep_values(puts, line, puts->values + at * MODEL_FIELDS_MAX))
        return err_set(err, ERR_INTERNAL, "a batch has more text than lines");
    return OK;
}

/* The held record leaves its day. */
static enum err_code leave_day(struct puts *puts, const struct stored *held, struct err *err)
{
    struct day_state *day;
    enum err_code code = days_get(&puts->site->days, puts->stream->index, held->day, &day, err);
    if (code == OK)
        day_remove(day, held->fp, puts->version);
    return code;
}

/* Whether what is held says all that the put says. What another loader or model rejected is judged anew. */
static bool says_the_same(const struct stored *held, const struct store_row *row)
{
    return held->found && memcmp(held->fp, row->fp, SHORT_SIZE) == 0 &&
           held->judged == (row->rejected ? REJECTED_NOW : TAKEN);
}

/* The fate of one put: ignored, held already, written, rejected, or kept out for its person. */
static enum err_code decide(struct puts *puts, size_t at, struct err *err)
{
    const struct store_row *row = &puts->rows[at];
    const struct stored *held = &puts->held[at];
    struct day_state *day;
    enum err_code code = days_get(&puts->site->days, puts->stream->index, row->day, &day, err);
    if (code != OK)
        return code;
    if (held->found && version_compare(held->version, puts->version) > 0)
        return OK;
    if (row->has_patient && suppressed_has(&puts->site->suppressed, row->patient)) {
        if (!held->found)
            return OK;
        memcpy(puts->removed[puts->removed_count++], row->id, CORE_SIZE);
        return leave_day(puts, held, err);
    }
    if (version_compare(puts->version, day->floor) < 0)
        return OK;
    if (says_the_same(held, row)) {
        memcpy(puts->raised[puts->raised_count++], row->id, CORE_SIZE);
        return OK;
    }
    if (held->found)
        code = leave_day(puts, held, err);
    day_add(day, row->fp, puts->version);
    if (!row->rejected) {
        puts->chosen[puts->chosen_count++] = *row;
        return code;
    }
    if (held->found && held->judged == TAKEN)
        memcpy(puts->removed[puts->removed_count++], row->id, CORE_SIZE);
    puts->rejected[puts->rejected_count++] = *row;
    return code;
}

enum err_code puts_flush(struct puts *puts, struct err *err)
{
    struct store *store = puts->site->store;
    const char *site = puts->site->name;
    if (puts->count == 0)
        return OK;
    enum err_code code =
        store_versions(store, puts->stream, site, puts->ids[0], puts->count, puts->held, err);
    for (size_t i = 0; code == OK && i < puts->count; i++)
        code = decide(puts, i, err);
    if (code == OK)
        code = store_delete(store, puts->stream, site, puts->removed[0], puts->removed_count, err);
    if (code == OK)
        code =
            store_raise(store, puts->stream, site, puts->version, puts->raised[0], puts->raised_count, err);
    if (code == OK)
        code = store_write(store, puts->stream, site, puts->version, puts->chosen, puts->chosen_count, err);
    if (code == OK)
        code =
            store_reject(store, puts->stream, site, puts->version, puts->rejected, puts->rejected_count, err);
    empty(puts);
    return code;
}
