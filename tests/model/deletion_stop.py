# SPDX-License-Identifier: Apache-2.0
"""The arithmetic of the mass-deletion stop (DESIGN.md section 3): when a sweep may not say `end`.

A truncated table, a wrong database or the vendor's archiving must not empty the warehouse. The sweep counts as it
goes, each day once; at the end of every span, before its ends are sealed, the stop judges that span and the part of
the range swept so far. Either may trip it. Once tripped it holds back every `end` to the end of the range.
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
        self.span, self.range, self.tripped = Count(), Count(), False

    def day(self, known, present, differs, vanished=None):
        """known: records by the state, None if it does not know the day. present: rows that are there, with those of
        objectors and those withheld. vanished: by `seen`; where only sums are known, the shortfall of this day, which
        another day's surplus does not make good."""
        if known is None:
            return
        missing = max(0, known - present) if vanished is None else vanished
        for count in (self.span, self.range):
            count.days += 1
            count.differing += differs
            count.known += known
            count.vanished += missing

    def span_ends(self):
        """True when the ends of this span must be held back."""
        self.tripped = self.tripped or self.span.too_much(self.days_count) or self.range.too_much(self.days_count)
        self.span = Count()
        return self.tripped
