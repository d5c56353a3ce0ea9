/* SPDX-License-Identifier: Apache-2.0 */
/* Days asked for again: one open request a day at most. Days that follow each other share a number, which makes the
 * request's id: r-000012. */
#ifndef GATEWAY_LOADER_REQUESTS_H
#define GATEWAY_LOADER_REQUESTS_H

#include "gateway/loader/site_state.h"

#define REQUEST_DAYS_MAX 31 /* days one request covers at most */

/* Asks for a day, unless it is asked for already. */
MUST_CHECK enum err_code request_day(struct site *site, unsigned stream, int32_t day, struct err *err);
/* The day came back (id: the request an `end` carried), or agrees (id NULL): it is no longer asked for. *ret_was says
 * whether it was. */
MUST_CHECK enum err_code request_close(struct site *site, unsigned stream, int32_t day, const char *id, bool *ret_was,
                                       struct err *err);
/* Whether the day is asked for. */
MUST_CHECK enum err_code request_open(struct site *site, unsigned stream, int32_t day, bool *ret, struct err *err);

struct request {
    uint64_t number;
    char stream[33];
    int32_t from, to;
};
/* The open requests, oldest first, at most max. */
MUST_CHECK enum err_code request_list(struct site *site, struct request *ret, size_t max, size_t *ret_count,
                                      struct err *err);

#endif
