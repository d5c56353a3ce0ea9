/* SPDX-License-Identifier: Apache-2.0 */
/* Puts of one batch, some thousand at a time: read, re-keyed, compared with what is held, written. */
#ifndef GATEWAY_LOADER_PUTS_H
#define GATEWAY_LOADER_PUTS_H

#include "gateway/loader/site_state.h"

#define PUTS_MAX 2048 /* at a time */

struct puts;
struct puts *puts_new(void); /* NULL without memory */
void puts_free(struct puts *puts);
/* Begins a batch of one stream; its texts are at most text_bytes. */
MUST_CHECK enum err_code puts_begin(struct puts *puts, struct site *site, const struct model_stream *stream,
                                    struct version version, size_t text_bytes, struct err *err);
/* Copies a line that was read; flushes when full. rejected: the record is known, its content is not taken: it
 * supersedes what is held of it, and counts for its day. */
MUST_CHECK enum err_code puts_add(struct puts *puts, const struct record_line *line, bool rejected,
                                  struct err *err);
MUST_CHECK enum err_code puts_flush(struct puts *puts, struct err *err);

#endif
