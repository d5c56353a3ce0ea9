/* SPDX-License-Identifier: Apache-2.0 */
/* A person is erased, and the erasure receipted (docs/protocol.md). */
#ifndef GATEWAY_LOADER_ERASE_H
#define GATEWAY_LOADER_ERASE_H

#include "gateway/loader/site_state.h"

/* Removes the person of an erase line from every table, suppresses them for good, and signs a receipt. */
MUST_CHECK enum err_code erase_person(struct site *site, struct version at, const struct record_line *line,
                                      struct err *err);

/* Removes every record of whoever is suppressed, of a warehouse that was restored from before their erasure.
 * In a transaction. */
MUST_CHECK enum err_code erase_forgotten(struct site *site, struct err *err);

#endif
