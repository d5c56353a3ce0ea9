#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Backfill into a local gateway, against two ways of doing without the agent.

    make bench [CALLS=500000] [ROUNDS=3]     interleaved rounds of: the agent, the bare pipeline, the Python script
    make bench TEXT=0                        the same by a mapping without free text: what cleaning costs, and the rest alone
    make bench MEMORY=1 [CALLS=1000000]      resident memory of collect and send during a backfill, loader included

bare    sqlite3 -json | gzip -6 | openssl cms -encrypt | curl to nginx: pseudonymises nothing, keeps no queue
script  tests/bench/script_agent.py: the agent's job in Python; a fifth of the rows, for it is slow

CPU is that of the contestant's own processes (wait4); what nginx and the intake spend on it is shown apart.
"""

import contextlib
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))

import expected  # noqa: E402  (beside the system tests)
from association import BUILD, MAPPING, Site  # noqa: E402
from centre import ROOT, Centre, free_port  # noqa: E402
from rows import SQL  # noqa: E402
from waiting import wait_for  # noqa: E402

FOLDER = ROOT / "build" / "bench"
HERE = pathlib.Path(__file__).resolve().parent
SHARE = 5
TICK = os.sysconf("SC_CLK_TCK")
LIMIT_KB = 32 * 1024
DAV = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
{user}
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {tls}/server.pem;
        ssl_certificate_key {tls}/server.key;
        ssl_protocols TLSv1.3;
        client_max_body_size 0;
        root {folder}/store;
        location / {{ dav_methods PUT; create_full_put_path on; }}
    }}
}}
"""


def cpu_of(pid):
    """Seconds that a running process and its ended children have used."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICK


def memory_of(pid, name="VmHWM"):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    return 0


def tree(pid):
    """A process and its descendants."""
    yield pid
    for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from tree(int(child))


class Dav:
    """An nginx that stores what is PUT, and does nothing else."""

    def __init__(self, folder, tls):
        self.folder, self.port = folder, free_port()
        self.url = f"https://localhost:{self.port}"
        (folder / "store").mkdir(parents=True)
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(DAV.format(folder=folder, port=self.port, tls=tls, user=user))
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-p", folder, "-c", folder / "nginx.conf", "-e",
                                         folder / "error.log"])
        wait_for(lambda: subprocess.run(["curl", "-so/dev/null", "-k", self.url], check=False).returncode == 0, 10, "nginx")

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Contest:
    def __init__(self, calls, rounds):
        self.calls, self.rounds = calls, rounds
        self.folder = FOLDER
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.source = self.folder / "dispatch.db"
        self.centre = Centre(self.folder / "centre").init()
        self.recipient = self.centre.folder / "loader" / "recipient.pem"
        self.results = {"agent": [], "bare": [], "script": []}

    def prepare(self, days_back=3650):
        print(f"a dispatch database of {self.calls:,} calls …", flush=True)
        subprocess.run([BUILD / "sample-dispatch", "create", "--calls", str(self.calls), "--days-back", str(days_back),
                        "--out", self.source, "--canaries", self.folder / "canaries.txt"], check=True)
        self.records = len(expected.read(self.source)[0])
        self.warm()

    def mapping(self):
        if os.environ.get("TEXT", "1") != "0":
            return MAPPING
        path = self.folder / "mapping.yaml"
        path.write_text("".join(line for line in MAPPING.open() if "rule: text" not in line))
        return path

    def warm(self):
        """The source into the page cache: the contest is not about the disk."""
        with self.source.open("rb") as file:
            while file.read(1 << 22):
                pass

    def run(self):
        self.prepare()
        self.centre.start("serve", "sign", "nginx")
        self.dav = Dav(self.folder / "dav", self.centre.folder / "tls")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                        self.folder / "seal.key", "-out", self.folder / "seal.pem", "-subj", "/CN=script", "-days", "2"],
                       check=True, capture_output=True)
        print(f"{self.records:,} records, {self.rounds} rounds; each contestant's records/s, CPU seconds per million:")
        try:
            for number in range(self.rounds):
                names = list(self.results)
                for name in names[number % 3:] + names[:number % 3]:
                    result = getattr(self, name)(number)
                    self.results[name].append(result)
                    print(f"  round {number + 1}  {name:<7} {result['records_per_s']:>10,.0f}/s"
                          f" {result['cpu_s_per_million']:>8.1f} s", flush=True)
        finally:
            self.dav.stop()
            self.centre.stop("nginx", "serve", "sign")
        return self.report()

    def agent(self, number):
        site = Site(self.folder / f"site{number}", self.centre, f"site{number}", {}, self.mapping())
        site.source = self.source
        site.write_config({"source": [f"database: {self.source}"], "send": ["heartbeat: 10s"], "collect": ["share: 1"]})
        site.enroll().approve()
        servers = [pid for part in ("nginx", "serve") for pid in tree(self.centre.processes[part].pid)]
        before = sum(map(cpu_of, servers))
        started = time.monotonic()
        try:
            site.start("collect", "send")
            wait_for(lambda: nearly_finished(site), 3600, "most of the backfill")
            wait_for(lambda: finished(site), 3600, "the backfill")
            seconds = time.monotonic() - started
            pids = {part: site.processes[part].pid for part in ("collect", "send")}
            memory = {part: memory_of(pid) for part, pid in pids.items()}
            cpu = {part: cpu_of(pid) for part, pid in pids.items()}
            servers_cpu = sum(map(cpu_of, servers)) - before
        finally:
            site.stop()
        size = sum(path.stat().st_size for path in (self.centre.landing / site.name).glob("*/*.cms"))
        records = sum(stream["records"] for stream in site.status()["streams"])
        shutil.rmtree(self.centre.landing / site.name)
        shutil.rmtree(site.spool)
        return figures(records, seconds, sum(cpu.values()), max(memory.values()), size, servers=servers_cpu,
                       collect_kb=memory["collect"], send_kb=memory["send"], collect_cpu=cpu["collect"])

    def bare(self, number):
        used, peak, records, store = 0.0, 0, 0, self.dav.folder / "store" / f"bare{number}"
        before = sum(map(cpu_of, tree(self.dav.process.pid)))
        started = time.monotonic()
        for stream, sql in SQL.items():
            pipes = [["sqlite3", "-json", "-readonly", self.source, sql], ["gzip", "-6"],
                     ["openssl", "cms", "-encrypt", "-binary", "-stream", "-aes-256-gcm", "-outform", "DER", self.recipient],
                     ["curl", "-sSf", "--cacert", self.centre.ca, "-T", "-", f"{self.dav.url}/bare{number}/{stream}.cms"]]
            cpu, memory = pipeline(pipes)
            used, peak = used + cpu, max(peak, memory)
        seconds = time.monotonic() - started
        servers = sum(map(cpu_of, tree(self.dav.process.pid))) - before
        records = self.rows()
        size = sum(path.stat().st_size for path in store.glob("*.cms"))
        shutil.rmtree(store)
        return figures(records, seconds, used, peak, size, servers=servers)

    def script(self, number):
        folder = self.folder / f"script{number}"
        folder.mkdir()
        started = time.monotonic()
        process = subprocess.Popen([sys.executable, HERE / "script_agent.py", self.source, folder,
                                    f"{self.dav.url}/script{number}", self.centre.ca, self.folder / "seal.key",
                                    self.folder / "seal.pem", self.recipient, str(SHARE)], stdout=subprocess.PIPE)
        watch = Watch([process])
        records = int(process.stdout.read())
        cpu = reap(process)
        seconds = time.monotonic() - started
        peak = watch.end()
        store = self.dav.folder / "store" / f"script{number}"
        size = sum(path.stat().st_size for path in store.glob("*.cms"))
        shutil.rmtree(store)
        return figures(records, seconds, cpu, peak, size)

    def rows(self):
        """What the bare pipeline sent, counted apart: everything that joins."""
        if not hasattr(self, "_rows"):
            out = subprocess.run(["sqlite3", "-readonly", self.source,
                                  ";".join(f"SELECT count(*) FROM ({sql})" for sql in SQL.values())],
                                 capture_output=True, text=True, check=True).stdout
            self._rows = sum(map(int, out.split()))
        return self._rows

    def report(self):
        medians = {name: {key: statistics.median(result[key] for result in results) for key in results[0]}
                   for name, results in self.results.items()}
        agent, bare, script = medians["agent"], medians["bare"], medians["script"]
        ratios = {"cpu_of_bare": agent["cpu_s_per_million"] / bare["cpu_s_per_million"],
                  "speed_of_bare": agent["records_per_s"] / bare["records_per_s"],
                  "cpu_of_script": agent["cpu_s_per_million"] / script["cpu_s_per_million"],
                  "speed_of_script": agent["records_per_s"] / script["records_per_s"]}
        aims = {"cpu_of_bare at most 0.7": ratios["cpu_of_bare"] <= 0.7,
                "speed_of_bare at least 1.1": ratios["speed_of_bare"] >= 1.1,
                "collect under 24 MB": agent["collect_kb"] < 24 * 1024}
        summary = {"calls": self.calls, "records": self.records, "rounds": self.rounds, "medians": medians,
                   "ratios": ratios, "aims": aims, "results": self.results}
        (self.folder / "summary.json").write_text(json.dumps(summary, indent=1) + "\n")
        print(f"\n{'medians':<34}{'agent':>12}{'bare':>12}{'script':>12}")
        for key, name in (("records_per_s", "records/s"), ("cpu_s_per_million", "CPU s per million records"),
                          ("peak_kb", "peak memory of a process, kB"), ("bytes_per_record", "bytes on the wire per record")):
            print(f"{name:<34}" + "".join(f"{medians[who][key]:>12,.1f}" for who in ("agent", "bare", "script")))
        print(f"agent: collect {agent['collect_kb']:,.0f} kB, send {agent['send_kb']:,.0f} kB; nginx and intake"
              f" {agent['servers_cpu_s_per_million']:.1f} CPU s per million (bare pipeline's nginx"
              f" {bare['servers_cpu_s_per_million']:.1f})")
        print(f"agent to bare pipeline: CPU x {ratios['cpu_of_bare']:.2f}, records/s x {ratios['speed_of_bare']:.2f};"
              f" to the script: CPU x {ratios['cpu_of_script']:.2f}, records/s x {ratios['speed_of_script']:.1f}")
        for aim, met in aims.items():
            print(f"  {'met    ' if met else 'NOT MET'}  {aim}")
        return 0

    def memory(self):
        self.prepare()
        self.centre.start()
        site = Site(self.folder / "site", self.centre, "lyon", {"source": [f"database: {self.source}"], "collect": ["share: 1"]})
        site.source = self.source
        resident = {"collect": [], "send": []}
        try:
            site.join()
            started = time.monotonic()
            site.start("collect", "send")
            while not finished(site):
                for part, values in resident.items():
                    values.append(memory_of(site.processes[part].pid, "VmRSS"))
                time.sleep(0.5)
            seconds = time.monotonic() - started
            peak = {part: memory_of(site.processes[part].pid) for part in resident}
        finally:
            site.stop()
            self.centre.stop()
        summary = {"calls": self.calls, "records": self.records, "seconds": round(seconds, 1), "peak_kb": peak,
                   "median_kb": {part: statistics.median(values) for part, values in resident.items()},
                   "limit_kb": LIMIT_KB, "within": all(value < LIMIT_KB for value in peak.values())}
        (self.folder / "summary.json").write_text(json.dumps(summary, indent=1) + "\n")
        print(f"{self.records:,} records in {seconds:.0f} s; peak resident memory: collect {peak['collect']:,} kB,"
              f" send {peak['send']:,} kB; limit {LIMIT_KB:,} kB each: {'met' if summary['within'] else 'NOT MET'}")
        return 0 if summary["within"] else 1


def nearly_finished(site):
    """A look takes 30 ms of a processor, which the agent's rounds alone would pay: as long as the end is far, few."""
    time.sleep(1)
    return site.status()["backfill_percent"] >= 80


def finished(site):
    time.sleep(0.2)
    status = site.status()
    return status["backfill_percent"] == 100 and status["last_seq"] > 0 and status["queue_batches"] == 0


def pipeline(commands):
    """Runs them joined; CPU seconds of all, and the largest one's memory in kB."""
    processes, before = [], None
    for command in commands:
        process = subprocess.Popen(list(map(str, command)), stdin=before,
                                   stdout=subprocess.PIPE if command is not commands[-1] else None)
        if before:
            before.close()
        before = process.stdout
        processes.append(process)
    watch = Watch(processes)
    return sum(map(reap, processes)), watch.end()


def reap(process):
    """Waits for its end, which must be a good one; CPU seconds of it and of its own children."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, process.args
    return usage.ru_utime + usage.ru_stime


class Watch(threading.Thread):
    """The largest resident size of some processes, as the kernel keeps it while they live. (ru_maxrss of a child counts
    the parent it was forked from.)"""

    def __init__(self, processes):
        super().__init__()
        self.pids, self.peak_kb, self.ended = [process.pid for process in processes], 0, threading.Event()
        self.start()

    def run(self):
        while not self.ended.wait(0.1):
            for pid in self.pids:
                with contextlib.suppress(OSError):
                    self.peak_kb = max([self.peak_kb, *(memory_of(each) for each in tree(pid))])

    def end(self):
        self.ended.set()
        self.join()
        return self.peak_kb


def figures(records, seconds, cpu, memory_kb, size, servers=0.0, **more):
    return {"records_per_s": records / seconds, "cpu_s_per_million": cpu * 1e6 / records, "peak_kb": memory_kb,
            "bytes_per_record": size / records, "servers_cpu_s_per_million": servers * 1e6 / records,
            "records": records, "seconds": seconds, **more}


def main():
    memory = bool(os.environ.get("MEMORY"))
    contest = Contest(int(os.environ.get("CALLS") or (1000000 if memory else 500000)), int(os.environ.get("ROUNDS") or 3))
    return contest.memory() if memory else contest.run()


if __name__ == "__main__":
    sys.exit(main())
