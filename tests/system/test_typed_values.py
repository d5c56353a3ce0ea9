# SPDX-License-Identifier: Apache-2.0
"""A death column of a type whose text in SQL is not what the agent reads: a BIT is bytes, a decimal has places, ZEROFILL puts
zeros before. A death hides the call's hour and note; the living lose neither."""

import contextlib
import sqlite3
import tempfile

import pytest

from association import Site, yesterday
from centre import Centre
from dispatch_server import MariaDB, Postgres
from waiting import wait_for

DEAD, ALIVE = 5_000_000, 5_000_001
COLUMNS = [(MariaDB, "BIT(1)", 1), (MariaDB, "INT(3) ZEROFILL", 1), (MariaDB, "DECIMAL(3,1)", -1), (Postgres, "NUMERIC(3,1)", -1)]


def fill(site, server, column, death):
    """Two calls; what tells the death of the first is a column of its own."""
    with contextlib.closing(sqlite3.connect(site.source)) as db, db:
        for number in (DEAD, ALIVE):
            db.execute("INSERT INTO appels (num, appel_le, code_motif, urgence) VALUES (?, ?, 'DOUL', 2)",
                       (str(number), yesterday("10:00:00")))
            db.execute("INSERT INTO consultations (id, appel_num, mode) VALUES (?, ?, 'HH')", (number, str(number)))
    server.load(site.source)
    server.execute(f"ALTER TABLE consultations ADD deces {column}")
    server.execute("UPDATE consultations SET deces = 0")
    server.execute(f"UPDATE consultations SET deces = {death} WHERE id = {DEAD}")
    text = site.mapping.read_text(encoding="utf-8")
    assert "field: d.code_devenir, values: [DCD]" in text
    site.mapping.write_text(text.replace("field: d.code_devenir, values: [DCD]", f"field: d.deces, values: ['{death}']"),
                            encoding="utf-8")


@pytest.mark.parametrize("kind, column, death", COLUMNS, ids=[column for _, column, _ in COLUMNS])
def test_a_death_is_found_whatever_the_column_holds_it_in(kind, column, death):
    with tempfile.TemporaryDirectory(prefix="typ-", dir="/tmp") as folder, kind() as server, \
            Centre(f"{folder}/c").init().start() as centre:
        site = Site(f"{folder}/s", centre, settings={"source": server.settings()}).create(20, days_back=40)
        fill(site, server, column, death)
        site.join().once()

        def hour(number):
            return site.stored("call", number, "received_hour")

        wait_for(lambda: hour(DEAD) and hour(ALIVE), 60, "the calls")
        assert hour(DEAD) == (None,) and hour(ALIVE)[0] is not None
