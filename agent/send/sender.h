/* SPDX-License-Identifier: Apache-2.0 */
/* The sender as it runs: one thread, two transfers at most (a batch, and one call beside it). */
#ifndef AGENT_SEND_SENDER_H
#define AGENT_SEND_SENDER_H

#include "agent/send/channel.h"
#include "agent/send/heartbeat.h"
#include "agent/send/identity.h"
#include "agent/settings.h"

#define SENDER_URL 512
#define SENDER_FOLDER_OF_RENEWAL "renewing"

/* The call beside the batch. */
enum call { CALL_NONE, CALL_HEARTBEAT, CALL_WATERMARK, CALL_SEAL, CALL_RENEW, CALL_TRIAL };

struct sender {
    const struct settings *settings;
    bool once;   /* drain, tell, exit */
    bool marked; /* as running, for who asks */

    struct identity identity;
    bool enrolled;
    enum err_code identity_trouble; /* logged; OK: none */
    bool expiry_told;               /* logged */
    struct link *link;
    bool link_stale; /* made with a former identity: replaced when nothing runs */

    struct spool *spool; /* NULL: none, or not usable now */
    int64_t spool_retry_ms;
    enum err_code spool_trouble;     /* logged; OK: none */
    char spool_damaged[SERIES_TEXT]; /* this one is not opened again: collect replaces it */

    struct channel queue;     /* batches */
    struct spool_batch batch; /* the one under way */
    char batch_series[SERIES_TEXT];
    bool uploading;
    bool blocked;             /* this series is not sent any further: the centre holds another of its name */
    bool nothing_due;         /* at the last look */
    uint64_t uploads;         /* begun since the start */
    int64_t look_ms;          /* next look for a batch, when there was none */
    int64_t drain_per_minute; /* 0: no limit */

    struct channel control; /* everything else */
    enum call call;
    char call_series[SERIES_TEXT];
    uint64_t call_uploads; /* uploads when the call began, or UINT64_MAX when one was under way */
    struct buf call_body;
    bool watermark_known; /* asked since the start, the last outage and the last new series */
    int64_t heartbeat_ms; /* when the next is due */
    int64_t interval_ms;  /* as the centre asked; 0: not */
    bool heartbeat_sent;  /* since the last upload */
    bool answer_bad;      /* logged */
    bool watermark_bad;   /* asked, and not answered so that we could go on */
    struct heartbeat_own own;
    struct heartbeat_taken taken;
    bool seal_settled;  /* seal.pem was offered, taken or not */
    char seal_hash[65]; /* of it as it was offered last */

    bool renewing;      /* a folder of renewal exists */
    bool renewal_ready; /* and its certificate came: to be tried */
    struct backoff renewal_wait;
    bool renewal_told; /* a failure was logged */
};

/* sender.c: what the others need of the whole. */
void sender_init(struct sender *s, const struct settings *settings, bool once);
void sender_fini(struct sender *s);
/* Follows the identity and the spool on disk: both are replaced by others. */
void sender_follow(struct sender *s, int64_t now_ms);
/* A fact for collect and status; a spool that fails is closed and opened again later. */
void sender_tell(struct sender *s, const char *name, const char *value);
void sender_tell_number(struct sender *s, const char *name, int64_t value);
/* After a failure of the spool: logged once, closed, tried again later (a lock held too long is only waited
 * for). */
void sender_spool_failed(struct sender *s, const struct err *err);
bool sender_expired(const struct sender *s);
/* A URL below the identity's. */
void sender_url(const struct identity *identity, char ret[static SENDER_URL], const char *format, ...)
    PRINTF(3, 4);

/* upload.c */
/* How long until a batch may be begun or looked for; -1: time alone does not bring it. */
int64_t upload_wait_ms(const struct sender *s, int64_t now_ms);
void upload_start(struct sender *s, int64_t now_ms);

/* control.c */
void control_start(struct sender *s, int64_t now_ms);
/* Begins a call; false when it could not (logged). */
bool control_call(struct sender *s, enum call call, const struct request *request,
                  const struct link_trust *trust);

/* answer_apply.c: what the centre holds, and what it answers to a heartbeat. */
void watermark_apply(struct sender *s, const struct buf *answer);
void answer_apply(struct sender *s, const struct buf *answer);

/* renew.c */
bool renew_due(const struct sender *s);
void renew_resume(struct sender *s); /* what an earlier run left */
void renew_start(struct sender *s);
void renew_done(struct sender *s, enum call call, const struct outcome *outcome, const struct buf *answer);

#endif
