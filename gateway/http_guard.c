/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/http_guard.h"

#include <string.h>
#include <strings.h>

#define LENGTH_DIGITS_MAX 18 /* fits 64 bits with room to spare */

/* Headers that this gateway acts upon: each may come once. */
static const char *const once[] = {"Authorization", "Client-Cert", "Content-Length",    "Content-Type",
                                   "Host",          "Repr-Digest", "X-SSL-Client-Cert", "Expect",
                                   "Connection",    NULL};

static bool method_known(const char *method)
{
    return strcmp(method, "GET") == 0 || strcmp(method, "PUT") == 0 || strcmp(method, "POST") == 0;
}

static bool target_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

static bool segment_plain(const char *segment, size_t len)
{
    return len > 0 && !(len == 1 && segment[0] == '.') &&
           !(len == 2 && segment[0] == '.' && segment[1] == '.');
}

static bool target_canonical(const char *target)
{
    if (target == NULL || target[0] != '/' || strlen(target) > HTTP_GUARD_TARGET_MAX)
        return false;
    const char *segment = target + 1;
    for (const char *at = segment;; at++) {
        if (*at == '/' || *at == '\0') {
            if (!segment_plain(segment, (size_t)(at - segment)))
                return false;
            segment = at + 1;
        } else if (!target_char(*at)) {
            return false;
        }
        if (*at == '\0')
            return true;
    }
}

static size_t header_count(const struct http_guard_request *request, const char *name, const char **ret_value)
{
    size_t count = 0;
    for (size_t i = 0; i < request->header_count; i++) {
        if (strcasecmp(request->headers[i].name, name) != 0)
            continue;
        *ret_value = request->headers[i].value;
        count++;
    }
    return count;
}

static bool has_control(const char *text)
{
    for (; *text != '\0'; text++)
        if (((unsigned char)*text < 0x20 && *text != '\t') || *text == 0x7f)
            return true;
    return false;
}

static enum http_guard_verdict check_headers(const struct http_guard_request *request)
{
    if (request->header_count > HTTP_GUARD_HEADERS_MAX)
        return HTTP_GUARD_HEADERS;
    for (size_t i = 0; i < request->header_count; i++) {
        const struct http_guard_header *header = &request->headers[i];
        if (header->name == NULL || header->name[0] == '\0' || header->value == NULL ||
            has_control(header->value) || has_control(header->name) || strpbrk(header->name, " \t:") != NULL)
            return HTTP_GUARD_HEADERS;
    }
    return HTTP_GUARD_PASS;
}

static bool length_parse(const char *text, uint64_t *ret)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > LENGTH_DIGITS_MAX || text[digits] != '\0')
        return false;
    uint64_t value = 0;
    for (; *text != '\0'; text++)
        value = value * 10 + (uint64_t)(*text - '0');
    *ret = value;
    return true;
}

static enum http_guard_verdict check_length(const struct http_guard_request *request, uint64_t *ret)
{
    const char *value = NULL;
    size_t count = header_count(request, "Content-Length", &value);
    bool has_body = strcmp(request->method, "GET") != 0;
    *ret = 0;
    if (count == 0)
        return has_body ? HTTP_GUARD_LENGTH_MISSING : HTTP_GUARD_PASS;
    if (count > 1 || !length_parse(value, ret) || (!has_body && *ret != 0))
        return HTTP_GUARD_LENGTH;
    return HTTP_GUARD_PASS;
}

static enum http_guard_verdict check_framing(const struct http_guard_request *request, uint64_t *ret_length)
{
    const char *value = "";
    if (header_count(request, "Transfer-Encoding", &value) > 0 ||
        header_count(request, "Content-Encoding", &value) > 0)
        return HTTP_GUARD_TRANSFER;
    if (header_count(request, "Host", &value) != 1 || value[0] == '\0')
        return HTTP_GUARD_HOST;
    enum http_guard_verdict verdict = check_length(request, ret_length);
    if (verdict != HTTP_GUARD_PASS)
        return verdict;
    for (size_t i = 0; once[i] != NULL; i++)
        if (header_count(request, once[i], &value) > 1)
            return HTTP_GUARD_TWICE;
    return HTTP_GUARD_PASS;
}

enum http_guard_verdict http_guard_check(const struct http_guard_request *request, uint64_t *ret_length)
{
    if (request->version == NULL || strcmp(request->version, "HTTP/1.1") != 0)
        return HTTP_GUARD_VERSION;
    if (request->method == NULL || !method_known(request->method))
        return HTTP_GUARD_METHOD;
    if (!target_canonical(request->target))
        return HTTP_GUARD_TARGET;
    enum http_guard_verdict verdict = check_headers(request);
    return verdict != HTTP_GUARD_PASS ? verdict : check_framing(request, ret_length);
}

struct guard_answer {
    unsigned status;
    const char *code, *detail;
};

static const struct guard_answer answers[] = {
    [HTTP_GUARD_PASS] = {200, "", ""},
    [HTTP_GUARD_METHOD] = {405, "bad-request", "This method is not served."},
    [HTTP_GUARD_TARGET] = {400, "bad-request", "The path is not in its one canonical form."},
    [HTTP_GUARD_VERSION] = {505, "bad-request", "HTTP/1.1 is served."},
    [HTTP_GUARD_HOST] = {400, "bad-request", "Exactly one Host is needed."},
    [HTTP_GUARD_LENGTH_MISSING] = {411, "length-required", "Content-Length is needed."},
    [HTTP_GUARD_LENGTH] = {400, "bad-request", "Content-Length must stand once, as a plain number."},
    [HTTP_GUARD_TRANSFER] = {400, "bad-request", "Transfer and content encodings are not served."},
    [HTTP_GUARD_TWICE] = {400, "bad-request", "A header stands twice."},
    [HTTP_GUARD_HEADERS] = {400, "bad-request", "The headers are not acceptable."},
};

unsigned http_guard_status(enum http_guard_verdict verdict)
{
    return answers[verdict].status;
}

const char *http_guard_code(enum http_guard_verdict verdict)
{
    return answers[verdict].code;
}

const char *http_guard_detail(enum http_guard_verdict verdict)
{
    return answers[verdict].detail;
}
