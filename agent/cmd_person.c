/* SPDX-License-Identifier: Apache-2.0 */
/* What is known on site of one patient: their pseudonyms, and their records as sent. And the freeze: nothing
 * of theirs is sent, and the warehouse lets go of it, until it is lifted. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "agent/ask.h"
#include "agent/collect/register.h"
#include "agent/commands.h"
#include "agent/person.h"
#include "agent/reason.h"
#include "agent/report.h"
#include "contact/clock.h"
#include "contact/json.h"
#include "contact/language.h"
#include "contact/shown.h"
#include "contact/table.h"

#define JSON_MAX ((size_t)64 << 20)

struct request {
    struct register_wish wish;
    char id[OBJECTION_ID_MAX];
    bool freezes, unfreezes, records, as_json, sure, unknown;
};

static int parse(int argc, char **argv, struct request *ret)
{
    *ret = (struct request){.wish = {.freeze = true, .from = "operator", .since_s = clock_wall_s()}};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--freeze") == 0)
            ret->freezes = true;
        else if (strcmp(argv[i], "--unfreeze") == 0)
            ret->unfreezes = true;
        else if (strcmp(argv[i], "--records") == 0)
            ret->records = true;
        else if (strcmp(argv[i], "--json") == 0)
            ret->as_json = true;
        else if (strcmp(argv[i], "--yes") == 0)
            ret->sure = true;
        else if (strcmp(argv[i], "--unknown") == 0)
            ret->unknown = true;
        else if (strcmp(argv[i], "--by") == 0 && i + 1 < argc)
            ret->wish.who = argv[++i];
        else
            return command_usage(argv[0], argv[i][0] == '-' ? argv[i] : _("a local id as an argument"));
    }
    ret->wish.who = ask_who(ret->wish.who);
    if (ret->unknown && !ret->freezes)
        return command_usage(argv[0], "--unknown");
    return ret->freezes + ret->unfreezes + ret->records + ret->as_json > 1
               ? command_usage(argv[0], _("these together"))
               : EX_OK;
}

/* ---- show ---- */

struct sight {
    const struct request *request;
    struct table *table;
    struct buf text;
    struct json json; /* writes into text */
    size_t rows;
    unsigned epoch;
};

/* How a record stands: for a program, and for a person (NULL: withheld, as its reason says). */
struct record_standing {
    const char *name, *text;
};

static struct record_standing standing_of(const struct person_record *record)
{
    switch (record->sent) {
    case PERSON_SENT:
        return (struct record_standing){"sent", N_("sent")};
    case PERSON_OLD:
        return (struct record_standing){"sent_with_its_day", N_("sent with its day")};
    case PERSON_DIFFERS:
        return (struct record_standing){"changed", N_("sent; changed since, goes again")};
    case PERSON_WAITS:
        return (struct record_standing){"waits", N_("not sent yet")};
    case PERSON_KEPT:
        break;
    }
    if (record->key.fate == ROW_OBJECTED)
        return (struct record_standing){"objected", N_("not sent: the person objects, or is frozen")};
    if (record->key.fate == ROW_OUTSIDE)
        return (struct record_standing){"outside_days", N_("not sent: outside the mapping's days")};
    return (struct record_standing){withheld_name(record->key.why), NULL};
}

static void json_record(struct json *j, const struct person_record *record, const char *day,
                        const char *token)
{
    struct record_standing standing = standing_of(record);
    json_begin_object(j);
    json_kv_string(j, "stream", record->stream);
    json_kv_string(j, "day", day[0] == '\0' ? NULL : day);
    json_kv_string(j, "record", token);
    json_kv_string(j, "standing", standing.text == NULL ? "withheld" : standing.name);
    json_kv_string(j, "withheld", standing.text == NULL ? standing.name : NULL);
    json_end_object(j);
}

static void see_record(void *context, const struct person_record *record)
{
    struct sight *sight = context;
    char day[DAY_TEXT] = "", token[TOKEN_TEXT];
    sight->rows++;
    if (sight->request->records) {
        shown_json(record->line, stdout);
        return;
    }
    if (record->key.day != DAY_NONE)
        day_format(record->key.day, day);
    token_format('e', sight->epoch, record->key.id, token);
    json_record(&sight->json, record, day, token);
    const char *text = standing_of(record).text;
    table_cell(sight->table, TABLE_PLAIN, "%s", record->stream);
    table_cell(sight->table, TABLE_PLAIN, "%s", day);
    table_cell(sight->table, TABLE_PLAIN, "%s", token);
    if (text != NULL)
        table_cell(sight->table, record->sent == PERSON_KEPT ? TABLE_WARNING : TABLE_GOOD, "%s", _(text));
    else
        table_cell(sight->table, TABLE_WARNING, _("withheld: %s"), reason_text(record->key.why));
}

/* What the register says of the person: printed, or written into json. */
struct standing {
    const uint8_t *token;
    struct json *json; /* NULL: for a person */
    unsigned epoch;
};

static void tell_standing(void *context, const struct objection *o)
{
    const struct standing *standing = context;
    if (o->scope != SCOPE_PATIENT || memcmp(o->token, standing->token, TOKEN_SIZE) != 0)
        return;
    if (standing->json == NULL)
        printf(_("In the register: %s\n"), _(person_standing(o)));
    else
        json_text(standing->json, person_standing(o));
}

static enum err_code print_names(const struct settings *settings, const struct person_tokens *tokens,
                                 unsigned epoch, struct err *err)
{
    struct standing standing = {.token = tokens->items[0]};
    char text[TOKEN_TEXT];
    token_format('p', epoch, tokens->items[0], text);
    printf(_("Pseudonym: %s\n"), text);
    for (unsigned i = 1; i < tokens->count; i++) {
        token_format('p', epoch, tokens->items[i], text);
        printf(_("Before its merge: %s\n"), text);
    }
    return register_list(settings, false, &standing.epoch, tell_standing, &standing, err);
}

/* After the records: the pseudonyms, the one in force first, and what the register says. */
static enum err_code json_names(const struct settings *settings, const struct person_tokens *tokens,
                                struct sight *sight, struct err *err)
{
    struct json *j = &sight->json;
    struct standing standing = {.token = tokens->items[0], .json = j};
    char text[TOKEN_TEXT];
    json_end_array(j);
    json_key(j, "pseudonyms");
    json_begin_array(j);
    for (unsigned i = 0; i < tokens->count; i++) {
        token_format('p', sight->epoch, tokens->items[i], text);
        json_text(j, text);
    }
    json_end_array(j);
    json_key(j, "register");
    json_begin_array(j);
    enum err_code code = register_list(settings, false, &standing.epoch, tell_standing, &standing, err);
    json_end_array(j);
    json_end_object(j);
    if (code == OK && !buf_ok(&sight->text))
        return err_set(err, ERR_INTERNAL, "too much to list at once");
    return code;
}

static enum err_code look(const struct settings *settings, const struct request *request, struct sight *sight,
                          struct err *err)
{
    struct stage stage = {0};
    struct problems problems PROBLEMS_CLEANUP = {0};
    struct person_tokens tokens = {.count = 0};
    struct state *state = NULL;
    enum err_code code = state_attach(settings->collect_folder, &state, err);
    if (code == ERR_RETRY)
        code = err_set(err, ERR_CONFIG, "nothing was collected here yet");
    if (code == OK)
        code = stage_open(&stage, settings, &problems, err);
    problems_print(&problems, stderr);
    if (code == OK)
        sight->epoch = pseudonym_epoch(stage.keys);
    if (code == OK)
        code = person_records(&stage, state, request->id, &tokens, see_record, sight, err);
    if (code == OK && request->as_json)
        code = json_names(settings, &tokens, sight, err);
    else if (code == OK && !request->records)
        code = print_names(settings, &tokens, sight->epoch, err);
    stage_close(&stage);
    state_close(state);
    return code;
}

static int show(const struct settings *settings, struct request *request)
{
    static const char *const headings[] = {N_("stream"), N_("day"), N_("record"), N_("standing")};
    struct sight sight = {.request = request, .table = table_new(headings, 4), .text = BUF_INIT(JSON_MAX)};
    struct err err;
    sight.json = JSON(&sight.text);
    json_begin_object(&sight.json);
    json_key(&sight.json, "records");
    json_begin_array(&sight.json);
    enum err_code code = look(settings, request, &sight, &err);
    const struct trail_entry entry = {.what = "person",
                                      .who = request->wish.who,
                                      .detail = request->records ? "records" : "shown",
                                      .count = sight.rows};
    if (code == OK)
        code = trail_note(settings, &entry, &err);
    if (code == OK && request->as_json)
        report_json(&sight.text);
    else if (code == OK && !request->records && sight.rows > 0)
        table_print(sight.table, stdout);
    else if (code == OK && sight.rows == 0)
        fputs(_("No row of the database has this id.\n"), stderr);
    table_free(sight.table);
    buf_free(&sight.text);
    return code == OK ? EX_OK : command_failed("person", &err);
}

/* ---- freeze ---- */

static const char *answer_of(enum objection_result result, bool freezes)
{
    if (result == OBJECTION_DONE)
        return freezes ? N_("Frozen. From the next round on nothing of theirs is sent, and the warehouse "
                            "lets go of it.")
                       : N_("No longer frozen. Their records are sent again from the next round on.");
    if (result == OBJECTION_MERGED)
        return N_("They are frozen because a record merged with theirs is: unfreeze that one.");
    return freezes ? N_("Nothing to do: this person is frozen, or objects.")
                   : N_("This person is not frozen.");
}

static bool may_freeze(const struct settings *settings, const struct request *request)
{
    struct person person;
    struct err err;
    return person_look(settings, SCOPE_PATIENT, request->id, &person, &err) != PERSON_UNKNOWN ||
           person_enter_unknown(request->unknown, request->sure);
}

static int change(const struct settings *settings, struct request *request)
{
    enum objection_result result = OBJECTION_ALREADY;
    struct err err;
    bool freezes = request->freezes;
    if (freezes && !may_freeze(settings, request))
        return EX_DATAERR;
    if (!request->sure && ask_possible() &&
        !ask_yes(freezes ? _("Freeze this person? (yes/no)") : _("Unfreeze this person? (yes/no)"))) {
        puts(_("Nothing was changed."));
        return EX_NOPERM;
    }
    enum err_code code = freezes ? register_enter(settings, &request->wish, &result, &err)
                                 : person_withdraw(settings, &request->wish, request->id, &result, &err);
    if (code != OK)
        return command_failed("person", &err);
    const struct trail_entry entry = {.what = "person",
                                      .who = request->wish.who,
                                      .detail = freezes ? "freeze" : "unfreeze",
                                      .count = result == OBJECTION_DONE};
    if (!command_note(settings, &entry))
        return EX_SOFTWARE;
    puts(_(answer_of(result, freezes)));
    return result == OBJECTION_ABSENT || result == OBJECTION_MERGED ? EX_DATAERR : EX_OK;
}

int cmd_person(int argc, char **argv)
{
    struct request request;
    int status = parse(argc, argv, &request);
    if (status != EX_OK)
        return status;
    if (!ask_id(_("Local id of the patient (not shown):"), request.id, sizeof request.id))
        return command_usage(argv[0], _("no local id"));
    request.wish.id = request.id;
    struct invocation invocation;
    if (!invocation_begin(&invocation, USER_COLLECT))
        return EX_CONFIG;
    bool changes = request.freezes || request.unfreezes;
    if (!request.unfreezes)
        person_spell(&invocation.settings, request.id);
    status = changes ? change(&invocation.settings, &request) : show(&invocation.settings, &request);
    wipe(request.id, sizeof request.id);
    invocation_end(&invocation);
    return status;
}
