# SPDX-License-Identifier: Apache-2.0
"""What collect remembers (state.db, objections.db) and the queue it shares with send (spool.db)."""
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from wire import NOTHING


@dataclass
class Day:
    """One stream's day as this state knows it."""
    raw: tuple = NOTHING    # count and sum of the rows as read; stays on site
    sent: tuple = NOTHING   # count and sum of fp as the warehouse holds it once everything sent is loaded
    dirty: bool = False     # to be sent whole
    complete: bool = False  # `seen` holds every row of this day


class Seen(NamedTuple):
    raw: int
    fp: object              # None: the row was withheld
    day: int


@dataclass
class State:
    """state.db: every change of it is one transaction, together with the batch that says so."""
    series: str = None
    next_seq: int = 1
    spooled: int = 0        # highest seq known to be in the spool
    outbox: dict = field(default_factory=dict)      # seq → Batch
    batch_day: dict = field(default_factory=dict)   # seq → {(stream, day)}, until the centre says loaded or refused
    days: dict = field(default_factory=dict)        # (stream, day) → Day
    seen: dict = field(default_factory=dict)        # (stream, id) → Seen
    requests: set = field(default_factory=set)      # ids of the centre's requests already taken
    swept: dict = field(default_factory=dict)       # stream → first day of the range swept whole by this state
    cold_next: dict = field(default_factory=dict)   # stream → where the cold sweep goes on, newest first
    first_backfill: bool = False                    # nothing was ever sent: a day this state does not know is new
    last_hot: object = None
    cursor: int = 0                                 # only the high-water mutation uses it

    def copy(self):
        return replace(self, outbox=dict(self.outbox), batch_day=dict(self.batch_day),
                       days={k: replace(d) for k, d in self.days.items()}, seen=dict(self.seen),
                       requests=set(self.requests), swept=dict(self.swept), cold_next=dict(self.cold_next))

    def mark_dirty(self, stream, day):
        self.days.setdefault((stream, day), Day()).dirty = True

    def seen_on(self, stream, day):
        return {k: s for k, s in self.seen.items() if k[0] == stream and s.day == day}


@dataclass
class Objections:
    """objections.db: outlives every other file."""
    people: set = field(default_factory=set)        # local ids, once and for all
    installed: bool = False                         # a series was begun here: a state without one was lost
    erases: dict = field(default_factory=dict)      # token → "due", (series, seq) on its way, or "done"

    def take_receipts(self, receipts, under_way):
        """Only a receipt that names the token ends it: a seq known as loaded may be of another life of this machine."""
        for token, where in self.erases.items():
            if token in receipts:
                self.erases[token] = "done"
            elif where != "done" and not under_way(where):
                self.erases[token] = "due"


@dataclass
class Spool:
    """spool.db of one series. `last` is the highest seq ever put in; what is loaded is deleted."""
    series: str
    last: int = 0
    batches: dict = field(default_factory=dict)     # seq → [Batch, "queued" | "sent" | "parked"]
    conflict: bool = False                          # send met a 409: collect begins a new series
    loaded: set = field(default_factory=set)        # from the last heartbeat's answer
    refused: set = field(default_factory=set)
    receipts: set = field(default_factory=set)      # tokens of the persons erased
    asks: dict = field(default_factory=dict)        # request id → (stream, day)

    def lowest_held(self):
        return min(self.batches, default=self.last + 1)

    def copy(self):
        return deepcopy(self)
