/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of an address that say little alone: a bare "3e", "gauche", "au 14", "n° 8". They are told by what
 * stands beside them, so names and streets must have been marked. */
#include "agent/text/detect/number.h"
#include "agent/text/detect/place.h"

#include <string.h>

static bool placing(uint8_t label)
{
    return label == TEXT_NOM || label == TEXT_PRENOM || label == TEXT_ADRESSE || label == TEXT_CODE ||
           label == TEXT_VILLE || label == TEXT_ZIP || label == TEXT_ETAB;
}

static bool name_label(uint8_t label)
{
    return label == TEXT_NOM || label == TEXT_PRENOM;
}

static bool lift_word(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_LIFT) && token_at(n, i)->gap != GAP_LINE;
}

/* The token before i that is no light word, where a floor or a house number is looked for; i when none. */
static size_t skip_back(const struct note *n, size_t i)
{
    size_t k = i;
    while (k > 0 && k + 5 > i &&
           (token_sign(n, k - 1, ',') || token_sign(n, k - 1, '(') || token_sign(n, k - 1, ')') ||
            token_sign(n, k - 1, '-') || token_sign(n, k - 1, ':') || token_among(n, k - 1, LIST_HOUSE_LINK)))
        k--;
    return k;
}

static bool begins_here(const struct note *n, size_t i)
{
    return i == 0 || n->tokens[i].gap == GAP_LINE || n->tokens[i - 1].kind == TOKEN_SIGN;
}

/* What may follow a floor said shortly: nothing, a sign, another part of the address, a code. */
static bool floor_closed(const struct note *n, size_t after)
{
    const struct token *next = token_at(n, after);
    enum text_cue cue = token_cue(next);
    if (next->gap == GAP_LINE || next->kind == TOKEN_SIGN || next->label || note_side(n, after))
        return true;
    return cue == CUE_DOOR || cue == CUE_CODE || cue == CUE_NAMED || cue == CUE_TEL ||
           (next->flags & LEX_FUNCTION && (cue != CUE_UNIT || token_len(next) == 1)) || lift_word(n, after) ||
           (token_len(next) == 1 &&
            (token_capital(next) || token_is(n, after, "g") || token_is(n, after, "d"))) ||
           note_ordinal(n, after);
}

/* A floor said at the end of a sentence, before a code or a phone: nothing else of it is left. */
static bool floor_ends(const struct note *n, size_t i, size_t suffix, size_t after)
{
    const struct token *next = token_at(n, after);
    bool end = next->gap == GAP_LINE || token_sign(n, after, '.') || token_sign(n, after, ',') ||
               token_cue(next) == CUE_CODE || next->label == TEXT_TEL;
    enum text_cue before = i > 0 ? token_cue(&n->tokens[i - 1]) : CUE_NONE;
    return end && token_tight(n, suffix) && before != CUE_UNIT && before != CUE_TEL;
}

static bool door_next(const struct note *n, size_t after)
{
    const struct token *next = token_at(n, after);
    const struct token *end = token_at(n, after + 1);
    bool letter = token_among(n, after, LIST_SHORT_SIDE) && !token_is(n, after, "dr") &&
                  (end->gap == GAP_LINE || token_sign(n, after + 1, '.') || token_sign(n, after + 1, ','));
    return next->gap != GAP_LINE &&
           (letter || note_side(n, after) || token_cue(next) == CUE_DOOR || next->label == TEXT_ADRESSE);
}

static bool measures(const struct note *n, size_t i)
{
    const struct token *next = token_at(n, i + 1);
    if (token_sign(n, i + 1, '%') || token_sign(n, i + 1, '/'))
        return true;
    bool unit = token_cue(next) == CUE_UNIT || token_cue(next) == CUE_MONTH || next->label == TEXT_DATE;
    bool preposition = token_is(n, i + 1, "a") && next->gap == GAP_SPACE;
    return next->gap != GAP_LINE && unit && !preposition;
}

/* A number that another follows without blank, or a word of more than a letter: part of something else. */
static bool goes_on(const struct note *n, size_t i)
{
    const struct token *next = token_at(n, i + 1), *after = token_at(n, i + 2);
    if (next->gap != GAP_NONE)
        return false;
    if (next->kind == TOKEN_WORD)
        return token_len(next) > 1;
    return after->kind == TOKEN_NUMBER && after->gap == GAP_NONE;
}

static bool house_like(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return t->kind == TOKEN_NUMBER && !t->label && !t->locked && token_len(t) <= 4 &&
           token_value(n, i) >= 1 && !measures(n, i) && !goes_on(n, i);
}

static bool number_ends(const struct note *n, size_t i)
{
    const struct token *next = token_at(n, i);
    return next->gap == GAP_LINE || token_sign(n, i, '.') || token_sign(n, i, ',') || token_sign(n, i, ')') ||
           next->label;
}

/* "au 2e", "monter 3e". */
static bool leads_up(const struct note *n, size_t i)
{
    return i > 1 && (token_is(n, i - 1, "au") || token_is(n, i - 1, "o") || token_is(n, i - 1, "monter"));
}

/* "la voisine du 2e", "le bébé du 3e chez elle". */
static bool lives_there(const struct note *n, size_t i, size_t before, size_t after)
{
    bool somebody =
        before > 0 && (name_label(n->tokens[before - 1].label) || token_among(n, before - 1, LIST_HOME));
    return i > 0 && token_is(n, i - 1, "du") && (somebody || token_cue(token_at(n, after)) == CUE_CHEZ);
}

/* "6e 602,": the room after its floor. */
static bool room_next(const struct note *n, size_t after)
{
    return token_len(token_at(n, after)) > 1 && token_at(n, after)->gap == GAP_SPACE &&
           house_like(n, after) && number_ends(n, after + 1);
}

/* "au 2e jour": what is counted, no floor; "au 2e appelez" is one. */
static bool counts(const struct note *n, size_t after)
{
    const struct token *next = token_at(n, after);
    return next->flags & (LEX_NOUN | LEX_MEDICAL) || token_cue(next) != CUE_NONE;
}

/* "1ère sonnette", a feminine that no storey has; "code A6712 2e code 2761A", "puis 2e porte". */
static bool tells_which(const struct note *n, size_t i, size_t suffix, size_t before, size_t after)
{
    bool code = before > 0 && n->tokens[before - 1].label == TEXT_CODE;
    return (token_value(n, i) == 1 && token_is(n, suffix, "ere")) ||
           (code && token_cue(token_at(n, after)) == CUE_CODE) ||
           (i > 0 && (token_is(n, i - 1, "puis") || token_sign(n, i - 1, '+')) &&
            token_cue(token_at(n, after)) == CUE_DOOR);
}

/* "5e dr.": the right one, where no doctor's name follows. */
static bool on_the_right(const struct note *n, size_t suffix)
{
    const struct token *side = token_at(n, suffix + 1);
    size_t next = token_sign(n, suffix + 2, '.') ? suffix + 3 : suffix + 2;
    return token_is(n, suffix + 1, "dr") && side->gap == GAP_SPACE && !side->label &&
           !token_capital(token_at(n, next));
}

/* "apt 31 3e porte,": the door without a number of its own goes with the ordinal, not "ouvre la 2e porte." */
static bool ordinal_door(const struct note *n, size_t i, size_t suffix)
{
    return i > 0 && !token_is(n, i - 1, "la") && token_is(n, suffix + 1, "porte") &&
           !token_at(n, suffix + 1)->label && place_ends(n, suffix + 2) && !token_is(n, suffix + 2, "face");
}

/* Whether what stands around an ordinal with its suffix says that it is a floor. */
static bool is_floor(const struct note *n, size_t i, size_t suffix, size_t before, size_t after)
{
    bool up = leads_up(n, i) && !token_sign(n, after, '/');
    bool placed = before > 0 && placing(n->tokens[before - 1].label);
    if ((placed || up) && floor_closed(n, after))
        return true;
    if ((placed || up || begins_here(n, i)) && room_next(n, after)) /* "; 3e 34, code" */
        return true;
    if ((up && suffix > i && !counts(n, after)) || lives_there(n, i, before, after))
        return true;
    bool lift = lift_word(n, after) &&
                (lift_word(n, after + 1) || !(token_is(n, after, "avec") || token_is(n, after, "ss")));
    lift |= token_is(n, after, "s") && token_sign(n, after + 1, '/') && lift_word(n, after + 2);
    bool at_end = token_is(n, suffix + 1, "au") && token_among(n, suffix + 2, LIST_CORRIDOR);
    bool host = begins_here(n, i) && token_cue(token_at(n, after)) == CUE_CHEZ; /* ". 2e chez Suresh" */
    return lift || at_end || host || floor_ends(n, i, suffix, after) || door_next(n, after);
}

/* A bare "3e" or "6è" is a floor beside a name, a code or another part of an address, and before nothing
 * else. */
static void bare_floor(struct note *n, size_t i, size_t suffix)
{
    size_t before = skip_back(n, i), after = suffix + (token_is(n, suffix + 1, "a") ? 2 : 1);
    if (tells_which(n, i, suffix, before, after))
        return;
    if (suffix > i && on_the_right(n, suffix)) {
        n->tokens[suffix + 1].locked = 0;
        note_mark(n, i, suffix, TEXT_ADRESSE, TEXT_BY_CUE);
        note_mark(n, suffix + 1, suffix + 1, TEXT_ADRESSE, TEXT_BY_CUE);
    } else if (is_floor(n, i, suffix, before, after)) {
        note_mark(n, i, ordinal_door(n, i, suffix) ? suffix + 1 : suffix, TEXT_ADRESSE, TEXT_BY_CUE);
    }
}

/* A mark that a house may follow ends before i; a phone before its full stop is one. */
static bool beside_place(const struct note *n, size_t i)
{
    return i > 0 && (placing(n->tokens[i - 1].label) || (i > 1 && n->tokens[i - 2].label == TEXT_TEL));
}

/* "au n° 8", "VOISINE N°7", "mon voisin (numéro 5)": a house's number before or after who lives there. */
static bool house_due(const struct note *n, size_t i, size_t before, long number)
{
    if (i == 0 || number > 999 || number_is_public(number) || number_cue(n, i) == CUE_TEL)
        return false;
    return token_is(n, i - 1, "au") ||
           (before > 0 && (token_among(n, before - 1, LIST_HOME) || token_is(n, before - 1, "face")));
}

/* "n° 112", "N°8", "numéro 7", after a street or a neighbour's name. */
static void numbered_house(struct note *n, size_t i)
{
    bool sign = token_is(n, i, "n") && token_sign(n, i + 1, FOLD_DEGREE);
    if (!sign && !token_among(n, i, LIST_NUMBER_SIGN))
        return;
    size_t number = sign ? i + 2 : i + 1, before = skip_back(n, i);
    if (sign && before > 0 && n->tokens[before - 1].label == TEXT_ADRESSE && number < n->count &&
        n->tokens[number].label == TEXT_ID && token_len(&n->tokens[number]) <= 4)
        n->tokens[number].label = TEXT_NONE; /* taken for a file's number before the street was known */
    bool short_number = token_at(n, number)->kind == TOKEN_NUMBER && token_len(token_at(n, number)) <= 4 &&
                        !measures(n, number);
    bool placed = beside_place(n, before);
    if (short_number && (placed || house_due(n, i, before, token_value(n, number))))
        note_mark(n, placed ? i : number, number, TEXT_ADRESSE, TEXT_BY_CUE);
}

/* "le 41 et non le 14", "au 8, pas au 6": a number that the note puts right. */
static bool put_right(const struct note *n, size_t i)
{
    size_t k = token_is(n, i + 1, "et") || token_sign(n, i + 1, ',') ? i + 2 : i + 1;
    return (token_is(n, k, "non") || token_is(n, k, "pas")) &&
           (token_is(n, i - 1, "le") || token_is(n, i - 1, "au")) &&
           token_at(n, k + 1)->hash == n->tokens[i - 1].hash && token_value(n, k + 2) > 0;
}

/* "entre le 112 et le 114", "pas le 13", "demander le 208", "résidente de la 214," */
static bool between_houses(const struct note *n, size_t i)
{
    if (i < 3)
        return false;
    bool three = token_len(&n->tokens[i]) == 3 && number_ends(n, i + 1);
    if (token_is(n, i - 1, "la"))
        return three && token_among(n, i - 2, LIST_SIDE_LINK); /* "de la", "à la" */
    if (!token_is(n, i - 1, "le"))
        return false;
    if (token_is(n, i - 2, "entre") || (token_is(n, i - 2, "et") && n->tokens[i - 3].label == TEXT_ADRESSE))
        return token_value(n, i) > 31;
    bool said = token_among(n, i - 2, LIST_BEFORE_HOUSE) ? number_ends(n, i + 1)
                                                         : three && token_is(n, i - 2, "demander");
    return said && !number_of_rescue(token_value(n, i));
}

/* "habite au 28", "la voisine du 14", "en face au 17", "ne pas sonner au 602". */
static bool at_number(const struct note *n, size_t i)
{
    if (between_houses(n, i) || put_right(n, i))
        return true;
    if (i == 0 || !token_among(n, i - 1, LIST_BEFORE_HOUSE))
        return false;
    size_t before = skip_back(n, i - 1);
    const struct token *t = before > 0 ? &n->tokens[before - 1] : &token_nothing;
    if (before > 0 && token_among(n, before - 1, LIST_HOME))
        return true;
    if (i > 1 && token_is(n, i - 2, "face")) /* "en face du 47" */
        return true;
    if (token_is(n, i - 1, "ou")) /* "n° 4 ou 6" */
        return t->label == TEXT_ADRESSE && t->kind == TOKEN_NUMBER && number_ends(n, i + 1);
    if (token_is(n, i - 1, "en")) /* "Mme Durand en 212" */
        return name_label(t->label) && token_len(&n->tokens[i]) == 3;
    if (number_of_rescue(token_value(n, i)))
        return t->label == TEXT_ADRESSE;
    return token_cue(t) == CUE_KIN || (placing(t->label) && t->label != TEXT_ETAB && t->label != TEXT_VILLE);
}

/* "Mme Durand, 180, TA élevée", "130, 80". */
static bool vital_follows(const struct note *n, size_t i)
{
    return token_at(n, i)->kind == TOKEN_NUMBER || token_cue(token_at(n, i)) == CUE_VITAL;
}

/* "31B": a capital tied to the number of a room, and no temperature ("39C"). */
static bool room_letter(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return t->kind == TOKEN_WORD && token_len(t) == 1 && t->gap == GAP_NONE && t->shape == SHAPE_CAPITAL &&
           !t->label && n->profile != CASE_UPPER &&
           !(token_is(n, i, "c") && token_value(n, i - 1) >= 34 && token_value(n, i - 1) <= 43);
}

/* A number that stands beside a name or a street as a door or a house. */
static bool beside_number(const struct note *n, size_t i)
{
    if (i == 0)
        return false;
    const struct token *before = &n->tokens[i - 1], *t = &n->tokens[i], *next = token_at(n, i + 1);
    size_t end = token_among(n, i + 1, LIST_HOUSE_REPEAT) ? i + 2 : i + 1;
    if (i > 1 && token_sign(n, i - 1, '(') && token_sign(n, end, ')'))
        return name_label(n->tokens[i - 2].label);
    if (i > 1 && token_sign(n, i - 1, ',') && t->gap == GAP_SPACE)
        /* "Mme Durand, 112, chute", "2e, 214,", "Mme Durand, 1946." */
        return (token_len(t) == 3 || (token_value(n, i) > 1900 && token_value(n, i) < 2012)) &&
               number_ends(n, i + 1) &&
               (n->tokens[i - 2].label == TEXT_ADRESSE ||
                (name_label(n->tokens[i - 2].label) && !vital_follows(n, i + 2)));
    if (t->gap == GAP_NONE)
        return before->label == TEXT_ADRESSE && before->kind == TOKEN_WORD && token_len(before) == 1;
    if (t->gap != GAP_SPACE)
        return false;
    bool ends = number_ends(n, i + 1);
    if (before->label == TEXT_ADRESSE)
        return ends && token_len(t) <= 3;
    if (before->label == TEXT_ETAB)
        return ends && token_len(t) == 3; /* "hôtel Première Classe 109," */
    if (name_label(before->label))
        return (token_len(t) == 3 && next->kind != TOKEN_NUMBER) || room_letter(n, i + 1);
    return token_among(n, i - 1, LIST_BELL);
}

static void bare_house(struct note *n, size_t i)
{
    if (!house_like(n, i))
        return;
    bool same = (token_is(n, i + 1, "de") && token_is(n, i + 2, "la") && token_is(n, i + 3, "meme") &&
                 token_is(n, i + 4, "rue")) ||
                (token_is(n, i + 1, "meme") && (token_is(n, i + 2, "rue") || token_is(n, i + 2, "adresse")));
    if (!same && !at_number(n, i) && !beside_number(n, i))
        return;
    bool more =
        (token_among(n, i + 1, LIST_HOUSE_REPEAT) && !token_at(n, i + 1)->label) || room_letter(n, i + 1);
    size_t last = more ? i + 1 : i;
    note_mark(n, i, last, TEXT_ADRESSE, TEXT_BY_CUE);
}

/* Whether the marked part of an address that ends at i is a floor, a door, a building. */
static bool is_level(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i], *left = i > 0 ? &n->tokens[i - 1] : &token_nothing;
    enum text_cue cue = token_cue(t), left_cue = token_cue(left);
    if (t->label != TEXT_ADRESSE)
        return false;
    if (cue == CUE_FLOOR || cue == CUE_GROUND || cue == CUE_DOOR || cue == CUE_BUILD)
        return true;
    if (left_cue == CUE_FLOOR || left_cue == CUE_DOOR || (i > 0 && note_ordinal(n, i - 1)))
        return true;
    return t->kind == TOKEN_WORD && left->kind == TOKEN_NUMBER && left->label == TEXT_ADRESSE;
}

/* One letter is a side when it is a capital and begins nothing else; "face" when no "de" or "à" follows. */
static bool side_said(const struct note *n, size_t i, bool beside)
{
    const struct token *t = &n->tokens[i], *next = token_at(n, i + 1);
    if (token_among(n, i, LIST_SHORT_SIDE) && beside &&
        (place_ends(n, i + 1) || token_cue(next) == CUE_NAMED))
        return true;
    if (token_len(t) == 1) /* but "voisin du 2e M. Durand" */
        return token_capital(t) && beside && next->kind != TOKEN_NUMBER && !token_sign(n, i + 1, '\'') &&
               !(token_is(n, i, "m") && token_sign(n, i + 1, '.')) &&
               (!token_is(n, i, "a") || place_ends(n, i + 1)); /* "AU 1ER A UN DOUBLE" */
    if (!note_side(n, i))
        return false;
    bool goes = next->kind == TOKEN_WORD && next->gap != GAP_LINE && !next->label;
    return !(token_is(n, i, "face") && goes);
}

/* "2e G", "5e ét face", "7e fond couloir": the side after a floor or a door. */
static void side(struct note *n, size_t i)
{
    size_t before = i > 1 && token_sign(n, i - 1, ',') ? i - 2 : i - 1, outlook = place_outlook(n, i);
    size_t last = outlook ? outlook : i;
    if (n->tokens[i].gap == GAP_LINE || !is_level(n, before) ||
        !(outlook || side_said(n, i, before == i - 1)))
        return;
    while (token_is(n, i, "fond") && (token_among(n, last + 1, LIST_CORRIDOR) || note_side(n, last + 1)))
        last++;
    note_mark(n, i, last, TEXT_ADRESSE, TEXT_BY_CUE);
}

/* "niv -1" */
static bool below_ground(const struct note *n, size_t i)
{
    long v = token_value(n, i + 2);
    return token_cue(&n->tokens[i]) == CUE_FLOOR && token_sign(n, i + 1, '-') &&
           n->tokens[i + 1].gap == GAP_SPACE && token_tight(n, i + 2) && v >= 0 && v < 10;
}

/* "F2", "B07": a capital and up to three digits. */
static bool flat_name(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i], *next = token_at(n, i + 1), *after = token_at(n, i + 2);
    return t->gap == GAP_SPACE && token_len(t) == 1 && t->shape != SHAPE_LOWER && *token_text(n, t) <= 'h' &&
           next->kind == TOKEN_NUMBER && next->gap == GAP_NONE && token_len(next) <= 3 &&
           (after->gap != GAP_NONE || after->kind == TOKEN_SIGN);
}

/* "{4e} p. 12": the door after a floor. */
static size_t door_of_floor(const struct note *n, size_t i)
{
    size_t k = token_sign(n, i + 1, '.') ? i + 2 : i + 1;
    bool door = token_is(n, i, "p") && n->tokens[i].gap == GAP_SPACE && house_like(n, k);
    return door && token_len(token_at(n, k)) <= 3 ? k : 0;
}

/* "12 rue Piat au deuxième", "niv -1", "parc Bellevue F2": what goes on from a part of the address. */
static void further_part(struct note *n, size_t i)
{
    size_t before = skip_back(n, i), last = i;
    bool beside = before > 0 && n->tokens[before - 1].label == TEXT_ADRESSE;
    if (below_ground(n, i))
        last = i + 2;
    else if (beside && before == i && flat_name(n, i))
        last = i + 1;
    else if (beside && before == i && is_level(n, i - 1) && door_of_floor(n, i))
        last = door_of_floor(n, i);
    else {
        bool home =
            lift_word(n, i + 1) || (i > 1 && token_among(n, i - 2, LIST_HOME)); /* "habite au premier" */
        if (!((beside || home) && token_is(n, i - 1, "au") && token_among(n, i, LIST_STOREY)))
            return;
    }
    for (size_t k = i; k <= last; k++)
        n->tokens[k].locked = 0;
    note_mark(n, i, last, TEXT_ADRESSE, TEXT_BY_CUE);
}

/* "2°" after another part of the address. */
static void degree_floor(struct note *n, size_t i)
{
    size_t before = skip_back(n, i);
    if (n->tokens[i].kind == TOKEN_NUMBER && token_len(&n->tokens[i]) <= 2 &&
        token_sign(n, i + 1, FOLD_DEGREE) && token_tight(n, i + 1) && before > 0 &&
        n->tokens[before - 1].label == TEXT_ADRESSE) {
        n->tokens[i].locked = n->tokens[i + 1].locked = 0;
        note_mark(n, i, i + 1, TEXT_ADRESSE, TEXT_BY_CUE);
    }
}

/* "{bloc 4 R}+3": the height after a letter that was taken for the block's. */
static void height(struct note *n, size_t i)
{
    bool plus = i > 1 && token_sign(n, i - 1, '+') && n->tokens[i - 1].gap == GAP_NONE &&
                n->tokens[i].gap == GAP_NONE;
    if (plus && n->tokens[i].kind == TOKEN_NUMBER && token_is(n, i - 2, "r") &&
        n->tokens[i - 2].label == TEXT_ADRESSE) {
        n->tokens[i].locked = n->tokens[i - 1].locked = 0;
        note_force(n, i - 1, i, TEXT_ADRESSE, TEXT_BY_PATTERN);
    }
}

/* Sides, and what a number is said with. */
static bool tells_floor(const struct token *t)
{
    return token_cue(t) == CUE_FLOOR || token_has(t, LIST_SIDE) || token_has(t, LIST_STOREY) ||
           token_has(t, LIST_NUMBER_SIGN) || token_has(t, LIST_ROAD) || token_spells(t, "n");
}

/* These, numbers, the letter of a side, "côté jardin". */
bool may_begin_floor(const struct token *t)
{
    if (t->kind != TOKEN_WORD)
        return t->kind == TOKEN_NUMBER;
    return token_len(t) <= 2 || tells_floor(t) || token_has(t, LIST_SIDE_LINK) || token_has(t, LIST_OUTSIDE);
}

/* Whether letters that tell nothing by themselves go on from a part of an address, perhaps over a comma. */
static bool from_address(const struct note *n, size_t i)
{
    size_t before = i > 1 && token_sign(n, i - 1, ',') ? i - 2 : i - 1;
    return i > 0 && n->tokens[before].label == TEXT_ADRESSE;
}

void detect_floors(struct note *n)
{
    place_around_zip(n);
    for (size_t i = note_next(n, START_FLOOR, 0); i < n->count; i = note_next(n, START_FLOOR, i + 1)) {
        struct token *t = &n->tokens[i];
        if ((!t->label || t->label == TEXT_CODE) && t->kind == TOKEN_WORD)
            place_road(n, i);
        if (t->label || (t->kind == TOKEN_WORD && !tells_floor(t) && !from_address(n, i)))
            continue;
        numbered_house(n, i);
        if (i > 0 && t->kind == TOKEN_WORD)
            further_part(n, i);
        if (t->label)
            continue;
        size_t suffix = note_ordinal(n, i);
        if (suffix && !token_at(n, suffix)->label)
            bare_floor(n, i, suffix);
        else if (t->kind == TOKEN_WORD && i > 0)
            side(n, i);
        else if (t->kind == TOKEN_NUMBER) {
            height(n, i);
            degree_floor(n, i);
            bare_house(n, i);
        }
    }
}
