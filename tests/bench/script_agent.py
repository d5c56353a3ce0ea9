#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The agent's job as a script would do it: what a benchmark compares with.

Row by row: pseudonyms, day, coarse values, leak check, a fingerprint; NDJSON, gzip, signed and sealed by the openssl
command; a queue in SQLite (synchronous=FULL), then an upload over TLS. It is written as one would write it: a library
call where there is one, no trick.

    script_agent.py DB STATE_FOLDER UPLOAD_URL CA SEAL_KEY SEAL_CERTIFICATE RECIPIENT [SHARE]
"""

import gzip
import hashlib
import hmac
import http.client
import json
import pathlib
import sqlite3
import ssl
import subprocess
import sys
import urllib.parse

from rows import SQL

BATCH_RECORDS = 5000
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
WORDS = {
    "type_jour": {"O": "weekday", "S": "saturday", "D": "sunday", "F": "public_holiday"},
    "tranche": {"J": "day", "S": "evening", "N": "night", "M": "early_morning"},
    "canal": {"TEL": "phone", "WEB": "web", "APP": "app", "C15": "transfer", "FAX": "other"},
    "type_appelant": {1: "self", 2: "relative", 3: "care_home", 4: "samu", 5: "police", 6: "pharmacist", 7: "other"},
    "urgence": {1: "immediate", 2: "urgent", 3: "prompt", 4: "routine"},
    "decision": {"VIS": "visit", "CS": "consultation", "TC": "teleconsultation", "CONS": "advice", "TRF": "transfer",
                 "ANN": "cancelled"},
    "motif_annulation": {"PAT": "caller", "DBL": "duplicate", "INJ": "no_answer", "AUT": "other"},
    "code_devenir": {"DOM": "home", "HOS": "hospital", "SAM": "samu", "MT": "gp", "REF": "refused", "DCD": "deceased"},
    "lieu": {"DOM": "home", "EHP": "care_home", "CAB": "sos_centre", "VPU": "public_place", "HOT": "hotel",
             "GAV": "custody"},
    "certitude": {"C": "certain", "P": "probable", "S": "possible"},
    "mode": {"HH": "HH", "AMB": "AMB", "VR": "VR"},
}
CODES = {"code_motif": "reason", "code_motif2": "reason_2", "code": "code", "cip": "code"}
NUMBERS = {"ta_sys": "systolic", "ta_dia": "diastolic", "pouls": "pulse", "spo2": "spo2", "temperature": "temperature",
           "glycemie": "glucose", "eva": "pain", "rang": "rank", "quantite": "quantity", "jours": "days"}
DELAYS = ("transmis_le", "depart_le", "arrive_le", "fin_le")
OWN = ("nom", "nom_naissance", "prenom", "tel", "tel2", "rue", "email", "nir", "nom_appelant", "tel_appelant")


def lp(data):
    return len(data).to_bytes(4, "big") + data


class Agent:
    def __init__(self, folder, upload, sealing):
        self.root = hashlib.sha256(b"a root key").digest()
        self.queue = sqlite3.connect(folder / "queue.db")
        self.queue.execute("PRAGMA journal_mode = WAL")
        self.queue.execute("PRAGMA synchronous = FULL")
        self.queue.execute("CREATE TABLE batch (seq INTEGER PRIMARY KEY, sealed BLOB)")
        self.queue.execute("CREATE TABLE day (stream, day, count, digest, PRIMARY KEY (stream, day))")
        self.upload, self.sealing, self.seq = upload, sealing, 0

    def token(self, letter, kind, local_id):
        mac = hmac.digest(self.root, lp(kind.encode()) + lp(str(local_id).encode()), "sha256")[:16]
        number = int.from_bytes(mac, "big")
        return letter + "1." + "".join(LETTERS[number >> shift & 31] for shift in range(125, -1, -5))

    def record(self, stream, row):
        key = str(row["num"]) if stream == "call" else str(row[0])
        if stream == "diagnosis":
            key += f",{row['rang']}"
        record = {"stream": stream, "id": self.token("e", stream, key), "episode": self.token("e", "call", row["num"]),
                  "day": row["appel_le"][:10], "op": "put"}
        if row["patient"] is not None:
            record["patient"] = self.token("p", "person", row["patient"])
            if stream in ("call", "visit"):
                record["age"] = str(max(int(row["appel_le"][:4]) - int((row["ddn"] or row["appel_le"])[:4]), 0))
                record["sex"] = {1: "M", 2: "F"}.get(row["sexe"])
                record["geo"] = str(row["cp"] or "")[:2]
        if stream == "call" and not row["death"]:
            record["received"] = row["appel_le"][:13]
        for name in row.keys():
            value = row[name]
            if value is None:
                continue
            if name in WORDS:
                record[name] = WORDS[name].get(value)
            elif name in CODES:
                record[CODES[name]] = value
            elif name in NUMBERS:
                record[NUMBERS[name]] = value
            elif name in DELAYS and not row["death"]:
                record["delay_" + name] = minutes(row["appel_le"], value)
            elif name in ("commentaire", "conclusion", "posologie"):
                record["note"] = "<TEXTE_RETENU>"
        line = json.dumps(record, separators=(",", ":"), ensure_ascii=False)
        for name in OWN:
            if name in row.keys() and row[name] and len(row[name]) > 3 and row[name] in line:
                return None, None
        fp = hashlib.sha256(line.encode()).digest()[:16]
        return (line[:-1] + ',"fp":"' + fp.hex() + '"}\n').encode(), fp

    def batch(self, stream, lines, days):
        self.seq += 1
        body = b"".join(lines)
        manifest = json.dumps({"site": "lyon", "seq": self.seq, "stream": stream, "records": len(lines),
                               "sha256": hashlib.sha256(body).hexdigest()}).encode() + b"\n"
        sealed = self.seal(gzip.compress(manifest + body, 6))
        with self.queue:
            self.queue.execute("INSERT INTO batch VALUES (?, ?)", (self.seq, sealed))
            self.queue.executemany("INSERT OR REPLACE INTO day VALUES (?, ?, ?, ?)",
                                   [(stream, day, count, (digest % (1 << 128)).to_bytes(16, "big"))
                                    for day, (count, digest) in days.items()])
        self.upload.put(self.seq, sealed)
        with self.queue:
            self.queue.execute("DELETE FROM batch WHERE seq = ?", (self.seq,))

    def seal(self, data):
        key, certificate, recipient = self.sealing
        signed = subprocess.run(["openssl", "cms", "-sign", "-binary", "-nodetach", "-nocerts", "-noattr", "-md", "sha256",
                                 "-signer", certificate, "-inkey", key, "-outform", "DER"], input=data,
                                stdout=subprocess.PIPE, check=True).stdout
        return subprocess.run(["openssl", "cms", "-encrypt", "-binary", "-aes-256-gcm", "-outform", "DER", recipient],
                              input=signed, stdout=subprocess.PIPE, check=True).stdout

    def stream(self, db, stream, share):
        lines, days, total, last = [], {}, 0, None
        for row in db.execute(f"{SQL[stream]} WHERE a.rowid % {share} = 0 AND a.appel_le >= '2015'"
                              " AND (p.opposition IN (0, 'N') OR p.id IS NULL)"):
            line, fp = self.record(stream, row)
            if line is None:
                continue
            last = row["appel_le"][:10]
            count, digest = days.get(last, (0, 0))
            days[last] = (count + 1, digest + int.from_bytes(fp, "big"))
            lines.append(line)
            if len(lines) == BATCH_RECORDS:
                total += len(lines)
                self.batch(stream, lines, days)
                lines = []
        if lines:
            total += len(lines)
            self.batch(stream, lines, days)
        return total


class Upload:
    def __init__(self, url, ca):
        parts = urllib.parse.urlsplit(url)
        self.path = parts.path
        self.connection = http.client.HTTPSConnection(parts.netloc, context=ssl.create_default_context(cafile=ca))

    def put(self, seq, data):
        self.connection.request("PUT", f"{self.path}/{seq}.cms", body=data)
        answer = self.connection.getresponse()
        answer.read()
        if answer.status not in (201, 204):
            raise ConnectionError(f"status {answer.status}")


def minutes(since, until):
    """Both are 2026-01-02 03:04:05; to the minute is enough here, across midnight too."""
    day = (int(until[8:10]) != int(since[8:10])) * 1440
    return max(0, day + int(until[11:13]) * 60 + int(until[14:16]) - int(since[11:13]) * 60 - int(since[14:16]))


def main():
    source, folder, url, ca, key, certificate, recipient = sys.argv[1:8]
    share = int(sys.argv[8]) if len(sys.argv) > 8 else 1
    db = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    db.text_factory = lambda data: data.decode("utf-8", "replace")
    agent = Agent(pathlib.Path(folder), Upload(url, ca), (key, certificate, recipient))
    print(sum(agent.stream(db, stream, share) for stream in SQL))


if __name__ == "__main__":
    main()
