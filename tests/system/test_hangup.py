# SPDX-License-Identifier: Apache-2.0
"""SIGHUP hastens, and says what it does not read again."""

import os
import signal

from association import Site
from centre import Centre
from waiting import wait_for


def calls(site):
    return next(stream["records"] for stream in site.status()["streams"] if stream["stream"] == "call")


def in_source(site):
    """Those of objectors do not count."""
    return site.compare().source["call"]


def all_swept(site):
    status = site.status()
    return status["backfill_percent"] == 100 and all(stream["swept"] for stream in status["streams"])


def test_a_hangup_sweeps_at_once_and_ends_nothing(tmp_path):
    with Centre(tmp_path / "c").init().start() as centre:
        site = Site(tmp_path / "s", centre, settings={"collect": ["hot: 1d", "look: 1d"]}).create(40, days_back=5).join()
        with site.start("collect"):
            wait_for(lambda: all_swept(site), 60, "the first sweeps")
            before = in_source(site)
            assert calls(site) == before
            site.change(new=8, within=1)
            assert in_source(site) > before
            collect = site.processes["collect"]
            os.kill(collect.pid, signal.SIGHUP)
            wait_for(lambda: "systemctl restart contact-agent.target" in site.log("collect"), 30, "the signal to be taken")
            wait_for(lambda: calls(site) == in_source(site), 30, "a sweep that was not due")
            assert collect.poll() is None


def test_a_hangup_in_the_middle_of_the_backfill_is_heard_there(tmp_path):
    with Centre(tmp_path / "c").init().start() as centre:
        site = Site(tmp_path / "s", centre, settings={"collect": ["hot: 1d", "look: 1d"]}).create(15_000, days_back=400).join()
        with site.start("collect"):
            wait_for(lambda: site.status()["backfill_percent"] not in (0, 100), 60, "the backfill")
            before = calls(site)
            os.kill(site.processes["collect"].pid, signal.SIGHUP)
            wait_for(lambda: "a sweep now" in site.log("collect"), 30, "the signal to be taken")
            assert before <= calls(site) and site.status()["backfill_percent"] < 100
