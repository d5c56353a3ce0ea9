# SPDX-License-Identifier: Apache-2.0
"""A site's sending half in a folder: its settings, its spool, its process."""

import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import tempfile
import time

import pytest
from faulty_centre import Authority, Centre
from waiting import wait_for

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("CONTACT_BUILD", "build/release")
SERIES = "0123456789abcdefghjkmnpqr0"
STATES = ["queued", "stored", "parked", "too-large", "conflict"]


class Site:
    def __init__(self, folder, centre, heartbeat="200ms", proxy="", series=SERIES):
        self.folder = pathlib.Path(folder)
        self.centre = centre
        self.spool = self.folder / "spool"
        self.send = self.folder / "send"
        self.config = self.folder / "agent.yaml"
        self.config.write_text(f"send:\n  folder: {self.send}\n  heartbeat: {heartbeat}\n  spread: 100ms\n"
                               f"  proxy: '{proxy}'\nspool:\n  folder: {self.spool}\n")
        self.process = None
        self.log = self.folder / "send.log"
        if series:
            self.create(series)

    def create(self, series):
        self.series = series
        self.tool("create", series)

    def tool(self, *arguments):
        done = subprocess.run([BUILD / "spool-tool", self.spool, *map(str, arguments)], check=True, capture_output=True,
                              text=True)
        return done.stdout.strip()

    def put(self, seq, lane="fresh", kind="batch", size=3000):
        body = self.folder / f"{seq}.cms"
        body.write_bytes(f"{kind} {seq} ".encode() * (size // 8))
        self.tool("put", seq, lane, kind, body)
        return body.read_bytes()

    def fact(self, name):
        return self.tool("get", name)

    def states(self):
        """seq -> state, of the batches still held."""
        with sqlite3.connect(f"file:{self.spool}/current/spool.db?mode=ro", uri=True) as db:
            return {seq: STATES[state] for seq, state in db.execute("SELECT seq, state FROM batch ORDER BY seq")}

    def bundle(self, **changed):
        ca = "".join("  " + line + "\n" for line in self.centre.authority.pem.read_text().splitlines())
        members = {"url": self.centre.url, "code": self.centre.code, **changed}
        path = self.folder / "bundle.yaml"
        path.write_text(f"site: lyon\nurl: {members['url']}\ncode: {members['code']}\nca: |\n{ca}"
                        f"warehouse_root: |\n{ca}recipients: |\n{ca}receipt: |\n  -----BEGIN PUBLIC KEY-----\n  -----END PUBLIC KEY-----\n")
        return path

    def command(self, *arguments):
        return subprocess.run([BUILD / "contact-agent-send", "--config", self.config, *map(str, arguments)],
                              capture_output=True, text=True, timeout=30, check=False)

    def enroll(self, *arguments, **changed):
        return self.command("enroll", self.bundle(**changed), *arguments)

    def start(self):
        with self.log.open("a", encoding="utf-8") as log:
            self.process = subprocess.Popen([BUILD / "contact-agent-send", "--config", self.config, "run"], stderr=log)
        return self

    def stop(self):
        """SIGTERM; returns exit status and the seconds it took."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=10)
        self.process = None
        return status, time.monotonic() - begun

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def lines(self, word):
        return [line for line in self.log.read_text().splitlines() if word in line]

    def status(self):
        return json.loads(self.command("status", "--json").stdout)


def seqs(centre, status=None):
    return [seq for seq, answered in centre.puts if status in (None, answered)]


def all_stored(site, count):
    return lambda: list(site.states().values()) == ["stored"] * count


@pytest.fixture(scope="session", autouse=True)
def programs():
    variant = BUILD.name
    subprocess.run(["make", "-s", f"VARIANT={variant}", f"build/{variant}/contact-agent-send",
                    f"build/{variant}/spool-tool"], cwd=ROOT, check=True)


@pytest.fixture(name="authority", scope="module")
def fixture_authority():
    with tempfile.TemporaryDirectory() as folder:
        yield Authority(pathlib.Path(folder) / "ca")


@pytest.fixture(name="centre")
def fixture_centre(authority):
    centre = Centre(authority).start()
    yield centre
    centre.stop()


@pytest.fixture(name="site")
def fixture_site(tmp_path, centre):
    site = Site(tmp_path, centre)
    done = site.enroll()
    assert done.returncode == 0, done.stderr
    yield site
    site.kill()
