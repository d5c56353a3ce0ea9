/* SPDX-License-Identifier: Apache-2.0 */
/* One patient, or practitioner, as the dispatch database has them under a local id. */
#ifndef AGENT_PERSON_H
#define AGENT_PERSON_H

#include "agent/collect/register.h"
#include "agent/stage.h"
#include "agent/state/day.h"
#include "agent/state/objections.h"
#include "agent/state/seen.h"

/* Appends, each with its NUL, the id that stands for the patient with that local id, as typed, and those
 * merged into it; of a practitioner their own. ERR_REJECTED: it is none. */
MUST_CHECK enum err_code person_ids(const struct stage *stage, enum objection_scope scope, const char *id,
                                    struct buf *ret, struct err *err);

/* Makes of a patient's local id as typed what the table of persons spells: the database may take 'ab12' for
 * 'AB12', whose records are sent under one pseudonym. Stays as typed when there is no such person, or no
 * answer. */
void person_spell(const struct settings *settings, char id[static OBJECTION_ID_MAX]);

/* Withdraws what was entered under wish->id, as typed; else, of a patient, as the table of persons spells it:
 * what was entered while the database was away stands under what was typed. Changes id, which is wish->id. */
MUST_CHECK enum err_code person_withdraw(const struct settings *settings, const struct register_wish *wish,
                                         char id[static OBJECTION_ID_MAX], enum objection_result *ret,
                                         struct err *err);

struct person {
    bool known;      /* a patient: the table of persons has them */
    uint64_t rows;   /* of all streams */
    unsigned merged; /* other local ids that stand for the same patient */
    unsigned stream_count;
    struct person_stream {
        char name[33]; /* the model's */
        uint64_t rows;
        int32_t first, last; /* days; DAY_NONE without any that can be read */
    } streams[STATUS_STREAMS];
};

/* Counts the rows of the patient with that local id, as typed, and of those merged with it; or of the
 * practitioner. stage_open_rows() before. */
MUST_CHECK enum err_code person_count(struct stage *stage, enum objection_scope scope, const char *id,
                                      struct person *ret, struct err *err);

/* The same with a stage of its own. */
enum person_found {
    PERSON_FOUND,
    PERSON_UNKNOWN, /* no row has this id */
    PERSON_AWAY,    /* it could not be looked up: *err says why */
};
enum person_found person_look(const struct settings *settings, enum objection_scope scope, const char *id,
                              struct person *ret, struct err *err);

/* Who is nowhere in the database may be entered all the same, as one who wrote before their first call; but a
 * slip of the pen looks the same. A person says so at the terminal, or by the command's --unknown (allowed).
 */
bool person_enter_unknown(bool allowed, bool sure);

#define PERSON_TOKENS 64
/* Pseudonyms that the patient's records were or are sent under: first the one after merges. */
struct person_tokens {
    uint8_t items[PERSON_TOKENS][TOKEN_SIZE];
    unsigned count;
};

enum person_sent {
    PERSON_SENT,    /* as it is now */
    PERSON_OLD,     /* with its day; records so old are not remembered one by one */
    PERSON_DIFFERS, /* otherwise: the row has changed since, and goes again */
    PERSON_WAITS,   /* not yet */
    PERSON_KEPT,    /* not at all: key.fate and key.why tell */
};

struct person_record {
    const char *stream;
    struct row_key key;
    bool built;
    uint8_t fp[SHORT_SIZE];
    const char *line; /* as it leaves, with its newline; "" unless built. Borrowed */
    enum person_sent sent;
};
typedef void person_record_each(void *context, const struct person_record *record);

/* Every row of the patient as it would leave now, beside what is kept of what left. stage_open() before;
 * state borrowed. */
MUST_CHECK enum err_code person_records(struct stage *stage, struct state *state, const char *id,
                                        struct person_tokens *ret, person_record_each *each, void *context,
                                        struct err *err);

/* How far an entry of the register is, in words to be translated. */
const char *person_standing(const struct objection *objection);

#endif
