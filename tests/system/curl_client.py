# SPDX-License-Identifier: Apache-2.0
"""A site made of openssl and curl alone: the protocol, by programs that know nothing of this project."""

import base64
import hashlib
import json
import pathlib
import re
import subprocess
import time

SERIES = "0123456789abcdefghjkmnpqr0"


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=data, check=True, capture_output=True).stdout


class Answer:
    def __init__(self, raw):
        # Interim answers (100 Continue) come first.
        while re.match(rb"HTTP/1\.1 1\d\d ", raw):
            raw = raw.split(b"\r\n\r\n", 1)[1]
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        self.status = int(lines[0].split()[1]) if lines[0] else 0
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            assert name.lower() not in self.headers, f"{name} stands twice"
            self.headers[name.lower()] = value

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        problem = self.headers.get("content-type") == "application/problem+json"
        return self.json["code"] if problem else ""

    @property
    def marked(self):
        return self.headers.get("contact-gateway") == "1"

    def is_(self, status, code=""):
        assert (self.status, self.code) == (status, code), (self.status, self.headers, self.body[:300])
        assert self.marked, self.headers
        return self


class CurlSite:
    def __init__(self, centre, name, folder):
        self.centre, self.name = centre, name
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.bundle = None
        self.pair = None
        self.announced = set()

    def path(self, *parts):
        return "/".join(["/v1/sites", self.name, *map(str, parts)])

    def new_pair(self, label="tls", curve="prime256v1"):
        key = self.folder / f"{label}.key"
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{curve}", "-out", key)
        return key, self.folder / f"{label}.pem"

    def call(self, method, path, *options, pair="own", body=None):
        """pair: the site's, or (key, certificate), or None."""
        pair = self.pair if pair == "own" else pair
        command = ["curl", "-sS", "-i", "--max-time", "20", "--cacert", self.centre.ca, "-X", method]
        if pair:
            command += ["--key", pair[0], "--cert", pair[1]]
        if body is not None:
            command += ["--data-binary", "@-"]
        command += [*options, self.centre.url + path]
        done = subprocess.run(list(map(str, command)), input=body, capture_output=True, timeout=30, check=False)
        assert done.stdout, done.stderr
        return Answer(done.stdout)

    def take_bundle(self, path):
        self.bundle = path.read_text()
        return self

    @property
    def code(self):
        return re.search(r'^code: "?([0-9a-z]+)', self.bundle, re.M)[1]

    def request(self, key, name=None):
        return base64.encodebytes(openssl("req", "-new", "-key", key, "-subj", f"/CN={name or self.name}", "-outform", "DER"))

    def ask(self, pair, code=None, site=None, name=None):
        return self.call("POST", "/.well-known/est/simpleenroll", "-u", f"{site or self.name}:{code or self.code}", "-H",
                         "Content-Type: application/pkcs10", pair=None, body=self.request(pair[0], name))

    def save_certificate(self, answer, pair):
        assert answer.headers["content-type"].startswith("application/pkcs7-mime")
        der = base64.b64decode(answer.body)
        pair[1].write_bytes(openssl("pkcs7", "-inform", "DER", "-print_certs", data=der))
        return pair

    def wait_certificate(self, asking, pair):
        """Asks until the signer has answered, as Retry-After says."""
        for _ in range(20):
            answer = asking()
            if answer.status != 202:
                answer.is_(200)
                return self.save_certificate(answer, pair)
            answer.is_(202, "waiting")
            assert int(answer.headers["retry-after"]) >= 1
            time.sleep(0.1)
        raise AssertionError("no certificate came")

    def enroll(self):
        pair = self.new_pair()
        self.pair = self.wait_certificate(lambda: self.ask(pair), pair)
        return self

    def renew(self, label, key=None):
        """By certificate, with a key of the same or another name; returns the pair and leaves the old in use."""
        pair = (key, self.folder / f"{label}.pem") if key else self.new_pair(label)
        return self.wait_certificate(
            lambda: self.call("POST", "/.well-known/est/simplereenroll", "-H", "Content-Type: application/pkcs10",
                              body=self.request(pair[0])), pair)

    def put(self, seq, body, *options, series=SERIES, site=None, digest=None, pair="own"):
        if (series, site) not in self.announced and re.fullmatch("[0-9a-hjkmnp-tv-z]{26}", series):
            self.announced.add((series, site))  # as an agent does before its first batch
            self.call("GET", f"/v1/sites/{site or self.name}/batches/{series}", pair=pair)
        digest = base64.b64encode(hashlib.sha256(digest or body).digest()).decode()
        path = f"/v1/sites/{site or self.name}/batches/{series}/{seq}"
        return self.call("PUT", path, "-H", "Content-Type: application/cms", "-H", f"Repr-Digest: sha-256=:{digest}:",
                         *options, pair=pair, body=body)

    def watermark(self, series=SERIES):
        return self.call("GET", self.path("batches", series)).is_(200).json

    def heartbeat(self, text=None, pair="own", **members):
        body = text if text is not None else json.dumps({"series": SERIES, "seq": 1, "lowest_held": 1, **members})
        return self.call("POST", self.path("heartbeat"), "-H", "Content-Type: application/json", pair=pair,
                         body=body.encode())
