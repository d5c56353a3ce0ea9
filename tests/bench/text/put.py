#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts other words into notes that are known, where reading them again would only confirm what they taught.

    make all && python3 tests/bench/text/put.py {names,slips,words} [--program PROGRAM] [--rounds 1] [--show 40] NOTES...

names   invented names, of no list, for those of other people than the row's: what is left
slips   a slip in each of the row's names of four letters or more: what is left
words   a slip in three words of each note that identify nobody: what is taken

NOTES are sets of tests/data/text. Names are invented letter by letter from those of the lists, and always the same. All people are
invented, so what is found is printed."""

import argparse
import collections
import os
import pathlib
import random
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import score  # noqa: E402  (beside this file)

LISTS = pathlib.Path(__file__).resolve().parents[3] / "conf" / "text"
KNOWN = 3  # letters that decide the next
PICKED = 3  # words of a note


def entries(name):
    return [word.strip() for line in (LISTS / name).open(encoding="utf-8") if not line.startswith("#")
            for word in line.split(",") if word.strip()]


class Inventor:
    """Names that look like those of a list and are none, nor a word of every day."""

    def __init__(self, name, known, rng):
        self.known, self.rng, self.after = known, rng, collections.defaultdict(list)
        for word in filter(str.isalpha, map(score.fold, entries(name))):
            whole = "^" * KNOWN + word + "$"
            for i in range(len(whole) - KNOWN):
                self.after[whole[i:i + KNOWN]].append(whole[i + KNOWN])

    def name(self):
        while True:
            text = "^" * KNOWN
            while not text.endswith("$"):
                text += self.rng.choice(self.after[text[-KNOWN:]])
            word = text.strip("^$")
            if 4 <= len(word) <= 10 and word not in self.known:
                return word


def written_like(word, model):
    return word.upper() if model.isupper() else word.title() if model[0].isupper() else word.lower()


def replaced(note, other):
    """The note with other(span) for each identifier, and where that changed something."""
    text, shift, changed, spans = note["text"], 0, [], []
    for span in note["spans"]:
        start = span["start"] + shift
        new = other(span)
        text = text[:start] + new + text[start + len(span["text"]):]
        shift += len(new) - len(span["text"])
        spans.append({**span, "start": start, "end": start + len(new), "text": new})
        if new != span["text"]:
            changed.append((start, start + len(new), span["text"]))
    return {**note, "text": text, "spans": spans}, changed


def with_names(note, rng, inventors):
    own = {word for key in score.NAME_KEYS for word in score.words_of(note["row"].get(key) or "")}
    given = {}

    def other(span):
        word = score.fold(span["text"])
        if span["label"] not in inventors or word in own or not re.fullmatch(r"[^\W\d_]{3,}", span["text"]):
            return span["text"]
        given.setdefault(word, inventors[span["label"]].name())
        return written_like(given[word], span["text"])

    return replaced(note, other)


def with_slips(note, rng, _):
    note, changed = score.misspelt(note, rng)
    return note, [(start, end, right) for start, end, right, _ in changed]


def with_words(note, rng, _):
    marked = [range(s["start"], s["end"]) for s in note["spans"]]
    words = [m for m in re.finditer(r"[^\W\d_]{5,}", note["text"]) if not any(m.start() in span for span in marked)]
    picked = sorted(rng.sample(words, min(PICKED, len(words))), key=lambda m: m.start())
    spans = [{"start": m.start(), "end": m.end(), "text": m.group()} for m in picked]
    changed = replaced({**note, "spans": spans}, lambda span: score.with_typo(span["text"], rng))
    return changed


def touched(out, start, end):
    return any(span["start"] < end and start < span["end"] for span in out["spans"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["names", "slips", "words"])
    parser.add_argument("notes", nargs="+")
    parser.add_argument("--program", default="build/release/text-clean")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--show", type=int, default=40)
    args = parser.parse_args()
    rng, found, total = random.Random(11), [], 0
    known = {score.fold(word) for name in ("surnames.txt", "given.txt", "everyday.txt", "medical.txt") for word in entries(name)}
    inventors = {"NOM": Inventor("surnames.txt", known, rng), "PRENOM": Inventor("given.txt", known, rng)}
    change = {"names": with_names, "slips": with_slips, "words": with_words}[args.what]
    for path in args.notes:
        notes = score.read_notes(path)
        with tempfile.TemporaryDirectory() as folder:
            learnt = os.path.join(folder, "names.jsonl")
            score.gazetteer(notes, learnt)
            for _ in range(args.rounds):
                pairs = [change(note, rng, inventors) for note in notes]
                outs = score.clean(args.program, [note for note, _ in pairs], True, learnt)
                for (note, changed), out in zip(pairs, outs):
                    total += len(changed)
                    found += [(note["id"], old, note["text"][start:end], score.around(note["text"], {"start": start, "end": end}))
                              for start, end, old in changed if not out.get("withheld") and
                              (touched(out, start, end) if args.what == "words" else not score.covered(note, out, start, end))]
    print(f"{args.what}: {'taken' if args.what == 'words' else 'left'} {score.wilson(len(found), total)}")
    for case in rng.sample(found, min(args.show, len(found))):
        print("   ", *case, sep=" | ")


if __name__ == "__main__":
    main()
