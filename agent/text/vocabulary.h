/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of a word: by the word file, by the site's names and by the detectors' short lists. Clinical
 * French repeats itself, so answers are remembered from note to note; but only about words that the word file
 * or a list has as words, never about what may be a patient's name. Internal to this room. */
#ifndef AGENT_TEXT_VOCABULARY_H
#define AGENT_TEXT_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "agent/text/words/gazetteer.h"
#include "agent/text/words/lexicon.h"
#include "agent/text/words/word_list.h"

struct vocabulary;

struct known_word {
    uint64_t hash; /* of its letters; "st" and "ste" are saint and sainte */
    struct word_lists lists;
    uint32_t flags;     /* LEX_… */
    uint32_t letters;   /* a bit for each that it has */
    uint32_t starts[2]; /* when it is remembered: starts_of its token in small letters, and otherwise */
    uint8_t site;       /* GAZ_… */
    bool remembered;
};

/* Both are borrowed; names may be NULL. NULL: no memory. */
struct vocabulary *vocabulary_new(const struct lexicon *lexicon, const struct gazetteer *names);
void vocabulary_free(struct vocabulary *vocabulary); /* NULL is legal */

/* A word of at least one letter, in a text that fold_text folded (it reads on into the slack). The answer is
 * where it is remembered, or else in the caller's room; it holds until the next call. */
const struct known_word *vocabulary_find(struct vocabulary *vocabulary, const char *word, size_t len,
                                         struct known_word *room);

/* Lets the processor fetch what vocabulary_find will read, while other work is done: of each word first what
 * is remembered, then what is known when nothing is. */
void vocabulary_expect(const struct vocabulary *vocabulary, const char *word, size_t len);
void vocabulary_expect_new(const struct vocabulary *vocabulary, const char *word, size_t len);

/* starts_of a token. Of a word that is not remembered, its kind alone is, without its letters. */
struct token;
uint32_t vocabulary_starts(struct vocabulary *vocabulary, const struct token *token);

#endif
