# SPDX-License-Identifier: Apache-2.0
"""The sample database and the second opinion on it: what other tests stand on."""

import json
import os
import pathlib
import sqlite3
import subprocess

import expected
import pseudonym
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("CONTACT_BUILD", ROOT / "build" / "release")) / "sample-dispatch"


def sample(*arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], check=True, capture_output=True, text=True)
    return json.loads(done.stdout) if done.stdout else None


def create(folder, name="dispatch", calls=3000, seed=1):
    db, canaries = folder / f"{name}.db", folder / f"{name}.txt"
    sample("create", "--calls", calls, "--seed", seed, "--from", "2025-01-01", "--to", "2025-12-31", "--out", db,
           "--canaries", canaries)
    return db, canaries


def dump(db):
    with sqlite3.connect(db) as connection:
        connection.text_factory = bytes
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f"SELECT * FROM {name.decode()}").fetchall() for name in names}


@pytest.fixture(name="made")
def fixture_made(tmp_path):
    return create(tmp_path)


def test_the_same_seed_gives_the_same_rows(tmp_path, made):
    again, canaries = create(tmp_path, "again")
    assert dump(made[0]) == dump(again)
    assert made[1].read_bytes() == canaries.read_bytes()
    other, _ = create(tmp_path, "other", seed=2)
    assert dump(made[0]) != dump(other)


def test_every_identifier_of_a_person_is_a_canary(made):
    values = {line.split(b"\t", 1)[1] for line in made[1].read_bytes().splitlines()}
    with sqlite3.connect(made[0]) as db:
        db.text_factory = bytes
        people = db.execute("SELECT nom, nom_naissance, prenom, tel, tel2, code_porte, interphone, cp, commune, email,"
                            " nir, rue FROM personnes").fetchall()
        callers = db.execute("SELECT tel_appelant, nom_appelant FROM appels").fetchall()
        numbers = db.execute("SELECT num FROM appels").fetchall()
        patients = [(str(number).encode(),) for (number,) in db.execute("SELECT id FROM patients")]
    for row in people + callers + numbers + patients:
        assert {value for value in row if value} <= values


def test_canaries_are_really_planted(tmp_path):
    """A leak scan that looks for values which are nowhere would find nothing, and prove nothing."""
    made = create(tmp_path, calls=600)
    text = b"\n".join(str(value).encode() if not isinstance(value, bytes) else value
                      for rows in dump(made[0]).values() for row in rows for value in row if value is not None)
    lines = [line.split(b"\t", 1) for line in made[1].read_bytes().splitlines()]
    composed = {b"birth_date", b"address"}  # joined from columns, or written the French way
    missing = [value for kind, value in lines if kind not in composed and value not in text]
    broken = [value for value in missing if any(byte >= 0x80 for byte in value)]  # rows with a broken encoding
    assert len(missing) - len(broken) <= len(lines) // 1000


def test_what_cannot_be_sent_is_left_out_for_each_reason(made):
    records, left_out = expected.read(made[0])
    counts = expected.summary(records, left_out)
    reasons = set().union(*(entry["left_out"] for entry in counts.values()))
    assert {"no_day", "outside_days", "no_person", "objected", "not_joined"} <= reasons
    assert sum(left_out["call"].values()) + counts["call"]["records"] == 3000
    assert 2900 < counts["call"]["records"] < 3000
    assert counts["visit"]["in_death"] > 0


def test_changes_are_those_reported(made):
    before, _ = expected.read(made[0])
    done = sample("change", "--db", made[0], "--canaries", made[1], "--seed", 3, "--at", "2025-12-31 12:00:00",
                  "--new", 7, "--late", 4, "--correct", 6, "--delete", 5, "--merge", 2, "--object", 1)
    assert {name: done[name] for name in ("new", "late", "corrected", "deleted", "merged", "objected")} == {
        "new": 7, "late": 4, "corrected": 6, "deleted": 5, "merged": 2, "objected": 1}
    with sqlite3.connect(made[0]) as db:
        assert db.execute("SELECT count(*) FROM appels").fetchone() == (3000 + 7 + 4 - 5,)
    after, _ = expected.read(made[0])
    assert set(before) - set(after) and set(after) - set(before)


def test_an_objection_of_either_of_two_merged_patients_holds_for_both(tmp_path, made):
    with sqlite3.connect(made[0]) as db:
        merge = db.execute("SELECT id_parent, id_enfant FROM rapprochements LIMIT 1").fetchone()
        db.execute("UPDATE patients SET opposition = 0 WHERE id IN (?, ?)", merge)
        db.execute("UPDATE patients SET opposition = 'O' WHERE id = ?", merge[1:])
    people = expected.People(sqlite3.connect(made[0]))
    assert [people.fate(patient) for patient in merge] == ["objected", "objected"]


def test_duplicate_keys_withhold_all_their_rows(made):
    before = expected.summary(*expected.read(made[0]))["diagnosis"]
    with sqlite3.connect(made[0]) as db:
        db.execute("INSERT INTO diagnostics SELECT consultation_id, rang, 'R69', 'P' FROM diagnostics"
                   " WHERE consultation_id = (SELECT min(c.id) + 40 FROM consultations c WHERE c.id > 500000000)")
        twins = db.execute("SELECT changes()").fetchone()[0]
    after = expected.summary(*expected.read(made[0]))["diagnosis"]
    assert twins > 0
    assert before["records"] - after["records"] == twins
    assert after["left_out"]["duplicate_key"] - before["left_out"].get("duplicate_key", 0) == 2 * twins


def test_both_clock_changes_have_calls(made):
    with sqlite3.connect(made[0]) as db:
        october = db.execute("SELECT appel_le FROM appels WHERE appel_le LIKE '2025-10-26 02:30%'").fetchall()
        march = db.execute("SELECT appel_le FROM appels WHERE appel_le LIKE '2025-03-30 02:30%'").fetchall()
    assert len(october) >= 2, "02:30 comes twice on the last Sunday of October"
    assert len(march) == 1, "and not at all in March, but is written once"
    assert expected.day_of(march[0][0]).isoformat() == "2025-03-30"


def test_pseudonyms_follow_the_vectors():
    root = bytes(range(32))
    assert pseudonym.key(root, "SOS-TEST-01", "psn.person").hex() == (
        "7228e9a22d737368ada1557fbc1de62ef4851bfbb95f4bdc267290a6bda2339b")
    person = pseudonym.token(root, "SOS-TEST-01", "person", "1048576")
    assert person.hex() == "6133ac4a9114cfe7f9d103db7f4a3f9a"
    assert pseudonym.text("p", person) == "p1.316ep4n48mszkzkm83vdzmmfwt"
    call = pseudonym.token(root, "SOS-TEST-01", "call", "20260102-000017")
    assert call.hex() == "28fc3f01935eba2166bc0dc16611921d"
