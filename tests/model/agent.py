# SPDX-License-Identifier: Apache-2.0
"""collect: sweeps, batches, series. DESIGN.md section 3 in one small program."""
from source import STREAMS, ReadFailed, is_withheld
from state import Day, Objections, Seen, Spool, State
from wire import Batch, Delete, End, Erase, Put, Statement, fingerprint, minus, plus, total_of

WARM_DAYS = 4       # 35 in the product; also the furthest that a hot sweep reaches back
SPAN_DAYS = 2       # days of one cold span
BATCH_LINES = 3     # 5,000 in the product: here, most snapshots are cut


class Crash(Exception):
    """kill -9 at one of the points where the order of two writes matters."""


class Agent:
    def __init__(self, source, rules, new_series):
        self.source, self.rules, self.new_series_id = source, rules, new_series
        self.state = State()
        self.objections = Objections()
        self.spool = None
        self.clock = 0          # the machine's idea of the day; may be wrong
        self.fuse = None        # points left until the crash
        self.held_back = None   # only the open-batch mutation uses it

    def point(self):
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse < 0:
                raise Crash

    # ---- start: which series are we, and what did the centre say ---------------------------------------------------

    def attend(self):
        """Done before every sweep: series, outbox, answers of the centre, erases that are due."""
        state, spool = self.state, self.spool
        if state.series is None or not self._spool_fits():
            self._begin_series()
        self._pump()
        self._take_answers()
        self._void_parked()
        self._purge_seen()
        self._send_erases()

    def _spool_fits(self):
        state, spool = self.state, self.spool
        if spool is None or spool.series != state.series:
            return False            # lost, or made by another state
        if spool.conflict:
            return False            # 409, or the centre has more of this series than we ever made
        return state.spooled <= spool.last < state.next_seq or not self.rules.spool_checked  # one of them was restored

    def _begin_series(self):
        """The old spool is never sent again: what it may have held is read again."""
        state = self.state
        state.first_backfill = state.series is None and not self.objections.installed
        self.objections.installed = True
        if self.rules.lost_spool_dirties:
            for days in state.batch_day.values():
                for stream, day in days:
                    state.mark_dirty(stream, day)
        state.series, state.next_seq, state.spooled = self.new_series_id(), 1, 0
        state.outbox, state.batch_day = {}, {}
        self.point()
        self.spool = Spool(state.series)

    def _pump(self):
        """Outbox to spool: two files, so insert, then delete, and either may be done twice."""
        state, spool = self.state, self.spool
        for seq in sorted(state.outbox):
            self.point()
            if seq > spool.last:
                spool.batches[seq] = [state.outbox[seq], "queued"]
                spool.last = seq
            self.point()
            del state.outbox[seq]
            state.spooled = max(state.spooled, seq)

    def _take_answers(self):
        state, spool = self.state, self.spool
        for seq in spool.loaded & set(state.batch_day):
            del state.batch_day[seq]
        for seq in spool.refused & set(state.batch_day):
            self._forget_batch(seq)
        for request, (stream, day) in spool.asks.items():
            if request not in state.requests:
                state.requests.add(request)
                state.mark_dirty(stream, day)
        for seq in (spool.loaded | spool.refused) & set(spool.batches):
            del spool.batches[seq]

    def _forget_batch(self, seq):
        """This seq will never be loaded: its days are dirty, and its erases are no longer under way."""
        for stream, day in self.state.batch_day.pop(seq, ()):
            self.state.mark_dirty(stream, day)

    def _void_parked(self):
        for seq, entry in self.spool.batches.items():
            if entry[1] == "parked" and not entry[0].void:
                self._forget_batch(seq)
                self.point()
                entry[0] = entry[0]._replace(lines=(), void=True)
            if entry[1] == "parked":
                entry[1] = "queued"

    def _purge_seen(self):
        state, since = self.state, self.clock - WARM_DAYS
        state.seen = {k: s for k, s in state.seen.items() if s.day >= since}
        for (_, day), known in state.days.items():
            if day < since:
                known.complete = False

    def _send_erases(self):
        self.objections.people |= self.source.flagged
        for person in sorted(self.objections.people):
            group = self.source.same_person(person) if self.rules.erase_whole_person else {person}
            for token in group:
                self.objections.erases.setdefault(token, "due")
        if self.rules.erase_until_receipt:
            self.objections.take_receipts(self.spool.receipts, self._under_way)
        due = sorted(t for t, where in self.objections.erases.items() if where == "due")
        if due:
            seq = self._seal("fresh", [Erase(token) for token in due], set())
            self.point()
            for token in due:
                self.objections.erases[token] = (self.state.series, seq)

    def _under_way(self, where):
        return where != "due" and where[0] == self.state.series and where[1] in self.state.batch_day

    def _seal(self, lane, lines, days, change=None):
        """One transaction: the batch, and what it says was read. Then the spool."""
        state = self.state
        if not self.rules.one_transaction and change:
            change()
            change = None
            self.point()
        seq = state.next_seq
        state.next_seq += 1
        state.outbox[seq] = Batch(state.series, seq, lane, tuple(lines), False, self.clock)
        state.batch_day[seq] = frozenset(days)
        if change:
            change()
        self.point()
        self._pump()
        return seq

    # ---- rows --------------------------------------------------------------------------------------------------

    def _read(self, stream, since, until=None):
        """{day: {key: (raw, Put or None)}}: None for a row that is there but may not leave."""
        by_day = {}
        for key, row in sorted(self.source.read(stream, since, until).items()):
            person = self.source.canonical(row.person)
            refuses = row.person is not None and any(p in self.objections.people
                                                     for p in self.source.same_person(person))
            put = None
            if not refuses and not is_withheld(row.value):
                put = Put(stream, key[1], row.day, person, row.value)
            raw = fingerprint("raw", key, row.day, row.value, person, refuses)
            by_day.setdefault(row.day, {})[key] = (raw, put)
        return by_day

    def _known_days(self, stream, since, until, read):
        """Days with rows and days the state knows: a day may have lost its last row."""
        days = set(read) | {d for s, d in self.state.days if s == stream}
        return sorted(d for d in days if d >= max(since, self.source.window_from) and (until is None or d < until))

    def _differs(self, stream, day, rows):
        known = self.state.days.get((stream, day))
        return known is None or known.dirty or known.raw != total_of(raw for raw, _ in rows.values())

    # ---- sweeps ------------------------------------------------------------------------------------------------

    def hot(self, stream):
        if not self.rules.sweep:
            return self._follow(stream)
        since = max(min(self.clock, self.state.last_hot or self.clock) - 1, self.clock - WARM_DAYS)
        read = self._read(stream, since)
        whole, puts = [], []
        for day in self._known_days(stream, since, None, read):
            rows, known = read.get(day, {}), self.state.days.get((stream, day))
            if known is None or known.dirty or not known.complete:
                if self._differs(stream, day, rows):
                    whole.append(day)
                continue
            if any(self._vanished(key, seen, rows) for key, seen in self.state.seen_on(stream, day).items()):
                whole.append(day)
                continue
            for key, (raw, put) in rows.items():
                seen = self.state.seen.get(key)
                if seen is None or seen.raw != raw:
                    puts.append((key, raw, put, day))
        self._send_puts(stream, puts)
        self._send_whole(stream, whole, read, "fresh")
        self.state.last_hot = self.clock

    def _vanished(self, key, seen, rows):
        if key not in rows:
            return not self._moved_quietly(key)
        return rows[key][1] is None and seen.fp is not None and self.rules.withheld_is_vanished

    def _moved_quietly(self, key):
        return not self.rules.moved_is_vanished and key in self.source.rows

    def _send_puts(self, stream, puts):
        for i in range(0, len(puts), BATCH_LINES):
            part = puts[i:i + BATCH_LINES]
            days = {(stream, day) for _, _, _, day in part}

            def change():
                for key, raw, put, day in part:
                    self._record_put(stream, key, raw, put, day)
            lines = [put for _, _, put, _ in part if put is not None]
            self._seal("fresh", lines, days, change)

    def _record_put(self, stream, key, raw, put, day):
        state, fp = self.state, put.fp if put else None
        known, seen = state.days[stream, day], state.seen.get(key)
        if seen is not None:
            left = state.days.setdefault((stream, seen.day), Day())
            left.raw, left.sent = minus(left.raw, seen.raw), minus(left.sent, seen.fp)
            if seen.day != day and self.rules.moved_is_vanished:
                left.dirty = True
        known.raw, known.sent = plus(known.raw, raw), plus(known.sent, fp)
        state.seen[key] = Seen(raw, fp, day)

    def warm(self, stream):
        if self.rules.sweep:
            since = self.clock - WARM_DAYS
            self._by_sums(stream, since, None, "fresh")
            self._has_swept(stream, since)

    def cold_step(self, stream):
        """One span, newest first; hot sweeps run between spans. True when the whole range is done."""
        if not self.rules.sweep:
            return True
        until = self.state.cold_next.get(stream)
        newest = self.clock - 1 if until is None else until - SPAN_DAYS
        self._by_sums(stream, newest, until, "backlog")
        self.state.cold_next[stream] = newest
        if newest > self.source.window_from:
            return False
        self.state.cold_next[stream] = None
        self._has_swept(stream, self.source.window_from)
        if all(self.state.swept.get(s) == self.source.window_from for s in STREAMS):
            self.state.first_backfill = False
        return True

    def asked(self, stream):
        if not self.rules.sweep:
            return
        for day in sorted(d for (s, d), known in self.state.days.items() if s == stream and known.dirty):
            self._send_whole(stream, [day], self._read(stream, day, day + 1), "fresh")

    def _by_sums(self, stream, since, until, lane):
        read = self._read(stream, since, until)
        days = [d for d in self._known_days(stream, since, until, read) if self._differs(stream, d, read.get(d, {}))]
        self._send_whole(stream, days, read, lane)

    def _has_swept(self, stream, since):
        self.state.swept[stream] = min(since, self.state.swept.get(stream, since))

    def _follow(self, stream):
        """The mutation every collector begins with: what changed since the highest `changed` seen."""
        rows = self.source.read(stream, self.source.window_from)
        new = {k: r for k, r in rows.items() if r.changed > self.state.cursor}
        for day, of_day in self._read(stream, self.source.window_from).items():
            self.state.days.setdefault((stream, day), Day(complete=True))
            self._send_puts(stream, [(k, raw, put, day) for k, (raw, put) in of_day.items() if k in new])
        self.state.cursor = max([self.state.cursor] + [r.changed for r in new.values()])

    # ---- snapshots ---------------------------------------------------------------------------------------------

    def _send_whole(self, stream, days, first_read, lane):
        """Days as snapshots, from a second read which misses nothing that the first one had."""
        if not days:
            return
        sealed = []
        again = self._read(stream, min(days), max(days) + 1) if self.rules.read_twice else first_read
        for day in days:
            first, second = first_read.get(day, {}), again.get(day, {})
            if (stream, day) not in self.state.days and self.state.first_backfill:
                sealed.append((day, first))     # never sent: nothing there to remove
            elif set(first) <= set(second):
                sealed.append((day, second))
            else:
                self.state.mark_dirty(stream, day)
        if not self.rules.seal_before_reading:
            sealed, self.held_back = self.held_back or [], sealed
        self._seal_days(stream, sealed, lane)

    def _seal_days(self, stream, sealed, lane):
        lines, begun, ended = [], {}, []

        def flush():
            nonlocal lines, ended
            days, done = {(stream, d) for d in begun}, ended

            def change():
                for day in begun:
                    self._snapshot_begins(stream, day, dict(sealed)[day])
                for day in done:
                    self._snapshot_ends(stream, day, dict(sealed)[day])
            if lines:
                self._seal(lane, lines, days, change)
            for day in done:
                del begun[day]
            lines, ended = [], []

        for day, rows in sealed:
            puts = [put for _, put in rows.values() if put is not None]
            first = self.state.next_seq
            begun[day] = first
            for put in puts:
                lines.append(put)
                if len(lines) == BATCH_LINES:
                    flush()
            if self.rules.snapshot:
                lines.append(End(stream, day, first, total_of(p.fp for p in puts), self.clock, self.source.event))
            else:
                lines += [Delete(*key) for key in self.state.seen_on(stream, day) if key not in rows]
            ended.append(day)
            if len(lines) >= BATCH_LINES:
                flush()
        flush()

    def _snapshot_begins(self, stream, day, rows):
        """In the transaction of each of its batches: until its end is sealed, the day counts as not sent."""
        state = self.state
        if self.rules.dirty_until_end:
            state.mark_dirty(stream, day)
        else:
            self._snapshot_ends(stream, day, rows)
        for key in rows:
            was = state.seen.get(key)
            if was is not None and was.day != day and self.rules.moved_is_vanished:
                state.mark_dirty(stream, was.day)

    def _snapshot_ends(self, stream, day, rows):
        state = self.state
        for key in state.seen_on(stream, day):
            del state.seen[key]
        state.days[stream, day] = Day(
            raw=total_of(raw for raw, _ in rows.values()),
            sent=total_of(put.fp for _, put in rows.values() if put is not None),
            complete=day >= self.clock - WARM_DAYS)
        if day >= self.clock - WARM_DAYS:
            for key, (raw, put) in rows.items():
                state.seen[key] = Seen(raw, put.fp if put else None, day)

    # ---- statements --------------------------------------------------------------------------------------------

    def state_days(self, stream):
        """Only over a range that this state has swept whole, and not over days that are dirty."""
        since = self.state.swept.get(stream)
        if since is None:
            return
        known = {d: day for (s, d), day in self.state.days.items() if s == stream and d >= since}
        days = tuple((d, day.sent) for d, day in sorted(known.items()) if not day.dirty)
        unknown = frozenset(d for d, day in known.items() if day.dirty)
        self._seal("fresh", [Statement(stream, since, days, unknown)], set())


__all__ = ["Agent", "Crash", "ReadFailed"]
