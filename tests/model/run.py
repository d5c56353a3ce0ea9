#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plays random histories on the model; every failure prints the command that repeats it.

run.py [--histories N] [--first SEED] [--kind calm|lossy|harsh] [--without RULE]
run.py --witnesses          looks for the first history that fails, for each rule, when it is missing
run.py --show KIND SEED     prints a history and where it ends
"""
import argparse
import sys
import time
from multiprocessing import Pool

from driver import ModelDriver
from history import KINDS, history, run
from rules import Rules


def outcome(task):
    kind, seed, without = task
    rules = Rules().without(without) if without else Rules()
    return task, run(ModelDriver(rules), history(seed, kind), kind)


def failures(pool, kinds, seeds, without=None):
    tasks = ((kind, seed, without) for kind in kinds for seed in seeds)
    return (done for done in pool.imap(outcome, tasks, chunksize=50) if done[1])


def play(pool, options):
    kinds = [options.kind] if options.kind else list(KINDS)
    seeds = range(options.first, options.first + options.histories)
    started, failed = time.monotonic(), 0
    for (kind, seed, without), why in failures(pool, kinds, seeds, options.without):
        failed += 1
        print(f"run.py --kind {kind} --first {seed} --histories 1" + (f" --without {without}" if without else ""))
        print(f"    {why}")
    print(f"{len(seeds) * len(kinds)} histories ({', '.join(kinds)}), {failed} did not converge, "
          f"{time.monotonic() - started:.1f} s")
    return failed


def look_for_witnesses(pool, options):
    """For test_histories.py: one history a rule that needs it."""
    missing = 0
    for rule in Rules.names():
        found = {}
        for kind in KINDS:
            for task, why in failures(pool, [kind], range(options.first, options.first + options.histories), rule):
                found[kind] = (task[1], why)
                break
        missing += not found
        kind = min(found, key=lambda k: found[k][0], default=None)
        print(f'    "{rule}": ("{kind}", {found[kind][0]}),  # {found[kind][1][:80]}' if found
              else f"    # {rule}: none", flush=True)
    return missing


def show(kind, seed):
    for number, event in enumerate(history(seed, kind), 1):
        print(number, *event)
    print(run(ModelDriver(Rules()), history(seed, kind), kind) or "converged")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--histories", type=int, default=300, help="of each kind")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--kind", choices=KINDS)
    parser.add_argument("--without", choices=Rules.names(), metavar="RULE")
    parser.add_argument("--witnesses", action="store_true")
    parser.add_argument("--show", nargs=2, metavar=("KIND", "SEED"))
    options = parser.parse_args()
    if options.show:
        return show(options.show[0], int(options.show[1]))
    with Pool() as pool:
        return bool((look_for_witnesses if options.witnesses else play)(pool, options))


if __name__ == "__main__":
    sys.exit(main())
