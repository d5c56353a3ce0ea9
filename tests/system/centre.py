# SPDX-License-Identifier: Apache-2.0
"""A whole centre in a folder, of real parts: nginx in front, intake, signer and loader behind it."""

import contextlib
import json
import os
import pathlib
import random
import socket
import sqlite3
import subprocess

from waiting import wait_for

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("CONTACT_BUILD", "build/release")
PROGRAM = BUILD / "contact-gateway"

NGINX = """\
daemon off;
master_process on;
worker_processes 1;
pid {folder}/nginx/nginx.pid;
error_log {folder}/nginx/error.log warn;
{user}
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/nginx/body;
    proxy_temp_path {folder}/nginx/proxy;
    fastcgi_temp_path {folder}/nginx/fastcgi;
    uwsgi_temp_path {folder}/nginx/uwsgi;
    scgi_temp_path {folder}/nginx/scgi;
    limit_conn_zone $binary_remote_addr zone=contact_sites:1m;
    upstream contact_intake {{ server unix:{folder}/intake.sock; }}
    upstream contact_operators {{ server unix:{folder}/operators.sock; }}
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {folder}/tls/server.pem;
        ssl_certificate_key {folder}/tls/server.key;
        include {root}/conf/nginx/contact-gateway-sites.inc;
    }}
    server {{
        listen 127.0.0.1:{operators_port};
        location / {{ proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass http://contact_operators; }}
    }}
}}
"""


def free_port():
    """One at which nothing listens, below those that the kernel gives to whoever connects: a server that is started again
    finds it free."""
    below = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    while True:
        port = random.SystemRandom().randrange(below // 2, below)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def answers(path):
    """Something listens at a Unix socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


class Centre:
    """Keep folder short: a Unix socket's path has 107 characters at most. settings: lines of YAML, added."""

    PARTS = ("serve", "sign", "load", "nginx")

    def __init__(self, folder, settings="", store="sqlite", conninfo="", program=PROGRAM, port=None):
        self.folder = pathlib.Path(folder)
        self.program = program
        self.port, self.operators_port = port or free_port(), free_port()
        self.url = f"https://localhost:{self.port}"
        self.operators_url = f"http://127.0.0.1:{self.operators_port}"
        self.config = self.folder / "gateway.yaml"
        self.ca = self.folder / "public" / "ca.pem"
        self.landing = self.folder / "landing"
        self.feedback = self.folder / "feedback"
        self.warehouse = self.folder / "warehouse" / "warehouse.db"
        self.processes = {}
        self.folder.mkdir(parents=True, exist_ok=True)
        self.settings = {"url": self.url, "store": {"kind": store, "path": "warehouse/warehouse.db", "conninfo": conninfo}}
        self.write_config(settings)

    def write_config(self, more=""):
        """more: YAML of further settings, by top-level key."""
        folders = ["public", "state", "landing", "feedback", "enrol", "loader", "signer", "tls", "offline"]
        lines = [f"url: {self.url}", "socket: intake.sock", "operators_socket: operators.sock", "folders:"]
        lines += [f"  {name}: {name}" for name in folders] + ["  offered: seals/offered"]
        store = self.settings["store"]
        lines += ["store:", f"  kind: {store['kind']}", f"  path: {store['path']}"]
        if store["conninfo"]:
            lines.append(f"  conninfo: \"{store['conninfo']}\"")
        lines.append(f"model_folder: {ROOT}/conf/model")
        if "limits:" not in more:
            lines += ["limits:", "  disk_reserve: 1MiB"]
        if "heartbeat:" not in more:
            lines += ["heartbeat:", "  every: 1s"]
        self.config.write_text("\n".join(lines) + "\n" + more + "\n")

    def command(self, *arguments, check=True):
        done = subprocess.run([self.program, "--config", self.config, *map(str, arguments)], capture_output=True,
                              text=True, timeout=60, check=False)
        if check and done.returncode != 0:
            raise AssertionError(f"{arguments}: status {done.returncode}: {done.stderr}")
        return done

    def init(self):
        self.command("init", "--host", "localhost", "--host", "127.0.0.1")
        return self

    def add_site(self, name, *options):
        """Returns the bundle's path."""
        bundle = self.folder / f"{name}.bundle.yaml"
        self.command("site", "add", name, "--out", bundle, *options)
        return bundle

    def accept_seal(self, site):
        """As an operator does after comparing: accepts what the site offers."""
        line = next(line for line in self.command("seal", "list").stdout.splitlines() if line.split()[0] == site)
        fingerprint = "".join(line.split()[1:17])
        self.command("seal", "accept", site, fingerprint)
        return fingerprint

    def offered_seal(self, site):
        return (self.folder / "seals" / "offered" / f"{site}.pem").exists()

    def _spawn(self, part, arguments):
        log = (self.folder / f"{part}.log").open("a", encoding="utf-8")
        with log:
            self.processes[part] = subprocess.Popen(list(map(str, arguments)), stdout=log, stderr=log,
                                                    stdin=subprocess.DEVNULL)

    def _start_nginx(self):
        (self.folder / "nginx").mkdir(exist_ok=True)
        conf = self.folder / "nginx" / "nginx.conf"
        user = "user root;" if os.geteuid() == 0 else ""
        conf.write_text(NGINX.format(folder=self.folder, port=self.port, operators_port=self.operators_port, root=ROOT,
                                     user=user))
        self._spawn("nginx", ["/usr/sbin/nginx", "-p", self.folder / "nginx", "-c", conf,
                              "-e", self.folder / "nginx" / "error.log"])

    def _listening(self, port):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def _ready(self, part):
        self.alive(part)
        if part == "serve":
            return answers(self.folder / "intake.sock") and answers(self.folder / "operators.sock")
        if part == "nginx":
            return self._listening(self.port) and self._listening(self.operators_port)
        return True

    def alive(self, part):
        process = self.processes.get(part)
        if process is None or process.poll() is not None:
            log = self.folder / f"{part}.log"
            raise AssertionError(f"{part} is not running: {log.read_text()[-2000:] if log.exists() else ''}")

    def start(self, *parts):
        """All parts, or those named; each is ready when this returns."""
        for part in parts or self.PARTS:
            if part == "nginx":
                self._start_nginx()
            else:
                self._spawn(part, [self.program, "--config", self.config, part])
        for part in parts or self.PARTS:
            wait_for(lambda name=part: self._ready(name), 20, f"{part} to start")
        return self

    def stop(self, *parts):
        """SIGTERM to those named, or all; checks that each ends by itself, and well."""
        ending = [part for part in (parts or reversed(self.PARTS)) if part in self.processes]
        for part in ending:
            self.processes[part].terminate()
        statuses = {part: self.processes.pop(part).wait(timeout=20) for part in ending}
        assert all(status in (0, -15) for status in statuses.values()), statuses

    def kill(self, *parts):
        for part in parts or list(self.processes):
            process = self.processes.pop(part)
            process.kill()
            process.wait()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is None:
            self.stop()
        else:
            for part in list(self.processes):
                process = self.processes.pop(part)
                process.terminate()
                try:
                    process.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def reading(self):
        """The warehouse, where it is SQLite: a connection to read by, closed at the end of its with."""
        return contextlib.closing(sqlite3.connect(f"file:{self.warehouse}?mode=ro", uri=True, timeout=20))

    def fleet(self):
        """Sites by name."""
        return {site["site"]: site for site in json.loads(self.command("fleet", "--json").stdout)["sites"]}

    def told(self, site):
        """What the loader says of a site, {} before it has said anything."""
        path = self.feedback / f"{site}.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def log(self, part):
        path = self.folder / f"{part}.log"
        return path.read_text() if path.exists() else ""
