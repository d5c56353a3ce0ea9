# SPDX-License-Identifier: Apache-2.0
"""The gateway with its landing zone, and the loader with its warehouse."""
from copy import deepcopy
from dataclasses import dataclass, field
from typing import NamedTuple

from source import is_poison
from wire import MODULUS, NOTHING, Delete, End, Erase, Put, Statement, plus, total_of

FAILED_REPAIRS = 2


class Gateway:
    """Keeps what it was sent; knows of the warehouse only what the loader's feedback file says."""

    def __init__(self, rules):
        self.rules = rules
        self.landing = {}   # (series, seq) → Batch: the files
        self.accepted = {}  # (series, seq) → Batch, standing for its digest; never forgotten
        self.numbers = {}   # series → 1, 2, … in the order in which send announced them; durable
        self.lowest = {}    # series → lowest seq its sender still held
        self.feedback = Feedback()

    def backup(self):
        return dict(self.landing), dict(self.accepted), dict(self.numbers), dict(self.lowest)

    def restore(self, backup):
        """Nothing is accepted before the loader's feedback is read: it knows every series it has loaded from."""
        self.landing, self.accepted, self.numbers, self.lowest = backup
        if self.rules.numbers_outlive:
            self.numbers.update(self.feedback.numbers)

    def newest(self, series):
        return self.numbers.get(series) == max(self.numbers.values(), default=None)

    def announce(self, series):
        """GET …/batches/{series}: send asks for the watermarks before its first PUT. This numbers the series."""
        self.numbers.setdefault(series, max(self.numbers.values(), default=0) + 1)

    def put(self, batch):
        if not self.rules.series_announced:
            self.announce(batch.series)
        if batch.series not in self.numbers:
            return 404
        if not self.newest(batch.series) and self.rules.superseded_refused:
            return 409
        held = batch.key in self.landing or batch.key in self.feedback.loaded | self.feedback.refused
        if held and self.accepted.get(batch.key, batch) != batch:
            return 409
        if held:
            return 200
        self.accepted[batch.key] = batch    # also when the file it had was lost: a void may take its place
        self.landing[batch.key] = batch
        return 201

    def heartbeat(self, spool):
        """The answer in full each time: whoever lost the last one reads it again."""
        series = spool.series
        self.lowest[series] = max(self.lowest.get(series, 0), spool.lowest_held())
        here = self.feedback
        superseded = series in self.numbers and not self.newest(series) and self.rules.superseded_refused
        highest = max((seq for s, seq in self.accepted if s == series), default=0)
        spool.conflict |= superseded or highest > spool.last
        spool.loaded = {seq for (s, seq) in here.loaded if s == series}
        spool.refused = {seq for (s, seq) in here.refused if s == series}
        spool.receipts = set(here.receipts)
        spool.asks = {request: day for day, (request, _) in here.asks.items()}
        for seq, entry in spool.batches.items():
            key = (series, seq)
            if entry[1] == "sent" and key not in self.landing and key not in here.loaded | here.refused:
                entry[1] = "queued"     # the landing zone lost it before it was loaded


@dataclass
class Feedback:
    loaded: set = field(default_factory=set)
    refused: set = field(default_factory=set)
    asks: dict = field(default_factory=dict)
    receipts: set = field(default_factory=set)
    numbers: dict = field(default_factory=dict)


class Record(NamedTuple):
    version: tuple
    day: int
    fp: int
    person: object
    body: object    # None: rejected; the record is known, its content is not
    level: int      # of the loader that judged it


class Waiting(NamedTuple):
    """An end that has been read and not yet applied."""
    key: tuple      # (series, seq) of the batch that carried it
    end: End


@dataclass
class Warehouse:
    """One database: a backup of it takes all of this back."""
    records: dict = field(default_factory=dict)     # (stream, id) → Record
    floors: dict = field(default_factory=dict)      # (stream, day) → version; only rises
    settled: dict = field(default_factory=dict)     # (series, seq) → "loaded", "void" or "refused"
    brought: dict = field(default_factory=dict)     # (series, seq) → {(stream, day): total of its puts, stored or not}
    waiting: list = field(default_factory=list)
    touched: dict = field(default_factory=dict)     # (stream, day) → highest version that changed the day
    statements: dict = field(default_factory=dict)  # stream → (version, series, Statement, days already judged)
    asks: dict = field(default_factory=dict)        # (stream, day) → (request id, version that it must be newer than)
    repaired: dict = field(default_factory=dict)    # (stream, day) → version of the end that answered the last ask
    failures: dict = field(default_factory=dict)    # (stream, day) → repairs that did not make it equal
    numbers: dict = field(default_factory=dict)     # series → number, as the gateway told it at its first batch
    requests: int = 0                               # only used when ids are not unique for ever
    suppressed: set = field(default_factory=set)    # only used when the list does not outlive the warehouse


class Loader:
    def __init__(self, gateway, source, rules):
        self.gateway, self.source, self.rules = gateway, source, rules
        self.db = Warehouse()
        self.suppressed = set()     # in a file of its own, in no backup
        self.receipts = set()       # tokens erased; kept with the list
        self.level = 0
        self.asked_ever = 0         # in no backup; the product's request ids are random
        self.violations = []        # living records that an end removed

    # ---- versions and holes ------------------------------------------------------------------------------------

    def number(self, series):
        told = self.gateway.numbers.get(series, 0) if self.rules.gateway_numbers else len(self.db.numbers) + 1
        return self.db.numbers.setdefault(series, told)

    def version(self, series, seq, clock):
        return (self.number(series), seq) if self.rules.version_is_seq else (clock, 0)

    def fate(self, series, seq):
        """loaded, void, refused, or None while it may still come."""
        fate = self.db.settled.get((series, seq))
        if fate or (series, seq) in self.gateway.landing:
            return fate
        if not self.gateway.newest(series) or seq < self.gateway.lowest.get(series, 0):
            return "refused"        # nobody holds it any more
        return None

    # ---- one batch, one transaction ----------------------------------------------------------------------------

    def load(self, key, refuse=False):
        batch = self.gateway.landing[key]
        if key not in self.db.settled:
            if refuse:
                self.db.settled[key] = "refused"
            else:
                self.db.settled[key] = "void" if batch.void else "loaded"
                version = self.version(*key, batch.clock)
                self.db.brought[key] = brought = {}
                for line in batch.lines:
                    if isinstance(line, Put):
                        day = line.stream, line.day
                        brought[day] = plus(brought.get(day, NOTHING), line.fp)
                    self._line(line, version, key)
        self.judge()

    def judge(self):
        self._apply_ends()
        for stream in list(self.db.statements):
            self._compare(stream)

    def report(self):
        """feedback/<site>.json, replaced by rename."""
        settled = self.db.settled
        self.gateway.feedback = Feedback({k for k, f in settled.items() if f != "refused"},
                                         {k for k, f in settled.items() if f == "refused"}, dict(self.db.asks),
                                         set(self.receipts), dict(self.db.numbers))

    def purge_landing(self):
        for key in [k for k in self.gateway.landing if k in self.db.settled]:
            del self.gateway.landing[key]

    def restored(self):
        """At every start: whoever is on the list is not in the store, whatever backup this is."""
        if not self.rules.suppression_outlives:
            self.suppressed = set(self.db.suppressed)
        for person in self.suppressed:
            self._remove_person(person, (0, 0))
        self.judge()
        self.report()

    def _line(self, line, version, key):
        if isinstance(line, Put):
            self._put(line, version)
        elif isinstance(line, End):
            self.db.waiting.append(Waiting(key, line))
        elif isinstance(line, Erase):
            if self.rules.suppression_kept:
                self.suppressed.add(line.person)
                self.db.suppressed.add(line.person)
            self.receipts.add(line.person)
            self._remove_person(line.person, version)
        elif isinstance(line, Statement):
            if line.stream not in self.db.statements or self.db.statements[line.stream][0] < version:
                self.db.statements[line.stream] = (version, key, line, set())
        elif isinstance(line, Delete):
            self._remove((line.stream, line.id), version)

    def _put(self, put, version):
        key = (put.stream, put.id)
        old = self.db.records.get(key)
        if old is not None and old.version > version:
            return
        if self.db.floors.get((put.stream, put.day), (0, 0)) > version:
            return
        if put.person in self.suppressed:
            self._remove(key, version)      # the older version of this record is this person's too
            return
        if old is not None and old.fp == put.fp and (old.body is not None or not self._judges_again(old)):
            if self.rules.equal_fp_raises:
                self.db.records[key] = old._replace(version=version)
            return
        self._remove(key, version)
        body = None if is_poison(put.body, self.level) else put.body
        if body is not None or self.rules.reject_is_record:
            self.db.records[key] = Record(version, put.day, put.fp, put.person, body, self.level)
            self._touch(put.stream, put.day, version)

    def _judges_again(self, record):
        return record.level != self.level and self.rules.reject_retried

    def _remove(self, key, version):
        record = self.db.records.get(key)
        if record is not None and record.version <= version:
            del self.db.records[key]
            self._touch(key[0], record.day, version)

    def _remove_person(self, person, version):
        for key in [k for k, r in self.db.records.items() if r.person == person]:
            self._touch(key[0], self.db.records[key].day, version)
            del self.db.records[key]

    def _touch(self, stream, day, version):
        self.db.touched[stream, day] = max(version, self.db.touched.get((stream, day), (0, 0)))

    # ---- ends --------------------------------------------------------------------------------------------------

    def _apply_ends(self):
        for waiting in list(self.db.waiting):
            (series, last), end = waiting
            fates = {self.fate(series, seq) for seq in range(end.first, last + 1)}
            if None in fates and self.rules.end_waits:
                continue
            self.db.waiting.remove(waiting)
            unchecked = not (self.rules.end_waits and self.rules.end_counts)
            if unchecked or self._brought(series, last, end) == end.total:
                self._apply_end(series, last, end)
            else:
                self._ask(end.stream, end.day, self.version(series, last, end.first_clock))

    def _brought(self, series, last, end):
        """A void or refused seq leaves a hole, and a restored machine may have used a seq again: then first..last
        is not the snapshot that was sealed. Counts every put of the day, also those ignored or not stored."""
        total = NOTHING
        for seq in range(end.first, last + 1):
            count, digest = self.db.brought.get((series, seq), {}).get((end.stream, end.day), NOTHING)
            total = (total[0] + count, (total[1] + digest) % MODULUS)
        return total

    def _apply_end(self, series, last, end):
        day, first = (end.stream, end.day), self.version(series, end.first, end.first_clock)
        for key, record in list(self.db.records.items()):
            if (key[0], record.day) == day and record.version < first:
                self._check_gone(key, record, end)
                self._remove(key, first)
        if self.rules.floors:
            self.db.floors[day] = max(first, self.db.floors.get(day, (0, 0)))
        if day in self.db.asks and first > self.db.asks[day][1]:
            del self.db.asks[day]
            self.db.repaired[day] = self.version(series, last, end.first_clock)

    def _check_gone(self, key, record, end):
        row = self.source.rows.get(key)
        if (row is not None and row.event < end.sealed_at and not self.source.refuses(row.person)
                and (row.day, row.value) == (record.day, record.body)):
            self.violations.append(f"end of {end.stream} day {end.day} removed {key}, which lives")

    # ---- statements --------------------------------------------------------------------------------------------

    def total(self, stream, day):
        """What counts as held: records, and records this very loader rejected."""
        return total_of(r.fp for k, r in self.db.records.items() if k[0] == stream and r.day == day
                        and (r.body is not None or not self._judges_again(r)))

    def _compare(self, stream):
        version, (series, seq), statement, judged = self.db.statements[stream]
        stated = dict(statement.days)
        days = set(stated)
        if self.rules.empty_days_stated:
            days |= {r.day for k, r in self.db.records.items() if k[0] == stream and r.day >= statement.since}
        for day in sorted(days - statement.unknown - judged):
            if self.total(stream, day) == stated.get(day, NOTHING):
                judged.add(day)
                self.db.asks.pop((stream, day), None)
                self.db.failures.pop((stream, day), None)
            elif self.db.touched.get((stream, day), (0, 0)) > version:
                judged.add(day)         # overtaken: the next statement will say
            elif self._all_settled_below(series, seq):
                judged.add(day)
                self._unequal(stream, day, version)

    def _all_settled_below(self, series, seq):
        if any(self.fate(series, below) is None for below in range(1, seq)):
            return False
        number = self.gateway.numbers.get(series, 0)
        return not any(self.gateway.numbers.get(s, 0) < number and (s, q) not in self.db.settled
                       for s, q in self.gateway.landing)

    def _unequal(self, stream, day, version):
        repaired = self.db.repaired.pop((stream, day), None)
        if repaired is not None and self.db.touched.get((stream, day), (0, 0)) <= repaired:
            self.db.failures[stream, day] = self.db.failures.get((stream, day), 0) + 1
        if not self.incomplete(stream, day):
            self._ask(stream, day, version)

    def _ask(self, stream, day, version):
        """A new request id each time: an agent that lost the first one takes the second."""
        self.asked_ever += 1
        if self.rules.asked_anew:
            self.db.asks[stream, day] = (f"r{self.asked_ever}", version)
        elif (stream, day) not in self.db.asks:
            self.db.requests += 1
            self.db.asks[stream, day] = (f"r{self.db.requests}", version)

    def incomplete(self, stream, day):
        return self.db.failures.get((stream, day), 0) >= FAILED_REPAIRS

    # ---- for the final comparison ------------------------------------------------------------------------------

    def content(self):
        return {k: (r.day, r.person, r.body) for k, r in self.db.records.items() if r.body is not None}

    def backup(self):
        return deepcopy(self.db)
