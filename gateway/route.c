/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/route.h"

#include <stdio.h>
#include <string.h>

#include "contact/protocol.h"

#define SITES "/v1/sites/"
#define SEQ_DIGITS_MAX 15 /* 30,000 years of one batch a millisecond; exact in JSON's numbers */

/* Copies the segment at *at and moves behind its slash; false when it has no room. */
static bool take_segment(const char **at, char *ret, size_t size)
{
    size_t len = strcspn(*at, "/");
    bool fits = len < size;
    snprintf(ret, size, "%.*s", fits ? (int)len : 0, *at);
    *at += len;
    if (**at == '/')
        (*at)++;
    return fits;
}

static bool parse_seq(const char *text, uint64_t *ret)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > SEQ_DIGITS_MAX || text[digits] != '\0' || text[0] == '0')
        return false;
    *ret = 0;
    for (; *text != '\0'; text++)
        *ret = *ret * 10 + (uint64_t)(*text - '0');
    return true;
}

static enum route_kind by_method(const char *method, const char *wanted, enum route_kind kind)
{
    return strcmp(method, wanted) == 0 ? kind : ROUTE_OTHER_METHOD;
}

static enum route_kind parse_batches(const char *method, const char *at, struct route *route)
{
    char seq[SEQ_DIGITS_MAX + 2];
    if (!take_segment(&at, route->series, sizeof route->series) || !series_valid(route->series))
        return ROUTE_BAD_NAME;
    if (*at == '\0')
        return by_method(method, "GET", ROUTE_WATERMARK);
    if (!take_segment(&at, seq, sizeof seq) || !parse_seq(seq, &route->seq))
        return ROUTE_BAD_NAME;
    return *at == '\0' ? by_method(method, "PUT", ROUTE_BATCH) : ROUTE_NONE;
}

static void parse_site(const char *method, const char *at, struct route *route)
{
    char noun[24];
    if (!take_segment(&at, route->site, sizeof route->site) || !site_valid(route->site))
        route->kind = ROUTE_BAD_NAME;
    else if (!take_segment(&at, noun, sizeof noun))
        route->kind = ROUTE_NONE;
    else if (strcmp(noun, "batches") == 0 && *at != '\0')
        route->kind = parse_batches(method, at, route);
    else if (strcmp(noun, "heartbeat") == 0 && *at == '\0')
        route->kind = by_method(method, "POST", ROUTE_HEARTBEAT);
    else if (strcmp(noun, "seal-certificate") == 0 && *at == '\0')
        route->kind = by_method(method, "PUT", ROUTE_SEAL);
}

struct route route_parse(const char *method, const char *target)
{
    struct route route = {.kind = ROUTE_NONE};
    if (strncmp(target, SITES, strlen(SITES)) == 0)
        parse_site(method, target + strlen(SITES), &route);
    else if (strcmp(target, PROTOCOL_PATH_CACERTS) == 0)
        route.kind = by_method(method, "GET", ROUTE_CACERTS);
    else if (strcmp(target, PROTOCOL_PATH_ENROLL) == 0)
        route.kind = by_method(method, "POST", ROUTE_ENROLL);
    else if (strcmp(target, PROTOCOL_PATH_REENROLL) == 0)
        route.kind = by_method(method, "POST", ROUTE_REENROLL);
    return route;
}
