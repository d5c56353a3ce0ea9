/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gateway/route.h"

#define SERIES "0123456789abcdefghjkmnpqr0"

static void paths_of_the_protocol_are_understood(void **state)
{
    (void)state;
    struct route route = route_parse("PUT", "/v1/sites/lyon/batches/" SERIES "/12");
    assert_int_equal(route.kind, ROUTE_BATCH);
    assert_string_equal(route.site, "lyon");
    assert_string_equal(route.series, SERIES);
    assert_int_equal(route.seq, 12);
    assert_int_equal(route_parse("GET", "/v1/sites/lyon/batches/" SERIES).kind, ROUTE_WATERMARK);
    assert_int_equal(route_parse("POST", "/v1/sites/lyon/heartbeat").kind, ROUTE_HEARTBEAT);
    assert_int_equal(route_parse("PUT", "/v1/sites/lyon/seal-certificate").kind, ROUTE_SEAL);
    assert_int_equal(route_parse("GET", "/.well-known/est/cacerts").kind, ROUTE_CACERTS);
    assert_int_equal(route_parse("POST", "/.well-known/est/simpleenroll").kind, ROUTE_ENROLL);
    assert_int_equal(route_parse("POST", "/.well-known/est/simplereenroll").kind, ROUTE_REENROLL);
}

static void another_method_is_told_from_another_path(void **state)
{
    (void)state;
    assert_int_equal(route_parse("GET", "/v1/sites/lyon/heartbeat").kind, ROUTE_OTHER_METHOD);
    assert_int_equal(route_parse("POST", "/v1/sites/lyon/batches/" SERIES "/12").kind, ROUTE_OTHER_METHOD);
    assert_int_equal(route_parse("PUT", "/v1/sites/lyon/batches/" SERIES).kind, ROUTE_OTHER_METHOD);
    assert_int_equal(route_parse("POST", "/.well-known/est/cacerts").kind, ROUTE_OTHER_METHOD);
    const char *const nowhere[] = {"/v1",
                                   "/v1/sites/lyon",
                                   "/v1/sites/lyon/batches",
                                   "/v1/sites/lyon/heartbeat/x",
                                   "/fleet",
                                   "/metrics",
                                   "/v1/sites/lyon/batches/" SERIES "/12/x",
                                   "/v1/sites/lyon/abcdefghijklmnopqrstuvwxyz",
                                   "/.well-known/est/cacerts/x"};
    for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++)
        assert_int_equal(route_parse("GET", nowhere[i]).kind, ROUTE_NONE);
}

static void impossible_names_are_refused(void **state)
{
    (void)state;
    const char *const bad[] = {"/v1/sites/Lyon/heartbeat",
                               "/v1/sites/-lyon/heartbeat",
                               "/v1/sites/a23456789012345678901234567890123/heartbeat",
                               "/v1/sites/lyon/batches/short",
                               "/v1/sites/lyon/batches/" SERIES "/0",
                               "/v1/sites/lyon/batches/" SERIES "/01",
                               "/v1/sites/lyon/batches/" SERIES "/1234567890123456",
                               "/v1/sites/lyon/batches/" SERIES "/x",
                               "/v1/sites/lyon/batches/" SERIES "0"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(route_parse("PUT", bad[i]).kind, ROUTE_BAD_NAME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_of_the_protocol_are_understood),
        cmocka_unit_test(another_method_is_told_from_another_path),
        cmocka_unit_test(impossible_names_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
