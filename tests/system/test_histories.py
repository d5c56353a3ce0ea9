# SPDX-License-Identifier: Apache-2.0
"""The real agent and the real centre along random histories, as tests/model plays them: whatever changed, was killed, lost,
restored or away, at rest the warehouse holds what the source offers. The source is an SQLite file, or a real server on
which several write at once while it is read. A failure prints the seed that repeats it: CONTACT_SEED=n. CONTACT_HISTORIES=n
plays so many of each kind; make test-long 1000 on files and 500 on each server, make test 12 and 8."""

import contextlib
import datetime
import json
import os
import random
import shutil
import sqlite3
import tempfile
import time

import pytest

from association import Site
from centre import Centre
from dispatch_server import SERVERS, readable
from waiting import wait_for
from writers import Writers

pytestmark = pytest.mark.release_only  # not yet proved within the time of the sanitizers' run

LONG = os.environ.get("CONTACT_LONG") == "1"
SLOW = "asan" in os.environ.get("CONTACT_BUILD", "")
ASKED = int(os.environ.get("CONTACT_HISTORIES", "0"))
COUNT = ASKED or (1000 if LONG else 3 if SLOW else 12)
SERVER_COUNT = ASKED or (500 if LONG else 8)
SEEDS = [int(os.environ["CONTACT_SEED"])] if "CONTACT_SEED" in os.environ else sorted({*range(1, COUNT + 1), 33, 45})
SERVER_SEEDS = SEEDS if "CONTACT_SEED" in os.environ else range(1, SERVER_COUNT + 1)
STEPS = 14
STREAMS = ("call", "visit", "diagnosis", "act", "prescription")


def clock_changes():
    """The last Sundays of March and October before today."""
    today = datetime.date.today()
    ends = [datetime.date(today.year - back, month, 31) for back in (0, 1) for month in (3, 10)]
    sundays = [end - datetime.timedelta(days=(end.weekday() + 1) % 7) for end in ends]
    return [max(sunday for sunday in sundays[i::2] if sunday < today) for i in (0, 1)]


class History:
    """One site's life. Each step is a method; what a step breaks, rest() gives back."""

    STEPS = {"change": 6, "once": 6, "warm": 1, "cold": 1, "kill_once": 3, "centre_away": 2, "centre_back": 2,
             "loader_stops": 1, "loader_starts": 1, "lose_spool": 1, "lose_state": 1, "damage_state": 1, "back_up": 2,
             "restore": 1, "restore_without_landing": 1, "damage_landing": 1, "object": 1, "merge": 1, "clock_change": 2}

    def __init__(self, seed, centre, folder):
        self.seed, self.centre = seed, centre
        self.chance = random.Random(seed)
        self.site = self.make_site(folder)
        self.site.join()
        self.away, self.backup, self.changes, self.told = False, None, 0, []

    def make_site(self, folder):
        return Site(f"{folder}/h{self.seed}", self.centre, name=f"h{self.seed}").create(120, days_back=30, seed=self.seed)

    def play(self):
        names, weights = zip(*self.STEPS.items())
        for name in self.chance.choices(names, weights, k=STEPS):
            self.told.append(name)
            getattr(self, name)()
        self.rest()

    # What happens to the source.

    def change(self, **more):
        self.changes += 1
        counts = {"new": self.chance.randrange(4), "late": self.chance.randrange(3), "correct": self.chance.randrange(4),
                  "delete": self.chance.randrange(2), "merge": 0, "object": 0, **more}
        self.site.change(seed=self.seed * 1000 + self.changes, within=25, **counts)

    def object(self):
        self.change(object=1)

    def merge(self):
        self.change(merge=1)

    def clock_change(self):
        """Calls move into a night in which the clocks change, to an hour that is twice or never: back-dated by up to months."""
        with contextlib.closing(sqlite3.connect(self.site.source)) as db:
            known = [num for num, in db.execute("SELECT num FROM appels ORDER BY num")]
            for num in self.chance.sample(known, 3):
                moment = f"{self.chance.choice(clock_changes())} {self.chance.randrange(4):02}:{self.chance.randrange(60):02}:00"
                db.execute("UPDATE appels SET appel_le = ?, modifie_le = ? WHERE num = ?", (moment, moment, num))
            db.commit()

    # What the agent does, and what happens to it.

    def once(self):
        self.site.once(check=False)

    def warm(self):
        self.site.agent("sweep", "warm", check=False)

    def cold(self):
        self.site.agent("sweep", "cold", check=False)

    def kill_once(self):
        self.site.start("once")
        time.sleep(self.chance.expovariate(1 / 0.05))
        self.site.kill("once")

    def lose_spool(self):
        shutil.rmtree(self.site.spool)
        self.site.spool.mkdir(mode=0o2770)

    def lose_state(self):
        for path in self.site.collect.glob("state.db*"):
            path.unlink()
        self.site.approve()

    def damage_state(self):
        path = self.site.collect / "state.db"
        if path.exists():
            with path.open("r+b") as file:
                file.seek(self.chance.randrange(path.stat().st_size))
                file.write(bytes(4096))
        self.site.agent("approve", "--by", "Dr Demo", "--yes", "--no-key-backup", check=False)

    # What happens to the centre.

    def centre_away(self):
        if not self.away:
            self.centre.stop("nginx")
        self.away = True

    def centre_back(self):
        if self.away:
            self.centre.start("nginx")
        self.away = False

    def loader_stops(self):
        if "load" in self.centre.processes:
            self.centre.stop("load")

    def loader_starts(self):
        if "load" not in self.centre.processes:
            self.centre.start("load")

    @contextlib.contextmanager
    def loader_stopped(self):
        runs = "load" in self.centre.processes
        self.loader_stops()
        yield
        if runs:
            self.loader_starts()

    def back_up(self):
        self.backup = self.centre.folder / f"backup-{self.seed}.db"
        self.backup.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(self.centre.warehouse, timeout=20)) as db:
            db.execute("VACUUM INTO ?", (str(self.backup),))

    def restore(self):
        if self.backup:
            with self.loader_stopped():
                for path in self.centre.warehouse.parent.glob("warehouse.db*"):
                    path.unlink()
                shutil.copy(self.backup, self.centre.warehouse)

    def restore_without_landing(self):
        """As after a week: what was loaded has left the landing zone."""
        if self.backup:
            with self.loader_stopped():
                series = self.centre.told(self.site.name).get("series", {})
                self.restore()
                for path in (self.centre.landing / self.site.name).glob("*/*.cms"):
                    if int(path.stem) <= series.get(path.parent.name, {}).get("loaded", 0):
                        path.unlink()

    def damage_landing(self):
        """A disk that turned a byte: the loader refuses the batch, and what it held comes again."""
        with self.loader_stopped():
            self.centre_back()
            self.change(new=2)
            before = set((self.centre.landing / self.site.name).glob("*/*.cms"))
            self.once()
            for path in set((self.centre.landing / self.site.name).glob("*/*.cms")) - before:
                content = bytearray(path.read_bytes())
                content[self.chance.randrange(len(content))] ^= 0x40
                path.write_bytes(content)

    # The end.

    def rest(self):
        self.centre_back()
        self.loader_starts()
        result = None
        for _ in range(10):
            self.cold()
            if not self.site.status()["approved"]:
                self.site.approve()  # the state was lost, and who had approved with it: a person must say it again
                self.cold()
            if json.loads(self.site.agent("deletions", "show", "--json").stdout):
                self.site.agent("deletions", "accept")
            self.once()
            wait_for(lambda: self.loaded(), 20, "the loader to load what it has")
            self.once()
            result = self.site.agree(seconds=1)
            if result.equal:
                break
        assert result.equal, f"CONTACT_SEED={self.seed}: after {', '.join(self.told)}: {result}"
        self.check_versions()

    def loaded(self):
        status = self.site.status()
        return status["stored_batches"] == 0 or self.site.once(check=False) is None

    def check_versions(self):
        with contextlib.closing(sqlite3.connect(f"file:{self.centre.warehouse}?mode=ro", uri=True, timeout=20)) as db:
            for stream in STREAMS:
                total, distinct = db.execute(f"SELECT count(*), count(DISTINCT hex(id)) FROM {stream} WHERE site = ?",
                                             (self.site.name,)).fetchone()
                assert total == distinct, f"CONTACT_SEED={self.seed}"


class ServerHistory(History):
    """The dispatch database is on a server, where people go on working."""

    STEPS = {**History.STEPS, "change": 9, "sessions_end": 1, "server_restarts": 1, "late_commit": 3}

    def __init__(self, seed, centre, folder, server):
        self.server, self.writers = server, None
        super().__init__(seed, centre, folder)
        self.writers = Writers(server, self.site.source, self.chance)

    def make_site(self, folder):
        site = Site(f"{folder}/h{self.seed}", self.centre, name=f"{self.server.kind}{self.seed}",
                    settings={"source": self.server.settings()})
        site.create(120, days_back=30, seed=self.seed)
        self.server.load(site.source)
        site.decode = readable
        return site

    def change(self, **more):
        super().change(**more)
        self.writers.follow()

    def clock_change(self):
        super().clock_change()
        self.writers.follow()

    def late_commit(self):
        self.writers.commit_late()

    def sessions_end(self):
        self.server.end_sessions()

    def server_restarts(self):
        self.server.restart()

    def rest(self):
        self.writers.rest()
        super().rest()


@pytest.fixture(name="centre", scope="module")
def shared_centre():
    with tempfile.TemporaryDirectory(prefix="his-", dir="/tmp") as folder:
        with Centre(f"{folder}/c").init().start() as centre:
            yield centre


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_both_sides_end_equal(seed, centre, tmp_path):
    History(seed, centre, tmp_path).play()


@pytest.fixture(name="server", scope="module", params=sorted(SERVERS))
def dispatch_server(request):
    with SERVERS[request.param]() as server:
        yield server


@pytest.mark.parametrize("seed", SERVER_SEEDS)
def test_whatever_happens_to_a_server_both_sides_end_equal(server, seed, centre, tmp_path):
    history = ServerHistory(seed, centre, tmp_path, server)
    try:
        history.play()
    finally:
        history.writers.abandon()
