/* SPDX-License-Identifier: Apache-2.0 */
/* The two clocks, behind a seam so that tests live through weeks in seconds.
 *
 * Waits and time-outs use the monotonic clock alone; the wall clock only dates and schedules. */
#ifndef CONTACT_CLOCK_H
#define CONTACT_CLOCK_H

#include <stdint.h>

struct clock_source {
    int64_t (*wall_s)(void *context);       /* seconds since 1970-01-01 UTC */
    int64_t (*monotonic_ms)(void *context); /* milliseconds since some fixed moment */
    void *context;
};

int64_t clock_wall_s(void);
int64_t clock_monotonic_ms(void); /* CLOCK_BOOTTIME: goes on while the machine sleeps */
int64_t clock_cpu_us(void);       /* CPU time of this process, microseconds */
/* Replaces the source (tests); NULL restores the system's. source is borrowed. */
void clock_set_source(const struct clock_source *source);

#endif
