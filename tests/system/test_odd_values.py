# SPDX-License-Identifier: Apache-2.0
"""Values of no sense, identifiers among them, in every column of the dispatch database: as keys, codes, dates, numbers. No
command ends badly, sweeps come to their end, and no identifier is in anything that is written or said."""

import contextlib
import os
import sqlite3
import subprocess
import tempfile
import unicodedata

import pytest

import opener
from association import BUILD, Site, yesterday
from centre import Centre
from waiting import wait_for

PATIENT = 900001
IDENTIFIERS = ("ZORGLUBEC", "0698765432", "KRASNOWSKI", "Glycines", "185057800608436", "zorg.lub")
ODD = ["ZORGLUBEC", b"ZORGLUBEC", "0698765432", 698765432, "KRASNOWSKI Igor", b"\0ZORGLUBEC", "A\0ZORGLUBEC", float("inf"), 1e300, -0.0,
       2**63 - 1, -2**63, "", " ", "é" * 3000, os.urandom(5000), "185057800608436", "2026-11-28", "2026-13-45", "0000-00-00",
       "99999-01-01", "zorg.lub@exemple.fr", "\x1b[31mZORGLUBEC", "\nZORGLUBEC\n{\"stream\": \"call\"}", "A" * 64 + "ZORGLUBEC",
       "A\u009b31mZ", "A\u202eZ\u2066"]
INDEXES = ("appels(num)", "appels(appel_le)", "consultations(id)", "consultations(appel_num)", "patients(id)", "personnes(id)",
           "diagnostics(consultation_id)", "actes(consultation_id)", "prescriptions(consultation_id)")
CHILDREN = {"diagnostics": ("code", "rang", "certitude"), "actes": ("id", "code", "quantite"),
            "prescriptions": ("id", "cip", "posologie", "jours")}


class Planter:
    def __init__(self, db):
        self.db, self.number = db, 5_000_000

    def untype(self, table):
        """The same rows in columns that take any value, keys included."""
        columns = ",".join(row[1] for row in self.db.execute(f"PRAGMA table_info({table})"))
        self.db.execute(f"CREATE TABLE odd AS SELECT * FROM {table}")
        self.db.execute(f"DROP TABLE {table}")
        self.db.execute(f"CREATE TABLE {table} ({columns})")
        self.db.execute(f"INSERT INTO {table} SELECT * FROM odd")
        self.db.execute("DROP TABLE odd")

    def insert(self, table, **row):
        self.db.execute(f"INSERT INTO {table} ({','.join(row)}) VALUES ({','.join('?' * len(row))})", list(row.values()))

    def columns(self, table):
        return [row[1] for row in self.db.execute(f"PRAGMA table_info({table})")]

    def call(self, **odd):
        self.number += 1
        row = {"num": self.number, "appel_le": yesterday("10:00:00"), "patient_id": PATIENT, "code_motif": "DOUL", "urgence": 2}
        self.insert("appels", **{**row, **odd})
        return self.number

    def visit(self, **odd):
        row = {"id": self.number, "appel_num": self.call(), "mode": "HH"}
        self.insert("consultations", **{**row, **odd})
        return row["id"]

    def plant(self):
        for table in ("appels", "consultations", "patients", "personnes", "rapprochements", *CHILDREN):
            self.untype(table)
        for number, index in enumerate(INDEXES):
            self.db.execute(f"CREATE INDEX odd_{number} ON {index}")
        self.insert("personnes", id=PATIENT, nom="ZORGLUBEC", nom_naissance="KRASNOWSKI", prenom="Igor", ddn="1985-05-07", tel="0698765432",
                    rue="allée des Glycines", nir="185057800608436", email="zorg.lub@exemple.fr", sexe=1, cp="75011")
        self.insert("patients", id=PATIENT, personne_id=PATIENT, opposition=0)
        for number, value in enumerate(ODD):
            self.plant_value(number, value)
        for key in (5555, "5555", " 5555 ", "5555.0", 5555.0, "05555", b"5555"):
            self.call(num=key)
        for parent, child in ((1, 1), (2, 3), (3, 2), (4, "ZORGLUBEC"), ("ZORGLUBEC", 4), (None, 5), (5, None), (b"\0", 6), ("x" * 100000, 7)):
            self.insert("rapprochements", id_parent=parent, id_enfant=child)
        raw = self.call()
        for column in self.columns("appels"):
            number = self.call() if column == "num" else raw
            self.db.execute(f"UPDATE appels SET {column} = CAST(? AS TEXT) WHERE num = ?", (b"\xff\xfeZORGLUBEC\x80", number))

    def plant_value(self, number, value):
        for column in self.columns("appels"):
            self.call(**{column: value})
        for column in self.columns("consultations"):
            self.visit(**{column: value})
        for table, columns in CHILDREN.items():
            for column in columns:
                self.insert(table, **{"consultation_id": self.visit(), column: value})
        for column in ("id", "personne_id", "opposition"):
            row = {"id": 910_000 + number, "personne_id": PATIENT, "opposition": 0, column: value}
            self.insert("patients", **row)
            self.call(patient_id=row["id"])
        for column in ("ddn", "cp", "sexe", "tel", "prenom"):
            self.insert("personnes", **{"id": 950_000 + number, "nom": "ZORGLUBEC", column: value})
        self.insert("patients", id=960_000 + number, personne_id=950_000 + number, opposition=0)
        self.call(patient_id=960_000 + number)


@pytest.fixture(name="site")
def planted_site():
    with tempfile.TemporaryDirectory(prefix="odd-", dir="/tmp") as folder:
        with Centre(f"{folder}/c").init().start() as centre:
            site = Site(f"{folder}/s", centre, settings={"collect": ["hot: 1s"]}).create(200, days_back=10)
            with contextlib.closing(sqlite3.connect(site.source, isolation_level=None)) as db:
                Planter(db).plant()
            yield site


def obeyed(text):
    """What a terminal would not show but do: controls, C1 among them, and what turns the direction of a line."""
    return {hex(ord(c)) for c in text if c != "\n" and (unicodedata.category(c) == "Cc" or c in "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")}


def spoken(data):
    return [word for word in IDENTIFIERS for form in (word, word.lower()) for code in ("utf-8", "utf-16-le") if form.encode(code) in data]


def test_values_of_no_sense_stop_nothing_and_are_said_nowhere(site):
    assert spoken(site.source.read_bytes()), "else the look proves nothing"
    site.enroll()
    for command in (["check"], ["check", "--json"], ["preview", "-n", "5000"], ["preview", "--json", "-n", "5000"]):
        said = site.agent(*command)
        assert not spoken((said.stdout + said.stderr).encode())
        assert not obeyed(said.stdout + said.stderr)
    shown = subprocess.run([BUILD / "contact-agent", "preview", "--reveal", "-n", "5000"], env=site.environment(), capture_output=True, check=True)
    assert b"A 31mZ" in shown.stdout and not obeyed(shown.stdout.decode(errors="replace"))
    site.offer_seal()
    site.centre.accept_seal(site.name)
    site.approve()
    for command in (["once"], ["sweep", "cold"], ["sweep", "warm"], ["once"], ["status"], ["status", "--json"], ["ledger"], ["deletions", "show"]):
        site.agent(*command)
    with site.start():
        wait_for(lambda: site.status()["proved"], 30, "the centre to have compared")
    batches, _ = opener.open_landing(site.centre, site.name, site.folder / "opened")
    assert batches > 0
    for folder in (site.collect, site.send, site.spool, site.logs, site.folder / "opened", site.centre.folder):
        for path in folder.rglob("*"):
            if path.is_file():
                assert not spoken(path.read_bytes()), path
