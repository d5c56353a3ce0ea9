/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/merges.h"

#include <stdlib.h>
#include <string.h>

#include "agent/mapping/local_id.h"
#include "agent/select/select.h"
#include "contact/buf.h"
#include "contact/mem.h"

#define NAMES_MAX ((size_t)64 << 20) /* bytes of ids: millions of merges */

/* Ids stand in names, each with its NUL; entries point there by offset. */
struct entry {
    uint32_t child, parent; /* offset + 1; child 0: a free slot */
    bool ambiguous;         /* two different parents */
};

struct merges {
    char *const *nobody; /* the mapping's: ids that are no person's, and no one's other id; NULL: none */
    struct buf names;
    struct entry *slots;
    size_t size, count;
    uint64_t ambiguous; /* sum of the hashes of children that are */
};

static const char *text_of(const struct merges *m, uint32_t offset)
{
    return (const char *)m->names.data + offset - 1;
}

static uint64_t hash(const char *id, size_t len)
{
    uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */
    for (size_t i = 0; i < len; i++)
        h = (h ^ (uint8_t)id[i]) * UINT64_C(1099511628211);
    return h ^ (h >> 32);
}

static struct entry *slot_of(const struct merges *m, const char *id, size_t len)
{
    size_t at = (size_t)hash(id, len) & (m->size - 1);
    while (m->slots[at].child) {
        const char *child = text_of(m, m->slots[at].child);
        if (strncmp(child, id, len) == 0 && child[len] == '\0')
            break;
        at = (at + 1) & (m->size - 1);
    }
    return &m->slots[at];
}

static void grow(struct merges *m)
{
    struct entry *old = m->slots;
    size_t old_size = m->size;
    m->size = old_size ? old_size * 2 : 256;
    m->slots = mem_new(m->size, sizeof(*m->slots));
    for (size_t i = 0; i < old_size; i++)
        if (old[i].child) {
            const char *child = text_of(m, old[i].child);
            *slot_of(m, child, strlen(child)) = old[i];
        }
    free(old);
}

/* Appends a canonical id; its offset + 1, or 0 when the cell holds none. */
static uint32_t keep(struct merges *m, const struct cell *cell)
{
    size_t start = m->names.len;
    if (!canonical_id(cell, &m->names)) {
        m->names.len = start;
        return 0;
    }
    buf_putc(&m->names, '\0');
    return (uint32_t)start + 1;
}

static bool is_nobody(const struct merges *m, uint32_t offset)
{
    for (size_t i = 0; m->nobody && m->nobody[i]; i++)
        if (strcmp(m->nobody[i], text_of(m, offset)) == 0)
            return true;
    return false;
}

static void add(struct merges *m, const struct cell *child_cell, const struct cell *parent_cell)
{
    size_t start = m->names.len;
    uint32_t child = keep(m, child_cell), parent = child ? keep(m, parent_cell) : 0;
    if (!child || !parent || !buf_ok(&m->names) || strcmp(text_of(m, child), text_of(m, parent)) == 0 ||
        is_nobody(m, child) || is_nobody(m, parent)) {
        m->names.len = start;
        return;
    }
    if (m->count * 4 >= m->size * 3)
        grow(m);
    struct entry *slot = slot_of(m, text_of(m, child), strlen(text_of(m, child)));
    if (!slot->child) {
        *slot = (struct entry){.child = child, .parent = parent};
        m->count++;
        return;
    }
    if (!slot->ambiguous && strcmp(text_of(m, slot->parent), text_of(m, parent)) != 0) {
        slot->ambiguous = true;
        m->ambiguous += hash(text_of(m, child), strlen(text_of(m, child)));
    }
    m->names.len = start;
}

/* Reads them; with spellings, as the table of persons has each id. */
static enum err_code read_rows(struct merges *m, struct source *source, const char *sql, bool spellings,
                               struct err *err)
{
    struct source_rows *rows = NULL;
    const struct cell *cells = NULL;
    size_t count = 0;
    enum err_code code = source_query(source, sql, NULL, 0, &rows, err);
    if (code != OK)
        return code;
    while ((code = source_next(rows, &cells, &count, err)) == OK && cells) {
        bool child = spellings && cells[2].type != CELL_NULL,
             parent = spellings && cells[3].type != CELL_NULL;
        add(m, &cells[child ? 2 : 0], &cells[parent ? 3 : 1]);
    }
    return source_end(rows, code, err);
}

static bool has_spellings(const struct merges *m)
{
    for (size_t i = 0; i < m->size; i++) {
        const struct entry *entry = &m->slots[i];
        if (!entry->child)
            continue;
        const char *child = text_of(m, entry->child), *parent = text_of(m, entry->parent);
        if (id_has_spellings(child, strlen(child)) || id_has_spellings(parent, strlen(parent)))
            return true;
    }
    return false;
}

static struct merges *merges_new(const struct mapping *mapping)
{
    struct merges *m = mem_new(1, sizeof(*m));
    m->names = BUF_INIT(NAMES_MAX);
    m->nobody = mapping ? mapping->nobody : NULL;
    return m;
}

enum err_code merges_load(const struct mapping *mapping, struct source *source, struct merges **ret,
                          struct err *err)
{
    struct merges *m = merges_new(mapping);
    char *sql = mapping ? select_merges(mapping, source_dialect(source)) : NULL;
    char *spelled = sql ? select_merges_spelled(mapping, source_dialect(source)) : NULL;
    enum err_code code = sql ? read_rows(m, source, sql, false, err) : OK;
    if (code == OK && spelled && has_spellings(m)) {
        merges_free(m);
        m = merges_new(mapping);
        code = read_rows(m, source, spelled, true, err);
    }
    free(sql);
    free(spelled);
    if (code == OK && !buf_ok(&m->names) && m->count > 0)
        code = err_set(err, ERR_INTERNAL, "too many merges of patients to hold in memory");
    if (code != OK) {
        merges_free(m);
        return code;
    }
    *ret = m;
    return OK;
}

void merges_free(struct merges *m)
{
    if (!m)
        return;
    buf_free(&m->names);
    free(m->slots);
    free(m);
}

/* Whoever was met on the way to a root points there from now on: a chain is walked once, however long. */
static void shorten(const struct merges *m, const char *id, size_t len, const char *root)
{
    uint32_t offset = (uint32_t)(root - (const char *)m->names.data) + 1;
    for (struct entry *entry = slot_of(m, id, len); entry->child && entry->parent != offset;) {
        const char *next = text_of(m, entry->parent);
        entry->parent = offset;
        entry = slot_of(m, next, strlen(next));
    }
}

static const char *find_root(const struct merges *m, const char *id, size_t len)
{
    if (m->count == 0)
        return NULL;
    const struct entry *entry = slot_of(m, id, len);
    if (!entry->child)
        return NULL;
    const char *parent = NULL;
    for (size_t steps = 0; entry->child; steps++) {
        if (steps > m->count || entry->ambiguous)
            return "";
        parent = text_of(m, entry->parent);
        entry = slot_of(m, parent, strlen(parent));
    }
    if (parent)
        shorten(m, id, len, parent);
    return parent;
}

const char *merges_find(void *context, const char *id, size_t len)
{
    return find_root(context, id, len);
}

void merges_children(const struct merges *m, void (*each)(void *context, const char *id), void *context)
{
    for (size_t i = 0; i < m->size; i++)
        if (m->slots[i].child)
            each(context, text_of(m, m->slots[i].child));
}

void merges_each(const struct merges *m, const char *root, void (*each)(void *context, const char *id),
                 void *context)
{
    for (size_t i = 0; i < m->size; i++) {
        if (!m->slots[i].child)
            continue;
        const char *child = text_of(m, m->slots[i].child);
        const char *found = find_root(m, child, strlen(child));
        if (found && strcmp(found, root) == 0)
            each(context, child);
    }
}

bool merges_equal(const struct merges *a, const struct merges *b)
{
    return a && b && a->count == b->count && a->ambiguous == b->ambiguous && a->names.len == b->names.len &&
           (a->names.len == 0 || memcmp(a->names.data, b->names.data, a->names.len) == 0);
}
