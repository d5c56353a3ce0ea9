/* SPDX-License-Identifier: Apache-2.0 */
/* The suppression list beside the warehouse: <loader>/suppressed/<site>, a line of 64 hex characters a
 * person. A warehouse restored from a backup has forgotten the erasures since; this file has not. */
#ifndef GATEWAY_LOADER_SUPPRESSION_FILE_H
#define GATEWAY_LOADER_SUPPRESSION_FILE_H

#include "contact/buf.h"

/* Calls back for each person of the file; none when there is no file. A line cut by a crash is passed over:
 * its erasure was not committed either. */
MUST_CHECK enum err_code suppression_file_read(const char *loader_folder, const char *site,
                                               bool (*each)(void *context, const uint8_t person[static 32]),
                                               void *context, struct err *err);
/* Appends count persons of 32 bytes each, and fsyncs. */
MUST_CHECK enum err_code suppression_file_add(const char *loader_folder, const char *site,
                                              const uint8_t *persons, size_t count, struct err *err);

#endif
