# SPDX-License-Identifier: Apache-2.0
"""What people read is in their language; what programs and logs read is not."""

import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("CONTACT_BUILD", "build/release")


@pytest.fixture(scope="module", name="french")
def french_locale(tmp_path_factory):
    """An environment in French, whatever locales this machine has."""
    folder = tmp_path_factory.mktemp("locales")
    subprocess.run(["localedef", "-i", "fr_FR", "-f", "UTF-8", folder / "fr_FR.UTF-8"], check=True, capture_output=True)
    return {"LOCPATH": str(folder), "LC_ALL": "fr_FR.UTF-8"}


@pytest.fixture(name="say")
def command_of_a_bare_machine(tmp_path):
    config = tmp_path / "agent.yaml"
    config.write_text(f"model_folder: {ROOT}/conf/model\nmapping: {ROOT}/conf/mappings/demo-dispatch.yaml\n"
                      f"source: {{database: {tmp_path}/none.db}}\ncollect: {{folder: {tmp_path}/collect}}\n"
                      f"send: {{folder: {tmp_path}/send}}\nspool: {{folder: {tmp_path}/spool}}\n")

    def say(*arguments, **environment):
        done = subprocess.run([BUILD / "contact-agent", *arguments], capture_output=True, text=True, timeout=60, check=False,
                              stdin=subprocess.DEVNULL, env={"CONTACT_AGENT_CONFIG": str(config), **environment})
        return done.stdout + done.stderr

    return say


def test_people_read_french_where_the_locale_is_french(say, french):
    assert "raccorder" in say("help", **french)
    assert "n'est pas encore raccordée" in say(**french)
    assert "CONSEIL : vouliez-vous dire « status » ?" in say("statsu", **french)
    assert "erreur" in say("check", **french) and "avertissement" not in say("check")


def test_without_a_locale_everything_is_english(say, french):
    assert "join this site" in say("help")
    assert "join this site" in say("help", **{**french, "LC_ALL": "C"})


def test_programs_and_services_read_the_same_in_every_language(say, french):
    for arguments in (["check", "--json"], ["status", "--json"], ["collect"], ["sweep", "hot"], ["config", "--sample"]):
        assert say(*arguments, **french) == say(*arguments), arguments
    assert json.loads(say("status", "--json", **french))["enrolled"] is False


def test_every_message_is_marked_and_translated():
    done = subprocess.run([ROOT / "scripts" / "messages", "check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
