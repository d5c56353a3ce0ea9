# SPDX-License-Identifier: Apache-2.0
"""Reads notes written with their identifiers marked: [[Durand|NOM]]. See tests/data/text/README.md."""
import re

MARK = re.compile(r"\[\[(.*?)\|([A-Z_]+)\]\]", re.S)
ROW = {"n": "nom", "nn": "nom_naissance", "p": "prenom", "d": "date_naissance", "s": "sexe", "t": "tel",
       "ta": "tel_appelant", "ap": "appelant", "a": "adresse", "c": "complement", "cp": "code_postal", "v": "commune",
       "mt": "medecin_traitant", "mi": "medecin_intervenant"}


def read_row(line):
    row = dict.fromkeys(ROW.values())
    for part in line.split(";"):
        key, _, value = part.strip().partition("=")
        if key:
            row[ROW[key]] = value
    return row


def read_note(note_id, row, marked):
    text, spans, at = "", [], 0
    for m in MARK.finditer(marked):
        text += marked[at:m.start()]
        spans.append({"start": len(text), "end": len(text) + len(m.group(1)), "label": m.group(2), "text": m.group(1)})
        text += m.group(1)
        at = m.end()
    return {"id": note_id, "row": row, "text": text + marked[at:], "spans": spans}


def read_marked(path):
    notes, row, body, note_id = [], None, [], None
    for line in open(path, encoding="utf-8").read().split("\n") + ["# "]:
        if line.startswith("# "):
            if note_id is not None and body:
                notes.append(read_note(note_id, row, "\n".join(body).strip("\n")))
            note_id, _, rest = line[2:].partition(" ")
            row, body = read_row(rest), []
        elif not line.startswith("//"):
            body.append(line)
    return notes
