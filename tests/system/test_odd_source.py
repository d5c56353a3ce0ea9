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
