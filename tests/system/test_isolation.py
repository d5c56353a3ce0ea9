# SPDX-License-Identifier: Apache-2.0
"""Who touches what, by their system calls: the process that sees identifiers opens no network socket, the process that
has the network opens neither the source, nor the root key, nor the mapping. Each way of looking first finds what it
looks for, in a process that does it."""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

import pytest

from association import BUILD, Site
from centre import Centre
from waiting import wait_for

pytestmark = pytest.mark.release_only


def sockets(trace):
    """Address families of the sockets opened."""
    return set(re.findall(r"socket\((\w+)", pathlib.Path(trace).read_text()))


def opened(trace):
    return re.findall(r'open(?:at)?\((?:AT_FDCWD, )?"([^"]*)"', pathlib.Path(trace).read_text())


def strace(calls, trace):
    return ["strace", "-f", "-qq", "-s", "4096", "-e", f"trace={calls}", "-o", trace]


def end_traced(site):
    """strace ends when its child has ended; it would let go of it if it were told itself."""
    for process in site.processes.values():
        for child in pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
            os.kill(int(child), signal.SIGTERM)
        process.wait(timeout=20)
    site.processes.clear()


@pytest.fixture(name="site")
def joined_site():
    with tempfile.TemporaryDirectory(prefix="iso-", dir="/tmp") as folder:
        with Centre(f"{folder}/c").init().start() as centre:
            site = Site(f"{folder}/s", centre, settings={"collect": ["hot: 1s"]}).create(300, days_back=10)
            site.join()
            yield site


def test_the_way_of_looking_sees(tmp_path):
    script = f"import socket; socket.socket(socket.AF_INET); open({str(tmp_path / 'secret')!r}, 'w').close()"
    subprocess.run([*strace("socket,open,openat", tmp_path / "trace"), sys.executable, "-c", script], check=True)
    assert "AF_INET" in sockets(tmp_path / "trace")
    assert str(tmp_path / "secret") in opened(tmp_path / "trace")


def test_collect_opens_no_network_socket_and_send_no_identifier(site, tmp_path):
    site.start("collect", wrapper=strace("socket,open,openat", tmp_path / "collect"))
    site.start("send", wrapper=strace("socket,open,openat", tmp_path / "send"))
    try:
        result = site.agree()
        assert result.equal, result
        site.change(seed=5, new=5)
        result = site.agree()
        assert result.equal, result
    finally:
        end_traced(site)
    assert not sockets(tmp_path / "collect") - {"AF_UNIX"}
    assert "AF_INET" in sockets(tmp_path / "send")
    by_collect, by_send = opened(tmp_path / "collect"), opened(tmp_path / "send")
    secrets = [site.source, site.collect / "root.key", site.mapping]
    for secret in secrets:
        assert str(secret) in by_collect, "else the look at send proves nothing"
    for path in by_send:
        assert not path.startswith((str(site.source.parent), str(site.collect))), path
        assert path != str(site.mapping)


def test_no_process_with_a_secret_leaves_a_core(site):
    with site.start():
        for process in (*site.processes.values(), *(site.centre.processes[part] for part in ("load", "sign"))):
            limits = pathlib.Path(f"/proc/{process.pid}/limits")
            wait_for(lambda at=limits: re.search(r"Max core file size\s+0\s+0", at.read_text()), 10, "the limit of cores")
        wait_for(lambda: any(stream["swept"] for stream in site.status()["streams"]), 20, "collect to be at work")


def test_no_command_can_be_dumped_once_it_sees_a_secret(site, tmp_path):
    for command in (["check"], ["preview", "-n", "2"], ["status"], ["approve", "--by", "x", "--yes", "--no-key-backup"], ["once", "--no-send"],
                    ["clean"], []):
        trace = tmp_path / "trace"
        subprocess.run([*strace("openat,execve,prctl,prlimit64,read", trace), BUILD / "contact-agent", *map(str, command)],
                       env=site.environment(), input=b"", capture_output=True, check=False)
        check_private(trace.read_text().splitlines(), command)


def check_private(trace, command):
    """Each process: what it has switched off by the time it opens a secret, or reads notes."""
    private, looked = {}, 0
    for line in trace:
        off = private.setdefault(line.split()[0], set())
        if "execve(" in line:
            off.clear()
        off |= {sign for sign in ("RLIMIT_CORE, {rlim_cur=0, rlim_max=0}", "PR_SET_DUMPABLE, SUID_DUMP_DISABLE") if sign in line}
        secret = "openat(" in line and re.search(r"root\.key|seal\.key|dispatch\.db", line)
        if secret or (command == ["clean"] and "read(0," in line):
            looked += 1
            assert len(off) == 2, line
    assert looked, command
