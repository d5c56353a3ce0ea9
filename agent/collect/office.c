/* SPDX-License-Identifier: Apache-2.0 */
/* What people decide, written into the state beside a running daemon: approval, pause, deletions. */
#include <stdlib.h>
#include <string.h>

#include "agent/collect/columns.h"
#include "agent/collect/decision.h"
#include "agent/collect/internal.h"
#include "agent/collect/register.h"
#include "agent/collect/types.h"
#include "contact/clock.h"

static enum err_code open_beside(const struct settings *settings, struct state **ret, struct err *err)
{
    enum err_code code = state_attach(settings->collect_folder, ret, err);
    if (code == ERR_RETRY) {
        err_set(err, ERR_CONFIG, "nothing was collected here yet");
        code = err_hint(err, "type: contact-agent status");
    }
    return code;
}

/* The first approval comes before anything was collected: it makes the state. */
static enum err_code open_or_make(const struct settings *settings, struct state **ret, struct err *err)
{
    enum err_code code = state_attach(settings->collect_folder, ret, err);
    return code == ERR_RETRY ? collect_state(settings->collect_folder, ret, err) : code;
}

/* The register of objections is made here, and where nothing was collected yet: one that is gone later is
 * missed. */
static enum err_code make_register(const struct settings *settings, const struct site *site, struct err *err)
{
    struct objections *objections = NULL;
    enum err_code code = objections_open(settings->collect_folder, site->root, &objections, err);
    objections_close(objections);
    return code;
}

/* A heartbeat may go before collect has looked: it is not to say any more that nobody agreed. */
static void tell_approved(const struct settings *settings)
{
    BUF_CLEANUP struct buf text = BUF_INIT(64);
    struct spool *spool = NULL;
    if (spool_open(settings->spool_folder, &spool, NULL) != OK)
        return; /* collect writes it when it makes the spool */
    enum err_code code = spool_fact_put(spool, "collect.approved", "1", NULL);
    if (code == OK)
        code = spool_fact_get(spool, "collect.text", &text, NULL);
    if (code == OK && strcmp(buf_text(&text), "not_approved") == 0)
        code = spool_fact_put(spool, "collect.text", "ok", NULL);
    spool_close(spool);
    (void)code; /* collect writes both, within a second */
}

static void put_offer(struct state *state, const struct offer *offer, const char *who)
{
    const struct mapping *mapping = offer->mapping;
    struct approval approval = {.at_s = clock_wall_s()};
    snprintf(approval.who, sizeof(approval.who), "%s", who);
    snprintf(approval.site, sizeof(approval.site), "%s", offer->site->name);
    memcpy(approval.model, offer->model->hash, SHA256_SIZE);
    memcpy(approval.mapping, mapping->hash, SHA256_SIZE);
    memcpy(approval.text, offer->engine, SHORT_SIZE);
    memcpy(approval.warehouse, offer->site->warehouse, SHA256_SIZE);
    approval_put(state, &approval, mapping->terms);
    for (unsigned i = 0; i < mapping->stream_count; i++)
        if (offer->types[i].len > 0)
            types_agree(state, mapping->streams[i]->model->name, buf_text(&offer->types[i]));
        else if (mapping->streams[i])
            types_forget_unmet(state, mapping->streams[i]->model->name);
    columns_forget(state);
}

enum err_code collect_approve(const struct settings *settings, const struct offer *offer, const char *who,
                              struct err *err)
{
    struct state *state = NULL;
    enum err_code code = offer_stands(offer, settings, err);
    if (code == OK)
        code = open_or_make(settings, &state, err);
    bool register_gone = code == OK && register_lost(state, settings->collect_folder);
    if (register_gone) { /* who objected on paper is read by nobody before they are entered again */
        state_close(state);
        code = collect_pause(settings, true, err);
        state = NULL;
        if (code == OK)
            code = open_or_make(settings, &state, err);
    }
    if (code != OK)
        return code;
    state_begin(state);
    put_offer(state, offer, who);
    code = state_commit(state, err);
    if (code == OK)
        code = decision_keep(settings->collect_folder, state, err);
    if (code == OK)
        code = make_register(settings, offer->site, err);
    if (code == OK)
        tell_approved(settings);
    state_close(state);
    return code;
}

enum err_code collect_pause(const struct settings *settings, bool paused, struct err *err)
{
    struct state *state = NULL;
    enum err_code code = open_or_make(settings, &state, err);
    if (code != OK)
        return code;
    state_begin(state);
    state_put(state, "paused", paused ? "1" : NULL);
    code = state_commit(state, err);
    if (code == OK)
        code = decision_keep(settings->collect_folder, state, err);
    state_close(state);
    struct spool *spool = NULL; /* send pauses too, at once */
    if (code == OK && spool_open(settings->spool_folder, &spool, NULL) == OK) {
        if (spool_fact_put(spool, "collect.paused", paused ? "1" : "0", err) != OK)
            code = err ? err->code : ERR_RETRY;
        spool_close(spool);
    }
    return code;
}

#define STOPS_MAX STATUS_STREAMS

enum err_code collect_deletions_show(const struct settings *settings,
                                     void (*each)(void *context, const struct stop *stop, uint64_t held_days),
                                     void *context, struct err *err)
{
    struct state *state = NULL;
    struct stop stops[STOPS_MAX];
    enum err_code code = open_beside(settings, &state, err);
    if (code != OK)
        return code;
    size_t count = stop_list(state, stops, STOPS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct day_sums sums;
        day_sum(state, stops[i].stream, &sums);
        each(context, &stops[i], sums.held + sums.waiting);
    }
    code = state_failure(state, err);
    state_close(state);
    return code;
}

enum err_code collect_deletions_accept(const struct settings *settings, const char *stream, const char *who,
                                       uint64_t *ret_vanished, struct err *err)
{
    *ret_vanished = 0;
    struct state *state = NULL;
    struct stop stops[STOPS_MAX];
    enum err_code code = open_beside(settings, &state, err);
    if (code != OK)
        return code;
    size_t count = stop_list(state, stops, STOPS_MAX), accepted = 0;
    state_begin(state);
    for (size_t i = 0; i < count; i++) {
        if (stream && strcmp(stream, stops[i].stream) != 0)
            continue;
        char name[64], value[128];
        day_release(state, stops[i].stream);
        stop_clear(state, stops[i].stream);
        snprintf(name, sizeof(name), "deletions.%.33s", stops[i].stream);
        snprintf(value, sizeof(value), "%lld %.64s", (long long)clock_wall_s(), who);
        state_put(state, name, value);
        *ret_vanished += stops[i].vanished;
        accepted++;
    }
    code = state_commit(state, err);
    state_close(state);
    if (code == OK && accepted == 0)
        return err_set(err, ERR_REJECTED, "no deletions are held back");
    return code;
}

enum err_code collect_ledger(const struct settings *settings, int32_t from,
                             void (*each)(void *context, const struct ledger_line *line), void *context,
                             struct err *err)
{
    struct state *state = NULL;
    enum err_code code = open_beside(settings, &state, err);
    if (code != OK)
        return code;
    ledger_each(state, from, each, context);
    code = state_failure(state, err);
    state_close(state);
    return code;
}

enum err_code collect_audit_keep(const struct settings *settings, const struct audit_result *result,
                                 struct err *err)
{
    struct state *state = NULL;
    enum err_code code = open_beside(settings, &state, err);
    if (code != OK)
        return code;
    state_begin(state);
    audit_put(state, result);
    code = state_commit(state, err);
    state_close(state);
    return code;
}

enum err_code collect_audits(const struct settings *settings,
                             void (*each)(void *context, const struct audit_result *result), void *context,
                             struct err *err)
{
    struct state *state = NULL;
    enum err_code code = open_beside(settings, &state, err);
    if (code != OK)
        return code;
    audit_each(state, each, context);
    code = state_failure(state, err);
    state_close(state);
    return code;
}
