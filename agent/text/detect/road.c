/* SPDX-License-Identifier: Apache-2.0 */
/* Roads by their number, and how far along them: "RN 20", "D986 km 14", "A64 sortie 16", "PK 28,5". */
#include "agent/text/detect/place.h"

#define LEAST_DEPARTMENTAL 13 /* "sur D5", "de la D12": a finger, a vertebra */

static bool number_at(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return t->kind == TOKEN_NUMBER && token_len(t) <= 4 && t->gap != GAP_LINE;
}

/* "28,5": the last token of the number that begins at i. */
static size_t with_decimals(const struct note *n, size_t i)
{
    bool more = token_sign(n, i + 1, ',') && token_tight(n, i + 1) && token_tight(n, i + 2);
    return more && number_at(n, i + 2) ? i + 2 : i;
}

/* The number of "km 14", "borne km 118", "sortie n° 16" at i, the last one of "sorties 42 et 43"; 0 when none
 * is there. */
static size_t along(const struct note *n, size_t i)
{
    if (!token_among(n, i, LIST_ALONG) || token_at(n, i)->gap == GAP_LINE)
        return 0;
    size_t k = token_among(n, i + 1, LIST_ALONG) ? i + 2 : i + 1;
    if (token_is(n, k, "n") && token_sign(n, k + 1, FOLD_DEGREE))
        k += 2;
    if (!number_at(n, k))
        return 0;
    return token_is(n, k + 1, "et") && number_at(n, k + 2) ? k + 2 : with_decimals(n, k);
}

/* "sur la D 935", "parking N20", "de la D 922": what stands before the letter of a road at i speaks of one.
 */
static bool after_way(const struct note *n, size_t i)
{
    size_t k = i > 1 && token_is(n, i - 1, "la") ? i - 1 : i;
    if (k == 0)
        return false;
    bool loose =
        token_is(n, k - 1, "sur") || token_is(n, k - 1, "par") || (k < i && token_is(n, k - 1, "de"));
    return loose ? token_value(n, i + 1) >= LEAST_DEPARTMENTAL : token_among(n, k - 1, LIST_WAY);
}

/* "D986", "N 20" at i, where something says that a road is meant. */
static bool lettered_road(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (!token_among(n, i, LIST_ROAD_LETTER) || (t->shape == SHAPE_LOWER && n->profile == CASE_NORMAL))
        return false;
    bool heads = token_tight(n, i + 1) && (token_is(n, i + 2, "direction") || token_is(n, i + 2, "sens"));
    return heads || along(n, i + 2) || after_way(n, i);
}

void place_road(struct note *n, size_t i)
{
    if (token_len(&n->tokens[i]) > 2 || !number_at(n, i + 1) ||
        !(token_among(n, i, LIST_ROAD) || lettered_road(n, i)))
        return;
    size_t end = along(n, i), next = along(n, i + 2);
    end = end ? end : next ? next : with_decimals(n, i + 1);
    for (size_t k = i; k <= end; k++)
        n->tokens[k].locked = 0;
    if (n->tokens[i].label == TEXT_CODE) /* "D986": letter and number, as of a door */
        n->tokens[i].label = n->tokens[i + 1].label = TEXT_NONE;
    if (note_free_range(n, i, end))
        note_force(n, i, end, TEXT_ADRESSE, TEXT_BY_PATTERN);
    else
        for (size_t k = i; k <= end; k++)
            note_mark(n, k, k, TEXT_ADRESSE, TEXT_BY_PATTERN);
}
