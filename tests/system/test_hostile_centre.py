# SPDX-License-Identifier: Apache-2.0
"""A centre that was taken over, or is broken: it cannot make the agent fill its own disk, send to others, or end."""

import re

import pytest

from association import Site
from centre import Centre
from faulty_centre import Authority
from faulty_centre import Centre as FaultyCentre
from centre import wait_for


@pytest.fixture(name="centre")
def fixture_centre(tmp_path):
    centre = FaultyCentre(Authority(tmp_path / "ca")).start()
    yield centre
    centre.stop()


def bundle_to(bundle, centre, out):
    """The bundle of a real centre, leading to a hostile one."""
    ca = "".join(f"  {line}\n" for line in centre.authority.pem.read_text().splitlines())
    text = re.sub(r"^url: .*", f'url: "{centre.url}"', bundle.read_text(), flags=re.M)
    text = re.sub(r"^code: .*", f'code: "{centre.code}"', text, flags=re.M)
    out.write_text(re.sub(r"^ca: \|\n(  .*\n)+", lambda match: "ca: |\n" + ca, text, flags=re.M))
    return out


@pytest.fixture(name="site")
def joined_site(tmp_path, centre):
    real = Centre(tmp_path / "c").init()
    site = Site(tmp_path / "s", real, settings={"collect": ["hot: 1s"]}).create(100, days_back=5)
    with site.enroll(bundle_to(real.add_site("lyon"), centre, tmp_path / "bundle.yaml")).approve():
        yield site


def series(site):
    return sorted(entry.name for entry in site.spool.iterdir() if entry.is_dir() and not entry.is_symlink())


def test_a_centre_that_is_always_ahead_costs_one_series(site, centre):
    """It once had one begun each second, of 4 MiB each, and none was ever removed."""
    site.start()
    wait_for(lambda: centre.puts, 20, "a batch")
    first = series(site)
    centre.watermark = lambda name: {"series": name, "contiguous": 10**15, "loaded": 0, "highest": 10**15, "missing": []}
    wait_for(lambda: site.log("send").count("A new series will begin") == 2, 30, "the centre to be ahead of the second too")
    beats = len(centre.heartbeats)
    wait_for(lambda: len(centre.heartbeats) > beats + 3, 30, "it to be told so again")
    assert site.log("collect").count("restored or copied") == 1
    assert len(series(site)) == 1 and series(site) != first
