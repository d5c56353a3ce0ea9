/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "gateway/http_guard.h"

#define PATH "/v1/sites/lyon/heartbeat"

static enum http_guard_verdict check(const char *method, const char *target,
                                     const struct http_guard_header *headers)
{
    size_t count = 0;
    while (headers[count].name != NULL)
        count++;
    struct http_guard_request request = {method, target, "HTTP/1.1", headers, count};
    uint64_t length;
    return http_guard_check(&request, &length);
}

#define HEADERS(...) ((const struct http_guard_header[]){__VA_ARGS__, {NULL, NULL}})
#define HOST                                                                                                 \
    {                                                                                                        \
        "Host", "localhost"                                                                                  \
    }
#define LENGTH                                                                                               \
    {                                                                                                        \
        "Content-Length", "12"                                                                               \
    }

static void ordinary_requests_pass(void **state)
{
    (void)state;
    assert_int_equal(check("GET", PATH, HEADERS(HOST)), HTTP_GUARD_PASS);
    assert_int_equal(check("GET", PATH, HEADERS(HOST, {"Content-Length", "0"})), HTTP_GUARD_PASS);
    assert_int_equal(check("PUT", PATH, HEADERS(HOST, LENGTH, {"Accept", "a"}, {"Accept", "b"})),
                     HTTP_GUARD_PASS);
    assert_int_equal(
        check("POST", "/.well-known/est/simpleenroll", HEADERS({"hOsT", "x"}, {"content-length", "1"})),
        HTTP_GUARD_PASS);
}

static void length_is_read(void **state)
{
    (void)state;
    struct http_guard_header headers[] = {HOST, {"Content-Length", "123456789012345678"}};
    struct http_guard_request request = {"PUT", PATH, "HTTP/1.1", headers, 2};
    uint64_t length = 0;
    assert_int_equal(http_guard_check(&request, &length), HTTP_GUARD_PASS);
    assert_true(length == UINT64_C(123456789012345678));
}

static void framing_that_two_readers_may_read_differently_is_refused(void **state)
{
    (void)state;
    assert_int_equal(check("PUT", PATH, HEADERS(HOST, LENGTH, LENGTH)), HTTP_GUARD_LENGTH);
    assert_int_equal(check("PUT", PATH, HEADERS(HOST, LENGTH, {"CONTENT-LENGTH", "13"})), HTTP_GUARD_LENGTH);
    assert_int_equal(check("PUT", PATH, HEADERS(HOST)), HTTP_GUARD_LENGTH_MISSING);
    assert_int_equal(check("GET", PATH, HEADERS(HOST, LENGTH)), HTTP_GUARD_LENGTH);
    assert_int_equal(check("PUT", PATH, HEADERS(HOST, LENGTH, {"Transfer-Encoding", "chunked"})),
                     HTTP_GUARD_TRANSFER);
    assert_int_equal(check("PUT", PATH, HEADERS(HOST, LENGTH, {"Transfer-Encoding", "identity"})),
                     HTTP_GUARD_TRANSFER);
    assert_int_equal(check("GET", PATH, HEADERS(HOST, {"transfer-encoding", ""})), HTTP_GUARD_TRANSFER);
    assert_int_equal(check("PUT", PATH, HEADERS(HOST, LENGTH, {"Content-Encoding", "gzip"})),
                     HTTP_GUARD_TRANSFER);
    assert_int_equal(check("GET", PATH, HEADERS(LENGTH)), HTTP_GUARD_HOST);
    assert_int_equal(check("GET", PATH, HEADERS(HOST, HOST)), HTTP_GUARD_HOST);
    assert_int_equal(check("GET", PATH, HEADERS({"Host", ""})), HTTP_GUARD_HOST);
}

static void odd_lengths_are_refused(void **state)
{
    (void)state;
    const char *const odd[] = {"",    "+1", "-1", " 1", "1 ", "0x10", "1,1", "1.0", "9999999999999999999",
                               "1\t", "١"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        assert_int_equal(check("PUT", PATH, HEADERS(HOST, {"Content-Length", odd[i]})), HTTP_GUARD_LENGTH);
}

static void one_path_has_one_spelling(void **state)
{
    (void)state;
    const char *const odd[] = {
        "",       "/",    "//",   "/a//b", "/a/",   "/a/.", "/a/../b",      "/./a",       "a/b", "*",
        "/a?b=c", "/a#b", "/%61", "/a b",  "/a\\b", "/a;b", "/caf\xc3\xa9", "http://x/a", NULL};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        assert_int_equal(check("GET", odd[i], HEADERS(HOST)), HTTP_GUARD_TARGET);
    assert_int_equal(check("GET", "/a/..b/...", HEADERS(HOST)), HTTP_GUARD_PASS);
    char longest[HTTP_GUARD_TARGET_MAX + 2];
    memset(longest, 'a', sizeof longest);
    longest[0] = '/';
    longest[HTTP_GUARD_TARGET_MAX + 1] = '\0';
    assert_int_equal(check("GET", longest, HEADERS(HOST)), HTTP_GUARD_TARGET);
    longest[HTTP_GUARD_TARGET_MAX] = '\0';
    assert_int_equal(check("GET", longest, HEADERS(HOST)), HTTP_GUARD_PASS);
}

static void other_methods_and_versions_are_refused(void **state)
{
    (void)state;
    const char *const odd[] = {"HEAD", "DELETE", "TRACE", "CONNECT", "OPTIONS", "get", "", "PRI"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        assert_int_equal(check(odd[i], PATH, HEADERS(HOST)), HTTP_GUARD_METHOD);
    const struct http_guard_header headers[] = {HOST};
    uint64_t length;
    struct http_guard_request request = {"GET", PATH, "HTTP/1.0", headers, 1};
    assert_int_equal(http_guard_check(&request, &length), HTTP_GUARD_VERSION);
    request.version = NULL;
    assert_int_equal(http_guard_check(&request, &length), HTTP_GUARD_VERSION);
}

static void headers_that_matter_stand_once(void **state)
{
    (void)state;
    const char *const names[] = {"Authorization", "Client-Cert", "Content-Type", "Repr-Digest",
                                 "X-SSL-Client-Cert"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(check("PUT", PATH, HEADERS(HOST, LENGTH, {names[i], "a"}, {names[i], "a"})),
                         HTTP_GUARD_TWICE);
}

static void control_characters_and_floods_are_refused(void **state)
{
    (void)state;
    assert_int_equal(check("GET", PATH, HEADERS(HOST, {"X", "a\rb"})), HTTP_GUARD_HEADERS);
    assert_int_equal(check("GET", PATH, HEADERS(HOST, {"X", "a\nb"})), HTTP_GUARD_HEADERS);
    assert_int_equal(check("GET", PATH, HEADERS(HOST, {"X\x01", "a"})), HTTP_GUARD_HEADERS);
    assert_int_equal(check("GET", PATH, HEADERS(HOST, {"Content-Length ", "1"})), HTTP_GUARD_HEADERS);
    assert_int_equal(check("GET", PATH, HEADERS(HOST, {"", "1"})), HTTP_GUARD_HEADERS);
    struct http_guard_header many[HTTP_GUARD_HEADERS_MAX + 2] = {HOST};
    for (size_t i = 1; i <= HTTP_GUARD_HEADERS_MAX; i++)
        many[i] = (struct http_guard_header){"X", "y"};
    assert_int_equal(check("GET", PATH, many), HTTP_GUARD_HEADERS);
}

static void every_refusal_has_an_answer(void **state)
{
    (void)state;
    for (int verdict = HTTP_GUARD_METHOD; verdict <= HTTP_GUARD_HEADERS; verdict++) {
        assert_true(http_guard_status((enum http_guard_verdict)verdict) >= 400);
        assert_string_not_equal(http_guard_code((enum http_guard_verdict)verdict), "");
        assert_string_not_equal(http_guard_detail((enum http_guard_verdict)verdict), "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ordinary_requests_pass),
        cmocka_unit_test(length_is_read),
        cmocka_unit_test(framing_that_two_readers_may_read_differently_is_refused),
        cmocka_unit_test(odd_lengths_are_refused),
        cmocka_unit_test(one_path_has_one_spelling),
        cmocka_unit_test(other_methods_and_versions_are_refused),
        cmocka_unit_test(headers_that_matter_stand_once),
        cmocka_unit_test(control_characters_and_floods_are_refused),
        cmocka_unit_test(every_refusal_has_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
