#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""From nothing to a filled warehouse, then faults; shows that both sides agree and that nothing leaked.

    make demo [CALLS=20000] [KEEP=1]

Everything happens below build/demo, with real processes: nginx, contact-gateway (serve, sign, load) and
contact-agent run. Needs what scripts/deps installs, and Python's own library.
"""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import compare
import expected
import leakscan
import opener
from association import Site
from centre import ROOT, Centre
from screen import Screen

FOLDER = pathlib.Path(os.environ.get("DEMO_FOLDER") or ROOT / "build" / "demo")
SITE = "lyon"
FAST = {"collect": ["hot: 1s", "look: 500ms", "share: 50"]}


class Demo:
    def __init__(self, calls, folder=FOLDER, screen=None):
        self.calls, self.folder = calls, pathlib.Path(folder)
        self.screen = screen or Screen()
        self.started = time.monotonic()
        self.summary = {"calls": calls, "equal": False}
        self.changes = {}
        self.centre = self.site = self.result = None

    # What a person watches, in this order.

    def run(self):
        screen = self.screen
        screen.title(f"contact-agent: an association of {self.calls:,} calls, from nothing to the warehouse")
        self.make_folder()
        self.make_source()
        self.make_centre()
        self.join()
        self.backfill()
        self.change_history()
        self.take_centre_away()
        self.scan()
        self.conclude()
        return 0 if self.good() else 1

    def make_folder(self):
        stop_former(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "tmp").mkdir(parents=True)
        # Whatever is written to a temporary file is found by the scan.
        os.environ["TMPDIR"] = os.environ["SQLITE_TMPDIR"] = str(self.folder / "tmp")
        self.centre = Centre(self.folder / "centre")
        self.site = Site(self.folder / "site", self.centre, SITE, FAST)

    def make_source(self):
        self.screen.begin("a dispatch database")
        self.site.create(self.calls)
        with self.site.canaries.open("rb") as lines:
            planted = sum(1 for _ in lines)
        self.screen.done("a dispatch database", f"{self.calls:,} calls of a year; {planted:,} identifying values in it")

    def make_centre(self):
        self.screen.begin("a centre")
        self.centre.init().start()
        self.screen.done("a centre", f"nginx, intake, signer and loader at {self.centre.url}")

    def join(self):
        self.screen.begin("the association joins")
        self.site.enroll()
        self.site.offer_seal()
        fingerprint = self.centre.accept_seal(SITE)
        self.site.agent("check")
        self.site.approve()
        self.screen.done("the association joins", f"enrolled; seal {fingerprint[:4]} {fingerprint[4:8]}… accepted;"
                         " checked; approved")

    def backfill(self):
        expected_records = len(expected.read(self.site.source)[0])
        self.screen.begin("backfill")
        started = time.monotonic()
        self.site.start("run")
        self.watch(expected_records)
        seconds = time.monotonic() - started
        self.summary["backfill_seconds"] = round(seconds, 1)
        self.screen.done("backfill", f"{expected_records:,} records in the warehouse, {expected_records / seconds:,.0f}/s")
        self.expect_equal("after the backfill")

    def change_history(self):
        self.screen.begin("history changes")
        self.change(seed=2, within=200, new=20, late=8, correct=15, delete=6, merge=2, object=2)
        self.sweep_all()
        self.screen.done("history changes", told(self.changes))
        self.expect_equal("after the changes")

    def take_centre_away(self):
        screen, before = self.screen, dict(self.changes)
        screen.begin("the centre goes away")
        self.centre.stop("nginx", "serve")
        for seed in range(3, 8):
            self.change(seed=seed, within=1, new=12, late=1, correct=2, delete=1)
            time.sleep(1.2)
        self.site.agent("status")
        waiting = self.wait(lambda: self.site.queue().get(0, 0), 20, "batches to wait in the queue")
        self.change(seed=8, within=60, new=0, late=3, correct=5, delete=2, merge=1, object=1)
        self.sweep_all()
        waiting = self.site.queue().get(0, 0) or waiting
        shutil.copytree(self.site.spool, self.folder / "kept" / "spool-in-outage", symlinks=True)
        during = {name: count - before.get(name, 0) for name, count in self.changes.items()}
        screen.done("the centre goes away", f"meanwhile {told(during)}; {waiting} batches wait")
        screen.begin("the centre comes back")
        back = time.monotonic()
        self.centre.start("serve", "nginx")
        drained = self.wait(lambda: not self.site.queue().get(0, 0), 60, "the queue to empty")
        screen.done("the centre comes back", "the queue empties by itself")
        self.result = self.expect_equal("after the outage")
        self.summary["caught_up_after_outage"] = drained and self.result.equal
        self.summary["catch_up_seconds"] = round(time.monotonic() - back, 1)

    def scan(self):
        screen = self.screen
        screen.begin("batches opened")
        batches, lines = opener.open_landing(self.centre, SITE, self.folder / "opened")
        screen.done("batches opened", f"{batches} batches, {lines:,} lines, by the openssl command and the loader's key")
        screen.begin("leak scan")
        report = leakscan.scan(leakscan.Canaries.read(self.site.canaries), self.places(), self.tell_place)
        self.summary.update(report)
        size = sum(place["bytes"] for place in report["places_scanned"])
        text = (f"{report['identifiers_found']} of {report['identifiers_planted']:,} found in"
                f" {len(report['places_scanned'])} places, {size / 1e6:.0f} MB")
        if report["control"] and not report["identifiers_found"]:
            screen.done("leak scan", text + "; planted ones were")
            return
        screen.failed("leak scan", text)
        for place in report["places_scanned"]:
            if place["found"] or not place["control"]:
                screen.note(f"{place['place']}: {place['found'] or 'a planted value was not found: this proves nothing'}")

    def tell_place(self, place):
        """The scan takes as long as all before it: who watches sees that it goes on."""
        found = "nothing" if not place["found"] else f"{sum(place['found'].values())} values"
        self.screen.note(f"{place['place']}: {place['files']:,} files, {place['bytes'] / 1e6:.1f} MB, {found} found")

    def places(self):
        centre, site = self.centre.folder, self.site
        loader = [centre / name for name in ("state", "feedback", "enrol", "public", "seals", "offline", "signer", "tls",
                                             "loader", "gateway.yaml", "lyon.bundle.yaml")]
        logs = [site.logs, *centre.glob("*.log"), centre / "nginx"]
        return [leakscan.Place("spool, with its write-ahead log", site.spool, self.folder / "kept"),
                leakscan.Place("landing zone", self.centre.landing),
                leakscan.Place("plaintext that the loader sees", self.folder / "opened"),
                leakscan.Place("warehouse", self.centre.warehouse.parent),
                leakscan.Place("gateway's files", *loader),
                leakscan.Place("logs", *logs),
                leakscan.Place("collect's state", site.collect),
                leakscan.Place("send's folder", site.send),
                leakscan.Place("temporary files", self.folder / "tmp")]

    def conclude(self):
        result = self.result
        self.summary.update({"source": result.source, "warehouse": result.warehouse, "equal": result.equal,
                             "changes_applied": self.changes, "seconds": round(time.monotonic() - self.started, 1)})
        (self.folder / "summary.json").write_text(json.dumps(self.summary, indent=1) + "\n")
        self.screen.note("")
        self.screen.table(["stream", "source", "warehouse", ""],
                          [[stream, f"{result.source[stream]:,}", f"{result.warehouse[stream]:,}",
                            "differs" if stream in result.differences else "equal"] for stream in compare.STREAMS])
        self.screen.note("")
        if not result.equal:
            self.screen.note(f"differences: {result.differences}")
        verdict = "Source and warehouse agree, and no identifier left." if self.good() else "THIS IS NOT AS IT SHOULD BE."
        self.screen.note(f"{verdict}  {self.summary['seconds']} s; {self.folder / 'summary.json'}")

    # How.

    def good(self):
        s = self.summary
        return bool(s["equal"] and s.get("caught_up_after_outage") and s.get("control")
                    and s.get("identifiers_found") == 0)

    def change(self, seed, **counts):
        for name, count in self.site.change(seed=seed, **counts).items():
            if name != "at":
                self.changes[name] = self.changes.get(name, 0) + count

    def sweep_all(self):
        """The weekly sweep of all history, now: one collect at a time."""
        self.site.stop("run")
        self.site.agent("sweep", "cold")
        self.site.start("run")

    def expect_equal(self, when):
        self.screen.begin(f"equal {when}?")
        result = self.site.agree(60)
        if result.equal:
            self.screen.done(f"equal {when}", f"{sum(result.source.values()):,} records compared one by one")
        else:
            self.screen.failed(f"not equal {when}", str(result.differences))
        return result

    def watch(self, total):
        """Until the warehouse holds that many records, or nothing moves for a minute."""
        moved, last = time.monotonic(), -1
        while True:
            now = self.loaded()
            self.screen.progress("records", now, total)
            if now >= total:
                return
            if now != last:
                moved, last = time.monotonic(), now
            if time.monotonic() - moved > 60:
                raise TimeoutError(f"nothing more arrives: {now:,} of {total:,} records; see {self.site.logs}")
            time.sleep(0.25)

    def loaded(self):
        with contextlib.suppress(sqlite3.OperationalError), self.centre.reading() as db:
            return sum(db.execute(f'SELECT count(*) FROM "{stream}"').fetchone()[0] for stream in compare.STREAMS)
        return 0

    def wait(self, condition, seconds, what):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"waited {seconds} s in vain for {what}; see {self.site.logs}")
            time.sleep(0.1)
        return condition()

    def keep(self):
        processes = {**self.site.processes, **self.centre.processes}
        (self.folder / "pids").write_text("".join(f"{process.pid}\n" for process in processes.values()))
        (self.folder / "stop").write_text(f"#!/bin/sh\nkill $(cat {self.folder}/pids)\n")
        (self.folder / "stop").chmod(0o755)
        self.screen.note("It goes on running. Look at:")
        config = f"CONTACT_AGENT_CONFIG={self.site.config}"
        build = self.centre.program.parent
        for what, where in (("the site", f"{config} {build}/contact-agent status"),
                            ("all sites", f"{self.centre.program} --config {self.centre.config} fleet"),
                            ("their page", f"{self.centre.operators_url}/fleet"),
                            ("the warehouse", f"any SQLite client, on {self.centre.warehouse}"),
                            ("the source", self.site.source),
                            ("to stop it", self.folder / "stop")):
            self.screen.note(f"  {what:<14} {where}")

    def stop(self):
        for part in (self.site, self.centre):
            for process in (part.processes if part else {}).values():
                if process.poll() is None:
                    process.terminate()
        for part in (self.site, self.centre):
            for process in (part.processes if part else {}).values():
                try:
                    process.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    process.kill()


def told(changes):
    words = {"new": "new", "late": "late", "corrected": "corrected", "deleted": "deleted", "merged": "merged",
             "objected": "objections"}
    return ", ".join(f"{changes[name]} {word}" for name, word in words.items() if changes.get(name))


def stop_former(folder):
    """A demo that was kept: its processes, each known by pid and by having this folder in its command or settings."""
    with contextlib.suppress(FileNotFoundError):
        for pid in (folder / "pids").read_text().split():
            with contextlib.suppress(OSError):
                about = b"".join(pathlib.Path("/proc", pid, name).read_bytes() for name in ("cmdline", "environ"))
                if str(folder).encode() in about:
                    os.kill(int(pid), signal.SIGTERM)


def main():
    demo = Demo(int(os.environ.get("CALLS") or 20000))
    kept = False
    try:
        status = demo.run()
        if os.environ.get("KEEP"):
            demo.keep()
            kept = True
        return status
    except (AssertionError, TimeoutError, subprocess.SubprocessError, OSError) as error:
        demo.screen.failed("stopped", str(error))
        return 1
    except KeyboardInterrupt:
        demo.screen.failed("stopped", "by you")
        return 130
    finally:
        if not kept:
            demo.stop()


if __name__ == "__main__":
    sys.exit(main())
