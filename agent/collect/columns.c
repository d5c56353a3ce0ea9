/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contact/mem.h"

/* Facts, as lines "table.column". */
#define KNOWN "columns"
#define NEW "columns_new"

struct columns {
    struct state *state;
    char *known; /* as remembered */
    struct buf more, fresh;
};

struct columns *columns_new(struct state *state)
{
    struct columns *c = mem_new(1, sizeof(*c));
    c->state = state;
    c->known = mem_new(COLUMNS_MAX, 1);
    c->more = BUF_INIT(COLUMNS_MAX - 1);
    c->fresh = BUF_INIT(COLUMNS_MAX - 1);
    state_get(state, KNOWN, c->known, COLUMNS_MAX);
    return c;
}

void columns_free(struct columns *c)
{
    if (!c)
        return;
    buf_free(&c->more);
    buf_free(&c->fresh);
    free(c->known);
    free(c);
}

/* Does a line begin so? */
static bool known(const char *lines, const char *head)
{
    size_t len = strlen(head);
    for (const char *line = lines; *line;
         line += line[strcspn(line, "\n")] ? strcspn(line, "\n") + 1 : strlen(line))
        if (strncmp(line, head, len) == 0)
            return true;
    return false;
}

void columns_add(struct columns *c, const char *table, const struct source_column *now, size_t count)
{
    char line[300];
    snprintf(line, sizeof(line), "%.128s.", table);
    struct buf *out = known(c->known, line) ? &c->fresh : &c->more;
    for (size_t i = 0; i < count; i++) {
        snprintf(line, sizeof(line), "%.128s.%.128s\n", table, now[i].name);
        if (!known(c->known, line))
            buf_puts(out, line);
    }
}

enum err_code columns_keep(struct columns *c, struct err *err)
{
    char *before = mem_new(COLUMNS_MAX, 1);
    state_get(c->state, NEW, before, COLUMNS_MAX);
    bool same = c->more.len == 0 && strcmp(before, buf_text(&c->fresh)) == 0;
    free(before);
    if (same || !buf_ok(&c->more) || !buf_ok(&c->fresh) || strlen(c->known) + c->more.len >= COLUMNS_MAX)
        return state_failure(c->state, err); /* more names than can be remembered: none is called new */
    BUF_CLEANUP struct buf all = BUF_INIT(COLUMNS_MAX);
    buf_puts(&all, c->known);
    buf_puts(&all, buf_text(&c->more));
    state_begin(c->state);
    state_put(c->state, KNOWN, buf_text(&all));
    state_put(c->state, NEW, c->fresh.len > 0 ? buf_text(&c->fresh) : NULL);
    return state_commit(c->state, err);
}

unsigned columns_since_approval(struct state *state, char *ret_names, size_t size)
{
    char *lines = mem_new(COLUMNS_MAX, 1);
    unsigned count = 0;
    size_t used = 0;
    if (ret_names)
        ret_names[0] = '\0';
    state_get(state, NEW, lines, COLUMNS_MAX);
    for (char *line = lines, *end; (end = strchr(line, '\n')); line = end + 1, count++) {
        *end = '\0';
        if (!ret_names || used + strlen(line) + 8 > size)
            continue;
        used += (size_t)snprintf(ret_names + used, size - used, "%s%s", count > 0 ? ", " : "", line);
    }
    free(lines);
    return count;
}

void columns_forget(struct state *state)
{
    state_put(state, KNOWN, NULL);
    state_put(state, NEW, NULL);
}
