#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The agent beside a real dispatch server, over ODBC: what a backfill takes, and what a steady agent costs the server.

    make bench SERVER=postgresql [CALLS=50000] [WINDOW=days] [STEADY=90]     or SERVER=mariadb

WINDOW: the mapping's days begin so long ago, while the database holds ten years; STEADY: seconds of ordinary work. SAMPLE: a
sample database that is there already. The server's CPU is that of all its processes; what it uses in the same time with nobody
connected is taken off. A steady agent has the default settings: a hot sweep every 30 s, a look every 5. Of PostgreSQL also the
slowest statement of each phase (pg_stat_statements), the longest time that the agent held a snapshot, and what its own sessions
used (looked at ten times a second): a server that was just filled does much of its own accord, which differs from one minute to
the next.
"""

import contextlib
import datetime
import json
import os
import pathlib
import shutil
import subprocess
import sys
import threading
import time

import psycopg2

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))

from association import Site  # noqa: E402
from bench import FOLDER, cpu_of, finished, memory_of, tree  # noqa: E402
from centre import Centre  # noqa: E402
from dispatch_server import SERVERS, USER  # noqa: E402
from waiting import wait_for  # noqa: E402

WHOLE_S = 6 * 3600  # a backfill at most
CHANGE_S = 20  # between two changes of ordinary work


def server_pid(server):
    """Of the process that all others of the server descend from."""
    folder = str(server.folder)
    listing = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], check=True, capture_output=True, text=True).stdout
    found = {int(line.split()[0]): int(line.split()[1]) for line in listing.splitlines()
             if folder in line and ("postgres -D" in line or "/postgres " in line or "mariadbd" in line or "mysqld" in line)
             and "ps -eo" not in line}
    return next(pid for pid, parent in found.items() if parent not in found)


def cpu_of_all(pid):
    return sum(map(cpu_of, tree(pid)))


class Watch:
    """What the server itself says of the agent's statements; of PostgreSQL alone."""

    def __init__(self, server):
        self.server, self.on, self.longest_s, self.sessions = server, server.kind == "postgresql", 0.0, {}
        if self.on:
            server.execute("CREATE EXTENSION pg_stat_statements")
            threading.Thread(target=self.look, daemon=True).start()

    def look(self):
        db = self.server.connect()
        db.autocommit = True
        with contextlib.suppress(psycopg2.Error), db.cursor() as cursor:  # until the server ends
            while True:
                cursor.execute("SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float"
                               " FROM pg_stat_activity WHERE usename = %s AND backend_xmin IS NOT NULL", (USER,))
                self.longest_s = max(self.longest_s, cursor.fetchone()[0])
                cursor.execute("SELECT pid FROM pg_stat_activity WHERE usename = %s", (USER,))
                for (pid,) in cursor.fetchall():
                    with contextlib.suppress(OSError):  # it has ended
                        self.sessions[pid] = cpu_of(pid)
                time.sleep(0.1)

    def begin(self):
        if self.on:
            self.server.execute("SELECT pg_stat_statements_reset()")
        self.longest_s = 0.0

    def session_cpu(self):
        """Seconds that the agent's sessions have used since the server began."""
        return sum(self.sessions.copy().values())

    def slowest(self):
        """Statements by their slowest run, in milliseconds. A fetch of a cursor is a statement too."""
        return self.server.rows("SELECT max_exec_time, mean_exec_time, calls, left(regexp_replace(query, '\\s+', ' ', 'g'), 60)"
                                " FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid"
                                f" WHERE rolname = '{USER}' ORDER BY max_exec_time DESC LIMIT 4")

    def tell(self, phase):
        if not self.on:
            return {}
        slowest = self.slowest()
        print(f"{phase}: a snapshot was held for {self.longest_s:.2f} s at most; slowest statements:", flush=True)
        for most, mean, calls, query in slowest:
            print(f"  {most:8.1f} ms, {mean:6.1f} on average, {calls} times: {query}")
        return {f"{phase}_snapshot_s": self.longest_s, f"{phase}_slowest_ms": slowest[0][0] if slowest else 0}


class Bench:
    def __init__(self, kind, calls, steady, window, sample):
        self.kind, self.calls, self.steady, self.window, self.sample = kind, calls, steady, window, sample
        self.folder = FOLDER / "server"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def make_site(self, centre, server):
        usual = {"send": ["heartbeat: 10s"], "collect": ["share: 1"]}
        site = Site(self.folder / "site", centre, settings={"source": server.settings(), **usual})
        if self.window:
            first = datetime.date.today() - datetime.timedelta(days=self.window)
            site.mapping.write_text(site.mapping.read_text().replace("days: {from: 2015-01-01}", f"days: {{from: {first}}}"))
        if self.sample:
            site.source.symlink_to(pathlib.Path(self.sample).resolve())
        else:
            site.create(self.calls, days_back=3650)
        return site

    def run(self):
        server_class = SERVERS[self.kind]
        if self.kind == "postgresql":
            server_class.options += " -c shared_preload_libraries=pg_stat_statements"
        with server_class() as server, Centre(self.folder / "centre").init().start() as centre:
            print(f"a {self.kind} server with {self.calls:,} calls …", flush=True)
            site = self.make_site(centre, server)
            server.load(site.source)
            site.join()
            pid, watch = server_pid(server), Watch(server)
            watch.begin()
            site.start("collect", "send")
            summary = {**self.backfill(site, pid), **watch.tell("backfill")}
            self.settle(site)
            watch.begin()
            summary |= {**self.ordinary(site, pid, watch), **watch.tell("steady")}
            watch.begin()
            summary |= {**self.cold(site), **watch.tell("cold")}
            site.stop()
        (FOLDER / f"summary-{self.kind}.json").write_text(json.dumps(summary, indent=1) + "\n")
        print(f"backfill: {summary['records']:,} records, {summary['records_per_s']:,.0f}/s; collect {summary['collect_cpu_s_per_million']:.1f}"
              f" CPU s per million, {summary['collect_kb']:,} kB resident at most; server {summary['server_cpu_s_per_million']:.1f}"
              " CPU s per million")
        sessions = f" ({summary['steady_session_percent']:.2f} % in the agent's sessions)" if watch.on else ""
        print(f"steady: {summary['steady_percent']:.2f} % of a core of the server{sessions} over {self.steady} s (idle"
              f" {summary['idle_percent']:.2f} %); collect {summary['collect_steady_percent']:.2f} %")
        print(f"a cold sweep of it all: {summary['cold_s']:.0f} s")
        return 0

    @staticmethod
    def backfill(site, pid):
        before, started, collect = cpu_of_all(pid), time.monotonic(), site.processes["collect"].pid
        wait_for(lambda: finished(site), WHOLE_S, "the backfill")
        seconds = time.monotonic() - started
        records = sum(stream["records"] for stream in site.status()["streams"])
        return {"records": records, "records_per_s": records / seconds, "collect_kb": memory_of(collect),
                "collect_cpu_s_per_million": cpu_of(collect) * 1e6 / records,
                "server_cpu_s_per_million": (cpu_of_all(pid) - before) * 1e6 / records}

    @staticmethod
    def settle(site):
        """What is done once a night comes right after the backfill: until collect has used no tenth of a core for a minute."""
        collect, quiet, started = site.processes["collect"].pid, 0, time.monotonic()
        while quiet < 12 and time.monotonic() - started < WHOLE_S:
            before = cpu_of(collect)
            time.sleep(5)
            quiet = quiet + 1 if cpu_of(collect) - before < 0.5 else 0

    def ordinary(self, site, pid, watch):
        """A call changes each twenty seconds, as some eight hundred a day with their times do."""
        collect = site.processes["collect"].pid
        before, own, session, started = cpu_of_all(pid), cpu_of(collect), watch.session_cpu(), time.monotonic()
        while time.monotonic() - started < self.steady:
            watch.server.execute("UPDATE appels SET modifie_le = CURRENT_TIMESTAMP WHERE num = (SELECT MAX(num) FROM appels)")
            time.sleep(CHANGE_S)
        spent, used, own = time.monotonic() - started, cpu_of_all(pid) - before, cpu_of(collect) - own
        session = watch.session_cpu() - session
        site.stop("collect")
        before, started = cpu_of_all(pid), time.monotonic()
        time.sleep(self.steady / 3)
        idle = (cpu_of_all(pid) - before) / (time.monotonic() - started)
        return {"steady_percent": 100 * max(0, used / spent - idle), "idle_percent": 100 * idle,
                "steady_session_percent": 100 * session / spent, "collect_steady_percent": 100 * own / spent}

    @staticmethod
    def cold(site):
        started = time.monotonic()
        site.agent("sweep", "cold", timeout=WHOLE_S)
        return {"cold_s": time.monotonic() - started}


def number(name, otherwise):
    return int(os.environ.get(name) or otherwise)


def main():
    return Bench(os.environ["SERVER"], number("CALLS", 50000), number("STEADY", 90), number("WINDOW", 0),
                 os.environ.get("SAMPLE")).run()


if __name__ == "__main__":
    sys.exit(main())
