# SPDX-License-Identifier: Apache-2.0
"""Who the sender is, whom it believes, and what stands between: certificates, enrolment, impostors, proxies."""

import shutil
import socket
import ssl
import subprocess
import threading
import time

import pytest
from faulty_centre import Authority, Centre
from sending import BUILD, Site, all_stored, fixture_authority, fixture_centre, fixture_site, programs
from waiting import wait_for

__all__ = ["fixture_authority", "fixture_centre", "fixture_site", "programs"]  # pytest takes them from here


class Tunnel:
    """A forward proxy that answers CONNECT with a status, or connects."""

    def __init__(self, status):
        self.status, self.seen = status, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.connect, args=(client,), daemon=True).start()

    def connect(self, client):
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(4096)
        self.seen.append(head)
        client.sendall(f"HTTP/1.1 {self.status} x\r\nContent-Length: 0\r\n\r\n".encode())
        if self.status != 200:
            client.close()
            return
        host, port = head.split()[1].decode().split(":")
        server = socket.create_connection((host, int(port)))
        for source, target in ((client, server), (server, client)):
            threading.Thread(target=self.copy, args=(source, target), daemon=True).start()

    @staticmethod
    def copy(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


@pytest.mark.parametrize("status", [407, 200])
def test_a_forward_proxy_is_used_or_said_to_be_in_the_way(tmp_path, centre, status):
    opened, tunnel = Tunnel(200), Tunnel(status)
    site = Site(tmp_path, centre, proxy=opened.url)
    assert site.enroll().returncode == 0
    assert b"Authorization" not in opened.seen[0]  # the code is for the centre alone
    site = Site(tmp_path, centre, proxy=tunnel.url, series=None)
    site.put(1)
    done = site.command("once")
    assert done.returncode == (0 if status == 200 else 75)
    assert ("proxy-407" in done.stderr) == (status == 407)
    assert site.states() == {1: "stored" if status == 200 else "queued"}
    opened.listener.close()
    tunnel.listener.close()


def test_the_environments_proxy_is_not_used(site, monkeypatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    site.put(1)
    assert site.command("once").returncode == 0


def test_an_impostors_authority_gets_nothing(tmp_path, site, centre):
    centre.stop()
    impostor = Centre(centre.authority, serving=Authority(tmp_path / "other", "Another CA"))
    impostor.port = centre.port
    impostor.start()
    site.put(1)
    done = site.command("once")
    impostor.stop()
    assert done.returncode == 75
    assert "server-not-trusted" in done.stderr
    assert impostor.calls == []
    assert site.states() == {1: "queued"}


def test_only_tls_1_3_is_spoken(site, centre):
    centre.context.maximum_version = ssl.TLSVersion.TLSv1_2
    site.put(1)
    assert site.command("once").returncode == 75
    assert centre.calls == [call for call in centre.calls if "simpleenroll" in call[1]]


def test_a_redirect_is_not_followed(site, centre):
    centre.on_put = lambda seq, handler: (307, "", {"Location": f"{centre.url}/elsewhere"})
    site.put(1)
    assert site.command("once").returncode == 75
    assert not [path for _, path, _ in centre.calls if path == "/elsewhere"]


def test_who_is_not_accepted_keeps_queueing_and_heals(site, centre):
    centre.on_put = lambda seq, handler: (401, "unknown-certificate")
    centre.on_call = lambda method, path, serial: (401, "unknown-certificate")
    site.put(1)
    site.start()
    wait_for(lambda: site.fact("send.state") == "unauthorized")
    time.sleep(1)
    assert centre.puts == []
    assert len(site.lines("not accepted")) == 1
    centre.on_put, centre.on_call = lambda seq, handler: None, lambda method, path, serial: None
    wait_for(all_stored(site, 1))


def test_an_ended_certificate_says_so_keeps_the_queue_and_enrols_again(tmp_path, centre):
    centre.validity = (-3600, 3)
    site = Site(tmp_path, centre)
    assert site.enroll().returncode == 0
    time.sleep(3)
    site.put(1)
    done = site.command("once")
    assert done.returncode == 77 and "contact-agent enroll" in done.stderr
    site.start()
    wait_for(lambda: site.fact("send.state") == "expired")
    assert site.states() == {1: "queued"}
    centre.validity, centre.code, centre.code_key = (-3600, 86400), "c0de-0002", None
    assert site.enroll().returncode == 0
    wait_for(all_stored(site, 1))  # the running process follows the new identity
    assert len(site.lines("has ended")) == 1
    site.kill()


def test_enrolment_waits_for_approval_and_survives_a_lost_answer(tmp_path, centre):
    site = Site(tmp_path, centre)
    centre.approved = False
    done = site.enroll()
    assert done.returncode == 75 and "not issued yet" in done.stderr
    threading.Timer(1.5, lambda: setattr(centre, "approved", True)).start()
    done = site.enroll("--wait")
    assert done.returncode == 0, done.stderr
    assert "already" in site.enroll().stdout
    # The answer was lost: all that was begun asks again with the same key, and is given the same.
    again = site.send / "enrolling"
    shutil.copytree(next(site.send.glob("identity-*")), again)
    (again / "certificate.pem").unlink()
    (site.send / "identity").unlink()
    assert site.enroll().returncode == 0
    key = next(site.send.glob("identity-*")) / "key.pem"
    assert key.stat().st_mode & 0o777 == 0o400


def test_a_code_used_elsewhere_is_told_from_a_bad_one(tmp_path, centre):
    (tmp_path / "other").mkdir()
    assert Site(tmp_path, centre, series=None).enroll().returncode == 0
    second = Site(tmp_path / "other", centre, series=None)
    done = second.enroll()
    assert done.returncode == 77 and "another key" in done.stderr
    done = second.enroll(code="wr0ng")
    assert done.returncode == 77 and "bad-code" in done.stderr
    assert "wr0ng" not in done.stderr


def test_a_certificate_is_renewed_in_time_and_the_old_one_goes_last(tmp_path, centre):
    centre.validity = (-86400, 20000)  # past two thirds of its life
    site = Site(tmp_path, centre)
    assert site.enroll().returncode == 0
    centre.validity = (-3600, 86400)
    refused = []

    def not_yet(method, path, serial):
        if method == "GET" and serial != old and len(refused) < 1:
            refused.append(serial)
            return 503, "unavailable"
        return None

    site.start()
    old = wait_for(lambda: [serial for _, path, serial in centre.calls if path.endswith("/heartbeat")])[0]
    centre.on_call = not_yet
    wait_for(lambda: site.lines("is renewed"))
    before = len(centre.heartbeats)
    wait_for(lambda: len(centre.heartbeats) > before + 2)
    assert [call[2] for call in centre.calls if call[1].endswith("/heartbeat")][-1] != old
    assert len(list(site.send.glob("identity-*"))) == 1 and not (site.send / "renewing").exists()
    site.kill()


def test_a_new_certificate_that_does_not_work_never_replaces_the_old(site, centre):
    before = (site.send / "identity").readlink()
    old = []

    def only_old(method, path, serial):
        if "reenroll" in path:
            old.append(serial)
            return None
        return (401, "unknown-certificate") if old and serial != old[0] else None

    centre.on_call = only_old
    assert site.command("renew").returncode == 75
    assert (site.send / "identity").readlink() == before
    assert site.command("once").returncode == 0
    centre.on_call = lambda method, path, serial: None
    assert site.command("renew").returncode == 0
    assert (site.send / "identity").readlink() != before


@pytest.mark.release_only
def test_the_sender_opens_nothing_of_collects(site, tmp_path):
    """Neither source, nor root key, nor mapping: seen from the kernel."""
    own = tmp_path / "collect"
    own.mkdir()
    for name in ("root.key", "state.db", "source.db", "mapping.yaml"):
        (own / name).write_text("not for the sender")
    with site.config.open("a", encoding="utf-8") as config:
        config.write(f"mapping: {own}/mapping.yaml\nsource:\n  database: {own}/source.db\n"
                     f"collect:\n  folder: {own}\n")
    site.put(1)
    trace = tmp_path / "trace"
    subprocess.run(["strace", "-f", "-qq", "-e", "trace=%file", "-o", trace, BUILD / "contact-agent-send", "--config",
                    site.config, "once"], check=True, stderr=subprocess.DEVNULL)
    assert "spool.db" in trace.read_text()
    assert str(own) not in trace.read_text()


def test_no_code_of_the_source_is_in_the_sender():
    names = subprocess.run(["nm", BUILD / "contact-agent-send"], capture_output=True, text=True, check=True).stdout
    for prefix in ("source_", "mapping_", "text_", "state_", "collect_", "record_guard"):
        assert f" T {prefix}" not in names and f" t {prefix}" not in names
