# SPDX-License-Identifier: Apache-2.0
"""The .rpm in a root without its distribution: layout and scriptlets. What Fedora and EL 9 make of it is not seen here."""

import os
import re
import shutil

import pytest
from machine import ROOT, Machine, base, run

pytestmark = pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("rpm") or not shutil.which("debootstrap"),
                                reason="needs root, rpm and debootstrap")
STATE = "/var/lib/contact-agent"


def newest(folder, pattern):
    paths = sorted((ROOT / "build" / folder).glob(pattern))
    assert paths, f"make {folder}"
    return paths[-1]


@pytest.fixture(scope="module", name="root")
def make_root():
    base([newest("deb", f"{name}_*.deb") for name in ("contact-agent", "contact-gateway")])
    machine = Machine("rpm")
    run("mount", "-t", "proc", "proc", machine.root / "proc")  # systemd-tmpfiles asks for it
    try:
        yield machine.root
    finally:
        run("umount", machine.root / "proc", check=False)
        machine.gone()


def rpm(root, *arguments):
    return run("rpm", f"--root={root}", *arguments)


def owner(root, path):
    return tuple(run("chroot", root, "stat", "-c", "%U:%G %a", path).stdout.split())


def files_of_deb(path):
    lines = run("dpkg-deb", "-c", path).stdout.splitlines()
    names = [line.split()[5].removeprefix(".") for line in lines if not line.startswith("d")]
    return {re.sub("^/lib/", "/usr/lib/", name) for name in names if "/doc/" not in name}


def files_of_rpm(path):
    lines = run("rpm", "-qplv", path).stdout.splitlines()
    skipped = ("/doc/", "/licenses/", "/.build-id")
    return {line.split()[-1] for line in lines if not line.startswith("d") and not any(part in line for part in skipped)}


@pytest.mark.parametrize("name", ["contact-agent", "contact-gateway"])
def test_rpm_and_deb_install_the_same_files(name):
    assert files_of_rpm(newest("rpm", f"{name}-[0-9]*.rpm")) == files_of_deb(newest("deb", f"{name}_*.deb"))


def test_installing_makes_users_folders_and_enables_the_units_although_the_distribution_enables_none(root):
    policy = root / "usr" / "lib" / "systemd" / "system-preset" / "99-default-disable.preset"  # as Fedora and EL have it
    policy.parent.mkdir(exist_ok=True)
    policy.write_text("disable *\n")
    rpm(root, "-i", "--nodeps", newest("rpm", "contact-agent-[0-9]*.rpm"), newest("rpm", "contact-gateway-[0-9]*.rpm"))
    assert owner(root, f"{STATE}/collect") == ("contact-collect:contact-collect", "700")
    assert owner(root, f"{STATE}/send") == ("contact-send:contact-send", "700")
    assert owner(root, f"{STATE}/spool") == ("contact-collect:contact-agent", "2770")
    for user in ("contact-gateway", "contact-loader", "contact-signer"):
        assert run("chroot", root, "id", "-un", user).stdout.strip() == user
    assert "contact-agent" in run("chroot", root, "id", "-Gn", "contact-send").stdout.split()
    for unit in ("contact-agent.target", "contact-gateway.service", "contact-loader.service", "contact-signer.service"):
        assert run("chroot", root, "systemctl", "is-enabled", unit).stdout.strip() == "enabled"


def test_installed_again_and_removed_it_keeps_settings_that_were_changed_and_all_state(root):
    agent = newest("rpm", "contact-agent-[0-9]*.rpm")
    settings = root / "etc" / "contact-agent" / "agent.yaml"
    settings.write_text("collect: {hot: 10s}\n")
    key = root / "var" / "lib" / "contact-agent" / "collect" / "root.key"
    key.write_text("0" * 64)
    rpm(root, "-U", "--nodeps", "--replacepkgs", "--replacefiles", agent)
    assert settings.read_text() == "collect: {hot: 10s}\n"
    rpm(root, "-e", "--nodeps", "contact-agent", "contact-gateway")
    assert not (root / "usr" / "bin" / "contact-agent").exists()
    assert key.read_text() == "0" * 64
    assert (settings.parent / "agent.yaml.rpmsave").read_text() == "collect: {hot: 10s}\n"
