/* SPDX-License-Identifier: Apache-2.0 */
/* One time zone, by the C library's database. Asking it costs a microsecond or more and a backfill asks for
 * millions of moments, so the offsets of each day are kept: nearly all days have a single one. */
#include "contact/civil.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DAY_S 86400
#define KNOWN_DAYS 512 /* a power of two */

/* The offset in force at the start and end of a UTC-numbered local day. */
struct known_day {
    int32_t day;
    bool known, single;
    int32_t offset_s;
};

struct zone {
    char *before; /* the process's TZ, to put back */
    struct known_day days[KNOWN_DAYS];
};

static bool name_is_known(const char *name)
{
    char path[512];
    if (name[0] == '\0' || name[0] == '/' || strstr(name, "..") != NULL)
        return false;
    if (strcmp(name, "UTC") == 0)
        return true;
    int len = snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    return len > 0 && (size_t)len < sizeof path && access(path, R_OK) == 0;
}

enum err_code zone_open(const char *name, struct zone **ret, struct err *err)
{
    if (!name_is_known(name)) {
        err_set(err, ERR_CONFIG, "unknown time zone \"%s\"", name);
        return err_hint(
            err, "use a name like Europe/Paris or Indian/Reunion; the package tzdata must be installed");
    }
    struct zone *zone = calloc(1, sizeof *zone);
    if (zone == NULL)
        return err_set(err, ERR_INTERNAL, "no memory");
    const char *before = getenv("TZ");
    if (before != NULL)
        zone->before = strdup(before);
    setenv("TZ", name, 1);
    tzset();
    *ret = zone;
    return OK;
}

void zone_free(struct zone *zone)
{
    if (zone == NULL)
        return;
    if (zone->before != NULL)
        setenv("TZ", zone->before, 1);
    else
        unsetenv("TZ");
    tzset();
    free(zone->before);
    free(zone);
}

static int32_t offset_at(int64_t utc_s)
{
    time_t moment = (time_t)utc_s;
    struct tm tm;
    localtime_r(&moment, &tm);
    return (int32_t)tm.tm_gmtoff;
}

/* Local days differ from UTC days by at most 15 hours: a day whose neighbourhood has one offset has one. */
static const struct known_day *look_at_day(struct zone *zone, int32_t day)
{
    struct known_day *known = &zone->days[(uint32_t)day % KNOWN_DAYS];
    if (!known->known || known->day != day) {
        int64_t start = (int64_t)day * DAY_S;
        int32_t first = offset_at(start - DAY_S);
        known->known = true;
        known->day = day;
        known->offset_s = first;
        known->single = offset_at(start) == first && offset_at(start + DAY_S) == first &&
                        offset_at(start + 2 * DAY_S) == first;
    }
    return known;
}

static int64_t seconds_of(const struct civil *c)
{
    return (int64_t)day_from_civil(c->year, c->month, c->day) * DAY_S + c->hour * 3600 + c->minute * 60 +
           c->second;
}

/* Around a change of clocks: a local time t is the moment t - o for each offset o that is in force then. */
static int moments_near_change(int64_t local_s, int64_t ret_utc_s[static 2])
{
    int32_t before = offset_at(local_s - DAY_S), after = offset_at(local_s + DAY_S);
    int count = 0;
    if (offset_at(local_s - before) == before)
        ret_utc_s[count++] = local_s - before;
    if (after != before && offset_at(local_s - after) == after)
        ret_utc_s[count++] = local_s - after;
    if (count == 0) /* skipped: as if the clock had not yet moved */
        ret_utc_s[count++] = local_s - before;
    if (count == 2 && ret_utc_s[0] > ret_utc_s[1]) {
        int64_t swap = ret_utc_s[0];
        ret_utc_s[0] = ret_utc_s[1];
        ret_utc_s[1] = swap;
    }
    return count;
}

int zone_moments(struct zone *zone, const struct civil *civil, int64_t ret_utc_s[static 2])
{
    int64_t local_s = seconds_of(civil);
    if (civil->has_offset) {
        ret_utc_s[0] = local_s - civil->offset_s;
        return 1;
    }
    const struct known_day *known = look_at_day(zone, day_from_civil(civil->year, civil->month, civil->day));
    if (!known->single)
        return moments_near_change(local_s, ret_utc_s);
    ret_utc_s[0] = local_s - known->offset_s;
    return 1;
}

void zone_civil(struct zone *zone, int64_t utc_s, struct civil *ret)
{
    int64_t utc_day = utc_s >= 0 ? utc_s / DAY_S : (utc_s - DAY_S + 1) / DAY_S;
    const struct known_day *known = look_at_day(zone, (int32_t)utc_day);
    int32_t offset = known->single ? known->offset_s : offset_at(utc_s);
    int64_t local_s = utc_s + offset;
    int64_t day = local_s >= 0 ? local_s / DAY_S : (local_s - DAY_S + 1) / DAY_S;
    int rest = (int)(local_s - day * DAY_S);
    *ret = (struct civil){.hour = rest / 3600,
                          .minute = rest / 60 % 60,
                          .second = rest % 60,
                          .has_time = true,
                          .has_offset = true,
                          .offset_s = offset};
    day_to_civil((int32_t)day, &ret->year, &ret->month, &ret->day);
}

int32_t zone_day(struct zone *zone, const struct civil *civil)
{
    if (!civil->has_offset)
        return day_from_civil(civil->year, civil->month, civil->day);
    struct civil local;
    zone_civil(zone, seconds_of(civil) - civil->offset_s, &local);
    return day_from_civil(local.year, local.month, local.day);
}
