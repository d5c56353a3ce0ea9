# SPDX-License-Identifier: Apache-2.0
"""The commands of contact-agent, from the outside."""

import contextlib
import json
import os
import pathlib
import pty
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("CONTACT_BUILD", "build/release")
COMMANDS = ["enroll", "discover", "check", "preview", "approve", "status", "ledger", "pause", "resume", "deletions", "model", "config",
            "key", "leave", "object", "person", "labels", "audit", "text", "version", "collect", "send", "run", "once", "sweep"]


def agent(*arguments, config=None, **options):
    environment = {name: value for name, value in os.environ.items() if name != "CONTACT_AGENT_CONFIG"}
    if config:
        environment["CONTACT_AGENT_CONFIG"] = str(config)
    return subprocess.run([BUILD / "contact-agent", *arguments], capture_output=True, text=True, timeout=60, check=False,
                          env=environment, stdin=subprocess.DEVNULL, **options)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_and_does_nothing_else(command, bare):
    done = agent(command, "--help", config=bare)
    assert done.returncode == 0
    assert f"contact-agent {command}" in done.stdout
    assert "Exit status" in done.stdout
    assert sorted(path.name for path in bare.parent.iterdir()) == ["agent.yaml"]


def completed(program, *words):
    """What bash would offer for the last of these words."""
    script = ('source /dev/stdin <<<"$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
              "_${1//-/_}; printf '%s\\n' \"${COMPREPLY[@]}\"")
    made = subprocess.run([ROOT / "scripts" / "completion", BUILD / program], check=True, capture_output=True, text=True).stdout
    done = subprocess.run(["bash", "-c", script, "bash", made, program, *words], check=True, capture_output=True, text=True)
    return set(done.stdout.split())


def test_bash_completes_what_the_option_table_has():
    assert completed("contact-agent", "st") == {"status"}
    assert "collect" not in completed("contact-agent", "")
    assert completed("contact-agent", "key", "") >= {"backup", "restore", "status", "new-epoch", "--to"}
    assert completed("contact-agent", "--config", "x.yaml", "deletions", "a") == {"accept"}
    assert f"{ROOT}/README.md" in completed("contact-agent", "enroll", f"{ROOT}/READ")
    assert f"{ROOT}/README.md" in completed("contact-agent", "key", "backup", "--to", f"{ROOT}/READ")
    assert completed("contact-gateway", "site", "") >= {"add", "list", "approve", "revoke", "--out"}


def test_help_lists_what_people_type_and_all_the_rest():
    people, everything = agent("help").stdout, agent("help", "--all").stdout
    for command in COMMANDS:
        assert f"  {command} " in everything
    for hidden in ("collect", "send", "run", "once", "sweep"):
        assert f"\n  {hidden} " not in people


def test_a_bare_machine_says_what_to_type_next(bare):
    done = agent(config=bare)
    assert done.returncode == 0
    assert "contact-agent enroll" in done.stdout
    assert json.loads(agent("status", "--json", config=bare).stdout)["enrolled"] is False


def test_a_wrong_word_gets_a_hint():
    done = agent("statsu")
    assert done.returncode == 64
    assert '"status"' in done.stderr


@pytest.mark.parametrize("words, said", [
    (["ledger", "--days", "0"], "--days N: the last N days, at least 1"), (["ledger", "--days", "7d"], "--days N"),
    (["ledger", "--days"], "--days N"), (["text", "audit", "--days", "0"], "--days N: of the last N days, at least 1"),
    (["preview", "-n", "0"], "-n ROWS: how many rows, at least 1"), (["approve", "--by"], "--by NAME"),
    (["status", "--jsn"], 'did you mean "--json"?'), (["approve", "--difference", "--jason"], 'did you mean "--json"?'),
    (["enroll", "x.yaml", "--replacment"], 'did you mean "--replacement"?'),
    (["status", "--everything"], "contact-agent status --help"),
    (["key", "backup"], "key backup; to a printer: --paper; sealed: --to CERTIFICATE"),
    (["key", "backup", "--paper", "--to", "x"], "key --help"), (["key", "backup", "--to"], "--to CERTIFICATE"),
    (["key", "bakup"], "key --help")])
def test_a_wrong_option_or_value_gets_a_hint_of_its_own(words, said, bare):
    done = agent(*words, config=bare)
    assert done.returncode == 64 and not done.stdout
    assert done.stderr.startswith(f"contact-agent: {words[0]}") and said in done.stderr.partition("HINT: ")[2]


def test_wrong_settings_are_all_named_with_their_place(tmp_path):
    config = tmp_path / "agent.yaml"
    config.write_text("mapping: x\ncollect:\n  hott: 30s\n  hot: 30\nspool: {limit: much}\n")
    done = agent("status", config=config)
    assert done.returncode == 78
    for place in ("agent.yaml:3:", "agent.yaml:4:", "agent.yaml:5:"):
        assert place in done.stderr
    assert done.stderr.count("HINT") == 3


def test_check_names_every_problem_at_once(bare):
    done = agent("check", "--json", config=bare)
    assert done.returncode == 78
    findings = json.loads(done.stdout)
    bad = {finding["what"] for finding in findings if finding["finding"] == "error"}
    assert {"enrolment", "collect.folder", "spool.folder", "dispatch database"} <= bad
    assert all(finding["hint"] for finding in findings if finding["finding"] == "error")


def test_without_a_mapping_check_says_what_drafts_it_and_looks_at_the_database_all_the_same(bare):
    bare.write_text(bare.read_text().replace(f"{ROOT}/conf/mappings/demo-dispatch.yaml", f"{bare.parent}/mapping.yaml"))
    findings = {finding["what"]: finding for finding in json.loads(agent("check", "--json", config=bare).stdout)}
    assert findings["mapping"]["hint"] == f"contact-agent discover --out {bare.parent}/mapping.yaml"
    assert findings["dispatch database"]["finding"] == "error" and findings["dispatch database"]["hint"]


def test_a_note_typed_on_a_terminal_is_shown_as_it_would_leave(bare):
    terminal, typed = pty.openpty()
    with subprocess.Popen([BUILD / "contact-agent", "clean", "--lexicon", BUILD / "text.lex"], stdin=typed, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, env={**os.environ, "LC_ALL": "C", "CONTACT_AGENT_CONFIG": str(bare)}) as process:
        os.write(terminal, "Mme Kerouredan, toux, rappeler au 06 12 34 56 78\n\x04".encode())
        said, told = process.communicate(timeout=60)
    os.close(terminal)
    os.close(typed)
    assert process.returncode == 0 and "Ctrl-D" in told
    assert "toux, rappeler au <TEL>" in said and "Kerouredan" not in said


def test_a_terminal_is_coloured_and_one_that_shall_not_be_is_not(bare):
    def screen(**environment):
        pid, terminal = pty.fork()
        if pid == 0:
            plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
            os.execve(BUILD / "contact-agent", ["contact-agent", "check"],
                      {**plain, "LC_ALL": "C", "TERM": "xterm", "CONTACT_AGENT_CONFIG": str(bare), **environment})
        shown = b""
        with contextlib.suppress(OSError):  # its other end is closed
            while got := os.read(terminal, 4096):
                shown += got
        os.close(terminal)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 78 and b"enrolment" in shown
        return shown

    assert b"\033[" in screen() and b"\033[" in screen(NO_COLOR="")
    assert b"\033[" not in screen(NO_COLOR="1") + screen(TERM="dumb")


def test_nothing_is_swept_or_approved_before_enrolment(bare):
    for arguments in (["once"], ["sweep", "hot"], ["approve", "--by", "DPO", "--yes"], ["collect"]):
        done = agent(*arguments, config=bare)
        assert done.returncode == 78, arguments
        assert "HINT" in done.stderr


def test_programs_read_each_setting_and_where_it_comes_from(bare):
    found = {setting["name"]: (setting["value"], setting["from"]) for setting in json.loads(agent("config", "--json", config=bare).stdout)}
    lines = agent("config", config=bare).stdout.splitlines()[1:]
    assert lines == [f"{name} = {value}    ({place})" for name, (value, place) in found.items()]
    assert found["spool.folder"] == (f"{bare.parent}/spool", "agent.yaml:6") and found["collect.hot"] == ("30s", "default")


@pytest.mark.parametrize("words", [["approve", "--json"], ["text", "audit", "--json"], ["person", "--json", "--freeze"],
                                   ["labels", "approve", "--json"], ["object", "list", "--reveal", "--json"]])
def test_json_is_refused_where_something_is_done_or_shown_to_one_person(words, bare):
    assert agent(*words, config=bare).returncode == 64


def test_the_sample_settings_are_the_defaults():
    sample = agent("config", "--sample").stdout
    committed = (ROOT / "conf" / "agent.yaml").read_text()
    assert committed.endswith(sample)


@pytest.mark.parametrize("form, sign", [("--text", "call"), ("--json-schema", '"$schema"'), ("--sql", "CREATE TABLE"),
                                        ("--html", "<table")])
def test_the_model_is_printed_for_each_reader(form, sign, bare):
    done = agent("model", form, config=bare)
    assert done.returncode == 0, done.stderr
    assert sign in done.stdout
