/* SPDX-License-Identifier: Apache-2.0 */
/* The row's own identifiers, made ready to be found in its notes: exactly, misspelt, joined, by initials, by
 * sound. */
#ifndef AGENT_TEXT_OWN_OWN_H
#define AGENT_TEXT_OWN_OWN_H

#include "agent/text/note.h"
#include "agent/text/own/index.h"

/* Room for several fields of some thousand bytes, of which each word is looked for. */
#define OWN_WORDS 1024u
#define OWN_NUMBERS 256u
#define OWN_PHRASES 128u
#define OWN_PHRASE_PARTS 12u
#define OWN_BIRTHS 8u

struct own_word {
    char text[OWN_LETTERS];
    uint64_t spelling; /* its first eight letters, as struct token has them */
    uint32_t letters;  /* bit per letter it has */
    uint8_t len, label, role;
    char first_sound;
    bool joined; /* several words of the value written as one */
    bool plain;  /* also a word of French */
    bool alone;  /* all of a name: "LE", not of "LE GOFF" */
};

/* A word or number of a place of the row. */
struct own_part {
    uint64_t hash;
    char text[OWN_LETTERS]; /* cut off when longer */
    uint8_t len, kind, cue; /* kind: enum part of phrase.c */
    uint8_t number;         /* of one or two digits, or a word for one; 0 when it is none */
};

/* A place of the row, its words and numbers in order. */
struct own_phrase {
    struct own_part parts[OWN_PHRASE_PARTS];
    uint8_t count, label, role;
};

struct own_date {
    uint16_t year;
    uint8_t month, day, role;
};

/* The words of a value written as one; longer than there is room for: none. */
struct own_joined {
    char text[OWN_LETTERS];
    size_t len, words;
    bool telling; /* one is long and no word of French: the guard finds it inside of others */
};

struct own {
    struct own_word words[OWN_WORDS];              /* word_count of them; the rest is never read */
    struct own_index index[OWN_WORDS / OWN_BLOCK]; /* of the words */
    struct own_phrase phrases[OWN_PHRASES];
    char numbers[OWN_NUMBERS][24]; /* number_count of them: digits of phones, ZIP, codes */
    uint8_t number_labels[OWN_NUMBERS], number_roles[OWN_NUMBERS];
    size_t word_count;
    size_t number_count;
    size_t phrase_count;
    uint64_t phrase_hashes[8]; /* bit for the low nine bits of each part's hash */
    uint64_t phrase_numbers;   /* bit for the low six bits of what each part counts */
    uint32_t phrase_cues;      /* bit for the cue of each part that is a type */
    struct own_date births[OWN_BIRTHS];
    size_t birth_count;
    char initials[8][8]; /* of given names: "jb", "c" */
    size_t initial_count;
    struct own_joined name, given_name; /* the first of each, to be joined with the other */
    bool overflow; /* more identifiers than room, or one that is not UTF-8: nothing may leave */
};

/* Prepares the identifiers; false when one of them cannot be looked for: the notes must then be withheld. The
 * caller wipes the result (own_wipe). */
bool own_prepare(struct own *own, const struct lexicon *lexicon, struct fold *scratch,
                 const struct text_identifier *identifiers, size_t count);
void own_wipe(struct own *own);

/* What a value of this kind is marked as. */
enum text_label own_label(enum text_kind kind);
/* Remembers a folded phone, code, postcode, number or birth date of the row. */
void own_add_numbers(struct own *own, const struct fold *value, const struct text_identifier *id);
/* Words of a caller's field that tell who calls, not from where: "IDE", "la fille", "EHPAD". flags: of the
 * lexicon. */
bool own_tells_caller(uint32_t flags);
/* Remembers a folded place of the row in order, when it has several parts; one of many as several. */
void own_add_phrase(struct own *own, const struct lexicon *lexicon, const struct fold *value,
                    enum text_kind kind, enum text_label label, enum text_role role);
/* Marks what of the row's places a note holds word for word. */
void own_mark_phrases(const struct own *own, struct note *note);

enum own_match { OWN_NONE, OWN_TYPO, OWN_EXACT };
/* A word of the note as it is compared with many of the row: its letters, and how it begins to sound. */
struct own_heard {
    uint32_t letters;
    char first_sound;
};
struct own_heard own_listen(const struct note *note, const struct token *token);
enum own_match own_compare(const struct own_word *word, const struct note *note, const struct token *token,
                           struct own_heard heard);

/* A word of medicine alone, most of them abbreviations ("lcas"): it may be a name with a slip. */
bool own_is_term(const struct token *token);

/* Notes in each word which of the row's identifiers it resembles, for the detectors that run before the
 * marking, and whether it may be a name of the row with a slip. */
void own_match_words(const struct own *own, struct note *note);
/* Marks names, streets and towns of the row, whatever their spelling. */
void own_mark_words(const struct own *own, struct note *note);
/* What own_mark_words and due.c share. The word beside i over a hyphen or a slash, in its line (of a
 * letter that an apostrophe ties to it, the word), SIZE_MAX when none; whether a token is marked as a name of
 * the row; marks tokens as w. */
size_t own_beside(const struct note *note, size_t i, bool right);
bool own_marked(const struct token *token);
void own_mark_as(struct note *note, size_t from, size_t to, const struct own_word *w,
                 enum text_source source);
/* Whether the word announces a person's name. */
bool own_announced_by(const struct token *token);
/* Whether the word at i is said of the noun that follows: "petit malaise", "bon état". */
bool own_near_town(const struct note *note, size_t i); /* "près de" stands before */
bool own_precedes_noun(const struct note *note, size_t i);
/* Whether what stands around the word at i, a name of the row too, says that it is the word. */
bool own_said_as_word(const struct note *n, size_t i);
/* The word before or after i over the signs between the halves of a name, or over the end of a line; SIZE_MAX
 * when none. */
size_t own_across(const struct note *n, size_t i, bool right);
/* Whether an initial of a given name of the row stands directly before or after the word at i. */
bool own_initial_beside(const struct own *own, const struct note *note, size_t i);
/* Where a name is due: after a title or a word that announces one, before an age, beside a name of the row.
 */
bool own_name_due(const struct note *note, size_t i);
/* Marks the word of grammar at i when it is a name of the row too ("Dr LE") and stands where a name is due.
 */
bool own_mark_short(const struct own *own, struct note *note, size_t i);
/* Marks the word at i when it is one letter away from a name of the row, whatever else it means, and a name
 * is due there or the row's other name stands beside it. */
bool own_mark_due(const struct own *own, struct note *note, size_t i);
/* Marks and labels its numbers and birth dates, also where another detector had marked them. */
void own_mark_numbers(const struct own *own, struct note *note);
/* Whether letters (folded, len of them) are the initials of one of its given names. */
bool own_initials(const struct own *own, const char *letters, size_t len);

/* Optimal string alignment distance, or limit + 1 when it is above limit (at most 2). */
unsigned own_distance(const char *a, size_t a_len, const char *b, size_t b_len, unsigned limit);
/* How a French speaker hears it: letters that sound alike made one. Returns its length. */
char own_first_sound(const char *word, size_t len);
size_t own_sound(const char *word, size_t len, char out[static OWN_LETTERS]);

#endif
