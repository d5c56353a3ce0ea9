#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scores `contact-agent clean` on annotated notes.

Each set is scored twice: with the row and a gazetteer learnt from all rows, and as text alone. A gold span is redacted
when every letter and digit of it is covered, whatever the label. NOTES is a .jsonl file (id, row, text, spans) or a
.txt file of marked notes (tests/data/text/README.md).
"""
import argparse
import collections
import json
import math
import os
import random
import re
import subprocess
import sys
import tempfile
import unicodedata

sys.path.insert(0, os.path.dirname(__file__))
from marked import read_marked  # noqa: E402


def fold(text):
    text = unicodedata.normalize("NFD", text.lower().replace("œ", "oe"))
    return "".join(c for c in text if not unicodedata.combining(c))


def wilson(k, n):
    """The proportion with its 95 % interval."""
    if n == 0:
        return "no case"
    z, p = 1.96, k / n
    centre, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)
    return f"{100 * p:6.2f} %  [{100 * max(low, 0):5.1f}, {100 * min(high, 1):5.1f}]  {k}/{n}"


def read_notes(path):
    if path.endswith(".txt"):
        return read_marked(path)
    return [json.loads(line) for line in open(path, encoding="utf-8")]


def gazetteer(notes, path):
    """What a site would learn from these rows: patients and doctors."""
    with open(path, "w", encoding="utf-8") as out:
        for row in (note["row"] for note in notes):
            rows = [{"name": row.get("nom"), "given_name": row.get("prenom"), "street": row.get("adresse"),
                     "city": row.get("commune")}, {"name": row.get("nom_naissance")}]
            for key in ("medecin_traitant", "medecin_intervenant"):
                words = (row.get(key) or "").split()
                rows.append({"name": " ".join(w for w in words if w.isupper()),
                             "given_name": " ".join(w for w in words if not w.isupper())})
            for entry in rows:
                out.write(json.dumps({k: v for k, v in entry.items() if v}, ensure_ascii=False) + "\n")


def clean(program, notes, with_row, learnt):
    lines = [json.dumps({"id": str(i), "row": note["row"] if with_row else {}, "text": note["text"]}, ensure_ascii=False)
             for i, note in enumerate(notes)]
    command = [program] + (["clean"] if program.endswith("contact-agent") else [])
    command += ["--gazetteer", learnt] if learnt else []
    got = subprocess.run(command, input="\n".join(lines) + "\n", capture_output=True, text=True, encoding="utf-8")
    if got.returncode:
        sys.exit(got.stderr or f"{program}: exit {got.returncode}")
    return [json.loads(line) for line in got.stdout.splitlines()]


def case_of(text):
    letters = [c for c in text if c.isalpha()]
    if sum(c.isupper() for c in letters) > 0.6 * len(letters):
        return "capitals"
    return "normal" if re.search(r"[a-zéèàç,;] ([A-ZÉÈÀ][a-zéèàç]{2,})", text) else "small"


def around(text, span):
    return text[max(0, span["start"] - 25):span["end"] + 15].replace("\n", " ")


class Score:
    def __init__(self):
        self.spans = self.redacted = self.true_spans = self.found_spans = 0
        self.notes = self.full = self.withheld = self.words = self.over = 0
        self.labels = collections.defaultdict(lambda: [0, 0, 0, 0, 0])  # gold, redacted, label right, found, right
        self.misses, self.extras, self.lost, self.cases = [], [], [], collections.defaultdict(lambda: [0, 0])

    def add_gold(self, note, label_at):
        text, full, case = note["text"], True, case_of(note["text"])
        for s in note["spans"]:
            inner = [i for i in range(s["start"], s["end"]) if text[i].isalnum()]
            hit = all(label_at[i] for i in inner)
            row = self.labels[s["label"]]
            row[0] += 1
            row[1] += hit
            row[2] += any(label_at[i] == s["label"] for i in inner)
            self.spans += 1
            self.redacted += hit
            self.cases[case][0] += 1
            self.cases[case][1] += hit
            if not hit:
                full = False
                self.misses.append((note["id"], s["label"], text[s["start"]:s["end"]], around(text, s)))
        self.full += full

    def add_found(self, note, found, own):
        text, gold = note["text"], note["spans"]
        is_gold = [False] * len(text)
        for s in gold:
            is_gold[s["start"]:s["end"]] = [True] * (s["end"] - s["start"])
        for s in found:
            true = any(is_gold[i] for i in range(s["start"], min(s["end"], len(text))) if text[i].isalnum())
            if not true and all(fold(w) in own for w in re.findall(r"\w+", text[s["start"]:s["end"]])):
                continue  # the row's own name as a common word: neither a leak nor over-redaction
            row = self.labels[s["label"]]
            self.found_spans += 1
            self.true_spans += true
            row[3] += 1
            row[4] += any(g["label"] == s["label"] and g["start"] < s["end"] and s["start"] < g["end"] for g in gold)
            if not true:
                self.extras.append((note["id"], s["label"], text[s["start"]:s["end"]], s.get("source"), around(text, s)))
        return is_gold

    def add(self, note, out):
        text = note["text"]
        self.notes += 1
        if out.get("withheld"):
            self.withheld += 1
            self.spans += len(note["spans"])
            return
        label_at = [None] * (len(text) + 1)
        for s in out["spans"]:
            for i in range(s["start"], min(s["end"], len(text))):
                label_at[i] = s["label"]
        own = {fold(w) for v in note["row"].values() if v for w in re.findall(r"\w+", str(v))}
        self.add_gold(note, label_at)
        is_gold = self.add_found(note, out["spans"], own)
        for m in re.finditer(r"\w+", text):
            if any(is_gold[m.start():m.end()]):
                continue
            self.words += 1
            if any(label_at[m.start():m.end()]) and fold(m.group()) not in own:
                self.over += 1
                self.lost.append((note["id"], m.group(), around(text, {"start": m.start(), "end": m.end()})))

    def show(self, title):
        print(title)
        print(f"  redact recall        {wilson(self.redacted, self.spans)}")
        print(f"  notes fully redacted {wilson(self.full, self.notes)}   withheld {self.withheld}")
        print(f"  precision            {wilson(self.true_spans, self.found_spans)}")
        print(f"  over-redaction       {1000 * self.over / max(1, self.words):6.2f} per 1,000 words  "
              f"{self.over}/{self.words}")
        for case, (n, k) in sorted(self.cases.items()):
            print(f"    {case:9} redact recall {wilson(k, n)}")
        print("  label            gold  redact  label-recall  precision")
        for name, (g, r, l, p, q) in sorted(self.labels.items()):
            print(f"  {name:16} {g:4}  {100 * r / max(1, g):6.1f}  {100 * l / max(1, g):12.1f}  "
                  f"{100 * q / max(1, p):9.1f}")


NAME_KEYS = ("nom", "nom_naissance", "prenom", "appelant", "medecin_traitant", "medecin_intervenant", "adresse",
             "complement", "commune")
NUMBER_KEYS = ("tel", "tel_appelant", "date_naissance", "code_postal")


def words_of(text):
    return re.findall(r"[a-z]+", fold(text))


def from_row(note, span):
    """Whether a gold span says a value of its row: every word of it, or all its digits."""
    row = note["row"]
    known = {w for key in NAME_KEYS for w in words_of(row.get(key) or "")}
    parts, digits = words_of(span["text"]), re.sub(r"\D", "", span["text"])
    numbers = [re.sub(r"\D", "", row.get(key) or "") for key in NUMBER_KEYS]
    if len(digits) >= 5:
        return any(digits[-9:] in n or n[2:] in digits for n in numbers if n)
    return any(len(w) > 2 for w in parts) and all(w in known for w in parts)


def covered(note, out, start, end):
    """Whether every letter and digit of text[start:end] is gone."""
    gone = [False] * (len(note["text"]) + 1)
    for s in out["spans"]:
        gone[s["start"]:s["end"]] = [True] * (s["end"] - s["start"])
    return all(gone[i] for i in range(start, end) if note["text"][i].isalnum())


def own_leaks(notes, outs):
    """Identifiers of the row that its note holds as such, and those of them that the cleaned text still holds."""
    left, total = [], 0
    for note, out in zip(notes, outs):
        for span in note["spans"]:
            if not from_row(note, span):
                continue
            total += 1
            if not out.get("withheld") and not covered(note, out, span["start"], span["end"]):
                left.append((note["id"], span["label"], span["text"]))
    return left, total


def with_typo(word, rng):
    """One letter changed, missing, too many, or two neighbours swapped."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    kind, i = rng.randrange(4), rng.randrange(len(word))
    letter = rng.choice([c for c in letters if c != fold(word[i])])
    letter = letter.upper() if word[i].isupper() and (i == 0 or word.isupper()) else letter
    if kind == 0:
        return word[:i] + letter + word[i + 1:]
    if kind == 1:
        return word[:i] + word[i + 1:]
    if kind == 2:
        return word[:i] + letter + word[i:]
    i = min(i, len(word) - 2)
    return word[:i] + word[i + 1] + word[i] + word[i + 2:]


def misspelt(note, rng):
    """The note with one typo in each name of the row that it holds (four letters or more), and where they are."""
    text, spans, shift, changed = note["text"], [], 0, []
    for span in note["spans"]:
        start, surface = span["start"] + shift, span["text"]
        words = [m for m in re.finditer(r"[^\W\d_]{4,}", surface)]
        if span["label"] in ("NOM", "PRENOM") and words and from_row(note, span):
            m = rng.choice(words)
            wrong = with_typo(m.group(), rng)
            surface = surface[:m.start()] + wrong + surface[m.end():]
            changed.append((start, start + len(surface), span["text"], surface))
        text = text[:start] + surface + text[start + len(span["text"]):]
        shift += len(surface) - len(span["text"])
        spans.append({**span, "start": start, "end": start + len(surface), "text": surface})
    return {**note, "text": text, "spans": spans}, changed


def typo_leaks(program, notes, learnt, rounds=4):
    """Names of the row with one typo each: those left, and how many there were."""
    left, total, rng = [], 0, random.Random(7)
    for _ in range(rounds):
        pairs = [misspelt(note, rng) for note in notes]
        outs = clean(program, [note for note, _ in pairs], True, learnt)
        for (note, changed), out in zip(pairs, outs):
            total += len(changed)
            for start, end, right, wrong in changed:
                if not out.get("withheld") and not covered(note, out, start, end):
                    left.append((note["id"], right, wrong, around(note["text"], {"start": start, "end": end})))
    return left, total


def kept(notes, outs):
    """Eponyms, medicines and numbers that identify nobody: how many there are, how many stay."""
    folder = os.path.join(os.path.dirname(__file__), "..", "..", "..", "conf", "text")
    lists = {"eponyms": set(), "medicines": set()}
    for kind, name in (("eponyms", "eponyms.txt"), ("medicines", "drugs.txt")):
        for line in open(os.path.join(folder, name), encoding="utf-8"):
            if not line.startswith("#"):
                lists[kind] |= {fold(w.strip()) for w in line.split(",") if len(w.strip()) > 3}
    counts, lost = {k: [0, 0] for k in ("eponyms", "medicines", "numbers")}, []
    for note, out in zip(notes, outs):
        gold = [False] * len(note["text"])
        for s in note["spans"]:
            gold[s["start"]:s["end"]] = [True] * (s["end"] - s["start"])
        for m in re.finditer(r"[^\W\d_]+|\d+", note["text"]):
            kind = "numbers" if m.group().isdigit() else next((k for k in lists if fold(m.group()) in lists[k]), None)
            if kind is None or any(gold[m.start():m.end()]):
                continue
            stays = not any(s["start"] < m.end() and m.start() < s["end"] for s in out["spans"])
            counts[kind][0] += stays
            counts[kind][1] += 1
            if not stays:
                lost.append((note["id"], kind, m.group(), around(note["text"], {"start": m.start(), "end": m.end()})))
    return counts, lost


def show_row_measures(args, notes, outs, learnt):
    exact, total = own_leaks(notes, outs)
    print(f"  own left, exact      {wilson(len(exact), total)}")
    wrong, total = typo_leaks(args.program, notes, learnt)
    print(f"  own left, one typo   {wilson(len(wrong), total)}")
    counts, lost = kept(notes, outs)
    for kind, (k, n) in counts.items():
        print(f"  {kind + ' kept':20} {wilson(k, n)}")
    if args.misses:
        for leak in exact:
            print("    leak", *leak, sep=" | ")
        for leak in wrong:
            print("    typo leak", *leak, sep=" | ")
    for word in lost if args.extras else []:
        print("    lost", *word, sep=" | ")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default="build/release/text-clean")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--extras", action="store_true")
    parser.add_argument("--half", type=int, choices=[0, 1])
    parser.add_argument("--only", choices=["row", "alone"])
    parser.add_argument("notes", nargs="+")
    args = parser.parse_args()
    for path in args.notes:
        notes = read_notes(path)
        with tempfile.TemporaryDirectory() as folder:
            learnt = os.path.join(folder, "names.jsonl")
            gazetteer(notes, learnt)
            if args.half is not None:
                notes = notes[args.half::2]
            for mode in [args.only] if args.only else ["row", "alone"]:
                outs = clean(args.program, notes, mode == "row", learnt if mode == "row" else None)
                score = Score()
                for note, out in zip(notes, outs):
                    score.add(note, out)
                score.show(f"{path}: {'with row and gazetteer' if mode == 'row' else 'text alone'}, {len(notes)} notes")
                if mode == "row":
                    show_row_measures(args, notes, outs, learnt)
                for miss in score.misses if args.misses else []:
                    print("    miss", *miss, sep=" | ")
                for extra in score.extras if args.extras else []:
                    print("    extra", *extra, sep=" | ")
                for word in score.lost if args.extras else []:
                    print("    over", *word, sep=" | ")


if __name__ == "__main__":
    main()
