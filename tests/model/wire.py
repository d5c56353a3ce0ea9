# SPDX-License-Identifier: Apache-2.0
"""What travels: records, ends, erases, statements, in sealed batches; and the sums both sides keep."""
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

MODULUS = 1 << 128
NOTHING = (0, 0)


@lru_cache(maxsize=1 << 16)
def fingerprint(*values):
    return int.from_bytes(sha256(repr(values).encode()).digest()[:16], "big")


def plus(total, fp):
    return total if fp is None else (total[0] + 1, (total[1] + fp) % MODULUS)


def minus(total, fp):
    return total if fp is None else (total[0] - 1, (total[1] - fp) % MODULUS)


def total_of(fps):
    total = NOTHING
    for fp in fps:
        total = plus(total, fp)
    return total


class Put(NamedTuple):
    stream: str
    id: int
    day: int
    person: object      # the token of the person, None for nobody
    body: str

    @property
    def fp(self):
        return fingerprint("fp", *self)


class Delete(NamedTuple):  # only the tombstone mutation sends it
    stream: str
    id: int


class End(NamedTuple):
    stream: str
    day: int
    first: int          # the snapshot's first seq; its last is the batch that carries the end
    total: tuple        # count and sum of the snapshot's fp
    first_clock: int    # only the wall-clock mutation looks at it
    sealed_at: int      # the history's event, for the check that no living record is removed


class Erase(NamedTuple):
    person: object


class Statement(NamedTuple):
    stream: str
    since: int          # the range it covers; open towards the future
    days: tuple         # ((day, total), …): a day of the range that is not named holds nothing
    unknown: frozenset  # dirty days: nothing is said of them


class Batch(NamedTuple):
    series: str
    seq: int
    lane: str
    lines: tuple
    void: bool
    clock: int

    @property
    def key(self):
        return self.series, self.seq
