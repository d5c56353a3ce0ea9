# SPDX-License-Identifier: Apache-2.0
"""Free text, from the outside: what a person sees of it before and after it leaves."""

import contextlib
import json
import re
import sqlite3
import subprocess
import sys

import pytest

from association import BUILD, MAPPING, Site, yesterday
from centre import ROOT, Centre
from waiting import wait_for

NOTE = "Mme Kerouredan née le 12/03/1956, toux, rappeler sa fille Soizic au 06 12 34 56 78"


@pytest.fixture(name="site")
def joined_site(tmp_path):
    with Centre(tmp_path / "centre") as centre:
        centre.init().start()
        with Site(tmp_path / "site", centre) as site:
            site.create(300, days_back=20)
            site.sql = lambda *words: subprocess.run(["sqlite3", site.source, *words], check=True)
            site.sql(f"UPDATE appels SET commentaire = '{NOTE}'")
            yield site.join()


def text(site, *arguments, answers=""):
    done = subprocess.run([BUILD / "contact-agent", *arguments], env=site.environment(), input=answers,
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_leaves_of_a_note_is_seen_before_and_judged_after(site):
    masked, revealed = (text(site, "preview", "call", "-n", "400", *more) for more in ((), ("--reveal",)))
    assert "Soizic" not in masked and NOTE in revealed
    assert "toux, rappeler sa fille <PRENOM_1> au <TEL>" in masked
    kept = site.folder / "kept"
    for command in (["preview", "--reveal"], ["object", "list", "--reveal"]):
        with kept.open("wb") as out:
            done = subprocess.run([BUILD / "contact-agent", *command], env=site.environment(), stdout=out, stderr=subprocess.PIPE, check=False)
        assert done.returncode == 64 and b"HINT" in done.stderr and kept.stat().st_size == 0


def test_of_a_long_note_all_that_leaves_is_shown(site):
    long = "toux grasse depuis hier. " * 140 + "fin du texte"
    site.sql(f"UPDATE appels SET commentaire = '{long}'")
    assert long in text(site, "preview", "call", "-n", "9") and long in text(site, "preview", "call", "--json", "-n", "9")
    site.sql(f"UPDATE appels SET commentaire = '{NOTE}'")


def test_what_was_seen_before_is_what_leaves_and_is_judged_after(site):
    site.once()
    status = site.status()
    assert (status["text"], status["text_days_waiting"]) == ("ok", 0)
    assert status["names"] > 100 and status["names_learnt"] > 0
    assert "free text            cleaned" in text(site, "status")

    said = text(site, "text", "audit", "--n", "5", "--by", "Dr Martin", answers="n\nn\ny\nn\nn\n")
    assert "1 of 5 notes leak: 20.00 %, 95 % interval 3.62 to 62.45 % (Wilson)" in said
    said = text(site, "text", "audit", "--n", "50", answers="n\n" * 10)
    assert "0 of 10 notes leak; with 95 % confidence at most 30.85 % do (Clopper-Pearson)" in said
    assert re.findall(r"([0-9]+) +([0-9]+) +([0-9.]+) % +([0-9.]+) %$", text(site, "text", "audit", "--results"), re.M) == \
        [("5", "1", "3.62", "62.45"), ("10", "0", "0.00", "30.85")]
    first, second = json.loads(text(site, "text", "audit", "--results", "--json"))
    assert (first["by"], first["notes"], first["leaks"], first["percent_at_most"]) == ("Dr Martin", 5, 1, 62.45)
    assert (second["by"], second["notes"], second["leaks"], second["percent_at_least"]) == ("-", 10, 0, 0)
    listed = text(site, "text", "audit", "--n", "2000", "--list")
    assert "toux, rappeler sa fille <PRENOM_1> au <TEL>" in listed and "Soizic" not in listed


FAR = "- " * 265  # into a field of over 500 bytes
# A column of the patient, what it holds, and a note that holds it too.
HELD = [("nom", FAR + "BRODEQUIN", "prevenir brodequin"), ("code_porte", FAR + "74Z19", "74Z19 merci"),
        ("code_porte", FAR + "QX4571 ou B7712", "ensuite QX4571 puis monter"), ("rue", FAR + "clos Brodequin fleuri", "le brodequin fleuri a gauche"),
        ("tel", "fille 0698765432" + " -" * 265 + " 448215", "poste 448215"), ("nom", b"BRODEQUIN", "prevenir brodequin"),
        ("nom", "BRODEQUIN".encode("utf-16-le"), "prevenir brodequin"), ("code_porte", b"A4571B", "ensuite A4571B puis monter"),
        ("nom", "BRODE\0BRODEQUIN", "prevenir brodequin"), ("nom", "x " * 3000 + "BRODEQUIN", "prevenir brodequin"),
        ("nom", b"\1\2BRODEQUIN", "prevenir brodequin")]
UNREADABLE = 2  # the last ones


def plant(db, number, column, value, note):
    db.execute(f"INSERT INTO personnes (id, {column}, prenom, sexe, cp) VALUES (?, ?, 'Igor', 1, '75011')", (number, value))
    db.execute("INSERT INTO patients (id, personne_id, opposition) VALUES (?, ?, 0)", (number, number))
    db.execute("INSERT INTO appels (num, appel_le, patient_id, code_motif, urgence, commentaire)"
               " SELECT ?, max(appel_le), ?, 'D01', 2, ? FROM appels", (number, number, f"acouphenes, {note}"))
    db.execute("INSERT INTO consultations (id, appel_num, mode, conclusion) VALUES (?, ?, 'HH', ?)",
               (number, number, f"acouphenes, vu, {note.removeprefix('prevenir ')}"))


def test_an_identifier_goes_from_all_notes_of_its_call_however_it_is_kept(tmp_path):
    with Centre(tmp_path / "centre") as centre:
        centre.init().start()
        with Site(tmp_path / "site", centre) as site:
            site.create(100, days_back=20)
            with contextlib.closing(sqlite3.connect(site.source)) as db, db:
                for number, case in enumerate(HELD, 5_000_000):
                    plant(db, number, *case)
            site.join().once()

            def notes():
                with centre.reading() as db:
                    return [note for (note,) in db.execute("SELECT note FROM call UNION ALL SELECT note FROM visit") if note]

            whole = 2 * (len(HELD) - UNREADABLE)
            wait_for(lambda: sum(note.startswith("acouphenes") for note in notes()) == whole, 40, "the notes at the centre")
            assert not [note for note in notes() if re.search("brodequin|4571|74Z19|448215", note)]
            assert site.status()["withheld"]["text"] == 2 * UNREADABLE


def test_what_was_agreed_to_is_not_asked_for_again_before_collect_has_looked(tmp_path):
    """`status` is the next command after `approve`: collect has not run since."""
    with Centre(tmp_path / "centre") as centre:
        centre.init().start()
        with Site(tmp_path / "site", centre) as site:
            site.create(100, days_back=20)
            site.enroll().start("collect")
            wait_for(lambda: site.status()["text"] == "not_approved", 20, "collect to wait for the approval of its text engine")
            site.stop("collect")
            site.approve()
            status = site.status()
            assert status["text"] == "ok" and "approve" not in status["next"]
            assert not [trouble for trouble in status["troubles"] if "text" in trouble or "collect could not read" in trouble]
            facts = sqlite3.connect(site.spool / "current" / "spool.db").execute("SELECT name, value FROM fact").fetchall()
            assert {("collect.approved", "1"), ("collect.error", ""), ("collect.text", "ok")} <= set(facts)


GIVEN_AWAY = ("rappeler kervorziguen ce soir, ledantecq present", "Vu Mme Kervorziguen, fille du patient, M. Ledantecq")


def plant_call(site, number, note, conclusion, column="conclusion"):
    with contextlib.closing(sqlite3.connect(site.source, timeout=20)) as db, db:
        db.execute("INSERT INTO appels (num, appel_le, modifie_le, urgence, commentaire) VALUES (?, ?, ?, 1, ?)",
                   (number, yesterday("10:00:00"), yesterday("10:00:00"), note))
        db.execute(f"INSERT INTO consultations (id, appel_num, mode, {column}) VALUES (?, ?, 'HH', ?)",
                   (number, number, conclusion))


def notes_held(site, words):
    """The notes of calls at the centre that hold these words."""
    with site.centre.reading() as db:
        return [note for (note,) in db.execute("SELECT note FROM call WHERE instr(note, ?)", (words,))]


def sweep_all(site):
    """Whatever leaves of it is loaded, if some streams stand still."""
    site.agent("sweep", "cold", check=False)
    wait_for(lambda: site.once(check=False) and site.status()["stored_batches"] == 0, 40, "the batches to be loaded")


def stopped(site):
    return {stream["stream"]: stream["stopped"] for stream in site.status()["streams"] if stream["stopped"]}


def test_a_note_waits_when_what_it_is_cleaned_with_is_no_longer_what_was_agreed_to(site):
    plant_call(site, 6_000_000, *GIVEN_AWAY)
    site.once()
    wait_for(lambda: notes_held(site, "ce soir"), 40, "the note at the centre")
    held = notes_held(site, "ce soir")
    assert not re.search("(?i)kervorziguen|ledantecq", held[0])
    base = MAPPING.read_text()
    visit = base[base.index("  visit:\n"):base.index("  diagnosis:\n")]
    for other in (visit.replace("      note: {from: c.conclusion, rule: text}\n", ""), visit.replace("episode: a.num", "episode: c.id"),
                  visit.replace("rule: text}", "rule: text, encoding: latin1}"), ""):
        assert other != visit
        site.mapping.write_text(base.replace(visit, other))
        sweep_all(site)
        assert stopped(site)["call"] == "not_approved"
        assert notes_held(site, "ce soir") == held
    assert "- cleaned together with: visit, from consultations c " in site.agent("approve", "--difference").stdout
    site.mapping.write_text(base.replace("      pain: {from: c.eva, rule: number}\n", ""))  # says nothing of texts
    site.once(check=False)
    assert stopped(site) == {"visit": "not_approved"}
    site.mapping.write_text(base)
    site.once()
    assert not stopped(site)


def test_a_text_that_is_gone_stops_all_that_is_cleaned_with_it_and_says_so(site):
    site.once()
    site.sql("ALTER TABLE consultations RENAME conclusion TO conclusion2")
    plant_call(site, 6_000_000, *GIVEN_AWAY, column="conclusion2")
    sweep_all(site)
    assert stopped(site) == dict.fromkeys(("call", "visit", "prescription"), "column_missing")
    assert "call:column_missing" in site.centre.fleet()[site.name]["stopped"]
    said = site.agent("check", check=False).stdout
    assert said.count("column_missing: consultations.conclusion\n") == 3
    assert said.count('table "consultations" has no column "conclusion"') == 3 and "does not fit" not in said
    assert not notes_held(site, "ce soir")
    site.sql("ALTER TABLE consultations RENAME conclusion2 TO conclusion")
    site.once()
    assert not stopped(site)
    wait_for(lambda: notes_held(site, "ce soir"), 40, "the note at the centre")
    assert not re.search("(?i)kervorziguen|ledantecq", notes_held(site, "ce soir")[0])


def test_a_gazetteer_that_cannot_be_read_stops_the_text_alone(site):
    site.mapping.write_text(site.mapping.read_text().replace("{from: medecins, name: nom,", "{from: nulle_part, name: nom,"))
    assert "nulle_part" in site.agent("check", check=False).stdout
    site.approve()
    site.once()
    status = site.status()
    assert status["text"] == "no_names" and status["text_days_waiting"] > 0
    assert any("free text" in trouble for trouble in status["troubles"])
    assert sum(stream["records"] for stream in status["streams"]) > 500


@pytest.mark.release_only
@pytest.mark.parametrize("seed", [1, 9, 12])
def test_no_note_of_a_sample_keeps_what_was_planted(seed):
    """More notes than the small demo has. With each of these seeds a name was found once."""
    done = subprocess.run([sys.executable, ROOT / "tests" / "bench" / "text" / "planted.py", "--calls", "20000", "--seed", str(seed)],
                          capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
