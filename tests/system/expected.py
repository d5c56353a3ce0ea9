#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the warehouse must hold of a sample dispatch database: a second opinion.

Written from the rules (DESIGN 3, 6.2, 6.8) and the sample's schema alone, in another language and with another
method than the agent: whole tables into memory, one pass, no sweep, no state. A record of the warehouse stands for
each row that

  * has a readable day, inside the mapping's `days`,
  * has a key that no other row inside `days` has,
  * names nobody (NULL, 0, -1), or a patient whose person exists and whose objection flag says yes or no,
  * and none of those merged with that patient objects.

    expected.py dispatch.db [--from 2015-01-01] [--to DATE]      counts as JSON
    expected.py dispatch.db --list                               stream, local key, day, "death" or "-", one a line
"""

import argparse
import collections
import datetime
import json
import re
import sqlite3

STREAMS = ("call", "visit", "diagnosis", "act", "prescription")

# Local key, then the call's number: everything else about a row comes through its call.
ROWS = {
    "call": "SELECT num, num FROM appels",
    "visit": "SELECT id, appel_num FROM consultations",
    "diagnosis": "SELECT consultation_id, rang, c.appel_num FROM diagnostics JOIN consultations c"
                 " ON c.id = consultation_id",
    "act": "SELECT t.id, c.appel_num FROM actes t JOIN consultations c ON c.id = t.consultation_id",
    "prescription": "SELECT r.id, c.appel_num FROM prescriptions r JOIN consultations c ON c.id = r.consultation_id",
}
NOBODY = (None, 0, -1)
DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$")

Record = collections.namedtuple("Record", "stream key day death patient")


def day_of(text):
    """The local day of a timestamp, or None. 02:30 of the Sunday of March is no instant, but its day is certain."""
    match = DAY.match(text) if isinstance(text, str) else None
    try:
        return datetime.date(*map(int, match.groups()[:3])) if match else None
    except ValueError:
        return None


class People:
    """Patients, who they are after merges, and whether they may be read. objecting: local ids entered on site."""

    def __init__(self, db, objecting=()):
        self.parent = dict(db.execute("SELECT id_enfant, id_parent FROM rapprochements"))
        self.flag = dict(db.execute("SELECT p.id, p.opposition FROM patients p"
                                    " JOIN personnes q ON q.id = p.personne_id"))
        self.objectors = {self.root(patient) for patient, flag in self.flag.items() if flag in (1, "1", "O")}
        self.objectors |= {self.root(patient) for patient in objecting}

    def root(self, patient):
        seen = set()
        while patient in self.parent:
            if patient in seen:
                return None
            seen.add(patient)
            patient = self.parent[patient]
        return patient

    def fate(self, patient):
        """None when the patient's rows may go, else why they may not."""
        if patient in NOBODY:
            return None
        if patient not in self.flag:
            return "no_person"
        root = self.root(patient)
        if root is None:
            return "merge_cycle"
        if root in self.objectors:
            return "objected"
        return None if self.flag[patient] in (0, "0", "N") else "objection_value"


def read(path, first=datetime.date(2015, 1, 1), last=None, objecting=()):
    """All expected records, and a count of the rows left out by stream and reason."""
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    people = People(db, objecting)
    calls = {num: (day_of(at), patient)
             for num, at, patient in db.execute("SELECT num, appel_le, patient_id FROM appels")}
    deaths = {num for (num,) in db.execute("SELECT appel_num FROM consultations WHERE code_devenir = 'DCD'")}
    records, left_out = [], {stream: collections.Counter() for stream in STREAMS}
    for stream in STREAMS:
        inside = []
        for *key, num in db.execute(ROWS[stream]):
            if num not in calls:
                left_out[stream]["not_joined"] += 1
                continue
            day, patient = calls[num]
            if day is None:
                left_out[stream]["no_day"] += 1
            elif day < first or (last is not None and day > last):
                left_out[stream]["outside_days"] += 1
            else:
                inside.append((tuple(key), num, day, patient))
        uses = collections.Counter(key for key, *_ in inside)
        for key, num, day, patient in inside:
            why = "duplicate_key" if uses[key] > 1 else people.fate(patient)
            if why is not None:
                left_out[stream][why] += 1
            else:
                who = None if patient in NOBODY else people.root(patient)
                records.append(Record(stream, key, day.isoformat(), num in deaths, who))
    db.close()
    return records, left_out


def summary(records, left_out):
    """Counts by stream, in the shape of the demo's summary."""
    kept = collections.Counter(record.stream for record in records)
    return {stream: {"records": kept[stream],
                     "days": len({r.day for r in records if r.stream == stream}),
                     "patients": len({r.patient for r in records if r.stream == stream and r.patient is not None}),
                     "in_death": sum(r.death for r in records if r.stream == stream),
                     "left_out": dict(sorted(left_out[stream].items()))} for stream in STREAMS}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("db")
    parser.add_argument("--from", dest="first", type=datetime.date.fromisoformat, default=datetime.date(2015, 1, 1))
    parser.add_argument("--to", dest="last", type=datetime.date.fromisoformat)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    records, left_out = read(options.db, options.first, options.last)
    if options.list:
        for r in sorted(records):
            print(r.stream, ",".join(map(str, r.key)), r.day, "death" if r.death else "-", sep="\t")
    else:
        print(json.dumps(summary(records, left_out), indent=1))


if __name__ == "__main__":
    main()
