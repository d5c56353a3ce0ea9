/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contact/bundle.h"

static const char certificate[] = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
static const char public_key[] = "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n";

static struct bundle *read_text(const char *text, struct problems *problems)
{
    char path[] = "/tmp/bundle.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (int)strlen(text));
    close(fd);
    struct bundle *b = bundle_read(path, problems);
    unlink(path);
    return b;
}

static struct buf sample(const char *site, const char *url)
{
    struct bundle b = {.url = (char *)(uintptr_t)url,
                       .code = (char *)(uintptr_t) "7f3k-9q2m-x4zt",
                       .ca = (char *)(uintptr_t)certificate,
                       .warehouse_root = (char *)(uintptr_t)certificate,
                       .recipients = (char *)(uintptr_t)certificate,
                       .receipt = (char *)(uintptr_t)public_key};
    snprintf(b.site, sizeof(b.site), "%s", site);
    struct buf out = BUF_INIT(65536);
    bundle_write(&b, &out);
    assert_true(buf_ok(&out));
    return out;
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    BUF_CLEANUP struct buf text = sample("no", "https://eds.example:8443");
    PROBLEMS_CLEANUP struct problems problems = {0};
    struct bundle *b = read_text(buf_text(&text), &problems);
    assert_non_null(b);
    assert_string_equal(b->site, "no");
    assert_string_equal(b->url, "https://eds.example:8443");
    assert_string_equal(b->code, "7f3k-9q2m-x4zt");
    assert_string_equal(b->ca, certificate);
    assert_string_equal(b->receipt, public_key);
    bundle_free(b);
}

static void a_url_that_is_not_the_gateways_is_refused(void **state)
{
    (void)state;
    const char *const urls[] = {"http://eds.example", "https://user:word@eds.example",
                                "https://eds.example/path", "https://"};
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        BUF_CLEANUP struct buf text = sample("lyon", urls[i]);
        PROBLEMS_CLEANUP struct problems problems = {0};
        assert_null(read_text(buf_text(&text), &problems));
        assert_int_equal(problems.errors, 1);
    }
}

static void every_lack_is_reported_and_never_a_value(void **state)
{
    (void)state;
    PROBLEMS_CLEANUP struct problems problems = {0};
    assert_null(read_text("site: Lyon Rhone\ncode: s3cr3t!\n", &problems));
    assert_int_equal(problems.errors, 7);
    for (size_t i = 0; i < problems.count; i++)
        assert_null(strstr(problems.items[i].message, "s3cr3t"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(a_url_that_is_not_the_gateways_is_refused),
        cmocka_unit_test(every_lack_is_reported_and_never_a_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
