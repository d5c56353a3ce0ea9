/* SPDX-License-Identifier: Apache-2.0 */
/* Free text leaves without names.
 *
 * One engine serves one process; it is not thread-safe and keeps no global. Texts are UTF-8. Nothing here
 * logs, and no message holds a part of a text or of a row. */
#ifndef AGENT_TEXT_TEXT_H
#define AGENT_TEXT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <contact/buf.h>
#include <contact/err.h>

struct text_engine;
struct gazetteer;

enum text_label {
    TEXT_NONE,
    TEXT_NOM,
    TEXT_PRENOM,
    TEXT_TEL,
    TEXT_MAIL,
    TEXT_NIR,
    TEXT_ADRESSE,
    TEXT_CODE,
    TEXT_ZIP,
    TEXT_VILLE,
    TEXT_DATE_NAISSANCE,
    TEXT_DATE,
    TEXT_ETAB,
    TEXT_ID,
    TEXT_LABELS
};
const char *text_label_name(enum text_label label);

/* Why a span was removed. */
enum text_source {
    TEXT_BY_OWN,
    TEXT_BY_OWN_TYPO,
    TEXT_BY_GAZETTEER,
    TEXT_BY_LIST,
    TEXT_BY_CUE,
    TEXT_BY_PATTERN,
    TEXT_BY_UNKNOWN,
    TEXT_BY_CLASSIFIER,
    TEXT_BY_REPEAT,
    TEXT_BY_GUARD,
    TEXT_SOURCES
};
const char *text_source_name(enum text_source source);

/* Whom an identifier of the row designates; it ends the placeholder: <NOM_1:PATIENT>. */
enum text_role { TEXT_ROLE_NONE, TEXT_ROLE_PATIENT, TEXT_ROLE_CALLER, TEXT_ROLE_PRACTITIONER, TEXT_ROLES };

/* What an identifier of the row is. Both orders of a full name (TEXT_IS_PERSON) are understood. */
enum text_kind {
    TEXT_IS_NAME,
    TEXT_IS_GIVEN_NAME,
    TEXT_IS_PERSON,
    TEXT_IS_BIRTH_DATE,
    TEXT_IS_PHONE,
    TEXT_IS_ADDRESS,
    TEXT_IS_COMPLEMENT,
    TEXT_IS_CODE,
    TEXT_IS_ZIP,
    TEXT_IS_TOWN,
    TEXT_IS_CALLER,
    TEXT_IS_NUMBER,
    TEXT_IS_MAIL,
    TEXT_KINDS
};

struct text_identifier {
    enum text_kind kind;
    enum text_role role;
    const char *value; /* borrowed, UTF-8, need not end in a NUL */
    size_t len;
};

struct text_span {
    uint32_t start, end; /* code points in the original */
    enum text_label label;
    enum text_source source;
};

/* Why no text leaves, for this note or for all. */
enum text_withheld {
    TEXT_CLEANED,
    TEXT_UNDECODABLE,
    TEXT_TOO_LONG, /* or the row has more identifiers than can be looked for */
    TEXT_TOO_SLOW,
    TEXT_GUARD,
    TEXT_NO_MEMORY,
    TEXT_STOPPED, /* the engine as a whole: text_ready() tells why */
    TEXT_REASONS
};
const char *text_withheld_name(enum text_withheld reason);

#define TEXT_PLACEHOLDER_WITHHELD "<TEXTE_RETENU>"
#define TEXT_MAX_BYTES (1024u * 1024u + 1024u)

/* One note of a call. The caller fills text and len; text_clean fills the rest. cleaned belongs to the caller
 * (BUF_INIT, freed with buf_free); spans belong to the engine and live until its next call. */
struct text_note {
    const char *text;
    size_t len;
    struct buf cleaned;
    const struct text_span *spans;
    size_t span_count;
    enum text_withheld withheld;
};

struct text_options {
    const char *lexicon;           /* path of the word file */
    const struct gazetteer *names; /* the site's own names, borrowed, all learnt before; NULL: none */
    bool require_gazetteer;        /* collect sets it: without fresh names, no text leaves */
    int64_t now;                   /* Unix seconds, judges the gazetteer's age */
    bool keep_establishments;      /* ETAB stays */
    bool everywhere;   /* detectors look at every token, not only where they may begin: for tests */
    unsigned limit_ms; /* of the processor; a note that takes longer is withheld; 0: 500 */
};

/* Opens the engine and cleans the start-up canaries. CONFIG or CORRUPT when the word file is wrong; a canary
 * that comes out uncleaned does not fail here, it stops the text (text_ready). */
MUST_CHECK enum err_code text_open(struct text_engine **ret, const struct text_options *options,
                                   struct err *err);
void text_close(struct text_engine *engine);

/* Why the engine lets no text leave; the rest of the record is not concerned. */
enum text_stop {
    TEXT_RUNS,
    TEXT_STOP_CANARY,    /* a start-up canary came out uncleaned */
    TEXT_STOP_NO_NAMES,  /* the site's names were never learnt */
    TEXT_STOP_OLD_NAMES, /* or too long ago, or in the future */
    TEXT_STOP_RATE,      /* more than a fifth of at least 200 recent notes were withheld */
    TEXT_STOPS
};
const char *text_stop_name(enum text_stop stop); /* "canary"…; "" when it runs */
enum text_stop text_stopped(const struct text_engine *engine);
/* The same as an error: CONFIG with the reason, OK when text may leave. */
MUST_CHECK enum err_code text_ready(const struct text_engine *engine, struct err *err);
/* Unix seconds: by them the age of the site's names is judged from here on. */
void text_tell_time(struct text_engine *engine, int64_t now);

/* Cleans the notes of one call together: what one removes, all do. day is the call's, in days since
 * 1970-01-01, INT32_MIN when unknown (dates then become <DATE>). Identifiers are wiped before it returns. */
void text_clean(struct text_engine *engine, const struct text_identifier *identifiers,
                size_t identifier_count, int32_t day, struct text_note *notes, size_t note_count);

/* The engine's version: code, word file. Part of the raw fingerprint's policy. */
uint64_t text_version(const struct text_engine *engine);

#endif
