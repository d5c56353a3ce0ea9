/* SPDX-License-Identifier: Apache-2.0 */
/* How often a cleaned note still tells who somebody is: a random sample, judged by a person on site. */
#ifndef AGENT_AUDIT_H
#define AGENT_AUDIT_H

#include "agent/settings.h"
#include "contact/buf.h"
#include "contact/err.h"
#include "contact/problems.h"

struct audit_options {
    size_t notes; /* to draw */
    int days;     /* the last so many days are drawn from */
};

struct audit_sample {
    struct buf *notes; /* cleaned, in random order */
    size_t count;
    uint64_t seen; /* notes that they were drawn from */
};

/* Draws notes with equal chance among all free texts of those days that would leave, read and cleaned as
 * collect would. Nothing is written. */
MUST_CHECK enum err_code audit_draw(const struct settings *settings, const struct audit_options *options,
                                    struct audit_sample *ret, struct problems *problems, struct err *err);
void audit_free(struct audit_sample *sample); /* wipes */

/* The 95 % interval of a proportion: Wilson's; for none of n, the exact one (Clopper-Pearson), from 0 to
 * 1 - 0.025^(1/n). */
void audit_interval(size_t leaks, size_t notes, double *ret_low, double *ret_high);

#endif
