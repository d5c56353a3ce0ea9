/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text/starts.h"

#include <stdlib.h>
#include <string.h>
#include "agent/text/note.h"

#define BLOCK 64u /* tokens of one word of bits */
#define HALF 32u
_Static_assert(START_BITS <= HALF, "as many rows as bits of a token");
#define TITLE_REACH 6u /* tokens: as far as a title is looked for before a name, over particles */
#define FIRM_REACH 2u

static bool is_number(const struct token *t)
{
    return t->kind == TOKEN_NUMBER;
}
static bool is_title(const struct token *t)
{
    return token_cue(t) == CUE_TITLE;
}
static bool is_apostrophe(const struct token *t)
{
    return t->kind == TOKEN_SIGN && token_letter(t) == '\'';
}

/* "A12", "A-12", "A_b": whether a token tied to the one before it may make a code of both. */
static bool may_be_tied(const struct token *t)
{
    return t->kind != TOKEN_SIGN || strchr("-/_.*#", token_letter(t));
}

/* Of a token by itself it is not known. */
static bool not_yet(const struct token *t)
{
    (void)t;
    return false;
}

static bool (*const begins[START_BITS])(const struct token *token) = {
    [START_NUMBER] = is_number,
    [START_LOCK] = may_begin_lock,
    [START_NETWORK] = may_begin_network,
    [START_PHONE] = may_begin_phone,
    [START_ID] = may_begin_identifier,
    [START_CODE] = may_begin_code,
    [START_ETAB] = may_begin_establishment,
    [START_ADDRESS] = may_begin_address,
    [START_DATE] = may_begin_date,
    [START_TOWN] = may_begin_town,
    [START_NAME] = may_be_name,
    [START_PROPER] = may_begin_proper_name,
    [START_FLOOR] = may_begin_floor,
    [START_EXTEND] = may_extend_name,
    [START_OWN] = not_yet,
    [START_MARKED] = not_yet,
    [START_NAME_IF_SHOWN] = may_be_name_when_shown,
    [START_AFTER_TITLE] = is_title,
    [START_ELIDED] = is_apostrophe,
    [START_NEAR_FIRM] = may_stand_beside_firm,
    [START_PLATE] = may_begin_plate,
    [START_TIED] = may_be_tied,
    [START_SITE_END] = may_end_site,
};

uint32_t starts_of(const struct token *t)
{
    uint32_t bits = 0;
    for (unsigned s = 0; s < START_BITS; s++)
        bits |= begins[s](t) ? START_BIT(s) : 0;
    return bits;
}

static bool reserve(struct note *n, size_t blocks)
{
    if (blocks <= n->blocks)
        return true;
    uint64_t *grown = realloc(n->starts, blocks * START_BITS * sizeof(*grown));
    if (!grown)
        return false;
    n->starts = grown;
    n->blocks = blocks;
    return true;
}

static uint64_t *row_of(struct note *n, enum start start)
{
    return n->starts + start * n->blocks;
}

/* Makes bit k of word i bit i of word k, in both halves at once: squares of half the size change places, then
 * those in them. */
static void transpose(uint64_t words[static HALF])
{
    uint64_t low = 0x0000FFFF0000FFFFu;
    for (unsigned size = HALF / 2; size; size /= 2, low ^= low << size)
        for (unsigned k = 0; k < HALF; k = (k + size + 1) & ~size) {
            uint64_t change = (words[k] >> size ^ words[k + size]) & low;
            words[k] ^= change << size;
            words[k + size] ^= change;
        }
}

/* Turns the bits of a block's tokens into one word of bits for each start. */
static void find_block(struct note *n, size_t block)
{
    uint64_t rows[HALF] = {0};
    const struct token *first = &n->tokens[block * BLOCK];
    size_t count = n->count - block * BLOCK < BLOCK ? n->count - block * BLOCK : BLOCK;
    for (size_t i = 0; i < count; i++) {
        uint32_t apart = first[i].gap != GAP_NONE;
        uint64_t bits = first[i].starts & ~(apart << START_TIED);
        rows[i % HALF] |= bits << i / HALF * HALF;
    }
    transpose(rows);
    for (unsigned s = 0; s < START_BITS; s++)
        row_of(n, s)[block] = rows[s];
}

/* The tokens of a block that stand so many after, or before, one of a row. */
static uint64_t after(const uint64_t *row, size_t block, unsigned by)
{
    return row[block] << by | (block > 0 ? row[block - 1] >> (BLOCK - by) : 0);
}
static uint64_t before(const uint64_t *row, size_t block, size_t blocks, unsigned by)
{
    return row[block] >> by | (block + 1 < blocks ? row[block + 1] << (BLOCK - by) : 0);
}

/* Tokens of the lines that are not in capitals as the note is. */
static uint64_t apart(const struct note *n, size_t block)
{
    uint64_t row = 0;
    for (size_t i = block * BLOCK; i < n->count && i < (block + 1) * BLOCK; i++)
        row |= (uint64_t)n->tokens[i].apart << i % BLOCK;
    return row;
}

/* What tokens beside one another let begin. */
static void widen(struct note *n, size_t block, size_t blocks)
{
    const uint64_t *title = row_of(n, START_AFTER_TITLE), *firm = row_of(n, START_NEAR_FIRM);
    uint64_t plain = row_of(n, START_NAME_IF_SHOWN)[block], shown = after(row_of(n, START_ELIDED), block, 1);
    uint64_t *name = &row_of(n, START_NAME)[block], *etab = &row_of(n, START_ETAB)[block];
    for (unsigned by = 1; by <= TITLE_REACH; by++)
        shown |= after(title, block, by);
    if (n->profile == CASE_UPPER) {
        *name &= ~plain;
        shown |= apart(n, block);
    }
    *name |= plain & shown;
    for (unsigned by = 1; by <= FIRM_REACH; by++)
        *etab |= after(firm, block, by) | before(firm, block, blocks, by);
    const uint64_t *number = row_of(n, START_NUMBER);
    row_of(n, START_PHONE)[block] |=
        row_of(n, START_PLATE)[block] & (before(number, block, blocks, 1) | before(number, block, blocks, 2));
    row_of(n, START_CODE)[block] |= before(row_of(n, START_TIED), block, blocks, 1);
    row_of(n, START_NETWORK)[block] |= before(row_of(n, START_SITE_END), block, blocks, 2);
}

/* Each token begins everything. */
static void start_everywhere(struct note *n, size_t blocks)
{
    for (size_t i = 0; i < n->count; i++)
        n->tokens[i].starts = UINT32_MAX;
    for (unsigned s = 0; s < STARTS; s++)
        for (size_t block = 0; block < blocks; block++)
            row_of(n, s)[block] = block + 1 < blocks ? UINT64_MAX : ((uint64_t)1 << n->count % BLOCK) - 1;
}

void starts_add(struct note *n, enum start start, size_t i)
{
    row_of(n, start)[i / BLOCK] |= (uint64_t)1 << i % BLOCK;
}

bool starts_find(struct note *n)
{
    size_t blocks = n->count / BLOCK + 1;
    if (!reserve(n, blocks))
        return false;
    for (size_t block = 0; block < blocks; block++)
        find_block(n, block);
    for (size_t block = 0; block < blocks; block++)
        widen(n, block, blocks);
    if (n->everywhere)
        start_everywhere(n, blocks);
    return true;
}
