# SPDX-License-Identifier: Apache-2.0
"""The marked notes say what their README says: a broken mark would pass for an identifier that nobody has to find."""

import os
import re
import sys
import unicodedata

import pytest

ROOT = os.path.join(os.path.dirname(__file__), "..")
NOTES = os.path.join(ROOT, "data", "text")
sys.path.insert(0, os.path.join(ROOT, "bench", "text"))
import marked  # noqa: E402

LABELS = {"NOM", "PRENOM", "TEL", "MAIL", "NIR", "ADRESSE", "CODE", "ZIP", "VILLE", "DATE_NAISSANCE", "DATE", "ETAB", "ID"}
STYLES = {"telegraphique", "majuscules", "fautes", "conclusion", "ehpad", "telealarme", "pediatrie", "garde_a_vue",
          "psychiatrie", "teleconsultation", "deces"}
ROW = {"nom": r".+", "prenom": r".+", "date_naissance": r"(19|20)\d\d-\d\d-\d\d", "sexe": r"[FM]", "tel": r"0\d{9}",
       "adresse": r".+", "code_postal": r"\d{5}", "commune": r".+", "medecin_intervenant": r".+"}


def notes(name):
    return marked.read_marked(os.path.join(NOTES, name))


def folded(text):
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))


def surnames(name):
    found = set()
    for note in notes(name):
        row = note["row"]
        found |= {folded(s["text"]) for s in note["spans"] if s["label"] == "NOM"}
        found |= {folded(row[k]) for k in ("nom", "nom_naissance") if row[k]}
        for doctor in (row[k] or "" for k in ("medecin_traitant", "medecin_intervenant")):
            found.add(folded(" ".join(word for word in doctor.split() if word.isupper())))
    return found - {""}


@pytest.mark.parametrize("name, count",
                         [("heldout.txt", 150), ("varied.txt", 250), ("blind.txt", 200), ("fresh.txt", 200),
                          ("prairie.txt", 150), ("vault.txt", 150), ("orchard.txt", 300), ("pasture.txt", 300),
                          *((f"{name}.txt", 300) for name in ("anchor", "bridge", "cradle", "drum", "ferry", "grove"))])
def test_each_mark_is_well_formed_and_holds_something(name, count):
    read = notes(name)
    assert len({note["id"] for note in read}) == len(read) == count
    for note in read:
        assert not re.search(r"\[\[|\]\]|\|", note["text"]), note["id"]
        for span in note["spans"]:
            assert span["label"] in LABELS, note["id"]
            assert span["text"] and span["text"] == span["text"].strip(), note["id"]


@pytest.mark.parametrize("name", ["varied.txt", "blind.txt", "fresh.txt"])
def test_each_note_names_its_manner_and_has_a_full_row(name):
    for note in notes(name):
        assert note["id"].partition("-")[2] in STYLES
        for key, form in ROW.items():
            assert re.fullmatch(form, note["row"][key] or ""), (note["id"], key)


def test_no_surname_to_develop_with_is_in_the_blind_notes():
    assert surnames("varied.txt") & surnames("blind.txt") == set()
