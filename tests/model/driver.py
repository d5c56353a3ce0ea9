# SPDX-License-Identifier: Apache-2.0
"""What a history can be played on: the model here, later the real agent and loader."""
from agent import Agent, Crash
from centre import Gateway, Loader
from source import STREAMS, ReadFailed, Source


class Driver:
    """Plays events. An event is (name, argument, …); `on_<name>` plays it; unknown events are skipped and counted,
    so that a driver of real programs may play only what it can. Picks are fractions of whatever is there to pick
    from, so that one history means the same on any driver. The source's rows, and the truth that the warehouse is
    compared with, are always the model's Source; a driver of real programs mirrors it into a real database."""

    def __init__(self, window_from=0, today=6):
        self.source = Source(window_from)
        self.today = today
        self.skipped = 0

    def play(self, event):
        play = getattr(self, "on_" + event[0], None)
        if play is None:
            self.skipped += 1
            return
        self.source.event += 1
        play(*event[1:])
        self.check()

    def check(self):
        """What must hold after every event; raises AssertionError."""

    def settle(self, statements):
        """No more faults: sweep, deliver and load until nothing moves; with statements or without them."""
        raise NotImplementedError

    def difference(self):
        """{} when the warehouse holds what the source offers: {key: (truth, held)}."""
        raise NotImplementedError

    # ---- the world, the same for every driver ----------------------------------------------------------------------

    def on_tick(self):
        self.today += 1

    def on_insert(self, stream, day, value, person, late):
        """late: the transaction began long before it was committed."""
        self.source.insert(stream, self.today + day, value, person, self.source.event - (40 if late else 0))

    def on_edit(self, pick, value):
        key = self.source.pick(pick)
        if key:
            self.source.change(key, value=value, changed=self.source.event)

    def on_move(self, pick, day, again):
        """To another day; back to a day it once had only if `again`."""
        key = self.source.pick(pick)
        if key and (again or self.today + day not in self.source.were[key]):
            self.source.change(key, day=self.today + day, changed=self.source.event)

    def on_assign(self, pick, person):
        """The desk notices that the call was about somebody else."""
        key = self.source.pick(pick)
        if key:
            self.source.change(key, person=person, changed=self.source.event)

    def on_delete(self, pick):
        key = self.source.pick(pick)
        if key:
            self.source.delete(key)

    def on_merge(self, child, parent):
        self.source.merge(child, parent)

    def on_object(self, person):
        self.source.objects(person)

    def on_blink(self, pick, reads):
        """One read will miss this row: an application that deletes and inserts instead of updating."""
        key = self.source.pick(pick)
        if key and not self.source.blinks:
            self.source.blinks.append([key, reads])

    def on_fail_read(self, reads):
        self.source.fail_reads = reads


class ModelDriver(Driver):
    def __init__(self, rules, **world):
        super().__init__(**world)
        self.rules = rules
        self.gateway = Gateway(rules)
        self.loader = Loader(self.gateway, self.source, rules)
        self.agent = Agent(self.source, rules, self._series_id)
        self.agent.clock = self.today
        self.series_begun = 0
        self.kept = {}      # backups by name
        self.delayed = []   # requests that left and have not arrived

    def _series_id(self):
        self.series_begun += 1
        return f"series{self.series_begun}"

    def check(self):
        assert not self.loader.violations, self.loader.violations[0]
        for key, record in self.loader.db.records.items():
            assert record.person not in self.loader.suppressed, f"{key} of an erased person is in the warehouse"

    # ---- the agent ---------------------------------------------------------------------------------------------

    def on_agent(self, step, stream, fuse):
        """One step of collect, killed after `fuse` critical points (None: not killed)."""
        agent = self.agent
        agent.fuse = fuse
        try:
            agent.attend()
            if step != "attend":
                return getattr(agent, step)(stream)
        except (Crash, ReadFailed):
            agent.held_back = None
        finally:
            agent.fuse = None

    def on_tick(self):
        super().on_tick()
        self.agent.clock += 1

    def on_skew(self, days):
        """A dead clock battery, or a clock far ahead; 0: set right."""
        self.agent.clock = self.today + days

    def on_withdraw(self, person):
        self.source.withdraws(person, self.agent.objections.people)

    def on_lose_spool(self):
        self.agent.spool = None

    def on_lose_state(self):
        self.agent.state = type(self.agent.state)()

    def on_back_up(self, what):
        if what == "warehouse":
            self.kept[what] = self.loader.backup()
        elif what == "gateway":
            self.kept[what] = self.gateway.backup()
        elif self.agent.spool is not None:
            self.kept["machine"] = (self.agent.state.copy(), self.agent.spool.copy())

    def on_restore(self, what):
        """What: warehouse, gateway, state, spool, or both of the last two (a machine image)."""
        if what == "warehouse" and what in self.kept:
            self.loader.db = self.kept.pop(what)
            self.loader.restored()
        elif what == "gateway" and what in self.kept:
            self.loader.report()
            self.gateway.restore(self.kept.pop(what))
            self.loader.judge()
        elif what in ("state", "spool", "both") and "machine" in self.kept:
            state, spool = self.kept.pop("machine")
            if what in ("state", "both"):
                self.agent.state = state
            if what in ("spool", "both"):
                self.agent.spool = spool

    # ---- the network -------------------------------------------------------------------------------------------

    def on_send(self, pick, fault):
        """Any queued batch: lanes and retries send them in any order."""
        spool = self.agent.spool
        queued = [seq for seq, entry in spool.batches.items() if entry[1] == "queued"] if spool else []
        if not queued:
            return
        entry = spool.batches[queued[int(pick * len(queued))]]
        if fault == "late":
            if self.announced(spool.series):
                self.delayed.append(entry[0])
            return
        if fault == "park" and not entry[0].void:
            entry[1] = "parked"
            return
        answer = self.gateway.put(entry[0])
        if answer == 404:
            self.gateway.announce(spool.series)
            return
        if fault == "lost_answer":
            return
        if fault == "lost_answer_then_park" and not entry[0].void:
            entry[1] = "parked"     # the centre has it, and a proxy then says 413 to the second attempt
        elif answer == 409 and not entry[0].void:
            spool.conflict = True
        else:
            entry[1] = "sent"

    def announced(self, series):
        return series in self.gateway.numbers or not self.rules.series_announced

    def on_arrive(self, pick):
        """A request that was taken for lost arrives after all; nobody waits for the answer."""
        if self.delayed:
            self.gateway.put(self.delayed.pop(int(pick * len(self.delayed))))

    def on_heartbeat(self):
        if self.agent.spool is not None:
            self.gateway.heartbeat(self.agent.spool)

    # ---- the centre --------------------------------------------------------------------------------------------

    def on_load(self, pick, fault):
        unloaded = [key for key in self.gateway.landing if key not in self.loader.db.settled]
        if unloaded:
            self.loader.load(unloaded[int(pick * len(unloaded))], refuse=fault == "refuse")

    def on_report(self):
        self.loader.report()

    def on_purge_landing(self):
        self.loader.report()
        self.loader.purge_landing()

    def on_lose_landing(self, pick):
        """Files that were stored and not yet loaded."""
        unloaded = [key for key in self.gateway.landing if key not in self.loader.db.settled]
        if unloaded:
            del self.gateway.landing[unloaded[int(pick * len(unloaded))]]

    def on_upgrade(self):
        self.loader.level = 1

    # ---- rest --------------------------------------------------------------------------------------------------

    def settle(self, statements, rounds=14):
        self.source.fail_reads, self.source.blinks = 0, []
        self.agent.clock = self.today
        for _ in range(rounds):
            for stream in STREAMS:
                for step in ("hot", "warm", "asked"):
                    self.play(("agent", step, stream, None))
                for _ in range(2):      # the one under way may have passed a day that changed since
                    while not self.agent.cold_step(stream):
                        pass
                if statements:
                    self.play(("agent", "state_days", stream, None))
            self._deliver()
            if self._at_rest():
                return True
        return False

    def _deliver(self):
        for _ in range(3):
            while any(e[1] == "queued" for e in self.agent.spool.batches.values()) and not self.agent.spool.conflict:
                self.play(("send", 0, None))
            while any(key not in self.loader.db.settled for key in self.gateway.landing):
                self.play(("load", 0, None))
            self.loader.judge()
            self.loader.report()
            self.play(("heartbeat",))
            self.loader.judge()     # also because a heartbeat says that missing seqs are held no more
            self.play(("agent", "attend", None, None))

    def _at_rest(self):
        agent, db = self.agent, self.loader.db
        return not (agent.state.outbox or agent.spool.batches or agent.spool.conflict or db.asks or db.waiting
                    or any(day.dirty for day in agent.state.days.values()))

    def difference(self):
        truth, held = self.source.truth(self.loader.level), self.loader.content()
        wrong = {k: (truth.get(k), held.get(k)) for k in truth.keys() | held.keys() if truth.get(k) != held.get(k)}
        for person in self.agent.objections.people:
            for one in self.source.same_person(person):
                if one not in self.loader.suppressed:
                    wrong["erase", one] = ("suppressed", "unknown to the loader")
        for day in self.loader.db.failures:
            if self.loader.incomplete(*day):
                wrong[("incomplete",) + day] = ("equal", "given up")
        return wrong

    def asked_ever(self):
        """How often the centre asked for a day."""
        return self.loader.asked_ever
