# SPDX-License-Identifier: Apache-2.0
"""Dispatch databases of products that nobody has described, filled with fictitious care. Every value is one that a
draft would not hold by chance."""

import datetime
import pathlib
import random
import sqlite3

SCHEMAS = pathlib.Path(__file__).resolve().parents[1] / "data" / "schemas"
SURNAMES = ["Zqualin", "Wexbrou", "Yssandon", "Quervix", "Xantrelle", "Jorvaque", "Kelmiroux", "Zabrinval"]
GIVEN = ["Ozelia", "Quentavie", "Yldritte", "Wandrilou", "Xaviane", "Zephirin"]
TOWNS = ["Zargonville", "Quimboury", "Yxandre", "Wollebrac", "Kervizan"]
REASONS, DIAGNOSES = ["R17", "R55", "A81", "H92"], ["J069", "R509", "K529"]
PEOPLE, CALLS, START = 150, 300, datetime.datetime(2025, 3, 1, 7, 41)


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def one(self, values):
        return self.random.choice(values)

    def name(self):
        return f"{self.one(SURNAMES)}{self.one('abcdefghijklmnop')}{self.one('aeiou')}{self.one('lmnrst')}"

    def birth(self):
        return (datetime.date(1931, 1, 1) + datetime.timedelta(days=self.random.randrange(33000))).isoformat()

    def phone(self):
        return "06" + "".join(self.one("0123456789") for _ in range(8))

    def street(self):
        return f"{self.random.randrange(1, 90)} rue des {self.one(SURNAMES)}s"

    def note(self):
        return (f"Toux grasse depuis {self.random.randrange(2, 9)} jours chez {self.one(GIVEN)}, fièvre, appelée par sa fille, "
                f"rappeler au {self.phone()}")

    def moment(self, call, minutes=0):
        return (START + datetime.timedelta(minutes=call * 11 + minutes)).isoformat(" ")


def french(m):
    yield "medecin", [(i, m.name(), m.one(GIVEN), f"1000{i:07}") for i in range(1, 13)]
    yield "motif", [(code, f"Libellé de {code}") for code in REASONS]
    yield "patient", [(i, m.name(), m.name(), m.one(GIVEN), m.birth(), m.one(TOWNS), m.one(["Hq", "Fq"]), m.phone(),
                       f"{m.name()}@exemple.test", m.street(), f"{m.random.randrange(67000, 67999)}", m.one(TOWNS),
                       f"{m.one(GIVEN)} {m.name()}", m.one(["Oui7", "Non7", "Non7"])) for i in range(1, PEOPLE)]
    yield "appel", [(i, m.random.randrange(1, PEOPLE), m.moment(i), m.moment(i, 95), m.moment(i, 200), m.one(REASONS), None,
                     m.one([31, 32, 33]), m.one(["PX", "FX"]), m.name(), m.phone(), m.one(SURNAMES), m.one(["VX", "CX", "TX"]),
                     m.note()) for i in range(1, CALLS)]
    yield "visite", [(i, i, m.random.randrange(1, 13), m.moment(i, 20), m.moment(i, 35), m.moment(i, 60), m.one(["DX", "CX"]),
                      m.one(["LX", "EX"]), m.random.randrange(100, 170), m.random.randrange(50, 99), m.random.randrange(50, 130),
                      m.random.randrange(90, 100), 36.5 + m.random.randrange(30) / 10, m.one(["SX", "HX", "DCX"]), m.note())
                     for i in range(1, CALLS, 2)]
    yield "diagnostic", [(i, 1, m.one(DIAGNOSES)) for i in range(1, CALLS, 2)]
    yield "acte_facture", [(i, i, m.one(["VGS", "MDN", "DEQP003"]), 1) for i in range(1, CALLS, 2)]


def english(m):
    yield "Physicians", [(i, f"{m.one(GIVEN)} {m.name()}", f"L{i:05}") for i in range(1, 13)]
    yield "Persons", [(i, m.name(), m.one(GIVEN), m.birth(), m.one(["Mz", "Fz"]), m.phone(), f"{m.name()}@example.test",
                       m.street(), f"{m.random.randrange(33000, 33999)}", m.one(TOWNS)) for i in range(1, PEOPLE)]
    yield "Patients", [(i + 700, i, m.one([81, 82, 82])) for i in range(1, PEOPLE)]
    yield "Calls", [(f"C{i:06}", m.random.randrange(701, 700 + PEOPLE), m.moment(i), m.moment(i, 9), m.moment(i, 31),
                     m.moment(i, 80), m.moment(i, 99), m.one(REASONS), "Cough of some kind", m.one(["P1x", "P2x", "P3x"]),
                     m.one(["Tx", "Wx"]), m.name(), m.one(["Sx", "Rx"]), m.phone(), m.note()) for i in range(1, CALLS)]
    yield "Encounters", [(i, f"C{i:06}", m.random.randrange(1, 13), m.one(["Hx", "Cx"]), m.random.randrange(100, 170),
                          m.random.randrange(50, 99), m.random.randrange(50, 130), m.random.randrange(90, 100), 37.4,
                          m.one(["HOx", "HSx", "DDx"]), m.note()) for i in range(1, CALLS, 2)]
    yield "Diagnoses", [(i, i, m.one(DIAGNOSES), m.one(["CTx", "PRx"])) for i in range(1, CALLS, 2)]
    yield "Treatments", [(i, i, m.one(["J01CA04", "N02BE01"]), m.note(), m.random.randrange(3, 9)) for i in range(1, CALLS, 2)]


def legacy(m):
    def old(text):
        return text.encode("cp1252")

    yield "T_PAT", [(i, m.name().upper(), m.one(GIVEN).upper(), m.birth().replace("-", ""), m.one([71, 72]), m.phone(),
                     m.street().upper(), f"{m.random.randrange(59000, 59999)}", m.one(TOWNS).upper(), f"{m.name()}@exemple.test",
                     f"1{m.random.randrange(10**11, 10**12 - 1)}", f"A{i:05}") for i in range(1, PEOPLE)]
    yield "T_FIC", [(i, m.random.randrange(1, PEOPLE), m.moment(i), m.moment(i, 9), m.moment(i, 31), m.moment(i, 99), m.one(REASONS),
                     m.one([41, 42, 43]), m.phone(), m.one(["VQ", "CQ"]), old(m.note())) for i in range(1, CALLS)]
    yield "T_CSL", [(i + 5000, i, m.one(SURNAMES), m.random.randrange(100, 170), m.random.randrange(50, 99),
                     m.random.randrange(50, 130), 37.9, m.one(["DQ", "HQ", "XQ"]), old(m.note())) for i in range(1, CALLS, 2)]
    yield "T_DIAG", [(i + 5000, 1, m.one(DIAGNOSES)) for i in range(1, CALLS, 2)]
    yield "T_PARAM", [("VERSION", "7.13")]


def guid(kind, number):
    return f"{kind:08X}-0000-4000-8000-{number:012X}"


def mixed(m):
    yield "tblPatient", [(guid(1, i), m.name().upper(), m.one(GIVEN), m.birth() + " 00:00:00", m.one(["Hk", "Fk"]), m.phone(), m.street(),
                          f"{m.random.randrange(33000, 33999)}", m.one(TOWNS), m.one(["OUk", "NOk", "NOk"]), m.one(["svc1", "svc2"]),
                          i * 17) for i in range(1, PEOPLE)]
    yield "tblAppel", [(guid(2, i), guid(1, m.random.randrange(1, PEOPLE)), m.moment(i), m.one(REASONS), m.one([61, 62, 63]), m.phone(),
                        f"{m.one(GIVEN)} {m.name()}", m.one(["VIk", "COk"]), m.note(), m.moment(i, 99), m.one(["svc1", "svc2"]))
                       for i in range(1, CALLS)]
    yield "tblVisite", [(guid(3, i), guid(2, i), f"{m.name()} {m.one(GIVEN)}", m.moment(i, 31), m.moment(i, 60),
                         m.random.randrange(100, 170), m.random.randrange(50, 99), m.random.randrange(50, 130),
                         m.random.randrange(90, 100), m.one(["DOk", "HOk", "DCk"]), m.note(), i * 19) for i in range(1, CALLS, 2)]
    yield "tblDiagnostic", [(guid(3, i), 1, m.one(DIAGNOSES), i * 23) for i in range(1, CALLS, 2)]
    yield "tblAppel_OLD", [(guid(2, 900000 + i), m.moment(i)) for i in range(1, 9)]
    yield "sysJournal", [(i, m.moment(i), f"Ouverture par {m.name()}") for i in range(1, 60)]


FILLS = {"french": french, "english": english, "legacy": legacy, "mixed": mixed}


def create(name, path):
    """Makes the database; returns every text in it."""
    texts = set()
    with sqlite3.connect(path) as db:
        db.executescript((SCHEMAS / f"{name}.sql").read_text())
        for table, rows in FILLS[name](Maker(7)):
            # CAST: the bytes of an old encoding are text too
            places = ", ".join("CAST(? AS TEXT)" if isinstance(value, bytes) else "?" for value in rows[0])
            db.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
            texts.update(value.decode("cp1252") if isinstance(value, bytes) else str(value)
                         for row in rows for value in row if value is not None)
    db.close()
    return texts
