# SPDX-License-Identifier: Apache-2.0
"""A whole association in a folder: a sample dispatch database and the agent installed beside it."""

import contextlib
import datetime
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import time
import zoneinfo

import compare
import pseudonym
from centre import ROOT
from waiting import deadline, wait_for

BUILD = ROOT / os.environ.get("CONTACT_BUILD", "build/release")
MAPPING = ROOT / "conf" / "mappings" / "demo-dispatch.yaml"
SHARE = 50  # of the time: a test waits for no source that is left alone


def yesterday(time_of_day):
    """As a dispatch database writes it, by the clocks of its zone: a day that hot sweeps read."""
    today = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Paris")).date()
    return f"{today - datetime.timedelta(days=1)} {time_of_day}"


class Site:
    """settings: YAML lines added to agent.yaml, by section ({"collect": ["hot: 1s"]})."""

    def __init__(self, folder, centre, name="lyon", settings=None, mapping=MAPPING):
        self.folder = pathlib.Path(folder).resolve()
        self.centre, self.name = centre, name
        self.source = self.folder / "dispatch" / "dispatch.db"
        self.canaries = self.folder / "canaries.txt"
        self.collect, self.send = self.folder / "collect", self.folder / "send"
        self.spool = self.folder / "spool"
        self.logs = self.folder / "logs"
        self.config = self.folder / "agent.yaml"
        self.mapping = self.folder / "mapping.yaml"
        self.processes = {}
        self.decode = compare.as_utf8  # how the texts of the source are read
        self.first_day = datetime.date(2015, 1, 1)
        for path in (self.source.parent, self.logs):
            path.mkdir(parents=True, exist_ok=True)
        self.mapping.write_bytes(pathlib.Path(mapping).read_bytes())
        self.write_config(settings or {})

    def write_config(self, settings):
        sections = {"source": [f"database: {self.source}"], "collect": [f"folder: {self.collect}", f"share: {SHARE}"],
                    "send": [f"folder: {self.send}", "heartbeat: 1s", "spread: 0s"], "spool": [f"folder: {self.spool}"]}
        for section, lines in settings.items():
            names = {line.partition(":")[0] for line in lines}
            sections[section] = [line for line in sections.get(section, [])
                                 if line.partition(":")[0] not in names] + lines
        text = [f"mapping: {self.mapping}", f"model_folder: {ROOT}/conf/model"]
        for section, lines in sections.items():
            text += [f"{section}:", *(f"  {line}" for line in lines)]
        self.config.write_text("\n".join(text) + "\n")

    def begin(self, day):
        """The mapping's first day."""
        text = self.mapping.read_text(encoding="utf-8")
        self.mapping.write_text(text.replace(f"days: {{from: {self.first_day}}}", f"days: {{from: {day}}}"), encoding="utf-8")
        self.first_day = day

    # The source.

    def sample(self, *arguments):
        done = subprocess.run([BUILD / "sample-dispatch", *map(str, arguments), "--canaries", self.canaries],
                              check=True, capture_output=True, text=True)
        return json.loads(done.stdout) if done.stdout else None

    def create(self, calls, days_back=365, seed=1):
        self.sample("create", "--calls", calls, "--seed", seed, "--days-back", days_back, "--out", self.source)
        return self

    def change(self, seed=1, **counts):
        """What a working association does: new, late, correct, delete, merge, object, within (days)."""
        options = [word for name, count in counts.items() for word in (f"--{name}", count)]
        return self.sample("change", "--db", self.source, "--seed", seed, *options)

    # The agent.

    def environment(self):
        return {**os.environ, "CONTACT_AGENT_CONFIG": str(self.config)}

    def agent(self, *arguments, check=True, timeout=120, program="contact-agent", typed=""):
        """typed: what comes on standard input."""
        done = subprocess.run([BUILD / program, *map(str, arguments)], env=self.environment(), capture_output=True,
                              text=True, timeout=timeout, input=typed, check=False)
        with (self.logs / "commands.log").open("a", encoding="utf-8") as log:
            log.write(f"$ {program} {' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}")
        if check and done.returncode != 0:
            raise AssertionError(f"{program} {arguments}: status {done.returncode}: {done.stderr[-2000:]}")
        return done

    def enroll(self, bundle=None):
        self.agent("enroll", bundle or self.centre.add_site(self.name), "--wait")
        return self

    def approve(self, who="Dr Demo, president"):
        self.agent("approve", "--by", who, "--yes", "--no-key-backup")
        return self

    def join(self):
        """Everything up to the first sweep: the seal is accepted as soon as the site has offered it."""
        self.enroll()
        self.offer_seal()
        self.centre.accept_seal(self.name)
        return self.approve()

    def offer_seal(self):
        if not self.centre.offered_seal(self.name):
            self.agent("once", program="contact-agent-send", check=False)
            wait_for(lambda: self.centre.offered_seal(self.name), 20, "the site to offer its seal")

    def once(self, check=True, timeout=600):
        return self.agent("once", check=check, timeout=timeout)

    def status(self):
        return json.loads(self.agent("status", "--json").stdout)

    # Its two processes.

    def start(self, *parts, wrapper=()):
        """"collect" and "send" as separate processes, or "run" for both. wrapper: words put before the command."""
        for part in parts or ("collect", "send"):
            with (self.logs / f"{part}.log").open("a", encoding="utf-8") as log:
                self.processes[part] = subprocess.Popen([*map(str, wrapper), BUILD / "contact-agent", part],
                                                        env=self.environment(), stdin=subprocess.DEVNULL, stdout=log,
                                                        stderr=log, start_new_session=True)
        return self

    def stop(self, *parts, seconds=20):
        for part in parts or list(self.processes):
            process = self.processes.pop(part)
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            status = process.wait(timeout=seconds)
            # -SIGTERM: told before it had begun to listen, which systemd too takes for a good end
            assert status in (0, -signal.SIGTERM), f"{part} ended with {status}: {self.log(part)[-2000:]}"

    def kill(self, part):
        """As by the kernel, without warning; a child of its own goes with it."""
        process = self.processes.pop(part)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def log(self, part):
        path = self.logs / f"{part}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        for part in list(self.processes):
            if kind is None:
                self.stop(part)
            else:
                self.kill(part)

    # What both sides hold.

    def queue(self):
        """Batches in the spool by state, 0 queued and 1 stored, and those of the outbox."""
        counts = {}
        current = self.spool / "current" / "spool.db"
        if current.exists():
            with contextlib.closing(sqlite3.connect(f"file:{current}?mode=ro", uri=True, timeout=10)) as db:
                counts = dict(db.execute("SELECT state, count(*) FROM batch GROUP BY state"))
        return counts

    def root_key(self):
        return bytes.fromhex((self.collect / "root.key").read_text().splitlines()[0])

    def key_epoch(self):
        lines = (self.collect / "root.key").read_text().splitlines()
        return int(next((line.partition(": ")[2] for line in lines if line.startswith("epoch: ")), "1"))

    def core(self, kind, local_id):
        """What the warehouse calls a person ("person") or a record (the stream's name) of the first key epoch."""
        warehouse = pseudonym.Warehouse((self.centre.folder / "loader" / "warehouse.key").read_bytes(), self.name)
        return warehouse.core(kind, pseudonym.token(self.root_key(), self.name, kind, local_id))

    def stored(self, stream, local_id, columns="1"):
        """A record's columns in the warehouse; None when it is not there."""
        with self.centre.reading() as db:
            return db.execute(f"SELECT {columns} FROM {stream} WHERE id = ?", (self.core(stream, local_id),)).fetchone()

    def sides(self, **more):
        return compare.Sides(self.source, self.name, self.root_key(),
                             (self.centre.folder / "loader" / "warehouse.key").read_bytes(), self.key_epoch(),
                             **{"decode": self.decode, "first": self.first_day, **more})

    def compare(self, warehouse=None, mark="?", sides=None):
        """warehouse: a connection; the centre's SQLite file without one. sides: the source, when already read."""
        sides = sides or self.sides()
        if warehouse is not None:
            return sides.compare(warehouse, mark)
        with self.centre.reading() as db:
            return sides.compare(db)

    def agree(self, seconds=60, warehouse=None, mark="?"):
        """Waits until source and warehouse are equal; returns the comparison, equal or not, at the end. The source must
        not change meanwhile."""
        sides, end = self.sides(), deadline(seconds)
        while True:
            result = self.compare(warehouse, mark, sides)
            if result.equal or time.monotonic() > end:
                return result
            time.sleep(0.3)
