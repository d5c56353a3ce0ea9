# SPDX-License-Identifier: Apache-2.0
"""A centre that misbehaves on purpose: the protocol over real TLS, with faults that the real gateway never shows.

What the real gateway does is tested against the real gateway; this is for what networks and proxies do."""

import base64
import hashlib
import http.server
import json
import pathlib
import re
import socket
import ssl
import subprocess
import threading
import time

MARKER = {"Contact-Gateway": "1"}


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=data, check=True, capture_output=True).stdout


class Authority:
    """A certificate authority in a folder."""

    def __init__(self, folder, name="Test CA"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.key, self.pem = self.folder / "ca.key", self.folder / "ca.pem"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-subj", f"/CN={name}", "-days", "30", "-keyout", self.key, "-out", self.pem)
        (self.folder / "index").touch()
        (self.folder / "ca.conf").write_text(
            "[ca]\ndefault_ca=d\n[d]\nunique_subject=no\nrand_serial=yes\ndefault_md=sha256\npolicy=p\n"
            f"database={self.folder}/index\nnew_certs_dir={self.folder}\n[p]\ncommonName=supplied\n"
            "[server]\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n[client]\nextendedKeyUsage=clientAuth\n")
        self.lock = threading.Lock()

    def sign(self, request, begin_s=-3600, end_s=86400, kind="client"):
        """The PEM certificate for a PEM request; begin and end in seconds from now."""
        def stamp(offset):
            return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + offset))

        with self.lock:
            number = len(list(self.folder.glob("request-*")))
            source, out = self.folder / f"request-{number}.csr", self.folder / f"issued-{number}.pem"
            source.write_bytes(request)
            openssl("ca", "-batch", "-notext", "-config", self.folder / "ca.conf", "-cert", self.pem, "-keyfile",
                    self.key, "-in", source, "-out", out, "-startdate", stamp(begin_s), "-enddate", stamp(end_s),
                    "-extensions", kind)
            return out.read_bytes()

    def server(self):
        """Paths of a server's certificate and key for localhost."""
        key, out = self.folder / "server.key", self.folder / "server.pem"
        request = openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                          "/CN=localhost", "-keyout", key)
        out.write_bytes(self.sign(request, kind="server"))
        return out, key


class Centre:
    """Runs in threads of this process. Tests set its attributes, and hooks that answer in its place."""

    def __init__(self, authority, serving=None):
        self.authority = authority
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*(serving or authority).server())
        self.context.load_verify_locations(authority.pem)
        self.context.verify_mode = ssl.CERT_OPTIONAL
        self.stored = {}      # (series, seq) -> bytes
        self.puts = []        # (seq, status) of every PUT answered
        self.heartbeats = []
        self.seals = []
        self.calls = []       # (method, path, serial number of the client's certificate)
        self.loaded = 0
        self.refused = []
        self.answer = {}      # more members of a heartbeat's answer
        self.code, self.code_key, self.approved = "c0de-0001", None, True
        self.validity = (-3600, 86400)
        self.on_put = lambda seq, body: None     # (status, code, headers) instead of the ordinary answer
        self.on_call = lambda method, path, serial: None  # likewise, of any call but PUT of a batch
        self.server = None
        self.port = None
        self.open = set()     # connections

    def start(self):
        centre = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 20

            def log_message(self, *arguments):
                pass

            def handle_one_request(self):
                try:
                    super().handle_one_request()
                except (OSError, ValueError):
                    self.close_connection = True

            def serial(self):
                certificate = self.connection.getpeercert()
                return certificate["serialNumber"] if certificate else None

            def reply(self, status, body=b"", headers=(), marked=True):
                self.send_response(status)
                for name, value in {**(MARKER if marked else {}), **dict(headers)}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def problem(self, status, code, headers=(), marked=True):
                body = json.dumps({"type": "about:blank", "status": status, "code": code}).encode() if code else b""
                self.reply(status, body, headers, marked)

            def read(self):
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))

            def handle_any(self):
                centre.calls.append((self.command, self.path, self.serial()))
                batch = re.fullmatch(r"/v1/sites/[^/]+/batches/(\w+)/(\d+)", self.path)
                if batch and self.command == "PUT":
                    centre.put(self, batch[1], int(batch[2]))
                    return
                instead = centre.on_call(self.command, self.path, self.serial())
                body = self.read()
                if instead:
                    self.problem(*instead)
                elif "/simpleenroll" in self.path or "/simplereenroll" in self.path:
                    centre.enroll(self, body)
                elif self.serial() is None:
                    self.problem(401, "no-certificate")
                elif self.path.endswith("/heartbeat"):
                    centre.heartbeat(self, body)
                elif self.path.endswith("/seal-certificate"):
                    centre.seals.append(body)
                    self.reply(204)
                else:
                    self.reply(200, json.dumps(centre.watermark(self.path.rsplit("/", 1)[1])).encode())

            do_GET = do_PUT = do_POST = handle_any

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def finish_request(self, request, address):
                request.settimeout(20)
                try:
                    tls = centre.context.wrap_socket(request, server_side=True)
                except OSError:
                    return
                with tls:
                    centre.open.add(tls)
                    super().finish_request(tls, address)
                    centre.open.discard(tls)

            def handle_error(self, request, address):
                pass

        self.server = Server(("127.0.0.1", self.port or 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def stop(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None
        for connection in list(self.open):  # those kept alive are away too
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.open.clear()

    @property
    def url(self):
        return f"https://localhost:{self.port}"

    def put(self, handler, series, seq):
        instead = self.on_put(seq, handler)
        if instead == "handled":
            handler.close_connection = True
            return
        body = handler.read()
        if instead and instead[0] == "lose":
            self.stored[series, seq] = body
            self.puts.append((seq, None))
            handler.close_connection = True
            return
        if instead:
            self.puts.append((seq, instead[0]))
            handler.problem(*instead)
            return
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        assert handler.headers["Repr-Digest"] == f"sha-256=:{digest}:"
        assert handler.headers["Content-Type"] == "application/cms"
        held = self.stored.setdefault((series, seq), body)
        known = any(done == (seq, 201) or done == (seq, None) for done in self.puts)
        status = 409 if held != body else 200 if known else 201
        self.puts.append((seq, status))
        handler.problem(status, "other-digest" if status == 409 else "")

    def watermark(self, series):
        seqs = {seq for name, seq in self.stored if name == series}
        contiguous = 0
        while contiguous + 1 in seqs:
            contiguous += 1
        highest = max(seqs, default=0)
        missing = [[seq, seq] for seq in range(1, highest) if seq not in seqs]
        return {"series": series, "contiguous": contiguous, "loaded": self.loaded, "highest": highest,
                "missing": missing}

    def heartbeat(self, handler, body):
        assert len(body) <= 4096
        heartbeat = json.loads(body)
        self.heartbeats.append(heartbeat)
        answer = {"interval_s": 0, "drain_per_minute": 0, "refused": self.refused, "requests": [], "proved": "",
                  "receipts": [], "time": int(time.time())}
        if heartbeat["series"]:
            answer.update(self.watermark(heartbeat["series"]))
            del answer["highest"]
        handler.reply(200, json.dumps({**answer, **self.answer}).encode())

    def enroll(self, handler, body):
        request = openssl("req", "-inform", "DER", "-outform", "PEM", data=base64.b64decode(body))
        if "simpleenroll" in handler.path:
            expected = "Basic " + base64.b64encode(f"lyon:{self.code}".encode()).decode()
            if handler.headers.get("Authorization") != expected:
                handler.problem(401, "bad-code")
                return
            key = openssl("req", "-noout", "-pubkey", data=request)
            self.code_key = self.code_key or key
            if key != self.code_key:
                handler.problem(409, "code-used")
                return
            if not self.approved:
                handler.problem(202, "", {"Retry-After": "3"})
                return
        certificate = self.authority.sign(request, *self.validity)
        der = openssl("crl2pkcs7", "-nocrl", "-certfile", "/dev/stdin", "-outform", "DER", data=certificate)
        handler.reply(200, base64.encodebytes(der), {"Content-Type": "application/pkcs7-mime"})
