/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/clock.h"

#include <stddef.h>
#include <time.h>

static int64_t read_clock(clockid_t id, int64_t per_second)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * per_second + (int64_t)now.tv_nsec * per_second / 1000000000;
}

static const struct clock_source *replaced;

int64_t clock_wall_s(void)
{
    return replaced != NULL ? replaced->wall_s(replaced->context) : read_clock(CLOCK_REALTIME, 1);
}

int64_t clock_monotonic_ms(void)
{
    return replaced != NULL ? replaced->monotonic_ms(replaced->context) : read_clock(CLOCK_BOOTTIME, 1000);
}

int64_t clock_cpu_us(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID, 1000000);
}

void clock_set_source(const struct clock_source *source)
{
    replaced = source;
}
