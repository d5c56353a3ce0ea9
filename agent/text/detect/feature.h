/* SPDX-License-Identifier: Apache-2.0 */
/* What the weights of conf/text/weights.txt are of: a token's word, class and writing, and those around it.
 * Internal to this room. */
#ifndef AGENT_TEXT_DETECT_FEATURE_H
#define AGENT_TEXT_DETECT_FEATURE_H

#include "agent/text/note.h"

#define FEATURES 38u
#define FEATURE_PARTS 3u
#define FEATURE_BEFORE 3 /* tokens */
#define FEATURE_AFTER 2

/* One observation of one token. */
enum feature_of {
    FEATURE_NONE,
    FEATURE_WORD,   /* its letters; of a number, how many digits */
    FEATURE_CLASS,  /* what the word file knows it as */
    FEATURE_FORM,   /* its class, and its capitals */
    FEATURE_SHAPE,  /* its capitals, and the note's */
    FEATURE_GAP,    /* what stands before it */
    FEATURE_LABEL,  /* what identifier it is part of, as the rules found */
    FEATURE_HEAD_3, /* a word's first letters */
    FEATURE_HEAD_4,
    FEATURE_TAIL_3, /* its last */
    FEATURE_TAIL_4,
    FEATURE_OPENING, /* its capitals, and whether it begins a sentence */
    FEATURE_PHRASE,  /* its class, and whether the word file has an entry of several words from it on */
    FEATURE_OBSERVATIONS
};

/* A feature is what up to three observations say together. */
struct feature {
    struct {
        int8_t at; /* tokens after the one that is judged; from HEAD_3 on only that one is observed */
        uint8_t of;
    } parts[FEATURE_PARTS];
};
extern const struct feature features[FEATURES];

/* What a word is known as, for what it does in a sentence: its cue, or else its grammar, or else the lists
 * that have it. */
uint32_t feature_class(const struct token *token);

/* The hash of a feature's value at the token i, by which lexicon_weigh knows it. */
uint64_t feature_hash(const struct note *note, size_t i, size_t feature);

/* What the features of the token at i weigh together, in the unit of struct weight. */
struct feature_sum {
    int identifier, place;
};
struct feature_sum feature_weigh(const struct note *note, size_t i);

#endif
