#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Cleans every note of a sample dispatch database by `contact-agent clean`, and looks for the identifiers planted in it.

    make all sample && python3 tests/bench/text/planted.py [--calls 20000] [--seed 1] [--show 40]

What `make demo` finds at its end is found here in seconds, note by note. All people of the sample are invented, so what
is found is printed.
"""

import argparse
import collections
import contextlib
import datetime
import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "system"))
import leakscan  # noqa: E402

ROW = {"nom": "q.nom", "nom_naissance": "q.nom_naissance", "prenom": "q.prenom", "date_naissance": "q.ddn",
       "tel": "q.tel", "tel_appelant": "a.tel_appelant", "appelant": "a.nom_appelant",
       "adresse": "q.numero || ' ' || q.rue", "complement": "q.complement", "code": "q.code_porte",
       "code_postal": "q.cp", "commune": "q.commune", "medecin_traitant": "p.medecin_traitant",
       "medecin_intervenant": "m.nom || ' ' || m.prenom"}
CALL = (" FROM appels a LEFT JOIN patients p ON p.id = a.patient_id LEFT JOIN personnes q ON q.id = p.personne_id"
        " LEFT JOIN medecins m ON m.id = a.medecin_id")
TEXTS = [("a.commentaire", ""),
         ("c.conclusion", " JOIN consultations c ON c.appel_num = a.num"),
         ("r.posologie", " JOIN consultations c ON c.appel_num = a.num JOIN prescriptions r ON r.consultation_id = c.id")]
NAMES = ("SELECT nom AS name, prenom AS given_name, rue AS street, commune AS city FROM personnes UNION"
         " SELECT nom_naissance, '', '', '' FROM personnes UNION SELECT nom, prenom, '', '' FROM medecins")


def notes(db):
    columns = ", ".join(ROW.values())
    for text, join in TEXTS:
        for note, day, *values in db.execute(f"SELECT {text}, a.appel_le, {columns}{CALL}{join} WHERE {text} <> ''"):
            yield {"text": note, "day": (day or "")[:10],
                   "row": {key: str(value) for key, value in zip(ROW, values) if value is not None}}


def clean(program, db, folder):
    """Pairs of a note and what became of it."""
    names = folder / "names.jsonl"
    columns = ("name", "given_name", "street", "city")
    names.write_text("".join(json.dumps({k: v for k, v in zip(columns, row) if v}) + "\n" for row in db.execute(NAMES)))
    texts = [{"id": str(i), **note} for i, note in enumerate(notes(db))]
    done = subprocess.run([program, "clean", "--gazetteer", names], input="".join(json.dumps(t) + "\n" for t in texts),
                          capture_output=True, text=True, check=True)
    return zip(texts, map(json.loads, done.stdout.splitlines()))


def found_in(canaries, text):
    """Each planted value in a text, as it stands there."""
    data = text.encode()
    for form in canaries._candidates(data.lower()):
        for at in leakscan.occurrences(data.lower(), form):
            if canaries._holds(data, at, form, True):
                yield canaries.kind[form], form.decode(errors="replace")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--to", default="2026-11-29", help="the last day; with the seed it makes the notes (default: %(default)s)")
    parser.add_argument("--show", type=int, default=40)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    options = parser.parse_args()
    first = datetime.date.fromisoformat(options.to) - datetime.timedelta(days=364)
    kinds, values, examples, total, withheld = collections.Counter(), collections.Counter(), {}, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        source, planted = folder / "dispatch.db", folder / "canaries.txt"
        subprocess.run([options.build / "sample-dispatch", "create", "--calls", str(options.calls), "--seed",
                        str(options.seed), "--from", str(first), "--to", options.to, "--out", source, "--canaries", planted], check=True, capture_output=True)
        canaries = leakscan.Canaries.read(planted)
        with contextlib.closing(sqlite3.connect(source)) as db:
            db.text_factory = lambda data: data.decode("utf-8", "replace")
            for note, cleaned in clean(options.build / "contact-agent", db, folder):
                total += 1
                withheld += cleaned.get("withheld", False)
                for kind, value in found_in(canaries, cleaned["text"]):
                    kinds[kind] += 1
                    values[kind, value] += 1
                    examples.setdefault((kind, value), (note["text"], cleaned["text"]))
    print(f"{total} notes, {withheld} withheld; planted values found: {sum(kinds.values())} {dict(kinds)}")
    for (kind, value), count in values.most_common(options.show):
        before, after = examples[kind, value]
        print(f"{count:5} {kind} {value}\n        {before!r}\n     -> {after!r}")
    return 1 if kinds else 0


if __name__ == "__main__":
    sys.exit(main())
