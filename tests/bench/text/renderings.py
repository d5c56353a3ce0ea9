#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plants what a row holds into notes, in every rendering and context, and looks for what of it `contact-agent clean` leaves.

    make all && python3 tests/bench/text/renderings.py [--share 10] [--seed 1] [--show 40] [--group exact] [--kind nom]

Rows, renderings and carriers are in planting.py. A case is one value of one row, in one rendering, in one context. It
leaks when a word of it (of three letters or more, or all that there is) or a digit is left. Names that are words of
French, by themselves, without a capital and without a cue, are counted apart ("ambiguous"): there a note may as well
mean the word. All people are invented, so what is left is printed.
"""

import argparse
import collections
import json
import pathlib
import random
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import planting  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[3]
PARTICLES = set("ait puis de du des le la les da do dos di van von der den el al ben bou et d l".split())


def left_of(case, spans, text):
    """The words and digits of the planted value that no span covers."""
    gone = bytearray(len(text) + 1)
    for span in spans:
        gone[span["start"]:span["end"]] = b"\1" * (span["end"] - span["start"])
    start, end = case.start, case.end
    words = [m for m in re.finditer(r"[^\W_]+", text[start:end])]
    telling = [m for m in words if re.search(r"\d", m.group()) or (len(m.group()) > 2 and planting.unaccented(m.group().lower()) not in PARTICLES)]
    return [m.group() for m in telling or [word for word in words if len(word.group()) > 1] if not all(gone[start + i] for i in range(m.start(), m.end()))]


def clean(program, cases):
    lines = (json.dumps({"id": str(i), "row": case.row, "text": case.text, "day": "2026-03-05"}) for i, case in enumerate(cases))
    done = subprocess.run([program, "clean"], input="\n".join(lines) + "\n", capture_output=True, text=True, encoding="utf-8", check=True)
    return map(json.loads, done.stdout.splitlines())


class Counts:
    def __init__(self):
        self.total, self.leaks = collections.Counter(), collections.Counter()
        self.examples = collections.defaultdict(list)

    def add(self, case, left, cleaned):
        group = case.group()
        for key in ((group,), (group, "kind", case.kind), (group, "rendering", case.rendering), (group, "context", case.context),
                    (group, "style", case.style)):
            self.total[key] += 1
            self.leaks[key] += bool(left)
        if left:
            self.examples[group, case.kind, case.rendering, case.context].append((case, left, cleaned))

    def some(self, group, kind=None, most=20):
        """Examples of what is left, a line each."""
        found = [example for key, some in self.examples.items() if key[0] == group and kind in (None, key[1]) for example in some]
        return "\n".join(f"{left} of {case.rendering}: {case.text!r} -> {cleaned!r}" for case, left, cleaned in found[:most])

    def show(self, by):
        rates = [(self.leaks[k] / self.total[k], k) for k in self.total if len(k) == 3 and k[1] == by and self.leaks[k]]
        for rate, key in sorted(rates, reverse=True)[:60]:
            print(f"  {100 * rate:6.2f} %  {self.leaks[key]:6}/{self.total[key]:<7} {key[0]:10} {by:10} {key[2]}")


def search(program, cases):
    counts = Counts()
    for case, out in zip(cases, clean(program, cases)):
        left = [] if out.get("withheld") else left_of(case, out["spans"], case.text)
        counts.add(case, left, out["text"])
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=int, default=10, help="one case in so many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=40)
    parser.add_argument("--group", choices=planting.GROUPS, help="show only leaks of this group")
    parser.add_argument("--kind")
    parser.add_argument("--rendering")
    parser.add_argument("--context")
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build" / "release" / "contact-agent")
    options = parser.parse_args()
    cases = [case for case in planting.cases(random.Random(options.seed), options.share)
             if options.kind in (None, case.kind)]
    counts = search(options.program, cases)
    for group in planting.GROUPS:
        total, leaks = counts.total[(group,)], counts.leaks[(group,)]
        print(f"{group:10} {leaks}/{total} {100 * leaks / max(1, total):.3f} %")
    for by in ("kind", "rendering", "context", "style"):
        counts.show(by)
    rng, shown = random.Random(0), 0
    for key, some in sorted(counts.examples.items(), key=lambda item: -len(item[1])):
        if shown == options.show:
            break
        wanted = zip((options.group, options.kind, options.rendering, options.context), key)
        if all(want in (None, have) for want, have in wanted):
            shown += 1
            case, left, cleaned = rng.choice(some)
            print(f"{len(some):5} {' | '.join(key)}: {left} of {case.text[case.start:case.end]!r}\n        {case.text!r}\n     -> {cleaned!r}")
    return 1 if counts.leaks[("exact",)] else 0


if __name__ == "__main__":
    sys.exit(main())
