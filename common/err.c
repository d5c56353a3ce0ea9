/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <sysexits.h>

#include "contact/language.h"

enum err_code err_set(struct err *err, enum err_code code, const char *format, ...)
{
    if (err == NULL)
        return code;
    err->code = code;
    err->refusal = NULL;
    err->hint[0] = '\0';
    va_list args;
    va_start(args, format);
    vsnprintf(err->message, sizeof err->message, language_text(format), args);
    va_end(args);
    return code;
}

enum err_code err_refuse(struct err *err, const char *refusal)
{
    if (err == NULL)
        return ERR_REJECTED;
    *err = (struct err){.code = ERR_REJECTED, .refusal = refusal};
    snprintf(err->message, sizeof err->message, "%s", refusal);
    return ERR_REJECTED;
}

enum err_code err_hint(struct err *err, const char *format, ...)
{
    if (err == NULL)
        return ERR_INTERNAL;
    va_list args;
    va_start(args, format);
    vsnprintf(err->hint, sizeof err->hint, language_text(format), args);
    va_end(args);
    return err->code;
}

static const struct {
    const char *name;
    int exit_status;
} codes[] = {
    [OK] = {"ok", EX_OK},
    [ERR_RETRY] = {"retry", EX_TEMPFAIL},
    [ERR_REJECTED] = {"rejected", EX_DATAERR},
    [ERR_AUTH] = {"auth", EX_NOPERM},
    [ERR_CONFIG] = {"config", EX_CONFIG},
    [ERR_CORRUPT] = {"corrupt", EX_IOERR},
    [ERR_FULL] = {"full", EX_CANTCREAT},
    [ERR_INTERNAL] = {"internal", EX_SOFTWARE},
};

const char *err_name(enum err_code code)
{
    return codes[code].name;
}

int err_exit_status(enum err_code code)
{
    return codes[code].exit_status;
}
