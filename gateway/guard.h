/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP guard: refuses every request of which two readers could think differently (request smuggling, RFC
 * 9112 section 11.2), before anything looks at its meaning. A pure function: no memory, no files. */
#ifndef GATEWAY_GUARD_H
#define GATEWAY_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GUARD_TARGET_MAX 255
#define GUARD_HEADERS_MAX 64

struct guard_header {
    const char *name;
    const char *value;
};

struct guard_request {
    const char *method;
    const char *target; /* as received, before any decoding; NULL: too long to be kept */
    const char *version;
    const struct guard_header *headers;
    size_t header_count;
};

enum guard_verdict {
    GUARD_PASS,
    GUARD_METHOD,         /* not GET, PUT or POST */
    GUARD_TARGET,         /* not canonical: /segments of A-Z a-z 0-9 . _ -, none empty, "." or ".." */
    GUARD_VERSION,        /* not HTTP/1.1 */
    GUARD_HOST,           /* none, empty, or several */
    GUARD_LENGTH_MISSING, /* PUT or POST without Content-Length */
    GUARD_LENGTH,         /* several, not a plain number, or on a GET */
    GUARD_TRANSFER,       /* any Transfer-Encoding, or a Content-Encoding */
    GUARD_TWICE,          /* a header whose meaning would depend on who reads it */
    GUARD_HEADERS,        /* too many, or a control character in one */
};

/* *ret_length: of the body, 0 for a GET; set when the verdict is GUARD_PASS. */
enum guard_verdict guard_check(const struct guard_request *request, uint64_t *ret_length);
/* The answer: HTTP status, the problem's code (docs/protocol.md) and one sentence. */
unsigned guard_status(enum guard_verdict verdict);
const char *guard_code(enum guard_verdict verdict);
const char *guard_detail(enum guard_verdict verdict);

#endif
