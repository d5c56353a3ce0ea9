# SPDX-License-Identifier: Apache-2.0
"""What an administrator can break, broken: each message says what happened, where, and what to do, and nothing of a row.
And what the association decided survives what is lost."""

import shutil
import sqlite3

import pytest

from association import Site
from centre import Centre

GARBAGE = "this is no database, and it is long enough to be taken for one: 0123456789012345678901234567890\n"


@pytest.fixture(name="enrolled", scope="module")
def enrolled_site(tmp_path_factory):
    """Enrolled, approved, and once collected; the centre is gone."""
    folder = tmp_path_factory.mktemp("m")
    with Centre(folder / "c").init().start() as centre:
        site = Site(folder / "s", centre).create(60, days_back=20).join()
        site.agent("once", "--no-send")
    return site


@pytest.fixture(name="site")
def a_copy(enrolled, tmp_path):
    """A site of its own to break."""
    site = Site(tmp_path / "s", enrolled.centre)
    for name in ("collect", "send", "spool", "dispatch"):
        shutil.rmtree(site.folder / name, ignore_errors=True)
        shutil.copytree(enrolled.folder / name, site.folder / name, symlinks=True)
    (site.folder / "canaries.txt").write_bytes(enrolled.canaries.read_bytes())
    return site


def remove(*paths):
    for path in paths:
        for part in ("", "-wal", "-shm"):
            path.with_name(path.name + part).unlink(missing_ok=True)


def garble(path):
    remove(path)
    path.write_text(GARBAGE)
    path.chmod(0o600)


BROKEN = {
    "root key lost": (lambda s: remove(s.collect / "root.key"), "once", 78, ["root.key", "contact-agent key restore"]),
    "root key garbled": (lambda s: garble(s.collect / "root.key"), "status", 78, ["root.key", "contact-agent key restore"]),
    "seal key lost": (lambda s: remove(s.collect / "seal.key"), "once", 78, ["seal.key", "contact-agent enroll BUNDLE"]),
    "recipients garbled": (lambda s: garble(s.collect / "recipients.pem"), "once", 78, ["recipients.pem", "enroll BUNDLE"]),
    "register garbled": (lambda s: garble(s.collect / "objections.db"), "once", 74,
                         ["collect/objections.db is no database", "restore objections.db from a backup"]),
    "register garbled, status": (lambda s: garble(s.collect / "objections.db"), "status", 74, ["objections.db", "restore"]),
    "register lost": (lambda s: remove(s.collect / "objections.db"), "once", 78,
                      ["objections.db is gone", "restore it from a backup", "contact-agent approve"]),
    "state garbled": (lambda s: garble(s.collect / "state.db"), "status", 74, ["state.db is no database", "sets it aside"]),
    "mapping lost": (lambda s: remove(s.mapping), "check", 78, ["mapping.yaml is not there", "put back the one that was agreed to"]),
    "mapping empty": (lambda s: s.mapping.write_text(""), "check", 78, ["mapping.yaml", "add: model: contact-1"]),
    "model unknown": (lambda s: s.mapping.write_text("mapping: x\nmodel: contact-9\n"), "check", 78,
                      ["mapping.yaml:2:", "no model \"contact-9\"", "the models are in"]),
    "settings lost": (lambda s: remove(s.config), "status", 78, ["agent.yaml", "check its name"]),
    "source lost": (lambda s: remove(s.source), "once", 78, ["dispatch.db", "source.database in agent.yaml"]),
    "source garbled": (lambda s: garble(s.source), "once", 74, ["dispatch.db", "no SQLite database", "source.database"]),
    "source is a folder": (lambda s: (remove(s.source), s.source.mkdir()), "once", 78, ["dispatch.db", "source.database"]),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_message_says_what_happened_where_and_what_to_do(what, site):
    break_it, command, status, words = BROKEN[what]
    break_it(site)
    done = site.agent(command, *(["--no-send"] if command == "once" else []), check=False)
    said = done.stdout + done.stderr
    assert done.returncode == status, said
    assert "HINT: " in said
    for word in words:
        assert word in said
    for canary in site.canaries.read_text(encoding="utf-8").split():
        assert len(canary) < 6 or canary not in said


def test_status_tells_of_a_register_that_is_gone_and_of_what_mends_it(site):
    assert not [trouble for trouble in site.status()["troubles"] if "objections.db" in trouble]
    remove(site.collect / "objections.db")
    told = site.status()
    assert [trouble for trouble in told["troubles"] if "objections.db" in trouble] and "contact-agent approve" in told["next"]
    assert "objections.db) is gone" in site.agent("status").stdout and "objections.db) is gone" in site.agent().stdout
    site.approve()
    assert not [trouble for trouble in site.status()["troubles"] if "objections.db" in trouble]


def test_a_database_held_by_another_program_is_named(site):
    holder = sqlite3.connect(site.source, isolation_level=None)
    holder.execute("PRAGMA locking_mode=EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    done = site.agent("once", "--no-send", check=False)
    holder.close()
    assert done.returncode == 75
    assert "dispatch.db is held by another program" in done.stderr
    assert "tried again" in done.stderr


def test_another_sites_bundle_is_refused(site):
    bundle = site.centre.add_site("other")
    done = site.agent("enroll", bundle, check=False)
    assert done.returncode == 78
    assert "this machine is site lyon" in done.stderr
    assert "HINT: ask the central team" in done.stderr


def test_an_enrolment_never_makes_a_second_root_key(site):
    remove(site.collect / "root.key")
    done = site.agent("enroll", site.centre.folder / "lyon.bundle.yaml", check=False)
    assert done.returncode == 78
    assert "contact-agent key restore" in done.stderr
    assert not (site.collect / "root.key").exists()


@pytest.mark.parametrize("lost", ["state", "spool", "both"])
def test_what_is_lost_is_made_anew_without_a_command(lost, site):
    if lost != "spool":
        remove(site.collect / "state.db")
    if lost != "state":
        shutil.rmtree(site.spool)
        site.spool.mkdir(mode=0o2770)
    assert site.agent("once", "--no-send").returncode == 0
    status = site.status()
    assert status["approved"]
    assert sum(stream["records"] for stream in status["streams"]) > 60


def test_a_lost_state_stays_paused(site):
    site.agent("pause")
    remove(site.collect / "state.db")
    done = site.agent("once", "--no-send", check=False)
    assert done.returncode == 75
    assert "paused" in done.stderr
