#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Source against warehouse, record by record.

What the warehouse must hold is told by expected.py and by the rules written down once more below; which record is
which, by the tokens of pseudonym.py and the warehouse's own re-keying. So both sides are compared without asking
either of them. Differences are given as counts, days and column names: a local id or a value is in no report.

What is not free text is compared by equality. Of a free text, what stands between placeholders must stand in the
original in this order, with at least a third of its words, and may hold none of the row's own identifiers.
"""

import collections
import re
import sqlite3
import unicodedata

import expected
import pseudonym

STREAMS = expected.STREAMS

# Part of each record's values, by the record's key, in the columns' order: enough for every correction to show.
VALUES = {
    "call": ("urgency decision reason sex geo",
             "SELECT a.num, a.urgence, a.decision, a.code_motif, q.sexe, q.cp FROM appels a"
             " LEFT JOIN patients p ON p.id = a.patient_id LEFT JOIN personnes q ON q.id = p.personne_id"),
    "visit": ("mode outcome systolic sex geo",
              "SELECT c.id, c.mode, c.code_devenir, c.ta_sys, q.sexe, q.cp FROM consultations c"
              " JOIN appels a ON a.num = c.appel_num LEFT JOIN patients p ON p.id = a.patient_id"
              " LEFT JOIN personnes q ON q.id = p.personne_id"),
    "diagnosis": ("code rank certainty", "SELECT consultation_id, rang, code, rang, certitude FROM diagnostics"),
    "act": ("code quantity", "SELECT id, code, quantite FROM actes"),
    # A code that has the six digits of the birth date in it does not leave, be they there by chance.
    "prescription": ("code days",
                     "SELECT r.id, iif(instr(r.cip, substr(q.ddn, 9, 2) || substr(q.ddn, 6, 2) || substr(q.ddn, 3, 2))"
                     " OR instr(r.cip, substr(q.ddn, 3, 2) || substr(q.ddn, 6, 2) || substr(q.ddn, 9, 2)), NULL, r.cip),"
                     " r.jours FROM prescriptions r JOIN consultations c ON c.id = r.consultation_id"
                     " JOIN appels a ON a.num = c.appel_num LEFT JOIN patients p ON p.id = a.patient_id"
                     " LEFT JOIN personnes q ON q.id = p.personne_id"),
}


def listed(**words):
    return lambda value: words.get(str(value).strip()) if value is not None else None


def matching(*patterns):
    whole = re.compile("|".join(f"(?:{pattern})" for pattern in patterns))

    def rule(value):
        text = str(value).strip() if value is not None else ""
        return text if whole.fullmatch(text) else None
    return rule


def between(low, high):
    return lambda value: value if isinstance(value, (int, float)) and low <= value <= high else None


def department(value):
    text = str(value or "").strip()
    if not re.fullmatch(r"\d{4,5}", text):
        return None
    text = text.zfill(5)
    if text[:2] == "20":
        return {"0": "2A", "1": "2A", "2": "2B", "6": "2B"}.get(text[2])
    if re.fullmatch(r"97[1-8]|984|98[6-9]", text[:3]):
        return text[:3]
    return text[:2] if 1 <= int(text[:2]) <= 95 else None


RULES = {
    "urgency": listed(**{"1": "immediate", "2": "urgent", "3": "prompt", "4": "routine"}),
    "decision": listed(VIS="visit", CS="consultation", TC="teleconsultation", CONS="advice", TRF="transfer",
                       ANN="cancelled"),
    "outcome": listed(DOM="home", HOS="hospital", SAM="samu", MT="gp", REF="refused", DCD="deceased"),
    "mode": listed(HH="HH", AMB="AMB", VR="VR"),
    "certainty": listed(C="certain", P="probable", S="possible"),
    "sex": listed(**{"1": "M", "2": "F"}),
    "geo": department,
    "reason": matching(r"[A-Z]{1,3}[0-9]{2,4}", r"[0-9]{1,4}"),
    "systolic": between(40, 300),
    "rank": between(1, 20),
    "quantity": between(0.5, 99),
    "days": between(1, 366),
    ("diagnosis", "code"): matching(r"[A-Z][0-9]{2}", r"[A-Z][0-9]{2}\.?[0-9]{1,3}",
                                    r"[A-Z][0-9]{2}\.?[0-9]{0,2}[-+][0-9]{1,2}"),
    ("act", "code"): matching(r"[A-Z]{1,5}[0-9]{0,2}", r"[A-Z]{4}[0-9]{3}", r"[A-Z]{4}[0-9]{5}"),
    ("prescription", "code"): matching(r"34009[0-9]{8}"),
}

# The text of each record, by the record's key, and what identifies somebody in its row.
OWN = "q.nom, q.nom_naissance, q.prenom, q.tel, q.tel2, q.email, q.nir, a.nom_appelant, a.tel_appelant"
PERSON = (" FROM appels a LEFT JOIN patients p ON p.id = a.patient_id LEFT JOIN personnes q ON q.id = p.personne_id")
TEXTS = {
    "call": ("note", f"SELECT a.num, a.commentaire, {OWN}{PERSON}"),
    "visit": ("note", f"SELECT c.id, c.conclusion, {OWN}{PERSON} JOIN consultations c ON c.appel_num = a.num"),
    "prescription": ("dose", f"SELECT r.id, r.posologie, {OWN}{PERSON} JOIN consultations c ON c.appel_num = a.num"
                             " JOIN prescriptions r ON r.consultation_id = c.id"),
}
WITHHELD = "<TEXTE_RETENU>"
PLACEHOLDER = re.compile(r"<[A-Z_]+(?:_\d+)?(?::[A-Z0-9+-]+)?>")
OWN_SHORTEST = 6  # letters and digits: shorter ones are in texts by chance

Row = collections.namedtuple("Row", "day patient episode values text", defaults=[None])
Typed = collections.namedtuple("Typed", "text own")  # as it stands in the source: text None where none may leave


def columns(stream):
    return VALUES[stream][0].split()


def folded(text):
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in plain if c.isalnum())


def typed_texts(db, stream):
    """By local key. A text that is not UTF-8 is told by the replacement character, and is withheld."""
    if stream not in TEXTS:
        return {}
    return {(key,): Typed((text or "").strip() or None,
                          {value for value in map(folded, filter(None, map(str, own))) if len(value) >= OWN_SHORTEST})
            for key, text, *own in db.execute(TEXTS[stream][1])}


def text_fault(typed, cleaned):
    """What is wrong with a cleaned text, by name; None when nothing is."""
    if typed is None or typed.text is None:
        return None if cleaned is None else "invented"
    if cleaned is None:
        return "lost"
    if "\ufffd" in typed.text:
        return None if cleaned == WITHHELD else "not_withheld"
    if cleaned == WITHHELD:
        return "withheld"
    pieces, at = PLACEHOLDER.split(cleaned), 0
    for piece in pieces:
        found = typed.text.find(piece.strip(), at)
        if found < 0:
            return "altered"
        at = found + len(piece.strip())
    if any(own in folded(piece) for own in typed.own for piece in pieces):
        return "own_identifier"
    kept = sum(len(re.findall(r"\w+", piece)) for piece in pieces)
    return "emptied" if 3 * kept < len(re.findall(r"\w+", typed.text)) and kept < 3 else None


def as_utf8(data):
    return data.decode("utf-8", "replace")


def source_rows(path, tokens, warehouse, decode=as_utf8, **days):
    """By stream, the rows that the warehouse must hold, by core. decode: how the source reads a text."""
    records, _ = expected.read(path, **days)
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    db.text_factory = decode
    patients, calls = {None: None}, {None: None}

    def once(memory, kind, local_id):
        if local_id not in memory:
            memory[local_id] = warehouse.core(kind, tokens.token(kind, local_id))
        return memory[local_id]

    rows = {}
    for stream in STREAMS:
        names = columns(stream)
        rules = [RULES.get((stream, name)) or RULES[name] for name in names]
        calls_of = dict((tuple(key), num) for *key, num in db.execute(expected.ROWS[stream]))
        values = {row[:-len(names)]: tuple(rule(value) for rule, value in zip(rules, row[-len(names):]))
                  for row in db.execute(VALUES[stream][1])}
        texts = typed_texts(db, stream)
        rows[stream] = {}
        for record in records:
            if record.stream == stream:
                core = warehouse.core(stream, tokens.token(stream, *record.key))
                rows[stream][core] = Row(record.day, once(patients, "person", record.patient),
                                         once(calls, "call", calls_of[record.key]), values[record.key],
                                         None if record.death else texts.get(record.key))
    db.close()
    return rows


def warehouse_rows(db, site, mark="?"):
    """By stream, what the warehouse holds of a site, by core. db: a connection (PostgreSQL: mark "%s")."""
    cursor, rows = db.cursor(), {}
    for stream in STREAMS:
        names = columns(stream)
        text = TEXTS[stream][0] if stream in TEXTS else None
        listing = ", ".join([*(f'"{name}"' for name in names), f'"{text}"' if text else "NULL"])
        cursor.execute(f'SELECT id, day, patient, episode, {listing} FROM "{stream}" WHERE site = {mark}', (site,))
        rows[stream] = {bytes(core): Row(str(day), patient and bytes(patient), episode and bytes(episode), tuple(values), text)
                        for core, day, patient, episode, *values, text in cursor}
    return rows


class Comparison:
    """Counts of each side and of every difference; equal when there is none."""

    def __init__(self, source, warehouse):
        self.source = {stream: len(source[stream]) for stream in STREAMS}
        self.warehouse = {stream: len(warehouse[stream]) for stream in STREAMS}
        self.differences = {}
        for stream in STREAMS:
            self._compare(stream, source[stream], warehouse[stream])
        self.equal = not self.differences

    def _compare(self, stream, source, warehouse):
        missing = [source[core].day for core in source.keys() - warehouse.keys()]
        surplus = [warehouse[core].day for core in warehouse.keys() - source.keys()]
        differing, days = collections.Counter(), set()
        for core in source.keys() & warehouse.keys():
            for name in differing_columns(stream, source[core], warehouse[core]):
                differing[name] += 1
                days.add(source[core].day)
        if missing or surplus or differing:
            self.differences[stream] = {
                "missing": len(missing), "surplus": len(surplus), "differing": dict(differing),
                "days": sorted({*missing, *surplus, *days})[:10]}

    def __repr__(self):
        return f"Comparison(source={self.source}, warehouse={self.warehouse}, differences={self.differences})"


def differing_columns(stream, a, b):
    """a: of the source, b: of the warehouse."""
    fault = text_fault(a.text, b.text) if stream in TEXTS else None
    if fault not in (None, "own_identifier"):  # both sides agree; what is left in a text is the leak scan's to find
        yield f"text:{fault}"
    if a[:4] == b[:4]:
        return
    for name in ("day", "patient", "episode"):
        if getattr(a, name) != getattr(b, name):
            yield name
    for name, left, right in zip(columns(stream), a.values, b.values):
        if left != right and not (left is not None and right is not None and not isinstance(left, str)
                                  and float(left) == float(right)):
            yield name


class Sides:
    """Both sides of one site. The source is read once, the warehouse as often as asked."""

    def __init__(self, source_path, site, root_key, warehouse_key, epoch=1, **more):
        """root_key: the site's 32 bytes, of an epoch; warehouse_key: K_warehouse, 64 bytes; more: as source_rows."""
        self.site = site
        self.source = source_rows(source_path, pseudonym.Pseudonyms(root_key, site, epoch),
                                  pseudonym.Warehouse(warehouse_key, site, epoch), **more)

    def compare(self, warehouse_db, mark="?"):
        return Comparison(self.source, warehouse_rows(warehouse_db, self.site, mark))
