/* SPDX-License-Identifier: Apache-2.0 */
/* The sweeps of one stream (hot.c, compare.c), and what they send whole (snapshot.c). */
#ifndef AGENT_COLLECT_SWEEP_H
#define AGENT_COLLECT_SWEEP_H

#include "agent/collect/internal.h"

MUST_CHECK enum err_code hot_sweep(struct collect *c, struct stream *stream, struct err *err);
/* Compares count and digest of the days from..to, marks those that differ, and judges. */
MUST_CHECK enum err_code compare_sweep(struct collect *c, struct stream *stream, enum sweep sweep,
                                       int32_t from, int32_t to, struct err *err);
/* A part of a cold sweep, which may raise a stop and releases none. */
MUST_CHECK enum err_code compare_share(struct collect *c, struct stream *stream, int32_t from, int32_t to,
                                       struct err *err);
/* Judges the days that were asked for. */
MUST_CHECK enum err_code compare_asked(struct collect *c, struct stream *stream, struct err *err);
/* Sends every day that is to be sent. */
MUST_CHECK enum err_code snapshot_work(struct collect *c, struct stream *stream, struct err *err);
/* The first cold sweep: sends what was never sent, newest first, from where it left off. */
MUST_CHECK enum err_code snapshot_backfill(struct collect *c, struct stream *stream, struct err *err);

#endif
