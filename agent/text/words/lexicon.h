/* SPDX-License-Identifier: Apache-2.0 */
/* The word file: what a folded word may be. Built by scripts/text-lexicon from conf/text, mapped read-only.
 */
#ifndef AGENT_TEXT_WORDS_LEXICON_H
#define AGENT_TEXT_WORDS_LEXICON_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>
#include <contact/err.h>

/* What a word is known as: bits of an entry. scripts/text-lexicon reads these two lists from this header. */
#define LEX_FRENCH 0x00000001u   /* a word of the general dictionary */
#define LEX_FUNCTION 0x00000002u /* grammar: ends a name */
#define LEX_MEDICAL 0x00000004u
#define LEX_DRUG 0x00000008u
#define LEX_EPONYM 0x00000010u
#define LEX_GIVEN 0x00000020u
#define LEX_SURNAME 0x00000040u
#define LEX_TOWN 0x00000080u
#define LEX_NEUTRAL 0x00000100u /* a proper name that identifies nobody: a country, a brand */
#define LEX_PLAIN 0x00000200u   /* a name mostly used as a plain word */
#define LEX_HOSPITAL 0x00000400u
#define LEX_PROPER 0x00000800u    /* a proper name of the general dictionary, of a kind it does not tell */
#define LEX_PREFIX 0x00001000u    /* the beginning of a longer entry */
#define LEX_PREDICATE 0x00002000u /* what is said of somebody: a verb, an adjective, an adverb */
#define LEX_NOUN 0x00004000u
#define LEX_AUTHOR 0x00008000u /* an eponym where medicine is spoken of, elsewhere anybody's name */
#define LEX_CUE_SHIFT 16
#define LEX_SOUND 0x00200000u /* of a sound (own_sound): a word of every day is heard so */
#define LEX_CUE(flags) ((enum text_cue)((flags) >> LEX_CUE_SHIFT & 31u))
#define LEX_NAME (LEX_GIVEN | LEX_SURNAME)
#define LEX_LOCKED (LEX_DRUG | LEX_NEUTRAL)
/* Known as a word that is no name: what is outside is "unknown", the mark of a name in free text. */
#define LEX_WORD (LEX_FRENCH | LEX_FUNCTION | LEX_MEDICAL | LEX_DRUG | LEX_NEUTRAL | LEX_EPONYM)

/* What a word announces: the sections of conf/text/cues.txt. */
enum text_cue {
    CUE_NONE,
    CUE_TITLE,
    CUE_KIN,
    CUE_PROF,
    CUE_NAMED,
    CUE_BORN,
    CUE_CHEZ,
    CUE_TEL,
    CUE_EXT,
    CUE_CODE,
    CUE_ID,
    CUE_NIR,
    CUE_STREET,
    CUE_RESID,
    CUE_BUILD,
    CUE_FLOOR,
    CUE_GROUND,
    CUE_DOOR,
    CUE_SIDE,
    CUE_ETAB,
    CUE_WORK,
    CUE_LOC,
    CUE_MONTH,
    CUE_WEEKDAY,
    CUE_UNIT,
    CUE_VITAL,
    CUE_CONTEXT,
    CUE_UNDER,
    CUE_LOCK,
    CUE_PERSON
};

struct lexicon;

/* Maps the file read-only. CONFIG when it is missing or not of this version, CORRUPT when its checksum is
 * wrong. */
MUST_CHECK enum err_code lexicon_open(struct lexicon **ret, const char *path, struct err *err);
void lexicon_close(struct lexicon *lexicon);

/* The hash of folded letters (a-z, no accents), and of a longer entry from its words' hashes. */
uint64_t lexicon_hash(const char *word, size_t len);
static inline uint64_t lexicon_join(uint64_t before, uint64_t word)
{
    uint64_t h = (before ^ 0x9E3779B97F4A7C15u) * 0xD6E8FEB86659FD93u + word;
    return h ^ h >> 32;
}

/* The flags of a hash, 0 when unknown. */
uint32_t lexicon_find(const struct lexicon *lexicon, uint64_t hash);
/* Lets the processor fetch where a hash will be looked for, while other work is done. */
void lexicon_expect(const struct lexicon *lexicon, uint64_t hash);

/* Whether an entry with one of these flags is one letter away: changed, missing, too many, two swapped. About
 * 60 times the price of lexicon_find per letter; false under 5 letters and over 20. */
bool lexicon_near(const struct lexicon *lexicon, const char *word, size_t len, uint32_t flags);

#define WEIGHT_ONE 256
/* What an observation says of a token, in 1/WEIGHT_ONE of the logarithm of the odds: that it identifies
 * somebody, and if it does, that it is a place and no person. */
struct weight {
    int16_t identifier, place;
};

/* The weight of a feature (feature_hash), zeros when it has none; and what is said before any. */
struct weight lexicon_weigh(const struct lexicon *lexicon, uint64_t feature);
struct weight lexicon_bias(const struct lexicon *lexicon);

/* The file's digest, part of the text engine's version. */
uint64_t lexicon_version(const struct lexicon *lexicon);

#endif
