#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What an engine leaves that the one before took: family and given names of the lists in short fragments.

    python3 tests/bench/text/against.py --before ../before/build/release/text-clean [--show 40]

A new list or rule that makes words stay may hide people; sets of notes seldom show it. The other program is text-clean of
another checkout, built there, with its own word file beside it. No row, no gazetteer: what goes, goes by what is said."""

import argparse
import collections
import json
import pathlib
import random
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]
FAMILY = ["M. {} retenu par la ceinture", "Mme {} en cours de bilan", "voisin {} a cote", "Dr {} contacté", "chute, Mme {} du 3e",
          "resident {} passe au fauteuil", "chez {} ce matin", "interphone {}", "sonner {}, 2e", "ch 208 M. {} tombé",
          "{} : 0612345678", "sa voisine Mme {} rouge et pâle", "appel de M. {} fort inquiet"]
GIVEN = ["fils {} absent", "{} présent sur place", "sa fille {} appelle", "mère {} seule", "petite {} 3 ans tousse",
         "appelé par {} son mari", "frère {} en route", "aide à domicile {} passe"]


def entries(name):
    lines = (ROOT / "conf" / "text" / name).read_text(encoding="utf-8").splitlines()
    return list(dict.fromkeys(w.strip() for line in lines if not line.startswith("#") for w in line.split(",") if w.strip()))


def cases():
    """(name, text, where the name begins): with a capital and all in capitals; where a cue stands, in small letters too."""
    for names, carriers in ((entries("surnames.txt"), FAMILY), (entries("given.txt"), GIVEN)):
        for name in names:
            for carrier in carriers:
                start = carrier.index("{}")
                yield name.title(), carrier.replace("{}", name.title()), start
                yield name.upper(), carrier.upper().replace("{}", name.upper()), start
                if carrier in FAMILY[:6]:
                    yield name, carrier.replace("{}", name), start


def left(program, found):
    """Of each case whether a letter of its name is left."""
    lines = "".join(json.dumps({"id": str(i), "row": {}, "text": text}) + "\n" for i, (_, text, _) in enumerate(found))
    out = subprocess.run([program], input=lines, capture_output=True, text=True, check=True).stdout.splitlines()
    for (name, _, start), line in zip(found, out, strict=True):
        gone = {at for span in json.loads(line)["spans"] for at in range(span["start"], span["end"])}
        yield any(letter.isalnum() and start + k not in gone for k, letter in enumerate(name))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", required=True)
    parser.add_argument("--program", default="build/release/text-clean")
    parser.add_argument("--show", type=int, default=40)
    args = parser.parse_args()
    found = list(cases())
    before, now = list(left(args.before, found)), list(left(args.program, found))
    newly = [case for case, old, new in zip(found, before, now) if new and not old]
    taken = sum(old and not new for old, new in zip(before, now))
    print(f"{len(found)} cases: left before {sum(before)}, now {sum(now)}; newly left {len(newly)}, newly taken {taken}")
    for carrier, count in collections.Counter(text.replace(name, "{}") for name, text, _ in newly).most_common(10):
        print(f"  {count} in {carrier}")
    random.Random(1).shuffle(newly)
    for _, text, _ in newly[:args.show]:
        print(f"    {text}")


if __name__ == "__main__":
    main()
