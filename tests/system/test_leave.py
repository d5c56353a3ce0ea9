# SPDX-License-Identifier: Apache-2.0
"""An association leaves: the warehouse forgets it first, where that is asked for, then this machine does."""

import json

import pytest

import compare
from association import Site
from centre import Centre
from waiting import wait_for


@pytest.fixture(name="world")
def joined_and_loaded(tmp_path):
    with Centre(tmp_path / "c").init().start() as centre:
        site = Site(tmp_path / "s", centre).create(80, days_back=60).join()
        site.once()
        assert site.agree().equal
        yield centre, site


def held(centre):
    with centre.reading() as db:
        return sum(len(rows) for rows in compare.warehouse_rows(db, "lyon").values())


def files(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_site_that_leaves_is_forgotten_first_and_then_forgets(world):
    centre, site = world
    site.agent("leave", "--erase", "--yes")
    assert any("this site leaves" in trouble for trouble in site.status()["troubles"])
    done = site.agent("leave", "--yes", check=False)
    assert done.returncode == 75 and "contact-agent status" in done.stderr  # not before the centre has removed them
    assert held(centre) > 0 and (site.collect / "root.key").exists()
    site.once()
    wait_for(lambda: held(centre) == 0, 60, "the centre to remove every record")
    assert "No deletion" in site.agent("deletions", "show").stdout  # it is meant
    wait_for(lambda: (site.once(check=False), site.status()["unloaded"] == 0)[1], 60, "the site to hear of it")
    assert "contact-agent leave" in site.status()["next"]
    left = json.loads(site.agent("ledger", "--json").stdout)
    assert "site revoke" in site.agent("leave", "--yes").stdout
    assert files(site.collect) == ["audit.log", "ledger.json"]
    assert not files(site.spool) and not files(site.send)
    assert json.loads((site.collect / "ledger.json").read_text()) == left
    assert '"leave"' in (site.collect / "audit.log").read_text()
    assert site.status()["enrolled"] is False


def test_leaving_takes_the_sites_name(world):
    centre, site = world
    for typed in ("", "paris\n", "yes\n"):
        done = site.agent("leave", typed=typed, check=False)
        assert done.returncode == 77 and "Nothing is changed" in done.stdout
    assert site.status()["enrolled"] is True
    site.agent("leave", typed="lyon\n")
    assert site.status()["enrolled"] is False and held(centre) > 0  # without --erase the warehouse keeps what it has
    assert files(site.collect) == ["audit.log", "ledger.json"]
