# SPDX-License-Identifier: Apache-2.0
"""Objections entered on site, through the real centre: the person is gone from the warehouse and stays gone, whatever
old batch, backup or copy of the machine comes back; nothing that is printed or written tells who it was."""

import contextlib
import json
import shutil
import sqlite3
import tempfile

import pytest

import pseudonym
from association import Site
from centre import Centre
from waiting import wait_for

@pytest.fixture(name="site")
def joined_site():
    with tempfile.TemporaryDirectory(prefix="obj-", dir="/tmp") as folder:
        with Centre(f"{folder}/c").init().start() as centre:
            site = Site(f"{folder}/s", centre)
            site.create(600, days_back=60)
            site.join()
            yield site


def source(site, sql, *parameters):
    with contextlib.closing(sqlite3.connect(site.source)) as db:
        rows = db.execute(sql, parameters).fetchall()
        db.commit()
        return rows


def busiest_patient(site):
    """Who objects nowhere, has no call without a day, and of whom the warehouse holds most, old days among them."""
    return source(site, "SELECT patient_id FROM appels JOIN patients p ON p.id = patient_id WHERE p.opposition IN (0, 'N')"
                  " AND NOT EXISTS (SELECT 1 FROM appels o WHERE o.patient_id = appels.patient_id"
                  " AND (date(o.appel_le) IS NULL OR o.appel_le < '2000'))"
                  " AND patient_id NOT IN (SELECT id_enfant FROM rapprochements UNION SELECT id_parent FROM rapprochements)"
                  " GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")[0][0]


def rows_of(site, patient):
    """What the warehouse holds of a local id."""
    core = site.core("person", patient)
    with site.centre.reading() as db:
        return sum(db.execute(f"SELECT count(*) FROM {stream} WHERE patient = ?", (core,)).fetchone()[0]
                   for stream in ("call", "visit", "diagnosis", "act", "prescription"))


def equal_without(site, *patients, seconds=30):
    sides = site.sides(objecting=patients)
    return wait_for(lambda: site.compare(sides=sides).equal, seconds, "the warehouse to hold all but the objectors")


def add(site, patient, *options):
    return site.agent("object", "add", "--by", "Dr Demo", *options, typed=f"{patient}\n")


def standing(site):
    return [entry["standing"] for entry in json.loads(site.agent("object", "list", "--json").stdout)
            if entry["origin"] != "source"]


def test_many_rows_of_objectors_are_no_mass_deletion(site):
    """Days are read more than once before what is gone from them is sent, which must not make it look lost."""
    site.once()
    assert site.agree(30).equal
    held = {stream["stream"]: stream["records"] for stream in site.status()["streams"]}
    source(site, "UPDATE patients SET opposition = 1 WHERE id IN (SELECT patient_id FROM appels JOIN patients p ON p.id = patient_id"
           " WHERE p.opposition IN (0, 'N') GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 20)")
    site.agent("sweep", "cold")
    site.once()
    assert site.agree(30).equal
    streams = {stream["stream"]: stream for stream in site.status()["streams"]}
    assert "No deletion" in site.agent("deletions", "show").stdout
    for stream, before in held.items():
        gone = before - streams[stream]["records"]
        assert gone > 20 and gone * 10 > before, "else the stop has nothing to judge"
        assert streams[stream]["days_held"] == 0


def test_an_objection_on_paper_empties_the_warehouse_of_the_person_and_tells_nobody_who(site):
    site.once()
    assert site.agree(30).equal
    patient = busiest_patient(site)
    merged = source(site, "SELECT id FROM patients WHERE opposition IN (0, 'N') AND id NOT IN (SELECT id_enfant FROM"
                    " rapprochements UNION SELECT id_parent FROM rapprochements) AND id <> ? ORDER BY id LIMIT 1", patient)[0][0]
    source(site, "INSERT INTO rapprochements (id_parent, id_enfant) VALUES (?, ?)", merged, patient)
    before = rows_of(site, patient)
    assert before > 1
    said = add(site, patient, "--origin", "letter", "--date", "2026-01-05").stdout
    assert "call" in said and "1 other local ids" in said
    assert "already" in add(site, patient).stdout
    site.once()
    equal_without(site, patient, merged)
    assert rows_of(site, patient) == rows_of(site, merged) == 0
    site.agent("once", program="contact-agent-send")
    wait_for(lambda: site.once() and standing(site) == ["erased", "erased"], 30, "the receipts")
    told = json.loads(site.agent("object", "list", "--json").stdout)
    assert sum(entry["records_erased"] for entry in told if entry["origin"] != "source") >= before
    for shown in (said, site.agent("object", "list").stdout, site.agent("object", "list", "--history").stdout, str(told),
                  site.log("commands")):
        assert str(patient) not in shown.split() and f"'{patient}'" not in shown
    assert str(patient) in site.agent("object", "list", "--reveal").stdout.split()
    site.agent("preview", "call", "-n", 2)
    site.agent("pause")
    site.agent("resume")
    acts = json.loads(site.agent("audit", "--json").stdout)
    assert [(act["what"], act["count"]) for act in acts] == [
        ("approve", 5), ("object add", 1), ("object add", 0), ("object list", 1), ("preview", 2), ("pause", 1), ("resume", 1)]
    agreed = dict(part.rsplit(" ", 1) for part in acts[0]["detail"].split(", "))  # the mapping's is the heartbeat's
    assert list(agreed) == ["mapping", "model", "text engine", "warehouse"]
    with contextlib.closing(sqlite3.connect(f"file:{site.spool}/current/spool.db?mode=ro", uri=True)) as db:
        assert db.execute("SELECT value FROM fact WHERE name = 'collect.mapping_hash'").fetchone() == (agreed["mapping"],)
    assert str(patient) not in (site.collect / "audit.log").read_text() and acts[1]["who"] == "Dr Demo"


def test_a_local_id_is_never_an_argument(site):
    refused = site.agent("object", "add", "1048576", check=False)
    assert refused.returncode == 64 and "1048576" not in refused.stderr
    assert site.agent("object", "add", typed="", check=False).returncode == 64


def restart_loader(site, backup):
    """With another warehouse: a backup, or none at all."""
    if "load" in site.centre.processes:
        site.centre.stop("load")
    for path in site.centre.warehouse.parent.glob("warehouse.db*"):
        path.unlink()
    if backup:
        shutil.copy(backup, site.centre.warehouse)
    site.centre.start("load")


@pytest.mark.release_only  # long, and most of it the loader's
def test_nothing_brings_an_erased_person_back(site):
    """An empty warehouse and every old batch but the one that erased; a warehouse of before; the agent's folder of before
    and every day again."""
    centre = site.centre
    site.once()
    assert site.agree(30).equal
    patient, was = busiest_patient(site), centre.folder / "was.db"
    with contextlib.closing(sqlite3.connect(centre.warehouse, timeout=20)) as db:
        db.execute("VACUUM INTO ?", (str(was),))
    batches = set(centre.landing.rglob("*.cms"))
    shutil.copytree(site.collect, site.folder / "collect.was")
    add(site, patient)
    site.once()
    equal_without(site, patient)
    centre.stop("load")
    for path in set(centre.landing.rglob("*.cms")) - batches:
        path.unlink()
    for backup in (None, was):
        restart_loader(site, backup)
        wait_for(lambda: rows_loaded(site) > 500 and rows_of(site, patient) == 0, 30, "the past without the person")
        site.agent("sweep", "cold")
        site.once()
        equal_without(site, patient)
    shutil.rmtree(site.collect)  # a machine put back from before: its register knows nobody
    shutil.copytree(site.folder / "collect.was", site.collect)
    for _ in range(3):
        site.agent("sweep", "cold")
        site.once()
    wait_for(lambda: site.status()["stored_batches"] == 0 or site.once(check=False) is None, 30, "all to be loaded")
    assert rows_of(site, patient) == 0


def rows_loaded(site):
    with contextlib.suppress(sqlite3.OperationalError):  # not made yet
        with site.centre.reading() as db:
            return db.execute("SELECT count(*) FROM call").fetchone()[0]
    return 0


def test_a_practitioner_who_objects_is_in_no_record(site):
    site.once()
    assert site.agree(30).equal

    def tokens():
        with site.centre.reading() as db:
            return {token for (token,) in db.execute("SELECT DISTINCT practitioner FROM visit") if token}

    def cores(of):
        key = pseudonym.key(site.root_key(), site.name, "psn.practitioner")
        warehouse = pseudonym.Warehouse((site.centre.folder / "loader" / "warehouse.key").read_bytes(), site.name)
        quarters = {f"{int(day[:4])}Q{(int(day[5:7]) + 2) // 3}" for (day,) in source(site, "SELECT appel_le FROM appels")
                    if day and day[:2] == "20"}
        return {warehouse.core("prac", pseudonym.hmac.digest(key, pseudonym.lp("prac") + pseudonym.lp(
            pseudonym.lp(of) + pseudonym.lp(quarter)), "sha256")[:16]).hex() for quarter in quarters}
    doctor = source(site, "SELECT medecin_id FROM consultations WHERE medecin_id IS NOT NULL GROUP BY 1 ORDER BY count(*)"
                    " DESC LIMIT 1")[0][0]
    assert tokens() & cores(doctor)
    add(site, doctor, "--practitioner")
    site.once()
    wait_for(lambda: not tokens() & cores(doctor), 30, "the token to be taken out")
    assert site.agree(10).equal and tokens()
    site.agent("object", "remove", "--practitioner", typed=f"{doctor}\n")
    site.once()
    wait_for(lambda: tokens() & cores(doctor), 30, "the token to come back")


def test_a_person_is_shown_as_sent_and_can_be_frozen_for_a_while(site):
    site.once()
    assert site.agree(30).equal
    patient = busiest_patient(site)
    theirs = f"{patient}\n"
    held = rows_of(site, patient)
    said = site.agent("person", typed=theirs).stdout
    token = pseudonym.text("p", pseudonym.token(site.root_key(), site.name, "person", patient))
    assert f"Pseudonym: {token}" in said and str(patient) not in said
    assert said.count(" e1.") == said.count("sent") == held and "sent with its day" in said
    seen = json.loads(site.agent("person", "--json", typed=theirs).stdout)
    assert seen["pseudonyms"] == [token] and seen["register"] == [] and len(seen["records"]) == held
    assert {record["standing"] for record in seen["records"]} == {"sent", "sent_with_its_day"}
    assert all(record["record"] in said and record["withheld"] is None for record in seen["records"])
    records = [json.loads(line) for line in site.agent("person", "--records", typed=theirs).stdout.splitlines()]
    assert len(records) == held and {record["patient"] for record in records} == {token}
    number, = source(site, "SELECT num FROM appels WHERE patient_id = ? ORDER BY appel_le DESC LIMIT 1", patient)[0]
    source(site, "UPDATE appels SET urgence = 5 - urgence WHERE num = ?", number)
    assert "changed since" in site.agent("person", typed=theirs).stdout
    shown = site.agent("preview", "--patient", typed=theirs).stdout
    assert shown.count(token) == held and str(patient) not in shown
    site.agent("person", "--freeze", typed=theirs)
    assert "object" in site.agent("person", "--freeze", typed=theirs).stdout
    assert "frozen" in site.agent("person", typed=theirs).stdout
    seen = json.loads(site.agent("person", "--json", typed=theirs).stdout)
    assert seen["register"] == ["frozen"] and {record["standing"] for record in seen["records"]} == {"objected"}
    site.once()
    equal_without(site, patient)
    assert site.agent("object", "remove", typed=theirs, check=False).returncode == 65  # frozen is no objection
    site.agent("person", "--unfreeze", typed=theirs)
    site.once()
    assert site.agree(30).equal and rows_of(site, patient) == held
    assert site.agent("person", "--unfreeze", typed=theirs, check=False).returncode == 65


def test_a_register_that_is_gone_is_begun_anew_in_a_pause(site):
    """Whoever objected on paper is in no other place: nobody reads them before they are entered again."""
    patient = busiest_patient(site)
    site.once()
    add(site, patient)
    site.once()
    equal_without(site, patient)
    for path in site.collect.glob("objections.db*"):
        path.unlink()
    gone = site.agent("status", check=False)
    assert "objections.db" in gone.stdout and "pauses" in gone.stdout
    site.approve()
    assert site.status()["paused"]
    site.once(check=False)
    assert rows_of(site, patient) == 0, "nothing was read for want of a register"
    add(site, patient)
    site.agent("resume")
    site.once()
    equal_without(site, patient)
    assert rows_of(site, patient) == 0
