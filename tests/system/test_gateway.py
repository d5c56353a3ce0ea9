# SPDX-License-Identifier: Apache-2.0
"""The centre's front, with real nginx and independent clients (curl and openssl)."""

import base64
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.parse

import pytest
from centre import Centre, wait_for
from curl_client import SERIES, Answer, CurlSite, openssl


@pytest.fixture(name="centre", scope="module")
def fixture_centre():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gw"))
    with Centre(folder).init() as centre:
        centre.start("serve", "sign", "nginx")
        yield centre
    shutil.rmtree(folder)


@pytest.fixture(name="lyon", scope="module")
def fixture_lyon(centre):
    return CurlSite(centre, "lyon", centre.folder / "sites" / "lyon").take_bundle(centre.add_site("lyon")).enroll()


@pytest.fixture(name="add", scope="module")
def fixture_add(centre):
    """Makes enrolled sites of unused names."""
    count = iter(range(1000))

    def add(enroll=True):
        name = f"site-{next(count)}"
        site = CurlSite(centre, name, centre.folder / "sites" / name).take_bundle(centre.add_site(name))
        return site.enroll() if enroll else site

    return add


def series(number):
    return f"{number:025d}0"


# Keys and sites

def test_init_gives_each_key_to_its_holder_alone_and_overwrites_nothing(centre):
    keys = {path: path.stat().st_mode & 0o777 for path in centre.folder.glob("*/*.key")}
    assert {path.parent.name for path in keys} == {"loader", "signer", "tls", "offline"}
    assert set(keys.values()) == {0o400}
    assert all((centre.folder / name).stat().st_mode & 0o077 == 0 for name in ("loader", "signer", "tls", "offline"))
    before = {path: path.read_bytes() for path in keys}
    again = centre.command("init", "--host", "localhost", check=False)
    assert again.returncode == 65 and "HINT" in again.stderr
    assert before == {path: path.read_bytes() for path in keys}


def test_certificates_hold_for_openssl(centre):
    def verify(root, leaf, purpose):
        return subprocess.run(["openssl", "verify", "-x509_strict", "-purpose", purpose, "-CAfile", centre.folder / root,
                               centre.folder / leaf], capture_output=True, check=False).returncode

    assert verify("public/ca.pem", "tls/server.pem", "sslserver") == 0
    assert verify("public/warehouse-root.pem", "loader/recipient.pem", "any") == 0
    assert verify("public/ca.pem", "loader/recipient.pem", "any") != 0


def test_commands_say_what_to_type_next(centre, lyon):
    assert lyon.name
    assert "contact-gateway" in centre.command().stdout
    for command in ("init", "site", "seal", "serve", "sign", "fleet", "metrics"):
        assert "Exit status" in centre.command(command, "--help").stdout
        assert centre.command(command, "--nonsense", check=False).returncode == 64
    assert centre.command("nonsense", check=False).returncode == 64
    assert "lyon" in centre.command("site", "list").stdout
    assert centre.command("site", "add", "lyon", check=False).returncode == 65
    assert centre.command("site", "add", "Lyon!", check=False).returncode == 64


# Enrolment

def test_enrolment_with_openssl_and_curl_alone(lyon):
    text = openssl("x509", "-in", lyon.pair[1], "-noout", "-text", "-nameopt", "RFC2253").decode()
    assert "Subject: CN=lyon" in text and "TLS Web Client Authentication" in text and "CA:FALSE" in text
    openssl("verify", "-CAfile", lyon.centre.ca, "-purpose", "sslclient", lyon.pair[1])
    assert lyon.heartbeat().is_(200).json["interval_s"] == 1


def test_cacerts_is_open_and_is_the_ca(lyon):
    answer = lyon.call("GET", "/.well-known/est/cacerts", pair=None).is_(200)
    pair = lyon.save_certificate(answer, (None, lyon.folder / "cacerts.pem"))
    given, own = (openssl("x509", "-in", path, "-outform", "DER") for path in (pair[1], lyon.centre.ca))
    assert given == own


def test_a_lost_answer_is_asked_for_again_with_the_same_key(add):
    site = add(enroll=False)
    pair = site.new_pair()
    site.wait_certificate(lambda: site.ask(pair), pair)
    first = pair[1].read_bytes()
    site.wait_certificate(lambda: site.ask(pair), pair)
    assert pair[1].read_bytes() == first


def test_a_code_serves_the_first_key_only(add):
    site = add()
    thief = site.new_pair("thief")
    site.ask(thief).is_(409, "code-used")


def test_a_wrong_code_an_unknown_site_and_no_code_are_told_alike(add):
    site = add(enroll=False)
    pair = site.new_pair()
    answers = [site.ask(pair, code="0" * 26), site.ask(pair, code="short"), site.ask(pair, site="nowhere", name="nowhere"),
               site.call("POST", "/.well-known/est/simpleenroll", "-H", "Content-Type: application/pkcs10", pair=None,
                         body=site.request(pair[0]))]
    for answer in answers:
        answer.is_(401, "bad-code")
        assert answer.headers["www-authenticate"].startswith("Basic")
    assert len({answer.body for answer in answers}) == 1
    site.wait_certificate(lambda: site.ask(pair), pair)


def test_a_request_for_another_name_or_curve_or_with_a_broken_signature_is_refused(add):
    site = add(enroll=False)
    pair = site.new_pair()
    site.ask(pair, name="lyon").is_(400, "bad-request")
    site.ask(site.new_pair("p384", "secp384r1")).is_(400, "bad-request")
    der = bytearray(openssl("req", "-new", "-key", pair[0], "-subj", f"/CN={site.name}", "-outform", "DER"))
    der[-1] ^= 1
    site.call("POST", "/.well-known/est/simpleenroll", "-u", f"{site.name}:{site.code}", "-H",
              "Content-Type: application/pkcs10", pair=None, body=base64.b64encode(der)).is_(400, "bad-request")
    site.wait_certificate(lambda: site.ask(pair), pair)


def test_renewal_retires_the_old_key_once_the_new_one_is_used(add):
    site = add()
    site.heartbeat().is_(200)
    new = site.renew("second")
    site.heartbeat().is_(200)
    site.heartbeat(pair=new).is_(200)
    site.heartbeat().is_(403, "revoked")
    site.pair = new
    site.heartbeat().is_(200)


def test_renewal_may_keep_its_key(add):
    site = add()
    same = site.renew("renewed", key=site.pair[0])
    site.heartbeat(pair=same).is_(200)


def test_a_new_code_enrols_a_new_machine(add, centre):
    site = add()
    site.heartbeat().is_(200)
    old = site.pair
    site.take_bundle(centre.add_site(site.name, "--new-code"))
    fresh = site.new_pair("machine-2")
    site.pair = site.wait_certificate(lambda: site.ask(fresh), fresh)
    site.heartbeat().is_(200)
    site.heartbeat(pair=old).is_(403, "revoked")


def test_revoking_is_at_once_and_a_new_code_lifts_it(add, centre):
    site = add()
    site.put(1, b"sealed").is_(201)
    centre.command("site", "revoke", site.name)
    site.put(2, b"sealed").is_(403, "revoked")
    site.heartbeat().is_(403, "revoked")
    site.ask(site.new_pair("again")).is_(401, "bad-code")
    assert "revoked" in centre.command("site", "list").stdout
    centre.command("site", "add", site.name, "--new-code", "--out", centre.folder / "again.yaml")
    site.heartbeat().is_(200)


# Identity

def test_every_path_but_enrolment_needs_a_certificate(lyon):
    lyon.put(1, b"x", pair=None).is_(401, "no-certificate")
    lyon.heartbeat(pair=None).is_(401, "no-certificate")
    lyon.call("GET", lyon.path("batches", SERIES), pair=None).is_(401, "no-certificate")
    lyon.call("PUT", lyon.path("seal-certificate"), pair=None, body=b"x").is_(401, "no-certificate")
    lyon.call("POST", "/.well-known/est/simplereenroll", pair=None, body=b"x").is_(401, "no-certificate")


def self_signed(site, key, out, begin, end, ca=None):
    """A certificate for a key, self-signed or by the centre's CA, of any time."""
    folder = site.folder / f"ca-{out.stem}"
    folder.mkdir(exist_ok=True)
    (folder / "index").touch()
    (folder / "conf").write_text(f"[ca]\ndefault_ca=d\n[d]\nrand_serial=yes\ndefault_md=sha256\npolicy=p\nunique_subject=no\n"
                                 f"database={folder}/index\nnew_certs_dir={folder}\n[p]\ncommonName=supplied\n")
    request = folder / "csr.pem"
    openssl("req", "-new", "-key", key, "-subj", f"/CN={site.name}", "-out", request)

    def stamp(offset):
        return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + offset))

    by = ["-cert", ca[1], "-keyfile", ca[0]] if ca else ["-selfsign", "-keyfile", key]
    openssl("ca", "-batch", "-notext", "-config", folder / "conf", "-in", request, "-out", out, "-startdate", stamp(begin),
            "-enddate", stamp(end), *by)
    return key, out


def test_an_expired_certificate_is_401_and_not_nginx_400(lyon):
    ca = (lyon.centre.folder / "signer" / "ca.key", lyon.centre.ca)
    key = lyon.pair[0]
    good = self_signed(lyon, key, lyon.folder / "good.pem", -3600, 3600, ca)
    lyon.heartbeat(pair=good).is_(200)
    past = self_signed(lyon, key, lyon.folder / "past.pem", -7200, -3600, ca)
    lyon.heartbeat(pair=past).is_(401, "expired-certificate")
    lyon.put(1, b"x" * 400000, pair=past).is_(401, "expired-certificate")
    future = self_signed(lyon, key, lyon.folder / "future.pem", 3600, 7200, ca)
    lyon.heartbeat(pair=future).is_(401, "expired-certificate")


def test_a_certificate_the_site_signed_for_itself_does_not_count(lyon):
    forged = self_signed(lyon, lyon.pair[0], lyon.folder / "forged.pem", -3600, 999999)
    lyon.heartbeat(pair=forged).is_(401, "unknown-certificate")
    stranger = lyon.new_pair("stranger")
    self_signed(lyon, *stranger, -3600, 3600)
    lyon.heartbeat(pair=stranger).is_(401, "unknown-certificate")


def test_a_certificate_in_a_client_header_is_not_believed(lyon):
    escaped = urllib.parse.quote(lyon.pair[1].read_text())
    for name in ("X-SSL-Client-Cert", "x_ssl_client_cert", "Client-Cert"):
        lyon.call("GET", lyon.path("batches", SERIES), "-H", f"{name}: {escaped}", pair=None).is_(401, "no-certificate")


def test_another_sites_paths_are_closed(add, lyon):
    other = add()
    other.put(1, b"x", site="lyon").is_(403, "wrong-site")
    other.call("GET", lyon.path("batches", SERIES)).is_(403, "wrong-site")
    other.call("POST", lyon.path("heartbeat"), "-H", "Content-Type: application/json", body=b"{}").is_(403, "wrong-site")
    other.call("PUT", lyon.path("seal-certificate"), body=b"x").is_(403, "wrong-site")


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
    assert time.monotonic() - begun < 1 and started < 10
    shutil.rmtree(folder)


# Heartbeats

def test_a_heartbeat_is_kept_and_answered_from_the_feedback(add, centre):
    site = add()
    site.put(1, b"x").is_(201)
    requests = [{"id": "r-1", "stream": "call", "from": "2026-01-02", "to": "2026-01-05"}]
    receipts = [{"token": "p1.x", "request": "e-1", "deleted": 3, "at": "2026-01-02T14Z", "signature": "MEU="}]
    feedback = {"series": {SERIES: {"loaded": 1, "refused": [[7, "signature"]]}}, "requests": requests,
                "receipts": receipts, "proved": "2026-01-01", "records": {"call": 12, "visit": 5}, "rejected": 2,
                "newest_day": "2026-01-02", "incomplete": []}
    (centre.feedback / f"{site.name}.json").write_text(json.dumps(feedback))
    answer = site.heartbeat(seq=9, lowest_held=8, taken="r-0", version="0.1.0", queue_batches=2, queue_oldest_s=40,
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


# Manual approval, in a centre of its own

def test_enrolment_waits_for_an_operator_where_so_configured():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gw"))
    with Centre(folder, settings="enrolment:\n  manual_approval: yes\n").init() as centre:
        centre.start("serve", "sign", "nginx")
        site = CurlSite(centre, "nantes", folder / "nantes").take_bundle(centre.add_site("nantes"))
        pair = site.new_pair()
        for _ in range(2):
            site.ask(pair).is_(202, "waiting")
        assert "waits for approval" in centre.command("site", "list").stdout
        assert "site approve nantes" in centre.command().stdout
        centre.command("site", "approve", "nantes")
        site.pair = site.wait_certificate(lambda: site.ask(pair), pair)
        site.heartbeat().is_(200)
        thief = site.new_pair("thief")
        statuses = [site.ask(thief, code="0" * 26).code for _ in range(35)]
        assert statuses[0] == "bad-code" and statuses[-1] == "slow-down"
        site.heartbeat().is_(200)
    shutil.rmtree(folder)
