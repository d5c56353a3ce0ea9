# SPDX-License-Identifier: Apache-2.0
"""Two that collect for one site: a command beside the service, or a second service. One works, the other says why not;
nothing is lost."""

import fcntl
import tempfile

import pytest

from association import Site
from centre import Centre
from waiting import wait_for


@pytest.fixture(name="site")
def joined_site():
    with tempfile.TemporaryDirectory(prefix="one-", dir="/tmp") as folder:
        with Centre(f"{folder}/c").init().start() as centre:
            site = Site(f"{folder}/s", centre, settings={"collect": ["hot: 1s"]}).create(200, days_back=10)
            with site.join():
                yield site


def test_a_command_beside_the_service_is_refused_and_loses_nothing(site):
    site.start()
    for seed in range(3):
        site.change(seed=seed + 1, new=5)
        for command in (["once", "--no-send"], ["sweep", "hot"]):
            done = site.agent(*command, check=False)
            assert done.returncode == 75 and "HINT: is contact-agent-collect running?" in done.stderr, done.stderr
    site.change(seed=9, new=5)
    result = site.agree()
    assert result.equal, result
    assert "SQLite" not in site.log("collect")


def test_the_service_waits_for_a_command_and_goes_on_after_it(site):
    with (site.collect / "collect.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # as a command at work has it
        site.start()
        wait_for(lambda: "collect waits" in site.log("collect"), 20, "the service to wait")
    site.change(seed=9, new=5)
    result = site.agree()
    assert result.equal, result


def test_another_state_over_the_same_spool_waits_its_turn(site):
    other = Site(site.folder.parent / "other", site.centre, settings={"spool": [f"folder: {site.spool}"]}).create(50, days_back=5)
    other.agent("enroll", site.centre.add_site("paris"), check=False)
    other.approve()
    site.start()
    wait_for(lambda: "a new series" in site.log("collect"), 20, "the first to be at work")
    done = other.agent("once", "--no-send", check=False)
    assert done.returncode == 75, done.stderr
    result = site.agree()
    assert result.equal, result
    assert site.log("collect").count("a new series") == 1
