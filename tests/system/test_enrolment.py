# SPDX-License-Identifier: Apache-2.0
"""Keys, enrolment and identity, with real nginx and independent clients (curl and openssl)."""

import base64
import contextlib
import datetime
import pathlib
import re
import shutil
import sqlite3
import subprocess
import tempfile
import time
import urllib.parse

import pytest
from centre import Centre
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from curl_client import SERIES, CurlSite, openssl
from gateway_fixtures import fixture_add, fixture_centre, fixture_lyon  # noqa: F401


# Keys and sites

def test_init_gives_each_key_to_its_holder_alone_and_overwrites_nothing(centre):
    keys = {path: path.stat().st_mode & 0o777 for path in centre.folder.glob("*/*.key")}
    assert {path.parent.name for path in keys} == {"loader", "signer", "tls", "offline"}
    assert set(keys.values()) == {0o400}
    assert all((centre.folder / name).stat().st_mode & 0o077 == 0 for name in ("loader", "signer", "tls", "offline"))
    # nginx's user is of the intake's group, for the sockets alone: it must not make itself a site.
    state = [centre.folder / "state", *(centre.folder / "state").iterdir()]
    assert [path.name for path in state if path.stat().st_mode & 0o077] == [] and len(state) > 1
    before = {path: path.read_bytes() for path in keys}
    again = centre.command("init", "--host", "localhost", check=False)
    assert again.returncode == 65 and "HINT" in again.stderr
    assert before == {path: path.read_bytes() for path in keys}


@pytest.mark.parametrize("host", ["https://eds.example.org", "eds.example.org:8443", "a b", "", f"{'a' * 60}.example.org"])
def test_a_mistyped_host_leaves_no_half_made_centre(tmp_path, host):
    centre = Centre(tmp_path / "c")
    before = sorted(centre.folder.rglob("*"))
    done = centre.command("init", "--host", host, check=False)
    assert done.returncode == 78 and f"'{host}'" in done.stderr and "HINT" in done.stderr
    assert sorted(centre.folder.rglob("*")) == before
    centre.init()


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


def test_a_certificate_made_while_the_signers_clock_was_ahead_is_made_anew(centre, add):
    """Nobody takes it before its time; a machine put right must not be given it again until then."""
    site = add(enroll=False)
    pair = site.new_pair()
    site.wait_certificate(lambda: site.ask(pair), pair)
    answer, = (centre.folder / "enrol" / "answers").glob(f"{site.name}*.pem")
    given = x509.load_pem_x509_certificate(pair[1].read_bytes())
    authority = serialization.load_pem_private_key((centre.folder / "signer" / "ca.key").read_bytes(), None)
    now = datetime.datetime.now(datetime.timezone.utc)
    ahead = (x509.CertificateBuilder().subject_name(given.subject).issuer_name(given.issuer).public_key(given.public_key())
             .serial_number(7).not_valid_before(now + datetime.timedelta(days=10)).not_valid_after(now + datetime.timedelta(days=100)))
    answer.write_bytes(ahead.sign(authority, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    site.wait_certificate(lambda: site.ask(pair), pair)
    assert x509.load_pem_x509_certificate(pair[1].read_bytes()).serial_number != 7
    site.pair = pair
    site.heartbeat().is_(200)


def test_renewal_leaves_the_old_key_good_until_its_end(add):
    site = add()
    new = site.renew("second")
    site.heartbeat(pair=new).is_(200)
    site.heartbeat().is_(200)  # an agent that died between the two goes on


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


def test_revoking_is_at_once_and_a_new_code_lets_in_who_has_it_alone(add, centre):
    site = add()
    stolen = site.renew("renewed")  # a machine may hold two good keys
    site.heartbeat(pair=stolen).is_(200)
    site.put(1, b"sealed").is_(201)
    centre.command("site", "revoke", site.name)
    site.put(2, b"sealed").is_(403, "revoked")
    site.heartbeat().is_(403, "revoked")
    site.ask(site.new_pair("again")).is_(401, "bad-code")
    assert re.search(rf"{site.name} .* revoked", centre.command("site", "list").stdout)
    site.take_bundle(centre.add_site(site.name, "--new-code"))
    assert re.search(rf"{site.name} .* code given", centre.command("site", "list").stdout)

    def thief_is_refused():
        for pair in (site.pair, stolen):
            site.heartbeat(pair=pair).is_(403, "revoked")
            site.call("POST", "/.well-known/est/simplereenroll", "-H", "Content-Type: application/pkcs10", pair=pair,
                      body=site.request(pair[0])).is_(403, "revoked")

    thief_is_refused()
    fresh = site.new_pair("machine-2")
    fresh = site.wait_certificate(lambda: site.ask(fresh), fresh)
    thief_is_refused()
    site.heartbeat(pair=fresh).is_(200)
    thief_is_refused()


def test_a_machine_revoked_by_mistake_comes_back_by_a_new_code_with_the_key_it_has(add, centre):
    site = add()
    site.heartbeat().is_(200)
    centre.command("site", "revoke", site.name)
    site.take_bundle(centre.add_site(site.name, "--new-code"))
    site.heartbeat().is_(403, "revoked")
    site.wait_certificate(lambda: site.ask(site.pair), site.pair)
    site.heartbeat().is_(200)
    assert re.search(rf"{site.name} .* enrolled", centre.command("site", "list").stdout)


def test_what_an_earlier_version_revoked_stays_out_after_a_new_code(tmp_path):
    """It left the keys as they were."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gw"))
    with Centre(folder).init() as centre:
        site = CurlSite(centre, "lyon", tmp_path / "lyon").take_bundle(centre.add_site("lyon"))
        centre.start("serve", "sign", "nginx")
        site.enroll().heartbeat().is_(200)
        centre.command("site", "revoke", "lyon")
        centre.stop("serve")
        with contextlib.closing(sqlite3.connect(folder / "state" / "registry.db")) as registry:
            registry.executescript("UPDATE key SET state = 1; PRAGMA user_version = 2;")
        centre.add_site("lyon", "--new-code")
        centre.start("serve")
        site.heartbeat().is_(403, "revoked")
    shutil.rmtree(folder)


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


# Manual approval, in a centre of its own

def test_enrolment_waits_for_an_operator_where_so_configured():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gw"))
    with Centre(folder, settings="enrolment:\n  manual_approval: yes\n").init() as centre:
        centre.start()
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
        statuses = [site.ask(thief, code="0" * 26).code for _ in range(12)]
        assert statuses[0] == "bad-code" and statuses[-1] == "slow-down"
        site.heartbeat().is_(200)
        other = CurlSite(centre, "paris", folder / "paris").take_bundle(centre.add_site("paris"))
        other.ask(other.new_pair()).is_(202, "waiting")  # guesses at one site's code do not keep the others out
    shutil.rmtree(folder)


def test_a_replacement_machine_that_waits_for_approval_is_shown():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gw"))
    with Centre(folder).init() as centre:
        site = CurlSite(centre, "nantes", folder / "nantes").take_bundle(centre.add_site("nantes"))
        centre.start()
        site.enroll()
        centre.stop("serve")
        centre.write_config("enrolment:\n  manual_approval: yes\n")
        centre.start("serve")

        def shows(state, approve):
            assert re.search(rf"^nantes .* {state}", centre.command("site", "list").stdout, re.M)
            assert ("site approve nantes" in centre.command().stdout) == approve

        shows("enrolled", False)  # when nobody was to approve
        site.take_bundle(centre.add_site("nantes", "--new-code"))
        shows("enrolled", False)
        fresh = site.new_pair("machine-2")
        site.ask(fresh).is_(202, "waiting")
        shows("waits for approval", True)
        site.heartbeat().is_(200)
        centre.command("site", "approve", "nantes")
        shows("enrolled", False)
        site.pair = site.wait_certificate(lambda: site.ask(fresh), fresh)
        site.heartbeat().is_(200)
        shows("enrolled", False)
    shutil.rmtree(folder)


def test_a_short_life_counts_from_when_the_certificate_was_made():
    """It begins an hour before that; half of its life must not be over at once."""
    with tempfile.TemporaryDirectory(prefix="gw", dir="/tmp") as folder:
        with Centre(f"{folder}/c", settings="enrolment:\n  certificate_life: 20m\n").init().start("serve", "sign", "nginx") as centre:
            site = CurlSite(centre, "nantes", pathlib.Path(folder) / "nantes").take_bundle(centre.add_site("nantes"))
            pair = site.new_pair()
            site.pair = site.wait_certificate(lambda: site.ask(pair), pair)
            site.heartbeat().is_(200)
