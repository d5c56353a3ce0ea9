# SPDX-License-Identifier: Apache-2.0
"""What the documentation tells people to type exists: commands, their options, settings. The manual pages are made from the
programs' own tables (scripts/manual); what is written by hand is compared with them here."""

import pathlib
import re
import subprocess

import pytest
import yaml
from association import BUILD, ROOT

PROGRAMS = {name: BUILD / name for name in ("contact-agent", "contact-gateway")}
WRITTEN = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "man").glob("*.scd")])
TYPED = re.compile(r"(contact-agent|contact-gateway) +((?!\[)[^`|;&#)»\n]*)")


def say(program, *words):
    return subprocess.run([PROGRAMS[program], *words], check=True, capture_output=True, text=True, env={"LC_ALL": "C"}).stdout


@pytest.fixture(scope="module", name="usages")
def read_usages():
    """{program: {command: its --help}}; "" for the program's own."""
    usages = {}
    for program in PROGRAMS:
        front = say(program, "help", "--all") if program == "contact-agent" else say(program, "--help")
        commands = re.findall(r"^  ([a-z]+) +\S", front, re.M)
        usages[program] = {"": front} | {command: say(program, command, "--help") for command in commands}
    return usages


def code_of(path):
    """Text between backquotes or asterisks, and in fences."""
    text = path.read_text(encoding="utf-8")
    fenced = re.findall(r"^```[a-z]*\n(.*?)^```", text, re.M | re.S)
    rest = re.sub(r"^```[a-z]*\n.*?^```", "", text, flags=re.M | re.S)
    return [line for block in fenced for line in block.splitlines()] + re.findall(r"`([^`\n]+)`|\*([^*\n]+)\*", rest)


def typed(path):
    for code in code_of(path):
        for program, words in TYPED.findall(code if isinstance(code, str) else "".join(code)):
            yield program, words.split()


def unknown(usages, program, words):
    """What of a command line the program does not know."""
    while words and words[0].startswith("--"):
        words = words[2:] if words[0] == "--config" else words[1:]
    command = words[0] if words and re.fullmatch("[a-z]+", words[0]) else ""
    if command in ("help", ""):
        return []
    if command not in usages[program]:
        return [command]
    return [word for word in words[1:] if re.match(r"--[a-z]", word)
            and not re.search(re.escape(word.rstrip(".,:")) + r"(?![a-z-])", usages[program][command])]


@pytest.mark.release_only
@pytest.mark.parametrize("path", WRITTEN, ids=[path.name for path in WRITTEN])
def test_what_is_to_be_typed_exists(usages, path):
    assert [(program, " ".join(words), missing) for program, words in typed(path)
            if (missing := unknown(usages, program, words))] == []


@pytest.mark.release_only
def test_the_check_above_finds_what_does_not_exist(usages):
    assert unknown(usages, "contact-agent", ["approve", "--sometimes"]) == ["--sometimes"]
    assert unknown(usages, "contact-gateway", ["fleets"]) == ["fleets"]
    assert sum(1 for path in WRITTEN for _ in typed(path)) > 100


@pytest.mark.release_only
@pytest.mark.parametrize("name", ["guide.fr.md", "guide.md"])
def test_each_command_that_help_shows_stands_in_the_guide(usages, name):
    shown = set(re.findall(r"^  ([a-z]+) +\S", say("contact-agent", "help"), re.M))
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    shown -= {"help", "version"}
    assert {command for command in shown if not re.search(rf"`[^`\n]*\b{command}\b|^contact-agent {command}\b", text, re.M)} == set()


@pytest.mark.release_only
def test_settings_named_in_the_documentation_exist():
    known = set()
    for program, words in (("contact-agent", ("config", "--sample")), ("contact-gateway", ("--sample-config",))):
        section = ""
        for line in say(program, *words).splitlines():
            if found := re.match(r"#([a-z_]+):$", line):
                section = found[1] + "."
            elif found := re.match(r"#(  |)([a-z_]+): ?", line):
                known.add((section if found[1] else "") + found[2])
    sections = {name.split(".")[0] for name in known if "." in name}
    named = {(path.name, word) for path in WRITTEN for word in re.findall(r"`([a-z_]+\.[a-z_]+)`", path.read_text(encoding="utf-8"))
             if word.split(".")[0] in sections and not re.search(r"\.(db|key|running|c|h|md)$", word)}
    assert len(named) > 5
    known.add("source.password")  # a credential of the service
    assert {(name, word) for name, word in named if word not in known} == set()


def test_the_models_page_names_each_member_and_type_that_is_read():
    page = (ROOT / "docs" / "man" / "contact-agent.model.5.scd").read_text(encoding="utf-8")
    marked = set(re.findall(r"\*([a-z_]+)(?:: true)?\*", page))
    lists = re.findall(r"\b[A-Z]+_KEYS\[\] = \{(.*?)NULL\}", (ROOT / "common" / "model_read.c").read_text(), re.S)
    types = re.search(r"TYPE_NAMES\[\] = \{(.*?)NULL\}", (ROOT / "common" / "model.c").read_text(), re.S)[1]
    read = set(re.findall(r'"([a-z_]+)"', " ".join(lists) + types))
    assert len(read) > 25 and read - marked == set()


def test_each_file_that_is_installed_to_be_written_or_read_has_a_page():
    pages = {path.name.removesuffix(".scd") for path in (ROOT / "docs" / "man").glob("*.scd")}
    assert pages >= {"contact-agent.1", "contact-gateway.1", "contact-agent.yaml.5", "contact-agent.mapping.5", "contact-agent.model.5",
                     "contact-agent.bundle.5", "contact-gateway.yaml.5", "contact-gateway.protocol.5"}
    listed = (ROOT / "packaging" / "rpm" / "contact-agent.spec").read_text(encoding="utf-8")
    assert {page for page in pages if f"/{page}*" not in listed} == set()


def test_an_installed_document_says_where_what_it_names_lies():
    """Whoever reads it in /usr/share/doc has no repository: what a package installs is named where it then lies."""
    names = {line for path in (ROOT / "packaging" / "deb").glob("*.docs") for line in path.read_text(encoding="utf-8").split()}
    found = 0
    for name in sorted(names):
        text = (ROOT / name).read_text(encoding="utf-8")
        for paragraph in re.split(r"\n\n|\n\|", text):
            paths = {path for path in re.findall(r"`([\w-]+/[^`\s]*)`", paragraph)
                     if (ROOT / path).exists() and not path.startswith("docs/")}
            found += len(paths)
            assert not paths or "source package" in text, (name, paths)
            installed = [path for path in paths if path.startswith(("conf/mappings", "conf/model", "conf/prometheus"))]
            assert not installed or "/usr/share/contact-" in paragraph, installed
    assert len(names) > 9 and found > 10


# What the data-protection officer's page says of each type of field; "": its values are codes, words or numbers of the model.
SAID_OF = {"age": "classe d'âge", "department": "un département", "hour": "une heure entière", "token": "un\npseudonyme",
           "text": "nettoyés, contrôlés par un second code", "code": "", "enum": "", "number": "", "delay": "", "geo_pmsi": "code géographique"}


def test_the_data_protection_officers_page_says_what_the_model_is():
    page = (ROOT / "docs" / "dpo.fr.md").read_text(encoding="utf-8")
    model, = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in (ROOT / "conf" / "model").glob("*.yaml"))
    parts = [model["patient_fields"], *(stream["fields"] for stream in model["streams"].values())]
    fields = [field for part in parts for field in part.values()]
    assert {field["type"] for field in fields} == set(SAID_OF), "a type that the page says nothing of"
    assert [words for words in SAID_OF.values() if words not in page] == []
    assert f"au plus {model['retention_years']}" in page
    hidden = {field["type"] for field in fields if field.get("hidden_by_death")}
    assert hidden == {"hour", "enum", "delay", "token", "text"}, "what leaves without an hour, delay, text or practitioner"
    assert "sans heure, sans délai, sans médecin, sans\ntexte et avec une classe d'âge de dix ans" in page
    opted = {field["type"] for field in fields if field.get("opt_in")}
    assert opted == {"geo_pmsi", "token"} and "seulement si l'association l'approuve" in page
