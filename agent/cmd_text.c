/* SPDX-License-Identifier: Apache-2.0 */
/* contact-agent text audit: a person on site reads cleaned notes drawn at random, and says which ones still
 * tell who somebody is. Nothing is kept of it but who, when and how many. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "agent/ask.h"
#include "agent/audit.h"
#include "agent/collect/collect.h"
#include "agent/commands.h"
#include "agent/report.h"
#include "contact/civil.h"
#include "contact/clock.h"
#include "contact/language.h"
#include "contact/shown.h"

#define NOTES_DEFAULT 100
#define NOTES_MAX 10000
#define DAYS_DEFAULT 90
#define DAYS_MAX 36500

struct request {
    struct audit_options options;
    char who[65];
    bool list, results, as_json;
};

/* Takes an option and its value at *at, or an option alone; false when it is not understood. */
static bool take(char **argv, int argc, int *at, struct request *ret)
{
    const char *word = argv[*at], *value = *at + 1 < argc ? argv[*at + 1] : NULL;
    long number = 0;
    if (strcmp(word, "--list") == 0)
        return ret->list = true;
    if (strcmp(word, "--results") == 0)
        return ret->results = true;
    if (strcmp(word, "--json") == 0)
        return ret->as_json = true;
    ++*at;
    if (value == NULL)
        return false;
    if (strcmp(word, "--by") == 0)
        return snprintf(ret->who, sizeof ret->who, "%s", value) >= 0;
    if (strcmp(word, "--n") == 0 && command_number(value, NOTES_MAX, &number)) {
        ret->options.notes = (size_t)number;
        return true;
    }
    if (strcmp(word, "--days") != 0 || !command_number(value, DAYS_MAX, &number))
        return false;
    ret->options.days = (int)number;
    return true;
}

static int parse(int argc, char **argv, struct request *ret)
{
    *ret = (struct request){.options = {.notes = NOTES_DEFAULT, .days = DAYS_DEFAULT}};
    if (argc < 2 || strcmp(argv[1], "audit") != 0)
        return command_usage(argv[0], argc < 2 ? "" : argv[1]);
    for (int i = 2; i < argc; i++) {
        const char *word = argv[i];
        if (!take(argv, argc, &i, ret))
            return command_usage(argv[0], word);
    }
    return ret->as_json && !ret->results ? command_usage(argv[0], "--json without --results") : EX_OK;
}

/* As a terminal may show it: control characters would let a note drive it. */
static void print_note(const struct buf *note)
{
    const char *text = (const char *)note->data;
    for (size_t i = 0, bytes; i < note->len; i += bytes) {
        uint32_t code;
        bytes = shown_character(text + i, note->len - i, &code);
        if (code != '\n' && shown_controls(code))
            putchar(' ');
        else
            fwrite(text + i, 1, bytes, stdout);
    }
    putchar('\n');
}

/* The first letter of an answer; 'q' at the end of input. */
static char ask(const char *question)
{
    char line[64];
    printf("%s ", question);
    fflush(stdout);
    return fgets(line, sizeof line, stdin) == NULL ? 'q' : line[0];
}

/* Asks about each note; false when the person left before the end. */
static void judge(const struct audit_sample *sample, size_t *ret_read, size_t *ret_leaks)
{
    *ret_read = *ret_leaks = 0;
    for (size_t i = 0; i < sample->count; i++) {
        printf(_("\n--- %zu of %zu\n"), i + 1, sample->count);
        print_note(&sample->notes[i]);
        char answer;
        do
            answer = ask(_("Does it still tell who somebody is? (y/n/q)"));
        while (strchr("yonq", answer) == NULL || answer == '\0');
        if (answer == 'q')
            return;
        ++*ret_read;
        *ret_leaks += answer != 'n'; /* y, or o for oui */
    }
}

static void print_rate(size_t leaks, size_t notes)
{
    double low, high;
    audit_interval(leaks, notes, &low, &high);
    if (leaks == 0)
        printf(_("0 of %zu notes leak; with 95 %% confidence at most %.2f %% do (Clopper-Pearson).\n"), notes,
               100 * high);
    else
        printf(_("%zu of %zu notes leak: %.2f %%, 95 %% interval %.2f to %.2f %% (Wilson).\n"), leaks, notes,
               100 * (double)leaks / (double)notes, 100 * low, 100 * high);
}

static void add_result(void *context, const struct audit_result *result)
{
    struct report *out = context;
    char day[DAY_TEXT];
    double low, high;
    day_format((int32_t)(result->at_s / 86400), day);
    audit_interval((size_t)result->leaks, (size_t)result->notes, &low, &high);
    out->lines++;
    table_cell(out->table, TABLE_PLAIN, "%s", day);
    table_cell(out->table, TABLE_PLAIN, "%s", result->who);
    table_cell(out->table, TABLE_PLAIN, "%llu", (unsigned long long)result->notes);
    table_cell(out->table, result->leaks == 0 ? TABLE_GOOD : TABLE_BAD, "%llu",
               (unsigned long long)result->leaks);
    table_cell(out->table, TABLE_PLAIN, "%.2f %%", 100 * low);
    table_cell(out->table, TABLE_PLAIN, "%.2f %%", 100 * high);
    json_begin_object(&out->json);
    json_kv_string(&out->json, "on", day);
    json_kv_string(&out->json, "by", result->who);
    json_kv_int(&out->json, "notes", (int64_t)result->notes);
    json_kv_int(&out->json, "leaks", (int64_t)result->leaks);
    json_key(&out->json, "percent_at_least");
    json_decimal(&out->json, llround(10000 * low), 2);
    json_key(&out->json, "percent_at_most");
    json_decimal(&out->json, llround(10000 * high), 2);
    json_end_object(&out->json);
}

/* What was found so far, with the 95 % interval of each. */
static enum err_code results(const struct settings *settings, bool as_json, struct err *err)
{
    static const char *const headings[] = {N_("on"),      N_("read by"),   N_(">notes"),
                                           N_(">leaked"), N_(">at least"), N_(">at most")};
    struct report out;
    report_begin(&out, headings, 6);
    enum err_code code = collect_audits(settings, add_result, &out, err);
    if (code == OK)
        code = report_print(&out, as_json, _("No note was judged here yet."), err);
    report_free(&out);
    return code;
}

static enum err_code audit(const struct settings *settings, struct request *request,
                           struct problems *problems, struct err *err)
{
    struct audit_sample sample;
    enum err_code code = audit_draw(settings, &request->options, &sample, problems, err);
    struct audit_result result = {.at_s = clock_wall_s()};
    size_t notes = 0, leaks = 0;
    if (code == OK)
        printf(_("%zu notes, drawn from %llu of the last %d days as they would leave.\n"), sample.count,
               (unsigned long long)sample.seen, request->options.days);
    if (code == OK && request->list) {
        for (size_t i = 0; i < sample.count; i++) {
            printf("\n--- %zu\n", i + 1);
            print_note(&sample.notes[i]);
        }
    } else if (code == OK) {
        judge(&sample, &notes, &leaks);
    }
    audit_free(&sample);
    if (code != OK || notes == 0)
        return code;
    putchar('\n');
    print_rate(leaks, notes);
    snprintf(result.who, sizeof result.who, "%s", request->who[0] == '\0' ? "-" : request->who);
    result.notes = notes;
    result.leaks = leaks;
    const struct trail_entry entry = {.what = "text audit", .who = ask_who(request->who), .count = notes};
    code = collect_audit_keep(settings, &result, err);
    return code == OK ? trail_note(settings, &entry, err) : code;
}

int cmd_text(int argc, char **argv)
{
    struct request request;
    int usage = parse(argc, argv, &request);
    if (usage != EX_OK)
        return usage;
    struct invocation invocation;
    if (!invocation_begin(&invocation, USER_COLLECT))
        return EX_CONFIG;
    struct err err;
    struct problems problems PROBLEMS_CLEANUP = {0};
    enum err_code code = request.results ? results(&invocation.settings, request.as_json, &err)
                                         : audit(&invocation.settings, &request, &problems, &err);
    problems_print(&problems, stderr);
    invocation_end(&invocation);
    return code == OK ? EX_OK : command_failed("text audit", &err);
}
