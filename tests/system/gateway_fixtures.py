# SPDX-License-Identifier: Apache-2.0
"""One centre a module, without loader, and sites of curl and openssl."""

import pathlib
import shutil
import tempfile

import pytest
from centre import Centre
from curl_client import CurlSite


@pytest.fixture(name="centre", scope="module")
def fixture_centre():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gw"))
    with Centre(folder).init() as centre:
        centre.start("serve", "sign", "nginx")
        yield centre
    shutil.rmtree(folder)


@pytest.fixture(name="lyon", scope="module")
def fixture_lyon(centre):
    return CurlSite(centre, "lyon", centre.folder / "sites" / "lyon").take_bundle(centre.add_site("lyon")).enroll()


@pytest.fixture(name="add", scope="module")
def fixture_add(centre):
    """Makes enrolled sites of unused names."""
    count = iter(range(1000))

    def add(enroll=True):
        name = f"site-{next(count)}"
        site = CurlSite(centre, name, centre.folder / "sites" / name).take_bundle(centre.add_site(name))
        return site.enroll() if enroll else site

    return add
