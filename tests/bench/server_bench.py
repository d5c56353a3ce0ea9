#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The agent beside a real dispatch server, over ODBC: what a backfill takes, and what a steady agent costs the server.

    make bench SERVER=postgresql [CALLS=50000] [STEADY=90]     or SERVER=mariadb; STEADY: seconds of ordinary work

The server's CPU is that of all its processes; what it uses in the same time with nobody connected is taken off. A steady
agent has the default settings: a hot sweep every 30 s, a look every 5.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))

from association import Site  # noqa: E402
from bench import FOLDER, cpu_of, finished, memory_of, tree  # noqa: E402
from centre import Centre  # noqa: E402
from dispatch_server import SERVERS  # noqa: E402
from waiting import wait_for  # noqa: E402


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


class Bench:
    def __init__(self, kind, calls, steady):
        self.kind, self.calls, self.steady = kind, calls, steady
        self.folder = FOLDER / "server"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def run(self):
        with SERVERS[self.kind]() as server, Centre(self.folder / "centre").init().start() as centre:
            site = Site(self.folder / "site", centre, settings={"source": server.settings(), "send": ["heartbeat: 10s"]})
            print(f"a {self.kind} server with {self.calls:,} calls …", flush=True)
            site.create(self.calls, days_back=3650)
            server.load(site.source)
            site.join()
            pid = server_pid(server)
            site.start("collect", "send")
            summary = {**self.backfill(site, pid), **self.ordinary(site, pid)}
            site.stop()
        (FOLDER / f"summary-{self.kind}.json").write_text(json.dumps(summary, indent=1) + "\n")
        print(f"backfill: {summary['records']:,} records, {summary['records_per_s']:,.0f}/s; collect {summary['collect_cpu_s_per_million']:.1f}"
              f" CPU s per million, {summary['collect_kb']:,} kB resident at most; server {summary['server_cpu_s_per_million']:.1f}"
              " CPU s per million")
        print(f"steady: {summary['steady_percent']:.2f} % of a core of the server over {self.steady} s (idle"
              f" {summary['idle_percent']:.2f} %); collect {summary['collect_steady_percent']:.2f} %")
        return 0

    @staticmethod
    def backfill(site, pid):
        before, started, collect = cpu_of_all(pid), time.monotonic(), site.processes["collect"].pid
        wait_for(lambda: finished(site), 3600, "the backfill")
        seconds = time.monotonic() - started
        records = sum(stream["records"] for stream in site.status()["streams"])
        return {"records": records, "records_per_s": records / seconds, "collect_kb": memory_of(collect),
                "collect_cpu_s_per_million": cpu_of(collect) * 1e6 / records,
                "server_cpu_s_per_million": (cpu_of_all(pid) - before) * 1e6 / records}

    def ordinary(self, site, pid):
        """Nothing changes meanwhile: what looking costs."""
        collect = site.processes["collect"].pid
        before, own, started = cpu_of_all(pid), cpu_of(collect), time.monotonic()
        time.sleep(self.steady)
        spent, used, own = time.monotonic() - started, cpu_of_all(pid) - before, cpu_of(collect) - own
        site.stop("collect")
        before, started = cpu_of_all(pid), time.monotonic()
        time.sleep(self.steady / 3)
        idle = (cpu_of_all(pid) - before) / (time.monotonic() - started)
        return {"steady_percent": 100 * max(0, used / spent - idle), "idle_percent": 100 * idle,
                "collect_steady_percent": 100 * own / spent}


def main():
    return Bench(os.environ["SERVER"], int(os.environ.get("CALLS") or 50000), int(os.environ.get("STEADY") or 90)).run()


if __name__ == "__main__":
    sys.exit(main())
