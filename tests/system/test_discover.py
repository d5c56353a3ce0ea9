# SPDX-License-Identifier: Apache-2.0
"""From a database that nobody has described to a mapping: what an administrator has twenty minutes for."""

import contextlib
import json
import os
import pty
import re
import sqlite3
import subprocess

import pytest
import yaml

import schemas
from association import BUILD, MAPPING, Site
from centre import ROOT
from dispatch_server import SERVERS

SENSIBLE_FROM_IDENTIFIERS = {"age", "department", "text", "token"}
DEATH, OBJECTION = "values: []}  # EDIT: the values that mean", "objects: [], allows: []"
# All that a person changes before `check` passes; the words of the lists are the person's too.
EDITS = {
    "french": {DEATH: "values: [DCX]}  #", OBJECTION: "objects: [Oui7], allows: [Non7]", "F: [], M: []": "F: Fq, M: Hq",
               "home: [], hospital: [], samu: []": "home: SX, hospital: HX, samu: []", "deceased: []": "deceased: DCX",
               "HH: [], AMB: []": "HH: DX, AMB: CX", "immediate: [], urgent: [], prompt: []": "immediate: 31, urgent: 32, prompt: 33",
               "{visit: [], consultation: [], teleconsultation: []": "{visit: VX, consultation: CX, teleconsultation: TX"},
    "english": {DEATH: "values: [DDx]}  #", OBJECTION: "objects: [81], allows: [82]", "F: [], M: []": "F: Fz, M: Mz",
                "home: [], hospital: []": "home: HOx, hospital: HSx", "deceased: []": "deceased: DDx", "HH: [], AMB: []": "HH: Hx, AMB: Cx"},
    "legacy": {DEATH: "values: [XQ]}  #", "F: [], M: []": "F: 72, M: 71", "home: [], hospital: []": "home: DQ, hospital: HQ",
               "deceased: []": "deceased: XQ", "{visit: [], consultation: []": "{visit: VQ, consultation: CQ"},
    "mixed": {DEATH: "values: [DCk]}  #", OBJECTION: "objects: [OUk], allows: [NOk]", "F: [], M: []": "F: Fk, M: Hk",
              "home: [], hospital: []": "home: DOk, hospital: HOk", "deceased: []": "deceased: DCk",
              "immediate: [], urgent: [], prompt: []": "immediate: 61, urgent: 62, prompt: 63",
              "{visit: [], consultation: []": "{visit: VIk, consultation: COk"},
    "sample": {DEATH: "values: [DCD]}  #", OBJECTION: "objects: [1, O], allows: [0, N]", "F: [], M: []": "F: 2, M: 1"},
}
IDENTIFYING = {
    "french": {"nom_usuel", "nom_de_naissance", "prénom", "date_de_naissance", "lieu_de_naissance", "téléphone", "courriel", "adresse",
               "code_postal", "ville", "personne_a_prevenir", "nom_appelant", "numero_appelant", "operateur"},
    "english": {"LastName", "FirstName", "DateOfBirth", "HomePhone", "EmailAddress", "StreetAddress", "ZipCode", "City", "CallerName",
                "Remark2", "FullName"},
    "mixed": {"NomUsuel", "FirstName", "BirthDate", "MobilePhone", "Adresse1", "CodePostal", "Ville", "CallbackNumber", "CallerName",
              "NomMedecin"},
    "legacy": {"NOMPAT", "PRNPAT", "DTNAISS", "TELPAT", "ADRPAT", "CPPAT", "VILPAT", "Z1", "Z2", "Z3", "MED"},
}
# What must have been found, by the column's own name.
FOUND = {
    "french": {"call.received": "date_heure_appel", "call.reason": "motif_principal", "call.urgency": "degre_urgence",
               "call.decision": "suite_donnee", "call.note": "commentaire", "visit.outcome": "devenir", "visit.pulse": "frequence_cardiaque",
               "visit.delay_arrived": "heure_arrivee_sur_place", "visit.note": "observations", "diagnosis.code": "code_diagnostic",
               "act.code": "code_acte", "person.sex": "sexe", "person.age": "date_de_naissance", "person.geo": "code_postal"},
    "english": {"call.received": "ReceivedAt", "call.reason": "ReasonCode", "call.urgency": "Priority", "call.note": "Notes",
                "visit.mode": "EncounterType", "visit.systolic": "SystolicBP", "visit.outcome": "Outcome", "visit.note": "Findings",
                "diagnosis.code": "DiagnosisCode", "prescription.code": "ATC", "prescription.days": "DurationDays",
                "person.sex": "Gender", "person.age": "DateOfBirth"},
    "mixed": {"call.received": "DateHeureAppel", "call.reason": "CodeMotif", "call.urgency": "PriorityLevel",
              "call.decision": "SuiteDonnee", "call.note": "Commentaires", "visit.systolic": "SystolicBP", "visit.pulse": "HeartRate",
              "visit.delay_arrived": "HeureArrivee", "visit.outcome": "Devenir", "visit.note": "ConclusionTexte",
              "diagnosis.code": "CodeCIM", "diagnosis.rank": "Rang", "person.sex": "Sexe", "person.age": "BirthDate",
              "person.geo": "CodePostal"},
    "legacy": {"call.received": "DTAPP", "call.reason": "CDMOT", "call.urgency": "URG", "call.note": "OBS", "visit.systolic": "TAS",
               "visit.delay_arrived": "DTARR", "visit.outcome": "DEV", "visit.note": "CONCL", "diagnosis.code": "CDDIAG",
               "diagnosis.rank": "RG", "person.age": "DTNAISS"},
}


class Place:
    def __init__(self, folder, source):
        self.config, self.mapping = folder / "agent.yaml", folder / "mapping.yaml"
        lines = source if isinstance(source, list) else [f"database: {source}"]
        self.config.write_text("\n".join([f"mapping: {self.mapping}", f"model_folder: {ROOT}/conf/model", "source:",
                                          *(f"  {line}" for line in lines), f"collect: {{folder: {folder}/c}}",
                                          f"send: {{folder: {folder}/s}}", f"spool: {{folder: {folder}/q}}"]) + "\n")
        self.environment = {**os.environ, "CONTACT_AGENT_CONFIG": str(self.config)}

    def agent(self, *arguments):
        return subprocess.run([BUILD / "contact-agent", *arguments], env=self.environment, capture_output=True, text=True,
                              timeout=120, stdin=subprocess.DEVNULL, check=False)

    def draft(self):
        done = self.agent("discover")
        assert done.returncode == 0, done.stderr
        return done.stdout, done.stderr

    def problems(self):
        """What check finds wrong, but for what enrolment brings."""
        findings = json.loads(self.agent("check", "--json").stdout)
        return [f for f in findings if f["finding"] == "error" and f["what"] not in ("enrolment", "collect.folder", "spool.folder")]

    def preview(self, stream, rows=20):
        done = self.agent("preview", stream, "-n", str(rows), "--json")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    def on_a_terminal(self, *arguments):
        mine, theirs = pty.openpty()
        with subprocess.Popen([BUILD / "contact-agent", *arguments], env=self.environment, stdin=subprocess.DEVNULL, stdout=theirs,
                              stderr=theirs) as process:
            os.close(theirs)
            shown = b""
            try:
                while part := os.read(mine, 65536):
                    shown += part
            except OSError:  # the other end is closed
                pass
        os.close(mine)
        return process.returncode, shown.decode(errors="replace")


def edit(draft, edits):
    for there, instead in edits.items():
        assert there in draft, there
        draft = draft.replace(there, instead)
    return draft


def fields(draft):
    """{stream.field: (column, rule)} of a mapping, the person's among them."""
    mapping = yaml.safe_load(draft)
    parts = {"person": mapping.get("person", {}), **mapping["streams"]}
    return {f"{name}.{field}": (rule["from"].split(".")[1], rule["rule"])
            for name, part in parts.items() for field, rule in part.get("fields", {}).items()}


@pytest.fixture(name="place", params=["french", "english", "legacy", "mixed"])
def unknown_database(request, tmp_path):
    place = Place(tmp_path, tmp_path / "dispatch.db")
    place.name = request.param
    place.texts = schemas.create(request.param, tmp_path / "dispatch.db")
    return place


def test_a_draft_passes_check_after_few_edits_and_shows_sensible_rows(place):
    draft, _ = place.draft()
    found = fields(draft)
    assert {field: found.get(field, ("nothing",))[0] for field in FOUND[place.name]} == FOUND[place.name]
    place.mapping.write_text(draft)
    assert place.problems(), "what only the association knows must be asked"
    place.mapping.write_text(edit(draft, EDITS[place.name]))
    assert place.problems() == []
    calls, visits, diagnoses = (place.preview(stream) for stream in ("call", "visit", "diagnosis"))
    for rows in (calls, visits, diagnoses):
        assert len(rows) == 20
        assert sum(row["withheld"] is None for row in rows) >= 10
    kept = [row["fields"] for row in calls if row["withheld"] is None]
    assert {row["reason"].split(" ")[0] for row in kept} <= set(schemas.REASONS)
    assert all(re.match(r"2025-\d\d-\d\dT\d\d[+]", row["received"]) or row["received"] == "—" for row in kept)
    assert {row["sex"] for row in kept} == {"F", "M"}
    assert {"home", "hospital"} <= {row["fields"]["outcome"] for row in visits if row["withheld"] is None}
    assert {row["fields"]["code"].split(" ")[0] for row in diagnoses if row["withheld"] is None} <= set(schemas.DIAGNOSES)


def test_what_identifies_is_never_a_field(place):
    draft, _ = place.draft()
    mapped = {column: rule for column, rule in fields(draft).values() if column in IDENTIFYING[place.name]}
    assert set(mapped.values()) <= SENSIBLE_FROM_IDENTIFIERS - {"text", "token"}, mapped
    assert "role: " in draft


def test_no_value_of_any_row_is_written(place):
    draft, said = place.draft()
    words = set(re.split(r"[\s,:{}\[\]\"'#.()]+", draft + said))
    for text in place.texts:
        if len(text) >= 2 and not re.fullmatch(r"\d{1,2}", text):
            assert text not in words, text
            assert " " not in text or text not in draft + said, text


def test_every_column_is_named_or_listed(place):
    draft, _ = place.draft()
    script = (schemas.SCHEMAS / f"{place.name}.sql").read_text()
    for column in re.findall(r"[(,]\s*\"?([\wé ]+?)\"? (?:TEXT|INTEGER|REAL|DATE|DATETIME)\b", script):
        assert re.search(rf"\b{column}\b", draft), column


def test_values_are_shown_on_a_terminal_only(place):
    refused = place.agent("discover", "--values")
    assert refused.returncode == 64
    assert refused.stdout == "" and "HINT" in refused.stderr
    status, shown = place.on_a_terminal("discover", "--values")
    assert status == 0
    assert {"french": "DCX", "english": "DDx", "legacy": "XQ", "mixed": "DCk"}[place.name] in shown
    for column in IDENTIFYING[place.name]:
        assert not re.search(rf"\.{column}\b", shown), column
    assert not [name for name in schemas.SURNAMES + schemas.TOWNS if name in shown]


def test_a_draft_goes_into_a_new_file_whole_or_not_at_all(tmp_path):
    """A redirection leaves an empty mapping.yaml where the database cannot be read, and overwrites what is there."""
    place = Place(tmp_path, tmp_path / "dispatch.db")
    before = sorted(tmp_path.iterdir())
    failed = place.agent("discover", "--out", place.mapping)
    assert failed.returncode == 78 and "HINT" in failed.stderr
    assert sorted(tmp_path.iterdir()) == before
    schemas.create("french", tmp_path / "dispatch.db")
    umask = os.umask(0o077)
    try:
        written = place.agent("discover", "--out", place.mapping)
    finally:
        os.umask(umask)
    assert written.returncode == 0 and written.stdout == "" and "read every line" in written.stderr
    assert place.mapping.read_text() == place.draft()[0]
    assert place.mapping.stat().st_mode & 0o777 == 0o644, "collect's user reads what root writes"
    place.mapping.write_text("mine\n")
    refused = place.agent("discover", "--out", place.mapping)
    assert refused.returncode == 78 and "is there already" in refused.stderr and "HINT" in refused.stderr
    assert place.mapping.read_text() == "mine\n"
    assert not list(tmp_path.glob("*.new"))
    assert place.agent("discover", "--out").returncode == 64
    nowhere = place.agent("discover", "--out", tmp_path / "none" / "m.yaml")
    assert nowhere.returncode == 78 and "HINT" in nowhere.stderr and "read every line" not in nowhere.stderr


def test_nothing_is_written_to_the_database(place):
    before = (place.config.parent / "dispatch.db").read_bytes()
    place.draft()
    assert (place.config.parent / "dispatch.db").read_bytes() == before
    assert sorted(path.name for path in place.config.parent.iterdir()) == ["agent.yaml", "dispatch.db"]


def test_the_sample_is_mapped_as_by_hand(tmp_path):
    source, canaries = tmp_path / "dispatch.db", tmp_path / "canaries.txt"
    subprocess.run([BUILD / "sample-dispatch", "create", "--calls", "1500", "--seed", "5", "--days-back", "200", "--out", source,
                    "--canaries", canaries], check=True, capture_output=True)
    place = Place(tmp_path, source)
    draft, said = place.draft()
    by_hand, found = fields(MAPPING.read_text()), fields(draft)
    del by_hand["visit.practitioner"]  # off until the association wants it
    assert found == by_hand
    assert not [line for line in canaries.read_text().splitlines() if len(line) > 3 and line in draft + said]
    place.mapping.write_text(edit(draft, EDITS["sample"]))
    assert place.problems() == []


@pytest.mark.parametrize("kind", SERVERS)
def test_a_server_tells_its_keys_to_an_account_that_may_only_read(kind, tmp_path):
    with SERVERS[kind]() as server:
        server.execute("CREATE TABLE beneficiaires (num_b INTEGER PRIMARY KEY, nom VARCHAR(40), prenom VARCHAR(40), ddn DATE)",
                       "CREATE TABLE demandes (num_d INTEGER PRIMARY KEY, qui INTEGER, recue_le TIMESTAMP NULL, code_motif VARCHAR(8),"
                       " FOREIGN KEY (qui) REFERENCES beneficiaires (num_b))",
                       "DROP TABLE personnes", "DROP TABLE patients", "DROP TABLE appels",
                       *(server.grant.format(verb="GRANT", table=table, way="TO") for table in ("beneficiaires", "demandes")))
        draft, _ = Place(tmp_path, server.settings()).draft()
    assert "from: beneficiaires p" in draft
    assert "key: p.num_b" in draft
    assert "person: a.qui" in draft
    assert "key: a.num_d" in draft
    assert "birth_date: p.ddn" in draft


def test_one_table_for_all_makes_no_stream_without_a_field(tmp_path):
    """Calls and visits in one table, which holds nothing of a visit: an empty stream is refused by check."""
    site = Site(tmp_path / "s", None)
    with contextlib.closing(sqlite3.connect(site.source)) as db:
        db.execute("CREATE TABLE t_fiche (ref TEXT PRIMARY KEY, dt TEXT, mot TEXT, txt TEXT)")
        db.executemany("INSERT INTO t_fiche VALUES (?, ?, ?, ?)",
                       ((f"F{i:05}", f"2026-11-{1 + i % 29:02} 10:00:00", ("FIEV", "CHUTE")[i % 2], "toux depuis hier")
                        for i in range(200)))
        db.commit()
    draft = site.agent("discover").stdout
    site.mapping.write_text(draft)
    assert "fields must be" not in site.agent("check", check=False).stdout
    assert all(stream.get("fields") for stream in yaml.safe_load(draft)["streams"].values())
