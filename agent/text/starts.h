/* SPDX-License-Identifier: Apache-2.0 */
/* Where a detector looks at all. Most tokens of a note are words of grammar and plain French, with which no
 * finding begins; so each detector says beside its loop with which tokens one may (may_begin_…), the answer
 * is remembered with the word, and the loop goes from one such token to the next.
 *
 * May_begin_… looks at what belongs to the word alone: kind, flags, site, lists, letters, and whether it is
 * in small letters; not at the tokens around it. It may say yes too often, never no wrongly:
 * text_options.everywhere lets detectors look at every token, and the result must be the same. Internal to
 * this room. */
#ifndef AGENT_TEXT_STARTS_H
#define AGENT_TEXT_STARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum start {
    START_NUMBER, /* every number */
    START_LOCK,
    START_NETWORK,
    START_PHONE,
    START_ID,
    START_CODE,
    START_ETAB,
    START_ADDRESS,
    START_DATE,
    START_TOWN,
    START_NAME,
    START_PROPER,
    START_FLOOR,
    START_EXTEND, /* what belongs to a name, beside the names themselves */
    START_OWN,    /* what may be one of the row's words: own_match_words finds them */
    START_MARKED, /* what is marked, or was: see note_label */
    STARTS,
    /* What lets a detector begin at a token beside it; see starts_find. */
    START_NAME_IF_SHOWN = STARTS, /* a plain word, unless it is written as one */
    START_AFTER_TITLE,            /* a title: then also plain words are judged as names */
    START_ELIDED,                 /* so does an apostrophe */
    START_NEAR_FIRM,              /* a word that stands beside a firm's name */
    START_PLATE,                  /* two letters, with a number after them: begins a plate or an account */
    START_TIED,                   /* goes on with a code when no blank is before it */
    START_SITE_END,               /* the end of a web address */
    START_BITS
};
#define START_BIT(start) ((uint32_t)1 << (start))

struct token;
struct note;

/* The bits of a token, by what belongs to it alone. */
uint32_t starts_of(const struct token *token);

/* Fills the note's starts from its tokens. False: no memory. */
bool starts_find(struct note *note);

/* Lets a detector begin at a token. */
void starts_add(struct note *note, enum start start, size_t i);

/* Each is beside the loop of its detector. */
bool may_begin_lock(const struct token *token);
bool may_begin_network(const struct token *token);
bool may_end_site(const struct token *token);
bool may_begin_phone(const struct token *token);
bool may_begin_plate(const struct token *token);
bool may_begin_identifier(const struct token *token);
bool may_begin_code(const struct token *token);
bool may_begin_establishment(const struct token *token);
bool may_stand_beside_firm(const struct token *token);
bool may_begin_address(const struct token *token);
bool may_begin_date(const struct token *token);
bool may_begin_town(const struct token *token);
bool may_be_name(const struct token *token);
bool may_be_name_when_shown(const struct token *token);
bool may_begin_proper_name(const struct token *token);
bool may_begin_floor(const struct token *token);
bool may_extend_name(const struct token *token);

#endif
