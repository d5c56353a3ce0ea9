/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "gateway/heartbeat_read.h"

static json_t *read_text(const char *text)
{
    json_t *heartbeat = NULL;
    struct err err = {0};
    if (heartbeat_read(text, strlen(text), &heartbeat, &err) != OK) {
        assert_int_equal(err.code, ERR_REJECTED);
        return NULL;
    }
    return heartbeat;
}

static void the_agreed_members_are_kept_and_no_others(void **state)
{
    (void)state;
    json_t *heartbeat =
        read_text("{\"seq\":12,\"version\":\"0.1.0~rc1+g12ab\",\"approved\":true,\"sweep_age_call\":\"<1m\","
                  "\"withheld_unknown_code\":3,\"row_age_visit\":\">7d\",\"unforeseen\":\"Jean Dupont\"}");
    assert_non_null(heartbeat);
    assert_int_equal(json_object_size(heartbeat), 6);
    assert_null(json_object_get(heartbeat, "unforeseen"));
    assert_int_equal(json_integer_value(json_object_get(heartbeat, "withheld_unknown_code")), 3);
    json_decref(heartbeat);
    heartbeat = read_text("{}");
    assert_non_null(heartbeat);
    json_decref(heartbeat);
}

static void anything_but_flat_codes_and_counts_is_refused(void **state)
{
    (void)state;
    const char *const bad[] = {
        "",
        "[]",
        "1",
        "null",
        "{",
        "{} x",
        "{\"seq\":1,\"seq\":1}",
        "{\"seq\":\"1\"}",
        "{\"seq\":1.0}",
        "{\"seq\":null}",
        "{\"x\":null}",
        "{\"x\":{}}",
        "{\"x\":[]}",
        "{\"x\":0.5}",
        "{\"X\":1}",
        "{\"\":1}",
        "{\"approved\":\"true\"}",
        "{\"stopped\":\"visit: no such column q.nom\"}",
        "{\"stopped\":\"visit:d\\u00e9c\\u00e8s\"}",
        "{\"stopped\":\"a\\u0000b\"}",
        "{\"stopped\":\"a;b\"}",
        "{\"collect_error\":\"'\"}",
        "{\"this_name_is_longer_than_forty_eight_characters_long\":1}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_null(read_text(bad[i]));
}

static void a_long_one_is_refused(void **state)
{
    (void)state;
    char text[5000];
    memset(text, ' ', sizeof text);
    memcpy(text, "{}", 2);
    json_t *heartbeat = NULL;
    struct err err = {0};
    assert_int_equal(heartbeat_read(text, 4097, &heartbeat, &err), ERR_REJECTED);
    assert_int_equal(heartbeat_read(text, 4096, &heartbeat, &err), OK);
    json_decref(heartbeat);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_agreed_members_are_kept_and_no_others),
        cmocka_unit_test(anything_but_flat_codes_and_counts_is_refused),
        cmocka_unit_test(a_long_one_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
