# SPDX-License-Identifier: Apache-2.0
"""An association's machine and the centre's, as the tests of the packages know them."""

import contextlib
import os
import sqlite3

import compare
from machine import ROOT, Machine, base, network, network_gone, run

CALLS = 400
SAMPLE = ROOT / "build" / "release" / "sample-dispatch"
AGENT, GATEWAY = "/var/lib/contact-agent", "/var/lib/contact-gateway"
COLLECT, SEND = "contact-agent-collect.service", "contact-agent-send.service"
INTAKE, LOADER, SIGNER = "contact-gateway.service", "contact-loader.service", "contact-signer.service"
USER = {COLLECT: "contact-collect", SEND: "contact-send", INTAKE: "contact-gateway", LOADER: "contact-loader",
        SIGNER: "contact-signer"}
UNITS_OF = {"site": (COLLECT, SEND), "centre": (INTAKE, LOADER, SIGNER)}

# Sites of a test do not wait as those of a country must.
SETTINGS = """\
source:
  database: /srv/dispatch/dispatch.db
collect:
  hot: 1s
  look: 500ms
  share: 50
send:
  heartbeat: 1s
  spread: 0s
"""


def package(name):
    paths = sorted((ROOT / "build" / "deb").glob(f"{name}_*.deb"))
    assert paths, "make deb"
    return paths[-1]


class World:
    def __init__(self):
        base([package("contact-agent"), package("contact-gateway")])
        network()
        self.centre, self.site = Machine("centre"), Machine("site")

    def open(self):
        for machine in (self.centre, self.site):
            machine.boot()
        return self

    def close(self):
        for machine in (self.site, self.centre):
            machine.gone()
        network_gone()

    def machine_of(self, unit):
        return self.site if unit in UNITS_OF["site"] else self.centre

    def install(self, machine, name, path=None):
        path = path or package(name)
        machine.put(path, f"/root/{path.name}")
        return machine.run(f"apt-get install -y /root/{path.name}")

    def loaded(self):
        """The records that the warehouse holds, compared with the source's one by one."""
        warehouse = self.centre.path(f"{GATEWAY}/warehouse/warehouse.db")
        if not warehouse.exists():
            return None
        sides = compare.Sides(self.site.path("/srv/dispatch/dispatch.db"), "lyon",
                              bytes.fromhex(self.site.path(f"{AGENT}/collect/root.key").read_text().strip()),
                              self.centre.path(f"{GATEWAY}/loader/warehouse.key").read_bytes())
        with contextlib.closing(sqlite3.connect(f"file:{warehouse}?mode=ro", uri=True, timeout=20)) as db:
            try:
                result = sides.compare(db)
            except sqlite3.OperationalError:
                return None
        return result if result.equal else None

    def queue(self):
        """The numbers of the batches that wait."""
        database = self.site.path(f"{AGENT}/spool/{os.readlink(self.site.path(f'{AGENT}/spool/current'))}/spool.db")
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as db:
            return {seq for (seq,) in db.execute("SELECT seq FROM batch")}

    def change(self, seed):
        run(SAMPLE, "change", "--db", self.site.path("/srv/dispatch/dispatch.db"), "--seed", seed, "--within", 1, "--new", 5,
            "--canaries", self.site.folder / "canaries.txt")
