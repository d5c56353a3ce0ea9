/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text/own/own.h"

#include <stddef.h>
#include <string.h>

#define LEAST_TELLING 4u /* letters: fewer are in many words */

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
    w->alone = false;
    w->spelling = 0;
    memcpy(&w->spelling, text, len < 8 ? len : 8);
    w->letters = letters_of(text, len);
    w->plain =
        (flags & (LEX_FRENCH | LEX_FUNCTION | LEX_MEDICAL | LEX_PLAIN)) != 0 || LEX_CUE(flags) != CUE_NONE;
    w->first_sound = own_first_sound(text, len);
    index_word(o);
}

static bool letter(char c)
{
    return (uint8_t)(c - 'a') < 26;
}
enum text_label own_label(enum text_kind kind)
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

/* "grand-mère", "aide ménagère" as a caller: the end of listed words, from the one between start and end on,
 * that tell who calls; end when none do. */
static size_t over_listed(const struct lexicon *lexicon, const struct fold *f, size_t start, size_t end)
{
    uint64_t joined = lexicon_hash(f->text + start, end - start);
    size_t found = end;
    for (size_t at = end, next; next_word(f, &at, &next);) {
        joined = lexicon_join(joined, lexicon_hash(f->text + next, at - next));
        uint32_t flags = lexicon_find(lexicon, joined);
        if (flags == 0)
            break;
        if (own_tells_caller(flags))
            found = at;
    }
    return found;
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

/* The words of a value as one, those of its family and its given names too; and its initials. */
struct parts {
    struct own_joined whole, name, given_name;
    char initials[8];
    size_t initial_len;
};

static void append(struct own_joined *j, const char *word, size_t len, bool telling)
{
    j->telling |= telling;
    if (j->len + len < sizeof(j->text))
        memcpy(j->text + j->len, word, len);
    j->len += len;
    j->words++;
}

static void add_part(struct parts *p, uint32_t flags, const char *word, size_t len, enum text_label label)
{
    bool telling =
        len >= LEAST_TELLING && !(flags & (LEX_WORD | LEX_PLAIN | LEX_TOWN)) && LEX_CUE(flags) == CUE_NONE;
    append(&p->whole, word, len, telling);
    if (label == TEXT_NOM)
        append(&p->name, word, len, telling);
    if (label != TEXT_PRENOM)
        return;
    append(&p->given_name, word, len, telling);
    if (p->initial_len < sizeof(p->initials))
        p->initials[p->initial_len++] = *word;
}

static void add_joined(struct own *o, const struct lexicon *lexicon, const struct own_joined *j,
                       enum text_label label, enum text_role role)
{
    if (j->words > 1 && j->len >= 5 && j->len < sizeof(j->text))
        add_word(o, lexicon_find(lexicon, lexicon_hash(j->text, j->len)), j->text, j->len, label, role, true);
}

/* "rosepetit", "petitrose": where no part of it tells. */
static void add_both(struct own *o, const struct lexicon *lexicon, const struct own_joined *a,
                     const struct own_joined *b, enum text_role role)
{
    const struct own_joined *orders[2][2] = {{a, b}, {b, a}};
    if (a->len == 0 || b->len == 0 || a->telling || b->telling || a->len + b->len >= OWN_LETTERS)
        return;
    for (unsigned k = 0; k < 2; k++) {
        struct own_joined both = {.len = 0};
        append(&both, orders[k][0]->text, orders[k][0]->len, false);
        append(&both, orders[k][1]->text, orders[k][1]->len, false);
        add_joined(o, lexicon, &both, TEXT_NOM, role);
        explicit_bzero(&both, sizeof(both));
    }
}

/* Notes that a name is one word, and no part of a longer one. */
static void note_alone(struct own *o, const struct own_joined *j)
{
    for (size_t i = 0; j->words == 1 && i < o->word_count; i++)
        if (o->words[i].len == j->len && memcmp(o->words[i].text, j->text, j->len) == 0)
            o->words[i].alone = true;
}

/* What of a value may be written as one word. */
static void add_joined_parts(struct own *o, const struct lexicon *lexicon, const struct parts *p,
                             const struct text_identifier *id)
{
    add_joined(o, lexicon, &p->whole, own_label(id->kind), id->role);
    note_alone(o, &p->name);
    note_alone(o, &p->given_name);
    if (id->kind == TEXT_IS_PERSON) {
        add_joined(o, lexicon, &p->name, TEXT_NOM, id->role);
        add_both(o, lexicon, &p->name, &p->given_name, id->role);
    } else if (id->kind == TEXT_IS_NAME && o->name.len == 0) {
        o->name = p->whole;
    } else if (id->kind == TEXT_IS_GIVEN_NAME && o->given_name.len == 0) {
        o->given_name = p->whole;
    }
}

static void add_words(struct own *o, const struct lexicon *lexicon, const struct fold *f,
                      const struct text_identifier *id)
{
    struct parts parts = {.initial_len = 0};
    enum text_label whole = own_label(id->kind);
    bool caller = id->kind == TEXT_IS_CALLER;
    if (caller && names_establishment(lexicon, f))
        whole = TEXT_ETAB;
    for (size_t at = 0, start; next_word(f, &at, &start);) {
        const char *word = f->text + start;
        size_t listed = caller ? over_listed(lexicon, f, start, at) : at;
        if (listed > at) {
            at = listed;
            continue;
        }
        uint32_t flags = flags_of(lexicon, f, start, at);
        enum text_label label = word_label(flags, f->traits + start, at - start, id->kind, whole);
        if (label != TEXT_NONE)
            add_word(o, flags, word, at - start, label, id->role, false);
        add_part(&parts, flags, word, at - start, label);
    }
    if (!joinable(id->kind) || id->kind == TEXT_IS_TOWN)
        own_add_phrase(o, lexicon, f, id->kind, caller ? TEXT_ETAB : whole, id->role);
    if (joinable(id->kind))
        add_joined_parts(o, lexicon, &parts, id);
    if (parts.initial_len > 0) {
        add_initials(o, parts.initials, parts.initial_len);
        add_initials(o, parts.initials, 1);
    }
    explicit_bzero(&parts, sizeof(parts));
}

static void add_identifier(struct own *o, const struct lexicon *lexicon, const struct fold *f,
                           const struct text_identifier *id)
{
    switch (id->kind) {
    case TEXT_IS_BIRTH_DATE:
    case TEXT_IS_PHONE:
    case TEXT_IS_ZIP:
    case TEXT_IS_NUMBER:
    case TEXT_IS_CODE:
        own_add_numbers(o, f, id);
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
    o->name.len = o->given_name.len = 0;
    for (size_t i = 0; i < count && !o->overflow; i++) {
        if (ids[i].len == 0)
            continue;
        if (fold_text(f, ids[i].value, ids[i].len))
            add_identifier(o, lexicon, f, &ids[i]);
        else
            o->overflow = true;
    }
    add_both(o, lexicon, &o->name, &o->given_name, TEXT_ROLE_PATIENT);
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
