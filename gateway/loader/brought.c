/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/brought.h"

#include <stdlib.h>
#include <string.h>

void brought_free(struct brought *brought)
{
    free(brought->days);
    day_index_free(&brought->index);
    *brought = (struct brought){0};
}

static bool add_day(struct brought *brought, int32_t day)
{
    if (brought->count == brought->room) {
        size_t room = brought->room == 0 ? 64 : 2 * brought->room;
        void *days = reallocarray(brought->days, room, sizeof *brought->days);
        if (days == NULL)
            return false;
        brought->days = days;
        brought->room = room;
    }
    brought->days[brought->count].day = day;
    brought->days[brought->count].tally = (struct tally){0};
    return day_index_add(&brought->index, 0, day, brought->count++);
}

enum err_code brought_add(struct brought *brought, int32_t day, const uint8_t fp[static SHORT_SIZE],
                          struct err *err)
{
    size_t at = brought->count;
    if (!day_index_find(&brought->index, 0, day, &at) && !add_day(brought, day))
        return err_set(err, ERR_INTERNAL, "no memory for days");
    tally_add(&brought->days[at].tally, fp);
    return OK;
}

enum err_code brought_write(struct brought *brought, struct site *site, struct version batch,
                            const char *stream, struct err *err)
{
    enum err_code code = OK;
    for (size_t i = 0; code == OK && i < brought->count; i++) {
        const struct tally *tally = &brought->days[i].tally;
        const struct sql_value parameters[] = {SQL_STR(site->name),
                                               SQL_STR(stream),
                                               SQL_INT(brought->days[i].day),
                                               SQL_INT(batch.series),
                                               SQL_INT(batch.seq),
                                               SQL_INT(tally->count),
                                               SQL_BLOB(tally->sum, sizeof tally->sum)};
        code = sql_run(site->store->sql,
                       "INSERT INTO ops.brought (site, stream, day, series, seq, count, digest) "
                       "VALUES ($1, $2, $3, $4, $5, $6, $7)",
                       parameters, 7, NULL, NULL, err);
    }
    brought_free(brought);
    return code;
}

static void take_tally(void *context, const struct sql_value *columns)
{
    struct tally tally = {.count = (uint64_t)columns[0].integer};
    if (columns[1].len != sizeof tally.sum)
        return;
    memcpy(tally.sum, columns[1].data, sizeof tally.sum);
    tally_join(context, &tally);
}

enum err_code brought_sum(struct site *site, uint64_t series, const char *stream, int32_t day, uint64_t first,
                          uint64_t last, struct tally *ret, struct err *err)
{
    const struct sql_value parameters[] = {SQL_STR(site->name), SQL_STR(stream), SQL_INT(day),
                                           SQL_INT(series),     SQL_INT(first),  SQL_INT(last)};
    *ret = (struct tally){0};
    return sql_run(site->store->sql,
                   "SELECT count, digest FROM ops.brought WHERE site = $1 AND stream = $2 AND day = $3 "
                   "AND series = $4 AND seq >= $5 AND seq <= $6",
                   parameters, 6, take_tally, ret, err);
}
