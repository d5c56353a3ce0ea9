# SPDX-License-Identifier: Apache-2.0
"""The centre's parts apart: each as a user of its own, and the files that packages install."""

import base64
import hashlib
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.request

import pytest
from centre import PROGRAM, ROOT, Centre
from curl_client import SERIES, CurlSite, openssl
from waiting import wait_for

# Numbers that no account has; each user's own group has the same.
USERS = {"gateway": 61001, "loader": 61002, "signer": 61003}

# As `init` gives them when the packages' users exist.
FOLDERS = [("state", "gateway", "gateway", 0o700), ("landing", "gateway", "loader", 0o2770),
           ("feedback", "loader", "gateway", 0o2750), ("seals/offered", "gateway", "gateway", 0o755),
           ("enrol", "gateway", "signer", 0o2750), ("enrol/requests", "gateway", "signer", 0o2770),
           ("enrol/answers", "signer", "gateway", 0o2770), ("loader", "loader", "loader", 0o700),
           ("loader/seals", "loader", "loader", 0o700), ("warehouse", "loader", "loader", 0o750),
           ("signer", "signer", "signer", 0o700), (".", "gateway", "gateway", 0o755)]


def read_page(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.read().decode()


class PartedCentre(Centre):
    """Each part runs as its own user, in no other group, and with what packages install where such users can read
    it: a checkout may be in a folder that only root can enter."""

    def __init__(self, folder):
        super().__init__(folder)
        (self.folder / "bin").mkdir()
        self.program = shutil.copy(PROGRAM, self.folder / "bin")
        shutil.copytree(ROOT / "conf" / "model", self.folder / "model")
        text = self.config.read_text()
        self.config.write_text(text.replace(f"{ROOT}/conf/model", f"{self.folder}/model"))

    def _spawn(self, part, arguments):
        user = {"serve": "gateway", "sign": "signer", "load": "loader"}.get(part)
        if user:
            number = str(USERS[user])
            arguments = ["setpriv", "--reuid", number, "--regid", number, "--clear-groups", "--no-new-privs", *arguments]
        super()._spawn(part, arguments)

    def give(self):
        for name, user, group, mode in FOLDERS:
            path = self.folder / name
            os.chown(path, USERS[user], USERS[group])
            path.chmod(mode)
            for file in path.iterdir():
                if file.is_file():
                    os.chown(file, USERS[user], USERS[user])
        return self


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="needs root")
def test_each_part_does_its_work_as_a_user_of_its_own():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gw"))
    with PartedCentre(folder).init().give() as centre:
        site = CurlSite(centre, "lyon", folder / "lyon").take_bundle(centre.add_site("lyon"))
        centre.start()
        site.enroll()
        seal = openssl("req", "-x509", "-new", "-key", site.new_pair("seal")[0], "-subj", "/CN=seal", "-days", "30")
        site.call("PUT", site.path("seal-certificate"), body=seal).is_(204)
        centre.accept_seal("lyon")
        site.put(1, b"no sealed batch").is_(201)
        site.heartbeat().is_(200)
        told = wait_for(lambda: (now := centre.told("lyon").get("series")) and now[SERIES]["loaded"] and now, 20,
                        "the loader to have looked")
        assert told[SERIES] == {"loaded": 1, "done": 1, "refused": [[1, "profile"]]}
        assert site.heartbeat().json["refused"] == [[1, "profile"]]
        stored = folder / "landing" / "lyon" / SERIES / "1.cms"
        assert (stored.stat().st_gid, stored.stat().st_mode & 0o777) == (USERS["loader"], 0o640)

        # The intake, which serves the fleet's page, sees that they run, and that they do not.
        def parts():
            lines = read_page(centre.operators_url + "/metrics").splitlines()
            return {part: f'contact_part_running{{part="{part}"}} 1' in lines for part in ("signer", "loader")}

        def where():
            return json.loads(centre.command("--json").stdout)

        assert parts() == {"signer": True, "loader": True} and where()["next"] == "contact-gateway fleet"
        centre.stop("load")
        assert parts() == {"signer": True, "loader": False} and "contact-loader" in where()["next"]
        assert "Loader: not running" in centre.command().stdout and "The loader does not run" in centre.command("fleet").stdout
        centre.kill("sign")
        assert parts() == {"signer": False, "loader": False} and "contact-signer" in where()["next"]
        page = read_page(centre.operators_url + "/fleet")
        assert "Le chargeur ne tourne pas" in page and "Le signataire ne tourne pas" in page
        centre.start("sign", "load")
        wait_for(lambda: all(parts().values()), 20, "both to be seen again")

        # The intake opens nothing and signs nothing; the signer sees no batch, the loader no CA.
        def reads(user, path):
            number = str(USERS[user])
            return subprocess.run(["setpriv", "--reuid", number, "--regid", number, "--clear-groups", "cat", folder / path],
                                  capture_output=True, check=False).returncode == 0

        assert reads("loader", f"landing/lyon/{SERIES}/1.cms") and reads("signer", "signer/ca.key")
        for user, path in [("gateway", "loader/recipient.key"), ("gateway", "loader/warehouse.key"),
                           ("gateway", "signer/ca.key"), ("gateway", "tls/server.key"), ("loader", "signer/ca.key"),
                           ("loader", "state/registry.db"), ("signer", "loader/recipient.key"),
                           ("signer", f"landing/lyon/{SERIES}/1.cms"), ("signer", "state/registry.db"),
                           ("gateway", "offline/warehouse-root.key"), ("loader", "offline/warehouse-root.key")]:
            assert (folder / path).exists() and not reads(user, path), (user, path)

        # nginx's user, of the intake's group for the sockets, reaches those and not the registry.
        def as_nginx(*words):
            return subprocess.run(["setpriv", "--reuid", "61004", "--regid", "61004", "--groups", str(USERS["gateway"]), *words],
                                  capture_output=True, text=True, env={}, check=False)

        assert as_nginx("test", "-w", folder / "intake.sock").returncode == 0
        assert as_nginx("test", "-e", folder / "state" / "registry.db").returncode == 1
        said = as_nginx(centre.program, "--config", centre.config)
        assert said.returncode == 78 and "sudo" in said.stderr
    shutil.rmtree(folder)


def test_the_nginx_configuration_that_is_installed_holds():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gw"))
    centre = Centre(folder).init()
    installed = (ROOT / "conf" / "nginx" / "contact-gateway.conf").read_text()
    for path, here in [("/var/lib/contact-gateway", folder), ("/etc/nginx/snippets", ROOT / "conf" / "nginx"),
                       ("/etc/contact-gateway", folder), ("/run/contact-gateway", folder)]:
        installed = installed.replace(path, str(here))
    (folder / "nginx.conf").write_text(f"pid {folder}/nginx.pid;\nevents {{}}\nhttp {{\n{installed}\n}}\n")
    (folder / "operators").write_text("")
    done = subprocess.run(["/usr/sbin/nginx", "-t", "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert centre.ca.exists()
    shutil.rmtree(folder)


def test_the_sample_settings_are_the_programs_own():
    printed = subprocess.run([PROGRAM, "--sample-config"], capture_output=True, text=True,
                             check=True).stdout
    kept = (ROOT / "conf" / "gateway.yaml").read_text()
    body = kept.split("\n\n", 1)[1]
    assert body.strip() == printed.strip(), "conf/gateway.yaml: contact-gateway --sample-config > …"


@pytest.mark.skipif(not shutil.which("promtool"), reason="needs promtool")
def test_the_alert_rules_hold():
    subprocess.run(["promtool", "check", "rules", ROOT / "conf" / "prometheus" / "rules.yml"], check=True,
                   capture_output=True)


def test_the_signer_answers_those_waiting_and_refuses_what_does_not_hold():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gw"))
    with Centre(folder).init() as centre:
        centre.start("serve", "nginx")
        site = CurlSite(centre, "lyon", folder / "lyon").take_bundle(centre.add_site("lyon"))
        pair = site.new_pair()
        site.ask(pair).is_(202, "waiting")
        requests, answers = folder / "enrol" / "requests", folder / "enrol" / "answers"
        good = next(requests.iterdir())
        forged = requests / ("paris." + good.name.split(".")[1] + ".csr")
        shutil.copy(good, forged)
        other_key = requests / ("lyon." + "00" * 32 + ".csr")
        shutil.copy(good, other_key)
        (requests / "lyon.x.csr").write_bytes(b"x")
        centre.command("sign", "--once")
        names = sorted(path.name for path in answers.iterdir())
        assert sorted(path.suffix for path in answers.iterdir()) == [".pem", ".refused", ".refused", ".refused"], names
        assert good.with_suffix(".pem").name in names and not list(requests.iterdir())
        site.wait_certificate(lambda: site.ask(pair), pair)
        text = openssl("x509", "-in", pair[1], "-noout", "-enddate").decode()
        end = time.strptime(text.strip().split("=")[1], "%b %d %H:%M:%S %Y %Z")
        assert 89 * 86400 < time.mktime(end) - time.mktime(time.gmtime()) < 91 * 86400
    shutil.rmtree(folder)


def test_nginx_certificate_is_renewed_for_its_key_and_names():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gw"))
    centre = Centre(folder).init()
    served = folder / "tls" / "server.pem"

    def show(*what):
        return openssl("x509", "-in", served, "-noout", *what)

    before = show("-serial"), show("-pubkey"), show("-ext", "subjectAltName")
    assert "397" in centre.command("renew").stdout
    after = show("-serial"), show("-pubkey"), show("-ext", "subjectAltName")
    assert before[0] != after[0] and before[1:] == after[1:]
    openssl("verify", "-CAfile", centre.ca, "-purpose", "sslserver", served)
    centre.command("renew", "--host", "eds.example.org", "--host", "192.0.2.7", "--host", "2001:db8::1")
    centre.config.write_text(centre.config.read_text().replace(f"url: {centre.url}\n", ""))
    assert 'url: "https://eds.example.org"\n' in centre.add_site("lyon").read_text(), "sites reach the certificate's first name"
    text = show("-ext", "subjectAltName").decode()
    assert "DNS:eds.example.org, IP Address:192.0.2.7, IP Address:2001:DB8:0:0:0:0:0:1" in text
    assert centre.command("renew", "--host", "a b", check=False).returncode == 78
    with centre.start("serve", "nginx"):
        centre.command("renew", "--host", "localhost")
    shutil.rmtree(folder)


def enrolled_site(centre, folder):
    site = CurlSite(centre, "lyon", folder / "lyon").take_bundle(centre.add_site("lyon"))
    centre.start("serve", "sign", "nginx")
    site.enroll().heartbeat().is_(200)
    return site


def test_what_init_says_to_back_up_brings_a_centre_back(tmp_path):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gw"))
    lost = Centre(folder / "lost")
    said = lost.command("init", "--host", "localhost").stdout
    kept = [pathlib.Path(path) for path in re.findall(r"^  (/\S+)", said.partition("Back up now")[2], re.M)]
    with lost:
        site = enrolled_site(lost, tmp_path)
    for path in kept:
        shutil.copytree(path, tmp_path / "backup" / path.name)
    shutil.rmtree(lost.folder)
    with Centre(folder / "new", port=lost.port) as centre:
        for path in kept[1:]:
            shutil.copytree(tmp_path / "backup" / path.name, centre.folder / path.name)
        refused = centre.command("init", check=False)
        assert refused.returncode == 65 and f"{centre.folder}/{kept[0].name}/" in refused.stderr and "backup" in refused.stderr
        shutil.copytree(tmp_path / "backup" / kept[0].name, centre.folder / kept[0].name)
        assert "no site is known" not in centre.command("init").stdout
        centre.start()
        site.centre = centre
        site.heartbeat().is_(200)
        site.put(1, b"sealed").is_(201)
        site.renew("next")
    shutil.rmtree(folder)


def test_a_lost_registry_is_made_anew_beside_the_keys_by_what_serve_says_to_type(tmp_path):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gw"))
    with Centre(folder).init() as centre:
        site = enrolled_site(centre, tmp_path)
        later = "0" * 26
        site.put(1, b"sealed").is_(201)
        site.put(3, b"sealed", series=later).is_(201)
        centre.stop("serve")
        keys = {path: path.read_bytes() for path in folder.glob("*/*.key")}
        for path in (folder / "state").iterdir():
            path.unlink()
        for command in ("serve", "fleet"):
            done = centre.command(command, check=False)
            assert done.returncode == 78 and "HINT: contact-gateway init\n" in done.stderr
        said = centre.command("init").stdout
        assert "no site is known" in said and "contact-gateway site add NAME" in said
        assert keys == {path: path.read_bytes() for path in folder.glob("*/*.key")}
        assert (folder / "state" / "registry.db").stat().st_mode & 0o777 == 0o600
        assert centre.command("init", check=False).returncode == 65
        centre.start("serve")
        site.heartbeat().is_(401, "unknown-certificate")
        site.take_bundle(centre.add_site("lyon")).enroll()
        assert site.watermark(later)["highest"] == 3
        site.put(4, b"sealed", series=later).is_(201)
        site.put(2, b"sealed").is_(409, "superseded")
    shutil.rmtree(folder)


def test_what_was_answered_201_is_there_whenever_the_intake_dies():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gw"))
    dice = random.Random(1)
    with Centre(folder).init() as centre:
        site = CurlSite(centre, "lyon", folder / "lyon").take_bundle(centre.add_site("lyon"))
        centre.start("serve", "sign", "nginx")
        site.enroll()
        context = ssl.create_default_context(cafile=centre.ca)
        context.load_cert_chain(site.pair[1], site.pair[0])
        site.watermark()
        link = http.client.HTTPSConnection("localhost", centre.port, context=context, timeout=20)
        bodies = [dice.randbytes(dice.choice([100, 60000, 900000])) for _ in range(12)]
        stored = {}

        def put(seq):
            body = bodies[seq % len(bodies)]
            digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
            link.request("PUT", site.path("batches", SERIES, seq), body,
                         {"Content-Type": "application/cms", "Repr-Digest": f"sha-256=:{digest}:"})
            answer = link.getresponse()
            answer.read()
            return answer.status

        for round_ in range(12):
            doomed = centre.processes["serve"]
            for seq in range(round_ * 20 + 1, round_ * 20 + 21):
                if seq == round_ * 20 + 12:
                    threading.Timer(dice.random() / 20, doomed.kill).start()
                while put(seq) not in (200, 201):
                    if centre.processes["serve"].poll() is not None:
                        centre.start("serve")
                    for earlier in stored:
                        assert (centre.landing / "lyon" / SERIES / f"{earlier}.cms").read_bytes() == stored[earlier]
                stored[seq] = bodies[seq % len(bodies)]
            doomed.wait(timeout=5)
            if centre.processes["serve"] is doomed:
                centre.start("serve")
            assert not list((centre.landing / ".incoming").iterdir())
        marks = site.watermark()
        assert (marks["contiguous"], marks["missing"]) == (240, [])
        assert all((centre.landing / "lyon" / SERIES / f"{seq}.cms").read_bytes() == body for seq, body in stored.items())
    shutil.rmtree(folder)
