/* SPDX-License-Identifier: Apache-2.0 */
/* The mapping: how one dispatch product fills the model (DESIGN 6.2). Loaded, validated against the model,
 * and turned into what collect needs to ask (tables, joins, columns) and record needs to do (rules by
 * column). */
#ifndef AGENT_MAPPING_MAPPING_H
#define AGENT_MAPPING_MAPPING_H

#include "contact/civil.h"
#include "contact/model.h"

/* alias.column, as written. */
struct mapping_column {
    char *alias;
    char *column;
    unsigned line, col; /* where the mapping names it first */
};

/* "[LEFT] JOIN table alias ON a.b = c.d [AND …]"; the first table of a FROM has no conditions. */
struct mapping_join {
    bool left;
    char *table, *alias;
    struct mapping_column *left_side, *right_side; /* condition i: left_side[i] = right_side[i] */
    size_t condition_count;
};

struct mapping_from {
    struct mapping_join *joins;
    size_t count;
};

enum identifier_kind {
    ID_NAME,
    ID_GIVEN_NAME,
    ID_BIRTH_DATE,
    ID_PHONE,
    ID_EMAIL,
    ID_NIR,
    ID_ADDRESS,
    ID_CODE,
    ID_ZIP,
    ID_CITY,
    ID_OTHER,
};
enum identifier_role { ROLE_PATIENT, ROLE_CALLER, ROLE_PRACTITIONER };

struct mapping_identifier {
    enum identifier_kind kind;
    enum identifier_role role;
    unsigned column; /* into the stream's columns */
};

/* How a column's text is written; never guessed. UTF-8 unless the mapping says. */
enum text_encoding { ENCODING_UTF8, ENCODING_CP1252, ENCODING_LATIN1, ENCODING_LATIN9 };
const char *mapping_encoding_name(enum text_encoding encoding); /* as a mapping spells it */

struct mapping_rule; /* how a field is filled: rule.h */

/* EXISTS (SELECT 1 FROM table alias WHERE on AND field IN (values)): does the episode end in death? */
struct mapping_death {
    char *table, *alias;
    struct mapping_column on_left, on_right, field;
    char **values; /* NULL-terminated */
};

/* A free text of the row's call, in this row or in others: what is removed from one is removed from all. */
#define TEXT_SEPARATOR '\x1e' /* between the texts of a joined cell */
struct mapping_text {
    unsigned stream; /* the model's */
    unsigned column; /* of that stream */
    bool joined;   /* the texts of every row of that stream with the same episode, in one cell; else the row's
                      own */
    unsigned cell; /* place in the row */
};

struct mapping_stream {
    const struct model_stream *model;
    struct mapping_from from; /* the stream's own, without the person */
    bool has_person;
    struct mapping_column person; /* the row's local patient id */
    /* Every column the SELECT names, each once; a row's cells come in this order, then (when death is set)
     * one more integer: 1 when the episode ends in death, then the joined texts. Columns of the person's FROM
     * stand here too. */
    struct mapping_column *columns;
    unsigned column_count;
    enum text_encoding *encodings; /* by column */
    bool *fingerprinted;           /* by column: false when only `changed` reads it */
    unsigned *key;                 /* columns of the record's local id */
    unsigned key_count;
    unsigned *episode; /* columns of the call's local id; for call its own key */
    unsigned episode_count;
    unsigned day;     /* column */
    int changed;      /* column, or -1 */
    int person_key;   /* column of the stream's own patient id, or -1 */
    int person_found; /* column of person.key in the joined person (NULL when no such person), or -1 */
    int objection;    /* column, or -1 */
    struct mapping_identifier *identifiers;
    unsigned identifier_count;
    struct mapping_death *death; /* or NULL */
    struct mapping_text *texts;  /* of the call, in the model's order; none when the stream has no text */
    unsigned text_count;
    unsigned cell_count;         /* of a row */
    struct mapping_rule **rules; /* by model field; NULL where the mapping fills nothing */
    uint8_t hash[SHA256_SIZE]; /* of what fills this stream: its own part, the person, zone and encoding, and
                                  how each text that its own are cleaned with is found and read */
};

struct mapping_merges {
    char *table;
    char *parent, *child; /* columns */
};

struct mapping_gazetteer {
    char *table;
    char **name, **given_name, **street, **city; /* columns; each NULL-terminated, may be NULL */
    enum text_encoding encoding;
};

struct mapping_labels { /* a table that says what codes mean */
    const struct model_thesaurus *thesaurus;
    char *table, *code, *label;
    enum text_encoding encoding;
};

/* The terms have sections; each begins with its name, and its lines are indented by one blank. That of a
 * stream is named as the model names it. */
#define TERMS_MAX ((size_t)256 << 10)
#define TERMS_GENERAL "general"
#define TERMS_PERSON "person"
#define TERMS_LABELS "labels" /* what codes mean, where the mapping says it */

struct mapping {
    char *name;
    char *time_zone;
    int32_t days_from;
    int32_t days_to;    /* DAY_NONE: open */
    unsigned hold_days; /* a record leaves this long after its day, so that an objection may precede it */
    struct mapping_from person_from; /* joined (LEFT) into each stream that names a person */
    struct mapping_column person_key;
    struct mapping_merges *merges;   /* or NULL */
    char **objects, **allows;        /* values of the objection columns; NULL-terminated, NULL without */
    bool null_allows;                /* SQL NULL is listed among allows */
    char **nobody;                   /* canonical ids, NULL-terminated */
    struct mapping_stream **streams; /* by the model's stream index; NULL where the mapping has none */
    unsigned stream_count;           /* the model's */
    struct mapping_gazetteer *gazetteer;
    unsigned gazetteer_count;
    struct mapping_labels *labels;
    unsigned label_count;
    char *terms;               /* all that it says, as a text to agree to */
    uint8_t hash[SHA256_SIZE]; /* of the parsed mapping: comments and spacing do not change it */
};

/* NULL, with every problem added, when it is not valid for the model. */
struct mapping *mapping_load(const char *path, const struct model *model, struct problems *problems);
void mapping_free(struct mapping *mapping);
/* One line a rule for a person: "hour", "enum (M=1, F=2)", "delay since a.appel_le". Borrowed. */
const char *mapping_rule_text(const struct mapping_rule *rule);
/* The column a rule reads, as an index into the stream's columns. */
unsigned mapping_rule_column(const struct mapping_rule *rule);
/* The table that an alias stands for there; NULL when for none. */
const char *mapping_from_table(const struct mapping_from *from, const char *alias);
/* Likewise of all that a stream reads: its own tables, the one that tells of death, the person's. stream:
 * NULL for the person's alone. */
const char *mapping_table(const struct mapping *mapping, const struct mapping_stream *stream,
                          const char *alias);

#endif
