/* SPDX-License-Identifier: Apache-2.0 */
/* Which column names a row, and which names another table's row: by the database's keys, else by names. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "agent/discover/schema.h"

#define STEM_MIN 3

static bool is_unique(const struct column *column)
{
    return column->usable && column->shape.filled > 0 && column->shape.filled == column->shape.rows &&
           column->shape.distinct == column->shape.filled && !column_is_date(column) &&
           column->shape.longest <= 64;
}

struct column *table_key(const struct table *table)
{
    struct column *key = NULL;
    unsigned keys = 0;
    for (size_t i = 0; i < table->count; i++) {
        keys += table->columns[i].is->key > 0;
        if (table->columns[i].is->key == 1 && table->columns[i].usable)
            key = &table->columns[i];
    }
    if (keys > 0)
        return keys == 1 ? key : NULL;
    for (size_t i = 0; i < table->count; i++)
        if (name_has(&table->columns[i].name, "id") && table->columns[i].identifier == NULL &&
            is_unique(&table->columns[i]))
            return &table->columns[i];
    return table->count > 0 && table->columns[0].identifier == NULL && is_unique(&table->columns[0])
               ? &table->columns[0]
               : NULL;
}

/* What a column must be about to name a row of such a table. */
static const char *const about[TABLE_ROLES] = {[TABLE_PERSON] = "person",
                                               [TABLE_CALL] = "call",
                                               [TABLE_VISIT] = "visit",
                                               [TABLE_DOCTOR] = "doctor",
                                               [TABLE_DIAGNOSIS] = "diagnosis",
                                               [TABLE_ACT] = "act",
                                               [TABLE_PRESCRIPTION] = "prescription",
                                               [TABLE_MERGES] = "merge",
                                               [TABLE_NOTHING] = "person"};

/* The last word of a table's name without its plural stands in the column's: patients, patient_id. */
static bool has_stem(const struct column *column, const char *table)
{
    char stem[128];
    size_t len = strlen(table), start = len;
    while (start > 0 && table[start - 1] != '_')
        start--;
    len -= start;
    if (len > 0 && tolower((unsigned char)table[start + len - 1]) == 's')
        len--;
    if (len < STEM_MIN || len >= sizeof stem)
        return false;
    memcpy(stem, table + start, len);
    stem[len] = '\0';
    return strcasestr(column->is->name, stem) != NULL;
}

static bool same_kind(const struct column *a, const struct column *b)
{
    return a->shape.filled == 0 || b->shape.filled == 0 || column_is_number(a) == column_is_number(b);
}

static bool may_link(const struct table *child, const struct column *column, const struct column *to)
{
    const struct column *own = table_key(child);
    bool says_more = to->name.count > (unsigned)name_has(&to->name, "id") || to->name.unknown > 0;
    bool same_name = strcasecmp(column->is->name, to->is->name) == 0 && says_more;
    return column->usable && column->identifier == NULL && !column_is_date(column) &&
           (column != own || same_name) && same_kind(column, to);
}

/* How well a column seems to name a row of parent; 0: not at all. */
static int likeness(const struct table *child, const struct table *parent, const struct column *column,
                    const struct column *to)
{
    if (!may_link(child, column, to))
        return 0;
    bool says_more = to->name.count > (unsigned)name_has(&to->name, "id") || to->name.unknown > 0;
    if (says_more && strcasecmp(column->is->name, to->is->name) == 0)
        return 5;
    bool is_id = name_has(&column->name, "id");
    if (is_id && has_stem(column, parent->is->name))
        return 4;
    if (is_id && name_has(&column->name, about[parent->role]))
        return 3;
    return has_stem(column, parent->is->name) && !column_is_coded(column) ? 2 : 0;
}

struct column *table_link(const struct table *child, const struct table *parent, struct column **ret_to)
{
    struct column *key = table_key(parent), *best = NULL;
    int most = 0;
    for (size_t i = 0; i < child->count; i++) {
        const struct catalogue_column *is = child->columns[i].is;
        if (strcmp(is->to_table, parent->is->name) != 0 || !child->columns[i].usable)
            continue;
        for (size_t k = 0; k < parent->count; k++)
            if (strcmp(parent->columns[k].is->name, is->to_column) == 0 && parent->columns[k].usable) {
                *ret_to = &parent->columns[k];
                return &child->columns[i];
            }
    }
    for (size_t i = 0; key != NULL && i < child->count; i++) {
        int how =
            child->columns[i].is->to_table[0] != '\0' ? 0 : likeness(child, parent, &child->columns[i], key);
        if (how > most) {
            most = how;
            best = &child->columns[i];
        }
    }
    *ret_to = key;
    return best;
}
