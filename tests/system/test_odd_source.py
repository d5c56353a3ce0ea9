# SPDX-License-Identifier: Apache-2.0
"""A dispatch database that behaves as those in use do: replaced by a copy, damaged, locked, with values of no sense."""

import contextlib
import json
import os
import shutil
import sqlite3
import tempfile

import pytest

from association import Site
from centre import Centre
from waiting import wait_for


@pytest.fixture(name="site")
def joined_site():
    with tempfile.TemporaryDirectory(prefix="odd-", dir="/tmp") as folder:
        with Centre(f"{folder}/c").init().start() as centre:
            site = Site(f"{folder}/s", centre, settings={"collect": ["hot: 1s"]}).create(200, days_back=10)
            with site.join():
                yield site


def test_a_database_put_in_the_place_of_another_is_the_one_that_is_read(site):
    """A backup restored, or a nightly copy: the file that was open goes on existing for whoever has it open."""
    site.start()
    result = site.agree()
    assert result.equal, result
    copy = site.source.with_name("copy.db")
    shutil.copy(site.source, copy)
    os.rename(copy, site.source)
    site.change(seed=2, new=5)
    result = site.agree()
    assert result.equal, result


@contextlib.contextmanager
def breakable(site):
    """A view of calls whose expression fails for the numbers in the table `broken`."""
    with contextlib.closing(sqlite3.connect(site.source, timeout=20, isolation_level=None)) as db:
        note = ("CASE WHEN num IN (SELECT num FROM broken) THEN abs(-9223372036854775807 - 1) ELSE commentaire END"
                " AS commentaire")
        columns = ", ".join(note if name == "commentaire" else name
                            for _, name, *_ in db.execute("PRAGMA table_info(appels)").fetchall())
        db.execute("ALTER TABLE appels RENAME TO appels_")
        db.execute("CREATE TABLE broken (num)")
        db.execute(f"CREATE VIEW appels AS SELECT {columns} FROM appels_")
        site.approve()  # the view's column has no type
        yield db


def days_with_calls(db):
    """The days before today on which someone called whose call leaves."""
    return [day for day, in db.execute("SELECT DISTINCT substr(appel_le, 1, 10) FROM appels_ WHERE appel_le > date('now', '-9 days')"
                                       " AND appel_le < date('now') AND patient_id IN (SELECT id FROM patients WHERE opposition IN"
                                       " (0, 'N')) ORDER BY 1")]


def break_a_call(db, day):
    db.execute("INSERT INTO broken SELECT max(num) FROM appels_ WHERE substr(appel_le, 1, 10) = ?", (day,))


def unread(site, stream="call"):
    one = next(one for one in site.status()["streams"] if one["stream"] == stream)
    return one["stopped"], one["days_unread"], one.get("unread_day")


def calls(site):
    with site.centre.reading() as db:
        return dict(db.execute("SELECT day, count(*) FROM call GROUP BY day").fetchall())


def test_a_row_that_cannot_be_read_keeps_its_day_alone_from_the_backfill(site):
    with breakable(site) as db:
        days = days_with_calls(db)
        break_a_call(db, days[len(days) // 2])
        done = site.once()
        assert days[len(days) // 2] in done.stderr and "passed over" in done.stderr
        assert unread(site) == ("", 1, days[len(days) // 2])
        wait_for(lambda: set(calls(site)) >= set(days) - {days[len(days) // 2]}, 20, "the other days to be loaded")
        site.once()
        assert days[len(days) // 2] not in calls(site)
        text = site.agent("status").stdout
        assert days[len(days) // 2] in text and days[len(days) // 2] in site.agent("check", check=False).stdout
        assert site.status()["proved"] < days[len(days) // 2]
        db.execute("DELETE FROM broken")
        site.once()
        assert unread(site) == ("", 0, None)
    assert site.agree().equal


def test_a_row_that_breaks_later_keeps_what_was_sent_of_its_day(site):
    """Cold sweep: what an older day lost is removed, nothing of that day is, and it mends itself."""
    with breakable(site) as db:
        site.once()
        assert site.agree().equal
        before = calls(site)
        days = days_with_calls(db)
        bad = days[len(days) // 2]
        break_a_call(db, bad)
        for day in (bad, days[0]):
            db.execute("DELETE FROM appels_ WHERE num IN (SELECT num FROM appels_ WHERE substr(appel_le, 1, 10) = ? AND num NOT IN"
                       " (SELECT num FROM broken) LIMIT 5)", (day,))
        site.agent("sweep", "cold")
        site.once()
        assert unread(site) == ("", 1, bad)
        wait_for(lambda: calls(site).get(days[0], 0) < before[days[0]], 20, "the older day to be loaded")
        assert calls(site)[bad] == before[bad]
        db.execute("DELETE FROM broken")
        site.agent("sweep", "cold")
        site.once()
    assert site.agree().equal


def test_a_row_of_yesterday_that_cannot_be_read_keeps_no_other_day_from_leaving(site):
    """Hot sweep: the running agent goes on with today's rows, and with the other streams."""
    with breakable(site) as db:
        site.start()
        assert site.agree().equal
        bad = days_with_calls(db)[-1]
        break_a_call(db, bad)
        wait_for(lambda: unread(site) == ("", 1, bad), 20, "the day to be passed over")
        sent = site.status()["last_seq"]
        db.execute("UPDATE appels_ SET appel_le = datetime('now') WHERE substr(appel_le, 1, 10) = ?", (days_with_calls(db)[0],))
        wait_for(lambda: site.status()["last_seq"] > sent, 20, "the other day's calls to be sent")
    assert site.log("collect").count(f"stream call: the day {bad} is passed over") == 1


def test_a_stream_of_which_nothing_can_be_read_stands_still_and_says_so_at_once(site):
    with breakable(site) as db:
        db.execute("INSERT INTO broken SELECT num FROM appels_")
        # Its days reach further back than single values would.
        db.execute("UPDATE appels_ SET appel_le = datetime('now', '-' || (rowid % 300) || ' days')")
        done = site.once(check=False)
        assert done.returncode != 0 and "cannot give a value" in done.stderr
        assert unread(site)[0] == "bad_data" and "bad_data" in site.agent("status").stdout
        db.execute("DELETE FROM broken")
        site.once()
        site.once()
    assert site.agree().equal


FORMS = {"28/11/2026": "substr({0}, 9, 2) || '/' || substr({0}, 6, 2) || '/' || substr({0}, 1, 4) || substr({0}, 11)",
         "20261128": "CAST(replace(substr({0}, 1, 10), '-', '') AS INTEGER)"}


@pytest.mark.parametrize("form", FORMS)
def test_days_in_no_order_are_refused_and_told(site, form):
    """Rows are found by comparing days: by those, 7 of 300 calls were found, and everything was said to be well."""
    with contextlib.closing(sqlite3.connect(site.source, timeout=20, isolation_level=None)) as db:
        columns = ", ".join(FORMS[form].format(name) + f" AS {name}" if name == "appel_le" else name
                            for _, name, *_ in db.execute("PRAGMA table_info(appels)").fetchall())
        db.execute("CREATE TABLE appels_ AS SELECT " + columns + " FROM appels")
        db.execute("ALTER TABLE appels RENAME TO good")
        db.execute("ALTER TABLE appels_ RENAME TO appels")
        done = site.agent("check", "--json", check=False)
        told = [one for one in json.loads(done.stdout) if one["what"] == "call" and one["finding"] == "error"]
        assert done.returncode != 0 and "YYYY-MM-DD" in told[0]["text"] and "view" in told[0]["hint"]
        site.start()
        wait_for(lambda: "call" in {one["stream"] for one in site.status()["streams"] if one["stopped"] == "day_unordered"}, 20, "calls to stand still")
        assert site.status()["withheld"]["no_day"] > 0
        site.stop()
        db.execute("DROP TABLE appels")
        db.execute("ALTER TABLE good RENAME TO appels")
    site.approve()  # its columns had no type
    site.start()
    assert site.agree().equal
