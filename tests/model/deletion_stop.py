# SPDX-License-Identifier: Apache-2.0
"""The arithmetic of the mass-deletion stop (DESIGN.md section 3): when a sweep may not say `end`.

A truncated table, a wrong database or the vendor's archiving must not empty the warehouse. A sweep marks the days that
differ, newest first, and is judged when it is over: as a whole, and each calendar month by itself, of which only
shortfall counts. Either may trip it; then every `end` of the range is held back. A month, because what is archived (a
year of twenty at once, or the oldest month every month) is little of the whole range.
"""
from dataclasses import dataclass

RECORDS = 20    # more than this many records, and
SHARE = 10      # more than one in this many of those known, vanished
DAYS = 20       # of at least this many swept days, over half differ


@dataclass
class Count:
    days: int = 0       # days the state knew
    differing: int = 0
    known: int = 0      # records the state knew on them
    vanished: int = 0

    def too_much(self, days_count):
        if self.vanished > RECORDS and self.vanished * SHARE > self.known:
            return True
        return days_count and self.days >= DAYS and self.differing * 2 > self.days


class Stop:
    """One sweep of one stream."""

    def __init__(self, policy_changed=False, asked=False):
        # After a change of policy every day differs, and an asked day is compared with nothing: only shortfall counts.
        self.days_count = not (policy_changed or asked)
        self.month, self.range, self.tripped = Count(), Count(), False

    def day(self, known, present, differs, vanished=None):
        """known: records by the state, None if it does not know the day. present: rows that are there, with those of
        objectors and those withheld. vanished: by `seen`; where only sums are known, the shortfall of this day, which
        another day's surplus does not make good."""
        if known is None:
            return
        missing = max(0, known - present) if vanished is None else vanished
        for count in (self.month, self.range):
            count.days += 1
            count.differing += differs
            count.known += known
            count.vanished += missing

    def month_ends(self):
        self.tripped = self.tripped or self.month.too_much(False)
        self.month = Count()

    def range_ends(self):
        """True when the ends of this range must be held back."""
        self.month_ends()
        return self.tripped or self.range.too_much(self.days_count)
