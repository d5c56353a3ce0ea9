/* SPDX-License-Identifier: Apache-2.0 */
/* The row's places as a note has them: "les Granges Hautes", "bat H 2", "PK 28,5", with another word for the
 * type, without what joins the words, with slips. Single words of them are common ("le moulin"); two of them
 * side by side, as the row has them, are the row's. */
#include "agent/text/own/own.h"

#include <string.h>

#define LIGHT_WORDS 3u  /* of the note, between two parts */
#define PARTS_SHARED 4u /* by two phrases of one place, when it has more parts than a phrase */

/* Light: what joins the others. Type: "rue", "bâtiment", for which a note may say another word. */
enum part { PART_LIGHT, PART_TYPE, PART_WORD, PART_NUMBER };

static bool is_letter(char c)
{
    return (uint8_t)(c - 'a') < 26;
}
static bool is_digit(char c)
{
    return (uint8_t)(c - '0') < 10;
}

bool own_tells_caller(uint32_t flags)
{
    enum text_cue cue = LEX_CUE(flags);
    bool place = cue == CUE_NONE || (cue >= CUE_STREET && cue <= CUE_SIDE);
    return !place || flags & LEX_MEDICAL;
}

/* flags: of the lexicon. */
static enum part part_of(uint32_t flags, const char *word, size_t len, bool caller)
{
    if (is_digit(*word))
        return PART_NUMBER;
    if (LEX_CUE(flags) == CUE_KIN && len > 4 && memcmp(word, "petit", 5) == 0)
        return PART_LIGHT; /* "La Petite Fosse": often left out */
    if (len < 3 || flags & LEX_FUNCTION || (caller && own_tells_caller(flags)))
        return PART_LIGHT;
    bool type = !caller && LEX_CUE(flags) >= CUE_STREET && LEX_CUE(flags) <= CUE_DOOR;
    return type ? PART_TYPE : PART_WORD;
}

/* "trois" for 3; 0 when the word is no such number. */
static size_t numeral(const char *word, size_t len)
{
    static const char list[][8] = {"un",  "deux", "trois", "quatre", "cinq",
                                   "six", "sept", "huit",  "neuf",   "dix"};
    char letters[8] = {0};
    if (len >= sizeof(letters))
        return 0;
    memcpy(letters, word, len);
    for (size_t k = 0; k < sizeof(list) / sizeof(list[0]); k++)
        if (memcmp(list[k], letters, sizeof(letters)) == 0)
            return k + 1;
    return 0;
}

/* What a part of one or two digits counts, or a word for one. */
static size_t part_number(const struct own_part *part)
{
    if (part->kind != PART_NUMBER || part->len > 2)
        return numeral(part->text, part->len);
    size_t first = (size_t)(part->text[0] - '0');
    return part->len == 2 ? first * 10 + (size_t)(part->text[1] - '0') : first;
}

static void add_part(struct own_phrase *p, const struct lexicon *lexicon, const char *text, size_t len,
                     bool caller)
{
    struct own_part *part = &p->parts[p->count++];
    part->hash = lexicon_hash(text, len);
    uint32_t flags = lexicon_find(lexicon, part->hash);
    part->cue = (uint8_t)LEX_CUE(flags);
    part->kind = (uint8_t)part_of(flags, text, len, caller);
    const struct own_part *before = p->count > 1 ? part - 1 : part;
    if (len == 1 && before->kind == PART_TYPE && before->cue >= CUE_BUILD && before->cue <= CUE_DOOR)
        part->kind = PART_NUMBER; /* "Hall B" */
    part->len = (uint8_t)(len < OWN_LETTERS ? len : OWN_LETTERS - 1);
    memcpy(part->text, text, part->len);
    part->text[part->len] = '\0';
    part->number = (uint8_t)part_number(part);
}

/* "le Mas", "La Ferme", "3 Le Moulin Neuf": where nothing else is said, the type is the name. */
static void name_by_type(struct own_phrase *p)
{
    size_t last = p->count;
    for (size_t k = 0; k < p->count; k++) {
        if (p->parts[k].kind == PART_WORD || (p->parts[k].kind == PART_NUMBER && k > 0))
            return;
        if (p->parts[k].kind == PART_TYPE)
            last = k;
    }
    if (last < p->count)
        p->parts[last].kind = PART_WORD;
}

/* The end of the word or number at i; i itself when a sign stands there. */
static size_t part_end(const struct fold *f, size_t i)
{
    size_t end = i;
    if (is_letter(f->text[i]))
        while (end < f->len && is_letter(f->text[end]))
            end++;
    else if (is_digit(f->text[i]))
        while (end < f->len && is_digit(f->text[end]))
            end++;
    return end;
}

/* "belle-fille", "aide ménagère": words that the lists have as one, which tells who calls. */
static void lighten_listed(struct own_phrase *p, const struct lexicon *lexicon)
{
    for (size_t i = 0; i < p->count; i++) {
        uint64_t joined = p->parts[i].hash;
        for (size_t k = i + 1; k < p->count; k++) {
            joined = lexicon_join(joined, p->parts[k].hash);
            uint32_t flags = lexicon_find(lexicon, joined);
            if (flags == 0)
                break;
            for (size_t j = i; j <= k && own_tells_caller(flags); j++)
                p->parts[j].kind = PART_LIGHT;
        }
    }
}

/* Takes as many parts as there is room for, from i on. Returns where the next phrase begins, some parts
 * before the end of this one, so that neighbours stay side by side; f->len when all are taken. */
static size_t fill_phrase(struct own_phrase *p, const struct lexicon *lexicon, const struct fold *f, size_t i,
                          bool caller)
{
    size_t starts[OWN_PHRASE_PARTS] = {0};
    while (i < f->len && p->count < OWN_PHRASE_PARTS) {
        size_t end = part_end(f, i);
        starts[p->count] = i;
        if (end > i)
            add_part(p, lexicon, f->text + i, end - i, caller);
        i = end > i ? end : i + 1;
    }
    while (i < f->len && part_end(f, i) == i)
        i++;
    return i < f->len ? starts[OWN_PHRASE_PARTS - PARTS_SHARED] : i;
}

/* Notes what a token has when it is this part, for may_begin. */
static void index_part(struct own *o, const struct own_part *part)
{
    o->phrase_hashes[part->hash >> 6 & 7] |= (uint64_t)1 << (part->hash & 63);
    o->phrase_cues |= part->kind == PART_TYPE ? 1u << part->cue : 0;
    if (part->kind == PART_NUMBER && is_digit(part->text[0]))
        o->phrase_numbers |= (uint64_t)1 << (number_value(part->text, part->len) & 63);
    o->phrase_numbers |= (uint64_t)1 << (part->number & 63);
}

void own_add_phrase(struct own *o, const struct lexicon *lexicon, const struct fold *f, enum text_kind kind,
                    enum text_label label, enum text_role role)
{
    for (size_t i = 0; i < f->len;) {
        if (o->phrase_count == OWN_PHRASES) {
            o->overflow = true;
            return;
        }
        struct own_phrase *p = &o->phrases[o->phrase_count];
        p->count = 0;
        p->label = (uint8_t)label;
        p->role = (uint8_t)role;
        i = fill_phrase(p, lexicon, f, i, kind == TEXT_IS_CALLER);
        if (kind == TEXT_IS_CALLER)
            lighten_listed(p, lexicon);
        name_by_type(p);
        bool word = p->count == 1 && label == TEXT_ADRESSE && kind != TEXT_IS_CALLER && p->parts[0].len > 5;
        if (p->count < 2 && !word)
            continue;
        o->phrase_count++;
        for (size_t k = 0; k < p->count; k++)
            index_part(o, &p->parts[k]);
    }
}

/* What a token counts; 0 when it is neither a number nor a word for one. */
static size_t number_of(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    if (t->kind == TOKEN_NUMBER) {
        long v = token_value(n, i);
        return v > 0 ? (size_t)v : 0;
    }
    return token_has(t, LIST_NUMERAL) ? numeral(token_text(n, t), token_len(t)) : 0;
}

static bool same(const struct note *n, size_t i, const struct own_part *part)
{
    const struct token *t = token_at(n, i);
    if (t->kind == TOKEN_WORD && t->hash == part->hash)
        return true;
    bool number = part->kind == PART_NUMBER && t->kind == TOKEN_NUMBER;
    if (number && token_len(t) == part->len)
        return memcmp(token_text(n, t), part->text, part->len) == 0;
    return part->number > 0 && part->number == number_of(n, i);
}

/* Another word for the same type, a slip, or the same sound. */
static bool alike(const struct note *n, size_t i, const struct own_part *part)
{
    const struct token *t = token_at(n, i);
    if (t->kind != TOKEN_WORD)
        return false;
    if (part->kind == PART_TYPE)
        return token_cue(t) == part->cue;
    size_t len = token_len(t), shorter = len < part->len ? len : part->len;
    if (part->kind != PART_WORD || shorter < 3)
        return false;
    unsigned limit = shorter < 4 ? 0 : shorter < 7 ? 1 : 2;
    if (own_distance(token_text(n, t), len, part->text, part->len, limit) <= limit)
        return true;
    char ours[OWN_LETTERS], theirs[OWN_LETTERS];
    size_t sounds = len < OWN_LETTERS ? own_sound(token_text(n, t), len, ours) : 0;
    return sounds >= 3 && own_sound(part->text, part->len, theirs) == sounds &&
           memcmp(ours, theirs, sounds) == 0;
}

/* What of a phrase stands in the note from one token on. */
struct run {
    size_t last; /* token of its last part that is not light */
    unsigned parts, types, words, numbers;
    bool goes_on; /* from what is marked as an address */
};

static void take(struct run *run, size_t i, const struct own_part *part, unsigned light)
{
    run->last = i;
    run->parts += 1 + light;
    run->types += part->kind == PART_TYPE;
    run->words += part->kind == PART_WORD;
    run->numbers += part->kind == PART_NUMBER;
}

static bool light_token(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return i < n->count && t->gap != GAP_LINE &&
           (t->kind == TOKEN_SIGN || (t->kind == TOKEN_WORD && t->flags & LEX_FUNCTION && token_len(t) <= 3));
}

/* Whether a line ends before token i and what follows is not the next part. */
static bool ends_line(const struct note *n, size_t i, const struct own_phrase *p, size_t at)
{
    return i < n->count && n->tokens[i].gap == GAP_LINE && !(at < p->count && same(n, i, &p->parts[at]));
}

/* "Les Palmiers d'Or", "moulin neuf": its last word is light elsewhere, here it ends the name. */
static void take_last(struct run *run, size_t i, const struct own_part *part, unsigned light)
{
    if (run->words == 0 && run->types < (part->len > 3 ? 1 : 2))
        return;
    run->last = i;
    run->parts += light;
}

/* 1 when the part that stands at i joins others; with a capital behind a word it goes with it: "les Volcans
 * d'Or". */
static unsigned take_light(struct run *run, const struct note *n, size_t i, const struct own_part *part)
{
    if (part->kind != PART_LIGHT)
        return 0;
    if (run->words > 0 && n->tokens[i].shape == SHAPE_CAPITAL)
        run->last = i;
    return 1;
}

/* Reads the parts from `at` on, the first of which stands at i; either side may leave light words out. */
static struct run read_run(const struct note *n, size_t i, const struct own_phrase *p, size_t at)
{
    struct run run = {.last = i, .goes_on = n->tokens[i].label == TEXT_ADRESSE};
    unsigned light = 0, passed = 0;
    while (at < p->count && i < n->count && passed <= LIGHT_WORDS) {
        const struct own_part *part = &p->parts[at];
        bool here = same(n, i, part) || alike(n, i, part);
        if (here && part->kind != PART_LIGHT) {
            take(&run, i, part, light);
            light = passed = 0;
        }
        if (here) {
            light += take_light(&run, n, i, part);
            if (at + 1 == p->count)
                take_last(&run, i, part, light);
            i++;
            at++;
        } else if (part->kind == PART_LIGHT && n->tokens[i].kind != TOKEN_SIGN) {
            at++; /* a sign is no part: it is passed first */
        } else if (light_token(n, i)) {
            i++;
            passed++;
        } else {
            break;
        }
        if (ends_line(n, i, p, at))
            break;
    }
    return run;
}

/* All of the phrase; of an address also without what joins before it: "moulin neuf" of "3 le Moulin Neuf". */
static bool whole(const struct run *run, const struct own_phrase *p, size_t at)
{
    size_t first = p->label == TEXT_ADRESSE && at > 0 && p->parts[0].kind == PART_NUMBER ? 1 : 0;
    while (p->label == TEXT_ADRESSE && first < at && p->parts[first].kind == PART_LIGHT)
        first++;
    return first == at && at + run->parts == p->count;
}

/* "la feigne 88120", "au moulin, bât 2": a place follows. */
static bool before_place(const struct note *n, size_t last)
{
    uint8_t next = token_at(n, last + 1)->label;
    return next == TEXT_ZIP || next == TEXT_VILLE || next == TEXT_ADRESSE || next == TEXT_CODE;
}

/* Two words, a word and a number or a type, the whole value, or a word with its article that is nothing else
 * here or stands before a town. */
static bool telling(const struct note *n, const struct run *run, const struct own_phrase *p, size_t at)
{
    if (run->parts < 2 || run->words + run->numbers == 0)
        return false;
    if (run->types + run->words + run->numbers >= 2 || whole(run, p, at) || run->goes_on)
        return true;
    if (run->words == 0 || before_place(n, run->last))
        return run->words > 0;
    const struct token *t = &n->tokens[run->last];
    bool capital = n->profile == CASE_NORMAL && t->shape != SHAPE_LOWER;
    return capital || (at + run->parts == p->count && !(t->flags & (LEX_MEDICAL | LEX_PREDICATE)) &&
                       token_cue(t) == CUE_NONE);
}

/* The first word from i on that does not join others: "de l'église"; the note's count when none is near. */
static size_t over_joints(const struct note *n, size_t i)
{
    for (size_t k = i; k < n->count && k <= i + LIGHT_WORDS; k++) {
        const struct token *t = &n->tokens[k];
        bool joint = token_sign(n, k, '\'') || (t->flags & LEX_FUNCTION && token_len(t) <= 3);
        if (t->gap == GAP_LINE || (!joint && (t->kind != TOKEN_WORD || token_len(t) < 4)))
            break;
        if (!joint)
            return k;
    }
    return n->count;
}

static bool has_number(const struct note *n, size_t i, const struct own_phrase *p)
{
    for (size_t k = 0; k < p->count; k++)
        if (p->parts[k].kind == PART_NUMBER && same(n, i, &p->parts[k]))
            return true;
    return false;
}

/* "28 TRANCHEE", "3 de l'église": the row's number, then words of its street without its type. The last of
 * them; 0 when they are not there. */
static size_t number_and_word(const struct note *n, size_t i, const struct own_phrase *p)
{
    size_t word = n->tokens[i].kind == TOKEN_NUMBER ? over_joints(n, i + 1) : n->count;
    uint8_t label = token_at(n, word)->label;
    if (word >= n->count || (label && label != TEXT_ADRESSE && label != TEXT_ETAB) || !has_number(n, i, p))
        return 0;
    for (size_t k = 0; k < p->count; k++)
        if ((p->parts[k].kind == PART_WORD || (p->parts[k].kind == PART_TYPE && k > 1)) &&
            same(n, word, &p->parts[k]))
            return read_run(n, word, p, k).last;
    return 0;
}

/* "place de l'Église, au 3": the row's number behind its street; `last` when it is not there. */
static size_t number_behind(const struct note *n, size_t last, const struct own_phrase *p)
{
    size_t k = last + 1;
    if (token_sign(n, k, ','))
        k++;
    if (token_is(n, k, "au"))
        k++;
    bool here = k > last + 1 && token_at(n, k)->kind == TOKEN_NUMBER && token_at(n, k)->gap != GAP_LINE;
    return here && !n->tokens[k].label && has_number(n, k, p) ? k : last;
}

/* The house number of the row before a street named without its type: "107 jean lolive". */
static size_t with_number(const struct note *n, size_t i, const struct own_phrase *p)
{
    bool number = i > 0 && n->tokens[i - 1].kind == TOKEN_NUMBER && !n->tokens[i - 1].label &&
                  n->tokens[i].gap != GAP_LINE && has_number(n, i - 1, p);
    return number ? i - 1 : i;
}

/* "14" goes with the suffix of "14e". */
static void mark_phrase(struct note *n, size_t from, size_t last, const struct own_phrase *p)
{
    if (note_ordinal(n, last))
        last = note_ordinal(n, last);
    for (size_t i = from; i <= last; i++)
        n->tokens[i].locked = 0;
    note_force(n, from, last, (enum text_label)p->label, TEXT_BY_OWN);
}

/* A run, with the house number that stands apart from it. */
static void mark_with_number(struct note *n, size_t i, size_t last, const struct own_phrase *p)
{
    size_t behind = number_behind(n, last, p);
    mark_phrase(n, with_number(n, i, p), last, p);
    if (behind > last)
        mark_phrase(n, behind, behind, p);
}

/* Whether the run that begins at i with a part may be read: the first word is compared by slips only when it
 * was found alike before. */
static bool begins_run(const struct note *n, size_t i, const struct own_part *part)
{
    return same(n, i, part) || ((n->tokens[i].own || part->kind == PART_TYPE) && alike(n, i, part));
}

static void mark_runs(struct note *n, size_t i, const struct own_phrase *p)
{
    if (p->count == 1) { /* "presbytère" is all that the row has */
        if (same(n, i, &p->parts[0]) && !n->tokens[i].label && !token_among(n, i, LIST_OF_NOTES))
            mark_phrase(n, i, i, p);
        return;
    }
    for (size_t at = 0; at + 1 < p->count; at++) {
        if (!begins_run(n, i, &p->parts[at]))
            continue;
        struct run run = read_run(n, i, p, at);
        if (telling(n, &run, p, at))
            mark_with_number(n, i, run.last, p);
    }
    size_t word = number_and_word(n, i, p);
    if (word)
        mark_phrase(n, i, word, p);
}

/* Whether a run may begin with a token, asked before its parts are compared: a part of an address that is
 * marked may go on. */
static bool may_begin(const struct own *o, const struct token *t)
{
    static const uint32_t open = 1u << TEXT_NONE | 1u << TEXT_ADRESSE | 1u << TEXT_ETAB;
    if (!(open >> t->label & 1))
        return false;
    if (t->kind != TOKEN_WORD)
        return t->kind == TOKEN_NUMBER && o->phrase_numbers >> (t->value & 63) & 1;
    return t->own || o->phrase_hashes[t->hash >> 6 & 7] >> (t->hash & 63) & 1 ||
           o->phrase_cues >> token_cue(t) & 1u || token_has(t, LIST_NUMERAL);
}

void own_mark_phrases(const struct own *o, struct note *n)
{
    for (size_t i = 0; o->phrase_count > 0 && i < n->count; i++)
        for (size_t k = 0; may_begin(o, &n->tokens[i]) && k < o->phrase_count; k++)
            mark_runs(n, i, &o->phrases[k]);
}
