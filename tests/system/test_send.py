# SPDX-License-Identifier: Apache-2.0
"""Sending, against a centre, proxies and certificates that fail in every way we know of."""

import pathlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time

import pytest
from faulty_centre import Authority, Centre
from sending import BUILD, ROOT, SERIES, Site, wait_for

OTHER_SERIES = "0123456789abcdefghjkmnpqrg"


@pytest.fixture(scope="session", autouse=True)
def programs():
    variant = BUILD.name
    subprocess.run(["make", "-s", f"VARIANT={variant}", f"build/{variant}/contact-agent-send",
                    f"build/{variant}/spool-tool"], cwd=ROOT, check=True)


@pytest.fixture(name="authority", scope="module")
def fixture_authority():
    with tempfile.TemporaryDirectory() as folder:
        yield Authority(pathlib.Path(folder) / "ca")


@pytest.fixture(name="centre")
def fixture_centre(authority):
    centre = Centre(authority).start()
    yield centre
    centre.stop()


@pytest.fixture(name="site")
def fixture_site(tmp_path, centre):
    site = Site(tmp_path, centre)
    done = site.enroll()
    assert done.returncode == 0, done.stderr
    yield site
    site.kill()


def seqs(centre, status=None):
    return [seq for seq, answered in centre.puts if status in (None, answered)]


def all_stored(site, count):
    return lambda: list(site.states().values()) == ["stored"] * count


def test_once_drains_the_queue_fresh_first_and_tells(site, centre):
    bodies = {seq: site.put(seq, lane) for seq, lane in ((1, "backlog"), (2, "backlog"), (3, "fresh"))}
    done = site.command("once")
    assert done.returncode == 0, done.stderr
    assert seqs(centre) == [3, 1, 2]
    assert {seq: body for (_, seq), body in centre.stored.items()} == bodies
    last = centre.heartbeats[-1]
    assert (last["series"], last["seq"], last["lowest_held"], last["queue_batches"]) == (SERIES, 3, 1, 0)
    assert site.fact("send.state") == "online"


def test_a_loaded_batch_leaves_the_queue_and_a_refused_one_is_told(site, centre):
    for seq in (1, 2, 3):
        site.put(seq)
    site.start()
    wait_for(all_stored(site, 3))
    centre.loaded, centre.refused = 2, [[2, "signature"]]
    wait_for(lambda: list(site.states()) == [3])
    assert site.fact("send.refused") == "2:signature"
    assert site.fact("send.loaded") == "2"


def test_a_long_outage_loses_nothing_and_logs_once(site, centre):
    centre.stop()
    for seq in range(1, 6):
        site.put(seq)
    site.start()
    wait_for(lambda: site.lines("no answer"))
    time.sleep(1.5)  # several attempts
    assert len(site.lines("no answer")) == 1
    assert site.states() == dict.fromkeys(range(1, 6), "queued")
    centre.start()
    wait_for(all_stored(site, 5))
    assert seqs(centre) == [1, 2, 3, 4, 5]
    assert len(site.lines("centre: in order")) == 1


def test_an_answer_lost_after_storing_stores_once(site, centre):
    site.put(1)
    centre.on_put = lambda seq, handler: ("lose",) if not centre.puts else None
    site.start()
    wait_for(all_stored(site, 1))
    assert centre.puts == [(1, None), (1, 200)]


def test_a_conflict_stops_the_series_until_a_new_one(site, centre):
    centre.stored[SERIES, 1] = b"another machine's"
    site.put(1)
    site.put(2)
    site.start()
    wait_for(lambda: site.states()[1] == "conflict")
    time.sleep(0.5)
    assert site.states()[2] == "queued"
    site.create(OTHER_SERIES)
    site.put(1)
    wait_for(lambda: (OTHER_SERIES, 1) in centre.stored)


def test_a_void_that_meets_its_original_counts_as_stored(site, centre):
    centre.stored[SERIES, 1] = b"the original"
    site.put(1, kind="void")
    assert site.command("once").returncode == 0
    assert site.states() == {1: "stored"}
    assert centre.stored[SERIES, 1] == b"the original"


def test_a_batch_too_large_gives_way_and_the_rest_goes_on(site, centre):
    centre.on_put = lambda seq, handler: (413, "too-large") if seq == 1 else None
    site.put(1)
    site.put(2)
    assert site.command("once").returncode == 0
    assert site.states() == {1: "too-large", 2: "stored"}
    assert centre.heartbeats[-1]["parked"] == 1


@pytest.mark.parametrize("status", [200, 403, 413, 426])
def test_a_proxys_answer_is_not_believed_and_is_told(site, centre, status):
    centre.on_put = lambda seq, handler: (status, "", {}, False) if len(centre.puts) < 2 else None
    site.put(1)
    site.start()
    wait_for(lambda: any(beat["proxy_seen"] for beat in centre.heartbeats))
    assert len(site.lines("a proxy answers")) == 1
    wait_for(all_stored(site, 1))
    wait_for(lambda: not centre.heartbeats[-1]["proxy_seen"])
    assert seqs(centre, 201) == [1]


def test_a_batch_damaged_three_times_is_parked_and_does_not_block(site, centre):
    centre.on_put = lambda seq, handler: (400, "digest-mismatch") if seq == 1 else None
    site.put(1)
    site.put(2)
    assert site.command("once").returncode == 0
    assert site.states() == {1: "parked", 2: "stored"}
    assert seqs(centre) == [1, 1, 1, 2]


def test_a_poison_batch_is_parked_once(site, centre):
    centre.on_put = lambda seq, handler: (422, "bad-name") if seq == 1 else None
    site.put(1)
    site.put(2)
    site.start()
    wait_for(lambda: site.states() == {1: "parked", 2: "stored"})
    time.sleep(0.5)
    assert seqs(centre) == [1, 2]


def test_retry_after_wins_and_heartbeats_go_on(site, centre):
    times = []

    def busy(_seq, _handler):
        times.append(time.monotonic())
        return (503, "unavailable", {"Retry-After": "3"}) if len(times) == 1 else None

    centre.on_put = busy
    site.put(1)
    site.start()
    wait_for(lambda: times)
    before = len(centre.heartbeats)
    wait_for(all_stored(site, 1))
    assert times[1] - times[0] >= 3
    assert len(centre.heartbeats) - before >= 8


def test_sigterm_is_answered_during_a_transfer_and_heartbeats_were_not_held_up(site, centre):
    stuck = threading.Event()

    def hang(_seq, handler):
        stuck.set()
        handler.rfile.read(1)
        time.sleep(8)
        return "handled"

    centre.on_put = hang
    site.put(1, size=3_000_000)
    site.start()
    assert stuck.wait(10)
    before = len(centre.heartbeats)
    wait_for(lambda: len(centre.heartbeats) > before + 3)
    status, seconds = site.stop()
    assert (status, seconds < 2) == (0, True)
    assert site.states() == {1: "queued"}


def test_sigterm_is_answered_while_nothing_answers(site, centre):
    centre.stop()
    with socket.create_server(("127.0.0.1", centre.port)):  # accepts, and says nothing
        site.put(1)
        site.start()
        time.sleep(0.7)
        status, seconds = site.stop()
    assert (status, seconds < 2) == (0, True)


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


def test_what_the_centre_lost_is_sent_again(site, centre):
    for seq in (1, 2, 3):
        site.put(seq)
    assert site.command("once").returncode == 0
    del centre.stored[SERIES, 1], centre.stored[SERIES, 3]  # a gap, and the newest
    centre.puts.clear()
    assert site.command("once").returncode == 0
    assert sorted(seq for _, seq in centre.stored) == [1, 2, 3]
    assert seqs(centre) == [1, 3]


def test_a_centre_that_holds_what_we_never_made_stops_the_series(site, centre):
    for seq in (1, 2, 3):
        centre.stored[SERIES, seq] = b"of the machine this is a copy of"
    site.put(1)
    assert site.command("once").returncode == 75
    assert centre.puts == []
    assert site.fact("send.ahead") == "3"


def test_requests_are_handed_over_once_and_acknowledged(site, centre):
    centre.answer = {"requests": [{"id": "r-1", "stream": "call", "from": "2026-01-02", "to": "2026-01-05"}],
                     "proved": "2026-01-01", "recipients": "-----BEGIN CERTIFICATE-----\nx\n"}
    assert site.command("once").returncode == 0
    assert site.tool("take") == "r-1 call 20455 20458"
    for _ in range(2):
        assert site.command("once").returncode == 0
    assert site.tool("take") == ""
    assert [beat["taken"] for beat in centre.heartbeats] == ["", "r-1", ""]
    assert site.fact("send.proved") == "2026-01-01"
    assert site.fact("send.recipients").startswith("-----BEGIN CERTIFICATE-----")


def test_an_answer_of_another_shape_changes_nothing(site, centre):
    site.put(1)
    assert site.command("once").returncode == 0
    centre.answer = {"loaded": 1, "refused": "all"}
    done = site.command("once")
    assert "not what the protocol says" in done.stderr
    assert site.states() == {1: "stored"}


def test_heartbeats_go_on_without_a_spool_and_while_paused(tmp_path, centre):
    site = Site(tmp_path, centre, series=None)
    assert site.enroll().returncode == 0
    site.start()
    wait_for(lambda: len(centre.heartbeats) > 2)
    assert centre.heartbeats[-1]["collect_error"] == "no-spool"
    site.create(SERIES)
    site.tool("fact", "collect.paused", "1")
    site.put(1)
    wait_for(lambda: centre.heartbeats[-1]["paused"] and centre.heartbeats[-1]["queue_batches"] == 1)
    time.sleep(1)
    assert centre.puts == []
    site.tool("fact", "collect.paused", "0")
    wait_for(all_stored(site, 1))
    site.kill()


def test_the_seal_certificate_is_offered_until_it_is_taken(site, centre):
    refusals = [503, 503]
    centre.on_call = lambda method, path, serial: \
        (refusals.pop(), "unavailable") if path.endswith("/seal-certificate") and refusals else None
    (site.spool / "seal.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    site.start()
    wait_for(lambda: site.fact("send.seal_offered"))
    time.sleep(0.6)
    assert centre.seals == [b"-----BEGIN CERTIFICATE-----\n"]


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


def test_no_code_of_the_source_is_in_the_sender():
    names = subprocess.run(["nm", BUILD / "contact-agent-send"], capture_output=True, text=True, check=True).stdout
    for prefix in ("source_", "mapping_", "text_", "state_", "collect_", "record_guard"):
        assert f" T {prefix}" not in names and f" t {prefix}" not in names
