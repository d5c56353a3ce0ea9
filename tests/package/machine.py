# SPDX-License-Identifier: Apache-2.0
"""Debian 12 machines with systemd, in containers that share one loopback and reach nothing else."""

import os
import pathlib
import re
import shutil
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "package"
BASE = FOLDER / "root"
NETWORK = "contact-package"
BASE_PACKAGES = "systemd,systemd-sysv,dbus,ca-certificates"
SERVER_PACKAGES = ("postgresql", "odbc-postgresql")  # a dispatch database, for the machine that has one


def run(*command, check=True, **more):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, **more)
    assert not check or done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done


def wait_for(condition, seconds, what):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds} s in vain for: {what}")


def archives():
    """Where this machine gets Debian from: address and name of each, the release itself first."""
    targets = run("apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME) $(COMPONENT)", "Created-By: Packages")
    found = {(uri, name) for uri, name, part in map(str.split, targets.stdout.splitlines()) if part == "main"}
    return sorted((item for item in found if item[1].startswith("bookworm")), key=lambda item: len(item[1]))


def base(packages):
    """The root that machines are made of: minimal, and beside it, not installed, the archives that the packages need.
    Made once; again when they need others."""
    mark = BASE / "var" / "cache" / "contact-needs"
    needs = "".join(run("dpkg-deb", "-f", path, "Depends", "Recommends").stdout for path in packages) + str(SERVER_PACKAGES)
    if mark.exists() and mark.read_text() == needs:
        return
    if not (BASE / "etc" / "debian_version").exists():
        shutil.rmtree(BASE, ignore_errors=True)
        known = archives()
        run("debootstrap", "--variant=minbase", f"--include={BASE_PACKAGES}", "bookworm", BASE, known[0][0])
        (BASE / "etc" / "apt" / "sources.list").write_text("".join(f"deb {uri} {name} main\n" for uri, name in known))
        run("chroot", BASE, "apt-get", "clean")
    (BASE / "opt" / "packages").mkdir(parents=True, exist_ok=True)
    shutil.copy("/etc/resolv.conf", BASE / "etc" / "resolv.conf")
    run("chroot", BASE, "apt-get", "update")
    for path in packages:
        shutil.copy(path, BASE / "opt" / "packages")
        run("chroot", BASE, "apt-get", "install", "-y", "--download-only", f"/opt/packages/{path.name}")
    run("chroot", BASE, "apt-get", "install", "-y", "--no-install-recommends", "--download-only", *SERVER_PACKAGES)
    shutil.rmtree(BASE / "opt" / "packages")
    mark.write_text(needs)


def network():
    """One loopback, and no way out."""
    if not pathlib.Path("/run/netns", NETWORK).exists():
        run("ip", "netns", "add", NETWORK)
    run("ip", "-n", NETWORK, "link", "set", "lo", "up")


def network_gone():
    run("ip", "netns", "delete", NETWORK, check=False)


def repacked(path, version, folder):
    """The same package with another version: what an upgrade does on a machine does not depend on what is in it."""
    tree = folder / f"{path.name}-{version}"
    shutil.rmtree(tree, ignore_errors=True)
    run("dpkg-deb", "-R", path, tree)
    control = tree / "DEBIAN" / "control"
    control.write_text(re.sub(r"^Version: .*$", f"Version: {version}", control.read_text(), flags=re.M))
    made = folder / f"{path.name.split('_')[0]}_{version}_amd64.deb"
    run("dpkg-deb", "-b", tree, made)
    return made


def owned(machine, folder, wanted):
    """Each file below a folder belongs to whom it should: {path or "*": "user:group mode"}."""
    wrong = []
    for line in machine.run(f"find {folder} -mindepth 1 -printf '%P %u:%g %m\\n'").stdout.splitlines():
        name, owner = line.split(" ", 1)
        want = wanted.get(name, wanted.get("*"))
        if want and not re.fullmatch(want, owner):
            wrong.append(f"{folder}/{line}: not {want}")
    return wrong


class Machine:
    def __init__(self, name):
        self.name, self.folder = name, FOLDER / name
        self.root = self.folder / "root"
        self.nspawn = self.leader = None
        run("umount", "--recursive", self.root, check=False)  # of a run that was killed
        shutil.rmtree(self.folder, ignore_errors=True)
        for part in ("root", "changed", "work"):
            (self.folder / part).mkdir(parents=True)
        run("mount", "-t", "overlay", "overlay", "-o",
            f"lowerdir={BASE},upperdir={self.folder}/changed,workdir={self.folder}/work", self.root)
        (self.root / "etc" / "hostname").write_text(f"{name}\n")

    def boot(self):
        with (self.folder / "console.log").open("ab") as console:
            self.nspawn = subprocess.Popen(
                ["systemd-nspawn", "--quiet", "--boot", f"--directory={self.root}", f"--machine=contact-{self.name}",
                 "--register=no", "--keep-unit", f"--network-namespace-path=/run/netns/{NETWORK}"],
                stdin=subprocess.DEVNULL, stdout=console, stderr=console,
                env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"})
        wait_for(self._booted, 120, f"{self.name} to have booted")
        return self

    def _booted(self):
        """The first child of nspawn makes the container and goes: its init is asked for anew each time."""
        assert self.nspawn.poll() is None, (self.folder / "console.log").read_text(errors="replace")[-2000:]
        children = pathlib.Path(f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children").read_text().split()
        self.leader = int(children[0]) if children else None
        return self.leader and self.run("systemctl is-system-running", check=False).stdout.strip() in ("running", "degraded")

    def shut_down(self):
        if self.nspawn and self.nspawn.poll() is None:
            self.run("systemctl poweroff", check=False)
            try:
                self.nspawn.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.nspawn.kill()
                self.nspawn.wait()

    def gone(self):
        self.shut_down()
        run("umount", self.root, check=False)

    def run(self, command, check=True, text=None):
        """As root types it."""
        return run("nsenter", f"--target={self.leader}", "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup",
                   "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8",
                   "DEBIAN_FRONTEND=noninteractive", "sh", "-c", f"cd /root\n{command}", check=check, input=text, timeout=180)

    def put(self, path, to):
        target = self.root / to.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
        os.chown(target, 0, 0)
        return to

    def path(self, name):
        return self.root / name.lstrip("/")

    def owner(self, name):
        """("user:group", mode)"""
        user, mode = self.run(f"stat -c '%U:%G %a' {name}").stdout.split()
        return user, mode

    def property(self, unit, name):
        return self.run(f"systemctl show --value -p {name} {unit}").stdout.strip()

    def pid(self, unit):
        pid = int(self.property(unit, "MainPID"))
        assert pid > 0, f"{unit} does not run: {self.journal(unit)[-2000:]}"
        return pid

    def came_back(self, unit, before):
        """Runs again, as another process."""
        return self.active(unit) and int(self.property(unit, "MainPID")) not in (0, before)

    def active(self, unit):
        return self.property(unit, "ActiveState") == "active"

    def journal(self, unit):
        return self.run(f"journalctl --no-pager -o cat -u {unit}").stdout

    def probe(self, unit, command, without=(), user=None):
        """Runs a shell command as the unit would run its program: with its own file and drop-ins, but for the settings left
        out and another user. True: it did what it was told; False: it was denied."""
        lines = []
        for line in self.run(f"systemctl cat {unit}").stdout.splitlines():
            key = line.partition("=")[0]
            if key == "[Install]" or line.startswith("# /run/systemd/system/"):
                break
            if line.startswith("#") or key in ("ExecStart", "Type", "NotifyAccess", "Restart", "RestartSec", "WatchdogSec",
                                               "PartOf", "Wants", "After", "ConditionPathExists", *without):
                continue
            if key in ("User", "Group") and user:
                line = f"{key}={user}"
            lines.append(line)
        at = lines.index("[Service]") + 1
        lines[at:at] = ["Type=oneshot", "ExecStart=/bin/bash /usr/share/probe.sh"]
        self.path("/usr/share/probe.sh").write_text(f"{command}\n")
        self.path("/etc/systemd/system/probe.service").write_text("\n".join(lines) + "\n")
        self.run("systemctl daemon-reload")
        self.run("systemctl start probe.service", check=False)
        status = int(self.property("probe.service", "ExecMainStatus"))
        assert re.fullmatch("success|exit-code", self.property("probe.service", "Result")) and status < 200, \
            self.journal("probe.service")[-2000:]
        return status == 0
