# SPDX-License-Identifier: Apache-2.0
"""The dispatch database of one association, as the world changes it."""
from typing import NamedTuple

STREAMS = ("call", "visit")
PERSONS = 6


class Row(NamedTuple):
    day: int
    value: str
    person: object      # local patient id, None for nobody
    changed: int        # what a `changed` column would hold: the clock when the transaction began
    event: int          # the history's event that last changed what the row says


class ReadFailed(Exception):
    """A read that broke half-way: it says nothing."""


class Source:
    def __init__(self, window_from):
        self.window_from = window_from
        self.rows = {}          # (stream, id) → Row
        self.parent = {}        # merges: child id → parent id
        self.flagged = set()    # objectors by the source's own column
        self.said_no = set()    # everyone who ever objected, here or at the desk: never again in the warehouse
        self.next_id = 1
        self.event = 0
        self.fail_reads = 0
        self.blinks = []        # [key, covering reads to let pass]: then one read misses the row
        self.were = {}          # key → days the row has had

    # ---- the world's changes -------------------------------------------------------------------------------------

    def pick(self, fraction):
        keys = sorted(self.rows)
        return keys[int(fraction * len(keys))] if keys else None

    def insert(self, stream, day, value, person, changed):
        key = (stream, self.next_id)
        self.next_id += 1
        self.rows[key] = Row(day, value, person, changed, self.event)
        self.were[key] = {day}
        return key

    def change(self, key, **what):
        self.rows[key] = self.rows[key]._replace(event=self.event, **what)
        self.were[key].add(self.rows[key].day)

    def delete(self, key):
        del self.rows[key]

    def merge(self, child, parent):
        if self.canonical(child) != self.canonical(parent):
            self.parent[self.canonical(child)] = self.canonical(parent)
            self._touch_rows_of(parent)

    def canonical(self, person):
        while person in self.parent:
            person = self.parent[person]
        return person

    def same_person(self, person):
        return {p for p in range(PERSONS) if self.canonical(p) == self.canonical(person)}

    def objects(self, person):
        self.flagged.add(person)
        self.said_no.add(person)
        self._touch_rows_of(person)

    def withdraws(self, person, registered):
        """The flag goes; what the agent's register already holds does not."""
        self.flagged.discard(person)
        if person not in registered:
            self.said_no.discard(person)
            self._touch_rows_of(person)

    def _touch_rows_of(self, person):
        for key, row in self.rows.items():
            if row.person is not None and self.canonical(row.person) == self.canonical(person):
                self.rows[key] = row._replace(event=self.event)

    def refuses(self, person):
        return person is not None and any(p in self.said_no for p in self.same_person(person))

    # ---- one read, and the truth ---------------------------------------------------------------------------------

    def read(self, stream, since, until=None):
        """The rows of a span of days, {key: Row}; until is exclusive, None is open towards the future."""
        if self.fail_reads:
            self.fail_reads -= 1
            raise ReadFailed
        since = max(since, self.window_from)
        found = {k: r for k, r in self.rows.items()
                 if k[0] == stream and r.day >= since and (until is None or r.day < until)}
        for blink in list(self.blinks):
            if blink[0] in found:
                if blink[1] == 0:
                    del found[blink[0]]
                    self.blinks.remove(blink)
                else:
                    blink[1] -= 1
        return found

    def truth(self, loader_level):
        """What the warehouse must hold: {(stream, id): (day, person, body)}."""
        return {k: (r.day, self.canonical(r.person), r.value) for k, r in self.rows.items()
                if r.day >= self.window_from and not self.refuses(r.person)
                and not is_withheld(r.value) and not is_poison(r.value, loader_level)}


def is_withheld(value):
    """The guard will not let this leave."""
    return value.endswith("?")


def is_poison(value, loader_level):
    """A loader of level 0 rejects this record; a newer one takes it."""
    return value.endswith("!") and loader_level == 0
