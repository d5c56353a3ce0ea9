# SPDX-License-Identifier: Apache-2.0
"""`contact-agent run`: both processes as children of one, collect without a network."""

import contextlib
import os
import pathlib
import pty
import signal
import sqlite3
import subprocess
import tempfile

import pytest

from association import BUILD, Site
from centre import Centre
from waiting import wait_for

pytestmark = pytest.mark.release_only  # not yet proved within the time of the sanitizers' run


def children(pid):
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def namespace(pid):
    return os.readlink(f"/proc/{pid}/ns/net")


@pytest.fixture(name="site")
def running_site():
    with tempfile.TemporaryDirectory(prefix="run-", dir="/tmp") as folder:
        with Centre(f"{folder}/c").init().start() as centre:
            site = Site(f"{folder}/s", centre, settings={"collect": ["hot: 1s"]}).create(200, days_back=10)
            site.join()
            with site.start("run"):
                yield site


def test_collect_runs_where_nothing_can_be_reached_and_status_says_so(site):
    allowed = subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False).returncode == 0
    result = site.agree()
    assert result.equal, result
    run = site.processes["run"].pid
    spaces = {pathlib.Path(f"/proc/{child}/comm").read_text().strip(): namespace(child) for child in children(run)}
    assert len(spaces) == 2
    assert spaces["contact-agent-s"] == namespace(run)
    assert (spaces["contact-agent"] != namespace(run)) == allowed
    wait_for(lambda: site.status()["isolated"] == allowed, 30, "status to tell of the isolation")


def test_a_child_that_dies_is_started_again_and_the_end_of_one_is_the_end_of_all(site):
    run = site.processes["run"].pid
    before = wait_for(lambda: len(children(run)) == 2 and children(run), 10, "two children")
    os.kill(before[0], signal.SIGKILL)
    wait_for(lambda: len(children(run)) == 2 and before[0] not in children(run), 15, "the child to be there again")
    after = children(run)
    site.stop("run", seconds=10)
    assert not any(pathlib.Path(f"/proc/{child}").exists() for child in after)


def test_what_ended_is_told_at_once_with_what_to_type(site):
    assert site.agree().equal
    wait_for(lambda: "Nothing to do" in site.agent().stdout, 20, "both to be seen")
    assert "do not run" not in str(site.status()["troubles"])
    site.kill("run")
    shown = site.agent().stdout
    assert "contact-agent-collect and contact-agent-send do not run: nothing is read or sent" in shown
    assert shown.endswith("Next: systemctl start contact-agent.target, or contact-agent run\n")
    site.start("send")
    wait_for(lambda: "contact-agent-collect does not run: nothing is read" in site.status()["troubles"], 10, "send alone")
    site.stop("send")
    site.start("collect")
    wait_for(lambda: "contact-agent-send does not run" in str(site.status()["troubles"]), 10, "collect alone")
    assert "contact-agent run" in site.status()["next"]


def test_a_hangup_is_passed_on_and_ends_nothing(site):
    run = site.processes["run"]
    before = wait_for(lambda: len(children(run.pid)) == 2 and children(run.pid), 10, "two children")
    wait_for(lambda: site.status()["backfill_percent"] == 100, 30, "the backfill")
    os.kill(run.pid, signal.SIGHUP)
    wait_for(lambda: "a sweep now" in site.log("run"), 30, "the signal to reach collect")
    assert run.poll() is None and children(run.pid) == before


def test_run_ends_with_its_terminal(site):
    site.stop("run", seconds=10)
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(BUILD / "contact-agent", ["contact-agent", "run"], site.environment())
    parts = wait_for(lambda: len(children(pid)) == 2 and children(pid), 10, "two children")
    os.close(terminal)
    wait_for(lambda: os.waitpid(pid, os.WNOHANG)[0] == pid, 10, "the end of run")
    assert not any(pathlib.Path(f"/proc/{part}").exists() for part in parts)


def touch(path):
    """Writes to a database and its log back: who has it open reads all of it anew. False while somebody writes."""
    with contextlib.closing(sqlite3.connect(path, timeout=0.2)) as db, contextlib.suppress(sqlite3.OperationalError):
        db.execute("INSERT OR REPLACE INTO fact VALUES ('touched', '1')")
        db.commit()
        return db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    return False


def test_a_state_that_is_damaged_while_it_is_in_use_is_set_aside(site):
    """Only a start does so: the part ends, and is started again."""
    assert site.agree().equal
    path, parts = site.collect / "state.db", children(site.processes["run"].pid)

    def damaged():
        for part in parts:
            os.kill(part, signal.SIGSTOP)
        touched = touch(path)
        if touched:
            with path.open("r+b") as file:
                file.seek(4096)
                file.write(os.urandom(path.stat().st_size - 4096))
        for part in parts:
            os.kill(part, signal.SIGCONT)
        return touched

    wait_for(damaged, 30, "the state to be damaged")
    wait_for(lambda: list(site.collect.glob("state.db.damaged-*")), 30, "the state to be set aside")
    result = site.agree()
    assert result.equal, result
