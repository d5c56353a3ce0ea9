# SPDX-License-Identifier: Apache-2.0
"""What codes mean, through the whole path: each label in the warehouse is one that a person agreed to, of a code that
eleven patients had; and a warehouse that lost them gets them back."""

import contextlib
import json
import sqlite3
import tempfile

import pytest

from association import Site
from centre import Centre
from waiting import wait_for

LABELS = "labels:\n  - {thesaurus: medicall, from: motifs, code: code, label: libelle}\n"
SEEN = """SELECT code FROM (SELECT code_motif AS code, patient_id FROM appels UNION SELECT code_motif2, patient_id FROM appels)
          WHERE patient_id IN (SELECT id FROM patients WHERE opposition IN (0, 'N')) GROUP BY code
          HAVING count(DISTINCT patient_id) >= {}"""


@pytest.fixture(name="centre")
def running_centre():
    with tempfile.TemporaryDirectory(prefix="lab-", dir="/tmp") as folder:
        with Centre(f"{folder}/c").init().start() as centre:
            yield centre


def rows(path, statement):
    with contextlib.closing(sqlite3.connect(path, timeout=20)) as db:
        result = db.execute(statement).fetchall()
        db.commit()
        return result


def warehouse(centre):
    return dict(rows(centre.warehouse, "SELECT code, label FROM thesaurus"))


def sent(site, sweep):
    site.agent("sweep", sweep)
    site.once()
    wait_for(lambda: site.once() and site.status()["stored_batches"] == 0, 30, "the loader to load what it has")
    return warehouse(site.centre)


def test_labels_reach_the_warehouse_once_agreed_to_for_codes_of_eleven_patients(centre):
    site = Site(centre.folder.parent / "s", centre)
    site.create(1200, days_back=60)
    rows(site.source, "CREATE TABLE motifs AS SELECT DISTINCT code_motif AS code, 'Motif ' || code_motif AS libelle FROM appels"
                      " WHERE code_motif GLOB '[A-Z]*[0-9]'")
    rows(site.source, "INSERT INTO motifs VALUES ('ZZ999', 'Voir M. Kervignac')")
    site.mapping.write_text(site.mapping.read_text() + LABELS)
    site.join()
    site.once()
    assert site.agree(30).equal
    assert sent(site, "cold") == {}
    before = site.agent("labels").stdout
    assert "Voir M. Kervignac" in before and "not agreed to" in before
    site.agent("labels", "approve", "--yes", "--by", "Dr Demo")
    held = sent(site, "warm")
    known = {code for code, in rows(site.source, "SELECT code FROM motifs")}
    surely = {code for code, in rows(site.source, SEEN.format(25))} & known  # merged patients are one, some rows are withheld
    perhaps = {code for code, in rows(site.source, SEEN.format(11))} & known
    assert surely <= held.keys() <= perhaps and surely and "ZZ999" not in held
    assert all(label == f"Motif {code}" for code, label in held.items())
    told = {entry["code"]: entry["standing"] for entry in json.loads(site.agent("labels", "--json").stdout)}
    assert {code for code, standing in told.items() if standing == "sent"} == held.keys()
    assert told["ZZ999"] == "few_patients"
    acts = json.loads(site.agent("audit", "--json").stdout)
    assert [(act["who"], act["count"]) for act in acts if act["what"] == "labels approve"] == [("Dr Demo", len(known))]
    assert site.agree(30).equal
    rows(centre.warehouse, "DELETE FROM thesaurus")
    assert sent(site, "cold") == held
    twin = min(held)
    rows(site.source, f"INSERT INTO motifs VALUES ('{twin}', 'Autre libelle')")
    told = [(entry["label"], entry["standing"]) for entry in json.loads(site.agent("labels", "--json").stdout)
            if entry["code"] == twin]
    assert sorted(told) == [("Autre libelle", "two_labels"), (f"Motif {twin}", "sent")]
    rows(site.source, "INSERT INTO motifs VALUES ('ZZ998', 'Voir \u009b31m \u202e ici')")
    shown = site.agent("labels", "--json").stdout
    assert not {"\u009b", "\u202e"} & set(shown + site.agent("labels").stdout)
    assert {entry["label"] for entry in json.loads(shown)} >= {"Voir \u009b31m \u202e ici"}
    rows(site.source, "DELETE FROM motifs WHERE code = 'ZZ998'")
    assert "No label waits" in site.agent("labels", "approve", "--yes").stdout
    assert sent(site, "cold") == held
    rows(site.source, "UPDATE motifs SET libelle = libelle || ' !'")
    assert sent(site, "cold") == held
