# SPDX-License-Identifier: Apache-2.0
"""Random histories of a site, drawn by a seed: what happens to its dispatch database, its agent and its centre."""

import concurrent.futures
import contextlib
import datetime
import json
import pathlib
import random
import shutil
import sqlite3
import time

import memory
from association import Site
from centre import Centre
from compare import STREAMS
from dispatch_server import SERVERS, readable
from waiting import wait_for
from writers import Writers

LENGTH = 3, 12  # steps
MOST_ROUNDS = 4


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

    def __init__(self, seed, site):
        """site: as it has joined, before its first sweep."""
        self.seed, self.site, self.centre = seed, site, site.centre
        self.chance = random.Random(seed)
        self.away, self.backup, self.changes, self.told = False, None, 0, []

    def play(self):
        names, weights = zip(*self.STEPS.items())
        for name in self.chance.choices(names, weights, k=self.chance.randint(*LENGTH)):
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
        time.sleep(self.chance.expovariate(1 / 0.1))
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
        """Without a backup all begins with an empty warehouse."""
        with self.loader_stopped():
            for path in self.centre.warehouse.parent.glob("warehouse.db*"):
                path.unlink()
            if self.backup:
                shutil.copy(self.backup, self.centre.warehouse)

    def restore_without_landing(self):
        """As after a week: what was loaded has left the landing zone."""
        with self.loader_stopped():
            series = self.centre.told(self.site.name).get("series", {})
            self.restore()
            for path in self.landed():
                if int(path.stem) <= series.get(path.parent.name, {}).get("loaded", 0):
                    path.unlink()

    def damage_landing(self):
        """A disk that turned a byte: the loader refuses the batch, and what it held comes again."""
        with self.loader_stopped():
            self.centre_back()
            self.change(new=2)
            before = self.landed()
            self.once()
            for path in self.landed() - before:
                content = bytearray(path.read_bytes())
                content[self.chance.randrange(len(content))] ^= 0x40
                path.write_bytes(content)

    # The end.

    def rest(self):
        """Peace at last. A round is a sweep of all history, what comes of it, and what the centre thinks of that."""
        self.centre_back()
        self.loader_starts()
        result = None
        for self.rounds in range(1, MOST_ROUNDS + 1):
            self.cold()
            if {"lose_state", "damage_state"} & set(self.told) and not self.site.status()["approved"]:
                self.site.approve()  # who had approved was lost with the state: a person must say it again
                self.cold()
            if json.loads(self.site.agent("deletions", "show", "--json").stdout):
                self.site.agent("deletions", "accept")
            self.once()
            wait_for(self.loaded, 20, "the loader to load what it has")
            result = self.site.agree(seconds=0.2)
            if result.equal:
                break
            self.once()
        assert result.equal, f"CONTACT_SEED={self.seed}: after {', '.join(self.told)}: {result}"
        self.check_versions()

    def loaded(self):
        """Nothing is in the landing zone that the loader has not taken or refused."""
        done = {series: told["done"] for series, told in self.centre.told(self.site.name).get("series", {}).items()}
        return all(int(path.stem) <= done.get(path.parent.name, 0) for path in self.landed())

    def landed(self):
        return set((self.centre.landing / self.site.name).glob("*/*.cms"))

    def check_versions(self):
        with self.centre.reading() as db:
            for stream in STREAMS:
                total, distinct = db.execute(f"SELECT count(*), count(DISTINCT hex(id)) FROM {stream} WHERE site = ?",
                                             (self.site.name,)).fetchone()
                assert total == distinct, f"CONTACT_SEED={self.seed}"


class ServerHistory(History):
    """The dispatch database is on a server, where people go on working."""

    STEPS = {**History.STEPS, "change": 9, "sessions_end": 1, "server_restarts": 1, "late_commit": 3}

    def __init__(self, seed, site, server):
        super().__init__(seed, site)
        self.server = server
        server.load(site.source)
        self.writers = Writers(server, site.source, self.chance)

    def play(self):
        try:
            super().play()
        finally:
            self.writers.abandon()

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


class Lane:
    """Where some histories are played one after the other: a dispatch server, if any, and a centre whose sites are
    enrolled several at a time, for each waits a second for its certificate. A new centre for each few sites."""

    AHEAD = 10

    def __init__(self, kind, seeds):
        self.kind, self.seeds, self.sites, self.server = kind, list(seeds), {}, None
        self.own = contextlib.ExitStack()
        self.of_centre = contextlib.ExitStack()

    def __enter__(self):
        if self.kind in SERVERS:
            self.server = self.own.enter_context(SERVERS[self.kind](inside=memory.place()))
        return self

    def __exit__(self, *_):
        self.of_centre.close()
        self.own.close()

    def play(self, seed):
        if seed not in self.sites:
            self.open_centre(self.seeds[self.seeds.index(seed):][:self.AHEAD])
        history = ServerHistory(seed, self.sites[seed], self.server) if self.server else History(seed, self.sites[seed])
        try:
            history.play()
        except BaseException:
            self.keep(history)
            self.sites = {}  # what it left the centre in is no other's concern
            raise
        shutil.rmtree(self.sites.pop(seed).folder)

    def keep(self, history):
        """What a history that failed leaves behind, to be looked at."""
        kept = pathlib.Path(f"/tmp/contact-history-{history.site.name}")
        for folder in (history.site.folder, history.centre.folder):
            shutil.copytree(folder, kept / folder.name, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.sock"))
        print(f"CONTACT_SEED={history.seed}: {', '.join(history.told)}: kept in {kept}")

    def open_centre(self, seeds):
        self.of_centre.close()
        folder = self.of_centre.enter_context(memory.folder("his-"))
        centre = self.of_centre.enter_context(Centre(f"{folder}/c").init().start())
        self.sites = {seed: self.make_site(f"{folder}/{seed}", centre, seed) for seed in seeds}
        bundles = {site: centre.add_site(site.name) for site in self.sites.values()}
        with concurrent.futures.ThreadPoolExecutor(len(seeds)) as threads:
            list(threads.map(lambda site: site.enroll(bundles[site]).offer_seal(), bundles))
        for site in bundles:
            centre.accept_seal(site.name)
            site.approve()

    def make_site(self, folder, centre, seed):
        settings = {"source": self.server.settings()} if self.server else {}
        site = Site(folder, centre, name=f"{self.kind}{seed}", settings=settings)
        chance = random.Random(f"site {seed}")
        site.create(chance.choice((30, 60, 120)), days_back=30, seed=seed)
        site.begin(chance.choice([datetime.date(2015, 1, 1)] + [datetime.date.today() - datetime.timedelta(days=400)] * 9))
        if self.server:
            site.decode = readable
        return site
