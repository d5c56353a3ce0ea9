# SPDX-License-Identifier: Apache-2.0
"""The mass-deletion stop and the backoff, at their boundaries."""
import unittest

from backoff import CAP_S, wait_s
from deletion_stop import Stop


def judged(*days, **how):
    """days: (known, present) or (known, present, differs[, vanished]), all in one month."""
    stop = Stop(**how)
    for day in days:
        stop.day(*day) if len(day) > 2 else stop.day(*day, differs=day[0] != day[1])
    return stop.range_ends()


class DeletionStop(unittest.TestCase):
    def test_twenty_records_may_always_go(self):
        self.assertFalse(judged((20, 0)))
        self.assertTrue(judged((21, 0)))

    def test_a_tenth_may_always_go(self):
        self.assertFalse(judged((210, 189)))
        self.assertTrue(judged((209, 188)))

    def test_half_of_the_days_may_differ(self):
        same, other = (10, 10, False), (10, 10, True)
        self.assertFalse(judged(*[same] * 10, *[other] * 10))
        self.assertTrue(judged(*[same] * 10, *[other] * 11))
        self.assertFalse(judged(*[other] * 19))

    def test_only_shortfall_counts_after_a_change_of_policy_and_for_asked_days(self):
        days = [(10, 10, True)] * 30
        for how in ({"policy_changed": True}, {"asked": True}):
            self.assertFalse(judged(*days, **how))
            self.assertTrue(judged(*days, (21 + 36, 0), **how))

    def test_days_unknown_to_the_state_are_not_judged(self):
        self.assertFalse(judged(*[(None, 5, True)] * 40, (100, 80)))
        self.assertTrue(judged(*[(None, 500, True)] * 40, (100, 79)))

    def test_the_surplus_of_one_day_does_not_hide_the_shortfall_of_another(self):
        self.assertTrue(judged((100, 70), (100, 300)))

    def test_rows_replaced_one_for_one_count_as_vanished_where_rows_are_known(self):
        self.assertFalse(judged((100, 100, True)))
        self.assertTrue(judged((100, 100, True, 30)))

    def test_objectors_rows_are_present(self):
        self.assertFalse(judged((100, 100, True)))  # 100 rows, all refusing: the caller counts rows, not records

    def test_one_archived_year_of_twenty_is_stopped(self):
        """5 % of the range: judged over ranges alone, the vendor's archiving would take the year out."""
        stop = Stop()
        for month in range(240):
            for _ in range(30):
                stop.day(290, 0 if month >= 228 else 290, month >= 228)
            stop.month_ends()
        self.assertFalse(stop.range.too_much(True))
        self.assertTrue(stop.range_ends())

    def test_a_rolling_archive_is_stopped(self):
        """The oldest week, every week."""
        stop = Stop()
        for day in range(7280):
            stop.day(290, 0 if day >= 7273 else 290, day >= 7273)
            if day % 30 == 29:
                stop.month_ends()
        self.assertTrue(stop.range_ends())

    def test_a_slow_leak_is_stopped_by_the_range(self):
        stop = Stop()
        for _ in range(10):     # 20 of 150 in each month: too few for a month alone
            stop.day(150, 130, True)
            stop.month_ends()
        self.assertFalse(stop.tripped)
        self.assertTrue(stop.range_ends())

    def test_days_that_differ_do_not_stop_a_month_alone(self):
        stop = Stop()
        for month in range(3):
            for _ in range(30):
                stop.day(10, 10, month == 1)
            stop.month_ends()
        self.assertFalse(stop.range_ends())


class Backoff(unittest.TestCase):
    def test_it_doubles_to_the_cap(self):
        self.assertEqual([wait_s(n, 0) * 2 for n in (1, 2, 3, 10, 11, 1000)], [1, 2, 4, 512, CAP_S, CAP_S])

    def test_the_cap_leaves_the_jitter(self):
        waits = {round(wait_s(50, site / 64)) for site in range(64)}
        self.assertEqual(len(waits), 64)
        self.assertLess(max(waits), CAP_S)
        self.assertGreaterEqual(min(waits), CAP_S / 2)

    def test_retry_after_wins_when_larger(self):
        self.assertEqual(wait_s(1, 0.5, retry_after_s=3600), 3600)
        self.assertEqual(wait_s(50, 0, retry_after_s=1), CAP_S / 2)


if __name__ == "__main__":
    unittest.main()
