/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_PREVIEW_H
#define AGENT_PREVIEW_H

#include "agent/settings.h"
#include "contact/err.h"

struct preview_options {
    const char *stream; /* NULL: all */
    unsigned rows;      /* of each stream, the newest first */
    const char *id;     /* a patient's local id: their rows, all of them; NULL: the newest */
    bool reveal;        /* identifiers as they are, else masked */
    bool as_json;
};

/* Prints to standard output. Works before enrolment: pseudonyms are then of a key made for the occasion. */
MUST_CHECK enum err_code preview(const struct settings *settings, const struct preview_options *options,
                                 struct problems *problems, struct err *err);

#endif
