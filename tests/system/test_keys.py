# SPDX-License-Identifier: Apache-2.0
"""The root key's copies: made by hand or sealed, put back on another machine, and nowhere else."""

import contextlib
import json
import os
import pty
import re
import signal
import sqlite3
import subprocess
import termios

import pytest

import compare
from association import BUILD, Site
from centre import ROOT, Centre
from waiting import wait_for

GROUPS = re.compile(r"^ {4}((?:[0-9A-Z]{5} ?){7})$", re.M)


def groups_of(text):
    return " ".join(GROUPS.findall(text)).split()


@pytest.fixture(name="world", scope="module")
def world_of_one_site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("k")
    with Centre(folder / "c").init().start() as centre:
        site = Site(folder / "s", centre).create(60, days_back=20)
        site.enroll()
        site.offer_seal()
        centre.accept_seal(site.name)
        yield centre, site


@pytest.fixture(name="bare")
def bare_site(world, tmp_path):
    """Another machine of the same association, where nothing was done yet."""
    return Site(tmp_path / "s", world[0])


def test_a_seals_fingerprint_looks_the_same_on_both_sides_and_is_accepted_as_it_is_shown(world, tmp_path):
    centre, _ = world
    site = Site(tmp_path / "s", centre, name="dijon")
    shown = r"((?:[0-9a-f]{4} ){15}[0-9a-f]{4})"
    there = re.search(rf"^ {{4}}{shown}$", site.agent("enroll", centre.add_site("dijon"), "--wait").stdout, re.M)[1]
    site.offer_seal()
    listed = re.search(rf"^dijon +{shown} +NOT ACCEPTED", centre.command("seal", "list").stdout, re.M)[1]
    typed = re.search(rf"contact-gateway (seal accept dijon {shown})$", centre.command().stdout, re.M)
    assert there == listed == typed[2]
    words = typed[1].split()
    assert centre.command(*words[:-1], check=False).returncode == 65
    assert centre.command(*words, "0000", check=False).returncode == 65
    centre.command(*words)
    assert re.search(rf"^dijon +{shown} +accepted", centre.command("seal", "list").stdout, re.M)


def test_nothing_is_approved_without_a_copy_of_the_key_unless_that_is_said(world):
    _, site = world
    (site.collect / "key-backup.json").unlink(missing_ok=True)
    done = site.agent("approve", "--by", "Dr Demo", "--yes", check=False)
    assert done.returncode == 78 and "key backup" in done.stderr and "--no-key-backup" in done.stderr
    assert any("no backup" in trouble for trouble in site.status()["troubles"])
    assert json.loads(site.agent("key", "status", "--json").stdout)["backup"] == ""
    site.agent("key", "backup", "--paper")
    site.agent("approve", "--by", "Dr Demo", "--yes")
    assert json.loads(site.agent("key", "status", "--json").stdout)["backup"] == "paper"
    assert not any("backup" in trouble for trouble in site.status()["troubles"])


def test_a_replacement_machine_makes_the_same_pseudonyms(world, tmp_path):
    centre, site = world
    site.agent("approve", "--by", "Dr Demo", "--yes", "--no-key-backup")
    site.once()
    assert site.agree().equal
    paper = site.agent("key", "backup", "--paper").stdout
    other = Site(tmp_path / "s", centre)
    other.source.write_bytes(site.source.read_bytes())
    typed = "\n".join(groups_of(paper)).lower()
    said = other.agent("enroll", "--replacement", centre.add_site("lyon", "--new-code"), "--wait", typed=typed).stdout
    assert "is restored" in said
    assert other.root_key() == site.root_key()
    offered = centre.folder / "seals" / "offered" / "lyon.pem"
    other.agent("once", program="contact-agent-send", check=False)
    wait_for(lambda: offered.read_bytes() == (other.spool / "seal.pem").read_bytes(), 20, "its seal to be offered")
    centre.accept_seal("lyon")
    other.agent("approve", "--by", "Dr Demo", "--yes")  # it came from its backup: there is one
    other.change(new=5, correct=5, within=10)
    other.once()
    assert other.agree().equal  # under the key of the first: every pseudonym is computed anew from it


def test_a_mistyped_group_is_named_and_nothing_is_changed(world, bare):
    groups = groups_of(world[1].agent("key", "backup", "--paper").stdout)
    groups[8] = groups[8][:2] + ("7" if groups[8][2] != "7" else "8") + groups[8][3:]
    bare.collect.mkdir(mode=0o700)
    done = bare.agent("key", "restore", typed=" ".join(groups), check=False)
    assert done.returncode == 65 and "group 9 is mistyped" in done.stderr
    done = bare.agent("key", "restore", typed=" ".join(groups[:8]), check=False)
    assert done.returncode == 65 and "after group 8 of 14" in done.stderr
    assert not (bare.collect / "root.key").exists()


@pytest.mark.parametrize("algorithm", ["ec", "rsa"])
def test_a_sealed_copy_is_opened_with_openssl_alone(world, bare, tmp_path, algorithm):
    key, certificate, sealed = tmp_path / "safe.key", tmp_path / "safe.pem", tmp_path / "key.cms"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"] if algorithm == "ec" else ["-newkey", "rsa:3072"]
    subprocess.run(["openssl", "req", "-x509", *kind, "-nodes", "-keyout", key, "-out", certificate, "-days", "30",
                    "-subj", "/CN=safe"], check=True, capture_output=True)
    text = world[1].agent("key", "backup", "--to", certificate).stdout
    assert text.startswith("-----BEGIN CMS-----") and not groups_of(text)
    sealed.write_text(text)
    opened = subprocess.run(["openssl", "cms", "-decrypt", "-inform", "PEM", "-in", sealed, "-inkey", key, "-recip", certificate],
                            check=True, capture_output=True, text=True).stdout
    bare.collect.mkdir(mode=0o700)
    assert "is restored" in bare.agent("key", "restore", typed=opened).stdout
    assert (bare.collect / "root.key").read_bytes() == (world[1].collect / "root.key").read_bytes()
    assert (bare.collect / "root.key").stat().st_mode & 0o777 == 0o400


def test_the_key_stands_in_no_file_but_its_own(world):
    _, site = world
    site.agent("key", "backup", "--paper")
    key = site.root_key()
    signs = [key, key.hex().encode(), *(group.encode() for group in groups_of(site.agent("key", "backup", "--paper").stdout)[:13])]
    (site.logs / "commands.log").unlink()  # the test's own
    for path in site.folder.rglob("*"):
        if path.is_file() and path.name != "root.key":
            data = path.read_bytes()
            assert not [sign for sign in signs[:2] if sign in data], path
            assert sum(sign in data for sign in signs[2:]) < 3, path


def test_a_machine_that_made_its_own_key_is_not_taken_for_one_that_got_it_back(world, bare):
    centre, _ = world
    bare.agent("enroll", centre.add_site("nantes"), "--wait")
    key = bare.root_key()
    done = bare.agent("enroll", "--replacement", centre.folder / "nantes.bundle.yaml", check=False, typed="")
    assert done.returncode == 78 and "key restore" in done.stderr and "restored, a seal" not in done.stdout
    assert bare.root_key() == key and json.loads(bare.agent("key", "status", "--json").stdout)["backup"] == ""


def test_a_question_that_is_not_answered_makes_no_key(bare):
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(BUILD / "contact-agent", ["contact-agent", "enroll", "none.yaml"], {**bare.environment(), "LC_ALL": "C"})
    screen = b""
    with contextlib.suppress(OSError):
        while got := os.read(terminal, 4096):
            screen += got
            if b"first or replacement? " in screen and b"Nothing" not in screen:
                os.write(terminal, b"\x04")
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 77 and b"Nothing was changed" in screen
    assert not (bare.collect / "root.key").exists()


def take_interrupts():
    """A shell starts its jobs in the background with interrupts ignored, and what these start inherits it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def at_a_terminal(site, answer, enter=b"\n"):
    """Types Enter, then what answer makes of the screen; returns the screen and the status."""
    pid, terminal = pty.fork()
    if pid == 0:
        take_interrupts()
        os.execve(BUILD / "contact-agent", ["contact-agent", "key", "backup"], {**site.environment(), "LC_ALL": "C"})
    screen, entered, answered = b"", False, 0
    while True:
        try:
            got = os.read(terminal, 4096)
        except OSError:
            break
        screen += got
        if not entered and b"Press Enter" in screen:
            os.write(terminal, enter)
            entered = True
        asked = re.findall(rb"type group (\d+) \(", screen)
        if len(asked) > answered:
            answered = len(asked)
            os.write(terminal, answer(screen.decode(), int(asked[-1])).encode() + b"\n")
    return screen.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_an_interrupt_leaves_no_key_on_the_terminal(world):
    _, site = world
    screen, status = at_a_terminal(site, None, enter=b"\x03")
    assert status == -signal.SIGINT and screen.index("\033[?1049h") < screen.index("\033[?1049l")


def test_an_interrupt_gives_a_silent_terminal_its_echo_back(world):
    _, site = world
    terminal, program_side = pty.openpty()
    before = termios.tcgetattr(program_side)
    with subprocess.Popen([BUILD / "contact-agent", "person"], env={**site.environment(), "LC_ALL": "C"}, stdin=program_side,
                          stdout=subprocess.DEVNULL, preexec_fn=take_interrupts) as process:
        wait_for(lambda: not termios.tcgetattr(program_side)[3] & termios.ECHO, 10, "the terminal to be silent")
        process.send_signal(signal.SIGINT)
    assert process.returncode == -signal.SIGINT and termios.tcgetattr(program_side) == before
    os.close(terminal)
    os.close(program_side)


def test_a_terminal_shows_the_key_on_its_other_screen_and_asks_one_group_of_the_copy(world):
    _, site = world
    note = site.collect / "key-backup.json"
    note.unlink(missing_ok=True)
    screen, status = at_a_terminal(site, lambda screen, group: "AAAAA")
    assert status == 65 and not note.exists()
    before, shown = screen.index("\033[?1049h"), screen.index("\033[?1049l")
    key = re.findall(r"^ {4}(?:[0-9A-Z]{5} ?){7}\r$", screen, re.M)
    assert len(key) == 2 and all(before < screen.index(line) < shown for line in key)
    screen, status = at_a_terminal(site, lambda screen, group: " ".join(
        re.findall(r"^ {4}((?:[0-9A-Z]{5} ?){7})\r$", screen, re.M)).split()[group - 1].lower())
    assert status == 0 and note.exists(), screen
    assert "clear it now" in screen


def test_a_key_written_over_brings_the_register_of_objections_along(world, tmp_path):
    """A machine that began with a key of its own, and met an objector, before the former key was put back."""
    centre, site = world
    other = Site(tmp_path / "s", centre)
    other.source.write_bytes(site.source.read_bytes())
    other.enroll(centre.add_site("lyon", "--new-code"))
    other.approve()
    other.change(object=2)
    other.agent("once", "--no-send")
    before = register(other)
    assert before
    groups = groups_of(site.agent("key", "backup", "--paper").stdout)
    other.agent("key", "restore", typed=" ".join(groups))
    other.agent("once", "--no-send")
    after = register(other)
    assert len(after) == len(before) and not after & before
    assert "previous" not in (other.collect / "root.key").read_text()
    assert other.root_key() == site.root_key()
    assert "key restore" in other.agent("audit").stdout  # a chain under the key of now; the former log is laid aside
    assert len(list(other.collect.glob("audit-*.log"))) == 1
    # One that is of no key known here stops everything.
    other.agent("key", "restore", typed=" ".join(groups))
    (other.collect / "root.key").chmod(0o600)
    (other.collect / "root.key").write_text("11" * 32 + "\n")
    done = other.agent("once", "--no-send", check=False)
    assert done.returncode == 78 and "another root key" in done.stderr


def test_a_damaged_key_is_replaced_by_its_copy(world):
    _, site = world
    groups = groups_of(site.agent("key", "backup", "--paper").stdout)
    before = site.root_key()
    before_check = json.loads(site.agent("key", "status", "--json").stdout)["check"]
    path = site.collect / "root.key"
    path.chmod(0o600)
    path.write_text("not a key\n")
    done = site.agent("key", "status", check=False)
    assert done.returncode == 78 and "key restore" in done.stderr
    assert "is restored" in site.agent("key", "restore", typed=" ".join(groups)).stdout
    assert site.root_key() == before
    assert [left.read_text() for left in site.collect.glob("root.key.damaged-*")] == ["not a key\n"]
    assert f"check value {before_check}" in site.agent("key", "status").stdout


def register(site):
    done = subprocess.run(["sqlite3", site.collect / "objections.db", "SELECT hex(token) FROM objection"], capture_output=True,
                          text=True, check=True)
    return set(done.stdout.split())


def test_a_key_is_not_changed_beside_a_running_collect(world):
    _, site = world
    groups = groups_of(site.agent("key", "backup", "--paper").stdout)
    site.approve()
    with site:
        site.start("collect")
        wait_for(lambda: site.agent("key", "restore", typed=" ".join(groups), check=False).returncode == 75, 20,
                 "collect to keep others out")


def key_list(centre):
    return next(line for line in centre.command("key", "list").stdout.splitlines() if line.startswith("lyon"))


def heartbeat(site):
    """Says how things are, and hears what the centre knows."""
    site.agent("once", program="contact-agent-send", check=False)


def test_another_root_key_is_refused_by_both_sides_until_it_is_restored(settled, tmp_path):
    centre, site = settled
    groups = groups_of(site.agent("key", "backup", "--paper").stdout)
    other = Site(tmp_path / "o", centre)
    other.source.write_bytes(site.source.read_bytes())
    other.enroll(centre.add_site("lyon", "--new-code"))
    other.approve()
    offered = centre.folder / "seals" / "offered" / "lyon.pem"
    heartbeat(other)
    wait_for(lambda: offered.read_bytes() == (other.spool / "seal.pem").read_bytes(), 20, "its seal to be offered")
    centre.accept_seal("lyon")  # by mistake: nobody asked whether the machine has the former one's key
    # What it makes before it hears of it is refused at the centre.
    other.change(new=4, within=5)
    other.agent("once", "--no-send")
    heartbeat(other)
    wait_for(lambda: "root-key" in centre.log("load"), 30, "the loader to refuse what was made with another key")
    # Then it makes no more.
    wait_for(lambda: (heartbeat(other), json.loads(other.agent("key", "status", "--json").stdout)["centre"] == "other")[1], 20,
             "the site to hear of it")
    done = other.once(check=False)
    assert done.returncode == 78 and "another root key" in done.stderr and "key status" in done.stderr
    assert any("another root key" in trouble for trouble in other.status()["troubles"])
    assert "ANOTHER KEY" in key_list(centre)
    # Restored, it goes on as the site that it is.
    other.agent("key", "restore", typed=" ".join(groups))
    assert other.once(check=False).returncode == 0
    assert other.agree().equal
    wait_for(lambda: (heartbeat(other), "the same" in key_list(centre))[1], 20, "the centre to hear of it")


def test_a_new_key_epoch_waits_for_the_centre_and_then_replaces_every_pseudonym(settled):
    centre, site = settled
    before = pseudonyms(centre)
    site.change(object=2)
    site.agent("sweep", "cold")
    site.once()
    assert site.agree().equal
    ledger = site.agent("ledger", "--json").stdout
    site.agent("key", "backup", "--paper")
    said = site.agent("key", "new-epoch", "--yes").stdout
    standing = json.loads(site.agent("key", "status", "--json").stdout)
    assert standing["epoch"] == 2 and standing["backup"] == "" and standing["check"] in said
    site.once()
    wait_for(lambda: (heartbeat(site), "NEW: compare" in key_list(centre))[1], 20, "the centre to see the new key")
    assert json.loads(site.agent("key", "status", "--json").stdout)["centre"] == "newer"
    assert pseudonyms(centre) <= before  # nothing of it is loaded
    wrong = centre.command("key", "accept", "lyon", "2", "0" * 16, check=False)
    assert wrong.returncode == 65 and "another key" in wrong.stderr
    centre.command("key", "accept", "lyon", "2", standing["check"])
    site.once()
    assert site.agree().equal  # by the new key, under epoch 2
    assert not pseudonyms(centre) & before
    assert "No deletion" in site.agent("deletions", "show").stdout
    assert len(json.loads(site.agent("ledger", "--json").stdout)) >= len(json.loads(ledger))
    # Who came back with the former key is refused.
    assert centre.command("key", "accept", "lyon", "1", standing["check"], check=False).returncode == 65


def steps_of(heading):
    """What docs/keys.md tells to type under a heading, each line as words without the program's name."""
    text = (ROOT / "docs" / "keys.md").read_text(encoding="utf-8").partition(f"## {heading}\n")[2]
    return [line.split("#")[0].split()[1:] for line in text.split("```")[1].strip().splitlines()]


@pytest.mark.parametrize("how", ["gone", "damaged"])
def test_a_key_that_is_lost_without_a_copy_is_replaced_by_the_steps_of_its_page(settled, how):
    centre, site = settled
    before = pseudonyms(centre)
    with contextlib.closing(sqlite3.connect(site.source)) as db:
        patients = [patient for (patient,) in db.execute(
            "SELECT patient_id FROM appels JOIN patients p ON p.id = patient_id WHERE p.opposition IN (0, 'N')"
            " AND patient_id NOT IN (SELECT id_enfant FROM rapprochements UNION SELECT id_parent FROM rapprochements)"
            " GROUP BY 1 ORDER BY 1 LIMIT 1")]
    site.agent("object", "add", "--by", "Dr Demo", typed=f"{patients[0]}\n")
    site.once()
    wait_for(lambda: site.compare(sides=site.sides(objecting=patients)).equal, 30, "who objects to be gone")
    refused = site.agent("key", "new-epoch", "--lost", "--yes", check=False)
    assert refused.returncode == 65 and "is here" in refused.stderr and "HINT" in refused.stderr, "nothing is lost"
    key, aside = site.collect / "root.key", site.collect / "aside"
    key.rename(aside)
    key.mkdir()  # cannot be read, as with a wrong owner: it may be a good one
    refused = site.agent("key", "new-epoch", "--lost", "--yes", check=False)
    assert refused.returncode != 0 and "root.key" in refused.stderr
    assert key.is_dir() and not list(site.collect.glob("*.damaged-*"))
    key.rmdir()
    aside.unlink()
    if how == "damaged":
        (site.collect / "root.key").write_text("not a key\n")
    for command in (("once",), ("check",), ("status",), ("key", "status"), ("key", "new-epoch", "--yes")):
        done = site.agent(*command, check=False)
        assert done.returncode == 78 and "--lost" in done.stdout + done.stderr, command
    typed = {"new-epoch": "yes\n", "add": f"{patients[0]}\n"}
    for words in steps_of("A key that is lost"):
        if words == ["resume"]:  # whoever objects on paper is not read before they are typed again
            assert "paused" in site.once(check=False).stderr and site.status()["paused"]
            assert "no backup" not in str(site.status()["troubles"])
        words += ["--paper"] if words == ["key", "backup"] else []
        site.agent(*words, typed=typed.get(words[1] if len(words) > 1 else "", ""))
    assert len(list(site.collect.glob("objections.db.damaged-*"))) == 1
    standing = json.loads(site.agent("key", "status", "--json").stdout)
    assert standing["epoch"] == 2 and standing["backup"] == "paper"
    site.once()
    wait_for(lambda: (heartbeat(site), "NEW: compare" in key_list(centre))[1], 20, "the centre to see the new key")
    centre.command("key", "accept", "lyon", "2", standing["check"])
    site.once()
    sides = site.sides(objecting=patients)  # by the new key: whoever was held twice would be too many
    wait_for(lambda: site.compare(sides=sides).equal, 60, "the warehouse to hold all under the new key")
    assert not pseudonyms(centre) & before
    assert "key new-epoch" in site.agent("audit").stdout


def test_a_key_lost_together_with_the_state_is_replaced(settled):
    """Collect sets a damaged state aside at its start, and does not start without a key: the command does both."""
    _, site = settled
    (site.collect / "root.key").unlink()
    (site.collect / "state.db").write_bytes(b"no database " * 400)
    said = site.agent("key", "new-epoch", "--lost", "--yes").stdout
    assert "paused" in said and "object add" in said.rpartition("paused")[2]
    assert len(list(site.collect.glob("state.db.damaged-*"))) == 1
    assert "paused" in site.once(check=False).stderr and site.status()["paused"]


def pseudonyms(centre):
    with centre.reading() as db:
        return set(compare.warehouse_rows(db, "lyon")["call"])
