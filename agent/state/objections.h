/* SPDX-License-Identifier: Apache-2.0 */
/* objections.db: who objected, and who is frozen. It outlives everything else of the agent and is in every
 * backup.
 *
 * The local id is kept encrypted under a key made from the site's root key, so that a person may be found
 * again after a merge or with a new key epoch. Once its erase was sealed, an objector is never read again,
 * whatever the source says or a person enters later: the centre has been told to forget for good. */
#ifndef AGENT_STATE_OBJECTIONS_H
#define AGENT_STATE_OBJECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contact/crypto.h"
#include "contact/err.h"

#define OBJECTION_ID_MAX 256

enum objection_state {
    OBJECTION_NEW,      /* its erase is still to be sealed (or sealed again: a new series began) */
    OBJECTION_SENT,     /* sealed; no receipt yet */
    OBJECTION_RECEIVED, /* the centre's signed receipt came */
    OBJECTION_HELD, /* nothing of theirs is sent, and nothing erased for good: a person who is frozen, or a
                       practitioner */
};

enum objection_scope {
    SCOPE_PATIENT,      /* all records of the person */
    SCOPE_PRACTITIONER, /* their token: the records go without it */
};

struct objection {
    uint8_t token[TOKEN_SIZE];
    enum objection_scope scope;
    enum objection_state state;
    char request[33]; /* its name in erase and receipt */
    char cause[33];   /* the request of the entry it follows from by a merge; "" for an entry of its own */
    char origin[17];  /* "source", or how a person entered it came: "operator", "letter"… */
    char actor[65];   /* who entered it; "" for the source */
    int64_t since_s, sent_s, received_s;
    int64_t deleted;           /* records, by the receipt */
    int64_t withdrawn_s;       /* 0: not */
    int64_t days_due;          /* not 0: the days of its rows are still to be asked for */
    char id[OBJECTION_ID_MAX]; /* canonical local id; "" when it is not known or cannot be read */
};

/* Is it to be respected? A withdrawal comes too late for what was erased. */
bool objection_in_force(const struct objection *objection);

struct objections;
/* Opens folder/objections.db or makes it. A file that fails its check is an error, never set aside: nothing
 * is swept while the register cannot be read. */
MUST_CHECK enum err_code objections_open(const char *folder, const uint8_t root[static 32],
                                         struct objections **ret, struct err *err);
void objections_close(struct objections *objections);
/* Checks that every id was written under this root key. Those written under a former one (NULL: there is
 * none) are written anew, with the token that token_of says of an entry's id and scope, and erases are to be
 * sent again. All or nothing. ERR_CONFIG, with a hint, when an id was written under neither: who objected
 * would not be known again. */
typedef void objections_token(void *context, const struct objection *objection,
                              uint8_t ret[static TOKEN_SIZE]);
MUST_CHECK enum err_code objections_settle(struct objections *objections, const uint8_t *former_root,
                                           objections_token *token_of, void *context, struct err *err);

enum objection_result {
    OBJECTION_DONE,
    OBJECTION_ALREADY, /* nothing to change */
    OBJECTION_ABSENT,  /* nothing of the kind is in force */
    OBJECTION_FINAL,   /* withdrawn, and yet in force: the erase was sealed before */
    OBJECTION_MERGED,  /* it follows from another entry, which would have to be withdrawn */
};

/* What is entered, updated and asked between the two is kept at once, with one wait for the disk;
 * objections_end keeps nothing of it when code is not OK, and returns code. To be short: commands write the
 * register too. */
MUST_CHECK enum err_code objections_begin(struct objections *objections, struct err *err);
MUST_CHECK enum err_code objections_end(struct objections *objections, enum err_code code, struct err *err);

/* Enters a person, state NEW or HELD; sets request. An entry that is there is made its own, brought back into
 * force, or hardened from HELD to NEW; with a cause, only as far as it has to. days_due is set whenever
 * something changed. */
MUST_CHECK enum err_code objections_enter(struct objections *objections, struct objection *objection,
                                          enum objection_result *ret, struct err *err);
/* Withdraws an objection, or (frozen) the freeze of a person, with what followed from it by a merge. */
MUST_CHECK enum err_code objections_withdraw(struct objections *objections,
                                             const uint8_t token[static TOKEN_SIZE], bool frozen,
                                             const char *actor, enum objection_result *ret, struct err *err);
/* What deciding needs of a token's entry, if there is one: state, request, cause, scope, withdrawn_s and
 * sent_s. */
MUST_CHECK enum err_code objections_find(struct objections *objections,
                                         const uint8_t token[static TOKEN_SIZE], bool *ret_found,
                                         struct objection *ret, struct err *err);
/* state, sent_s, received_s and deleted are kept as given. */
MUST_CHECK enum err_code objections_update(struct objections *objections, const struct objection *objection,
                                           struct err *err);
/* The days of its rows were asked for, unless it changed since it was read. */
MUST_CHECK enum err_code objections_asked(struct objections *objections, const struct objection *objection,
                                          struct err *err);
/* with_ids: decrypts them. The objection is wiped after each call; the callback must not use the register. */
MUST_CHECK enum err_code objections_each(struct objections *objections, bool with_ids,
                                         void (*each)(void *context, const struct objection *objection),
                                         void *context, struct err *err);
/* A new series: what has no receipt is to be sent again. */
MUST_CHECK enum err_code objections_again(struct objections *objections, struct err *err);

/* What was entered, by whom, and what became of it: never removed. */
struct objection_event {
    int64_t at_s;
    uint8_t token[TOKEN_SIZE];
    char what[17]; /* "objection", "freeze", "withdrawal" */
    char origin[17], actor[65];
};
MUST_CHECK enum err_code objections_history(struct objections *objections,
                                            void (*each)(void *context, const struct objection_event *event),
                                            void *context, struct err *err);

#endif
