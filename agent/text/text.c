/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text/text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "agent/text/canary.h"
#include "agent/text/detect/extend.h"
#include "agent/text/guard.h"
#include "agent/text/note.h"
#include "agent/text/own/own.h"
#include "agent/text/replace.h"
#include "agent/text/words/gazetteer.h"

#define CODE_VERSION 1u
#define DEFAULT_LIMIT_MS 500u
#define GUARD_HITS 64u
#define RECENT 200u

/* One note of a call on its way; its room is used again by later calls. */
struct work {
    struct note note;
    struct removals removals;
    struct text_span *spans;
    size_t span_cap;
};

struct text_engine {
    struct text_options options;
    struct lexicon *lexicon;
    struct vocabulary *vocabulary;
    struct work *works;
    size_t work_cap;
    struct seen seen;
    struct fold scratch;
    struct own own;
    struct text_guard *guard;
    struct numbered numbered;
    unsigned recent, recent_withheld; /* halved when recent is full: the last few hundred notes count */
    bool canary_failed;
};

const char *text_label_name(enum text_label label)
{
    static const char *const names[TEXT_LABELS] = {
        "",    "NOM",   "PRENOM",         "TEL",  "MAIL", "NIR", "ADRESSE", "CODE",
        "ZIP", "VILLE", "DATE_NAISSANCE", "DATE", "ETAB", "ID"};
    return names[label];
}

const char *text_source_name(enum text_source source)
{
    static const char *const names[TEXT_SOURCES] = {"own",     "own_typo", "gazetteer",  "list",   "cue",
                                                    "pattern", "unknown",  "classifier", "repeat", "guard"};
    return names[source];
}

const char *text_withheld_name(enum text_withheld reason)
{
    static const char *const names[TEXT_REASONS] = {"",      "undecodable", "too_long", "too_slow",
                                                    "guard", "no_memory",   "stopped"};
    return names[reason];
}

const char *text_stop_name(enum text_stop stop)
{
    static const char *const names[TEXT_STOPS] = {"", "canary", "no_names", "old_names", "rate"};
    return names[stop];
}

static uint64_t clock_ms(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000u + (uint64_t)t.tv_nsec / 1000000u;
}

/* What a call's row and notes left behind, as far as they went. */
static void wipe(struct text_engine *e, size_t note_count)
{
    own_wipe(&e->own);
    text_guard_wipe(e->guard);
    seen_wipe(&e->seen);
    numbered_wipe(&e->numbered);
    if (e->scratch.text)
        explicit_bzero(e->scratch.text, e->scratch.cap);
    for (size_t i = 0; i < note_count && i < e->work_cap; i++)
        note_wipe(&e->works[i].note);
}

static bool reserve_works(struct text_engine *e, size_t count)
{
    if (count <= e->work_cap)
        return true;
    struct work *grown = realloc(e->works, count * sizeof(*grown));
    if (!grown)
        return false;
    memset(grown + e->work_cap, 0, (count - e->work_cap) * sizeof(*grown));
    e->works = grown;
    e->work_cap = count;
    return true;
}

/* Each detector marks what it is sure of; the later ones see what the earlier ones marked. */
static const struct detector {
    void (*plain)(struct note *note); /* one of the two */
    void (*by_row)(const struct own *own, struct note *note);
} detectors[] = {
    {.plain = detect_locks},
    {.plain = detect_network},
    {.plain = detect_full_dates},
    {.plain = detect_numbers},
    {.plain = detect_grouped_identifiers},
    {.plain = detect_codes},
    {.plain = detect_clinical},
    {.by_row = own_match_words},
    {.plain = detect_establishments},
    {.plain = detect_addresses},
    {.plain = detect_dates},
    {.plain = detect_extensions},
    {.by_row = own_mark_numbers},
    {.by_row = own_mark_phrases},
    {.plain = detect_towns},
    {.by_row = own_mark_words},
    {.plain = detect_names},
    {.by_row = extend_names},
    {.plain = detect_proper_names},
    {.plain = detect_floors},
    {.plain = detect_bare_codes},
    {.plain = detect_segments},
    {.plain = detect_likely},
    {.plain = detect_joins},
    {.plain = close_chunks},
};

static void detect(const struct detector *d, struct note *n, const struct own *own)
{
    if (d->plain)
        d->plain(n);
    else
        d->by_row(own, n);
}

static void keep_establishments(struct note *n)
{
    for (size_t i = 0; i < n->count; i++)
        if (n->tokens[i].label == TEXT_ETAB && n->tokens[i].source != TEXT_BY_OWN &&
            n->tokens[i].source != TEXT_BY_CLASSIFIER) /* which may take a person for a place */
            n->tokens[i].label = 0;
}

static enum text_withheld prepare(struct text_engine *e, struct note *n, const struct text_note *in,
                                  int32_t day)
{
    n->lexicon = e->lexicon;
    n->vocabulary = e->vocabulary;
    n->text = in->text;
    n->day = day;
    n->everywhere = e->options.everywhere;
    n->count = 0;
    if (in->len > TEXT_MAX_BYTES)
        return TEXT_TOO_LONG;
    if (!fold_text(&n->fold, in->text, in->len))
        return TEXT_UNDECODABLE;
    return note_tokenise(n) ? TEXT_CLEANED : TEXT_NO_MEMORY;
}

/* Runs the guard until it finds nothing, twice at most after its first look. */
static enum text_withheld guard(struct text_engine *e, const struct text_note *in, struct removals *r)
{
    struct guard_range hits[GUARD_HITS + 1];
    for (unsigned look = 0; look < 3; look++) {
        struct guard_range *ranges = malloc((r->count + 1) * sizeof(*ranges));
        if (!ranges)
            return TEXT_NO_MEMORY;
        for (size_t i = 0; i < r->count; i++)
            ranges[i] = r->list[i].bytes;
        size_t found = text_guard_check(e->guard, in->text, in->len, ranges, r->count, hits, GUARD_HITS);
        free(ranges);
        if (found == 0)
            return TEXT_CLEANED;
        if (found > GUARD_HITS)
            return TEXT_GUARD;
        for (size_t i = 0; i < found; i++)
            if (!removals_add(r, hits[i]))
                return TEXT_NO_MEMORY;
    }
    return TEXT_GUARD;
}

/* Code points that begin in these bytes of UTF-8. */
static uint32_t points_in(const char *text, size_t len)
{
    uint32_t points = 0;
    for (; len >= 8; text += 8, len -= 8) {
        uint64_t x;
        memcpy(&x, text, sizeof(x));
        uint64_t begins = (~x >> 7 | x >> 6) & 0x0101010101010101u; /* a bit for each byte but 10xxxxxx */
        points += (uint32_t)(begins * 0x0101010101010101u >> 56);
    }
    for (; len > 0; text++, len--)
        points += ((uint8_t)*text & 0xC0) != 0x80;
    return points;
}

/* Spans as code points; they are in order, so one walk over the text counts for all. */
static bool publish_spans(struct work *w, struct text_note *out)
{
    const struct removals *r = &w->removals;
    if (w->span_cap < r->count) {
        struct text_span *grown = realloc(w->spans, r->count * sizeof(*grown));
        if (!grown)
            return false;
        w->spans = grown;
        w->span_cap = r->count;
    }
    uint32_t points = 0;
    size_t at = 0;
    for (size_t i = 0; i < r->count; i++) {
        const size_t ends[2] = {r->list[i].bytes.start, r->list[i].bytes.end};
        uint32_t got[2];
        for (int side = 0; side < 2; side++) {
            if (at < ends[side])
                points += points_in(out->text + at, ends[side] - at);
            at = ends[side] > at ? ends[side] : at;
            got[side] = points;
        }
        w->spans[i] = (struct text_span){got[0], got[1], (enum text_label)r->list[i].label,
                                         (enum text_source)r->list[i].source};
    }
    out->spans = w->spans;
    out->span_count = r->count;
    return true;
}

static void withhold(struct text_engine *e, struct text_note *note, enum text_withheld reason)
{
    note->withheld = reason;
    note->spans = NULL;
    note->span_count = 0;
    buf_wipe(&note->cleaned);
    buf_puts(&note->cleaned, TEXT_PLACEHOLDER_WITHHELD);
    e->recent_withheld += reason != TEXT_STOPPED;
}

static void finish(struct text_engine *e, struct work *w, struct text_note *out)
{
    if (!removals_collect(&w->removals, &w->note)) {
        withhold(e, out, TEXT_NO_MEMORY);
        return;
    }
    enum text_withheld reason = guard(e, out, &w->removals);
    if (reason != TEXT_CLEANED) {
        withhold(e, out, reason);
        return;
    }
    buf_clear(&out->cleaned);
    replace_write(&out->cleaned, &w->note, &w->removals, &e->numbered);
    if (!buf_ok(&out->cleaned) || !publish_spans(w, out)) {
        buf_free(&out->cleaned);
        withhold(e, out, TEXT_NO_MEMORY);
    }
}

static void count_note(struct text_engine *e)
{
    if (++e->recent >= 2 * RECENT) {
        e->recent /= 2;
        e->recent_withheld /= 2;
    }
}

/* Reads notes of a call: one detector after the other, each through all notes, for together the detectors are
 * more code than the processor keeps at hand. */
static void read_notes(struct text_engine *e, int32_t day, struct text_note *notes, struct work *works,
                       size_t count)
{
    for (size_t i = 0; i < count; i++)
        notes[i].withheld = prepare(e, &works[i].note, &notes[i], day);
    for (size_t d = 0; d < sizeof(detectors) / sizeof(detectors[0]); d++)
        for (size_t i = 0; i < count; i++)
            if (notes[i].withheld == TEXT_CLEANED)
                detect(&detectors[d], &works[i].note, &e->own);
}

/* When the notes of a call took longer than one may, each is read again by itself, by the processor's clock:
 * none is slow because there are many, or because the machine slept or was busy. The clock on the wall is
 * asked first since it answers without a call of the system. */
static void read_in_time(struct text_engine *e, int32_t day, struct text_note *notes, size_t count)
{
    unsigned limit = e->options.limit_ms ? e->options.limit_ms : DEFAULT_LIMIT_MS;
    uint64_t start = clock_ms(CLOCK_MONOTONIC);
    read_notes(e, day, notes, e->works, count);
    if (clock_ms(CLOCK_MONOTONIC) - start <= limit)
        return;
    for (size_t i = 0; i < count; i++) {
        start = clock_ms(CLOCK_PROCESS_CPUTIME_ID);
        read_notes(e, day, &notes[i], &e->works[i], 1);
        if (notes[i].withheld == TEXT_CLEANED && clock_ms(CLOCK_PROCESS_CPUTIME_ID) - start > limit)
            notes[i].withheld = TEXT_TOO_SLOW;
    }
}

/* First all notes are read, then all are written: what one removes, all do. */
static void clean_notes(struct text_engine *e, int32_t day, struct text_note *notes, size_t count)
{
    read_in_time(e, day, notes, count);
    for (size_t i = 0; i < count; i++)
        if (notes[i].withheld == TEXT_CLEANED && !seen_collect(&e->seen, &e->works[i].note))
            notes[i].withheld = TEXT_NO_MEMORY;
    seen_sort(&e->seen);
    for (size_t i = 0; i < count; i++) {
        struct work *w = &e->works[i];
        count_note(e);
        if (notes[i].withheld != TEXT_CLEANED) {
            withhold(e, &notes[i], notes[i].withheld);
            continue;
        }
        seen_repeat(&e->seen, &w->note);
        if (e->options.keep_establishments)
            keep_establishments(&w->note);
        finish(e, w, &notes[i]);
    }
}

static void clean(struct text_engine *e, const struct text_identifier *ids, size_t id_count, int32_t day,
                  struct text_note *notes, size_t count)
{
    enum text_withheld reason = TEXT_CLEANED;
    if (!reserve_works(e, count))
        reason = TEXT_NO_MEMORY;
    else if (!text_guard_prepare(e->guard, ids, id_count) ||
             !own_prepare(&e->own, e->lexicon, &e->scratch, ids, id_count))
        reason = TEXT_TOO_LONG;
    if (reason == TEXT_CLEANED)
        clean_notes(e, day, notes, count);
    for (size_t i = 0; reason != TEXT_CLEANED && i < count; i++) {
        count_note(e);
        withhold(e, &notes[i], reason);
    }
    wipe(e, count);
}

void text_clean(struct text_engine *e, const struct text_identifier *ids, size_t id_count, int32_t day,
                struct text_note *notes, size_t count)
{
    if (text_stopped(e) != TEXT_RUNS) {
        for (size_t i = 0; i < count; i++)
            withhold(e, &notes[i], TEXT_STOPPED);
        return;
    }
    clean(e, ids, id_count, day, notes, count);
}

enum text_stop text_stopped(const struct text_engine *e)
{
    if (e->canary_failed)
        return TEXT_STOP_CANARY;
    if (!e->options.require_gazetteer)
        return TEXT_RUNS;
    if (!e->options.names || gazetteer_count(e->options.names) == 0)
        return TEXT_STOP_NO_NAMES;
    int64_t age = e->options.now - gazetteer_learnt_at(e->options.names);
    if (age < -86400 || age > GAZETTEER_MAX_AGE)
        return TEXT_STOP_OLD_NAMES;
    return e->recent >= RECENT && e->recent_withheld > e->recent / 5 ? TEXT_STOP_RATE : TEXT_RUNS;
}

enum err_code text_ready(const struct text_engine *e, struct err *err)
{
    static const char *const reasons[TEXT_STOPS] = {
        [TEXT_STOP_CANARY] = "a start-up canary came out uncleaned",
        [TEXT_STOP_NO_NAMES] = "the site's names have not been learnt",
        [TEXT_STOP_OLD_NAMES] = "the site's names were learnt too long ago",
        [TEXT_STOP_RATE] = "more than a fifth of the recent notes were withheld"};
    enum text_stop stop = text_stopped(e);
    return stop == TEXT_RUNS ? OK : err_set(err, ERR_CONFIG, "text engine: %s", reasons[stop]);
}

void text_tell_time(struct text_engine *e, int64_t now)
{
    e->options.now = now;
}

static bool canary_passes(struct text_engine *e, size_t index)
{
    const struct canary *c = canary_at(index);
    struct text_note note = {.text = c->text, .len = strlen(c->text), .cleaned = BUF_INIT(TEXT_MAX_BYTES)};
    clean(e, c->identifiers, c->identifier_count, c->day, &note, 1);
    bool passes = note.withheld == TEXT_CLEANED && canary_clean(c, buf_text(&note.cleaned));
    buf_free(&note.cleaned);
    return passes;
}

/* Replaces what is remembered of words: an answer about the site's names holds for these names only. */
static bool learn(struct text_engine *e, const struct gazetteer *names)
{
    vocabulary_free(e->vocabulary);
    e->vocabulary = vocabulary_new(e->lexicon, names);
    return e->vocabulary != NULL;
}

static void try_canaries(struct text_engine *e)
{
    for (size_t i = 0; canary_at(i); i++)
        if (!canary_passes(e, i))
            e->canary_failed = true;
    e->recent = e->recent_withheld = 0;
}

enum err_code text_open(struct text_engine **ret, const struct text_options *options, struct err *err)
{
    struct text_engine *e = calloc(1, sizeof(*e));
    if (!e)
        return err_set(err, ERR_INTERNAL, "no memory for the text engine");
    enum err_code rc = lexicon_open(&e->lexicon, options->lexicon, err);
    e->guard = text_guard_new(e->lexicon);
    if (rc == OK && (!e->guard || !learn(e, NULL)))
        rc = err_set(err, ERR_INTERNAL, "no memory for the text engine");
    if (rc == OK) {
        e->options.limit_ms = UINT_MAX; /* canaries tell whether it cleans, not how fast */
        try_canaries(e);
        e->options = *options;
        if (!learn(e, options->names))
            rc = err_set(err, ERR_INTERNAL, "no memory for the text engine");
    }
    if (rc != OK) {
        text_close(e);
        return rc;
    }
    *ret = e;
    return OK;
}

void text_close(struct text_engine *e)
{
    if (!e)
        return;
    if (e->guard)
        wipe(e, e->work_cap);
    text_guard_free(e->guard);
    for (size_t i = 0; i < e->work_cap; i++) {
        note_free(&e->works[i].note);
        free(e->works[i].removals.list);
        free(e->works[i].spans);
    }
    free(e->works);
    free(e->seen.words);
    fold_free(&e->scratch);
    vocabulary_free(e->vocabulary);
    lexicon_close(e->lexicon);
    explicit_bzero(e, sizeof(*e));
    free(e);
}

uint64_t text_version(const struct text_engine *e)
{
    return lexicon_version(e->lexicon) ^ (uint64_t)CODE_VERSION * 0x9E3779B97F4A7C15u;
}
