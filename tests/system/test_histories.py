# SPDX-License-Identifier: Apache-2.0
"""The real agent and the real centre along random histories, as tests/model plays them: whatever changed, was killed, lost,
restored or away, at rest the warehouse holds what the source offers. The source is an SQLite file, or a real server on
which several write at once while it is read. A failure prints the seed that repeats it: CONTACT_SEED=n.

CONTACT_HISTORIES=n plays so many of each kind, CONTACT_FIRST=n other ones than from seed 1. Those of a lane are played one
after the other, lanes beside each other: pytest -n 3 --dist loadgroup."""

import os

import pytest

from histories import Lane

pytestmark = pytest.mark.release_only  # not yet proved within the time of the sanitizers' run

# By kind of source: how many make test plays, and make test-long.
COUNTS = {"file": (30, 500), "mariadb": (100, 1000), "postgresql": (100, 1000)}
LANES = {"file": 1, "mariadb": 2, "postgresql": 2}


def seeds(kind):
    if "CONTACT_SEED" in os.environ:
        return [int(os.environ["CONTACT_SEED"])]
    usual, many = COUNTS[kind]
    count = many if os.environ.get("CONTACT_LONG") == "1" else usual
    first = int(os.environ.get("CONTACT_FIRST", "1"))
    return range(first, first + int(os.environ.get("CONTACT_HISTORIES", count)))


def cases():
    for kind, lanes in LANES.items():
        for number in range(lanes):
            for seed in seeds(kind)[number::lanes]:
                yield pytest.param((kind, number), seed, id=f"{kind}-{seed}",
                                   marks=pytest.mark.xdist_group(f"histories-{kind}-{number}"))


@pytest.fixture(name="lane", scope="module")
def running_lane(request):
    kind, number = request.param
    with Lane(kind, seeds(kind)[number::LANES[kind]]) as lane:
        yield lane


@pytest.mark.parametrize("lane, seed", cases(), indirect=["lane"])
def test_whatever_happens_both_sides_end_equal(lane, seed):
    lane.play(seed)
