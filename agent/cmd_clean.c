/* SPDX-License-Identifier: Apache-2.0 */
/* contact-agent clean: cleans notes of one's own, JSON lines in and out. How the engine is judged and tried.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "agent/collect/cleaner.h"
#include "agent/commands.h"
#include "agent/text/text.h"
#include "agent/text/words/gazetteer.h"
#include "contact/civil.h"
#include "contact/crypto.h"
#include "contact/json.h"
#include "contact/language.h"
#include "contact/mem.h"

#define IDENTIFIERS_MAX 24u
#define OUTPUT_MAX (16u << 20)

struct cleaner {
    struct text_engine *engine;
    struct gazetteer *names;
    struct text_note note;
    struct buf out;
    bool typed; /* by a person, on a terminal: a line is a note */
};

/* The row's keys, what each is, and whom it designates. */
static const struct {
    const char *key;
    enum text_kind kind;
    enum text_role role;
} row_keys[] = {
    {"nom", TEXT_IS_NAME, TEXT_ROLE_PATIENT},
    {"nom_naissance", TEXT_IS_NAME, TEXT_ROLE_PATIENT},
    {"prenom", TEXT_IS_GIVEN_NAME, TEXT_ROLE_PATIENT},
    {"date_naissance", TEXT_IS_BIRTH_DATE, TEXT_ROLE_PATIENT},
    {"tel", TEXT_IS_PHONE, TEXT_ROLE_PATIENT},
    {"tel_appelant", TEXT_IS_PHONE, TEXT_ROLE_CALLER},
    {"appelant", TEXT_IS_CALLER, TEXT_ROLE_CALLER},
    {"adresse", TEXT_IS_ADDRESS, TEXT_ROLE_PATIENT},
    {"complement", TEXT_IS_COMPLEMENT, TEXT_ROLE_PATIENT},
    {"code", TEXT_IS_CODE, TEXT_ROLE_PATIENT},
    {"digicode", TEXT_IS_CODE, TEXT_ROLE_PATIENT},
    {"code_postal", TEXT_IS_ZIP, TEXT_ROLE_PATIENT},
    {"commune", TEXT_IS_TOWN, TEXT_ROLE_PATIENT},
    {"medecin_traitant", TEXT_IS_PERSON, TEXT_ROLE_PRACTITIONER},
    {"medecin_intervenant", TEXT_IS_PERSON, TEXT_ROLE_PRACTITIONER},
};

static bool learn_line(struct gazetteer *names, const char *line, size_t len)
{
    static const struct {
        const char *key;
        unsigned kind;
    } columns[] = {{"name", GAZ_NAME}, {"given_name", GAZ_GIVEN}, {"street", GAZ_STREET}, {"city", GAZ_TOWN}};
    json_t *object = json_loadb(line, len, 0, NULL);
    bool learnt = object != NULL;
    for (size_t i = 0; learnt && i < sizeof columns / sizeof *columns; i++) {
        const json_t *value = json_object_get(object, columns[i].key);
        if (json_is_string(value))
            learnt =
                gazetteer_learn(names, columns[i].kind, json_string_value(value), json_string_length(value));
    }
    json_decref(object);
    return learnt;
}

static enum err_code learn(struct cleaner *c, const char *path, struct err *err)
{
    uint8_t key[GAZETTEER_KEY];
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return err_set(err, ERR_CONFIG, "the gazetteer %s cannot be read", path);
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    random_bytes(key, sizeof key);
    c->names = gazetteer_new(key);
    bool learnt = c->names != NULL;
    while (learnt && (len = getline(&line, &cap, file)) > 0)
        learnt = learn_line(c->names, line, (size_t)len);
    if (line)
        OPENSSL_cleanse(line, cap);
    free(line);
    fclose(file);
    OPENSSL_cleanse(key, sizeof key);
    return learnt ? OK
                  : err_set(err, ERR_REJECTED, "the gazetteer %s holds a line that is no JSON object", path);
}

static size_t read_row(const json_t *row, struct text_identifier ids[static IDENTIFIERS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < sizeof row_keys / sizeof *row_keys; i++) {
        const json_t *value = json_object_get(row, row_keys[i].key);
        if (json_is_string(value) && count < IDENTIFIERS_MAX)
            ids[count++] = (struct text_identifier){row_keys[i].kind, row_keys[i].role,
                                                    json_string_value(value), json_string_length(value)};
    }
    return count;
}

static void write_note(struct cleaner *c, const json_t *id)
{
    struct json j = JSON(&c->out);
    buf_clear(&c->out);
    json_begin_object(&j);
    if (json_is_integer(id))
        json_kv_int(&j, "id", json_integer_value(id));
    else
        json_kv_string(&j, "id", json_string_value(id));
    json_key(&j, "text");
    json_text_n(&j, (const char *)c->note.cleaned.data, c->note.cleaned.len);
    json_key(&j, "spans");
    json_begin_array(&j);
    for (size_t i = 0; i < c->note.span_count; i++) {
        json_begin_object(&j);
        json_kv_int(&j, "start", c->note.spans[i].start);
        json_kv_int(&j, "end", c->note.spans[i].end);
        json_kv_string(&j, "label", text_label_name(c->note.spans[i].label));
        json_kv_string(&j, "source", text_source_name(c->note.spans[i].source));
        json_end_object(&j);
    }
    json_end_array(&j);
    if (c->note.withheld != TEXT_CLEANED) {
        json_kv_bool(&j, "withheld", true);
        json_kv_string(&j, "reason", text_withheld_name(c->note.withheld));
    }
    json_end_object(&j);
    buf_putc(&c->out, '\n');
}

/* A note as it is typed, of which nothing else is known. */
static void clean_typed(struct cleaner *c, const char *line, size_t len)
{
    c->note.text = line;
    c->note.len = len - (line[len - 1] == '\n');
    text_clean(c->engine, NULL, 0, DAY_NONE, &c->note, 1);
    buf_clear(&c->out);
    if (c->note.withheld == TEXT_CLEANED)
        buf_append(&c->out, c->note.cleaned.data, c->note.cleaned.len);
    else
        buf_printf(&c->out, _("withheld: %s"), text_withheld_name(c->note.withheld));
    buf_putc(&c->out, '\n');
}

static bool clean_line(struct cleaner *c, const char *line, size_t len)
{
    if (c->typed && line[0] != '{') {
        clean_typed(c, line, len);
        return true;
    }
    struct text_identifier ids[IDENTIFIERS_MAX];
    json_t *object = json_loadb(line, len, JSON_ALLOW_NUL, NULL);
    const json_t *text = json_object_get(object, "text"), *day = json_object_get(object, "day");
    if (!json_is_string(text)) {
        json_decref(object);
        return false;
    }
    int32_t call =
        json_is_string(day) ? day_parse(json_string_value(day), json_string_length(day)) : DAY_NONE;
    c->note.text = json_string_value(text);
    c->note.len = json_string_length(text);
    text_clean(c->engine, ids, read_row(json_object_get(object, "row"), ids), call, &c->note, 1);
    write_note(c, json_object_get(object, "id"));
    json_decref(object);
    return true;
}

static int clean_all(struct cleaner *c)
{
    char *line = NULL;
    size_t cap = 0, number = 0;
    ssize_t len;
    int status = EX_OK;
    if (c->typed)
        fputs(_("Type a note, then Enter: it is shown as it would leave. Ctrl-D ends.\n"), stderr);
    while (status == EX_OK && (len = getline(&line, &cap, stdin)) > 0) {
        number++;
        if (len == 1)
            continue;
        if (!clean_line(c, line, (size_t)len)) {
            fprintf(stderr, _("contact-agent: clean: line %zu is not a JSON object with a text\n"), number);
            status = EX_DATAERR;
        } else if (!buf_ok(&c->out) || fwrite(c->out.data, 1, c->out.len, stdout) != c->out.len) {
            status = EX_IOERR;
        }
    }
    if (line)
        OPENSSL_cleanse(line, cap);
    free(line);
    return fflush(stdout) == 0 ? status : EX_IOERR;
}

int cmd_clean(int argc, char **argv)
{
    mem_forbid_dumps();
    const char *gazetteer = NULL;
    char room[4096];
    struct text_options options = {.lexicon = cleaner_word_file(room, sizeof room), .limit_ms = 5000};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--gazetteer") == 0 && i + 1 < argc)
            gazetteer = argv[++i];
        else if (strcmp(argv[i], "--lexicon") == 0 && i + 1 < argc)
            options.lexicon = argv[++i];
        else if (strcmp(argv[i], "--keep-establishments") == 0)
            options.keep_establishments = true;
        else
            return command_usage(argv[0], argv[i]);
    }
    struct err err = {0};
    struct cleaner c = {.note.cleaned = BUF_INIT(OUTPUT_MAX),
                        .out = BUF_INIT(OUTPUT_MAX),
                        .typed = isatty(STDIN_FILENO) == 1};
    enum err_code rc = gazetteer ? learn(&c, gazetteer, &err) : OK;
    options.names = c.names;
    if (rc == OK)
        rc = text_open(&c.engine, &options, &err);
    if (rc == OK)
        rc = text_ready(c.engine, &err);
    int status = rc == OK ? clean_all(&c) : command_failed("clean", &err);
    text_close(c.engine);
    gazetteer_free(c.names);
    buf_free(&c.note.cleaned);
    buf_free(&c.out);
    return status;
}
