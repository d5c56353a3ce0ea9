/* SPDX-License-Identifier: Apache-2.0 */
/* Every stream, one after the other. A stream that fails does not stop the others; the first failure is
 * returned. */
#ifndef AGENT_COLLECT_JOBS_H
#define AGENT_COLLECT_JOBS_H

#include "agent/collect/internal.h"

/* How long the source is left alone after hot sweeps or looks that took so long, for the share of the time
 * that they may take; ten minutes at most. In milliseconds, as the next. */
int64_t job_rest(const struct collect *c, int64_t took_ms);
/* Until the next hot sweep: doubling while the source is away, and stretched when it has become slow. */
int64_t job_hot_interval(const struct collect *c);
/* A look saw a change: the next hot sweep as soon as the source has been left alone enough. */
void job_hasten_hot(struct collect *c);
/* The cheap look between two hot sweeps: a count and the newest change. It hastens, and never decides. False
 * when the source did not answer. */
bool job_look(struct collect *c);
MUST_CHECK enum err_code job_hot(struct collect *c, struct err *err);
MUST_CHECK enum err_code job_asked(struct collect *c, struct err *err);
MUST_CHECK enum err_code job_warm(struct collect *c, struct err *err);
MUST_CHECK enum err_code job_cold(struct collect *c, struct err *err); /* all of it, now */
void job_forget_cold(struct collect *c); /* in a transaction: it begins anew, for all streams */
MUST_CHECK enum err_code job_share(struct collect *c, struct err *err); /* this night's part of it */
MUST_CHECK enum err_code job_backfill(struct collect *c, struct err *err);
bool job_backfill_due(struct collect *c);
bool job_work_waiting(struct collect *c); /* days to be sent whole */

#endif
