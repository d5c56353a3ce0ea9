# SPDX-License-Identifier: Apache-2.0
"""What a dispatch database takes for the same although it is written otherwise: ids without regard to case, values with
blanks around them. What depends on the one must hold for all: a death hides, an objection and a merge cover each."""

import contextlib
import sqlite3
import tempfile

import pytest

from association import Site, yesterday
from centre import Centre
from waiting import wait_for

DEATHS = ("DCD", "DCD ", " DCD", "DCD\t", "DCD\r\n", "DCD\0", "\0DCD", "dcd", b"DCD", "DCD\u00a0", "\u00a0 DCD \u00a0")
SPELT = ("AB12", "ab12", "Ab12 ")
FIRST_DEATH, FIRST_SPELT, OF_CHILD, OF_PARENT, NUL, OF_ABSENT = 5_000_000, 5_000_100, 5_000_200, 5_000_201, 5_000_300, 5_000_400
OF_GUID, FIRST_TREATED = 5_000_500, 5_000_600
GUID = "0a0b0c0d-0000-4000-8000-000000000001"
TREATING = ("DRX", "drx", "Drx", "DRY")


def untype(db, table, **declared):
    """The same rows under other declarations of some columns."""
    columns = ",".join(f"{row[1]} {declared.get(row[1], row[2])}" for row in db.execute(f"PRAGMA table_info({table})"))
    db.execute(f"CREATE TABLE odd ({columns})")
    db.execute(f"INSERT INTO odd SELECT * FROM {table}")
    db.execute(f"DROP TABLE {table}")
    db.execute(f"ALTER TABLE odd RENAME TO {table}")


def insert(db, table, **row):
    db.execute(f"INSERT INTO {table} ({','.join(row)}) VALUES ({','.join('?' * len(row))})", list(row.values()))


def call(db, number, patient, **more):
    insert(db, "appels", num=number, appel_le=yesterday("10:00:00"), patient_id=patient, code_motif="DOUL", urgence=2, **more)


def plant(db):
    text = "TEXT COLLATE NOCASE"
    untype(db, "patients", id=text)
    untype(db, "appels", patient_id=text)
    untype(db, "rapprochements", id_parent="TEXT", id_enfant="TEXT")
    untype(db, "consultations", medecin_id=text)
    indexed = ("appels(num)", "appels(appel_le)", "appels(patient_id)", "patients(id)", "consultations(appel_num)")
    for number, on in enumerate(indexed):
        db.execute(f"CREATE INDEX spelt_{number} ON {on}")
    for number, patient in enumerate(("AB12", "QX77", "ZZ90", "12345678", "KL34", "MN56", f"{{{GUID.upper()}}}")):
        insert(db, "personnes", id=900_000 + number, nom=f"ZORGLUBEC{number}", prenom="Igor", ddn="1985-05-07", sexe=1, cp="75011")
        insert(db, "patients", id=patient, personne_id=900_000 + number, opposition=0)
    for number, patient in enumerate(SPELT):
        call(db, FIRST_SPELT + number, patient.strip())
    insert(db, "rapprochements", id_parent="zz90", id_enfant="qx77")
    call(db, OF_CHILD, "Qx77")
    call(db, OF_PARENT, "ZZ90")
    call(db, NUL, "12345678")
    call(db, OF_ABSENT, "KL34")
    call(db, OF_ABSENT + 1, "MN56")
    call(db, OF_GUID, f"{{{GUID.upper()}}}")
    for number, practitioner in enumerate(TREATING, FIRST_TREATED):
        call(db, number, None)
        insert(db, "consultations", id=number, appel_num=number, mode="HH", code_devenir="DOM", medecin_id=practitioner)
    insert(db, "personnes", id=900_010, nom="ZORGLUBEC9", prenom="Igor", ddn="1985-05-07", sexe=1, cp="75011")
    db.execute("INSERT INTO patients (id, personne_id, opposition) VALUES (CAST(? AS TEXT), 900010, 1)", (b"12345678\x00A9",))
    for number, value in enumerate(DEATHS, FIRST_DEATH):
        call(db, number, None, arrive_le=yesterday("10:40:00"), fin_le=yesterday("11:10:00"), commentaire="douleur")
        insert(db, "consultations", id=number, appel_num=number, mode="HH", code_devenir=value, medecin_id=3, conclusion="constat")


@pytest.fixture(scope="module", name="site")
def spelt_site():
    with tempfile.TemporaryDirectory(prefix="spl-", dir="/tmp") as folder, Centre(f"{folder}/c").init().start() as centre:
        site = Site(f"{folder}/s", centre).create(200, days_back=30)
        with contextlib.closing(sqlite3.connect(site.source, isolation_level=None)) as db:
            plant(db)
        site.join().once(check=False)
        wait_for(lambda: site.stored("call", OF_PARENT), 60, "the records in the warehouse")
        yield site


def test_a_death_hides_however_it_is_written(site):
    hidden = {"call": "received_hour, note", "visit": "delay_arrived, delay_ended, practitioner, note"}
    for number, value in enumerate(DEATHS, FIRST_DEATH):
        for stream, columns in hidden.items():
            assert set(site.stored(stream, number, columns)) == {None}, (value, stream)


def test_an_id_is_one_in_every_spelling(site):
    patients = {site.stored("call", FIRST_SPELT + number, "patient") for number in range(len(SPELT))}
    assert len(patients) == 1 and patients != {(None,)}
    assert site.stored("call", OF_CHILD, "patient") == site.stored("call", OF_PARENT, "patient")


def test_who_objects_under_an_id_with_a_nul_is_nobody_else(site):
    assert site.stored("call", NUL)


def while_away(site, *words, typed):
    """The dispatch database is not to be reached while the command runs."""
    away = site.source.with_suffix(".away")
    site.source.rename(away)
    said = site.agent(*words, "--by", "Dr Demo", typed=typed).stdout
    away.rename(site.source)
    return said


def gone(site, number):
    site.once(check=False)
    return wait_for(lambda: not site.stored("call", number), 30, "the record to be gone")


def test_who_objects_while_the_database_is_away_is_found_under_its_own_spelling(site):
    assert "looked up again" in while_away(site, "object", "add", typed="kL34\n")
    gone(site, OF_ABSENT)
    with contextlib.closing(sqlite3.connect(site.source)) as db, db:
        db.execute("UPDATE appels SET urgence = 3 WHERE num = ?", (OF_ABSENT,))
    site.agent("sweep", "cold", check=False)
    gone(site, OF_ABSENT)


def test_who_was_frozen_while_the_database_was_away_is_unfrozen_by_the_same_word(site):
    while_away(site, "person", "--freeze", typed="mn56\n")
    gone(site, OF_ABSENT + 1)
    site.agent("person", "--unfreeze", typed="mn56\n")
    site.once(check=False)
    wait_for(lambda: site.stored("call", OF_ABSENT + 1), 30, "the record to be back")
    site.agent("person", "--freeze", typed="Mn56\n")
    gone(site, OF_ABSENT + 1)
    site.agent("person", "--unfreeze", typed="mN56 \n")
    site.once(check=False)
    wait_for(lambda: site.stored("call", OF_ABSENT + 1), 30, "the record to be back again")


def test_an_objection_covers_every_spelling(site):
    said = site.agent("object", "add", "--by", "Dr Demo", typed="aB12\n").stdout
    assert " 3 rows" in said
    site.once(check=False)
    wait_for(lambda: not any(site.stored("call", FIRST_SPELT + number) for number in range(len(SPELT))), 30, "the erasure")
    with contextlib.closing(sqlite3.connect(site.source)) as db, db:
        db.execute("UPDATE appels SET urgence = 3 WHERE num >= ?", (FIRST_SPELT,))
    site.once(check=False)
    wait_for(lambda: site.stored("call", OF_PARENT, "urgency") != ("urgent",), 30, "what changed")
    assert not any(site.stored("call", FIRST_SPELT + number) for number in range(len(SPELT)))


def treated(site):
    return [site.stored("visit", FIRST_TREATED + number, "practitioner")[0] is not None for number in range(len(TREATING))]


def test_a_practitioner_who_objects_is_left_out_in_every_spelling_and_back_in_all_of_them(site):
    assert treated(site) == [True] * 4
    said = site.agent("object", "add", "--practitioner", "--by", "Dr Demo", typed="dRX\n").stdout
    assert " 3 rows" in said and "Entered" in said
    site.once(check=False)
    wait_for(lambda: treated(site) == [False, False, False, True], 30, "the records without the token")
    site.agent("object", "remove", "--practitioner", typed="DrX\n")
    site.once(check=False)
    wait_for(lambda: treated(site) == [True] * 4, 30, "the token to be back")


def test_a_guid_in_braces_is_found_by_its_digits(site):
    assert len(site.agent("person", "--records", typed=f"{GUID.upper()}\n").stdout.splitlines()) == 1
    assert " 1 rows" in site.agent("object", "add", "--by", "Dr Demo", typed=f" {GUID}\n").stdout
    gone(site, OF_GUID)
