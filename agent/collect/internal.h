/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of collect share. */
#ifndef AGENT_COLLECT_INTERNAL_H
#define AGENT_COLLECT_INTERNAL_H

#include <signal.h>
#include <stdio.h>

#include "agent/collect/cleaner.h"
#include "agent/collect/collect.h"
#include "agent/collect/draft.h"
#include "agent/collect/labels.h"
#include "agent/collect/merges.h"
#include "agent/collect/site.h"
#include "agent/collect/tokens.h"
#include "agent/select/select.h"
#include "agent/spool/spool.h"
#include "agent/state/objections.h"
#include "agent/state/outbox.h"

#define HOT_DAYS 35 /* farthest that a hot sweep reaches back, and the warm range */
#define SEEN_DAYS                                                                                            \
    37 /* days whose records are remembered one by one: the hot range and what a sweep shifts                \
        */
#define SPAN_ROWS 5000
#define SLOW_ROWS 100000 /* a table larger than this is not walked for every hot sweep */
#define SPAN_MS 5000
#define SPAN_DAYS 400         /* at most, however sparse */
#define DAY_FAR 2932896       /* 9999-12-31: open towards the future */
#define OBJECTORS_PENDING 512 /* each time so many were found, the scan for them begins anew */

/* One stream of the mapping at work. */
struct stream {
    const struct mapping_stream *mapping;
    const char *name;
    unsigned index; /* the model's */
    struct select *select;
    char policy[2 * SHORT_SIZE + 1]; /* hexadecimal */
    bool policy_new;                 /* no cold sweep was finished under it */
    struct token_set excluded;       /* duplicate keys */
    struct token_set too_large;      /* records, alone */
    int32_t span_days;               /* how many days make a span of some SPAN_ROWS rows */
    bool slow;                       /* no index leads to a day: read at night only */
    char stopped[25];                /* a code; "" while it is read */
    bool unordered;                  /* the reason for which it rests: no row's day stands in an order */
    int64_t rests_until_ms; /* monotonic; the database could not convert a value: not read until then */
    int64_t unread_ms;      /* monotonic; when the days passed over were last asked for */
    char look[48];          /* what the last look answered */
    int64_t searched_ms;    /* monotonic; when equal keys were last looked for, 0: not by this process */
    int64_t swept_s;        /* wall time of the last good hot sweep */
    int64_t row_s;          /* wall time at which something new was last sent */
};

#define FACTS_CACHED 64
struct fact_cache {
    char series[SERIES_TEXT];
    struct {
        char name[64], value[128];
    } items[FACTS_CACHED];
    size_t count;
};

struct collect {
    const struct settings *settings;
    int locks[2]; /* on the folders of collect and of the spool; -1: none */
    struct site *site;
    struct model *model;
    struct mapping *mapping;
    struct pseudonym_keys *keys;
    struct zone *zone;
    struct record_maker *maker;
    struct cleaner *cleaner;         /* NULL: no text is mapped */
    uint8_t text_policy[SHORT_SIZE]; /* the engine that was approved last */
    struct state *state;
    struct objections *objections;
    struct spool *spool;
    struct cms_sealer *sealer;
    struct source *source;          /* NULL while it is away */
    bool regroup;                   /* merges changed: objections are to be spread over them again */
    uint64_t spread_typed;          /* of the entries that were: sum_typed() */
    struct merges *merges;          /* never NULL while the source is open */
    struct token_set objectors;     /* and who is frozen */
    struct token_set practitioners; /* who object, by pseudonym_practitioner_always() */
    struct draft *draft;
    struct stream *streams;
    unsigned stream_count;

    uint64_t last_seq;     /* committed */
    uint64_t handed_over;  /* in the spool up to here, and still in the outbox */
    enum err_code blocked; /* OK, or why the spool did not take the last: older ones wait in the outbox */
    bool leaving;    /* the site leaves: no row is read any more, so that the centre forgets all of them */
    bool recovering; /* the state was lost: what the centre holds is not known */
    bool in_hot;     /* a hot sweep between two spans */
    bool judging;    /* days asked for are being judged */
    bool again;      /* a read found a duplicate key: it is to be read again */
    int32_t share_from, share_to; /* days of this night's share of a cold sweep */
    int32_t today;                /* the local day by which ranges are cut (window_today); 0: not known yet */

    /* Objectors met by a read, until it ends. */
    struct objection pending[OBJECTORS_PENDING];
    unsigned pending_count;
    struct token_set span_ids;
    struct token_set codes_enough;  /* sent for so many patients that no more are counted */
    struct token_set code_patients; /* hashes of code and patient: counted already, by this process */
    struct buf line;

    volatile sig_atomic_t stopping;
    struct fact_cache facts;
    struct err last;                   /* failure of the last round, so that it is logged once */
    int64_t hot_took_ms, hot_ended_ms; /* the last hot sweeps of all streams that were read; monotonic */
    int64_t ready_took_ms;             /* what the round read before them: catalogue, merges */
    int64_t explained_s; /* wall; when it was last asked which streams are slow to read by day */
    bool night;          /* a night's work is done: what a stream had of it tonight it does not have again */
    int away;            /* times in a row that the source could not be opened */
    char barred[24];     /* why the loader takes nothing of this machine; "" when it does, as far as known */
    unsigned bars;       /* times in a row */
    int64_t barred_until_ms;
    uint64_t voids_upto; /* parked voids up to here were made anew, since voids_ms */
    int64_t voids_ms;    /* monotonic */
    /* Monotonic. */
    int64_t next_hot_ms, next_inbox_ms, next_facts_ms, next_look_ms, next_series_ms, next_check_ms;
    int64_t next_learn_ms, next_search_ms; /* the site's names, practitioners' spellings: after a failure */
    /* A test's way to do something between two spans. */
    void (*between)(void *context);
    void (*after_keep)(void *context); /* likewise between the state and the spool */
    void *between_context;
};

/* key_office.c: what the centre said last of this key. NULL spool: nothing. */
enum key_agreement keys_agreement(struct spool *spool, const struct site *site, unsigned *ret_epoch);
/* The register of objections comes under the present root key; then the former one goes. */
MUST_CHECK enum err_code keys_settle(const char *folder, struct site *site, struct objections *objections,
                                     struct err *err);

/* labels.c: what codes mean. */
#define CODE_PATIENTS_MAX 65536
/* A record was built and goes: which codes it has. */
void labels_note(struct collect *c, const struct stream *stream, const struct row_key *key);
void labels_keep_seen(struct collect *c, const uint8_t code[static TOKEN_SIZE],
                      const uint8_t patient[static TOKEN_SIZE]);
void labels_forget(struct collect *c, const uint8_t patient[static TOKEN_SIZE]);
/* The merges changed: who was merged into another is no patient of their own, and counts no more. */
MUST_CHECK enum err_code labels_merged(struct collect *c, struct err *err);
/* Sends labels that may go and did not yet; all: those that did, too, since no statement tells what the
 * centre lacks. A table that cannot be read fails nothing. */
MUST_CHECK enum err_code labels_send(struct collect *c, bool all, struct err *err);
/* statement.c; of one stream, and of all that do not stand still */
MUST_CHECK enum err_code statement_stream(struct collect *c, struct stream *stream, int32_t from, int32_t to,
                                          struct err *err);
MUST_CHECK enum err_code statement_send(struct collect *c, int32_t from, int32_t to, struct err *err);
/* dayless.c: counts rows that no span reaches. ERR_REJECTED when that is all of them. */
MUST_CHECK enum err_code dayless_count(struct collect *c, struct stream *stream, struct err *err);
/* duplicate.c: counts them too, and finds keys that are not unique. */
MUST_CHECK enum err_code duplicate_scan(struct collect *c, struct stream *stream, struct err *err);
enum err_code exclusions_load(struct collect *c, struct stream *stream, struct err *err);
/* inbox.c: troubles, requests, watermarks, refusals, receipts, recipients. */
MUST_CHECK enum err_code inbox_read(struct collect *c, struct err *err);
/* offer.c: OK while model, mapping, site and warehouse are those of the offer; else ERR_REJECTED. */
MUST_CHECK enum err_code offer_stands(const struct offer *offer, const struct settings *settings,
                                      struct err *err);
unsigned backfill_percent(struct state *state, const struct stream *streams, unsigned count); /* status.c */
/* collect.c: the policies of all streams, as the approved engine makes them. */
MUST_CHECK enum err_code collect_policies(struct collect *c, struct err *err);
/* facts.c */
void facts_write(struct collect *c, enum err_code last);
/* fit.c: does the mapping still fit? Sets or clears stream->stopped. */
MUST_CHECK enum err_code fit_check(struct collect *c, struct err *err);
/* The stream rests: told by the state at once, not when it is checked next. To this round it stays one that
 * fails, so that no sweep passes for one of all streams. */
void fit_rests(struct collect *c, struct stream *stream);
/* ready.c: the source open, its columns there, merges and objectors known. At the start of each round. */
MUST_CHECK enum err_code ready_source(struct collect *c, struct err *err);
void ready_close(struct collect *c);
bool ready_reads_persons(const struct collect *c); /* some stream has persons, and is not stopped */
/* schedule.c */
int64_t last_night(const struct collect *c); /* wall time at which the site's quiet hour last began */
/* Between two spans: signals, the spool's word, a due hot sweep. Not OK: leave what is begun. */
MUST_CHECK enum err_code collect_breathe(struct collect *c, struct err *err);

/* Opens the state or makes it, whoever comes first. One made where the agent has been installed before is
 * marked as recovering: the warehouse holds what it does not know of, so every day is read twice and sent
 * whole. */
MUST_CHECK enum err_code collect_state(const char *folder, struct state **ret, struct err *err);

#endif
