/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/objector_days.h"

#include <stdlib.h>
#include <string.h>

#include "agent/collect/internal.h"
#include "agent/collect/spelling.h"
#include "agent/collect/window.h"
#include "contact/mem.h"

#define ASKED_AT_ONCE 64 /* entries whose days are marked at once */

/* Days that are to be sent whole. They are found first and marked then: the state is not held while the
 * source is read, which may take long. */
struct asked {
    struct asked_day {
        const struct stream *stream;
        int32_t day;
    } * days;
    size_t count;
};

/* A day that the centre may hold something of, or (no longer in force) is to. */
static void ask_day(struct collect *c, const struct stream *stream, const struct cell *cell,
                    const struct objection *of, struct asked *asked)
{
    struct day_entry entry;
    bool readable;
    int32_t day = row_day(c->zone, cell, &readable);
    if (day == DAY_NONE || day < window_from(c) || day > window_to(c))
        return;
    if (objection_in_force(of) && !day_get(c->state, stream->name, day, &entry))
        return;
    asked->days = mem_grow(asked->days, asked->count, sizeof(*asked->days));
    asked->days[asked->count++] = (struct asked_day){stream, day};
}

struct asking {
    struct collect *c;
    const struct stream *stream;
    const struct objection *of;
    struct asked *asked;
};

static void ask_row(void *context, const char *found, const struct cell *cells, size_t count)
{
    struct asking *a = context;
    (void)found;
    (void)count;
    ask_day(a->c, a->stream, &cells[1], a->of, a->asked);
}

/* Days of the person's rows: the centre has forgotten what they held of it, or is to forget it, or gets it
 * back. */
static enum err_code ask_days(struct collect *c, struct stream *stream, const struct objection *of,
                              struct asked *asked, struct err *err)
{
    const char *sql = of->scope == SCOPE_PRACTITIONER ? stream->select->practitioner : stream->select->person;
    struct asking asking = {c, stream, of, asked};
    const struct spelling spelling = {
        .mapping = c->mapping, .source = c->source, .sql = sql, .each = ask_row, .context = &asking};
    if (!sql || stream->stopped[0] || !of->id[0])
        return OK;
    return spelling_rows(&spelling, of->id, err);
}

static enum err_code keep_asked(struct collect *c, const struct asked *asked, struct err *err)
{
    state_begin(c->state);
    for (size_t i = 0; i < asked->count; i++)
        day_ask(c->state, asked->days[i].stream->name, asked->days[i].day, NULL);
    return state_commit(c->state, err);
}

/* Not by realloc, which would leave ids behind. */
static void list_grow(struct objection_list *list)
{
    size_t room = list->room == 0 ? 16 : 2 * list->room;
    struct objection *items = mem_new(room, sizeof(*items));
    if (list->items)
        memcpy(items, list->items, list->count * sizeof(*items));
    objector_list_free(list);
    list->items = items;
    list->room = room;
}

static void list_add(void *context, const struct objection *objection)
{
    struct objection_list *list = context;
    if (!list->wanted(objection) || !objection->id[0])
        return;
    if (list->count == list->room)
        list_grow(list);
    list->items[list->count++] = *objection;
}

enum err_code objector_list(struct collect *c, struct objection_list *list, struct err *err)
{
    return objections_each(c->objections, true, list_add, list, err);
}

void objector_list_free(struct objection_list *list)
{
    if (list->items)
        wipe(list->items, list->count * sizeof(*list->items));
    free(list->items);
}

static bool days_due(const struct objection *objection)
{
    return objection->days_due != 0;
}

/* Finds the days of some entries in all streams. One that cannot be read now holds up no other: *ret_all is
 * false then. */
static void find_days(struct collect *c, const struct objection *items, size_t count, struct asked *asked,
                      bool *ret_all)
{
    *ret_all = true;
    for (unsigned s = 0; s < c->stream_count; s++) {
        enum err_code code = OK;
        for (size_t i = 0; code == OK && i < count; i++)
            code = ask_days(c, &c->streams[s], &items[i], asked, NULL);
        *ret_all = *ret_all && code == OK;
    }
}

/* The days of some entries are asked for at once. Only when all were found is it forgotten that they are due.
 */
static enum err_code ask_some(struct collect *c, const struct objection *items, size_t count, struct err *err)
{
    bool all;
    struct asked asked = {0};
    find_days(c, items, count, &asked, &all);
    enum err_code code = keep_asked(c, &asked, err);
    free(asked.days);
    if (code != OK || !all)
        return code; /* looked for again by the next round */
    code = objections_begin(c->objections, err);
    if (code != OK)
        return code;
    for (size_t i = 0; code == OK && i < count; i++)
        code = objections_asked(c->objections, &items[i], err);
    return objections_end(c->objections, code, err);
}

enum err_code objector_ask_due(struct collect *c, struct err *err)
{
    struct objection_list list = {.wanted = days_due};
    enum err_code code = objector_list(c, &list, err);
    for (size_t at = 0; code == OK && at < list.count; at += ASKED_AT_ONCE) {
        size_t left = list.count - at;
        code = ask_some(c, list.items + at, left < ASKED_AT_ONCE ? left : ASKED_AT_ONCE, err);
    }
    objector_list_free(&list);
    return code;
}
