/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/register.h"
#include "agent/mapping/local_id.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/collect/internal.h"

bool register_known(struct state *state)
{
    return state_get_int(state, "register", 0) != 0;
}

bool register_lost(struct state *state, const char *folder)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/objections.db", folder);
    return register_known(state) && access(path, F_OK) != 0;
}

enum err_code register_expect(struct state *state, const char *folder, struct err *err)
{
    if (register_lost(state, folder)) {
        err_set(err, ERR_CONFIG,
                "%s/objections.db is gone: nothing is read without the register of objections", folder);
        return err_hint(
            err, "restore it from a backup; without one, contact-agent approve begins a new one and pauses:"
                 " enter again who objected here, then contact-agent resume");
    }
    if (register_known(state))
        return state_failure(state, err);
    state_begin(state);
    state_put_int(state, "register", 1);
    return state_commit(state, err);
}

/* What a command needs: who this site is, and its register. */
struct desk {
    struct site *site;
    struct objections *objections;
    struct pseudonym_keys *keys;
};

/* The state is made first where nothing was collected yet: a register alone would speak of a state that was
 * lost. */
static enum err_code find_state(const struct settings *settings, struct err *err)
{
    struct state *state = NULL;
    enum err_code code = state_attach(settings->collect_folder, &state, err);
    if (code == ERR_RETRY)
        code = collect_state(settings->collect_folder, &state, err);
    if (code == OK)
        code = register_expect(state, settings->collect_folder, err);
    state_close(state);
    return code;
}

static void desk_close(struct desk *desk)
{
    pseudonym_keys_free(desk->keys);
    objections_close(desk->objections);
    site_free(desk->site);
}

static enum err_code desk_open(const struct settings *settings, struct desk *desk, struct err *err)
{
    *desk = (struct desk){.site = NULL};
    enum err_code code = site_load(settings->collect_folder, &desk->site, err);
    if (code == OK)
        code = find_state(settings, err);
    if (code == OK)
        code = objections_open(settings->collect_folder, desk->site->root, &desk->objections, err);
    if (code != OK)
        return code;
    desk->keys = pseudonym_keys_new(desk->site->root, desk->site->name, desk->site->epoch);
    return desk->keys ? OK : err_set(err, ERR_INTERNAL, "no memory");
}

/* An id that the mapping takes for nobody must not keep everybody without a patient from being sent. */
static bool stands_for_nobody(const struct settings *settings, const char *id)
{
    PROBLEMS_CLEANUP struct problems problems = {0};
    struct model *model = agent_model(settings, &problems);
    struct mapping *mapping = model ? mapping_load(settings->mapping, model, &problems) : NULL;
    bool found = false;
    for (char **nobody = mapping ? mapping->nobody : NULL; nobody && *nobody && !found; nobody++)
        found = strcmp(*nobody, id) == 0;
    mapping_free(mapping);
    model_free(model);
    return found;
}

/* The wish as an entry: id canonical, with its token. */
static enum err_code entry_of(const struct settings *settings, struct desk *desk,
                              const struct register_wish *wish, struct objection *ret, struct err *err)
{
    const struct cell cell = {.type = CELL_TEXT, .text = wish->id, .len = strlen(wish->id)};
    BUF_CLEANUP struct buf id = BUF_INIT(OBJECTION_ID_MAX);
    bool good = canonical_id(&cell, &id) && buf_ok(&id) && id.len < OBJECTION_ID_MAX;
    bool patient = wish->scope == SCOPE_PATIENT;
    *ret = (struct objection){.scope = wish->scope, .since_s = wish->since_s};
    ret->state = wish->freeze || !patient ? OBJECTION_HELD : OBJECTION_NEW;
    snprintf(ret->origin, sizeof(ret->origin), "%s", wish->from);
    snprintf(ret->actor, sizeof(ret->actor), "%s", wish->who);
    if (good)
        snprintf(ret->id, sizeof(ret->id), "%s", buf_text(&id));
    buf_wipe(&id);
    if (!good)
        return err_set(err, ERR_REJECTED, "this is no local id");
    if (patient && stands_for_nobody(settings, ret->id))
        return err_set(err, ERR_REJECTED, "this id stands for nobody, says the mapping");
    if (patient)
        pseudonym_person(desk->keys, ret->id, strlen(ret->id), ret->token);
    else
        pseudonym_practitioner_always(desk->keys, ret->id, strlen(ret->id), ret->token);
    return OK;
}

/* Opens the desk, and makes the entry that is wished. */
static enum err_code desk_take(const struct settings *settings, const struct register_wish *wish,
                               struct desk *desk, struct objection *ret, struct err *err)
{
    enum err_code code = desk_open(settings, desk, err);
    return code == OK ? entry_of(settings, desk, wish, ret, err) : code;
}

enum err_code register_enter(const struct settings *settings, const struct register_wish *wish,
                             enum objection_result *ret, struct err *err)
{
    struct desk desk;
    struct objection entry;
    enum err_code code = desk_take(settings, wish, &desk, &entry, err);
    if (code == OK)
        code = objections_enter(desk.objections, &entry, ret, err);
    wipe(&entry, sizeof(entry));
    desk_close(&desk);
    return code;
}

enum err_code register_withdraw(const struct settings *settings, const struct register_wish *wish,
                                enum objection_result *ret, struct err *err)
{
    struct desk desk;
    struct objection entry;
    enum err_code code = desk_take(settings, wish, &desk, &entry, err);
    if (code == OK)
        code = objections_withdraw(desk.objections, entry.token, wish->freeze, wish->who, ret, err);
    wipe(&entry, sizeof(entry));
    desk_close(&desk);
    return code;
}

enum err_code register_list(const struct settings *settings, bool reveal, unsigned *ret_epoch,
                            void (*each)(void *context, const struct objection *objection), void *context,
                            struct err *err)
{
    struct desk desk;
    enum err_code code = desk_open(settings, &desk, err);
    *ret_epoch = code == OK ? desk.site->epoch : 0;
    if (code == OK)
        code = objections_each(desk.objections, reveal, each, context, err);
    desk_close(&desk);
    return code;
}

enum err_code register_history(const struct settings *settings, unsigned *ret_epoch,
                               void (*each)(void *context, const struct objection_event *event),
                               void *context, struct err *err)
{
    struct desk desk;
    enum err_code code = desk_open(settings, &desk, err);
    *ret_epoch = code == OK ? desk.site->epoch : 0;
    if (code == OK)
        code = objections_history(desk.objections, each, context, err);
    desk_close(&desk);
    return code;
}
