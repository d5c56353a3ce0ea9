# SPDX-License-Identifier: Apache-2.0
"""A value that the dispatch database cannot give costs its day, and that only as long as it cannot."""

import contextlib
import datetime
import os
import signal
import sqlite3
import tempfile

import pytest

from association import Site
from centre import Centre
from waiting import wait_for


@contextlib.contextmanager
def place(**more):
    with tempfile.TemporaryDirectory(prefix="unread-", dir="/tmp") as folder:
        with Centre(f"{folder}/c").init().start() as centre:
            yield Site(f"{folder}/s", centre, settings={"collect": ["hot: 1s"]}).create(**{"calls": 200, "days_back": 10, **more})


@pytest.fixture(name="site")
def joined_site():
    with place() as site, site.join():
        yield site


@contextlib.contextmanager
def breakable(site, bad="commentaire"):
    """A view of calls whose expression fails for the numbers in the table `broken`, by the note or another column."""
    with contextlib.closing(sqlite3.connect(site.source, timeout=20, isolation_level=None)) as db:
        value = f"CASE WHEN num IN (SELECT num FROM broken) THEN abs(-9223372036854775807 - 1) ELSE {bad} END AS {bad}"
        columns = ", ".join(value if name == bad else name
                            for _, name, *_ in db.execute("PRAGMA table_info(appels)").fetchall())
        db.execute("ALTER TABLE appels RENAME TO appels_")
        db.execute("CREATE TABLE broken (num)")
        db.execute(f"CREATE VIEW appels AS SELECT {columns} FROM appels_")
        site.approve()  # the view's column has no type
        yield db


def column(db, sql, *values):
    return [value for value, *_ in db.execute(sql, values)]


def days_with_calls(db, back=9):
    """The days before today on which someone called whose call leaves. Of a 32nd of the month none does."""
    return column(db, "SELECT DISTINCT substr(appel_le, 1, 10) AS day FROM appels_ WHERE date(day) > date('now', ?) AND"
                  " date(day) < date('now') AND patient_id IN (SELECT id FROM patients WHERE opposition IN (0, 'N')) ORDER BY 1",
                  f"-{back} days")


def break_a_call(db, day):
    db.execute("INSERT INTO broken SELECT max(num) FROM appels_ WHERE substr(appel_le, 1, 10) = ?", (day,))


def delete_calls(db, day, most):
    db.execute("DELETE FROM appels_ WHERE num IN (SELECT num FROM appels_ WHERE substr(appel_le, 1, 10) = ? AND num NOT IN"
               " (SELECT num FROM broken) LIMIT ?)", (day, most))


def after(day, days):
    return str(datetime.date.fromisoformat(day) + datetime.timedelta(days=days))


def unread(site, stream="call"):
    one = next(one for one in site.status()["streams"] if one["stream"] == stream)
    return one["stopped"], one["days_unread"], one.get("unread_day")


def calls(site):
    with site.centre.reading() as db:
        return dict(db.execute("SELECT day, count(*) FROM call GROUP BY day").fetchall())


def loaded(site):
    """The calls of each day, once all that was sent is loaded."""
    wait_for(lambda: (site.agent("once", program="contact-agent-send", check=False), site.agent("sweep", "asked"),
                      site.status()["unloaded"] == 0)[2], 30, "all to be loaded")
    return calls(site)


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
            delete_calls(db, day, 5)
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


def test_more_days_than_reads_are_gone_around_by_each_run():
    """Far apart: each is found by a read of its own."""
    with place(calls=600, days_back=300) as site, site.join(), breakable(site) as db:
        bad = days_with_calls(db, 290)[3::8][:30]
        for day in bad:
            break_a_call(db, day)
        site.once()
        assert unread(site) == ("", len(bad), bad[0])
        site.once()
        wait_for(lambda: len(calls(site)) > 200, 20, "the others to be loaded")
        assert unread(site) == ("", len(bad), bad[0]) and not set(bad) & set(calls(site))
        assert site.status()["backfill_percent"] == 100
        db.execute("DELETE FROM broken")
        site.once()
        assert site.agree().equal


def test_of_a_stream_that_stands_still_the_rows_of_today_leave_at_each_start():
    with place(calls=900, days_back=300) as site, site.join(), breakable(site) as db:
        for day in days_with_calls(db, 290)[:-3:2]:
            break_a_call(db, day)
        for _ in range(2):
            assert site.once(check=False).returncode != 0
            assert unread(site)[0] == "bad_data"
        new = days_with_calls(db)[-1]
        db.execute("UPDATE appels_ SET appel_le = ? || substr(appel_le, 11) WHERE num IN (SELECT num FROM appels_ WHERE"
                   " substr(appel_le, 1, 10) = ? LIMIT 3)", (new, days_with_calls(db)[-2]))
        had = calls(site).get(new, 0)
        site.once(check=False)
        wait_for(lambda: calls(site).get(new, 0) > had, 20, "the new rows to leave")


def test_of_a_day_outside_of_the_mapping_nothing_is_removed(site):
    """Bounds are wider by a day than what is wanted: a value beyond them fails too."""
    with breakable(site) as db:
        site.once()
        assert site.agree().equal
        days = days_with_calls(db)
        before = calls(site)
        site.begin(datetime.date.fromisoformat(days[3]))
        site.approve()
        break_a_call(db, days[2])
        site.agent("sweep", "cold")
        assert unread(site) == ("", 1, days[2])
        db.execute("DELETE FROM broken")
        site.once()
        site.once()
        assert unread(site) == ("", 0, None) and loaded(site) == before


def test_a_day_that_can_be_read_again_while_deletions_wait_waits_with_them(site):
    with breakable(site) as db:
        site.once()
        assert site.agree().equal
        days = days_with_calls(db)
        break_a_call(db, days[4])
        site.once()
        for day in days[2:]:
            delete_calls(db, day, 8)
        site.agent("sweep", "cold")
        assert "call" in site.agent("deletions", "show").stdout
        before = loaded(site)
        db.execute("DELETE FROM broken")
        site.once()
        assert unread(site) == ("", 0, None) and loaded(site) == before
        site.agent("deletions", "accept")
        site.once()
    assert site.agree().equal


@pytest.mark.parametrize("ends", [False, True])
def test_texts_that_are_moments_of_several_zones(site, ends):
    """Under the text of the bad day stand rows of the next one; nothing of them is removed."""
    with breakable(site) as db:
        days = days_with_calls(db)
        bad = next(day for day in days[2:-2] if after(day, 1) in days)
        day_is = "SELECT num FROM appels_ WHERE substr(appel_le, 1, 10) = ? AND appel_le NOT LIKE '%Z' ORDER BY num"
        for num in column(db, day_is, after(bad, 1))[:4]:
            db.execute("UPDATE appels_ SET appel_le = ? WHERE num = ?", (f"{bad} 23:10:00Z", num))
        if ends:
            db.execute("UPDATE appels_ SET appel_le = ? WHERE num = ?", (f"{bad} 23:40:00+01:00", column(db, day_is, bad)[0]))
        site.once()
        before = loaded(site)
        db.execute("INSERT INTO broken SELECT max(num) FROM appels_ WHERE substr(appel_le, 1, 10) = ? AND appel_le NOT LIKE '%Z'"
                   " AND appel_le NOT LIKE '%+%'", (bad,))
        site.agent("sweep", "cold")
        site.once()
        assert loaded(site) == before and unread(site)[1] > 1
        db.execute("DELETE FROM broken")
        site.once()
        assert unread(site)[1] == 0 and loaded(site) == before


def test_an_objection_and_a_merge_of_patients_with_calls_on_an_unread_day(site):
    with breakable(site) as db:
        site.once()
        assert site.agree().equal
        days = days_with_calls(db)
        bad = days[len(days) // 2]
        break_a_call(db, bad)
        site.once()
        allow = "SELECT id FROM patients WHERE opposition IN (0, 'N')"
        who, other = column(db, "SELECT DISTINCT patient_id FROM appels_ WHERE substr(appel_le, 1, 10) = ? AND num NOT IN"
                            f" (SELECT num FROM broken) AND patient_id IN ({allow}) LIMIT 2", bad)
        had = calls(site)[bad]
        db.execute("UPDATE patients SET opposition = 1 WHERE id = ?", (who,))
        db.execute("INSERT INTO rapprochements (id_parent, id_enfant) VALUES (?, ?)",
                   (column(db, allow + " AND id NOT IN (?, ?)", who, other)[0], other))
        site.agent("sweep", "cold")
        site.once()
        wait_for(lambda: calls(site)[bad] < had, 20, "the objector to be erased")
        assert unread(site) == ("", 1, bad)
        assert had - calls(site)[bad] < 5
        db.execute("DELETE FROM broken")
        site.once()
    assert site.agree().equal


def test_the_centre_takes_no_day_that_was_not_read_for_proved(site):
    with breakable(site) as db:
        days = days_with_calls(db)
        break_a_call(db, days[4])
        site.start()
        wait_for(lambda: unread(site) == ("", 1, days[4]), 30, "the day to be passed over")
        wait_for(lambda: set(calls(site)) >= set(days) - {days[4]}, 30, "the others to be loaded")
        told = f"proved to {after(days[4], -1)}, call:unread_days"
        wait_for(lambda: told in "proved to {proved}, {stopped}".format(**site.centre.fleet()["lyon"]), 30, told)
        db.execute("DELETE FROM broken")
        os.kill(site.processes["collect"].pid, signal.SIGHUP)
        assert site.agree().equal
        assert unread(site) == ("", 0, None)
        wait_for(lambda: site.centre.fleet()["lyon"]["stopped"] == "", 30, "the centre to hear of it")


def test_a_kill_while_days_are_sought(site):
    with breakable(site) as db:
        days = days_with_calls(db)
        for day in days[1::2]:
            break_a_call(db, day)
        for _ in range(6):
            site.start("collect")
            wait_for(lambda: "passed over" in site.log("collect"), 20, "a day to be found")
            site.kill("collect")
        site.once()
        assert unread(site) == ("", len(days[1::2]), days[1])
        wait_for(lambda: set(calls(site)) >= set(days[::2]), 20, "the others to be loaded")
        db.execute("DELETE FROM broken")
        site.once()
    assert site.agree().equal


def test_a_site_that_leaves_with_an_unread_day_is_forgotten_whole(site):
    with breakable(site) as db:
        site.once()
        assert site.agree().equal
        bad = days_with_calls(db)[4]
        break_a_call(db, bad)
        site.once()
        site.agent("leave", "--erase", "--yes")
        site.once()
        wait_for(lambda: not calls(site), 30, "the centre to remove every call")
        wait_for(lambda: (site.once(check=False), site.status()["unloaded"] == 0)[1], 60, "the site to hear of it")
        site.agent("leave", "--yes")


def test_a_day_that_cannot_be_read_itself_stops_the_streams_that_have_it_alone(site):
    """Which day is the newest, and how many rows there are, cannot be told of them either."""
    with breakable(site, "appel_le") as db:
        db.execute("INSERT INTO broken SELECT max(num) FROM appels_")
        assert site.once(check=False).returncode != 0
        assert unread(site) == ("bad_data", 0, None)
        records = {one["stream"]: one["records"] for one in site.status()["streams"]}
        assert records["diagnosis"] > 0 and records["act"] > 0
        db.execute("DELETE FROM broken")
        site.once(check=False)
        site.once()
        assert site.agree().equal
        db.execute("INSERT INTO broken SELECT max(num) FROM appels_")
        (site.collect / "state.db").unlink()
        assert site.once(check=False).returncode != 0
        assert unread(site)[0] == "bad_data" and site.status()["streams"][2]["records"] > 0
        db.execute("DELETE FROM broken")
        site.once(check=False)
        site.once()
    assert site.agree().equal
