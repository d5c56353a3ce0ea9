/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/log.h"

#include "contact/shown.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static const char *program_name = "contact";
static enum log_level least_level = LOG_LEVEL_INFO;
static bool with_priority;

void log_init(const char *program, enum log_level least)
{
    program_name = program;
    least_level = least;
    with_priority = !isatty(STDERR_FILENO);
}

static void PRINTF(2, 0) write_line(enum log_level level, const char *format, va_list args)
{
    static const int priorities[] = {3, 4, 6, 7}; /* syslog(3): err, warning, info, debug */
    if (level > least_level)
        return;
    char line[1024];
    int at = 0;
    if (with_priority)
        at = snprintf(line, sizeof line, "<%d>", priorities[level]);
    at += snprintf(line + at, sizeof line - (size_t)at, "%s: ", program_name);
    vsnprintf(line + at, sizeof line - (size_t)at, format, args);
    shown_text(line + at);
    fprintf(stderr, "%s\n", line);
}

#define DEFINE_LOG(name, level)                                                                              \
    void name(const char *format, ...)                                                                       \
    {                                                                                                        \
        va_list args;                                                                                        \
        va_start(args, format);                                                                              \
        write_line(level, format, args);                                                                     \
        va_end(args);                                                                                        \
    }

DEFINE_LOG(log_error, LOG_LEVEL_ERROR)
DEFINE_LOG(log_warning, LOG_LEVEL_WARNING)
DEFINE_LOG(log_info, LOG_LEVEL_INFO)
DEFINE_LOG(log_debug, LOG_LEVEL_DEBUG)

void log_err(const char *what, const struct err *err)
{
    const char *separator = err->hint[0] == '\0' ? "" : ". HINT: ";
    if (err->code == ERR_RETRY)
        log_warning("%s: %s%s%s", what, err->message, separator, err->hint);
    else
        log_error("%s: %s%s%s", what, err->message, separator, err->hint);
}
