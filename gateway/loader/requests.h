/* SPDX-License-Identifier: Apache-2.0 */
/* Days asked for again: one open request a day at most. Days that follow each other share a number, which
 * makes the request's id. Numbers are random: a warehouse restored from a backup must not use one again,
 * since a site takes each only once. */
#ifndef GATEWAY_LOADER_REQUESTS_H
#define GATEWAY_LOADER_REQUESTS_H

#include "gateway/loader/site_state.h"

#define REQUEST_DAYS_MAX 31 /* days one request covers at most */

/* Asks for a day that differs as of a version. When an earlier version asked already and the site was told,
 * it is asked again by a new number: who lost the first takes the second. */
MUST_CHECK enum err_code request_day(struct site *site, unsigned stream, int32_t day, struct version as_of,
                                     struct err *err);
/* A snapshot with this floor arrived: any that began after the day was asked for answers the request,
 * whatever asked for it. *ret_was says whether one was open. */
MUST_CHECK enum err_code request_answered(struct site *site, unsigned stream, int32_t day,
                                          struct version floor, bool *ret_was, struct err *err);
/* The day agrees: it is no longer asked for. */
MUST_CHECK enum err_code request_close(struct site *site, unsigned stream, int32_t day, struct err *err);

#define REQUEST_NUMBER_BITS 48

struct request {
    uint64_t number;
    char stream[33];
    int32_t from, to;
};
/* The open requests, at most max. */
MUST_CHECK enum err_code request_list(struct site *site, struct request *ret, size_t max, size_t *ret_count,
                                      struct err *err);

#endif
