/* SPDX-License-Identifier: Apache-2.0 */
/* What scripts/text-weights learns from: of each note, as JSON lines with a text and its identifiers, as
 * first byte, byte after and label, a line for each token: its bytes, and each of its features as HASH=NAME,
 * separated by tabs; a full stop ends a note. A token of an identifier has two lines: with the others of it
 * found, and with none.
 *
 * usage: text-features TEXT_LEX <notes */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "agent/text/detect/feature.h"

#define LINE_MAX_BYTES (1u << 20)

static const char *const cues[] = {"",       "title",         "kin",       "profession", "named",  "born",
                                   "chez",   "phone",         "extension", "code",       "id",     "nir",
                                   "street", "residence",     "build",     "floor",      "ground", "door",
                                   "side",   "establishment", "work",      "where",      "month",  "weekday",
                                   "unit",   "vital",         "context",   "under",      "lock",   "person"};

static void print_class(const struct token *t)
{
    static const struct {
        uint32_t flag;
        const char *name;
    } lists[] = {{LEX_FRENCH, "french"}, {LEX_NOUN, "noun"},       {LEX_PREDICATE, "predicate"},
                 {LEX_GIVEN, "given"},   {LEX_SURNAME, "surname"}, {LEX_TOWN, "town"},
                 {LEX_EPONYM, "eponym"}, {LEX_NEUTRAL, "neutral"}, {LEX_HOSPITAL, "hospital"},
                 {LEX_PROPER, "proper"}};
    uint32_t known = feature_class(t) - 0x10000u;
    if (t->kind == TOKEN_NUMBER)
        printf("<%u-digits>", token_len(t));
    else if (t->kind == TOKEN_SIGN)
        printf("<sign-%c>", token_letter(t) > ' ' ? token_letter(t) : '_');
    else if (token_cue(t) != CUE_NONE)
        printf("<cue-%s>", cues[token_cue(t)]);
    else if (t->flags & (LEX_FUNCTION | LEX_DRUG | LEX_MEDICAL))
        printf("<%s>", t->flags & LEX_FUNCTION ? "grammar" : t->flags & LEX_DRUG ? "drug" : "medical");
    else {
        printf(known ? "<" : "<unknown");
        const char *between = "";
        for (size_t k = 0; k < sizeof(lists) / sizeof(lists[0]); k++) {
            if (known & lists[k].flag) {
                printf("%s%s", between, lists[k].name);
                between = ",";
            }
        }
        printf(">");
    }
}

static void print_letters(const struct note *n, const struct token *t, uint32_t count, bool last)
{
    uint32_t len = t->kind == TOKEN_WORD ? token_len(t) : 0;
    count = count < len ? count : len;
    printf(last ? "-%.*s" : "%.*s-", (int)count, count ? token_text(n, t) + (last ? len - count : 0) : "");
}

static void print_part(const struct note *n, const struct token *t, enum feature_of of)
{
    static const char *const shapes[] = {"small", "Capital", "CAPITALS", "miXed"};
    static const char *const profiles[] = {"normal", "small", "capitals"};
    static const char *const gaps[] = {"none", "space", "line"};
    const char *shape = t->kind == TOKEN_WORD ? shapes[t->shape] : "sign";
    switch (of) {
    case FEATURE_WORD:
        if (t->kind == TOKEN_WORD)
            printf("%.*s", (int)token_len(t), token_text(n, t));
        else
            print_class(t);
        break;
    case FEATURE_CLASS:
        print_class(t);
        break;
    case FEATURE_FORM:
        print_class(t);
        printf("%s", shape);
        break;
    case FEATURE_SHAPE:
        printf("%s,note-%s", shape, profiles[n->profile]);
        break;
    case FEATURE_GAP:
        printf("gap-%s", gaps[t->gap]);
        break;
    case FEATURE_LABEL:
        printf("%s", t->label ? text_label_name((enum text_label)t->label) : "none");
        break;
    case FEATURE_HEAD_3:
    case FEATURE_HEAD_4:
        print_letters(n, t, of == FEATURE_HEAD_3 ? 3 : 4, false);
        break;
    case FEATURE_TAIL_3:
    case FEATURE_TAIL_4:
        print_letters(n, t, of == FEATURE_TAIL_3 ? 3 : 4, true);
        break;
    case FEATURE_OPENING:
        printf("%s,%s", shape, t->first ? "opens" : "inside");
        break;
    case FEATURE_PHRASE:
        print_class(t);
        printf("%s", t->phrase > 1 ? ",phrase" : "");
        break;
    case FEATURE_NONE:
    case FEATURE_OBSERVATIONS:
        break;
    }
}

static void print_feature(const struct note *n, size_t i, size_t f)
{
    printf("\t%016llx=", (unsigned long long)feature_hash(n, i, f));
    for (size_t p = 0; p < FEATURE_PARTS && features[f].parts[p].of != FEATURE_NONE; p++) {
        int at = features[f].parts[p].at;
        printf(p ? " %+d:" : "%+d:", at);
        print_part(n, token_at(n, i + (size_t)(ptrdiff_t)at), (enum feature_of)features[f].parts[p].of);
    }
}

static void print_token(const struct note *n, size_t i)
{
    printf("%u\t%u\t%d", n->fold.origin[n->tokens[i].start], n->fold.origin[n->tokens[i].end],
           n->tokens[i].kind != TOKEN_SIGN);
    for (size_t f = 0; f < FEATURES; f++)
        print_feature(n, i, f);
    printf("\n");
}

/* The label called so; TEXT_NONE when none is. */
static uint8_t label_called(const char *name)
{
    for (uint8_t label = 1; name && label < TEXT_LABELS; label++)
        if (strcmp(text_label_name((enum text_label)label), name) == 0)
            return label;
    return TEXT_NONE;
}

/* Labels the tokens that lie in an identifier; the first of them, and in ret_end the one after the last. */
static size_t label_span(struct note *n, json_t *span, size_t *ret_end)
{
    json_int_t first = json_integer_value(json_array_get(span, 0)),
               end = json_integer_value(json_array_get(span, 1));
    uint8_t label = label_called(json_string_value(json_array_get(span, 2)));
    size_t from = 0;
    while (from < n->count && (json_int_t)n->fold.origin[n->tokens[from].end] <= first)
        from++;
    size_t to = from;
    for (; to < n->count && (json_int_t)n->fold.origin[n->tokens[to].start] < end; to++)
        n->tokens[to].label = label;
    *ret_end = to;
    return from;
}

static void set_labels(struct note *n, size_t from, size_t end, uint8_t label)
{
    for (size_t k = from; k < end; k++)
        n->tokens[k].label = label;
}

static void print_note(struct note *n, const char *text, json_t *spans)
{
    size_t index, end;
    json_t *span;
    n->text = text;
    if (!fold_text(&n->fold, text, strlen(text)) || !note_tokenise(n))
        exit(1);
    json_array_foreach(spans, index, span)(void) label_span(n, span, &end);
    for (size_t i = 0; i < n->count; i++)
        print_token(n, i);
    json_array_foreach(spans, index, span)
    {
        size_t from = label_span(n, span, &end);
        uint8_t label = from < end ? n->tokens[from].label : TEXT_NONE;
        set_labels(n, from, end, TEXT_NONE);
        for (size_t i = from; i < end; i++)
            print_token(n, i);
        set_labels(n, from, end, label);
    }
    printf(".\n");
}

int main(int argc, char **argv)
{
    struct lexicon *lexicon = NULL;
    struct err err;
    static char line[LINE_MAX_BYTES];
    if (argc != 2 || lexicon_open(&lexicon, argv[1], &err) != OK)
        return 1;
    struct note note = {.lexicon = lexicon, .vocabulary = vocabulary_new(lexicon, NULL)};
    while (note.vocabulary && fgets(line, sizeof line, stdin)) {
        json_t *object = json_loads(line, 0, NULL);
        const char *text = json_string_value(json_object_get(object, "text"));
        if (!text)
            return 1;
        print_note(&note, text, json_object_get(object, "spans"));
        note.count = 0;
        json_decref(object);
    }
    note_free(&note);
    vocabulary_free(note.vocabulary);
    lexicon_close(lexicon);
    return 0;
}
