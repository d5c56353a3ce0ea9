/* SPDX-License-Identifier: Apache-2.0 */
/* The sender beside a real spool, with a link of the test's own in the place of curl. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/send/sender.h"
#include "contact/clock.h"

#define SERIES "00000000000000000000000004"

/* What was begun and not answered yet. */
struct link {
    struct {
        char method[8], path[128];
        link_done *done;
        void *context;
    } running[2];
    size_t count;
};

enum err_code link_new(const char *proxy, struct link **ret, struct err *err)
{
    (void)proxy, (void)err;
    *ret = calloc(1, sizeof(**ret));
    return OK;
}

void link_free(struct link *link)
{
    free(link);
}

enum err_code link_start(struct link *link, const struct request *request, const struct link_trust *trust,
                         link_done *done, void *context, struct err *err)
{
    (void)trust, (void)err;
    assert_true(link->count < 2);
    snprintf(link->running[link->count].method, sizeof(link->running[0].method), "%s", request->method);
    snprintf(link->running[link->count].path, sizeof(link->running[0].path), "%s", request->url);
    link->running[link->count].done = done;
    link->running[link->count++].context = context;
    return OK;
}

enum err_code link_wait(struct link *link, int fd, int64_t timeout_ms, struct err *err)
{
    (void)link, (void)fd, (void)timeout_ms, (void)err;
    return OK;
}

enum err_code link_call(const char *proxy, const struct request *request, const struct link_trust *trust,
                        struct reply *ret_reply, struct buf *answer, struct err *err)
{
    (void)proxy, (void)request, (void)trust, (void)ret_reply, (void)answer;
    return err_set(err, ERR_INTERNAL, "not here");
}

struct bench {
    char folder[64];
    struct settings settings;
    struct sender s;
    sqlite3 *other; /* whoever else has the spool open */
};

static void write_seal(const struct bench *b, const char *text)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/seal.pem", b->folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void other_does(const struct bench *b, const char *sql)
{
    assert_int_equal(sqlite3_exec(b->other, sql, NULL, NULL, NULL), SQLITE_OK);
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof(*b));
    struct err err;
    char path[128];
    snprintf(b->folder, sizeof(b->folder), "/tmp/sender.XXXXXX");
    assert_non_null(mkdtemp(b->folder));
    b->settings =
        (struct settings){.spool_folder = b->folder, .send_folder = b->folder, .heartbeat_ms = 60000};
    sender_init(&b->s, &b->settings, false);
    assert_int_equal(spool_create(b->folder, SERIES, &b->s.spool, &err), OK);
    assert_int_equal(spool_put(b->s.spool, 1, LANE_FRESH, false, "batch", 5, INT64_C(1) << 30, &err), OK);
    assert_int_equal(link_new("", &b->s.link, &err), OK);
    b->s.enrolled = true;
    b->s.identity.until_s = clock_wall_s() + 10000000;
    b->s.identity.from_s = clock_wall_s();
    snprintf(b->s.call_series, sizeof(b->s.call_series), SERIES);
    snprintf(path, sizeof(path), "%s/" SERIES "/spool.db", b->folder);
    assert_int_equal(sqlite3_open(path, &b->other), SQLITE_OK);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    char command[128];
    sqlite3_close(b->other);
    sender_fini(&b->s);
    snprintf(command, sizeof(command), "rm -rf %s", b->folder);
    int status = system(command);
    free(b);
    return status;
}

/* Answers what was begun first. */
static void answer(struct bench *b, long status, const char *code, const char *text)
{
    struct link *link = b->s.link;
    struct reply reply = {.status = status, .marked = true};
    BUF_CLEANUP struct buf body = BUF_INIT(4096);
    assert_true(link->count > 0);
    link_done *done = link->running[0].done;
    void *context = link->running[0].context;
    link->running[0] = link->running[--link->count];
    snprintf(reply.code, sizeof(reply.code), "%s", code);
    buf_puts(&body, text);
    done(context, &reply, &body);
}

static void assert_ahead(struct bench *b, const char *expected)
{
    BUF_CLEANUP struct buf value = BUF_INIT(64);
    struct err err;
    assert_int_equal(spool_fact_get(b->s.spool, "send.ahead", &value, &err), OK);
    assert_string_equal(buf_text(&value), expected);
}

static void watermark(struct bench *b, const char *text)
{
    BUF_CLEANUP struct buf body = BUF_INIT(4096);
    buf_puts(&body, text);
    watermark_apply(&b->s, &body);
}

static void heartbeat_answer(struct bench *b, const char *text)
{
    BUF_CLEANUP struct buf body = BUF_INIT(4096);
    buf_puts(&body, text);
    answer_apply(&b->s, &body);
}

/* Blocked without a word to collect, the queue would stand until somebody restarts it. */
static void a_centre_that_is_ahead_blocks_the_queue_once_collect_is_told(void **state)
{
    struct bench *b = *state;
    static const char ahead[] = "{\"series\":\"" SERIES "\",\"highest\":9,\"contiguous\":9,\"loaded\":9}";
    other_does(b, "BEGIN IMMEDIATE");
    watermark(b, ahead);
    assert_false(b->s.blocked);
    assert_false(b->s.watermark_known); /* so it is asked again */
    heartbeat_answer(b, ahead);
    assert_false(b->s.blocked);
    other_does(b, "COMMIT");
    watermark(b, ahead);
    assert_true(b->s.blocked);
    assert_ahead(b, "9");
}

static void a_series_that_was_superseded_blocks_the_queue_once_collect_is_told(void **state)
{
    struct bench *b = *state;
    static const char superseded[] = "{\"series\":\"" SERIES "\",\"superseded\":true}";
    other_does(b, "BEGIN IMMEDIATE");
    heartbeat_answer(b, superseded);
    assert_false(b->s.blocked);
    other_does(b, "COMMIT");
    heartbeat_answer(b, superseded);
    assert_true(b->s.blocked);
    assert_ahead(b, "9223372036854775807");
}

static void a_conflict_blocks_the_queue_once_it_is_in_the_spool(void **state)
{
    struct bench *b = *state;
    struct spool_depth depth = {0};
    struct err err;
    b->s.watermark_known = true;
    for (int round = 0; round < 2; round++) {
        if (round == 0)
            other_does(b, "BEGIN IMMEDIATE");
        backoff_succeeded(&b->s.queue.backoff);
        upload_start(&b->s, clock_monotonic_ms());
        answer(b, 409, "other-digest", "{}");
        assert_int_equal(b->s.blocked, round == 1);
        if (round == 0)
            other_does(b, "COMMIT");
    }
    assert_int_equal(spool_depth(b->s.spool, &depth, &err), OK);
    assert_int_equal(depth.parked, 1);
}

/* A heartbeat and what follows it; true when the seal certificate was offered. */
static bool offered(struct bench *b)
{
    struct link *link = b->s.link;
    b->s.heartbeat_ms = 0;
    control_start(&b->s, clock_monotonic_ms());
    assert_int_equal(link->count, 1);
    assert_string_equal(link->running[0].method, "POST");
    answer(b, 200, "", "{}");
    b->s.heartbeat_ms = INT64_MAX;
    b->s.watermark_known = true;
    control_start(&b->s, clock_monotonic_ms());
    if (link->count == 0)
        return false;
    assert_non_null(strstr(link->running[0].path, "seal"));
    return true;
}

static void a_seal_certificate_made_anew_is_offered_again(void **state)
{
    struct bench *b = *state;
    write_seal(b, "the first");
    assert_true(offered(b));
    answer(b, 204, "", "");
    assert_false(offered(b));
    write_seal(b, "the second");
    assert_true(offered(b));
    answer(b, 400, "bad-seal", "{}"); /* refused: not again a second later */
    assert_false(offered(b));
    write_seal(b, "the third");
    assert_true(offered(b));
    answer(b, 204, "", "");
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_centre_that_is_ahead_blocks_the_queue_once_collect_is_told),
        T(a_series_that_was_superseded_blocks_the_queue_once_collect_is_told),
        T(a_conflict_blocks_the_queue_once_it_is_in_the_spool),
        T(a_seal_certificate_made_anew_is_offered_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
