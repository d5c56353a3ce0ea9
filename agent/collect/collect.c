/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/collect.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/collect/decision.h"
#include "agent/collect/internal.h"
#include "agent/collect/register.h"
#include "agent/collect/series.h"
#include "agent/collect/texts.h"
#include "contact/lock.h"
#include "contact/log.h"
#include "contact/mem.h"

#define LINE_MAX_BYTES (1024 * 1024)

static const char *const sweep_names[] = {"asked", "hot", "warm", "cold"};

const char *sweep_name(enum sweep sweep)
{
    return sweep_names[sweep];
}

bool sweep_parse(const char *text, enum sweep *ret)
{
    for (int i = SWEEP_ASKED; i <= SWEEP_COLD; i++)
        if (strcmp(text, sweep_names[i]) == 0) {
            *ret = (enum sweep)i;
            return true;
        }
    return false;
}

static enum err_code open_contracts(struct collect *c, struct err *err)
{
    PROBLEMS_CLEANUP struct problems problems = {0};
    c->model = agent_model(c->settings, &problems);
    c->mapping = c->model ? mapping_load(c->settings->mapping, c->model, &problems) : NULL;
    enum err_code code = problems_result(&problems, err);
    if (code != OK || !c->mapping) {
        err_hint(err, "type: contact-agent check");
        return code == OK ? ERR_CONFIG : code;
    }
    return zone_open(c->mapping->time_zone, &c->zone, err);
}

static const char *merged(void *context, const char *id, size_t len)
{
    const struct collect *c = context;
    return c->merges ? merges_find(c->merges, id, len) : NULL;
}

static bool objects(void *context, const uint8_t person[static TOKEN_SIZE])
{
    const struct collect *c = context;
    return token_set_has(&c->objectors, person);
}

static bool practitioner_objects(void *context, const char *id, size_t len)
{
    const struct collect *c = context;
    uint8_t token[TOKEN_SIZE];
    if (c->practitioners.count == 0)
        return false;
    pseudonym_practitioner_always(c->keys, id, len, token);
    return token_set_has(&c->practitioners, token);
}

static enum err_code make_maker(struct collect *c, struct err *err)
{
    struct record_context context = {.model = c->model,
                                     .mapping = c->mapping,
                                     .keys = c->keys,
                                     .zone = c->zone,
                                     .merged = merged,
                                     .merged_context = c,
                                     .objects = objects,
                                     .practitioner_objects = practitioner_objects,
                                     .objects_context = c,
                                     .clean = c->cleaner ? cleaner_clean : NULL,
                                     .clean_context = c->cleaner};
    memcpy(context.text_policy, c->text_policy, SHORT_SIZE);
    record_maker_free(c->maker);
    c->maker = record_maker_new(&context);
    return c->maker ? OK : err_set(err, ERR_INTERNAL, "no memory");
}

static enum err_code open_maker(struct collect *c, struct err *err)
{
    c->keys = pseudonym_keys_new(c->site->root, c->site->name, c->site->epoch);
    if (!c->keys)
        return err_set(err, ERR_INTERNAL, "no memory");
    enum err_code code = texts_open(c, err);
    return code == OK ? make_maker(c, err) : code;
}

/* A policy that no cold sweep has finished under makes every row differ, which is no mass deletion. */
static void take_policy(struct collect *c, struct stream *s)
{
    uint8_t policy[SHORT_SIZE];
    char name[64], known[sizeof(s->policy)];
    record_policy(c->maker, s->index, policy);
    hex_encode(policy, sizeof(policy), s->policy);
    snprintf(name, sizeof(name), "policy.%s", s->name);
    s->policy_new = !state_get(c->state, name, known, sizeof(known)) || strcmp(known, s->policy) != 0;
    snprintf(name, sizeof(name), "cold_policy.%s", s->name);
    if (s->policy_new && state_get(c->state, name, known, sizeof(known)) && strcmp(known, s->policy) == 0)
        return;
    /* A cold sweep that was under way compared by the old policy: it begins anew. */
    state_begin(c->state);
    state_put(c->state, name, s->policy_new ? s->policy : NULL);
    if (s->policy_new) {
        snprintf(name, sizeof(name), "cold.%s", s->name);
        state_put(c->state, name, NULL);
    }
    if (state_commit(c->state, NULL) != OK)
        state_rollback(c->state);
}

enum err_code collect_policies(struct collect *c, struct err *err)
{
    enum err_code code = make_maker(c, err);
    for (unsigned i = 0; code == OK && i < c->stream_count; i++)
        take_policy(c, &c->streams[i]);
    return code;
}

static void open_stream(struct collect *c, struct stream *s, unsigned index)
{
    char name[64];
    s->mapping = c->mapping->streams[index];
    s->name = s->mapping->model->name;
    s->index = index;
    s->span_days = 1;
    snprintf(name, sizeof(name), "stopped.%s", s->name);
    state_get(c->state, name, s->stopped, sizeof(s->stopped));
    take_policy(c, s);
}

static enum err_code open_streams(struct collect *c, struct err *err)
{
    c->streams = mem_new(c->mapping->stream_count + 1, sizeof(*c->streams));
    for (unsigned i = 0; i < c->mapping->stream_count && c->stream_count < STATUS_STREAMS; i++)
        if (c->mapping->streams[i])
            open_stream(c, &c->streams[c->stream_count++], i);
    enum err_code code = OK;
    for (unsigned i = 0; code == OK && i < c->stream_count; i++)
        code = exclusions_load(c, &c->streams[i], err);
    return code;
}

/* The register of objections is made once and outlives every state: beside an empty state it says that this
 * is no first installation, and that the centre holds what is not known here any more. */
enum err_code collect_state(const char *folder, struct state **ret, struct err *err)
{
    char register_path[4096];
    bool fresh = false, damaged = false;
    snprintf(register_path, sizeof(register_path), "%s/objections.db", folder);
    bool installed = access(register_path, F_OK) == 0;
    enum err_code code = state_open(folder, ret, &fresh, &damaged, err);
    if (code != OK)
        return code;
    if (damaged)
        log_warning("state.db failed its check and was set aside: all history is compared anew");
    if (fresh && (installed || damaged)) {
        state_begin(*ret);
        state_put_int(*ret, "recovering", 1);
        code = decision_restore(folder, *ret, err);
        if (code == OK)
            code = state_commit(*ret, err);
    }
    if (code == OK)
        code = decision_keep_missing(folder, *ret, err);
    if (code != OK) {
        state_close(*ret);
        *ret = NULL;
    }
    return code;
}

static enum err_code open_state(struct collect *c, struct err *err)
{
    enum err_code code = collect_state(c->settings->collect_folder, &c->state, err);
    if (code == OK)
        code = register_expect(c->state, c->settings->collect_folder, err);
    if (code == OK)
        code = objections_open(c->settings->collect_folder, c->site->root, &c->objections, err);
    if (code == OK)
        code = keys_settle(c->settings->collect_folder, c->site, c->objections, err);
    if (code != OK)
        return code;
    c->recovering = state_get_int(c->state, "recovering", 0) != 0;
    c->leaving = state_get_int(c->state, "leaving", 0) != 0;
    return OK;
}

/* Two that counted batches in one series would each lose what the other made. The spool's folder is locked
 * too: with a state of its own, another one would begin series after series there. */
static enum err_code open_alone(struct collect *c, struct err *err)
{
    enum err_code code = lock_take(c->settings->collect_folder, "collect.lock", &c->locks[0], err);
    if (code == OK)
        code = lock_take(c->settings->spool_folder, "collect.lock", &c->locks[1], err);
    return code == ERR_RETRY ? err_hint(err, "is contact-agent-collect running? Stop it first") : code;
}

enum err_code collect_open(const struct settings *settings, struct collect **ret, struct err *err)
{
    mem_forbid_dumps();
    struct collect *c = mem_new(1, sizeof(*c));
    c->settings = settings;
    c->locks[0] = c->locks[1] = -1;
    c->line = BUF_INIT(LINE_MAX_BYTES);
    c->draft = draft_new((int)settings->gzip_level);
    enum err_code code = c->draft ? site_load(settings->collect_folder, &c->site, err)
                                  : err_set(err, ERR_INTERNAL, "no memory");
    if (code == OK)
        code = open_alone(c, err);
    if (code == OK)
        code = open_contracts(c, err);
    if (code == OK)
        code = site_sealer(settings->collect_folder, &c->sealer, err);
    if (code == OK)
        code = open_state(c, err);
    if (code == OK)
        code = open_maker(c, err);
    if (code == OK)
        code = open_streams(c, err);
    if (code == OK)
        code = series_open(c, err);
    if (code != OK) {
        collect_close(c);
        return code;
    }
    *ret = c;
    return OK;
}

void collect_close(struct collect *c)
{
    if (!c)
        return;
    ready_close(c);
    spool_close(c->spool);
    for (unsigned i = 0; i < c->stream_count; i++) {
        token_set_free(&c->streams[i].excluded);
        token_set_free(&c->streams[i].too_large);
    }
    free(c->streams);
    state_close(c->state);
    objections_close(c->objections);
    cms_sealer_free(c->sealer);
    record_maker_free(c->maker);
    cleaner_free(c->cleaner);
    pseudonym_keys_free(c->keys);
    zone_free(c->zone);
    mapping_free(c->mapping);
    model_free(c->model);
    site_free(c->site);
    draft_free(c->draft);
    token_set_free(&c->objectors);
    token_set_free(&c->practitioners);
    token_set_free(&c->span_ids);
    token_set_free(&c->codes_enough);
    token_set_free(&c->code_patients);
    wipe(c->pending, sizeof(c->pending));
    buf_free(&c->line);
    lock_release(&c->locks[1]);
    lock_release(&c->locks[0]);
    free(c);
}
