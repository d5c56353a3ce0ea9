# SPDX-License-Identifier: Apache-2.0
"""Batches, heartbeats and the fleet page, with real nginx and independent clients (curl and openssl)."""

import contextlib
import itertools
import json
import os
import re
import shutil
import socket
import sqlite3
import ssl
import subprocess
import threading
import time
import urllib.parse

import pytest
from curl_client import SERIES, Answer, openssl
from gateway_fixtures import fixture_add, fixture_centre, fixture_lyon  # noqa: F401
from waiting import wait_for


def series(number):
    return f"{number:025d}0"


# Batches

def test_a_batch_is_stored_once_under_its_name(add, centre):
    site = add()
    body = os.urandom(300000)
    site.put(1, body).is_(201)
    folder = centre.landing / site.name / SERIES
    assert (folder / "1.cms").read_bytes() == body
    assert (folder / "order").read_text() == "1\n"
    site.put(1, body).is_(200)
    site.put(1, body + b"x").is_(409, "other-digest")
    assert (folder / "1.cms").read_bytes() == body
    assert sorted(path.name for path in folder.iterdir()) == ["1.cms", "order"]
    assert list((centre.landing / ".incoming").iterdir()) == []


def test_series_are_placed_by_first_acceptance(add, centre):
    site = add()
    for place, name in enumerate([series(7), series(3), series(5)], 1):
        site.put(4, b"batch", series=name).is_(201)
        assert (centre.landing / site.name / name / "order").read_text() == f"{place}\n"


def test_a_body_that_is_not_what_its_digest_says_is_not_kept(add, centre):
    site = add()
    site.put(1, b"one thing", digest=b"another").is_(400, "digest-mismatch")
    site.call("PUT", site.path("batches", SERIES, 1), "-H", "Content-Type: application/cms", body=b"x").is_(400, "bad-request")
    for value in ("sha-256=:AAAA:", "sha-512=:AAAA:", "md5=x", ""):
        site.call("PUT", site.path("batches", SERIES, 1), "-H", "Content-Type: application/cms", "-H",
                  f"Repr-Digest: {value}", body=b"x").is_(400, "bad-request")
    assert not (centre.landing / site.name / SERIES).exists()
    assert list((centre.landing / ".incoming").iterdir()) == []


def test_a_batch_above_the_limit_is_413_from_nginx_and_from_the_gateway(add):
    site = add()
    site.put(1, b"x" * 5_000_001).is_(413, "too-large")
    site.put(1, b"x" * 5_000_000).is_(201)


def test_names_and_types_are_checked(add):
    site = add()
    site.call("PUT", site.path("batches", SERIES, 1), "-H", "Content-Type: text/plain", body=b"x").is_(415, "media-type")
    for seq in ("0", "01", "-1", "1x", "9" * 20):
        site.put(seq, b"x").is_(422, "bad-name")
    for name in ("short", "u" * 26, SERIES.upper()):
        site.put(1, b"x", series=name).is_(422, "bad-name")
    site.call("GET", "/v1/sites/UPPER/batches/" + SERIES).is_(422, "bad-name")
    site.call("GET", site.path("nothing")).is_(404, "not-found")
    site.call("DELETE", site.path("batches", SERIES, 1)).is_(405, "bad-request")
    site.call("POST", site.path("batches", SERIES, 1), body=b"x").is_(405, "bad-request")


def test_an_upload_cut_short_leaves_nothing(add, centre):
    site = add()
    site.watermark()
    context = ssl.create_default_context(cafile=centre.ca)
    context.load_cert_chain(site.pair[1], site.pair[0])
    head = (f"PUT {site.path('batches', SERIES, 1)} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/cms\r\n"
            f"Content-Length: 100000\r\nRepr-Digest: sha-256=:{'A' * 43}=:\r\n\r\n").encode()
    with socket.create_connection(("127.0.0.1", centre.port)) as raw:
        with context.wrap_socket(raw, server_hostname="localhost") as tls:
            tls.sendall(head + b"x" * 50000)
    # The same against the intake itself, where the body arrives piece by piece.
    with socket.socket(socket.AF_UNIX) as direct:
        direct.connect(str(centre.folder / "intake.sock"))
        escaped = urllib.parse.quote(site.pair[1].read_text())
        direct.sendall(head[:-2] + f"X-SSL-Client-Cert: {escaped}\r\n\r\n".encode() + b"x" * 50000)
        wait_for(lambda: list((centre.landing / ".incoming").iterdir()), what="the upload to begin")
    wait_for(lambda: not list((centre.landing / ".incoming").iterdir()), what="the upload to be forgotten")
    assert not (centre.landing / site.name).exists()
    assert site.watermark()["highest"] == 0


def test_a_disk_at_its_reserve_is_507_and_says_when_to_return(centre, add):
    site = add()
    centre.stop("serve")
    usual = centre.config.read_text()
    centre.write_config("limits:\n  disk_reserve: 1000000GiB\n")
    centre.start("serve")
    answer = site.put(1, b"x").is_(507, "no-space")
    assert int(answer.headers["retry-after"]) >= 60
    site.heartbeat().is_(200)
    centre.stop("serve")
    centre.config.write_text(usual)
    centre.start("serve")
    site.put(1, b"x").is_(201)


# Watermarks

def test_watermarks_name_the_gaps_and_survive_a_restart(add, centre):
    site = add()
    for seq in (1, 2, 5, 6, 9):
        site.put(seq, b"batch %d" % seq).is_(201)
    expected = {"series": SERIES, "contiguous": 2, "loaded": 0, "highest": 9, "missing": [[3, 4], [7, 8]]}
    assert site.watermark() == expected
    centre.stop("serve")
    centre.start("serve")
    assert site.watermark() == expected
    assert site.watermark(series(99)) == {"series": series(99), "contiguous": 0, "loaded": 0, "highest": 0, "missing": []}


def test_watermarks_survive_a_crash_and_a_lost_registry_row(add, centre):
    site = add()
    site.put(1, b"one").is_(201)
    centre.kill("serve")
    centre.start("serve")
    assert site.watermark()["contiguous"] == 1
    site.put(1, b"one").is_(200)


def test_what_the_loader_removed_is_still_held_and_its_name_stays_taken(add, centre):
    site = add()
    for seq in (1, 2, 4):
        site.put(seq, b"batch %d" % seq).is_(201)
    feedback = {"site": site.name, "series": {SERIES: {"loaded": 2, "refused": [[4, "signature"]]}}, "requests": [],
                "proved": "2026-01-01", "incomplete": [], "receipts": []}
    (centre.feedback / f"{site.name}.json").write_text(json.dumps(feedback))
    centre.stop("serve")
    for seq in (1, 2):
        (centre.landing / site.name / SERIES / f"{seq}.cms").unlink()
    centre.start("serve")
    assert site.watermark() == {"series": SERIES, "contiguous": 2, "loaded": 2, "highest": 4, "missing": [[3, 3]]}
    site.put(1, b"another machine's").is_(409, "other-digest")


def test_a_file_lost_before_it_was_loaded_is_asked_for_again(add, centre):
    site = add()
    for seq in (1, 2, 3):
        site.put(seq, b"batch %d" % seq).is_(201)
    assert site.watermark()["contiguous"] == 3
    folder = centre.landing / site.name / SERIES
    (folder / "2.cms").unlink()
    (folder / "3.cms").unlink()
    expected = {"series": SERIES, "contiguous": 1, "loaded": 0, "highest": 3, "missing": [[2, 3]]}
    assert site.watermark() == expected
    assert site.heartbeat(seq=3, lowest_held=1).json["missing"] == [[2, 3]]
    centre.stop("serve")
    centre.start("serve")
    assert site.watermark() == expected
    site.put(2, b"batch 2").is_(201)
    site.put(3, b"a void in its place").is_(201)
    assert site.watermark()["contiguous"] == 3
    (centre.feedback / f"{site.name}.json").write_text(json.dumps({"series": {SERIES: {"loaded": 1, "done": 3}}}))
    (folder / "3.cms").unlink()
    marks = site.watermark()
    assert (marks["contiguous"], marks["loaded"], marks["missing"]) == (3, 1, [])
    site.put(3, b"another machine's").is_(409, "other-digest")


# Series

def test_a_series_is_announced_before_its_first_batch(add, centre):
    site = add()
    site.announced.add((SERIES, None))
    answer = site.put(1, b"x").is_(503, "unavailable")
    assert int(answer.headers["retry-after"]) <= 5
    assert not (centre.landing / site.name).exists()
    site.watermark()
    site.put(1, b"x").is_(201)


def test_a_superseded_series_is_refused_and_seen(add, centre):
    site = add()
    site.put(1, b"old").is_(201)
    site.heartbeat(seq=1, lowest_held=1).is_(200)
    site.put(1, b"new", series=series(8)).is_(201)
    site.heartbeat(series=series(8), seq=1, lowest_held=1).is_(200)
    assert not centre.fleet()[site.name]["superseded"]
    site.put(2, b"old").is_(409, "superseded")
    assert site.watermark()["superseded"] is True and "superseded" not in site.watermark(series(8))
    assert site.heartbeat(seq=2, lowest_held=1).json["superseded"] is True
    assert json.loads((centre.landing / site.name / "heartbeat.json").read_text())["series"] == series(8)
    assert [path.name for path in (centre.landing / site.name / SERIES).glob("*.cms")] == ["1.cms"]
    seen = centre.fleet()[site.name]
    assert seen["superseded"] and seen["state"] == "trouble"
    assert "two-agents" in centre.command("fleet").stdout
    assert f'contact_superseded{{site="{site.name}"}} 1' in centre.command("metrics").stdout
    site.put(2, b"new", series=series(8)).is_(201)


def test_a_machine_left_behind_speaks_for_nobody(add, centre):
    """A clone's heartbeat stands nowhere for the real machine's, and does not hide that this one fell silent."""
    site = add()
    site.heartbeat(seq=1, lowest_held=1, root_check="11" * 8, key_epoch=1, approved=True).is_(200)
    real = {"series": series(8), "version": "0.2.0", "root_check": "22" * 8, "key_epoch": 2, "approved": True}
    site.heartbeat(**real, queue_batches=7).is_(200)
    with contextlib.closing(sqlite3.connect(centre.folder / "state" / "registry.db")) as registry:
        registry.execute("UPDATE heartbeat SET at = at - 604800, hour = hour - 168 WHERE site = ?", (site.name,))
        registry.commit()
    site.heartbeat(version="0.1.0", queue_batches=3, root_check="11" * 8, key_epoch=1, approved=True).is_(200)
    seen = centre.fleet()[site.name]
    assert (seen["version"], seen["queue_batches"], seen["state"], seen["superseded"]) == ("0.2.0", 7, "silent", True)
    keys = {key["site"]: key for key in json.loads(centre.command("key", "list", "--json").stdout)}
    assert (keys[site.name]["epoch_at_site"], keys[site.name]["check_at_site"]) == (2, "22" * 8)
    assert re.search(rf"^silent +{site.name} .*two-agents", centre.command("fleet").stdout, re.M)
    site.heartbeat(**real).is_(200)
    assert centre.fleet()[site.name]["state"] == "trouble"


def test_two_agents_cannot_take_turns_for_ever(add):
    site = add()
    answers = [site.call("GET", site.path("batches", series(number))).status for number in range(100, 121)]
    assert answers == [200] * 20 + [429]
    answer = site.call("GET", site.path("batches", series(120))).is_(429, "slow-down")
    assert int(answer.headers["retry-after"]) >= 600
    assert "contiguous" not in site.heartbeat(series=series(120)).is_(200).json
    site.put(1, b"x", series=series(119)).is_(201)


def test_a_hundred_thousand_batches_are_quick(add, centre):
    site = add()
    site.put(1, b"first").is_(201)
    folder = centre.landing / site.name / SERIES
    for seq in range(2, 100001):
        if seq % 1000:
            (folder / f"{seq}.cms").touch()
    begun = time.monotonic()
    centre.stop("serve")
    centre.start("serve")
    started = time.monotonic() - begun
    begun = time.monotonic()
    marks = site.watermark()
    assert (marks["contiguous"], marks["highest"], len(marks["missing"])) == (999, 99999, 99)
    assert time.monotonic() - begun < 5 and started < 30
    shutil.rmtree(folder)


# Heartbeats

def test_a_heartbeat_is_kept_and_answered_from_the_feedback(add, centre):
    site = add()
    site.put(1, b"x").is_(201)
    requests = [{"id": "r-1", "stream": "call", "from": "2026-01-02", "to": "2026-01-05"}]
    receipts = [{"token": "p1.x", "request": "e-1", "deleted": 3, "at": "2026-01-02T14Z", "signature": "MEU="}]
    feedback = {"series": {SERIES: {"loaded": 1, "refused": [[7, "signature"]]}}, "refused": 1, "requests": requests,
                "receipts": receipts, "proved": "2026-01-01", "records": {"call": 12, "visit": 5}, "rejected": 2,
                "newest_day": "2026-01-02", "incomplete": []}
    (centre.feedback / f"{site.name}.json").write_text(json.dumps(feedback))
    answer = site.heartbeat(seq=9, lowest_held=8, settled=6, taken="r-0", version="0.1.0", queue_batches=2, queue_oldest_s=40,
                            approved=True, unknown_member="ignored").is_(200).json
    assert answer["series"] == SERIES and answer["loaded"] == 1 and answer["contiguous"] == 1
    assert answer["refused"] == [[7, "signature"]] and answer["requests"] == requests
    assert answer["receipts"] == receipts and answer["proved"] == "2026-01-01"
    assert abs(answer["time"] - time.time()) < 5
    assert answer["recipients"] == (centre.folder / "public" / "recipients.pem").read_text()
    told = json.loads((centre.landing / site.name / "heartbeat.json").read_text())
    assert (told["series"], told["lowest_held"], told["taken"]) == (SERIES, 8, "r-0")
    seen = centre.fleet()[site.name]
    assert seen["queue_batches"] == 2 and seen["records"] == 17 and seen["rejected"] == 2 and seen["refused"] == 1
    assert seen["state"] == "trouble" and seen["proved"] == "2026-01-01" and seen["newest_day"] == "2026-01-02"
    assert "unknown_member" not in (centre.folder / "state" / "registry.db").read_bytes().decode("latin-1")


def test_each_refusal_is_told_until_the_site_has_dealt_with_it(add, centre):
    site = add()
    site.watermark()
    refused = [[seq, "signature"] for seq in range(11, 811)]
    (centre.feedback / f"{site.name}.json").write_text(json.dumps(
        {"series": {SERIES: {"loaded": 900, "done": 900, "refused": refused}}, "refused": 800}))
    told, settled, rounds = [], 0, 0
    while settled < 900:
        answer = site.heartbeat(seq=900, lowest_held=0, settled=settled).is_(200)
        assert len(answer.body) < 32768
        assert site.heartbeat(seq=900, lowest_held=0, settled=settled).json["refused"] == answer.json["refused"]
        told += answer.json["refused"]
        settled, rounds = answer.json["loaded"], rounds + 1
    assert told == refused and rounds == 2
    assert site.heartbeat(seq=900, lowest_held=0, settled=900).json["refused"] == []
    assert centre.fleet()[site.name]["refused"] == 800


def test_an_answer_is_of_one_feedback_while_the_loader_writes_another(add, centre):
    site = add()
    site.put(1, b"x").is_(201)
    path, stop = centre.feedback / f"{site.name}.json", threading.Event()

    def renew():
        """As the loader does, but without rest: many times within the making of one answer."""
        for number in itertools.cycle(range(10, 100)):
            if stop.is_set():
                return
            refused = [[seq, f"code-{number}" + "x" * (seq % number)] for seq in range(1000, 1400)]
            told = {"series": {SERIES: {"loaded": number, "refused": refused}}, "proved": f"2026-01-{number}"}
            path.with_suffix(".new").write_text(json.dumps(told))
            path.with_suffix(".new").rename(path)

    writer = threading.Thread(target=renew)
    writer.start()
    try:
        wait_for(path.exists, what="a first feedback")
        for _ in range(40):
            told = site.heartbeat(seq=1400, lowest_held=1000, settled=0).is_(200).json
            assert told["proved"] == f"2026-01-{told['loaded']}" and len(told["refused"]) == 400
            assert {code.rstrip("x") for _, code in told["refused"]} == {f"code-{told['loaded']}"}
    finally:
        stop.set()
        writer.join()
    centre.alive("serve")


def test_every_receipt_and_request_is_told_in_time(add, centre):
    site = add()
    receipts = [{"token": f"p1.{number}", "request": "e-1", "deleted": 3, "at": "2026-01-02T14Z", "signature": "MEU="}
                for number in range(230)]
    requests = [{"id": f"r-{number}", "stream": "call", "from": "2026-01-02", "to": "2026-01-05"} for number in range(430)]
    (centre.feedback / f"{site.name}.json").write_text(json.dumps({"receipts": receipts, "requests": requests}))
    tokens, ids = set(), set()

    def all_told():
        answer = site.heartbeat().is_(200)
        assert len(answer.json["receipts"]) == 100 and len(answer.json["requests"]) == 200 and len(answer.body) < 131072
        tokens.update(receipt["token"] for receipt in answer.json["receipts"])
        ids.update(request["id"] for request in answer.json["requests"])
        return len(tokens) == 230 and len(ids) == 430

    wait_for(all_told, 60, "every receipt and request")


@pytest.mark.parametrize("text", [
    "", "[]", "null", "{", '{"seq":1,"seq":2}', '{"seq":1.5}', '{"seq":"1"}', '{"version":{"a":1}}', '{"unknown":[1]}',
    '{"stopped":"Dupont Jean"}', '{"collect_error":"caf\\u00e9"}', '{"collect_error":"a\\u0000b"}', '{"Seq":1}',
    '{"approved":1}', '{"version":"' + "a" * 5000 + '"}',
])
def test_a_heartbeat_of_another_form_is_refused(lyon, text):
    answer = lyon.heartbeat(text)
    assert (answer.status, answer.code) in ((400, "bad-request"), (413, "too-large"), (411, "length-required")), answer.status
    assert answer.marked


def test_a_seal_certificate_is_offered_compared_and_accepted(add, centre):
    site = add()
    key = site.new_pair("seal")[0]
    pem = openssl("req", "-x509", "-new", "-key", key, "-subj", f"/CN={site.name} seal", "-days", "3650")
    site.call("PUT", site.path("seal-certificate"), body=b"no certificate").is_(400, "bad-request")
    site.call("PUT", site.path("seal-certificate"), body=site.pair[1].read_bytes()).is_(400, "bad-request")
    site.call("PUT", site.path("seal-certificate"), body=pem).is_(204)
    fingerprint = openssl("x509", "-noout", "-fingerprint", "-sha256", data=pem).decode().split("=")[1].strip()
    plain = fingerprint.replace(":", "").lower()
    assert re.search(rf"{site.name} .*NOT ACCEPTED", centre.command("seal", "list").stdout)
    wrong = "00" * 32
    assert centre.command("seal", "accept", site.name, wrong, check=False).returncode == 65
    accepted = centre.folder / "loader" / "seals" / site.name / f"{plain}.pem"
    assert not accepted.exists()
    centre.command("seal", "accept", site.name, fingerprint)
    assert accepted.read_bytes() == pem
    assert "NOT ACCEPTED" not in next(line for line in centre.command("seal", "list").stdout.splitlines()
                                      if line.startswith(site.name + " "))


# The fleet

def test_the_fleet_page_is_for_operators_alone(centre, lyon):
    lyon.heartbeat(version="0.1.0", approved=True).is_(200)
    for path in ("/fleet", "/metrics", "/fleet.json"):
        lyon.call("GET", path).is_(404, "not-found")

    def page(path, *options):
        raw = subprocess.run(["curl", "-sS", "-i", *options, centre.operators_url + path], capture_output=True, check=True)
        return Answer(raw.stdout)

    french = page("/fleet")
    assert french.status == 200 and french.headers["content-language"] == "fr"
    text = french.body.decode()
    assert '<html lang=fr>' in text and "<script" not in text and ">lyon<" in text and "scope=row" in text
    english = page("/fleet", "-H", "Accept-Language: en-GB,en;q=0.9,fr;q=0.8")
    assert '<html lang=en>' in english.body.decode() and english.headers["content-language"] == "en"
    assert page("/fleet", "-H", "Accept-Language: fr-FR,en").headers["content-language"] == "fr"
    assert "http-equiv=refresh" in page("/fleet/live").body.decode() and "http-equiv=refresh" not in text
    assert page("/nothing").status == 404
    assert page("/v1/sites/lyon/batches/" + SERIES).status == 404
    metrics = page("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert re.search(r'^contact_heartbeat_age_seconds\{site="lyon"\} \d+$', metrics.body.decode(), re.M)
    if shutil.which("promtool"):
        subprocess.run(["promtool", "check", "metrics"], input=metrics.body, check=True, capture_output=True)
    assert "lyon" in centre.command("fleet").stdout and "lyon" in centre.command("metrics").stdout


def test_a_silent_site_is_marked(centre, add):
    site = add()
    site.heartbeat(approved=True).is_(200)
    usual = centre.config.read_text()
    centre.write_config("heartbeat:\n  every: 1s\n  silent_after: 1s\n")
    wait_for(lambda: centre.fleet()[site.name]["state"] == "silent", 10, "the site to count as silent")
    assert f'contact_site_silent{{site="{site.name}"}} 1' in centre.command("metrics").stdout
    with contextlib.closing(sqlite3.connect(centre.folder / "state" / "registry.db")) as registry:  # heard by a clock that was wrong
        registry.execute("UPDATE heartbeat SET at = at + 31536000, hour = hour + 8760 WHERE site = ?", (site.name,))
        registry.commit()
    assert centre.fleet()[site.name]["state"] == "silent"
    centre.config.write_text(usual)


# What nginx says by itself, and what gets past it

def test_nginx_own_answers_carry_the_marker(centre, lyon):
    lyon.call("GET", "/").is_(404, "not-found")
    lyon.call("GET", "/v1/sites/lyon/%00").is_(400, "bad-request")
    lyon.call("GET", "/v1/sites/lyon/heartbeat", "-H", "X-Long: " + "x" * 40000).is_(400, "bad-request")
    centre.stop("serve")
    answer = lyon.heartbeat().is_(503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    centre.start("serve")
    wait_for(lambda: lyon.heartbeat().status == 200, what="the intake to be back")


def test_slow_clients_of_one_address_leave_room_for_others(centre, lyon):
    """Each sends its body byte by byte, for hours; as many as nginx has connections would shut everybody out."""
    context = ssl._create_unverified_context()  # pylint: disable=protected-access
    with contextlib.ExitStack() as stack:
        def begin():
            client = stack.enter_context(context.wrap_socket(socket.create_connection(("127.0.0.1", centre.port), timeout=10)))
            client.sendall(b"PUT /v1/sites/lyon/batches/x/1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nx")
            return client
        for _ in range(32):
            begin()
        refused = begin().recv(65536)
        assert refused.startswith(b"HTTP/1.1 503") and b"Contact-Gateway: 1" in refused and b"Retry-After" in refused
        lyon.heartbeat().is_(503, "unavailable")  # of the same address
    wait_for(lambda: lyon.heartbeat().status == 200, what="nginx to have let go")


def raw_answer(centre, text):
    with socket.socket(socket.AF_UNIX) as direct:
        direct.settimeout(10)
        direct.connect(str(centre.folder / "intake.sock"))
        direct.sendall(text)
        received = b""
        while piece := direct.recv(65536):
            received += piece
    return received


@pytest.mark.parametrize("head", [
    b"PUT %b HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
    b"PUT %b HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
    b"PUT %b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
    b"PUT %b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n1\r\nx\r\n0\r\n\r\n",
    b"PUT %b HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 1\r\n\r\nx",
    b"PUT %b HTTP/1.1\r\nContent-Length: 1\r\n\r\nx",
    b"PUT %b HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx",
    b"PUT %b HTTP/1.1\r\nHost: a\r\n\r\n",
    b"PUT /v1/sites/lyon/../lyon/heartbeat HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
    b"PUT /v1//sites HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
    b"PUT /v1/sites/%%6cyon/heartbeat HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
    b"PUT %b?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
    b"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
])
def test_a_request_two_readers_could_read_differently_ends_the_connection(centre, head):
    path = b"/v1/sites/lyon/batches/" + SERIES.encode() + b"/1"
    sent = head % path if b"%b" in head else head.replace(b"%%", b"%")
    smuggled = b"GET /.well-known/est/cacerts HTTP/1.1\r\nHost: a\r\n\r\n"
    answer = raw_answer(centre, sent + smuggled)
    assert re.match(rb"HTTP/1\.1 4\d\d ", answer), answer[:200]
    # The library's own refusals write their head twice; what counts is that nothing after them is served.
    assert set(re.findall(rb"HTTP/1\.1 (\d)", answer)) == {b"4"}
    assert b"pkcs7" not in answer and b"Connection: close" in answer


def test_nothing_secret_is_logged(centre, lyon):
    text = centre.log("serve") + centre.log("sign") + (centre.folder / "nginx" / "error.log").read_text()
    assert lyon.code not in text and "BEGIN" not in text
    stored = b"".join(path.read_bytes() for path in (centre.folder / "state").iterdir())
    assert lyon.code.encode() not in stored
