/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/sample/change.h"
#include "tests/sample/create.h"

/* sample-dispatch: a dispatch database to try contact-agent on. Everybody in it is invented. */

static const char usage[] =
    "usage: sample-dispatch create --calls N --out FILE --canaries FILE\n"
    "                              (--days-back D | --from DATE --to DATE) [--seed S]\n"
    "       sample-dispatch change --db FILE --canaries FILE [--seed S] [--at 'DATE[ TIME]'] [--within "
    "DAYS]\n"
    "                              [--new N] [--late N] [--correct N] [--delete N] [--merge N] [--object N]\n"
    "\n"
    "create  writes a new SQLite database and the list of every identifying value in it. With --days-back "
    "the last\n"
    "        day is yesterday. The same options give the same rows.\n"
    "change  does to such a database, in one transaction, what a working association does, and prints what "
    "it did\n"
    "        as JSON. Without counts: 20 new, 5 late, 10 corrected, 3 deleted, 1 merge, 1 objection.\n";

struct option {
    const char *name;
    const char **text;
    int64_t *number;
};

static _Noreturn void refuse(const char *what, const char *value)
{
    fprintf(stderr, "sample-dispatch: %s %s\n%s", what, value, usage);
    exit(2);
}

static void option_set(const struct option *option, const char *value)
{
    char *end;
    if (option->text != NULL) {
        *option->text = value;
        return;
    }
    *option->number = strtoll(value, &end, 10);
    if (*end != '\0' || end == value || *option->number < 0 || *option->number > INT32_MAX) {
        refuse("not a count:", value);
    }
}

static void options_read(char **argv, const struct option *options)
{
    for (; argv[0] != NULL; argv += 2) {
        const struct option *option = options;
        while (option->name != NULL && strcmp(option->name, argv[0]) != 0) {
            option++;
        }
        if (option->name == NULL || argv[1] == NULL) {
            refuse("unknown or incomplete option", argv[0]);
        }
        option_set(option, argv[1]);
    }
}

static int day_read(const char *text)
{
    int day;
    if (text == NULL || !when_parse_day(text, &day)) {
        refuse("not a date:", text == NULL ? "(none)" : text);
    }
    return day;
}

static struct canaries *canaries_must(const char *path, bool append)
{
    struct canaries *list = canaries_open(path, append);
    if (list == NULL) {
        fprintf(stderr, "sample-dispatch: cannot write %s\n", path);
        exit(1);
    }
    return list;
}

static int finish(struct care *care)
{
    store_close(care->store);
    if (!canaries_close(care->canaries)) {
        fputs("sample-dispatch: the list of canaries could not be written\n", stderr);
        return 1;
    }
    return 0;
}

static int command_create(char **argv)
{
    const char *out = NULL, *canaries = NULL, *from = NULL, *to = NULL;
    int64_t calls = 0, seed = 1, days_back = 0;
    const struct option options[] = {{"--calls", NULL, &calls},         {"--seed", NULL, &seed},
                                     {"--days-back", NULL, &days_back}, {"--out", &out, NULL},
                                     {"--from", &from, NULL},           {"--to", &to, NULL},
                                     {"--canaries", &canaries, NULL},   {NULL, NULL, NULL}};
    options_read(argv, options);
    if (out == NULL || canaries == NULL || calls == 0) {
        refuse("create needs", "--calls, --out and --canaries");
    }
    struct create_options create = {.calls = (uint32_t)calls};
    if (days_back > 0) {
        create.last_day = when_local_day(time(NULL)) - 1;
        create.first_day = create.last_day - (int)days_back + 1;
    } else {
        create.first_day = day_read(from);
        create.last_day = day_read(to);
    }
    if (create.first_day > create.last_day) {
        refuse("--from is after --to:", from);
    }
    struct care care = {.seed = (uint64_t)seed,
                        .store = store_create(out),
                        .canaries = canaries_must(canaries, false),
                        .next_visit = VISIT_ID_BASE,
                        .next_act = ACT_ID_BASE,
                        .next_prescription = PRESCRIPTION_ID_BASE};
    create_history(&care, &create);
    store_finish(care.store);
    return finish(&care);
}

static int command_change(char **argv)
{
    const char *db = NULL, *canaries = NULL, *at = NULL;
    int64_t seed = 1, within = 30;
    struct change_options change = {.at = time(NULL)};
    const struct option options[] = {{"--db", &db, NULL},
                                     {"--canaries", &canaries, NULL},
                                     {"--at", &at, NULL},
                                     {"--seed", NULL, &seed},
                                     {"--within", NULL, &within},
                                     {"--new", NULL, &change.added},
                                     {"--late", NULL, &change.late},
                                     {"--correct", NULL, &change.corrected},
                                     {"--delete", NULL, &change.deleted},
                                     {"--merge", NULL, &change.merged},
                                     {"--object", NULL, &change.objected},
                                     {NULL, NULL, NULL}};
    options_read(argv, options);
    if (db == NULL || canaries == NULL || within == 0) {
        refuse("change needs", "--db, --canaries, and at least one day");
    }
    if (at != NULL && !when_parse(at, &change.at)) {
        refuse("not a date:", at);
    }
    if (change.added + change.late + change.corrected + change.deleted + change.merged + change.objected ==
        0) {
        change.added = 20, change.late = 5, change.corrected = 10, change.deleted = 3;
        change.merged = 1, change.objected = 1;
    }
    change.within = (int)within;
    struct care care = {
        .seed = (uint64_t)seed + 1000003, .store = store_open(db), .canaries = canaries_must(canaries, true)};
    change_apply(&care, &change);
    char now[WHEN_TEXT];
    when_text(change.at, now);
    printf("{\"at\":\"%s\",\"new\":%" PRId64 ",\"late\":%" PRId64 ",\"corrected\":%" PRId64
           ",\"deleted\":%" PRId64 ",\"merged\":%" PRId64 ",\"objected\":%" PRId64 "}\n",
           now, change.added, change.late, change.corrected, change.deleted, change.merged, change.objected);
    return finish(&care);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*function)(char **argv);
    } commands[] = {{"create", command_create}, {"change", command_change}};
    for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            return commands[i].function(argv + 2);
        }
    }
    fputs(usage, argc > 1 && strcmp(argv[1], "--help") == 0 ? stdout : stderr);
    return argc > 1 && strcmp(argv[1], "--help") == 0 ? 0 : 2;
}
