/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text/own.h"

#include <stddef.h>
#include <string.h>

static uint32_t letters_of(const char *s, size_t len)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < len; i++)
        bits |= 1u << ((uint8_t)(s[i] - 'a') & 31u);
    return bits;
}

/* Puts the last of the row's words into its columns. */
static void index_word(struct own *o)
{
    size_t i = o->word_count - 1;
    const struct own_word *w = &o->words[i];
    struct own_index *x = &o->index[i / OWN_BLOCK];
    uint64_t bit = (uint64_t)1 << i % OWN_BLOCK;
    if (i % OWN_BLOCK == 0)
        *x = (struct own_index){.names = 0};
    for (uint32_t left = w->letters; left; left &= left - 1)
        x->letters[__builtin_ctz(left)] |= bit;
    x->begins[own_letter(w->text[0])] |= bit;
    x->sounds[w->first_sound & 63] |= bit;
    x->lengths[w->len + 2] |= bit;
    if ((w->label == TEXT_NOM || w->label == TEXT_PRENOM) && w->len >= OWN_LEAST_SLIP)
        x->names |= bit;
}

/* flags: of the lexicon. */
static void add_word(struct own *o, uint32_t flags, const char *text, size_t len, enum text_label label,
                     enum text_role role, bool joined)
{
    if (len < 2 || len >= OWN_LETTERS)
        return;
    for (size_t i = 0; i < o->word_count; i++)
        if (o->words[i].len == len && memcmp(o->words[i].text, text, len) == 0)
            return;
    if (o->word_count == OWN_WORDS) {
        o->overflow = true;
        return;
    }
    struct own_word *w = &o->words[o->word_count++];
    memcpy(w->text, text, len);
    w->text[len] = '\0';
    w->len = (uint8_t)len;
    w->label = (uint8_t)label;
    w->role = (uint8_t)role;
    w->joined = joined;
    w->spelling = 0;
    memcpy(&w->spelling, text, len < 8 ? len : 8);
    w->letters = letters_of(text, len);
    w->plain =
        (flags & (LEX_FRENCH | LEX_FUNCTION | LEX_MEDICAL | LEX_PLAIN)) != 0 || LEX_CUE(flags) != CUE_NONE;
    w->first_sound = own_first_sound(text, len);
    index_word(o);
}

static void add_number(struct own *o, const char *digits, size_t len, enum text_label label,
                       enum text_role role)
{
    if (len == 0 || len >= sizeof(o->numbers[0]))
        return;
    for (size_t i = 0; i < o->number_count; i++)
        if (strlen(o->numbers[i]) == len && memcmp(o->numbers[i], digits, len) == 0)
            return;
    if (o->number_count == OWN_NUMBERS) {
        o->overflow = true;
        return;
    }
    memcpy(o->numbers[o->number_count], digits, len);
    o->numbers[o->number_count][len] = '\0';
    o->number_labels[o->number_count] = (uint8_t)label;
    o->number_roles[o->number_count++] = (uint8_t)role;
}

static bool letter(char c)
{
    return (uint8_t)(c - 'a') < 26;
}
static bool digit(char c)
{
    return (uint8_t)(c - '0') < 10;
}

static enum text_label label_of(enum text_kind kind)
{
    static const enum text_label labels[TEXT_KINDS] = {[TEXT_IS_NAME] = TEXT_NOM,
                                                       [TEXT_IS_GIVEN_NAME] = TEXT_PRENOM,
                                                       [TEXT_IS_PERSON] = TEXT_NOM,
                                                       [TEXT_IS_BIRTH_DATE] = TEXT_DATE_NAISSANCE,
                                                       [TEXT_IS_PHONE] = TEXT_TEL,
                                                       [TEXT_IS_ADDRESS] = TEXT_ADRESSE,
                                                       [TEXT_IS_COMPLEMENT] = TEXT_ADRESSE,
                                                       [TEXT_IS_CODE] = TEXT_CODE,
                                                       [TEXT_IS_ZIP] = TEXT_ZIP,
                                                       [TEXT_IS_TOWN] = TEXT_VILLE,
                                                       [TEXT_IS_CALLER] = TEXT_NOM,
                                                       [TEXT_IS_NUMBER] = TEXT_ID,
                                                       [TEXT_IS_MAIL] = TEXT_MAIL};
    return labels[kind];
}

/* In "BESSON Alain" capitals tell the name. */
static enum text_label person_label(uint32_t flags, const uint8_t *traits, size_t len)
{
    bool upper = len > 1 && traits[0] & FOLD_UPPER && traits[1] & FOLD_UPPER;
    return upper || !(flags & LEX_GIVEN) ? TEXT_NOM : TEXT_PRENOM;
}

/* In a caller's field, "la fille, Mme X", only names count. */
static enum text_label caller_label(uint32_t flags, bool capital, enum text_label whole)
{
    if (LEX_CUE(flags) != CUE_NONE || flags & (LEX_FUNCTION | LEX_MEDICAL))
        return TEXT_NONE;
    if (whole == TEXT_ETAB)
        return TEXT_ETAB;
    if (flags & LEX_GIVEN)
        return TEXT_PRENOM;
    if (!(flags & LEX_FRENCH) || flags & LEX_SURNAME)
        return TEXT_NOM;
    return capital ? TEXT_ETAB : TEXT_NONE; /* "Quiétude", a firm's; "voisinage" */
}

/* "rue", "de", "étage" are in every address. */
static bool common_in_addresses(uint32_t flags, size_t len)
{
    return flags & LEX_FUNCTION || len < 3 || (LEX_CUE(flags) >= CUE_STREET && LEX_CUE(flags) <= CUE_SIDE);
}

/* What one word of an identifier is; TEXT_NONE when it identifies nobody. */
static enum text_label word_label(uint32_t flags, const uint8_t *traits, size_t len, enum text_kind kind,
                                  enum text_label whole)
{
    if (kind == TEXT_IS_PERSON)
        return person_label(flags, traits, len);
    if (kind == TEXT_IS_CALLER)
        return caller_label(flags, traits[0] & FOLD_UPPER, whole);
    bool address = kind == TEXT_IS_ADDRESS || kind == TEXT_IS_COMPLEMENT;
    return address && common_in_addresses(flags, len) ? TEXT_NONE : whole;
}

static void add_initials(struct own *o, const char *initials, size_t len)
{
    if (len == 0 || len >= sizeof(o->initials[0]) || o->initial_count == 8)
        return;
    memcpy(o->initials[o->initial_count], initials, len);
    o->initials[o->initial_count++][len] = '\0';
}

bool own_initials(const struct own *o, const char *letters, size_t len)
{
    for (size_t i = 0; i < o->initial_count; i++)
        if (strlen(o->initials[i]) == len && memcmp(o->initials[i], letters, len) == 0)
            return true;
    return false;
}

/* The next word of f from *at on: its start and, in *at, its end. False: none is left. */
static bool next_word(const struct fold *f, size_t *at, size_t *ret_start)
{
    size_t i = *at;
    while (i < f->len && !letter(f->text[i]))
        i++;
    *ret_start = i;
    while (i < f->len && letter(f->text[i]))
        i++;
    *at = i;
    return i > *ret_start;
}

static uint32_t flags_of(const struct lexicon *lexicon, const struct fold *f, size_t start, size_t end)
{
    return lexicon_find(lexicon, lexicon_hash(f->text + start, end - start));
}

/* "EHPAD Les Cigales" as a caller is an establishment. */
static bool names_establishment(const struct lexicon *lexicon, const struct fold *f)
{
    for (size_t at = 0, start; next_word(f, &at, &start);)
        if (LEX_CUE(flags_of(lexicon, f, start, at)) == CUE_ETAB)
            return true;
    return false;
}

/* Kinds of which several words may be written as one: "DASILVA" for Da Silva. */
static bool joinable(enum text_kind kind)
{
    return kind != TEXT_IS_ADDRESS && kind != TEXT_IS_COMPLEMENT && kind != TEXT_IS_CALLER;
}

/* The letters of a value's words one after the other, and the initials of its given names. */
struct parts {
    char joined[OWN_LETTERS], initials[8];
    size_t joined_len, initial_len, count;
};

static void add_part(struct parts *p, const char *word, size_t len, enum text_label label)
{
    if (p->joined_len + len < sizeof(p->joined))
        memcpy(p->joined + p->joined_len, word, len);
    p->joined_len += len;
    if (label == TEXT_PRENOM && p->initial_len < sizeof(p->initials))
        p->initials[p->initial_len++] = *word;
    p->count++;
}

static void add_joined(struct own *o, const struct lexicon *lexicon, const struct parts *p,
                       enum text_label label, enum text_role role)
{
    if (p->count > 1 && p->joined_len >= 5 && p->joined_len < sizeof(p->joined))
        add_word(o, lexicon_find(lexicon, lexicon_hash(p->joined, p->joined_len)), p->joined, p->joined_len,
                 label, role, true);
}

static void add_words(struct own *o, const struct lexicon *lexicon, const struct fold *f,
                      const struct text_identifier *id)
{
    struct parts parts = {.count = 0};
    enum text_label whole = label_of(id->kind);
    bool caller = id->kind == TEXT_IS_CALLER;
    if (caller && names_establishment(lexicon, f))
        whole = TEXT_ETAB;
    for (size_t at = 0, start; next_word(f, &at, &start);) {
        const char *word = f->text + start;
        uint32_t flags = flags_of(lexicon, f, start, at);
        enum text_label label = word_label(flags, f->traits + start, at - start, id->kind, whole);
        if (label != TEXT_NONE)
            add_word(o, flags, word, at - start, label, id->role, false);
        add_part(&parts, word, at - start, label);
    }
    if (!joinable(id->kind) || id->kind == TEXT_IS_TOWN)
        own_add_phrase(o, lexicon, f, id->kind, caller ? TEXT_ETAB : whole, id->role);
    if (joinable(id->kind))
        add_joined(o, lexicon, &parts, whole, id->role);
    if (parts.initial_len > 0) {
        add_initials(o, parts.initials, parts.initial_len);
        add_initials(o, parts.initials, 1);
    }
    explicit_bzero(&parts, sizeof(parts));
}

/* The digits of a value, one number after the other: those that may still be one. */
struct digits {
    char text[24];
    size_t len;  /* more than there is room for: no number */
    size_t part; /* since the last sign that parts numbers, or blank */
};

static void add_digit(struct digits *d, char c)
{
    if (d->len < sizeof(d->text))
        d->text[d->len] = c;
    d->len++;
    d->part++;
}

static void add_phone(struct own *o, struct digits *d, enum text_role role)
{
    if (d->len > 9 && d->len < sizeof(d->text))
        add_number(o, d->text + d->len - 9, 9, TEXT_TEL, role); /* without 0, 33 or 0033 */
    else if (d->len >= 4 && d->len <= 9)
        add_number(o, d->text, d->len, TEXT_TEL, role);
    *d = (struct digits){.len = 0};
}

/* A French phone in full, after which another one may follow. */
static bool whole_phone(const struct digits *d)
{
    bool abroad = d->len == 11 && memcmp(d->text, "33", 2) == 0;
    return abroad || (d->len == 10 && d->text[0] == '0' && d->text[1] != '0') ||
           (d->len == 13 && memcmp(d->text, "0033", 4) == 0);
}

/* Whether a number ends with this sign: "0612345678 / 4571", not "06/12/34/56/78". */
static bool ends_phone(const struct digits *d, char sign)
{
    if (letter(sign) || whole_phone(d))
        return true;
    return strchr("/;,|+\n", sign) && d->part >= 4;
}

static void add_phones(struct own *o, const struct fold *f, enum text_role role)
{
    struct digits d = {.len = 0};
    for (size_t i = 0; i < f->len; i++) {
        if (digit(f->text[i]))
            add_digit(&d, f->text[i]);
        else if (ends_phone(&d, f->text[i]))
            add_phone(o, &d, role);
        else if (strchr("/;,|+\n", f->text[i]))
            d.part = 0;
    }
    add_phone(o, &d, role);
    explicit_bzero(&d, sizeof(d));
}

/* A field of several codes: each of its numbers; and all digits as one, however they are set apart. */
static void add_digits(struct own *o, const struct fold *f, const struct text_identifier *id)
{
    struct digits all = {.len = 0};
    enum text_label label = label_of(id->kind);
    size_t least = id->kind == TEXT_IS_CODE ? 4 : 5;
    for (size_t i = 0; i < f->len;) {
        size_t start = i;
        for (; i < f->len && digit(f->text[i]); i++)
            add_digit(&all, f->text[i]);
        if (i - start >= least)
            add_number(o, f->text + start, i - start, label, id->role);
        i += i == start;
    }
    if (all.len >= 4 && all.len < sizeof(all.text))
        add_number(o, all.text, all.len, label, id->role);
    explicit_bzero(&all, sizeof(all));
}

static size_t digits_of(const struct fold *f, char out[static 24])
{
    size_t n = 0;
    for (size_t i = 0; i < f->len && n < 23; i++)
        if (digit(f->text[i]))
            out[n++] = f->text[i];
    out[n] = '\0';
    return n;
}

static unsigned number(const char *s, size_t len)
{
    unsigned v = 0;
    for (size_t i = 0; i < len; i++)
        v = v * 10 + (unsigned)(s[i] - '0');
    return v;
}

static void add_birth(struct own *o, const struct fold *f, enum text_role role)
{
    char d[24];
    size_t n = digits_of(f, d);
    if (n < 8)
        return;
    if (o->birth_count == OWN_BIRTHS) {
        o->overflow = true;
        return;
    }
    bool iso = f->len >= 5 && digit(f->text[2]) && digit(f->text[3]);
    struct own_date *b = &o->births[o->birth_count];
    b->role = (uint8_t)role;
    b->year = (uint16_t)number(iso ? d : d + 4, 4);
    b->month = (uint8_t)number(iso ? d + 4 : d + 2, 2);
    b->day = (uint8_t)number(iso ? d + 6 : d, 2);
    o->birth_count++;
}

static void add_identifier(struct own *o, const struct lexicon *lexicon, const struct fold *f,
                           const struct text_identifier *id)
{
    switch (id->kind) {
    case TEXT_IS_BIRTH_DATE:
        add_birth(o, f, id->role);
        break;
    case TEXT_IS_PHONE:
        add_phones(o, f, id->role);
        break;
    case TEXT_IS_ZIP:
    case TEXT_IS_NUMBER:
    case TEXT_IS_CODE:
        add_digits(o, f, id);
        break;
    case TEXT_IS_NAME:
    case TEXT_IS_GIVEN_NAME:
    case TEXT_IS_PERSON:
    case TEXT_IS_ADDRESS:
    case TEXT_IS_COMPLEMENT:
    case TEXT_IS_TOWN:
    case TEXT_IS_CALLER:
    case TEXT_IS_MAIL:
        add_words(o, lexicon, f, id);
        break;
    case TEXT_KINDS:
        break;
    }
}

bool own_prepare(struct own *o, const struct lexicon *lexicon, struct fold *f,
                 const struct text_identifier *ids, size_t count)
{
    o->word_count = o->number_count = o->birth_count = o->initial_count = o->phrase_count = 0;
    o->phrase_cues = 0;
    o->phrase_numbers = 0;
    memset(o->phrase_hashes, 0, sizeof(o->phrase_hashes));
    o->overflow = false;
    for (size_t i = 0; i < count && !o->overflow; i++) {
        if (ids[i].len == 0)
            continue;
        if (fold_text(f, ids[i].value, ids[i].len))
            add_identifier(o, lexicon, f, &ids[i]);
        else
            o->overflow = true;
    }
    return !o->overflow;
}

void own_wipe(struct own *o)
{
    explicit_bzero(o->words, o->word_count * sizeof(o->words[0]));
    explicit_bzero(o->index, (o->word_count + OWN_BLOCK - 1) / OWN_BLOCK * sizeof(o->index[0]));
    explicit_bzero(o->numbers, o->number_count * sizeof(o->numbers[0]));
    for (size_t k = 0; k < OWN_PHRASES && k <= o->phrase_count; k++) /* the last one was begun, not kept */
        explicit_bzero(o->phrases[k].parts, o->phrases[k].count * sizeof(o->phrases[k].parts[0]));
    explicit_bzero((char *)o + offsetof(struct own, word_count),
                   sizeof(*o) - offsetof(struct own, word_count));
}
