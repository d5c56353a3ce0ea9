# SPDX-License-Identifier: Apache-2.0
"""The leak scan finds what was planted, wherever and however, and nothing else."""

import base64
import gzip
import hashlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import time

import leakscan
import pytest

LINES = ["name\tLefebvre-Castaing", "name\tMORVAN", "given_name\tClémence", "phone\t06 39 98 50 10",
         "phone\t0639985010", "patient_id\t61009366", "door_code\t051D66", "nir\t163105929138094",
         "email\tlouise.moreau50@example.net", "birth_date\t15/07/1944", "name\tBERNARD", "postal_code\t75011", "name\tLEE"]
NOISE = b'{"stream":"call","id":"e1.316ep4n48mszkzkm83vdzmmfwt","day":"2026-01-02","urgency":"prompt"}\n'


@pytest.fixture(name="canaries")
def fixture_canaries():
    return leakscan.Canaries(line.encode() for line in LINES)


def kinds(canaries, path):
    return leakscan.Place("here", path).scan(canaries)["found"]


def test_values_under_six_characters_are_ignored(canaries, tmp_path):
    (tmp_path / "log").write_text("75011 LEE 75011")
    assert canaries.count == len(LINES) - 2
    assert kinds(canaries, tmp_path) == {}


@pytest.mark.parametrize("text, kind", [
    ("…appel de Lefebvre-Castaing, rappeler", "name"),
    ("xyzMorvanesque", "name"),
    ("CLÉMENCE", "given_name"),
    ("clemence", "given_name"),
    ("tel=0639985010;", "phone"),
    ("id 61009366.", "patient_id"),
    ("né 15/07/1944", "birth_date"),
    ("mail LOUISE.MOREAU50@EXAMPLE.NET", "email"),
])
def test_finds_in_text_in_either_case_and_inside_longer_words(canaries, tmp_path, text, kind):
    (tmp_path / "log").write_bytes(NOISE * 1000 + text.encode() + b"\n" + NOISE)
    assert kinds(canaries, tmp_path) == {kind: 1}


@pytest.mark.parametrize("encode", [
    lambda text: text.encode("cp1252"),
    lambda text: text.encode("utf-16-le"),
    lambda text: text.encode("utf-16-be"),
    lambda text: base64.b64encode(text.encode()),
    lambda text: b'{"x":"' + base64.urlsafe_b64encode(text.encode()) + b'"}',
    lambda text: text.encode().hex().encode(),
    lambda text: gzip.compress(NOISE) + gzip.compress(text.encode()),
    lambda text: b"-----BEGIN THING-----\n" + base64.encodebytes(text.encode()) + b"-----END THING-----\n",
    lambda text: bytes(range(256)) * 40 + text.encode() + bytes(range(256)),
], ids=["cp1252", "utf-16-le", "utf-16-be", "base64", "base64url", "hex", "gzip", "pem", "binary"])
def test_undoes_encodings(canaries, tmp_path, encode):
    (tmp_path / "file").write_bytes(encode("note : Mme Clémence, rappeler demain"))
    assert kinds(canaries, tmp_path).get("given_name", 0) >= 1


def test_finds_in_a_database_its_log_and_what_was_deleted(canaries, tmp_path):
    path = tmp_path / "spool.db"
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE t (a, b)")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert kinds(canaries, tmp_path) == {}
    db.execute("INSERT INTO t VALUES (61009366, ?)", (gzip.compress(b"0639985010"),))
    assert set(kinds(canaries, tmp_path)) == {"patient_id", "phone"}, "a number in the log, a compressed value"
    db.execute("PRAGMA secure_delete = off")
    db.execute("INSERT INTO t VALUES ('MORVAN', 0)")
    db.execute("DELETE FROM t")
    db.close()
    db = sqlite3.connect(path)
    assert db.execute("SELECT count(*) FROM t").fetchone() == (0,)
    assert "name" in kinds(canaries, tmp_path), "pages keep deleted rows"


def test_longer_numbers_digests_and_pseudonyms_are_no_hits(canaries, tmp_path):
    (tmp_path / "log").write_text("161009366 610093661 0639985010123 a051d66b "
                                  '"316105929138094f061009366f051d66" p1.bernardp4n48mszkzkm83vdzmm ')
    assert kinds(canaries, tmp_path) == {}


def test_noise_of_some_megabytes_is_scanned_in_seconds_without_a_hit(canaries, tmp_path):
    source = random.Random(1)
    lines = [f"{kind}\t{source.randrange(10**7, 10**9)}" for kind in ("person_id", "record_id") for _ in range(50000)]
    many = leakscan.Canaries(line.encode() for line in LINES + lines)
    (tmp_path / "sealed").write_bytes(source.randbytes(8 << 20))
    (tmp_path / "plain").write_bytes(b"".join(
        NOISE[:-2] + b',"fp":"' + hashlib.md5(str(i).encode()).hexdigest().encode() + b'"}\n' for i in range(60000)))
    started = time.monotonic()
    assert leakscan.Place("here", tmp_path).scan(many)["found"] == {}
    assert time.monotonic() - started < 20


def test_a_place_shows_first_that_it_would_have_found_something(canaries, tmp_path, monkeypatch):
    (tmp_path / "a.gz").write_bytes(gzip.compress(NOISE))
    (tmp_path / "b.log").write_bytes(NOISE)
    (tmp_path / "c.cms").write_bytes(bytes(range(256)) * 8)
    sqlite3.connect(tmp_path / "d.db").execute("CREATE TABLE t (a)").connection.close()
    assert leakscan.Place("here", tmp_path).scan(canaries)["control"]
    assert leakscan.Place("empty", tmp_path / "none").scan(canaries)["control"]
    monkeypatch.setattr(leakscan, "inflate", lambda data: b"")
    assert not leakscan.Place("here", tmp_path).scan(canaries)["control"], "a scan that cannot inflate says so"


def test_the_report_names_place_kind_and_count_but_no_value(tmp_path):
    (tmp_path / "canaries").write_text("\n".join(LINES) + "\n")
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "agent.log").write_text("Morvan 61009366 61009366\n")
    done = subprocess.run([sys.executable, os.path.join(os.path.dirname(__file__), "leakscan.py"), "--canaries",
                           tmp_path / "canaries", f"logs={tmp_path / 'logs'}"], capture_output=True, text=True,
                          check=False)
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert report["places_scanned"][0]["found"] == {"name": 1, "patient_id": 2}
    assert report["identifiers_found"] == 3
    assert not any(line.split("\t")[1] in done.stdout + done.stderr for line in LINES)
