# SPDX-License-Identifier: Apache-2.0
"""The same SQLite file read directly and through its ODBC driver: a second reader of the same bytes, so that neither way
of reading may lose or invent anything."""

import contextlib
import ctypes.util
import glob
import sqlite3
import tempfile

import pytest

from association import Site
from centre import Centre
from compare import STREAMS

DRIVERS = [*glob.glob("/usr/lib/*/odbc/libsqlite3odbc.so"), *glob.glob("/usr/lib64/libsqlite3odbc.so")]
pytestmark = [pytest.mark.release_only,  # drivers that leak
              pytest.mark.skipif(not DRIVERS or not ctypes.util.find_library("odbc"), reason="no ODBC driver for SQLite")]


def fingerprints(centre):
    with centre.reading() as db:
        return {stream: dict(db.execute(f"SELECT id, fp FROM ops_version_{stream}")) for stream in STREAMS}


def of_declared_types(path):
    """The driver goes by the columns' declared types; what is of another type there is withheld, never guessed."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE patients SET opposition = opposition IN (1, '1', 'O') WHERE opposition IS NOT NULL")
        for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
            for _, column, declared, *_ in db.execute(f"PRAGMA table_info({table})").fetchall():
                if declared in ("INTEGER", "REAL"):
                    db.execute(f"UPDATE {table} SET {column} = NULL WHERE typeof({column}) = 'text'")
        db.commit()


def test_a_file_gives_the_same_records_directly_and_through_odbc():
    with tempfile.TemporaryDirectory(prefix="odb-", dir="/tmp") as folder, Centre(f"{folder}/c").init().start() as centre:
        site = Site(f"{folder}/s", centre)
        site.create(400, days_back=40)
        of_declared_types(site.source)
        site.join()
        site.once()
        assert site.agree(30).equal
        before = fingerprints(centre)
        assert sum(map(len, before.values())) > 1000
        site.write_config({"source": ["kind: odbc", f"driver: {DRIVERS[0]}", f"database: {site.source}"]})
        checked = site.agent("check", check=False)
        assert checked.returncode == 0, checked.stdout
        site.agent("sweep", "cold")
        site.once()
        assert site.agree(30).equal
        assert fingerprints(centre) == before
        site.change(seed=2, new=10, correct=5, delete=2, object=1, merge=1)
        of_declared_types(site.source)
        for _ in range(2):
            site.agent("sweep", "cold")
            site.once()
        assert site.agree(30).equal
