/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody is asked to agree to, and how it differs from what was agreed to last. */
#include <stdlib.h>
#include <string.h>

#include "agent/collect/internal.h"
#include "agent/collect/terms.h"
#include "agent/collect/texts.h"
#include "agent/collect/types.h"
#include "contact/language.h"
#include "contact/mem.h"

/* No engine at all is agreed to by nobody: every text that was sent would go again, withheld. */
static enum err_code take_engine(struct offer *offer, struct err *err)
{
    static const uint8_t none[SHORT_SIZE];
    cleaner_version_of(offer->mapping, offer->engine);
    if (!texts_mapped(offer->mapping) || memcmp(offer->engine, none, SHORT_SIZE) != 0)
        return OK;
    return err_set(err, ERR_CONFIG,
                   "no free text leaves: the word file is missing; install contact-agent again");
}

enum err_code collect_offer(const struct settings *settings, struct offer **ret, struct err *err)
{
    PROBLEMS_CLEANUP struct problems problems = {0};
    struct offer *offer = mem_new(1, sizeof(*offer));
    enum err_code code = site_load(settings->collect_folder, &offer->site, err);
    if (code == OK) {
        offer->model = agent_model(settings, &problems);
        offer->mapping = offer->model ? mapping_load(settings->mapping, offer->model, &problems) : NULL;
        code = problems_result(&problems, err);
    }
    if (code == OK)
        code = take_engine(offer, err);
    if (code != OK) {
        offer_free(offer);
        return code;
    }
    offer->types = mem_new(offer->mapping->stream_count, sizeof(*offer->types));
    for (unsigned i = 0; i < offer->mapping->stream_count; i++)
        offer->types[i] = BUF_INIT(TYPES_MAX - 1);
    *ret = offer;
    return OK;
}

void offer_free(struct offer *offer)
{
    if (!offer)
        return;
    for (unsigned i = 0; offer->mapping && offer->types && i < offer->mapping->stream_count; i++)
        buf_free(&offer->types[i]);
    free(offer->types);
    mapping_free(offer->mapping);
    model_free(offer->model);
    site_free(offer->site);
    free(offer);
}

enum err_code offer_stands(const struct offer *offer, const struct settings *settings, struct err *err)
{
    struct offer *now = NULL;
    enum err_code code = collect_offer(settings, &now, err);
    if (code != OK)
        return code;
    if (memcmp(offer->mapping->hash, now->mapping->hash, SHA256_SIZE) != 0)
        code = err_set(err, ERR_REJECTED, "the mapping changed while you were reading");
    else if (memcmp(offer->model->hash, now->model->hash, SHA256_SIZE) != 0)
        code = err_set(err, ERR_REJECTED, "the model changed while you were reading");
    else if (strcmp(offer->site->name, now->site->name) != 0 ||
             memcmp(offer->site->warehouse, now->site->warehouse, SHA256_SIZE) != 0)
        code = err_set(err, ERR_REJECTED, "the warehouse changed while you were reading");
    if (code != OK)
        code = err_hint(err, "type contact-agent approve again");
    offer_free(now);
    return code;
}

/* ---- the difference ---- */

struct telling {
    collect_difference_each *each;
    void *context;
    struct offer *offer;
    unsigned stream;
};

/* What the agreement names besides the mapping. */
static void tell_rest(const struct telling *t, const struct approval *approval)
{
    const struct offer *offer = t->offer;
    if (strcmp(approval->site, offer->site->name) != 0 ||
        memcmp(approval->warehouse, offer->site->warehouse, SHA256_SIZE) != 0)
        t->each(t->context, "warehouse", TERMS_OTHER, "");
    if (memcmp(approval->model, offer->model->hash, SHA256_SIZE) != 0)
        t->each(t->context, "model", TERMS_OTHER, "");
    if (memcmp(approval->text, offer->engine, SHORT_SIZE) != 0)
        t->each(t->context, "text engine", TERMS_OTHER, "");
}

static const char type_of_column[] = N_("type of the column");

/* A type is agreed to when it was shown. */
static void tell_type(void *context, const char *column, const char *before, const char *now)
{
    struct telling *t = context;
    const char *stream = t->offer->mapping->streams[t->stream]->model->name;
    char line[400];
    snprintf(line, sizeof(line), "%s: %s, %s", type_of_column, column, before);
    t->each(t->context, stream, TERMS_GONE, line);
    snprintf(line, sizeof(line), "%s: %s, %s", type_of_column, column, now);
    t->each(t->context, stream, TERMS_NEW, line);
    buf_printf(&t->offer->types[t->stream], "%s=%s\n", column, now);
}

static void tell_types(struct telling *t, struct state *state)
{
    for (t->stream = 0; t->stream < t->offer->mapping->stream_count; t->stream++)
        if (t->offer->mapping->streams[t->stream]) {
            buf_clear(&t->offer->types[t->stream]);
            types_changed(state, t->offer->mapping->streams[t->stream]->model->name, tell_type, t);
        }
}

enum err_code collect_difference(const struct settings *settings, struct offer *offer, struct approval *ret,
                                 bool *ret_any, collect_difference_each *each, void *context, struct err *err)
{
    BUF_CLEANUP struct buf agreed = BUF_INIT(TERMS_MAX);
    struct telling t = {.each = each, .context = context, .offer = offer};
    struct state *state = NULL;
    *ret_any = false;
    if (state_attach(settings->collect_folder, &state, NULL) == OK)
        *ret_any = approval_latest(state, ret);
    if (!*ret_any) {
        state_close(state);
        return OK;
    }
    approval_terms(state, &agreed);
    tell_rest(&t, ret);
    if (agreed.len > 0)
        terms_compare(buf_text(&agreed), offer->mapping->terms, each, context);
    else if (memcmp(ret->mapping, offer->mapping->hash, SHA256_SIZE) != 0)
        each(context, "mapping", TERMS_OTHER, "");
    tell_types(&t, state);
    enum err_code code = state_failure(state, err);
    state_close(state);
    return code;
}
