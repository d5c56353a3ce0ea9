# SPDX-License-Identifier: Apache-2.0
"""One identity, one agent: what a machine that was restored or copied does, and what the centre shows of it."""

import shutil
import tempfile

import pytest

from association import Site
from centre import Centre
from waiting import wait_for


@pytest.fixture(name="centre", scope="module")
def whole_centre():
    with tempfile.TemporaryDirectory(prefix="ser-", dir="/tmp") as folder:
        with Centre(f"{folder}/c").init().start() as centre:
            yield centre


def joined(centre, folder, name):
    site = Site(folder, centre, name=name).create(120, days_back=20)
    site.join()
    site.once()
    assert site.agree().equal
    return site


def series_of(site):
    return (site.spool / "current").resolve().name


def places(centre, site):
    folder = centre.landing / site.name
    return sorted((int((one / "order").read_text()), one.name) for one in folder.iterdir() if (one / "order").exists())


def copy_machine(site, folder):
    folder.mkdir()
    shutil.copytree(site.collect, folder / "collect", symlinks=True)
    shutil.copytree(site.spool, folder / "spool", symlinks=True)


def test_a_machine_put_back_to_a_series_left_behind_begins_a_new_one(centre, tmp_path):
    site = joined(centre, tmp_path / "s", "restored")
    copy_machine(site, tmp_path / "image")
    shutil.rmtree(site.spool)
    site.spool.mkdir(mode=0o2770)
    site.change(seed=2, new=5, correct=3, delete=2)
    site.agent("sweep", "cold")
    site.once()
    assert site.agree().equal
    second = series_of(site)
    assert not centre.fleet()[site.name]["superseded"]
    for name in ("collect", "spool"):
        shutil.rmtree(site.folder / name)
        shutil.copytree(tmp_path / "image" / name, site.folder / name, symlinks=True)
    site.change(seed=3, new=5, correct=3)
    for _ in range(3):
        site.agent("sweep", "cold", check=False)
        site.once(check=False)
    assert site.agree().equal
    assert centre.fleet()[site.name]["superseded"]
    assert [name for _, name in places(centre, site)][1:] == [second, series_of(site)]


def test_a_batch_lost_from_the_landing_zone_comes_again(centre, tmp_path):
    site = joined(centre, tmp_path / "s", "lossy")
    centre.stop("load")
    site.change(seed=2, new=8, correct=3)
    site.once(check=False)
    before = set((centre.landing / site.name).glob("*/*.cms"))
    site.change(seed=3, new=8, delete=2)
    site.once(check=False)
    lost = set((centre.landing / site.name).glob("*/*.cms")) - before
    assert lost
    for path in lost:
        path.unlink()
    centre.start("load")
    site.start("send")
    wait_for(lambda: all(path.exists() for path in lost), 30, "the lost batches to come again")
    site.stop("send")
    site.agent("sweep", "cold")
    site.once()
    assert site.agree().equal
    assert not centre.fleet()[site.name]["refused"]
