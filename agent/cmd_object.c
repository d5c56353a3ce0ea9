/* SPDX-License-Identifier: Apache-2.0 */
/* Objections that the dispatch database cannot hold: on paper, by telephone, of practitioners. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "agent/ask.h"
#include "agent/collect/register.h"
#include "agent/commands.h"
#include "agent/person.h"
#include "agent/report.h"
#include "contact/clock.h"
#include "contact/language.h"

static const char *const origins[] = {"operator", "letter", "email", "telephone", "desk", NULL};

struct request {
    struct register_wish wish;
    char id[OBJECTION_ID_MAX];
    bool sure, unknown, reveal, as_json, history;
};

/* ---- what was typed ---- */

static bool is_origin(const char *word)
{
    for (size_t i = 0; origins[i] != NULL; i++)
        if (strcmp(word, origins[i]) == 0)
            return true;
    return false;
}

/* Noon of the day, so that it is the same day in every zone of ours. */
static bool take_date(const char *text, int64_t *ret_s)
{
    int32_t day = day_parse(text, strlen(text));
    *ret_s = (int64_t)day * 86400 + 43200;
    return day != DAY_NONE && *ret_s < clock_wall_s() + 86400;
}

/* An option of add and remove with its value; false when it is not understood. */
static bool take_option(const char *word, const char *value, bool adds, struct register_wish *wish)
{
    if (value == NULL)
        return false;
    if (strcmp(word, "--by") == 0) {
        wish->who = value;
        return true;
    }
    if (adds && strcmp(word, "--origin") == 0 && is_origin(value)) {
        wish->from = value;
        return true;
    }
    return adds && strcmp(word, "--date") == 0 && take_date(value, &wish->since_s);
}

static int parse_change(int argc, char **argv, struct request *ret)
{
    bool adds = strcmp(argv[1], "add") == 0;
    ret->wish.from = adds ? origins[0] : "";
    ret->wish.since_s = clock_wall_s();
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--practitioner") == 0)
            ret->wish.scope = SCOPE_PRACTITIONER;
        else if (strcmp(argv[i], "--yes") == 0)
            ret->sure = true;
        else if (adds && strcmp(argv[i], "--unknown") == 0)
            ret->unknown = true;
        else if (take_option(argv[i], i + 1 < argc ? argv[i + 1] : NULL, adds, &ret->wish))
            i++;
        else
            return command_usage(argv[0], argv[i][0] == '-' ? argv[i] : _("a local id as an argument"));
    }
    ret->wish.who = ask_who(ret->wish.who);
    return EX_OK;
}

static int parse_list(int argc, char **argv, struct request *ret)
{
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--reveal") == 0)
            ret->reveal = true;
        else if (strcmp(argv[i], "--history") == 0)
            ret->history = true;
        else if (strcmp(argv[i], "--json") == 0)
            ret->as_json = true;
        else
            return command_usage(argv[0], argv[i]);
    }
    return ret->reveal && (ret->as_json || ret->history) ? command_usage(argv[0], "--reveal with these")
                                                         : EX_OK;
}

/* ---- add and remove ---- */

static void print_found(const struct person *person)
{
    for (unsigned i = 0; i < person->stream_count; i++) {
        const struct person_stream *s = &person->streams[i];
        char first[DAY_TEXT], last[DAY_TEXT];
        if (s->rows == 0)
            continue;
        printf(_("  %-14s %" PRIu64 " rows"), s->name, s->rows);
        if (s->first != DAY_NONE) {
            day_format(s->first, first);
            day_format(s->last, last);
            printf(_(", %s to %s"), first, last);
        }
        putchar('\n');
    }
    if (person->merged > 0)
        printf(_("  with those of %u other local ids that were merged with it\n"), person->merged);
    if (person->rows == 0 && person->known)
        puts(_("  no record yet, but the table of patients has this id"));
    else if (person->rows == 0)
        puts(_("  no row has this id. Is it the one that the mapping names (person.key, or of the "
               "practitioner)?"));
}

/* What the database has under the id, so that a slip of the pen is seen before somebody else is erased. */
static enum person_found show_found(const struct settings *settings, const struct register_wish *wish)
{
    struct person person;
    struct err err;
    enum person_found found = person_look(settings, wish->scope, wish->id, &person, &err);
    puts(_("In the database:"));
    if (found != PERSON_AWAY)
        print_found(&person);
    else
        printf(_("  it could not be looked up: %s\n"
                 "  It is looked up again once the database answers, which may spell the id otherwise.\n"),
               err.message);
    return found;
}

static bool agrees(const struct request *request, bool adds)
{
    bool patient = request->wish.scope == SCOPE_PATIENT;
    if (request->sure || !ask_possible())
        return true;
    if (!adds)
        return ask_yes(_("Withdraw this objection? (yes/no)"));
    puts(patient ? _("All their records are erased from the warehouse for good; none is ever sent again.")
                 : _("Their token is taken out of the records; the records themselves stay."));
    return ask_yes(_("Enter this objection? (yes/no)"));
}

/* 0, or the status of a command that stops here. */
static int confirm(const struct settings *settings, const struct request *request, bool adds)
{
    if (adds && show_found(settings, &request->wish) == PERSON_UNKNOWN &&
        !person_enter_unknown(request->unknown, request->sure))
        return EX_DATAERR;
    if (agrees(request, adds))
        return EX_OK;
    puts(_("Nothing was changed."));
    return EX_NOPERM;
}

static const char *answer_of(enum objection_result result, bool adds, bool patient)
{
    switch (result) {
    case OBJECTION_DONE:
        if (!adds)
            return N_("Withdrawn. Their records are sent again from the next round on.");
        return patient
                   ? N_("Entered. The erasure goes with the next round; contact-agent object list shows its "
                        "receipt.")
                   : N_("Entered. Records go again without the token from the next round on.");
    case OBJECTION_ALREADY:
        return N_("Nothing to do: this objection is in force already.");
    case OBJECTION_ABSENT:
        return N_("No objection of this id is in force.");
    case OBJECTION_FINAL:
        return N_("The withdrawal is noted. It comes too late to be sent again: the centre has forgotten this"
                  " person for good.");
    case OBJECTION_MERGED:
        return patient ? N_("They object because a record merged with theirs does: withdraw that one's.")
                       : N_("They object under another spelling of this id: withdraw that one's.");
    }
    return "";
}

static int change(const struct settings *settings, struct request *request, const char *verb)
{
    bool adds = strcmp(verb, "add") == 0, patient = request->wish.scope == SCOPE_PATIENT;
    enum objection_result result = OBJECTION_ALREADY;
    struct err err;
    if (!ask_id(patient ? _("Local id of the patient (not shown):")
                        : _("Local id of the practitioner (not shown):"),
                request->id, sizeof request->id))
        return command_usage("object", "no local id");
    request->wish.id = request->id;
    if (patient && adds)
        person_spell(settings, request->id);
    int status = confirm(settings, request, adds);
    if (status != EX_OK) {
        wipe(request->id, sizeof request->id);
        return status;
    }
    enum err_code code = adds ? register_enter(settings, &request->wish, &result, &err)
                              : person_withdraw(settings, &request->wish, request->id, &result, &err);
    wipe(request->id, sizeof request->id);
    if (code != OK)
        return command_failed("object", &err);
    const struct trail_entry entry = {.what = adds ? "object add" : "object remove",
                                      .who = request->wish.who,
                                      .detail = patient ? "patient" : "practitioner",
                                      .count = result == OBJECTION_DONE || result == OBJECTION_FINAL};
    if (!command_note(settings, &entry))
        return EX_SOFTWARE;
    puts(_(answer_of(result, adds, patient)));
    return result == OBJECTION_ABSENT || result == OBJECTION_MERGED ? EX_DATAERR : EX_OK;
}

/* ---- list ---- */

struct listing {
    struct report report;
    unsigned epoch;
    bool reveal;
};

static void date_of(int64_t at_s, char ret[static DAY_TEXT])
{
    day_format((int32_t)(at_s / 86400), ret);
}

/* A practitioner's has no pseudonym of its own: theirs change every quarter. */
static void name_of(const struct objection *o, unsigned epoch, char ret[static TOKEN_TEXT])
{
    snprintf(ret, TOKEN_TEXT, "practitioner");
    if (o->scope == SCOPE_PATIENT)
        token_format('p', epoch, o->token, ret);
}

/* A word of the register, which keeps it in English. */
static const char *shown(const char *word)
{
    static const char *const words[] = {N_("operator"), N_("letter"),    N_("email"),     N_("telephone"),
                                        N_("desk"),     N_("source"),    N_("objection"), N_("freeze"),
                                        N_("merge"),    N_("withdrawal")};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], word) == 0)
            return _(words[i]);
    return word;
}

static void id_of(const struct objection *o, bool reveal, char ret[static OBJECTION_ID_MAX])
{
    snprintf(ret, OBJECTION_ID_MAX, "%s", !reveal ? "•••" : o->id[0] != '\0' ? o->id : "?");
}

static void list_line(void *context, const struct objection *o)
{
    struct listing *listing = context;
    struct report *out = &listing->report;
    char since[DAY_TEXT], name[TOKEN_TEXT], id[OBJECTION_ID_MAX];
    const char *origin = o->cause[0] != '\0' && o->scope == SCOPE_PATIENT ? "merge" : o->origin;
    id_of(o, listing->reveal, id);
    date_of(o->since_s, since);
    name_of(o, listing->epoch, name);
    out->lines++;
    table_cell(out->table, TABLE_PLAIN, "%s", name);
    table_cell(out->table, TABLE_PLAIN, "%s", since);
    table_cell(out->table, TABLE_PLAIN, "%s", shown(origin));
    table_cell(out->table, TABLE_PLAIN, "%s", o->actor);
    table_cell(out->table, objection_in_force(o) ? TABLE_GOOD : TABLE_DIM, "%s", _(person_standing(o)));
    table_cell(out->table, TABLE_PLAIN, "%s", id);
    wipe(id, sizeof id);
    json_begin_object(&out->json);
    json_kv_string(&out->json, "pseudonym", name);
    json_kv_string(&out->json, "since", since);
    json_kv_string(&out->json, "origin", origin);
    json_kv_string(&out->json, "by", o->actor);
    json_kv_string(&out->json, "standing", person_standing(o));
    json_kv_bool(&out->json, "in_force", objection_in_force(o));
    json_kv_int(&out->json, "records_erased", o->deleted);
    json_end_object(&out->json);
}

static void history_line(void *context, const struct objection_event *event)
{
    struct listing *listing = context;
    struct report *out = &listing->report;
    char at[DAY_TEXT], name[TOKEN_TEXT];
    date_of(event->at_s, at);
    token_format('p', listing->epoch, event->token, name);
    out->lines++;
    table_cell(out->table, TABLE_PLAIN, "%s", at);
    table_cell(out->table, TABLE_PLAIN, "%s", name);
    table_cell(out->table, TABLE_PLAIN, "%s", shown(event->what));
    table_cell(out->table, TABLE_PLAIN, "%s", shown(event->origin));
    table_cell(out->table, TABLE_PLAIN, "%s", event->actor);
    json_begin_object(&out->json);
    json_kv_string(&out->json, "on", at);
    json_kv_string(&out->json, "pseudonym", name);
    json_kv_string(&out->json, "what", event->what);
    json_kv_string(&out->json, "origin", event->origin);
    json_kv_string(&out->json, "by", event->actor);
    json_end_object(&out->json);
}

static int list(const struct settings *settings, const struct request *request)
{
    const struct trail_entry entry = {
        .what = "object list", .who = ask_who(NULL), .detail = "revealed", .count = 1};
    if (request->reveal && !command_note(settings, &entry))
        return EX_SOFTWARE;
    static const char *const entries[] = {N_("who"),        N_("since"),    N_("origin"),
                                          N_("entered by"), N_("standing"), N_("local id")};
    static const char *const events[] = {N_("on"), N_("who"), N_("what"), N_("origin"), N_("by")};
    struct listing out = {.reveal = request->reveal};
    struct err err;
    report_begin(&out.report, request->history ? events : entries, request->history ? 5 : 6);
    enum err_code code = request->history
                             ? register_history(settings, &out.epoch, history_line, &out, &err)
                             : register_list(settings, request->reveal, &out.epoch, list_line, &out, &err);
    if (code == OK)
        code = report_print(&out.report, request->as_json, _("Nobody objects or is frozen here."), &err);
    report_free(&out.report);
    return code == OK ? EX_OK : command_failed("object", &err);
}

int cmd_object(int argc, char **argv)
{
    struct request request = {.wish = {.scope = SCOPE_PATIENT}};
    const char *verb = argc > 1 ? argv[1] : "nothing";
    bool lists = strcmp(verb, "list") == 0;
    if (!lists && strcmp(verb, "add") != 0 && strcmp(verb, "remove") != 0)
        return command_usage(argv[0], verb);
    int status = lists ? parse_list(argc, argv, &request) : parse_change(argc, argv, &request);
    if (status == EX_OK && request.reveal && !command_shows("object list"))
        status = EX_USAGE;
    if (status != EX_OK)
        return status;
    struct invocation invocation;
    if (!invocation_begin(&invocation, USER_COLLECT))
        return EX_CONFIG;
    status = lists ? list(&invocation.settings, &request) : change(&invocation.settings, &request, verb);
    invocation_end(&invocation);
    return status;
}
