/* SPDX-License-Identifier: Apache-2.0 */
/* The log: standard error, one line an event, with the priority prefix of sd-daemon(3) when it is not a
 * terminal. Codes, counts and names from the mapping only; never a row's value. Library code does not
 * log: it returns an error, and the caller that decides logs it once. */
#ifndef CONTACT_LOG_H
#define CONTACT_LOG_H

#include "contact/err.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

void log_init(const char *program, enum log_level least); /* program is borrowed */
void log_error(const char *format, ...) PRINTF(1, 2);
void log_warning(const char *format, ...) PRINTF(1, 2);
void log_info(const char *format, ...) PRINTF(1, 2);
void log_debug(const char *format, ...) PRINTF(1, 2);
/* Logs an error with its hint, at error level (warning when its code is ERR_RETRY). */
void log_err(const char *what, const struct err *err);

#endif
