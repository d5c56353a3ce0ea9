# SPDX-License-Identifier: Apache-2.0
"""SIGHUP hastens, and says what it does not read again."""

import os
import signal

from association import Site
from centre import Centre, wait_for


def batches(site):
    return sum(site.queue().values())


def test_a_hangup_sweeps_at_once_and_ends_nothing(tmp_path):
    with Centre(tmp_path / "c").init().start() as centre:
        site = Site(tmp_path / "s", centre, settings={"collect": ["hot: 1d", "look: 1d"]}).create(40, days_back=5).join()
        with site.start("collect"):
            wait_for(lambda: site.status()["backfill_percent"] == 100 and batches(site) > 0, 60, "the first sweeps")
            before = site.status()["last_seq"]
            site.change(new=3, within=1)
            collect = site.processes["collect"]
            os.kill(collect.pid, signal.SIGHUP)
            wait_for(lambda: site.status()["last_seq"] > before, 30, "a sweep that was not due")
            assert "systemctl restart contact-agent.target" in site.log("collect")
            assert collect.poll() is None
