/* SPDX-License-Identifier: Apache-2.0 */
/* A note while it is cleaned: folded text, tokens, and what each detector marked. Internal to this room. */
#ifndef AGENT_TEXT_NOTE_H
#define AGENT_TEXT_NOTE_H

#include <stdbool.h>
#include <stdint.h>
#include "agent/text/fold.h"
#include "agent/text/starts.h"
#include "agent/text/text.h"
#include "agent/text/vocabulary.h"
#include "agent/text/words/lexicon.h"

enum token_kind { TOKEN_WORD, TOKEN_NUMBER, TOKEN_SIGN };
enum token_shape { SHAPE_LOWER, SHAPE_CAPITAL, SHAPE_UPPER, SHAPE_MIXED, SHAPES };
enum token_gap { GAP_NONE, GAP_SPACE, GAP_LINE };

struct token {
    uint64_t hash;           /* words: of their letters */
    uint64_t spelling;       /* the first eight bytes, as they lie in memory */
    struct word_lists lists; /* words: the short lists that hold them */
    uint32_t starts;         /* START_BIT of each detector that may begin with it */
    uint32_t start, end;     /* folded bytes */
    uint32_t flags;          /* words: LEX_…, and the cue */
    union {
        uint32_t letters; /* words: a bit for each that it has */
        int32_t value;    /* numbers: -1 when longer than nine digits */
    };
    uint8_t kind, shape, gap; /* gap: what stands before */
    uint8_t accent;           /* an accent somewhere */
    uint8_t label, source, role;
    uint8_t head;    /* first of its span */
    uint8_t locked;  /* clinical, or an eponym: never marked */
    uint8_t site;    /* GAZ_… flags from the site's names */
    uint8_t phrase;  /* tokens of the lexicon's longest entry that begins here, when over 1 */
    uint8_t first;   /* begins a sentence */
    uint8_t settled; /* judged as a name since anything around it changed */
    uint8_t own;     /* the row's identifier it resembles: its label; 0 when none */
    uint8_t slip;    /* may be a name of the row with one slip, by its length and letters */
    uint8_t apart;   /* in a note all in capitals, its line is not */
};

/* How the writer of this note uses capitals: what one says depends on it. */
enum note_case { CASE_NORMAL, CASE_LOWER, CASE_UPPER };

struct note {
    const struct lexicon *lexicon;
    struct vocabulary *vocabulary;
    const char *text; /* the original */
    struct fold fold;
    struct token *tokens;
    size_t count, cap;
    uint64_t *starts; /* a row of bits for each start, one bit a token */
    size_t blocks;    /* words of a row */
    bool everywhere;  /* every token is a start: for tests */
    enum note_case profile;
    int32_t day;
};

/* How capitals are used where a token stands: a note of several hands may have one line in capitals. Names
 * are judged by it, what else there is by the whole note. */
static inline enum note_case note_case_at(const struct note *note, const struct token *token)
{
    return token->apart ? CASE_NORMAL : note->profile;
}

/* Cuts the folded text into words, numbers and signs, repairs glued words, looks the words up. False: no
 * memory. */
bool note_tokenise(struct note *note);
void note_wipe(struct note *note); /* forgets the words, keeps the room */
void note_free(struct note *note);

static inline const char *token_text(const struct note *n, const struct token *t)
{
    return n->fold.text + t->start;
}
static inline uint32_t token_len(const struct token *t)
{
    return t->end - t->start;
}
static inline char token_letter(const struct token *t)
{
    return *(const char *)&t->spelling;
}
/* The first token from i on that is one of two starts; the note's count when there is none. */
static inline size_t note_next_of(const struct note *n, enum start a, enum start b, size_t i)
{
    const uint64_t *first = n->starts + a * n->blocks, *second = n->starts + b * n->blocks;
    for (size_t block = i / 64; i < n->count; i = 64 * ++block) {
        uint64_t left = (first[block] | second[block]) >> i % 64;
        if (left)
            return i + (size_t)__builtin_ctzll(left);
    }
    return n->count;
}
/* The first with which a detector may begin. */
static inline size_t note_next(const struct note *n, enum start start, size_t i)
{
    return note_next_of(n, start, start, i);
}
/* The token at i, or a blank one outside: detectors look around without counting. */
extern const struct token token_nothing;
static inline const struct token *token_at(const struct note *n, size_t i)
{
    return i < n->count ? &n->tokens[i] : &token_nothing;
}
/* These two are asked a hundred times a token: a literal folds into one comparison of eight bytes. */
static inline bool token_is(const struct note *n, size_t i, const char *word)
{
    const struct token *t = token_at(n, i);
    size_t len = __builtin_strlen(word);
    uint64_t spelling = 0;
    __builtin_memcpy(&spelling, word, len < 8 ? len : 8);
    if (t->spelling != spelling || t->end - t->start != len)
        return false;
    return len <= 8 || __builtin_memcmp(token_text(n, t), word, len) == 0;
}
/* The same of a word of eight letters at most, which may stand in no note. */
static inline bool token_spells(const struct token *t, const char *word)
{
    size_t len = __builtin_strlen(word);
    uint64_t spelling = 0;
    __builtin_memcpy(&spelling, word, len < 8 ? len : 8);
    return t->spelling == spelling && t->end - t->start == len;
}
static inline bool token_has(const struct token *t, enum word_list list)
{
    return word_lists_have(&t->lists, list);
}
static inline bool token_sign(const struct note *n, size_t i, char sign)
{
    const struct token *t = token_at(n, i);
    uint64_t spelling = 0;
    __builtin_memcpy(&spelling, &sign, 1);
    return t->spelling == spelling && t->kind == TOKEN_SIGN;
}
/* Nothing stands between it and the token before. */
static inline bool token_tight(const struct note *n, size_t i)
{
    return token_at(n, i)->gap == GAP_NONE;
}
/* A hyphen at i, directly after the token before it. */
static inline bool token_hyphen(const struct note *n, size_t i)
{
    return token_sign(n, i, '-') && token_tight(n, i);
}
/* A sign of a door's keypad. */
static inline bool token_keypad_sign(const struct note *n, size_t i)
{
    return token_sign(n, i, '*') || token_sign(n, i, '#');
}
/* Whether the token is a word of a list. */
static inline bool token_among(const struct note *n, size_t i, enum word_list list)
{
    return word_lists_have(&token_at(n, i)->lists, list);
}
/* The value of so many digits, -1 when they are over nine. */
static inline int32_t number_value(const char *digits, size_t len)
{
    int32_t value = 0;
    for (size_t i = 0; i < len && len <= 9; i++)
        value = value * 10 + (digits[i] - '0');
    return len <= 9 ? value : -1;
}
/* The number's value, at most 9 digits; -1 when it is no number or longer. */
static inline long token_value(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return t->kind == TOKEN_NUMBER ? t->value : -1;
}
static inline enum text_cue token_cue(const struct token *t)
{
    return LEX_CUE(t->flags);
}
/* A word with a capital somewhere. */
static inline bool token_capital(const struct token *t)
{
    return t->kind == TOKEN_WORD && t->shape != SHAPE_LOWER;
}
/* A word of no list and no dictionary. */
static inline bool token_unknown(const struct token *t)
{
    return t->kind == TOKEN_WORD && !(t->flags & LEX_WORD) && token_cue(t) == CUE_NONE;
}

/* Labels one token; no other way leads to a label, for those who look for marked tokens go by START_MARKED.
 */
void note_label(struct note *note, size_t i, uint8_t label, uint8_t source, bool head);
/* Marks tokens from..to (to included) as one span, unless one is marked or locked. True when it did. */
bool note_mark(struct note *note, size_t from, size_t to, enum text_label label, enum text_source source);
/* As note_mark, over what is locked too; parts already marked keep their label. */
void note_force(struct note *note, size_t from, size_t to, enum text_label label, enum text_source source);
/* Whether nothing in from..to is marked or locked. */
bool note_free_range(const struct note *note, size_t from, size_t to);

/* The token after the list of measures that begins at i ("142 78 / 138 80"); 0 when none does. */
size_t readings_end(const struct note *note, size_t i);

/* The nearest word before i that is not "de", "du", "la" or an apostrophe, at most 4 tokens back; SIZE_MAX if
 * none. */
size_t note_before(const struct note *note, size_t i);
/* The token of an ordinal's suffix when a number of 1 to 60 with one begins at i ("3e", "11eme"), else 0. */
size_t note_ordinal(const struct note *note, size_t i);
/* Whether folded letters are built like a word of medicine: "bronchiolite", "-cilline". */
bool medical_shape(const char *word, size_t len);
/* The same, of endings that no name has: "-ectomie", "-scopie". */
bool medical_surely(const char *word, size_t len);
/* A side of a landing: "droite", "gche", "face". */
bool note_side(const struct note *note, size_t i);
/* Whether what stands around the eponym at i speaks of medicine: "signe de X", "X négatif", "X-Y". */
bool note_eponym_used(const struct note *note, size_t i);
/* Whether what stands around the medicine or brand at i does: a number, a dose, "sous X". */
bool note_medicine_used(const struct note *note, size_t i);
/* So many tokens are nobody's: no evidence removes them. */
static inline void note_lock(struct note *note, size_t from, size_t count)
{
    for (size_t i = from; i < from + count && i < note->count; i++)
        note->tokens[i].locked = 1;
}
/* A title ("Mme", "Dr") stands directly before i, perhaps with a stop. */
bool note_titled(const struct note *note, size_t i);

/* Marks the codes that follow one which ends before `end`; returns the token after the last. */
size_t more_door_codes(struct note *note, size_t end);

/* The detectors, in the order in which they run. */
void detect_locks(struct note *note);      /* eponyms and medicines */
void detect_clinical(struct note *note);   /* measures, doses, ages: numbers that stay */
void detect_network(struct note *note);    /* mail, URL, handles */
void detect_numbers(struct note *note);    /* NIR, phones, IBAN, plates, long numbers */
void detect_full_dates(struct note *note); /* day, month and year in digits */
void detect_dates(struct note *note);      /* the other forms, after clinical numbers */
void detect_extensions(struct note *note); /* what goes on from a phone */
void detect_grouped_identifiers(struct note *note);
void detect_codes(struct note *note);
void detect_bare_codes(struct note *note);
void close_chunks(struct note *note); /* an identifier goes to the end of its letters and digits */
void detect_addresses(struct note *note);
void detect_establishments(struct note *note);
void detect_names(struct note *note);
void detect_towns(struct note *note);
void detect_proper_names(struct note *note);
void detect_segments(struct note *note); /* places by themselves beside an address */
void detect_joins(struct note *note);    /* what belongs to establishments and names found in part */
void detect_likely(struct note *note);   /* what no rule found, by learnt weights */
void detect_floors(struct note *note);   /* bare ordinals and sides, beside what is marked */

#endif
