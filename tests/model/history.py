# SPDX-License-Identifier: Apache-2.0
"""Random histories: the same seed is the same list of events on any driver."""
from random import Random

from source import PERSONS, STREAMS

WORLD = {"insert": 18, "edit": 10, "move": 6, "assign": 3, "delete": 7, "merge": 1, "object": 1, "withdraw": 0.5,
         "tick": 3, "skew": 1, "blink": 3, "fail_read": 2}
WORK = {"hot": 16, "warm": 4, "cold_step": 10, "asked": 5, "send": 34, "heartbeat": 6, "arrive": 2, "load": 30,
        "report": 6, "purge_landing": 2}

# calm: nothing is lost; reordering, retries, crashes, lost answers and bad reads only. Converges without statements.
# lossy: batches are lost, and the agent is told or notices. Converges without statements too.
# harsh: what only a statement can notice: a lost or restored state, a restored warehouse, a loader that was upgraded.
KINDS = {
    "calm": {**WORLD, **WORK},
    "lossy": {**WORLD, **WORK, "lose_spool": 1, "lose_landing": 2},
    "harsh": {**WORLD, **WORK, "lose_spool": 1, "lose_landing": 2, "state_days": 6, "lose_state": 1, "back_up": 3,
              "restore": 3, "upgrade": 0.5},
}


def history(seed, kind, length=200):
    """A list of events. Losses of single batches (park, refuse) come with the kinds that allow them."""
    random = Random(f"{kind} {seed}")
    weights = KINDS[kind]
    return [_event(name, random, kind) for name in random.choices(list(weights), list(weights.values()), k=length)]


def _value(random):
    return random.choice("abcdef") + random.choices(["", "?", "!"], [20, 1, 1])[0]


def _person(random):
    return random.choice([None] + list(range(PERSONS)))


def _day(random):
    """Mostly today and yesterday, sometimes older, seldom in the future or before the window."""
    return random.choices([0, -1, -2, -random.randint(3, 9), random.randint(1, 3)], [8, 5, 3, 4, 1])[0]


def _event(name, random, kind):
    pick, stream = random.random(), random.choice(STREAMS)
    losses = kind != "calm"
    if name == "insert":
        return name, stream, _day(random), _value(random), _person(random), random.random() < 0.2
    if name == "edit":
        return name, pick, _value(random)
    if name == "move":
        return name, pick, _day(random), kind == "harsh"
    if name == "assign":
        return name, pick, _person(random)
    if name in ("delete", "lose_landing", "arrive"):
        return name, pick
    if name == "merge":
        return name, random.randrange(PERSONS), random.randrange(PERSONS)
    if name in ("object", "withdraw"):
        return name, random.randrange(PERSONS)
    if name == "skew":
        return name, random.choice([0, 0, -100, 50, -1, 1])
    if name == "blink":
        return name, pick, random.randint(0, 2)
    if name == "fail_read":
        return name, random.randint(1, 3)
    if name in ("hot", "warm", "cold_step", "asked", "state_days"):
        return "agent", name, stream, random.randint(0, 9) if random.random() < 0.25 else None
    if name == "send":
        faults = [None, "lost_answer", "late", "park", "lost_answer_then_park"]
        return name, pick, random.choices(faults, [20, 3, 2, losses, losses])[0]
    if name == "load":
        return name, pick, "refuse" if losses and random.random() < 0.03 else None
    if name == "back_up":
        return name, random.choice(["warehouse", "warehouse", "machine", "machine", "gateway"])
    if name == "restore":
        return name, random.choice(["warehouse", "warehouse", "state", "spool", "both", "gateway"])
    return (name,)


def run(driver, events, kind):
    """Plays events to their end and returns what is wrong, None when source and warehouse came to agree."""
    try:
        for event in events:
            driver.play(event)
        if kind != "harsh":
            if not driver.settle(statements=False):
                return "never at rest"
            if driver.difference():
                return f"without statements: {driver.difference()}"
        asked = driver.asked_ever()
        if not driver.settle(statements=True):
            return "never at rest with statements"
        if driver.difference():
            return f"with statements: {driver.difference()}"
        if kind != "harsh" and driver.asked_ever() != asked or kind == "calm" and asked:
            return "a day was asked for that would have become equal by itself"
    except AssertionError as broken:
        return str(broken)
    return None
