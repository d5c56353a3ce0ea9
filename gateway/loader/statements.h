/* SPDX-License-Identifier: Apache-2.0 */
/* What a site says of its days, compared with what the warehouse holds (DESIGN 6.7).
 *
 * Equality counts at once. Inequality is judged only when every seq up to the statement's is loaded or
 * refused, and no later one touched the day; then the day is asked for. After two repairs that did not help
 * it is `incomplete`: shown, and no longer asked for. */
#ifndef GATEWAY_LOADER_STATEMENTS_H
#define GATEWAY_LOADER_STATEMENTS_H

#include "gateway/loader/site_state.h"

enum statement_state {
    STATEMENT_WAITS, /* for lower seqs */
    STATEMENT_EQUAL,
    STATEMENT_DIFFERS,    /* the day is asked for */
    STATEMENT_OVERTAKEN,  /* a later seq touched the day: the next statement will tell */
    STATEMENT_INCOMPLETE, /* two repairs failed */
    STATEMENT_REPAIRED,   /* the day came back and waits to be judged */
};

#define REPAIRS_MAX 2

/* Takes what a statement or an end says of a day as of a version, and judges it. repaired: by an end that
 * answers a request. */
MUST_CHECK enum err_code statement_take(struct site *site, unsigned stream, int32_t day,
                                        struct version version, const struct tally *tally, bool repaired,
                                        struct err *err);
/* An end said this of a day and could not be applied: the day is asked for (again), unless this was the last
 * repair that it gets. repaired: the end answered a request. */
MUST_CHECK enum err_code statement_spoilt(struct site *site, unsigned stream, int32_t day,
                                          struct version version, const struct tally *tally, bool repaired,
                                          struct err *err);
/* Judges those of a series that waited for seqs now done. */
MUST_CHECK enum err_code statements_settle(struct site *site, const struct series *series, struct err *err);
/* Takes up days that were given up: calls back for each, and forgets the repairs that failed. */
MUST_CHECK enum err_code statements_take_up(struct site *site, unsigned stream, sql_row_fn *row,
                                            void *context, struct err *err);
/* The last day up to which every stated stream agrees; DAY_NONE when none does. */
MUST_CHECK enum err_code statements_proved(struct site *site, int32_t *ret, struct err *err);

#endif
