# SPDX-License-Identifier: Apache-2.0
"""The password of a dispatch database on a server: handed to collect by systemd, in the clear for root alone or sealed to the
machine, as the installed drop-in tells it."""

import os
import shutil

import pytest
from machine import ROOT, SERVER_PACKAGES, Machine, base, network, network_gone

pytestmark = pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("systemd-nspawn") or not shutil.which("debootstrap"),
                                reason="needs root, debootstrap and systemd-nspawn")
COLLECT = "contact-agent-collect.service"
DROP_IN = f"/etc/systemd/system/{COLLECT}.d/database-server.conf"
FILE, SEALED = "/etc/contact-agent/source.password", "/etc/contact-agent/source.password.cred"
PASSWORD = "fictitious-5c1f"
SETTINGS = """\
source:
  kind: postgresql
  host: 127.0.0.1
  database: dispatch
  user: contact
"""


@pytest.fixture(scope="module", name="site")
def make_site():
    """A machine with the agent, not enrolled, and a server that asks for the password."""
    packages = [sorted((ROOT / "build" / "deb").glob(f"{name}_*.deb"))[-1] for name in ("contact-agent", "contact-gateway")]
    base(packages)
    network()
    machine = Machine("server")
    try:
        machine.boot()
        machine.put(packages[0], f"/root/{packages[0].name}")
        machine.run(f"apt-get install -y --no-install-recommends {' '.join(SERVER_PACKAGES)} /root/{packages[0].name}")
        machine.run("systemctl start postgresql")
        machine.run(f"su postgres -c \"psql -c \\\"CREATE ROLE contact LOGIN PASSWORD '{PASSWORD}'\\\" -c 'CREATE DATABASE dispatch'\"")
        machine.path("/etc/contact-agent/conf.d/source.yaml").write_text(SETTINGS)
        yield machine
    finally:
        machine.gone()
        network_gone()


def drop_in(site, line=None):
    """The installed example, with the server's address and one of its two ways."""
    text = site.path("/usr/share/contact-agent/database-server.conf").read_text()
    assert "192.0.2.10" in text and (line is None or f"\n#{line}" in text)
    text = text.replace("192.0.2.10", "127.0.0.1")
    site.path(DROP_IN).parent.mkdir(exist_ok=True)
    site.path(DROP_IN).write_text(text if line is None else text.replace(f"#{line}", line))
    site.run("systemctl daemon-reload")


def answer(site, as_service):
    """What discover says: in the service's sandbox, or as root types it."""
    command = "contact-agent discover >/var/lib/contact-agent/collect/said 2>&1"
    if as_service:
        site.probe(COLLECT, command)
    else:
        site.run(command, check=False)
    return site.path("/var/lib/contact-agent/collect/said").read_text()


def test_without_a_password_the_server_does_not_accept(site):
    drop_in(site)
    assert "does not accept source.user" in answer(site, as_service=True)


@pytest.mark.parametrize("sealed", [False, True], ids=["for root alone", "sealed to the machine"])
def test_the_credential_opens_the_database_for_the_service_and_for_a_command(site, sealed):
    site.run(f"rm -f {FILE} {SEALED}")
    if sealed:
        site.run(f"systemd-creds encrypt --name=source.password - {SEALED}", text=PASSWORD)
        assert PASSWORD.encode() not in site.path(SEALED).read_bytes()
        drop_in(site, "LoadCredentialEncrypted=")
    else:
        site.run(f"umask 377; cat >{FILE}", text=f"{PASSWORD}\n")
        drop_in(site, "LoadCredential=")
        assert not site.probe(COLLECT, f"cat {FILE}"), "the file itself is root's"
    assert "does not accept" not in answer(site, as_service=True)
    # A command reads that of the running service, which waits here for nothing: it is not enrolled.
    site.path(DROP_IN).write_text(site.path(DROP_IN).read_text() + "\nExecStart=\nExecStart=/bin/sleep infinity\nType=exec\n"
                                  "WatchdogSec=0\n[Unit]\nConditionPathExists=\n")
    site.run(f"systemctl daemon-reload; systemctl restart {COLLECT}")
    try:
        assert "does not accept" not in answer(site, as_service=False)
        assert not site.probe("contact-agent-send.service", f"grep -rq {PASSWORD} /run/credentials /etc/contact-agent"), "send's reach"
    finally:
        site.run(f"systemctl stop {COLLECT}")
    assert "does not accept source.user" in answer(site, as_service=False), "nothing is left of it"
