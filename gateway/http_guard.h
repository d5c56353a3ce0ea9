/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP guard: refuses every request of which two readers could think differently (request smuggling, RFC
 * 9112 section 11.2), before anything looks at its meaning. A pure function: no memory, no files. */
#ifndef GATEWAY_HTTP_GUARD_H
#define GATEWAY_HTTP_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_GUARD_TARGET_MAX 255
#define HTTP_GUARD_HEADERS_MAX 64

struct http_guard_header {
    const char *name;
    const char *value;
};

struct http_guard_request {
    const char *method;
    const char *target; /* as received, before any decoding; NULL: too long to be kept */
    const char *version;
    const struct http_guard_header *headers;
    size_t header_count;
};

enum http_guard_verdict {
    HTTP_GUARD_PASS,
    HTTP_GUARD_METHOD,         /* not GET, PUT or POST */
    HTTP_GUARD_TARGET,         /* not canonical: /segments of A-Z a-z 0-9 . _ -, none empty, "." or ".." */
    HTTP_GUARD_VERSION,        /* not HTTP/1.1 */
    HTTP_GUARD_HOST,           /* none, empty, or several */
    HTTP_GUARD_LENGTH_MISSING, /* PUT or POST without Content-Length */
    HTTP_GUARD_LENGTH,         /* several, not a plain number, or on a GET */
    HTTP_GUARD_TRANSFER,       /* any Transfer-Encoding, or a Content-Encoding */
    HTTP_GUARD_TWICE,          /* a header whose meaning would depend on who reads it */
    HTTP_GUARD_HEADERS,        /* too many, or a control character in one */
};

/* *ret_length: of the body, 0 for a GET; set when the verdict is HTTP_GUARD_PASS. */
enum http_guard_verdict http_guard_check(const struct http_guard_request *request, uint64_t *ret_length);
/* The answer: HTTP status, the problem's code (docs/protocol.md) and one sentence. */
unsigned http_guard_status(enum http_guard_verdict verdict);
const char *http_guard_code(enum http_guard_verdict verdict);
const char *http_guard_detail(enum http_guard_verdict verdict);

#endif
