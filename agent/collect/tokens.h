/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of tokens, and the records of the hot days, in memory. Tokens are HMACs, so their first bytes are the
 * hash; the tables are open addressed and grow by doubling. */
#ifndef AGENT_COLLECT_TOKENS_H
#define AGENT_COLLECT_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contact/crypto.h"

struct token_set {
    uint8_t (
        *slots)[TOKEN_SIZE]; /* all zero: free (a token of zeros is taken for absent; its odds are 2^-128) */
    size_t size;             /* a power of two, or 0 */
    size_t count;
};

void token_set_free(struct token_set *set);
void token_set_clear(struct token_set *set); /* memory kept, unless it grew large */
bool token_set_has(const struct token_set *set, const uint8_t id[static TOKEN_SIZE]);
/* False when it was there already. */
bool token_set_add(struct token_set *set, const uint8_t id[static TOKEN_SIZE]);

/* A record of the hot days as it was last sent. */
struct hot_record {
    uint8_t id[TOKEN_SIZE];
    uint8_t raw[SHORT_SIZE];
    int32_t day;  /* DAY_NONE: a free slot */
    bool visited; /* this sweep met its row, or its person's objection */
};

struct hot_map {
    struct hot_record *slots;
    size_t size, count;
};

void hot_map_free(struct hot_map *map);
void hot_map_reset(struct hot_map *map, size_t expected); /* empty, with room for that many */
void hot_map_add(struct hot_map *map,
                 const struct hot_record *record); /* ids are unique; the room must suffice */
struct hot_record *hot_map_find(const struct hot_map *map, const uint8_t id[static TOKEN_SIZE]);

#endif
