# SPDX-License-Identifier: Apache-2.0
"""A dispatch database that is no longer what was agreed to: a column's type, an emptied table, another database in its
place. What is concerned stands still and says why, on site and at the centre; the rest goes on; nothing is removed from
the warehouse; and all is well by itself once the source is as before."""

import contextlib
import json
import shutil
import sqlite3
import tempfile

import pytest

from association import MAPPING, Site
from centre import Centre
from dispatch_server import SERVERS
from waiting import wait_for

pytestmark = pytest.mark.release_only  # not yet proved within the time of the sanitizers' run


@pytest.fixture(name="centre")
def running_centre():
    with tempfile.TemporaryDirectory(prefix="chg-", dir="/tmp") as folder:
        with Centre(f"{folder}/c").init().start() as centre:
            yield centre


def stopped(site):
    return {stream["stream"]: stream["stopped"] for stream in site.status()["streams"] if stream["stopped"]}


def told(site):
    """What the centre knows of it, from a heartbeat sent now."""
    site.once(check=False)
    return site.centre.fleet()[site.name]["stopped"]


def rows_held(site):
    with site.centre.reading() as db:
        return {stream: db.execute(f"SELECT count(*) FROM {stream}").fetchone()[0] for stream in ("call", "visit", "act")}


RETYPE = {"postgresql": "ALTER TABLE actes ALTER quantite TYPE {} USING quantite::{}", "mariadb": "ALTER TABLE actes MODIFY quantite {}"}


@pytest.mark.parametrize("kind", sorted(SERVERS))
def test_a_column_of_another_type_stops_its_stream_alone(kind, centre):
    with SERVERS[kind]() as server:
        site = Site(centre.folder.parent / "s", centre, settings={"source": server.settings()})
        site.create(300, days_back=20)
        server.load(site.source)
        site.join()
        site.once()
        assert site.agree(30).equal
        before = server.rows("SELECT data_type FROM information_schema.columns WHERE table_name = 'actes' AND"
                             " column_name = 'quantite'")[0][0]
        server.execute(RETYPE[kind].format("varchar(20)", "varchar(20)"))
        site.change(seed=3, new=20, within=1)
        server.load(site.source)
        server.execute(RETYPE[kind].format("varchar(20)", "varchar(20)"))
        assert told(site) == "act:type_changed" and stopped(site) == {"act": "type_changed"}
        wait_for(lambda: not site.compare().differences.keys() - {"act"}, 20, "the other streams to go on")
        said = site.agent("check").stdout
        assert "actes.quantite" in said and "text" in said and "approve" in said
        server.execute(RETYPE[kind].format(before, before))
        assert told(site) == "" and not stopped(site)
        assert site.agree(30).equal


@pytest.fixture(name="site")
def joined_site(centre):
    site = Site(centre.folder.parent / "s", centre)
    site.create(1500, days_back=40)  # as many a day as an association has: fewer than 20 that vanish are ordinary
    site.join()
    site.once()
    assert site.agree(30).equal
    return site


def recovers(site):
    """What was sent meanwhile differs from what was held, and is judged too: the second sweep of all history agrees."""
    for _ in range(3):
        site.agent("sweep", "cold")
        if told(site) == "":
            break
    assert told(site) == "" and site.agree(30).equal


def test_an_emptied_table_empties_nothing_and_comes_back_by_itself(site):
    held = rows_held(site)
    shutil.copy(site.source, site.folder / "kept.db")
    with contextlib.closing(sqlite3.connect(site.source)) as db:
        db.execute("DELETE FROM consultations")
        db.commit()
    site.agent("sweep", "cold", check=False)
    assert "visit:deletions" in told(site)
    assert rows_held(site) == held
    assert "deletions show" in site.agent().stdout
    shutil.copy(site.folder / "kept.db", site.source)
    recovers(site)


def test_new_columns_are_counted_at_the_centre_and_named_on_site_alone(site):
    with contextlib.closing(sqlite3.connect(site.source)) as db:
        db.execute("ALTER TABLE personnes ADD COLUMN surnom_usuel TEXT")
        db.commit()
    site.once()
    assert site.centre.fleet()[site.name]["new_columns"] == 1
    assert site.centre.fleet()[site.name]["state"] == "well"
    assert site.status()["new_column_names"] == "personnes.surnom_usuel"
    assert "personnes.surnom_usuel" in site.agent("check").stdout
    for path in site.centre.folder.rglob("*"):
        assert not path.is_file() or b"surnom_usuel" not in path.read_bytes(), path
    site.approve()
    site.once()
    assert site.centre.fleet()[site.name]["new_columns"] == 0


def test_an_older_copy_in_its_place_empties_nothing_and_all_is_well_when_it_is_replaced(site):
    held = rows_held(site)
    shutil.copy(site.source, site.folder / "kept.db")
    with contextlib.closing(sqlite3.connect(site.source)) as db:  # as it was a fortnight ago
        db.execute("DELETE FROM appels WHERE appel_le > datetime('now', '-14 days')")
        db.commit()
    site.agent("sweep", "cold", check=False)
    assert "call:deletions" in told(site)
    assert rows_held(site) == held
    shutil.copy(site.folder / "kept.db", site.source)
    recovers(site)


def test_another_sites_database_in_its_place_empties_nothing(site):
    """What it had beyond ours was sent, and may be taken out again only by a person: nobody else knows which is right."""
    held = rows_held(site)
    kept = site.folder / "kept.db"
    site.source.rename(kept)
    for path in site.source.parent.glob("dispatch.db-*"):
        path.unlink()
    site.create(1500, days_back=40, seed=77)
    with contextlib.closing(sqlite3.connect(site.source)) as db:  # objections count for good, over merges too, whoever's they are
        db.execute("UPDATE patients SET opposition = 0")
        db.execute("DELETE FROM rapprochements")
        db.commit()
    site.agent("sweep", "cold", check=False)
    assert "call:deletions" in told(site)
    now = rows_held(site)
    assert all(now[stream] >= 0.9 * held[stream] for stream in held)  # rows go on, ends only where few vanished
    shutil.copy(kept, site.source)
    for _ in range(2):
        site.agent("sweep", "cold")
    if told(site):
        site.agent("deletions", "accept")
        site.once()
    assert told(site) == "" and site.agree(30).equal


def test_a_missing_table_and_a_missing_database_say_so_and_come_back(site):
    with contextlib.closing(sqlite3.connect(site.source)) as db:
        db.execute("ALTER TABLE actes RENAME TO gone")
        db.commit()
    assert told(site) == "act:table_missing"
    with contextlib.closing(sqlite3.connect(site.source)) as db:
        db.execute("ALTER TABLE gone RENAME TO actes")
        db.commit()
    assert told(site) == ""
    site.source.rename(site.folder / "away.db")
    assert site.once(check=False).returncode != 0
    assert site.centre.fleet()[site.name]["collect_error"] != ""
    (site.folder / "away.db").rename(site.source)
    site.change(seed=4, new=5, within=1)
    assert told(site) == "" and site.agree(30).equal


def test_a_stream_that_would_send_more_waits_for_who_agrees_and_the_others_go_on(centre):
    site = Site(centre.folder.parent / "s", centre)
    site.create(300, days_back=20)
    site.mapping.write_text(site.mapping.read_text().replace("      pain: {from: c.eva, rule: number}\n", ""))
    site.join()
    site.once()
    with_pain = MAPPING.read_text()
    site.mapping.write_text(with_pain)
    site.change(seed=2, new=10, within=1)
    assert told(site) == "visit:not_approved" and stopped(site) == {"visit": "not_approved"}
    wait_for(lambda: not site.compare().differences.keys() - {"visit"}, 20, "the other streams to go on")
    assert "approve" in site.agent().stdout
    said = site.agent("approve", "--difference").stdout
    assert "+ sent: pain, from c.eva, as number" in said and "Dr Demo, president" in said
    told_to_programs = json.loads(site.agent("approve", "--difference", "--json").stdout)
    assert told_to_programs["agreed_by"] == "Dr Demo, president"
    assert {"section": "visit", "change": "new", "line": "sent: pain, from c.eva, as number"} in told_to_programs["differences"]
    assert sum(line.startswith("    ") for line in said.partition("Different")[2].splitlines()) == 2  # and its meaning
    site.approve()
    assert told(site) == "" and site.agree(30).equal
