/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/record/guard_part.h"

#include <stdio.h>
#include <string.h>

enum { PHONE_TAIL = 9, SHORT_PHONE = 6, NIR_WITHOUT_KEY = 13, STREET_LEAST = 8, SHORTEST = 3, NEVER = 255 };

/* From how many characters on a code may be a word of such a cell, SHORTEST or more: of letters, of digits,
 * of both. A staircase ("B12") is no diagnosis, a house number no reason. */
static const struct {
    uint8_t letters, digits, both;
} LEAST[] = {
    [ID_NAME] = {3, 5, 5},    [ID_GIVEN_NAME] = {3, 5, 5}, [ID_BIRTH_DATE] = {NEVER, 5, 5},
    [ID_PHONE] = {4, 5, 5},   [ID_EMAIL] = {4, 5, 5},      [ID_NIR] = {4, 5, 5},
    [ID_ADDRESS] = {4, 5, 5}, [ID_CODE] = {4, 4, 4},       [ID_ZIP] = {4, 5, 5},
    [ID_CITY] = {4, 5, 5},    [ID_OTHER] = {3, 5, 5},
};

struct cell_walk {
    enum identifier_kind kind;
    const struct guard_wanted *wanted;
    guard_part_found *each;
    void *context;
    bool texts_only;
};

static bool found(const struct cell_walk *walk, const uint8_t *text, size_t len, uint64_t set,
                  enum part_in_text in_text)
{
    const struct guard_wanted *wanted = walk->wanted;
    if (len == 0 || (!wanted->texts && (len > wanted->longest || (set & ~wanted->codes) != 0)))
        return true;
    bool digits = (set & ~FOLD_DIGITS) == 0, letters = (set & FOLD_DIGITS) == 0;
    const struct guard_part part = {
        .text = text,
        .len = len,
        .set = set,
        .least = digits    ? LEAST[walk->kind].digits
                 : letters ? LEAST[walk->kind].letters
                           : LEAST[walk->kind].both,
        .in_text = in_text == PART_NOT_IN_TEXT && digits && len >= SHORT_PHONE ? PART_IN_TEXT : in_text,
        .texts_only = walk->texts_only};
    return walk->each(walk->context, &part);
}

/* A door code or a postal code stands in a text as a word; other words are the text engine's to judge. */
static enum part_in_text word_in_text(const struct cell_walk *walk, uint64_t set, size_t len)
{
    bool code = walk->kind == ID_CODE && len >= 4 && (set & FOLD_DIGITS) != 0;
    bool zip = walk->kind == ID_ZIP && len == 5 && (set & ~FOLD_DIGITS) == 0;
    return code || zip ? PART_AS_WORDS : PART_NOT_IN_TEXT;
}

/* "12 rue des Lilas", not "sans ascenseur". */
static bool is_street(const uint8_t *word, size_t len)
{
    static const char *const streets[] = {"rue",    "avenue",  "av",    "bd",          "boulevard", "place",
                                          "chemin", "impasse", "allee", "route",       "quai",      "square",
                                          "cours",  "voie",    "cite",  "lotissement", "residence", NULL};
    if (len > 0 && word[0] <= '9')
        return true;
    for (const char *const *street = streets; *street != NULL; street++)
        if (strlen(*street) == len && memcmp(*street, word, len) == 0)
            return true;
    return false;
}

/* All words of a cell joined; the first is the room's beginning. */
static bool joined_words(const struct cell_walk *walk, const uint8_t *room, size_t len, size_t first,
                         uint64_t set, enum part_in_text in_text)
{
    if (len == first && in_text == PART_NOT_IN_TEXT)
        return true;
    if (walk->kind == ID_CODE)
        in_text = word_in_text(walk, set, len);
    if (walk->kind == ID_ADDRESS && len >= STREET_LEAST && is_street(room, first))
        in_text = PART_AS_WORDS;
    return found(walk, room, len, set, in_text);
}

/* Each word, each two neighbours ("Le Roy") and all joined. */
static bool words(const struct cell_walk *walk, const char *text, size_t len, uint8_t *room,
                  enum part_in_text joined)
{
    uint8_t *before = NULL, *word = room, *to = room;
    uint64_t set = 0, set_before = 0, all = 0;
    size_t first = 0;
    for (const char *at = text, *end = text + len; at < end;) {
        uint8_t *next = to, plain = (uint8_t)*at < 0x80 ? fold_ascii[(uint8_t)*at] : 0;
        /* Nearly all are letters and digits that do not end the cell. */
        if (plain != 0 && at + 1 < end) {
            *to++ = plain;
            set |= fold_bit(plain);
            at++;
            continue;
        }
        bool sign = fold_one(&at, end, &to);
        for (; next < to; next++)
            set |= fold_bit(*next);
        size_t letters = (size_t)(to - word);
        if ((!sign && at < end) || letters == 0)
            continue;
        if (!found(walk, word, letters, set, word_in_text(walk, set, letters)) ||
            (before != NULL &&
             !found(walk, before, (size_t)(to - before), set | set_before, PART_NOT_IN_TEXT)))
            return false;
        if (before == NULL)
            first = letters;
        before = word;
        set_before = set;
        all |= set;
        set = 0;
        word = to;
    }
    return joined_words(walk, room, (size_t)(to - room), first, all, joined);
}

/* Any nine digits in a row of a longer run: "0612345678 / 0478123456" holds both phones, each without its
 * prefix, however they are told apart. */
static bool phone_windows(const struct cell_walk *walk, const uint8_t *run, size_t len)
{
    if (!walk->wanted->texts && walk->wanted->longest < PHONE_TAIL)
        return true;
    for (size_t i = 0; i + PHONE_TAIL <= len; i++)
        if (!found(walk, run + i, PHONE_TAIL, fold_set(run + i, PHONE_TAIL), PART_IN_TEXT))
            return false;
    return true;
}

enum between { WITHIN_A_PHONE, BETWEEN_PHONES, OTHER_WORDS };

static enum between between_digits(char c)
{
    switch (c) {
    case ' ':
    case '.':
    case '-':
    case '_':
    case '(':
    case ')':
    case '+':
        return WITHIN_A_PHONE;
    case '/':
    case ';':
    case ',':
    case '|':
    case '\r':
    case '\n':
    case '\t':
        return BETWEEN_PHONES;
    default:
        return OTHER_WORDS;
    }
}

/* A run ends at a letter; a number of few digits also where one phone is told from the next. */
static bool phones(const struct cell_walk *walk, const char *text, size_t len, uint8_t *room)
{
    uint8_t *run = room, *number = room, *to = room;
    for (size_t i = 0; i <= len; i++) {
        if (i < len && text[i] >= '0' && text[i] <= '9') {
            *to++ = (uint8_t)text[i];
            continue;
        }
        enum between between = i < len ? between_digits(text[i]) : OTHER_WORDS;
        if (between == WITHIN_A_PHONE)
            continue;
        size_t digits = (size_t)(to - number);
        if (digits < PHONE_TAIL && digits >= 5 &&
            !found(walk, number, digits, fold_set(number, digits), PART_NOT_IN_TEXT))
            return false;
        number = to;
        if (between == BETWEEN_PHONES)
            continue;
        if (!phone_windows(walk, run, (size_t)(to - run)))
            return false;
        run = to;
    }
    return true;
}

/* With its key or without, the first thirteen tell. */
static bool nir(const struct cell_walk *walk, const char *text, size_t len, uint8_t *room)
{
    uint8_t *to = room;
    for (const char *at = text, *end = text + len; at < end;)
        (void)fold_one(&at, end, &to);
    size_t folded = (size_t)(to - room);
    if (folded > NIR_WITHOUT_KEY)
        folded = NIR_WITHOUT_KEY;
    return found(walk, room, folded, fold_set(room, folded),
                 folded == NIR_WITHOUT_KEY ? PART_IN_TEXT : PART_NOT_IN_TEXT);
}

static bool email(const struct cell_walk *walk, const char *text, size_t len, uint8_t *room)
{
    uint8_t *to = room;
    for (const char *at = text, *end = text + len; at < end;)
        (void)fold_one(&at, end, &to);
    size_t folded = (size_t)(to - room);
    if (!found(walk, room, folded, fold_set(room, folded), folded >= 6 ? PART_IN_TEXT : PART_NOT_IN_TEXT))
        return false;
    const char *sign = memchr(text, '@', len);
    size_t local = sign != NULL ? (size_t)(sign - text) : 0;
    bool composed = false; /* "jean.martin" is a person, "contact" may be a word */
    for (size_t i = 0; i < local; i++)
        composed |= strchr("._-0123456789", text[i]) != NULL;
    return words(walk, text, local, room, composed && local >= 8 ? PART_AS_WORDS : PART_NOT_IN_TEXT);
}

/* Several addresses, each by itself. */
static bool emails(const struct cell_walk *walk, const char *text, size_t len, uint8_t *room)
{
    for (size_t at = 0; at < len;) {
        size_t end = at;
        while (end < len && strchr(" ;,/\r\n\t", text[end]) == NULL)
            end++;
        if (!email(walk, text + at, end - at, room))
            return false;
        at = end + 1;
    }
    return true;
}

enum run { RUN_ENDS, RUN_STAYS, RUN_GROWS, RUN_UNKNOWN };

void guard_wanted_none(struct guard_wanted *ret)
{
    ret->texts = false;
    ret->codes = 0;
    ret->longest = 0;
    for (size_t c = 0; c < sizeof fold_ascii; c++)
        ret->runs[c] = fold_ascii[c] == 0 ? RUN_STAYS : RUN_ENDS;
    memset(ret->runs + sizeof fold_ascii, RUN_UNKNOWN, sizeof ret->runs - sizeof fold_ascii);
}

void guard_wanted_code(struct guard_wanted *wanted, const uint8_t *folded, size_t len)
{
    wanted->codes |= fold_set(folded, len);
    wanted->longest = len > wanted->longest ? len : wanted->longest;
    for (size_t i = 0; i < len; i++)
        if (folded[i] < 0x80) {
            wanted->runs[folded[i]] = RUN_GROWS;
            wanted->runs[folded[i] >= 'a' ? folded[i] - 'a' + 'A' : folded[i]] = RUN_GROWS;
        }
}

/* Whether the codes may hold a part of a cell: each part, signs left out, is a run of the codes' characters.
 * Nearly all cells of nearly all rows end here. */
static bool codes_may_hold(const char *text, size_t len, const struct guard_wanted *wanted)
{
    size_t run = 0;
    for (const char *at = text, *end = text + len; at < end; at++) {
        uint8_t what = wanted->runs[(uint8_t)*at];
        if (what == RUN_ENDS)
            run = 0;
        else if (what == RUN_UNKNOWN || (what == RUN_GROWS && ++run == SHORTEST))
            return true;
    }
    return false;
}

bool guard_parts(enum identifier_kind kind, const char *text, size_t len, const struct guard_wanted *wanted,
                 uint8_t *room, guard_part_found *each, void *context)
{
    const struct cell_walk walk = {kind, wanted, each, context, .texts_only = false};
    if (!wanted->texts && !codes_may_hold(text, len, wanted))
        return true;
    switch (kind) {
    case ID_PHONE:
        return phones(&walk, text, len, room);
    case ID_NIR:
        return nir(&walk, text, len, room);
    case ID_EMAIL:
        return emails(&walk, text, len, room);
    case ID_NAME:
    case ID_GIVEN_NAME:
    case ID_BIRTH_DATE:
    case ID_ADDRESS:
    case ID_CODE:
    case ID_ZIP:
    case ID_CITY:
    case ID_OTHER:
        break;
    }
    return words(&walk, text, len, room, PART_NOT_IN_TEXT);
}

static void put_digits(char *to, int value, size_t count)
{
    while (count-- > 0) {
        to[count] = (char)('0' + value % 10);
        value /= 10;
    }
}

void guard_birth_digits(const struct civil *birth, char ret[static 8])
{
    put_digits(ret, birth->year, 4);
    put_digits(ret + 4, birth->month, 2);
    put_digits(ret + 6, birth->day, 2);
}

static bool birth_part(const struct cell_walk *walk, const char *text, enum part_in_text in_text)
{
    const uint8_t *folded = (const uint8_t *)text;
    return found(walk, folded, strlen(text), fold_set(folded, strlen(text)), in_text);
}

/* 12 mars 1956, 12 mar. 56 */
static bool birth_words(const struct cell_walk *walk, const struct civil *birth)
{
    static const char *const months[][3] = {
        {"janvier", "janv", "jan"}, {"fevrier", "fevr", "fev"}, {"mars", "mar", NULL},
        {"avril", "avr", NULL},     {"mai", NULL, NULL},        {"juin", "jun", NULL},
        {"juillet", "juil", "jul"}, {"aout", "aou", NULL},      {"septembre", "sept", "sep"},
        {"octobre", "oct", NULL},   {"novembre", "nov", NULL},  {"decembre", "dec", NULL}};
    char text[32];
    for (int i = 0; i < 3 && months[birth->month - 1][i] != NULL; i++)
        for (int year = 0; year < 2; year++) {
            (void)snprintf(text, sizeof text, "%d%s%0*d", birth->day, months[birth->month - 1][i],
                           year == 0 ? 4 : 2, year == 0 ? birth->year : birth->year % 100);
            if (!birth_part(walk, text, year == 0 ? PART_IN_TEXT : PART_AS_WORDS))
                return false;
        }
    return true;
}

bool guard_birth_parts(const struct civil *birth, const struct guard_wanted *wanted, guard_part_found *each,
                       void *context)
{
    struct cell_walk walk = {ID_BIRTH_DATE, wanted, each, context, .texts_only = false};
    int year = birth->year, month = birth->month, day = birth->day;
    char text[32];
    if (!wanted->texts && wanted->longest < 6)
        return true;
    guard_birth_digits(birth, text);
    text[8] = '\0';
    if (!birth_part(&walk, text, PART_IN_TEXT) || !birth_part(&walk, text + 2, PART_AS_WORDS))
        return false;
    put_digits(text, day, 2);
    put_digits(text + 2, month, 2);
    put_digits(text + 4, year, 4);
    if (!birth_part(&walk, text, PART_IN_TEXT))
        return false;
    put_digits(text + 4, year, 2);
    text[6] = '\0';
    if (!birth_part(&walk, text, PART_AS_WORDS))
        return false;
    if (!wanted->texts)
        return true;
    walk.texts_only = true;
    (void)snprintf(text, sizeof text, "%d%d%04d", day, month, year); /* 3/4/1956 */
    return birth_part(&walk, text, PART_AS_WORDS) && birth_words(&walk, birth);
}
