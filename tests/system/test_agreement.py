# SPDX-License-Identifier: Apache-2.0
"""What an association agrees to is all that the mapping says, and no more: nothing that changes what leaves takes effect
before somebody was shown it, in words, and said yes to just that."""

import contextlib
import json
import sqlite3
import subprocess
import tempfile

import pytest

from association import BUILD, MAPPING, Site
from centre import Centre
from test_language import french_locale  # noqa: F401
from test_spellings import untype
from waiting import wait_for

pytestmark = pytest.mark.release_only  # what is shown and recorded is tested by units under the sanitizers


@pytest.fixture(name="site", scope="module")
def joined_site():
    with tempfile.TemporaryDirectory(prefix="agr-", dir="/tmp") as folder:
        with Centre(f"{folder}/c").init().start() as centre:
            site = Site(f"{folder}/s", centre).create(60, days_back=5)
            site.join()
            site.once()
            yield site


@pytest.fixture(autouse=True)
def as_agreed(site):
    yield
    site.mapping.write_text(MAPPING.read_text())
    site.approve()


def change(site, *pairs, text=None):
    text = text or MAPPING.read_text()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    site.mapping.write_text(text)
    return text


def difference(site):
    differences = json.loads(site.agent("approve", "--difference", "--json").stdout)["differences"]
    return {(each["section"], each["change"], each["line"]) for each in differences}


def stopped(site):
    site.once(check=False)
    return {stream["stream"]: stream["stopped"] for stream in site.status()["streams"] if stream["stopped"]}


def test_what_a_name_is_learnt_as_is_agreed_to(site):
    change(site, ("{from: medecins, name: nom, given_name: prenom}", "{from: medecins, street: nom, city: prenom}"))
    assert difference(site) == {("general", "gone", "names learnt: from medecins, name nom, given_name prenom"),
                                ("general", "new", "names learnt: from medecins, street nom, city prenom")}
    site.once(check=False)
    assert not site.status()["approved"]


HIDDEN = {  # what leaves or stays by it, each of which had no line of its own
    "objection": ("  objection: {from: p.opposition, objects: [1, O], allows: [0, N]}\n", "", "person"),
    "objects": ("objects: [1, O]", "objects: [O]", "person"),
    "allows": ("allows: [0, N]", "allows: [0, N, ~]", "person"),
    "nobody": ("nobody: [0, -1]", "nobody: [0]", "person"),
    "merges": ("parent: id_parent, child: id_enfant", "parent: id_enfant, child: id_parent", "person"),
    "zone": ("Europe/Paris", "Indian/Reunion", "general"),
    "encoding": ("days: {from: 2015", "encoding: latin1\ndays: {from: 2015", "general"),
    "join": ("from: appels a LEFT JOIN medecins m ON m.id = a.medecin_id",
             "from: appels a LEFT JOIN medecins m ON m.id = a.patient_id", "call"),
    "role": ("{role: caller, name: a.nom_appelant", "{name: a.nom_appelant", "call"),
    "kind": ("phone: m.tel", "email: m.tel", "call"),
    "values": ("urgent: 2, prompt: 3", "urgent: 3, prompt: 2", "call"),
    "empty": ("glucose: {from: c.glycemie,", "glucose: {from: c.glycemie, empty: [0],", "visit"),
    "episode": ("    episode: a.num\n    key: c.id\n", "    key: c.id\n", "visit"),
    "death": ("values: [DCD]", "values: [DCD, DC]", "act"),
}


@pytest.mark.parametrize("what", sorted(HIDDEN))
def test_nothing_hides_behind_another_change(what, site):
    old, new, section = HIDDEN[what]
    change(site, ("spo2: {from: c.spo2", "spo2: {from: c.eva"), (old, new))
    told = difference(site)
    assert ("visit", "new", "sent: spo2, from c.eva, as number") in told
    assert any(of == section and "spo2" not in line for of, _, line in told), told


def test_no_value_is_taken_for_lines_of_the_agreement(site):
    change(site, ("urgent: 2", r'urgent: [2, "5)\nvisit x\n y\nlabels\n y"]'))
    said = site.agent("check", check=False).stdout
    assert f"{site.mapping}:" in said and "line break" in said
    said = site.agent("approve", "--by", "Dr Demo", "--yes", "--no-key-backup", check=False)
    assert said.returncode != 0 and "line break" in said.stderr


def test_what_is_recorded_is_what_was_shown(site):
    with subprocess.Popen([BUILD / "contact-agent", "approve", "--no-key-backup", "--by", "Dr Demo"], env=site.environment(),
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as asking:
        shown = ""
        while "(yes/no)" not in shown:
            shown += asking.stdout.read(1)
        change(site, (HIDDEN["objection"][0], ""))
        _, said = asking.communicate("yes\n", timeout=60)
    assert asking.returncode != 0
    assert "the mapping changed while you were reading" in said and "contact-agent approve again" in said
    site.once(check=False)
    assert not site.status()["approved"]
    assert any(line.startswith("objection: ") for _, _, line in difference(site))


def test_a_long_line_is_told_to_its_end(site):
    many = ", ".join(f"VALEUR{number:04}" for number in range(400))
    text = change(site, ("urgent: 2", f"urgent: [2, {many}]"))
    site.approve()
    change(site, ("routine: 4}", "routine: [4, 9]}"), text=text)
    lines = {change: line for _, change, line in difference(site)}
    assert lines["gone"].endswith("routine 4}") and lines["new"].endswith("routine [4, 9]}")
    said = site.agent("approve", "--difference").stdout
    assert lines["gone"] in said and lines["new"] in said


def test_a_columns_new_type_is_shown_and_agreed_to_by_name(site):
    site.once()  # after the last agreement: the types as they are
    with contextlib.closing(sqlite3.connect(site.source, isolation_level=None)) as db:
        untype(db, "consultations", eva="TEXT")
        for number, column in enumerate(("id", "appel_num")):
            db.execute(f"CREATE INDEX retyped_{number} ON consultations ({column})")
    site.agent("sweep", "hot", check=False)
    assert stopped(site) == {"visit": "type_changed"}
    assert difference(site) == {("visit", "gone", "type of the column: consultations.eva, integer"),
                                ("visit", "new", "type of the column: consultations.eva, text")}
    site.approve()
    assert not stopped(site) and not difference(site)


def test_it_is_told_in_french_to_those_who_read_it(site, french):
    change(site, (HIDDEN["objection"][0], ""), ("{from: 2015-01-01}", "{from: 2014-01-01}"))
    said = subprocess.run([BUILD / "contact-agent", "approve", "--difference"], env={**site.environment(), **french},
                          capture_output=True, text=True, check=True).stdout
    assert "  pour tous les flux\n    - jours: from 2015-01-01\n    + jours: from 2014-01-01\n  patients, dans chaque" in said
    assert "    - opposition: from p.opposition, objects [1, O], allows [0, N]\n" in said


def test_while_it_runs_by_what_was_agreed_to_status_says_so(site):
    with site.start("collect"):
        wait_for(lambda: all(stream["swept"] for stream in site.status()["streams"]), 30, "it to read")
        change(site, ("{from: 2015-01-01}", "{from: 2014-01-01}"))
        said = site.agent("status").stdout
        assert "goes by the former one" in said and "nothing is sent" not in said
