/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "gateway/ranges.h"

static void neighbours_become_one(void **state)
{
    (void)state;
    RANGES_CLEANUP struct ranges r = {0};
    ranges_add(&r, 5, 5);
    ranges_add(&r, 7, 7);
    assert_int_equal(r.count, 2);
    ranges_add(&r, 6, 6);
    assert_int_equal(r.count, 1);
    assert_int_equal(ranges_contiguous(&r), 0);
    ranges_add(&r, 1, 4);
    assert_int_equal(r.count, 1);
    assert_int_equal(ranges_contiguous(&r), 7);
    ranges_add(&r, 2, 3);
    assert_int_equal(ranges_highest(&r), 7);
}

static void nonsense_is_ignored(void **state)
{
    (void)state;
    RANGES_CLEANUP struct ranges r = {0};
    ranges_add(&r, 0, 3);
    ranges_add(&r, 4, 3);
    ranges_add(&r, 1, UINT64_MAX);
    assert_int_equal(r.count, 0);
    assert_int_equal(ranges_highest(&r), 0);
    assert_false(ranges_has(&r, 1));
}

static void gaps_are_named_up_to_the_room_there_is(void **state)
{
    (void)state;
    RANGES_CLEANUP struct ranges r = {0};
    struct range gaps[4];
    for (uint64_t n = 3; n <= 11; n += 2)
        ranges_add(&r, n, n);
    assert_int_equal(ranges_gaps(&r, 0, gaps, 4), 4);
    assert_int_equal(gaps[0].first, 1);
    assert_int_equal(gaps[0].last, 2);
    assert_int_equal(gaps[3].first, 8);
    assert_int_equal(ranges_gaps(&r, 6, gaps, 4), 2);
    assert_int_equal(gaps[0].first, 8);
    assert_int_equal(gaps[1].first, 10);
    assert_int_equal(ranges_gaps(&r, 11, gaps, 4), 0);
}

#define UNIVERSE 200

/* Against an array of booleans. */
static void histories_agree_with_a_plain_set(void **state)
{
    (void)state;
    srandom(1);
    for (int history = 0; history < 300; history++) {
        RANGES_CLEANUP struct ranges r = {0};
        bool plain[UNIVERSE + 2] = {false};
        for (int step = 0; step < 60; step++) {
            uint64_t first = 1 + (uint64_t)random() % UNIVERSE;
            uint64_t last = first + (uint64_t)random() % 6;
            last = last > UNIVERSE ? UNIVERSE : last;
            ranges_add(&r, first, last);
            memset(&plain[first], true, last - first + 1);
        }
        uint64_t contiguous = 0, highest = 0;
        for (uint64_t n = 1; n <= UNIVERSE; n++) {
            assert_int_equal(ranges_has(&r, n), plain[n]);
            if (plain[n])
                highest = n;
            if (plain[n] && contiguous == n - 1)
                contiguous = n;
        }
        assert_int_equal(ranges_contiguous(&r), contiguous);
        assert_int_equal(ranges_highest(&r), highest);
        for (size_t i = 1; i < r.count; i++)
            assert_true(r.items[i].first > r.items[i - 1].last + 1);
        struct range gaps[UNIVERSE];
        size_t count = ranges_gaps(&r, 0, gaps, UNIVERSE);
        for (size_t i = 0; i < count; i++)
            for (uint64_t n = gaps[i].first; n <= gaps[i].last; n++) {
                assert_false(plain[n]);
                plain[n] = true;
            }
        for (uint64_t n = 1; n <= highest; n++)
            assert_true(plain[n]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_become_one),
        cmocka_unit_test(nonsense_is_ignored),
        cmocka_unit_test(gaps_are_named_up_to_the_room_there_is),
        cmocka_unit_test(histories_agree_with_a_plain_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
