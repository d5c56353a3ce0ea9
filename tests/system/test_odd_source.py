# SPDX-License-Identifier: Apache-2.0
"""A dispatch database that behaves as those in use do: replaced by a copy, damaged, locked, with values of no sense."""

import os
import shutil
import tempfile

import pytest

from association import Site
from centre import Centre


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
