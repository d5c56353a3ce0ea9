/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/send/commands.h"
#include "agent/send/sender.h"
#include "contact/clock.h"
#include "contact/json.h"

#define FACT_MAX 4096

/* All that is said: members of the JSON, lines for a person. */
struct standing {
    bool enrolled;
    struct identity identity;
    bool has_spool;
    char series[SERIES_TEXT];
    struct spool_depth depth;
    struct buf state, contact_s, proxy_seen;
};

static enum err_code read_spool(struct spool *spool, struct standing *s, struct err *err)
{
    const struct {
        const char *name;
        struct buf *value;
    } facts[] = {
        {"send.state", &s->state}, {"send.contact_s", &s->contact_s}, {"send.proxy_seen", &s->proxy_seen}};
    enum err_code code = spool_depth(spool, &s->depth, err);
    for (size_t i = 0; code == OK && i < sizeof(facts) / sizeof(facts[0]); i++)
        code = spool_fact_get(spool, facts[i].name, facts[i].value, err);
    snprintf(s->series, sizeof(s->series), "%s", spool_series(spool));
    return code;
}

static const char *or_zero(struct buf *value)
{
    return value->len > 0 ? buf_text(value) : "0";
}

static void print_json(struct standing *s)
{
    BUF_CLEANUP struct buf out = BUF_INIT(16384);
    struct json j = JSON(&out);
    json_begin_object(&j);
    json_kv_bool(&j, "enrolled", s->enrolled);
    json_kv_string(&j, "site", s->identity.site);
    json_kv_string(&j, "url", s->identity.url);
    json_kv_int(&j, "certificate_s", s->identity.until_s);
    json_kv_string(&j, "series", s->series);
    json_kv_string(&j, "state", buf_text(&s->state));
    json_kv_int(&j, "contact_s", strtoll(or_zero(&s->contact_s), NULL, 10));
    json_kv_int(&j, "queued", (int64_t)s->depth.queued);
    json_kv_int(&j, "stored", (int64_t)s->depth.stored);
    json_kv_int(&j, "parked", (int64_t)s->depth.parked);
    json_kv_int(&j, "bytes", (int64_t)s->depth.bytes);
    json_kv_int(&j, "oldest_unsent_s", s->depth.oldest_unsent_s);
    json_kv_bool(&j, "proxy_seen", strcmp(buf_text(&s->proxy_seen), "1") == 0);
    json_end_object(&j);
    puts(buf_text(&out));
}

static void print_moment(const char *name, int64_t moment_s)
{
    char text[32] = "never";
    time_t moment = (time_t)moment_s;
    struct tm tm;
    if (moment_s > 0 && gmtime_r(&moment, &tm))
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M UTC", &tm);
    printf("%-13s %s\n", name, text);
}

static void print_text(struct standing *s)
{
    if (!s->enrolled) {
        puts("not enrolled\nnext: contact-agent enroll BUNDLE");
        return;
    }
    printf("%-13s %s\n%-13s %s\n", "site", s->identity.site, "centre", s->identity.url);
    print_moment("certificate", s->identity.until_s);
    printf("%-13s %s\n", "state", s->state.len > 0 ? buf_text(&s->state) : "not running yet");
    print_moment("last contact", strtoll(or_zero(&s->contact_s), NULL, 10));
    printf("%-13s %llu to send, %llu stored at the centre, %llu set aside, %llu bytes in all\n", "queue",
           (unsigned long long)s->depth.queued, (unsigned long long)s->depth.stored,
           (unsigned long long)s->depth.parked, (unsigned long long)s->depth.bytes);
    if (strcmp(buf_text(&s->proxy_seen), "1") == 0)
        puts("a proxy answers in the centre's place: allow this machine to reach the centre, or set "
             "send.proxy");
}

enum err_code command_status(const struct settings *settings, bool json, struct err *err)
{
    struct standing s = {
        .state = BUF_INIT(FACT_MAX), .contact_s = BUF_INIT(FACT_MAX), .proxy_seen = BUF_INIT(FACT_MAX)};
    struct spool *spool = NULL;
    enum err_code code = identity_load(settings->send_folder, &s.identity, err);
    s.enrolled = code == OK;
    if (code == OK || code == ERR_RETRY)
        code = spool_open(settings->spool_folder, &spool, err);
    if (code == OK)
        code = read_spool(spool, &s, err);
    else if (code == ERR_RETRY) /* no spool yet: nothing is wrong */
        code = OK;
    spool_close(spool);
    if (code == OK && json)
        print_json(&s);
    else if (code == OK)
        print_text(&s);
    buf_free(&s.state);
    buf_free(&s.contact_s);
    buf_free(&s.proxy_seen);
    return code;
}
