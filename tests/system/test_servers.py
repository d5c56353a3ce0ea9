# SPDX-License-Identifier: Apache-2.0
"""Dispatch databases on real servers: what the warehouse ends up with is what it would have from SQLite, through
changes, restarts, ended sessions and slow statements; and nothing on the machine can make a driver write it down."""

import contextlib
import ctypes.util
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

import pytest

import leakscan
from association import Site
from centre import Centre, wait_for
from compare import STREAMS
from dispatch_server import SERVERS, Postgres

pytestmark = pytest.mark.release_only  # not yet proved within the time of the sanitizers' run


@pytest.fixture(name="server", scope="module", params=sorted(SERVERS))
def dispatch_server(request):
    with SERVERS[request.param]() as server:
        yield server


@pytest.fixture(name="centre")
def running_centre():
    with tempfile.TemporaryDirectory(prefix="srv-", dir="/tmp") as folder:
        with Centre(f"{folder}/c").init().start() as centre:
            yield centre


def site_on(server, centre, calls=600, days_back=40, source=(), settings=None):
    """An association whose dispatch database is on the server; the SQLite file holds the same rows."""
    site = Site(centre.folder.parent / "s", centre, settings={"source": server.settings(**dict(source)), **(settings or {})})
    site.create(calls, days_back=days_back)
    server.load(site.source)
    return site


def swept_equal(site):
    """After changes: an erasure and the removals of its days may take more than one round."""
    for _ in range(3):
        site.agent("sweep", "cold")
        site.once()
        if site.agree(5).equal:
            return True
    return site.agree(5)


def fingerprints(centre):
    """Of each record its fp: SHA-256 of the whole line that left."""
    with contextlib.closing(sqlite3.connect(f"file:{centre.warehouse}?mode=ro", uri=True, timeout=20)) as db:
        return {stream: dict(db.execute(f"SELECT id, fp FROM ops_version_{stream}")) for stream in STREAMS}


def test_the_warehouse_ends_as_the_source_through_changes_and_a_restart(server, centre):
    site = site_on(server, centre)
    site.join()
    site.once()
    assert site.agree(30).equal
    site.change(seed=2, new=20, late=5, correct=10, delete=3, merge=1, object=1)
    server.load(site.source)
    server.restart()
    assert swept_equal(site) is True


def test_one_mapping_gives_the_same_records_from_sqlite_and_from_a_server(server, centre):
    """Not one record's line differs when an association moves from a file to a server, long and accented notes
    included."""
    site = site_on(server, centre)
    with contextlib.closing(sqlite3.connect(site.source)) as db:
        for number, note in enumerate(("é" * 500_000, "œuf " * 2000, "x" * 4096, "€" * 1365 + "a", "")):
            db.execute("UPDATE appels SET commentaire = ? WHERE rowid = ?", (note, 50 + number))
        db.commit()
    server.load(site.source)
    site.write_config({})
    site.join()
    site.once()
    assert site.agree(30).equal
    before = fingerprints(centre)
    assert sum(map(len, before.values())) > 1500
    site.write_config({"source": server.settings()})
    site.agent("sweep", "cold")
    site.once()
    assert site.agree(30).equal
    assert fingerprints(centre) == before
