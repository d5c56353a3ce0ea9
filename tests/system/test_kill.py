# SPDX-License-Identifier: Apache-2.0
"""Either process killed at random moments of a backfill, while the source goes on changing: nothing is lost, nothing is
there twice. CONTACT_LONG=1: 200 kills; else 24."""

import contextlib
import os
import random
import sqlite3
import tempfile
import time

import pytest

from association import Site
from centre import Centre

pytestmark = pytest.mark.release_only  # not yet proved within the time of the sanitizers' run

LONG = os.environ.get("CONTACT_LONG") == "1"
KILLS = 200 if LONG else 24
CALLS = 60000 if LONG else 12000


def test_killed_at_any_moment_both_sides_end_equal():
    seed = int(os.environ.get("CONTACT_SEED", "0")) or random.randrange(1, 10**6)
    print(f"CONTACT_SEED={seed}")
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="kill-", dir="/tmp") as folder:
        with Centre(f"{folder}/c").init().start() as centre:
            site = Site(f"{folder}/s", centre, settings={"collect": ["hot: 1s"]}).create(CALLS, days_back=200, seed=seed)
            site.join()
            with site.start():
                kill_at_random(site, chance)
                print("backfill at the last kill:", site.status()["backfill_percent"], "%")
                for part in ("collect", "send"):
                    assert "internal" not in site.log(part)
                site.stop("collect")
                site.agent("sweep", "cold")  # the week's: what changed in old days while only hot sweeps ran
                site.start("collect")
                result = site.agree(seconds=120)
                assert result.equal, f"CONTACT_SEED={seed}: {result}"
            check_spool(site)
            check_once_each(centre)


def kill_at_random(site, chance):
    """Most kills come while there is work: a cold sweep's, a change's, an upload's."""
    for number in range(KILLS):
        if number % 4 == 0:
            site.change(seed=1000 + number, new=10, late=4, correct=8, delete=2, merge=int(number % 8 == 0), object=int(number % 16 == 0))
        time.sleep(chance.expovariate(1 / 0.1))
        part = chance.choice(("collect", "send"))
        site.kill(part)
        site.start(part)


def check_spool(site):
    with contextlib.closing(sqlite3.connect(f"file:{site.spool}/current/spool.db?mode=ro", uri=True)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert not list(site.spool.glob("*.damaged*")) and not list(site.collect.glob("*.damaged*"))


def check_once_each(centre):
    """The keys forbid a second one within a table; this looks for a record's version that has no record, or two."""
    with centre.reading() as db:
        for stream in ("call", "visit", "diagnosis", "act", "prescription"):
            total, distinct = db.execute(f"SELECT count(*), count(DISTINCT hex(id)) FROM {stream}").fetchone()
            assert total == distinct
            versions, = db.execute(f"SELECT count(*) FROM ops_version_{stream}").fetchone()
            assert versions == total
