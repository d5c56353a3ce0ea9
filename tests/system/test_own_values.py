# SPDX-License-Identifier: Apache-2.0
"""No value of a row stays in its own notes, however it is written and whatever stands around it."""

import os
import random
import sys

import pytest

from association import BUILD
from centre import ROOT

sys.path.insert(0, str(ROOT / "tests" / "bench" / "text"))
import planting  # noqa: E402
import renderings  # noqa: E402

SHARE = 25 if os.environ.get("CONTACT_LONG") == "1" else 800  # one case in so many
# Names alone may be left: "LE" before a noun, what is glued to a title. Every case of what else a row holds is found.
MOST = {"exact": 0.0005, "slip": 0.015, "ambiguous": 0.05}


@pytest.fixture(name="counts", scope="module")
def searched():
    return renderings.search(BUILD / "contact-agent", list(planting.cases(random.Random(1), SHARE)))


@pytest.mark.release_only
@pytest.mark.parametrize("group", planting.GROUPS)
def test_names_of_the_row_go_in_every_rendering_and_context(counts, group):
    total, leaks = counts.total[(group,)], counts.leaks[(group,)]
    assert total > 100 and leaks <= MOST[group] * total + 3, f"{leaks} of {total}\n" + counts.some(group)


@pytest.mark.release_only
@pytest.mark.parametrize("kind", planting.PLACES_AND_NUMBERS)
def test_numbers_and_places_of_the_row_go_in_every_rendering(counts, kind):
    key = ("exact", "kind", kind)
    assert counts.total[key] > 50 and counts.leaks[key] == 0, counts.some("exact", kind)
