/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP guard and the routes behind it, on a request head as text: whatever passes must have one reading.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gateway/http_guard.h"
#include "gateway/route.h"

#define HEADERS (HTTP_GUARD_HEADERS_MAX + 8)

static size_t count_of(const struct http_guard_request *request, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < request->header_count; i++)
        count += strcasecmp(request->headers[i].name, name) == 0;
    return count;
}

static void insist(bool holds)
{
    if (!holds)
        abort();
}

static void judge(const struct http_guard_request *request)
{
    uint64_t length = 0;
    if (http_guard_check(request, &length) != HTTP_GUARD_PASS)
        return;
    insist(count_of(request, "Host") == 1);
    insist(count_of(request, "Transfer-Encoding") == 0);
    insist(count_of(request, "Content-Length") <= 1);
    insist(strcmp(request->method, "GET") != 0 || length == 0);
    insist(strcmp(request->method, "GET") == 0 || count_of(request, "Content-Length") == 1);
    insist(request->target[0] == '/' && strlen(request->target) <= HTTP_GUARD_TARGET_MAX);
    insist(strstr(request->target, "//") == NULL && strstr(request->target, "/../") == NULL);
    insist(strpbrk(request->target, "%?#\\ ") == NULL);
    struct route route = route_parse(request->method, request->target);
    insist(route.kind != ROUTE_BATCH ||
           (site_valid(route.site) && series_valid(route.series) && route.seq > 0));
    insist(route.kind != ROUTE_WATERMARK || (site_valid(route.site) && series_valid(route.series)));
    insist(route.kind != ROUTE_HEARTBEAT || site_valid(route.site));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (text == NULL)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    struct http_guard_header headers[HEADERS];
    struct http_guard_request request = {.headers = headers};
    char *rest = text, *line = strsep(&rest, "\n");
    request.method = strsep(&line, " ");
    request.target = strsep(&line, " ");
    request.version = line;
    while (rest != NULL && request.header_count < HEADERS) {
        char *value = strsep(&rest, "\n");
        char *name = strsep(&value, ":");
        headers[request.header_count++] =
            (struct http_guard_header){name, value != NULL ? value + strspn(value, " ") : ""};
    }
    judge(&request);
    free(text);
    return 0;
}
