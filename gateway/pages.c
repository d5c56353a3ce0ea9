/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/pages.h"

#include <string.h>

#include "contact/log.h"
#include "gateway/fleet.h"
#include "gateway/fleet_page.h"

struct page {
    const char *path, *content_type;
    bool in_languages;
    void (*write)(const struct fleet *fleet, enum page_language language, struct buf *out);
};

static void write_json(const struct fleet *fleet, enum page_language language, struct buf *out)
{
    (void)language;
    fleet_json(fleet, out);
}

static void write_metrics(const struct fleet *fleet, enum page_language language, struct buf *out)
{
    (void)language;
    fleet_metrics(fleet, out);
}

static void write_still(const struct fleet *fleet, enum page_language language, struct buf *out)
{
    fleet_page(fleet, language, false, out);
}

static void write_live(const struct fleet *fleet, enum page_language language, struct buf *out)
{
    fleet_page(fleet, language, true, out);
}

static const struct page pages[] = {
    {"/fleet", "text/html; charset=utf-8", true, write_still},
    {"/fleet/live", "text/html; charset=utf-8", true, write_live},
    {"/fleet.json", "application/json", false, write_json},
    {"/metrics", "text/plain; version=0.0.4; charset=utf-8", false, write_metrics},
    {NULL, NULL, false, NULL},
};

static const struct page *find(const char *path)
{
    for (const struct page *page = pages; page->path != NULL; page++)
        if (strcmp(page->path, path) == 0)
            return page;
    return NULL;
}

static void write_page(struct exchange *exchange, const struct page *page)
{
    struct gateway *gateway = exchange->gateway;
    struct fleet *fleet = NULL;
    struct err err = {0};
    if (fleet_read(gateway->settings, gateway->registry, gateway->feedback, &fleet, &err) != OK) {
        exchange_fail(exchange, "fleet", &err);
        return;
    }
    enum page_language language = page_language(exchange_header(exchange, "Accept-Language"));
    answer_status(&exchange->answer, 200);
    exchange->answer.content_type = page->content_type;
    if (page->in_languages)
        exchange->answer.language = language == LANGUAGE_EN ? "en" : "fr";
    page->write(fleet, language, &exchange->answer.body);
    fleet_free(fleet);
}

void pages_answer(struct exchange *exchange, const struct http_guard_request *request)
{
    enum http_guard_verdict verdict = http_guard_check(request, &exchange->length);
    const struct page *page = verdict == HTTP_GUARD_PASS ? find(request->target) : NULL;
    if (verdict != HTTP_GUARD_PASS)
        exchange_refuse(exchange, http_guard_status(verdict), http_guard_code(verdict),
                        http_guard_detail(verdict));
    else if (page == NULL)
        exchange_refuse(exchange, 404, "not-found", "There is nothing at this path.");
    else if (strcmp(request->method, "GET") != 0)
        exchange_refuse(exchange, 405, "bad-request", "This path is served by GET.");
    else
        write_page(exchange, page);
}
