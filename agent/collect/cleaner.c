/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/cleaner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/collect/names.h"
#include "agent/text/text.h"
#include "agent/text/words/gazetteer.h"
#include "contact/clock.h"
#include "contact/mem.h"

#define PATH_SIZE 4096
#define TEXTS_MAX 64
#define IDENTIFIERS_MAX 64
#define CLEANED_MAX (2 * TEXT_MAX_BYTES)
#define INSTALLED_WORDS CONTACT_DATADIR "/text.lex"

struct cleaner {
    const struct mapping *mapping;
    uint8_t key[CLEANER_KEY];
    struct gazetteer *names;    /* NULL: nothing learnt */
    struct text_engine *engine; /* NULL: no word file */
    uint8_t version[SHORT_SIZE], allowed[SHORT_SIZE];
    bool held;
    struct text_note notes[TEXTS_MAX];
    struct text_identifier identifiers[IDENTIFIERS_MAX];
    bool noted; /* notes hold the answers to what given is the hash of */
    uint8_t given[SHA256_SIZE];
    struct sha256_stream *hash;
};

const char *cleaner_word_file(char *room, size_t size)
{
    const char *path = getenv("CONTACT_TEXT_LEXICON");
    if (path != NULL && path[0] != '\0')
        return path;
    ssize_t len = readlink("/proc/self/exe", room, size - sizeof "/text.lex");
    if (len <= 0)
        return INSTALLED_WORDS;
    room[len] = '\0';
    memcpy(strrchr(room, '/'), "/text.lex", sizeof "/text.lex");
    return access(room, R_OK) == 0 ? room : INSTALLED_WORDS;
}

static void take_version(struct cleaner *cleaner)
{
    uint8_t full[SHA256_SIZE], number[8];
    memset(cleaner->version, 0, SHORT_SIZE);
    if (!cleaner->engine)
        return;
    uint64_t version = text_version(cleaner->engine);
    put_u32be(number, (uint32_t)(version >> 32));
    put_u32be(number + 4, (uint32_t)version);
    sha256(number, sizeof(number), full);
    memcpy(cleaner->version, full, SHORT_SIZE);
}

/* The engine with the names known now. Its canaries are cleaned, and what it counted is forgotten. */
static void begin(struct cleaner *cleaner)
{
    char room[PATH_SIZE];
    const struct text_options options = {.lexicon = cleaner_word_file(room, sizeof(room)),
                                         .names = cleaner->names,
                                         .require_gazetteer = true,
                                         .now = clock_wall_s()};
    text_close(cleaner->engine);
    cleaner->engine = NULL;
    cleaner->noted = false;
    if (text_open(&cleaner->engine, &options, NULL) != OK)
        cleaner->engine = NULL;
    take_version(cleaner);
}

static void set_names(struct cleaner *cleaner, struct gazetteer *names)
{
    text_close(cleaner->engine); /* it borrows the old ones */
    cleaner->engine = NULL;
    gazetteer_free(cleaner->names);
    cleaner->names = names;
    begin(cleaner);
}

struct cleaner *cleaner_new(const struct mapping *mapping, const uint8_t key[static CLEANER_KEY])
{
    struct cleaner *cleaner = calloc(1, sizeof(*cleaner));
    if (!cleaner)
        return NULL;
    cleaner->mapping = mapping;
    memcpy(cleaner->key, key, CLEANER_KEY);
    cleaner->hash = sha256_stream_new();
    for (size_t i = 0; i < TEXTS_MAX; i++)
        cleaner->notes[i].cleaned = BUF_INIT(CLEANED_MAX);
    begin(cleaner);
    return cleaner;
}

void cleaner_free(struct cleaner *cleaner)
{
    if (!cleaner)
        return;
    text_close(cleaner->engine);
    gazetteer_free(cleaner->names);
    sha256_stream_free(cleaner->hash);
    for (size_t i = 0; i < TEXTS_MAX; i++)
        buf_free(&cleaner->notes[i].cleaned);
    wipe(cleaner, sizeof(*cleaner));
    free(cleaner);
}

enum err_code cleaner_learn(struct cleaner *cleaner, struct source *source, struct err *err)
{
    struct gazetteer *names = NULL;
    enum err_code code = names_learn(cleaner->mapping, source, cleaner->key, &names, err);
    if (code != OK)
        return code;
    cleaner->held = false;
    set_names(cleaner, names);
    return OK;
}

enum err_code cleaner_save(const struct cleaner *cleaner, const char *folder, struct err *err)
{
    return names_save(cleaner->names, folder, err);
}

enum err_code cleaner_load(struct cleaner *cleaner, const char *folder, struct err *err)
{
    struct gazetteer *names = NULL;
    enum err_code code = names_load(cleaner->key, folder, &names, err);
    if (code == OK)
        set_names(cleaner, names);
    return code;
}

int64_t cleaner_learnt_s(const struct cleaner *cleaner)
{
    return cleaner->names ? gazetteer_learnt_at(cleaner->names) : 0;
}

size_t cleaner_names(const struct cleaner *cleaner)
{
    return cleaner->names ? gazetteer_count(cleaner->names) : 0;
}

/* ---- may text go? ---- */

void cleaner_version(const struct cleaner *cleaner, uint8_t ret[static SHORT_SIZE])
{
    memcpy(ret, cleaner->version, SHORT_SIZE);
}

void cleaner_version_of(const struct mapping *mapping, uint8_t ret[static SHORT_SIZE])
{
    static const uint8_t no_key[CLEANER_KEY];
    struct cleaner *cleaner = cleaner_new(mapping, no_key);
    memset(ret, 0, SHORT_SIZE);
    if (cleaner)
        cleaner_version(cleaner, ret);
    cleaner_free(cleaner);
}

void cleaner_allow(struct cleaner *cleaner, const uint8_t version[static SHORT_SIZE])
{
    memcpy(cleaner->allowed, version, SHORT_SIZE);
}

void cleaner_hold(struct cleaner *cleaner)
{
    cleaner->held = true;
}

const char *cleaner_stopped(struct cleaner *cleaner)
{
    if (!cleaner->engine)
        return "no_words";
    if (memcmp(cleaner->version, cleaner->allowed, SHORT_SIZE) != 0)
        return "not_approved";
    text_tell_time(cleaner->engine, clock_wall_s());
    enum text_stop stop = text_stopped(cleaner->engine);
    if (stop == TEXT_RUNS && cleaner->held)
        stop = TEXT_STOP_RATE;
    return stop == TEXT_STOP_RATE ? CLEANER_RATE : text_stop_name(stop);
}

/* ---- cleaning ---- */

static enum text_role role_of(enum identifier_role role)
{
    static const enum text_role roles[] = {[ROLE_PATIENT] = TEXT_ROLE_PATIENT,
                                           [ROLE_CALLER] = TEXT_ROLE_CALLER,
                                           [ROLE_PRACTITIONER] = TEXT_ROLE_PRACTITIONER};
    return roles[role];
}

static bool has_digit(const struct record_identifier *id)
{
    for (size_t i = 0; i < id->len; i++)
        if (id->value[i] >= '0' && id->value[i] <= '9')
            return true;
    return false;
}

/* Dispatch products write more into a caller's name ("Mme Durand, sa fille") and a practitioner's whole name
 * into one column. */
static enum text_kind text_kind_of(const struct record_identifier *id)
{
    static const enum text_kind kinds[] = {[ID_NAME] = TEXT_IS_NAME,
                                           [ID_GIVEN_NAME] = TEXT_IS_GIVEN_NAME,
                                           [ID_BIRTH_DATE] = TEXT_IS_BIRTH_DATE,
                                           [ID_PHONE] = TEXT_IS_PHONE,
                                           [ID_EMAIL] = TEXT_IS_MAIL,
                                           [ID_NIR] = TEXT_IS_NUMBER,
                                           [ID_ADDRESS] = TEXT_IS_ADDRESS,
                                           [ID_CODE] = TEXT_IS_CODE,
                                           [ID_ZIP] = TEXT_IS_ZIP,
                                           [ID_CITY] = TEXT_IS_TOWN,
                                           [ID_OTHER] = TEXT_IS_NUMBER};
    if (id->kind == ID_NAME && id->role == ROLE_CALLER)
        return TEXT_IS_CALLER;
    if (id->kind == ID_NAME && id->role == ROLE_PRACTITIONER)
        return TEXT_IS_PERSON;
    if (id->kind == ID_OTHER && !has_digit(id))
        return TEXT_IS_NAME;
    return kinds[id->kind];
}

static enum text_fate fate_of(enum text_withheld reason)
{
    switch (reason) {
    case TEXT_CLEANED:
        return TEXT_GOES;
    case TEXT_TOO_SLOW:
    case TEXT_NO_MEMORY:
    case TEXT_STOPPED:
        return TEXT_LATER;
    case TEXT_UNDECODABLE:
    case TEXT_TOO_LONG:
    case TEXT_GUARD:
    case TEXT_REASONS:
        break;
    }
    return TEXT_STAYS;
}

static void answer(struct record_text *text, const struct text_note *note)
{
    text->fate = fate_of(note->withheld);
    if (text->fate == TEXT_GOES)
        buf_append(text->out, note->cleaned.data, note->cleaned.len);
}

static void hash_part(struct cleaner *cleaner, const void *data, size_t len)
{
    const uint64_t size = len;
    sha256_stream_add(cleaner->hash, &size, sizeof(size));
    sha256_stream_add(cleaner->hash, data, len);
}

/* All that cleaning goes by, but for the engine. */
static void hash_call(struct cleaner *cleaner, const struct record_call *call,
                      uint8_t ret[static SHA256_SIZE])
{
    sha256_stream_add(cleaner->hash, &call->day, sizeof(call->day));
    for (size_t i = 0; i < call->identifier_count; i++) {
        const struct record_identifier *id = &call->identifiers[i];
        const int what[] = {(int)id->kind, (int)id->role};
        sha256_stream_add(cleaner->hash, what, sizeof(what));
        hash_part(cleaner, id->value, id->len);
    }
    hash_part(cleaner, "texts", 5);
    for (size_t i = 0; i < call->text_count; i++)
        hash_part(cleaner, call->texts[i].text, call->texts[i].len);
    sha256_stream_end(cleaner->hash, ret);
}

static void clean_anew(struct cleaner *cleaner, const struct record_call *call)
{
    for (size_t i = 0; i < call->identifier_count; i++) {
        const struct record_identifier *id = &call->identifiers[i];
        cleaner->identifiers[i] = (struct text_identifier){
            .kind = text_kind_of(id), .role = role_of(id->role), .value = id->value, .len = id->len};
    }
    for (size_t i = 0; i < call->text_count; i++) {
        cleaner->notes[i].text = call->texts[i].text;
        cleaner->notes[i].len = call->texts[i].len;
        buf_clear(&cleaner->notes[i].cleaned);
    }
    text_clean(cleaner->engine, cleaner->identifiers, call->identifier_count, call->day, cleaner->notes,
               call->text_count);
    wipe(cleaner->identifiers, call->identifier_count * sizeof(cleaner->identifiers[0]));
    cleaner->noted = true;
    for (size_t i = 0; i < call->text_count; i++) {
        cleaner->notes[i].text = NULL; /* the caller's */
        cleaner->noted = cleaner->noted && fate_of(cleaner->notes[i].withheld) != TEXT_LATER;
    }
}

/* Rows of one call come one after another, each with all texts of the call: they are cleaned once. Only the
 * hash of what was given is kept, and no answer that another attempt could make another. */
static void clean(struct cleaner *cleaner, struct record_call *call)
{
    uint8_t given[SHA256_SIZE];
    hash_call(cleaner, call, given);
    if (!cleaner->noted || memcmp(given, cleaner->given, SHA256_SIZE) != 0) {
        clean_anew(cleaner, call);
        memcpy(cleaner->given, given, SHA256_SIZE);
    }
    for (size_t i = 0; i < call->text_count; i++)
        if (call->texts[i].out)
            answer(&call->texts[i], &cleaner->notes[i]);
}

void cleaner_clean(void *context, struct record_call *call)
{
    struct cleaner *cleaner = context;
    bool fits = call->text_count <= TEXTS_MAX && call->identifier_count <= IDENTIFIERS_MAX;
    if (fits && cleaner_stopped(cleaner)[0] == '\0') {
        clean(cleaner, call);
        return;
    }
    for (size_t i = 0; i < call->text_count; i++)
        call->texts[i].fate = fits ? TEXT_LATER : TEXT_STAYS;
}
