# SPDX-License-Identifier: Apache-2.0
"""What people read is in their language; what programs and logs read is not."""

import contextlib
import json
import os
import pathlib
import re
import sqlite3
import subprocess

import pytest
from association import Site
from gateway_fixtures import fixture_add, fixture_centre, fixture_lyon  # noqa: F401
from waiting import wait_for

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("CONTACT_BUILD", "build/release")


@pytest.fixture(scope="module", name="french")
def french_locale(tmp_path_factory):
    """An environment in French, whatever locales this machine has."""
    folder = tmp_path_factory.mktemp("locales")
    subprocess.run(["localedef", "-i", "fr_FR", "-f", "UTF-8", folder / "fr_FR.UTF-8"], check=True, capture_output=True)
    return {"LOCPATH": str(folder), "LC_ALL": "fr_FR.UTF-8"}


@pytest.fixture(name="say")
def command_of_a_bare_machine(bare):
    def say(*arguments, **environment):
        done = subprocess.run([BUILD / "contact-agent", *arguments], capture_output=True, text=True, timeout=60, check=False,
                              stdin=subprocess.DEVNULL, env={"CONTACT_AGENT_CONFIG": str(bare), **environment})
        return done.stdout + done.stderr

    return say


def test_people_read_french_where_the_locale_is_french(say, french):
    assert "raccorder" in say("help", **french)
    assert "n'est pas encore raccordée" in say(**french)
    assert "CONSEIL : vouliez-vous dire « status » ?" in say("statsu", **french)
    assert "erreur" in say("check", **french) and "avertissement" not in say("check")


def test_rows_are_shown_in_french_to_those_who_answer_for_them(say, french, tmp_path):
    subprocess.run([BUILD / "sample-dispatch", "create", "--calls", "300", "--seed", "3", "--days-back", "20", "--out", tmp_path / "none.db",
                    "--canaries", tmp_path / "canaries.txt"], check=True, capture_output=True)
    with contextlib.closing(sqlite3.connect(tmp_path / "none.db")) as db:
        db.execute("UPDATE appels SET code_motif = 'pas un code !', patient_id = CASE rowid % 3 WHEN 0 THEN 987654321 ELSE patient_id END")
        db.execute("UPDATE patients SET opposition = 'peut-être' WHERE id % 5 = 0")
        db.commit()
    shown, english = (say("preview", "call", "-n", "40", **environment) for environment in (french, {}))
    for said in ("call, ligne 1", "champ", "ce qui part", "règle", "jour local", "pseudonyme", "ne part jamais", "téléphone de l'appelant",
                 "retenu : hors de sa liste", "retenue, son patient n'est pas dans la base", "retenue, l'opposition n'est pas claire",
                 "Les identifiants sont masqués"):
        assert said in shown, said
    for said in ("row 1", "what leaves", "never leaves", "withheld", "of the caller", "unknown_code", "no_person"):
        assert said not in shown, said
    assert "withheld: not in its list" in english and "its patient is not in the database" in english
    assert say("preview", "call", "-n", "3", "--json", **french) == say("preview", "call", "-n", "3", "--json")


def test_without_a_locale_everything_is_english(say, french):
    assert "join this site" in say("help")
    assert "join this site" in say("help", **{**french, "LC_ALL": "C"})


def test_programs_and_services_read_the_same_in_every_language(say, french):
    for arguments in (["check", "--json"], ["status", "--json"], ["collect"], ["sweep", "hot"], ["config", "--sample"],
                      ["config", "--json"]):
        assert say(*arguments, **french) == say(*arguments), arguments
    assert json.loads(say("status", "--json", **french))["enrolled"] is False


def test_every_message_is_marked_and_translated():
    done = subprocess.run([ROOT / "scripts" / "messages", "check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


# What people of the field call things in French.
TERMS = ["raccorder", "correspondance", "aperçu", "approuver", "lot", "file d'attente", "retenu", "mis de côté", "signa(l|ux) de vie",
         "renvoi", "relecture", "registre des envois", "opposition", "séquestre", "devenir", "motif", "point fixe", "pseudonymisé"]


def test_french_uses_the_fields_own_words_and_calls_nothing_anonymous():
    said = (ROOT / "po" / "fr.po").read_text(encoding="utf-8").lower()
    said = "\n".join(re.findall(r'^msgstr ((?:".*"\n?)+)', said, re.M))
    assert [term for term in TERMS if not re.search(rf"\b{term}", said)] == []
    pages = [said] + [path.read_text(encoding="utf-8").lower() for path in (ROOT / "docs").glob("*.fr.md")]
    left = [re.sub(r"(jamais|pas) anonymes?|exports anonymes seulement", "", page) for page in pages]  # a duty of the warehouse
    assert [found for page in left for found in re.findall(r".*anonym.*", page)] == []


def test_the_centre_speaks_french_to_people_and_the_same_to_programs(centre, lyon, french):
    def say(*arguments, **environment):
        environment["ASAN_OPTIONS"] = "detect_leaks=0"  # p11-kit, which libpq brings along, leaks the name of LOCPATH at its start
        done = subprocess.run([BUILD / "contact-gateway", "--config", centre.config, *arguments], capture_output=True, text=True,
                              timeout=60, check=False, stdin=subprocess.DEVNULL, env=environment)
        return done.stdout + done.stderr

    assert lyon.name
    assert "usage : contact-gateway" in say("--help", **french) and "Code de retour" in say("site", "--help", **french)
    assert "raccordé" in say("site", "list", **french) and "SIGNAL DE VIE" in say("fleet", **french)
    assert "Ensuite : systemctl start contact-loader" in say(**french) and "CONSEIL" in say("statsu", **french)
    assert "il n'y a pas de site nulle-part" in say("site", "approve", "nulle-part", **french)
    for words in (("site", "list"), ("seal", "list"), ("key", "list")):
        assert say(*words, "--json", **french) == say(*words, "--json")
        assert json.loads(say(*words, "--json"))[0]["site"] == "lyon"
    assert say("--json", **french) == say("--json")
    assert json.loads(say("--json")) == {"set_up": True, "enrolled": 1, "waiting": 0, "revoked": 0, "running": True,
                                         "signer": True, "loader": False,
                                         "next": "systemctl start contact-loader  (or: contact-gateway load)"}
    assert "Sites : 1 (attendu 1)" in say("fleet", **french) and "Sites: 1 (expected 1)" in say("fleet")
    assert "Sites raccordés : 1, pas encore : 0" in say(**french)
    assert "Chargeur : à l'arrêt" in say(**french) and "Le chargeur ne tourne pas" in say("fleet", **french)
    settings = json.loads(say("--print-config", "--json"))
    assert [f"{one['name']} = {one['value']}    ({one['from']})" for one in settings] == say("--print-config").splitlines()
    assert "HINT" in say("--json", "fleet")
    assert "\033[" not in say("fleet") + say("site", "list")


def test_the_model_is_read_in_french_by_who_decides_and_is_the_same_for_programs(say, french):
    page = say("model", "--html", **french)
    assert '<html lang="fr">' in page and "Ce qui peut partir : contact-1" in page and "jamais anonymes" in page
    rows = r"<tr><td>([a-z_0-9]+)</td><td>"
    assert re.findall(rows, page) == re.findall(rows, say("model", "--html")) != []
    for form in ("--json-schema", "--sql", "--sql=sqlite"):
        assert say("model", form, **french) == say("model", form)


def test_a_site_that_begins_is_told_each_next_step_once_and_in_words_that_agree(centre, french, tmp_path):
    site = Site(tmp_path / "site", centre, "begins").create(60, days_back=5)
    bundle = centre.add_site("begins")

    def say(*arguments, **environment):
        return subprocess.run([BUILD / "contact-agent", *arguments], capture_output=True, text=True, timeout=60, check=False,
                              stdin=subprocess.DEVNULL, env={"CONTACT_AGENT_CONFIG": str(site.config), **environment}).stdout

    first, again = say("enroll", bundle), say("enroll", bundle)
    assert "are made" in first and first.endswith("Next: contact-agent check\n")
    assert "are made" not in again and "Read this out" not in again and "begins is enrolled already" in again
    assert again.endswith("Next: contact-agent check, then preview, then approve\n")
    assert say("check").endswith("Next: contact-agent preview\n")
    site.approve()
    assert say("check").endswith("Next: systemctl start contact-agent.target, or contact-agent run\n")
    assert say("enroll", bundle).endswith("Next: systemctl start contact-agent.target, or contact-agent run\n")
    assert "aucun jour encore prouvé égal.\n" in say(**french) and "no day proved equal yet.\n" in say()
    assert re.search("^prouvé égal +pas encore$", say("status", **french), re.M)
    with site.start():
        wait_for(lambda: "Next" not in say("check"), 20, "both to run, so that nothing is left to do")
