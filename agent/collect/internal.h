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

/* span.c: rows of a span. */
struct span {
    struct stream *stream;
    int32_t from, to; /* both included; to DAY_FAR: open */
};
/* A day's text as a bound; the source compares texts. */
void span_bound(int32_t day, char text[static DAY_TEXT]);
/* How many days the next span has, after one of so many days gave so many rows in that time; before: this
 * one's answer last time. target: rows that a span is to have. */
int32_t span_size(int32_t before, int32_t days, uint64_t rows, uint64_t target, int64_t took_ms);
/* Called for rows within the span that are a record, objected or withheld. Returning an error ends the read.
 */
typedef enum err_code span_row(void *context, const struct cell *row, size_t count, const struct row_key *key,
                               struct err *err);
/* ERR_RETRY: the read says nothing. */
MUST_CHECK enum err_code span_read(struct collect *c, const struct span *span, span_row *each, void *context,
                                   struct err *err);
/* The newest day up to `to`, and not before `from`, that the source or (known) the state has; DAY_NONE for
 * none. */
MUST_CHECK enum err_code span_newest(struct collect *c, struct stream *stream, int32_t from, int32_t to,
                                     bool known, int32_t *ret, struct err *err);
/* The oldest day of the source that is not before `from`; `from` when it cannot be told. */
MUST_CHECK enum err_code span_oldest(struct collect *c, struct stream *stream, int32_t from, int32_t *ret,
                                     struct err *err);
void gone_count(const struct row_key *key, uint32_t gone[static DAY_GONE_KINDS]);
/* Rows withheld that were not before, added to the counters; *entry takes the new counts, but that of
 * objectors only while its rows are those it was sent with (raw: as read now). True when something differs.
 */
bool gone_keep(struct collect *c, const struct stream *stream, struct day_entry *entry,
               const struct tally *raw, const uint32_t gone[static DAY_GONE_KINDS]);

/* judge.c: the mass-deletion stop. */
struct judge {
    uint64_t days, differing, records, vanished;
};
/* A known day was read: adds it. Objections do not count. */
void judge_day(struct judge *judge, const struct day_entry *entry, const struct tally *now,
               const uint32_t gone[static DAY_GONE_KINDS]);
bool judge_stops(const struct judge *judge, bool policy_new);
/* What a stopped sweep leaves behind; or releases an older stop of this sweep or a narrower one. In a
 * transaction. */
void judge_keep(struct collect *c, struct stream *stream, enum sweep sweep, const struct judge *judge,
                bool stops);

/* hot.c, compare.c, snapshot.c */
MUST_CHECK enum err_code hot_sweep(struct collect *c, struct stream *stream, struct err *err);
/* Compares count and digest of the days from..to, marks those that differ, and judges. */
MUST_CHECK enum err_code compare_sweep(struct collect *c, struct stream *stream, enum sweep sweep,
                                       int32_t from, int32_t to, struct err *err);
/* A part of a cold sweep, which may raise a stop and releases none. */
MUST_CHECK enum err_code compare_share(struct collect *c, struct stream *stream, int32_t from, int32_t to,
                                       struct err *err);
/* Judges the days that were asked for. */
MUST_CHECK enum err_code compare_asked(struct collect *c, struct stream *stream, struct err *err);
/* Sends every day that is to be sent. */
MUST_CHECK enum err_code snapshot_work(struct collect *c, struct stream *stream, struct err *err);
/* The first cold sweep: sends what was never sent, newest first, from where it left off. */
MUST_CHECK enum err_code snapshot_backfill(struct collect *c, struct stream *stream, struct err *err);

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
/* objector.c */
void objector_met(struct collect *c, const struct stream *stream, const struct cell *row,
                  const struct row_key *key);
MUST_CHECK enum err_code objector_flush(struct collect *c,
                                        struct err *err); /* register, erase, ask for their days */
MUST_CHECK enum err_code objector_scan(struct collect *c, struct err *err);
MUST_CHECK enum err_code objector_load(struct collect *c, struct err *err);
/* series.c: the spool, and a series of batches for it. */
MUST_CHECK enum err_code series_open(struct collect *c, struct err *err);
MUST_CHECK enum err_code series_new(struct collect *c, struct err *err);
/* A new series because of what the centre says; OK without one when the last such is not long ago. */
MUST_CHECK enum err_code series_again(struct collect *c, const char *why, bool *ret_begun, struct err *err);
MUST_CHECK enum err_code series_drain(struct collect *c, struct err *err); /* outbox → spool */
/* ERR_CORRUPT when state or spool is damaged. Looks through them, at most once an hour: after an ERR_CORRUPT,
 * which may as well be the dispatch database's. */
MUST_CHECK enum err_code series_check(struct collect *c, struct err *err);
/* bar.c: the loader refuses whatever this machine sends, so that sending it again is of no use. */
/* A code for which a batch was refused; those that concern the batch alone are ignored. */
void bar_note(struct collect *c, const char *code);
bool bar_holds(const struct collect *c);
/* OK, or ERR_AUTH with what to do: nothing is read until it is tried again. */
MUST_CHECK enum err_code bar_check(const struct collect *c, struct err *err);
/* inbox.c: troubles, requests, watermarks, refusals, receipts, recipients. */
MUST_CHECK enum err_code inbox_read(struct collect *c, struct err *err);
/* witness.c: how much was sent, remembered beside the state. */
MUST_CHECK enum err_code witness_keep(struct collect *c, struct err *err);
MUST_CHECK enum err_code witness_persons(struct collect *c, int64_t *ret,
                                         struct err *err); /* in the source */
/* After the loss of a state: has the source too few rows for what had been sent? The source is open. */
MUST_CHECK enum err_code witness_check(struct collect *c, const struct stream *s, bool *ret_short,
                                       struct err *err);
/* window.c: which days are looked at. */
int32_t window_from(const struct collect *c);
int32_t hot_from(struct collect *c, const struct stream *stream); /* the first day of its hot sweep */
int32_t window_to(const struct collect *c);    /* the last day that may leave; DAY_FAR: open */
int32_t window_end(const struct collect *c);   /* likewise, once nothing is held any more */
int32_t calendar_day(const struct collect *c); /* c->today without the hold */
MUST_CHECK enum err_code window_today(struct collect *c, struct err *err); /* sets c->today */
int32_t local_day(const struct collect *c);                                /* by the wall clock */
/* contract.c */
/* Does the latest approval agree with what is now? *ret_outdated: it did once. */
bool approval_holds(struct state *state, const struct site *site, const struct model *model,
                    const struct mapping *mapping, struct approval *ret, bool *ret_outdated);
/* Is the stream as it was agreed to? approval_holds() before. */
bool approval_covers(struct state *state, const struct mapping *mapping, const char *stream);
/* The text engine as it is now; all zero without one. */
void engine_version(const struct mapping *mapping, uint8_t ret[static SHORT_SIZE]);
/* offer.c: OK while model, mapping, site and warehouse are those of the offer; else ERR_REJECTED. */
MUST_CHECK enum err_code offer_stands(const struct offer *offer, const struct settings *settings,
                                      struct err *err);
unsigned backfill_percent(struct state *state, const struct stream *streams, unsigned count); /* status.c */
/* texts.c: free text. */
bool texts_mapped(const struct mapping *mapping); /* some stream has a note */
MUST_CHECK enum err_code texts_open(struct collect *c, struct err *err);
/* At the start of a round: follows the approval, learns the site's names when due, and asks for the days that
 * lack their text once it may go. Only a failure of the state fails it. */
MUST_CHECK enum err_code texts_ready(struct collect *c, struct err *err);
MUST_CHECK enum err_code texts_refresh(struct collect *c, struct err *err); /* the same between two spans */
/* After a round: keeps in the state why no text leaves, or asks for what waited for it. */
MUST_CHECK enum err_code texts_keep(struct collect *c, struct err *err);
const char *texts_code(const struct collect *c); /* why no text leaves, "ok" when it does */
/* How often a day's texts were tried in vain, now that one of them was withheld again: day_entry.redo. */
unsigned texts_later(struct collect *c, unsigned before);
/* collect.c: the policies of all streams, as the approved engine makes them. */
MUST_CHECK enum err_code collect_policies(struct collect *c, struct err *err);
/* facts.c */
void facts_write(struct collect *c, enum err_code last);
/* fit.c: does the mapping still fit? Sets or clears stream->stopped. */
MUST_CHECK enum err_code fit_check(struct collect *c, struct err *err);
/* ready.c: the source open, its columns there, merges and objectors known. At the start of each round. */
MUST_CHECK enum err_code ready_source(struct collect *c, struct err *err);
void ready_close(struct collect *c);
bool ready_reads_persons(const struct collect *c); /* some stream has persons, and is not stopped */
/* jobs.c: every stream, one after the other. A stream that fails does not stop the others; the first failure
 * is returned. */
/* How long the source is left alone after hot sweeps or looks that took so long, for the share of the time
 * that they may take; ten minutes at most. In milliseconds, as the next. */
int64_t job_rest(const struct collect *c, int64_t took_ms);
/* Until the next hot sweep: doubling while the source is away, and stretched when it has become slow. */
int64_t job_hot_interval(const struct collect *c);
/* A look saw a change: the next hot sweep as soon as the source has been left alone enough. */
void job_hasten_hot(struct collect *c);
MUST_CHECK enum err_code job_hot(struct collect *c, struct err *err);
MUST_CHECK enum err_code job_asked(struct collect *c, struct err *err);
MUST_CHECK enum err_code job_warm(struct collect *c, struct err *err);
MUST_CHECK enum err_code job_cold(struct collect *c, struct err *err); /* all of it, now */
void job_forget_cold(struct collect *c); /* in a transaction: it begins anew, for all streams */
MUST_CHECK enum err_code job_share(struct collect *c, struct err *err); /* this night's part of it */
MUST_CHECK enum err_code job_backfill(struct collect *c, struct err *err);
bool job_backfill_due(struct collect *c);
bool job_work_waiting(struct collect *c); /* days to be sent whole */
/* schedule.c */
int64_t last_night(const struct collect *c); /* wall time at which the site's quiet hour last began */
/* Between two spans: signals, the spool's word, a due hot sweep. Not OK: leave what is begun. */
MUST_CHECK enum err_code collect_breathe(struct collect *c, struct err *err);
bool collect_approved(struct collect *c, bool *ret_outdated);

/* Opens the state or makes it, whoever comes first. One made where the agent has been installed before is
 * marked as recovering: the warehouse holds what it does not know of, so every day is read twice and sent
 * whole. */
MUST_CHECK enum err_code collect_state(const char *folder, struct state **ret, struct err *err);

#endif
