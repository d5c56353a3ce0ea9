# SPDX-License-Identifier: Apache-2.0
"""A local id as people type and paste it, and as the database has it: what is confirmed takes effect, and an id that no
row has is never taken for one that was found."""

import contextlib
import os
import pty
import sqlite3
import tempfile
import termios

import pytest

from association import BUILD, MAPPING, Site, yesterday
from centre import Centre
from test_spellings import call, insert, untype
from waiting import wait_for

ACCENTED, PASTED, DEAD, REAL, PADDED = range(5_000_000, 5_000_005)
PATIENTS = {ACCENTED: "É12".encode("cp1252"), PASTED: b"99000001", PADDED: b"0099000004"}
OBJECTING_NUMBER = 77


def plant(db):
    untype(db, "patients", id="TEXT")
    untype(db, "appels", patient_id="TEXT")
    for number, on in enumerate(("appels(num)", "appels(appel_le)", "appels(patient_id)", "patients(id)")):
        db.execute(f"CREATE INDEX typed_{number} ON {on}")
    for number, patient in PATIENTS.items():
        insert(db, "personnes", id=number, nom="ZORGLUBEC", prenom="Igor", ddn="1985-05-07", sexe=1, cp="75011")
        db.execute("INSERT INTO patients (id, personne_id, opposition) VALUES (CAST(? AS TEXT), ?, 0)", (patient, number))
        call(db, number, None)
        db.execute("UPDATE appels SET patient_id = CAST(? AS TEXT) WHERE num = ?", (patient, number))
    call(db, DEAD, None, commentaire="douleur")
    insert(db, "consultations", id=DEAD, appel_num=DEAD, mode="HH", medecin_id=3, conclusion="constat")
    db.execute("UPDATE consultations SET code_devenir = CAST(? AS TEXT) WHERE id = ?", (b"DCD\xa0", DEAD))
    call(db, REAL, None)
    insert(db, "consultations", id=REAL, appel_num=REAL, mode="HH", code_devenir="DOM", medecin_id=OBJECTING_NUMBER)


@pytest.fixture(scope="module", name="site")
def old_site():
    """Its file holds the bytes of an older encoding."""
    with tempfile.TemporaryDirectory(prefix="typ-", dir="/tmp") as folder, Centre(f"{folder}/c").init().start() as centre:
        site = Site(f"{folder}/s", centre).create(60, days_back=5)
        with contextlib.closing(sqlite3.connect(site.source, isolation_level=None)) as db:
            plant(db)
        site.mapping.write_text(MAPPING.read_text().replace("days: {from", "encoding: cp1252\ndays: {from", 1))
        site.join().once(check=False)
        wait_for(lambda: all(site.stored("call", number) for number in (ACCENTED, PASTED, DEAD, REAL)), 60, "the records")
        yield site


def test_a_death_hides_with_the_no_break_blank_of_an_older_encoding(site):
    assert site.stored("call", DEAD, "received_hour, note") == (None, None)


@pytest.mark.parametrize("number, typed", [(ACCENTED, "É12\n"),
                                           (PASTED, "\ufeff\u00a0９９000001\u00a0\r\n"),
                                           (PADDED, "0099000004\n")])
def test_an_id_is_found_in_the_files_own_encoding_and_as_it_is_pasted(site, number, typed):
    said = site.agent("object", "add", "--by", "Dr Demo", typed=typed).stdout
    assert " 1 rows" in said and "Entered" in said
    site.once(check=False)
    wait_for(lambda: not site.stored("call", number), 30, "the record to be gone")


def test_a_practitioner_is_found_by_a_number_with_noughts(site):
    assert site.stored("visit", REAL, "practitioner")[0]
    said = site.agent("object", "add", "--practitioner", "--by", "Dr Demo", typed=f"{OBJECTING_NUMBER}.0\n").stdout
    assert " 1 rows" in said and "Entered" in said
    site.once(check=False)
    wait_for(lambda: site.stored("visit", REAL, "practitioner") == (None,), 30, "the record without the token")


@pytest.mark.parametrize("words", [["object", "add"], ["object", "add", "--practitioner"], ["person", "--freeze"]])
def test_an_id_that_no_row_has_is_entered_only_when_that_is_said(site, words):
    before, typed = site.agent("object", "list").stdout, f"nobody{words[-1]}\n"
    for more in ([], ["--yes"]):
        refused = site.agent(*words, *more, "--by", "Dr Demo", typed=typed, check=False)
        assert refused.returncode == 65 and "--unknown" in refused.stderr and "Entered" not in refused.stdout
    assert site.agent("object", "list").stdout == before
    site.agent(*words, "--unknown", "--by", "Dr Demo", typed=typed)
    assert site.agent("object", "list").stdout != before


def on_a_terminal(site, *words, typed, answers):
    """The id, and each answer once its question stands there. All that was shown."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(BUILD / "contact-agent", ["contact-agent", *words], {**site.environment(), "LC_ALL": "C"})
    shown = b""
    wait_for(lambda: not termios.tcgetattr(terminal)[3] & termios.ECHO, 20, "the echo to be off")
    os.write(terminal, typed)
    with contextlib.suppress(OSError):  # its other end is closed
        for question, answer in answers:
            while question not in shown:
                shown += os.read(terminal, 4096)
            os.write(terminal, answer)
        while got := os.read(terminal, 4096):
            shown += got
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode()


def test_at_a_terminal_an_id_that_no_row_has_is_asked_about(site):
    before = site.agent("object", "list").stdout
    again = b"Enter it all the same? (yes/no)"
    status, said = on_a_terminal(site, "object", "add", typed=b"writer\n", answers=[(again, b"no\n")])
    assert status == 65 and "Entered" not in said
    assert site.agent("object", "list").stdout == before
    status, said = on_a_terminal(site, "object", "add", typed=b"writer\n",
                                 answers=[(again, b"yes\n"), (b"this objection?", b"yes\n")])
    assert status == 0 and "Entered" in said
