/* SPDX-License-Identifier: Apache-2.0 */
/* The model: the one list of everything that may ever leave (DESIGN 6.1), read from conf/model/NAME.yaml.
 * The agent builds records by it, the loader refuses what it does not list, and the warehouse's tables,
 * JSON Schema and the page for the data-protection officer are generated from it. */
#ifndef CONTACT_MODEL_H
#define CONTACT_MODEL_H

#include "contact/buf.h"
#include "contact/crypto.h"
#include "contact/problems.h"

enum field_type {
    FIELD_CODE,       /* text by a thesaurus; travels with a second member NAME_thesaurus */
    FIELD_ENUM,       /* one word of a closed vocabulary */
    FIELD_NUMBER,     /* decimal with a fixed number of decimals, unit and range */
    FIELD_FLAG,       /* true or false */
    FIELD_HOUR,       /* YYYY-MM-DDTHH±HH:MM: date and hour with offset, never finer */
    FIELD_DAY,        /* YYYY-MM-DD */
    FIELD_DELAY,      /* whole minutes, capped */
    FIELD_AGE,        /* "0-27d", "1-2m", "3-5m", "6-11m", "12-17m", "18-23m", "2" … "89", "90+"; ten years
                         wide ("80-89") in an episode that ends in death */
    FIELD_DEPARTMENT, /* 01-95, 2A, 2B, 971-989 */
    FIELD_GEO_PMSI,   /* PMSI geographic code; only when approved */
    FIELD_TOKEN,      /* a pseudonym of a practitioner */
    FIELD_TEXT,       /* cleaned free text, or <TEXTE_RETENU> */
};

/* A list of codes by its pattern: literals, [classes], \ before a special character, ? or {m,n} after a
 * character or class; the same text is a regular expression in the JSON Schema. */
struct model_thesaurus {
    char *name;
    char *meaning;
    char **patterns; /* a code matches one of them whole; NULL-terminated */
};

struct model_field {
    char *name; /* [a-z][a-z0-9_]*, a column of the warehouse */
    enum field_type type;
    char *meaning; /* one line for a person */
    char *reason;  /* why research needs it */
    char *unit;    /* numbers; may be NULL */
    unsigned decimals;
    int64_t min, max;  /* numbers and delays, in units of the last decimal (37.5 with one decimal: 375) */
    char **vocabulary; /* FIELD_ENUM: NULL-terminated */
    const struct model_thesaurus **thesauri; /* FIELD_CODE: those it may use, NULL-terminated */
    bool opt_in;          /* off unless the mapping names it and the approval names it (practitioner, PMSI) */
    bool hidden_by_death; /* absent in an episode that ends in death (hours, delays, practitioner, notes) */
    unsigned index;       /* its place in the stream's order, which is the line's order */
};

struct model_stream {
    char *name;
    char *meaning;
    struct model_field *fields; /* the patient's first, where the stream carries them */
    unsigned field_count;
    unsigned index;
};

struct model {
    char *name;
    unsigned retention_years; /* at most 20 */
    struct model_thesaurus *thesauri;
    unsigned thesaurus_count;
    struct model_stream *streams; /* in the order of the file: call first */
    unsigned stream_count;
    uint8_t hash[SHA256_SIZE]; /* of the file's bytes */
};

#define MODEL_FIELDS_MAX 48 /* most fields of one stream */
#define TEXT_WITHHELD "<TEXTE_RETENU>"

/* NULL, with problems added, when the file is not a model. */
struct model *model_load(const char *path, struct problems *problems);
void model_free(struct model *model);
const struct model_stream *model_find_stream(const struct model *model, const char *name);
const struct model_field *model_find_field(const struct model_stream *stream, const char *name);
const struct model_thesaurus *model_find_thesaurus(const struct model *model, const char *name);
/* Whether a code matches the thesaurus; codes are 1 to 32 bytes of ASCII. */
bool thesaurus_match(const struct model_thesaurus *thesaurus, const char *code, size_t len);
const char *field_type_name(enum field_type type); /* the rule that fills it: "code", "enum"… */

#endif
