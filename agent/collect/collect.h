/* SPDX-License-Identifier: Apache-2.0 */
/* Collect: sweeps the dispatch database and keeps the spool filled with what changed (DESIGN 3).
 *
 * It joins source, record, state and spool. It holds the identifiers, and has no way to the network. */
#ifndef AGENT_COLLECT_COLLECT_H
#define AGENT_COLLECT_COLLECT_H

#include "agent/collect/terms.h"
#include "agent/mapping/mapping.h"
#include "agent/settings.h"
#include "agent/state/ledger.h"
#include "contact/buf.h"
#include "contact/bundle.h"
#include "contact/model.h"

struct collect;

enum sweep { SWEEP_ASKED, SWEEP_HOT, SWEEP_WARM, SWEEP_COLD };
const char *sweep_name(enum sweep sweep); /* "asked", "hot"… */
bool sweep_parse(const char *text, enum sweep *ret);

/* Enrolment's part here: makes what is missing in collect's folder (root key, seal key and certificate),
 * keeps what the bundle says, and lays seal.pem into the spool's folder for send to offer. Repeatable.
 * ERR_CONFIG when the folder belongs to another site. */
MUST_CHECK enum err_code collect_setup(const char *folder, const char *spool_folder,
                                       const struct bundle *bundle, struct err *err);

/* Opens everything, in one visible order: site, model, mapping, keys, state, objections, spool, source.
 * settings is borrowed. Core dumps are off from here on. A source that is away is not an error yet. ERR_RETRY
 * when another process collects in these folders. */
MUST_CHECK enum err_code collect_open(const struct settings *settings, struct collect **ret, struct err *err);
void collect_close(struct collect *collect);

/* Hot sweep, then whatever is due, until nothing is left to do that could be done now. No network. ERR_CONFIG
 * without approval. A stream that stands still does not stop the others; the first reason is returned at the
 * end, when the rest is done. */
MUST_CHECK enum err_code collect_once(struct collect *collect, struct err *err);
/* One sweep of every stream now, and what it finds. */
MUST_CHECK enum err_code collect_sweep(struct collect *collect, enum sweep sweep, struct err *err);
/* The daemon: until SIGTERM or SIGINT, which are answered between two spans. Tells systemd when it is asked
 * to. */
MUST_CHECK enum err_code collect_run(struct collect *collect, struct err *err);

/* What follows needs no collect_open, and works beside a running daemon. */

/* What somebody is asked to agree to, read once: what is shown of it is what is recorded. */
struct offer {
    struct site *site;
    struct model *model;
    struct mapping *mapping;
    uint8_t engine[SHORT_SIZE]; /* the text engine's version; zero without one */
    struct buf *types;          /* by stream: the columns' types that were shown as changed (types.h) */
};
MUST_CHECK enum err_code collect_offer(const struct settings *settings, struct offer **ret, struct err *err);
void offer_free(struct offer *offer);
/* What is different in it from what was agreed to last, for who is to agree again. *ret_any false: nobody has
 * agreed yet. line "" (TERMS_OTHER): the section named is another. */
typedef void collect_difference_each(void *context, const char *section, enum terms_change change,
                                     const char *line);
MUST_CHECK enum err_code collect_difference(const struct settings *settings, struct offer *offer,
                                            struct approval *ret, bool *ret_any,
                                            collect_difference_each *each, void *context, struct err *err);
/* Records that `who` agreed to it. ERR_REJECTED when it is not what stands there any more. */
MUST_CHECK enum err_code collect_approve(const struct settings *settings, const struct offer *offer,
                                         const char *who, struct err *err);
MUST_CHECK enum err_code collect_pause(const struct settings *settings, bool paused, struct err *err);
/* The mass-deletion stops in force. */
MUST_CHECK enum err_code collect_deletions_show(const struct settings *settings,
                                                void (*each)(void *context, const struct stop *stop,
                                                             uint64_t held_days),
                                                void *context, struct err *err);
/* Lets the deletions of a stream (NULL: of all) go; *ret_vanished counts their records. ERR_REJECTED when
 * nothing is held back. */
MUST_CHECK enum err_code collect_deletions_accept(const struct settings *settings, const char *stream,
                                                  const char *who, uint64_t *ret_vanished, struct err *err);
MUST_CHECK enum err_code collect_ledger(const struct settings *settings, int32_t from,
                                        void (*each)(void *context, const struct ledger_line *line),
                                        void *context, struct err *err);

/* What a person found in cleaned notes: kept, and all that was kept. */
MUST_CHECK enum err_code collect_audit_keep(const struct settings *settings,
                                            const struct audit_result *result, struct err *err);
MUST_CHECK enum err_code collect_audits(const struct settings *settings,
                                        void (*each)(void *context, const struct audit_result *result),
                                        void *context, struct err *err);

/* What the centre says of the root key by which this site's records were made so far. */
enum key_agreement {
    KEY_NOT_SAID,
    KEY_SAME,
    KEY_NEWER, /* this machine has a newer epoch than the centre knows: accepted there, or waiting */
    KEY_OTHER, /* another key of the same epoch: nothing is read under it */
    KEY_OLDER, /* the centre knows a newer epoch: likewise */
};

/* The root key as people see it: which one it is, and whether a copy of it was made. */
struct key_standing {
    char site[SITE_TEXT];
    unsigned epoch;
    uint8_t check[8]; /* says which key, and nothing about it */
    enum key_agreement centre;
    unsigned centre_epoch; /* of the key that the centre knows; 0: none yet, or not said */
    char backup[9];      /* how the last copy of this key was made: "paper", "sealed", "restored"; "" none */
    int64_t backup_at_s; /* wall time */
};
MUST_CHECK enum err_code collect_key_standing(const struct settings *settings, struct key_standing *ret,
                                              struct err *err);
/* The key itself, for a backup: the caller wipes it. */
MUST_CHECK enum err_code collect_key_read(const struct settings *settings, uint8_t ret_root[static 32],
                                          unsigned *ret_epoch, struct err *err);
/* Notes that a copy of the present key was made. */
MUST_CHECK enum err_code collect_key_noted(const struct settings *settings, const char *how, struct err *err);
/* Takes a key from its backup in the place of this machine's, if it has one; the register of objections comes
 * with it, and audit.log, chained under the former key, is laid aside. ERR_RETRY while another process
 * collects. *ret_same: it has this one already. */
MUST_CHECK enum err_code collect_key_restore(const struct settings *settings, const uint8_t root[static 32],
                                             unsigned epoch, const char *who, bool *ret_same,
                                             struct err *err);

/* Another key of the next epoch, for when the former one may be known to others: every pseudonym changes, and
 * all of history is sent anew once the centre has accepted it. lost: root.key is gone or damaged, and no copy
 * is left; the register of objections, which nothing else reads, is laid aside for an empty one, and the site
 * pauses until a person has entered them again. */
MUST_CHECK enum err_code collect_key_new_epoch(const struct settings *settings, bool lost, const char *who,
                                               unsigned *ret_epoch, struct err *err);

/* The site leaves, and its records with it: from the next start on no row is read any more, every day becomes
 * one without records, and the centre removes what it holds. */
MUST_CHECK enum err_code collect_leave_begin(const struct settings *settings, const char *who,
                                             struct err *err);
/* Empties one of the agent's folders. */
MUST_CHECK enum err_code leave_folder(const char *path, struct err *err);
/* Removes what this machine holds of the site for good, keys and the register of objections included;
 * audit.log and (ledger.json) the ledger stay. ERR_RETRY while another process collects, or while
 * collect_leave_begin's work is not known as loaded. */
MUST_CHECK enum err_code collect_leave_finish(const struct settings *settings, const char *who,
                                              struct err *err);

#define STATUS_STREAMS 16
#define STATUS_REASONS 24
#define STOPPED_BY 200

struct status_stream {
    char name[33];
    char stopped[25];            /* why it stands still; "" when it does not */
    char stopped_by[STOPPED_BY]; /* the column by which, and how; may be "". Stays on site */
    uint64_t records;            /* sent and in force */
    uint64_t held_days;          /* their deletions wait for a person */
    uint64_t waiting_days;       /* to be sent whole */
    uint64_t unread_days;        /* passed over: the database cannot give a value of them */
    int32_t unread_day;          /* the oldest of them; DAY_NONE without any */
    int64_t swept_s;             /* wall time of the last good sweep; 0 never */
    int32_t first_day, last_day; /* known; DAY_NONE without any */
    int32_t backfill_at;         /* sent down to this day; DAY_NONE when the backfill is done */
    int32_t backfill_to;         /* its last day */
    unsigned backfill_percent;
};

struct collect_status {
    bool enrolled, approved, paused;
    bool leaving;           /* the centre is being made to forget all of this site's records */
    bool approval_outdated; /* approved once, and something changed since: all, or a stream of it, waits */
    bool unusable;          /* the mapping is not there, or does not fit the model */
    char site[SITE_TEXT], url[256];
    char series[SERIES_TEXT];
    struct approval approval;
    enum key_agreement key;      /* as the centre says */
    bool key_backup;             /* a copy of the root key was made */
    uint64_t last_seq, unloaded; /* batches made; not known as loaded */
    int64_t backfill_began_s;    /* for the estimate of its end; 0 when it has not begun */
    unsigned backfill_percent;   /* of all streams */
    char proved[11];
    unsigned stream_count;
    struct status_stream streams[STATUS_STREAMS];
    unsigned reason_count;
    struct {
        char name[33];
        uint64_t count;
    } withheld[STATUS_REASONS];
    bool text;                  /* the mapping fills a free text */
    char text_stopped[16];      /* why none leaves (cleaner_stopped); "" when it does */
    int64_t names_s;            /* wall time at which the site's names were learnt; 0 never */
    uint64_t names;             /* words among them */
    uint64_t text_days;         /* days that will be sent again for texts withheld */
    unsigned new_columns;       /* of mapped tables, since the approval; nothing reads them */
    char new_column_names[400]; /* as far as there is room. Stay on site */
    bool register_gone;         /* there was a register of objections: nothing is read without it */
    uint64_t objections_unreceipted, objections_overdue; /* erases without a receipt; for more than 7 days */
};
/* Where collect stands. Works (enrolled false) on a machine where nothing was done yet. */
MUST_CHECK enum err_code collect_status(const struct settings *settings, struct collect_status *ret,
                                        struct err *err);

/* The model that the mapping names, from model_folder; NULL with problems added. The caller's. */
struct model *agent_model(const struct settings *settings, struct problems *problems);

#endif
