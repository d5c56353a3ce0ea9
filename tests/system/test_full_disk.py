# SPDX-License-Identifier: Apache-2.0
"""A disk of one part is full, and has room again: nothing ends, nothing is lost, and all goes on by itself."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import pytest

from association import Site
from centre import Centre
from waiting import wait_for

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="mounts small file systems")


class Disk:
    def __init__(self, folder, size):
        self.folder = pathlib.Path(folder)
        self.filler = self.folder / "filler"
        self.folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "tmpfs", self.folder],
                              capture_output=True, check=False)
        if done.returncode != 0:
            pytest.skip("no file system may be mounted here")

    def fill(self):
        """To the last byte of the last page."""
        with self.filler.open("wb", buffering=0) as out:
            for size in (1 << 20, 4096, 64):
                try:
                    while True:
                        out.write(b"x" * size)
                except OSError:
                    pass

    def clear(self):
        self.filler.unlink()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        subprocess.run(["umount", "-l", self.folder], check=True)


PLACES = {"collect": ("s/collect", "16m"), "spool": ("s/spool", "160m"), "send": ("s/send", "4m"),
          "warehouse": ("c/warehouse", "30m"), "loader": ("c/loader", "4m")}


@pytest.mark.parametrize("when", ("at the start", "at work"))
@pytest.mark.parametrize("place", PLACES)
def test_a_full_disk_ends_nothing_and_loses_nothing(place, when):
    with tempfile.TemporaryDirectory(prefix="full-", dir="/tmp") as folder:
        path, size = PLACES[place]
        with Disk(f"{folder}/{path}", size) as disk, Centre(f"{folder}/c").init().start() as centre:
            site = Site(f"{folder}/s", centre, settings={"collect": ["hot: 1s"]}).create(300, days_back=20)
            with site.join():
                run(site, centre, disk, when, told=place in ("collect", "spool"))


def says_so(site):
    done = site.agent("status", check=False)
    return "there is no room" in done.stdout or (done.returncode != 0 and "the disk is full" in done.stderr)


def run(site, centre, disk, when, told):
    """told: the site's own status is to say so."""
    if when == "at the start":
        disk.fill()
        site.start()
    else:
        site.start()
        wait_for(lambda: centre.told("lyon"), 20, "the loader to have begun")
        disk.fill()
    site.change(seed=1, new=20)
    wait_for(lambda: (site.log("collect") + site.log("send") + centre.log("load")).count("\n") > 0, 20, "somebody to speak")
    site.change(seed=2, new=20)
    for part, process in {**site.processes, **centre.processes}.items():
        assert process.poll() is None, f"{part} ended: {site.log(part)[-500:]}"
    if told:
        wait_for(lambda: says_so(site), 40, "status to say so")
    disk.clear()
    result = site.agree(60)
    assert result.equal, result
    if told:
        wait_for(lambda: not says_so(site), 40, "status to say that there is room")
    assert "internal" not in site.log("collect") + site.log("send")
    assert not list(site.folder.rglob("*damaged*"))


def test_a_spool_lost_on_a_full_disk_is_made_anew_when_there_is_room():
    with tempfile.TemporaryDirectory(prefix="full-", dir="/tmp") as folder:
        with Disk(f"{folder}/s/spool", "160m") as disk, Centre(f"{folder}/c").init().start() as centre:
            site = Site(f"{folder}/s", centre, settings={"collect": ["hot: 1s"]}).create(300, days_back=20)
            with site.join().start():
                wait_for(lambda: centre.told("lyon"), 20, "the loader to have begun")
                wait_for((site.spool / "current" / "spool.db").exists, 20, "collect to have made the spool")
                disk.fill()
                site.processes["collect"].send_signal(signal.SIGSTOP)
                shutil.rmtree(site.spool / os.readlink(site.spool / "current"))
                site.stop("send")  # which had the files open
                disk.fill()
                site.processes["collect"].send_signal(signal.SIGCONT)
                wait_for(lambda: "disk is full" in site.log("collect"), 20, "collect to find no room for a new one")
                assert site.processes["collect"].poll() is None, site.log("collect")[-500:]
                disk.clear()
                site.start("send")
                site.change(seed=1, new=20)
                result = site.agree(60)
                assert result.equal, result
                assert len([entry for entry in site.spool.iterdir() if entry.is_dir()]) == 2, "the series and current"
