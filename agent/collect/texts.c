/* SPDX-License-Identifier: Apache-2.0 */
/* Free text in a running collect: when names are learnt, whether text may go, and what is sent again once it
 * may. The rest of the records never waits for it. */
#include "agent/collect/texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contact/clock.h"
#include "contact/log.h"
#include "contact/mem.h"

#define LEARN_REST 20                      /* after a failure, times what it took, */
#define LEARN_AGAIN_MIN_MS INT64_C(5000)   /* and at least and at most: text waits for it, */
#define LEARN_AGAIN_MAX_MS INT64_C(600000) /* the rest of the records does not */
#define LATER_TRIES 3 /* nights in which a day is sent again for texts that were too slow */
#define LATER_MAX 200

bool texts_mapped(const struct mapping *mapping)
{
    for (unsigned i = 0; i < mapping->stream_count; i++)
        if (mapping->streams[i] && mapping->streams[i]->text_count > 0)
            return true;
    return false;
}

/* The engine that the latest approval names. */
static void approved_version(struct collect *c, uint8_t ret[static SHORT_SIZE])
{
    struct approval approval;
    memset(ret, 0, SHORT_SIZE);
    if (approval_latest(c->state, &approval))
        memcpy(ret, approval.text, SHORT_SIZE);
}

enum err_code texts_open(struct collect *c, struct err *err)
{
    uint8_t key[SHA256_SIZE];
    if (!texts_mapped(c->mapping))
        return OK;
    pseudonym_derive(c->site->root, c->site->name, c->site->epoch, "text.names", key);
    c->cleaner = cleaner_new(c->mapping, key);
    wipe(key, sizeof(key));
    if (!c->cleaner)
        return err_set(err, ERR_INTERNAL, "no memory");
    approved_version(c, c->text_policy);
    cleaner_allow(c->cleaner, c->text_policy);
    struct err why;
    if (cleaner_load(c->cleaner, c->settings->collect_folder, &why) != OK && why.code == ERR_CORRUPT)
        log_err("names", &why);
    char code[CLEANER_CODE];
    if (state_get(c->state, "text_stopped", code, sizeof(code)) && strcmp(code, CLEANER_RATE) == 0)
        cleaner_hold(c->cleaner);
    return state_failure(c->state, err);
}

/* Text goes by what was approved last: with another engine, every row with text is another row. */
static enum err_code follow_approval(struct collect *c, struct err *err)
{
    uint8_t now[SHORT_SIZE];
    approved_version(c, now);
    enum err_code code = state_failure(c->state, err);
    if (code != OK || memcmp(now, c->text_policy, SHORT_SIZE) == 0)
        return code;
    memcpy(c->text_policy, now, SHORT_SIZE);
    cleaner_allow(c->cleaner, now);
    return collect_policies(c, err);
}

/* Names learnt for another mapping, before the last night or by a clock that was wrong are learnt again. */
static bool learning_due(struct collect *c)
{
    char mapping[2 * SHORT_SIZE + 1], known[2 * SHORT_SIZE + 1];
    int64_t learnt_s = cleaner_learnt_s(c->cleaner);
    if (c->mapping->gazetteer_count == 0 || clock_monotonic_ms() < c->next_learn_ms)
        return false;
    hex_encode(c->mapping->hash, SHORT_SIZE, mapping);
    return learnt_s < last_night(c) || learnt_s > clock_wall_s() ||
           !state_get(c->state, "names_mapping", known, sizeof(known)) || strcmp(known, mapping) != 0;
}

/* Days whose texts were too slow are tried again a few times; what never goes is left. */
static void keep_learnt(struct collect *c)
{
    char mapping[2 * SHORT_SIZE + 1];
    hex_encode(c->mapping->hash, SHORT_SIZE, mapping);
    state_put(c->state, "names_mapping", mapping);
    state_put_int(c->state, "names_s", cleaner_learnt_s(c->cleaner));
    state_put_int(c->state, "names", (int64_t)cleaner_names(c->cleaner));
    for (unsigned i = 0; i < c->stream_count; i++)
        day_redo(c->state, c->streams[i].name, LATER_TRIES);
}

static int64_t learn_rest(int64_t took_ms)
{
    int64_t rest = took_ms * LEARN_REST;
    rest = rest > LEARN_AGAIN_MIN_MS ? rest : LEARN_AGAIN_MIN_MS;
    return rest < LEARN_AGAIN_MAX_MS ? rest : LEARN_AGAIN_MAX_MS;
}

static enum err_code learn(struct collect *c, struct err *err)
{
    struct err why;
    int64_t began = clock_monotonic_ms();
    enum err_code code = cleaner_learn(c->cleaner, c->source, &why);
    if (code == OK)
        code = cleaner_save(c->cleaner, c->settings->collect_folder, &why);
    if (code != OK) {
        int64_t ended = clock_monotonic_ms();
        c->next_learn_ms = ended + learn_rest(ended - began);
        log_err("names", &why);
        return OK; /* the old ones serve until they are too old */
    }
    c->next_learn_ms = 0;
    state_begin(c->state);
    keep_learnt(c);
    return state_commit(c->state, err);
}

/* What is in force is kept in the state, so that whoever starts next knows that text comes back. */
enum err_code texts_keep(struct collect *c, struct err *err)
{
    char before[CLEANER_CODE];
    if (!c->cleaner)
        return OK;
    const char *now = cleaner_stopped(c->cleaner);
    state_get(c->state, "text_stopped", before, sizeof(before));
    if (strcmp(before, now) == 0)
        return state_failure(c->state, err);
    if (*now)
        log_warning("no free text leaves: %s", now);
    else
        log_info("free text leaves again: the days that lack it are sent again");
    state_begin(c->state);
    state_put(c->state, "text_stopped", *now ? now : NULL);
    for (unsigned i = 0; !*now && i < c->stream_count; i++)
        day_redo(c->state, c->streams[i].name, LATER_MAX);
    return state_commit(c->state, err);
}

enum err_code texts_ready(struct collect *c, struct err *err)
{
    if (!c->cleaner)
        return OK;
    enum err_code code = follow_approval(c, err);
    return code == OK ? texts_refresh(c, err) : code;
}

enum err_code texts_refresh(struct collect *c, struct err *err)
{
    enum err_code code = c->cleaner && c->source && learning_due(c) ? learn(c, err) : OK;
    return code == OK ? texts_keep(c, err) : code;
}

const char *texts_code(const struct collect *c)
{
    const char *code = cleaner_stopped(c->cleaner);
    return *code ? code : "ok";
}

unsigned texts_later(struct collect *c, unsigned before)
{
    bool tried = c->cleaner && cleaner_stopped(c->cleaner)[0] == '\0';
    if (before == 0)
        return 1;
    return tried && before < LATER_MAX ? before + 1 : before;
}
