#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Looks for planted identifying values (canaries) wherever data may have come to rest.

It opens what it can: databases are read row by row, with their write-ahead log, and once more as raw bytes; gzip is
inflated; base64, hexadecimal, PEM and UTF-16 are undone. Letters match in either case and within longer words; a
value with digits stands between characters that are neither letter nor digit, or every long number would contain one.
Values under 6 characters are ignored: they are everywhere by chance. In text, what has the form of a pseudonym or
of a digest is taken out first (what it decodes to is still looked at).

A scan that finds nothing proves nothing unless it would have found something: for each place, and each kind of file in
it, one canary is first planted in a copy, which must be found. The report never holds a value.

    leakscan.py --canaries canaries.txt spool=build/demo/site/spool logs=build/demo/logs …
"""

import argparse
import base64
import binascii
import collections
import concurrent.futures
import contextlib
import gzip
import itertools
import json
import multiprocessing
import os
import pathlib
import re
import shutil
import sqlite3
import sys
import tempfile
import unicodedata
import zlib

SHORTEST = 6
CHUNK = 1 << 13  # small: what looks like a value is searched for in its own chunk
INFLATED_MAX = 1 << 30
SQLITE = b"SQLite format 3\0"

WORD = b"[0-9A-Za-z]"
PSEUDONYM = re.compile(rb"(?<=[\" \n,\t])(?:[ped]\d{1,3}\.[0-9a-hjkmnp-tv-z]{26}|[0-9a-f]{32}|[0-9a-f]{64})(?=[\" \n,\t])")
ENCODED = re.compile(rb"(?<![0-9A-Za-z+/])[A-Za-z0-9+/]{40,}={0,2}(?![0-9A-Za-z+/])")
DIGITS = re.compile(rb"[0-9]{6,}")
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")
HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){8,}")
PEM = re.compile(rb"-----BEGIN [A-Z0-9 ]+-----\s+([A-Za-z0-9+/=\s]+)-----END")
WIDE = re.compile(rb"(?:[^\0]\0){6,}|(?:\0[^\0]){6,}")
UNPRINTABLE = bytes(set(range(32)) - set(b"\t\r\n\x1b")) + b"\x7f"


class Canaries:
    """The values to look for, indexed by their first bytes as machine words."""

    def __init__(self, lines):
        self.count = 0
        self.kind = {}     # form → kind
        self.exact = collections.defaultdict(set)  # form → as planted, for data that are not text
        self.longest = 0
        for line in lines:
            kind, _, value = line.rstrip(b"\n").partition(b"\t")
            if len(value) >= SHORTEST:
                self.count += 1
                self._add(kind.decode(), value)
        self.digits = frozenset(form for form in self.kind if form.isdigit())
        self.words = [(8, "Q", collections.defaultdict(list)), (4, "I", collections.defaultdict(list))]
        for form in self.kind.keys() - self.digits:
            width, _, index = self.words[len(form) <= 8]
            for at in (0, 1):  # one of the two stands at an even place
                index[int.from_bytes(form[at:at + width], sys.byteorder)].append(form)
        self.anchors = [(frozenset(index), width, code, index) for width, code, index in self.words]

    @classmethod
    def read(cls, path):
        return cls(pathlib.Path(path).read_bytes().split(b"\n"))

    def _add(self, kind, value):
        for form in forms(value):
            if len(form) >= SHORTEST:
                lower = form.lower()
                self.kind.setdefault(lower, kind)
                self.exact[lower].add(form)
                self.longest = max(self.longest, len(form))

    def sample(self):
        """One canary for the positive control: as long and plain as there is."""
        plain = [form for form in self.kind if form.isascii() and 10 <= len(form) <= 40]
        form = min(plain or self.kind, key=lambda f: (not re.search(rb"\d", f), f))
        return min(self.exact[form])

    def find(self, data):
        """Counter of kinds found in these bytes."""
        found = collections.Counter()
        text = is_text(data)
        if text:
            data = ENCODED.sub(blank_unless_words, data)
        lowered = data.lower()
        for start in range(0, len(data), CHUNK):
            chunk = lowered[start:start + CHUNK + self.longest]
            for form in self._candidates(chunk):
                for at in occurrences(chunk, form):
                    if at < CHUNK and self._holds(data, start + at, form, text):
                        found[self.kind[form]] += 1
        return found

    def _candidates(self, chunk):
        """The forms that may stand here: those of which a machine word stands at an even place, and all whole numbers."""
        view, candidates = memoryview(chunk), set(DIGITS.findall(chunk)) & self.digits
        for anchors, width, code, index in self.anchors:
            for offset in range(0, width, 2):
                whole = (len(chunk) - offset) // width * width
                if whole > 0:
                    for anchor in anchors.intersection(view[offset:offset + whole].cast(code)):
                        candidates.update(index[anchor])
        return candidates

    def _holds(self, data, at, form, text):
        end = at + len(form)
        if not text and data[at:end] not in self.exact[form]:
            return False
        if not any(48 <= byte <= 57 for byte in form):
            return True
        around = data[max(at - 1, 0):at], data[end:end + 1]
        return not any(re.match(WORD, byte) for byte in around)


def forms(value):
    """The ways in which a value may be spelt in bytes."""
    yield value
    if value.isascii():
        return
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    for spelling in {text, text.lower(), text.upper(), plain}:
        yield spelling.encode()
        with contextlib.suppress(UnicodeEncodeError):
            yield spelling.encode("cp1252")


def blank_unless_words(match):
    """Forty characters and more of all sorts are no text; what they decode to is looked at elsewhere."""
    run = match.group()
    return b" " if re.search(rb"[0-9+/]", run) and re.search(rb"[a-z]", run) and re.search(rb"[A-Z]", run) else run


def occurrences(data, form):
    at = data.find(form)
    while at >= 0:
        yield at
        at = data.find(form, at + 1)


def is_text(data):
    head = data[:65536]
    return len(head.translate(None, UNPRINTABLE)) >= 0.99 * len(head)


def unfold(data, depth=0):
    """The bytes, and everything they can be opened to."""
    if is_text(data):
        data = PSEUDONYM.sub(b" ", data)
    yield data
    if depth > 3:
        return
    if data[:2] == b"\x1f\x8b":
        yield from unfold(inflate(data), depth + 1)
    inner = b"\n".join(itertools.chain(unwrap(data), widened(data)))
    if inner:
        yield from unfold(inner, depth + 1)


def inflate(data):
    """A gzip file of any number of members; what comes before damage counts."""
    out, size = [], 0
    while data[:2] == b"\x1f\x8b" and size < INFLATED_MAX:
        stream = zlib.decompressobj(wbits=31)
        try:
            part = stream.decompress(data, INFLATED_MAX - size)
        except zlib.error:
            break
        out.append(part)
        size += len(part)
        data = stream.unused_data
    return b"".join(out)


def unwrap(data):
    """What PEM, base64 and hexadecimal runs decode to."""
    for match in PEM.finditer(data):
        with contextlib.suppress(binascii.Error):
            yield base64.b64decode(match.group(1))
    if not is_text(data):
        return
    for match in BASE64.finditer(data):
        run = match.group().rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        with contextlib.suppress(binascii.Error):
            yield binascii.a2b_base64(run[:len(run) - (len(run) % 4 == 1)] + b"==")
    for match in HEX.finditer(data):
        yield binascii.unhexlify(match.group())


def widened(data):
    """UTF-16, either order, as far as it is Latin-1."""
    if b"\0" in data:
        for match in WIDE.finditer(data):
            yield match.group().replace(b"\0", b"").decode("latin-1").encode()


def tables(path):
    """A database's rows as bytes, its write-ahead log included; it is a copy that is opened."""
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder, "copy.db")
        shutil.copyfile(path, copy)
        if os.path.exists(f"{path}-wal"):
            shutil.copyfile(f"{path}-wal", f"{copy}-wal")
        db = sqlite3.connect(copy)
        db.text_factory = bytes
        try:
            names = [name.decode() for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for name in names:
                quoted = name.replace('"', '""')
                for rows in batches(db.execute(f'SELECT * FROM "{quoted}"'), 20000):
                    yield b"\n".join(cell(value) for row in rows for value in row if value is not None)
        except sqlite3.DatabaseError:
            pass  # not whole: its raw bytes are looked at in any case
        finally:
            db.close()


def batches(cursor, size):
    while rows := cursor.fetchmany(size):
        yield rows


def cell(value):
    if not isinstance(value, bytes):
        return str(value).encode()
    return value + b"\n" + inflate(value) if value[:2] == b"\x1f\x8b" else value


def contents(path):
    """Everything a file holds, opened as far as it can be."""
    data = pathlib.Path(path).read_bytes()
    yield from unfold(data)
    if data.startswith(SQLITE):
        for rows in tables(path):
            yield from unfold(rows)


def kind_of(path):
    with open(path, "rb") as file:
        head = file.read(4096)
    if head.startswith(SQLITE):
        return "database"
    if head[:2] == b"\x1f\x8b":
        return "gzip"
    return "text" if is_text(head) else "binary"


class Place:
    """A name for a report, and the files below some paths."""

    def __init__(self, name, *paths):
        self.name = name
        self.files = sorted({file for path in paths for file in below(pathlib.Path(path))})

    def scan(self, canaries):
        return scan(canaries, [self])["places_scanned"][0]

    def control(self, canaries):
        """Whether a canary planted in a copy of each kind of file here is found, and in an empty place: in a file."""
        smallest = {}
        for file in sorted((f for f in self.files if f.exists()), key=lambda f: f.stat().st_size):
            smallest.setdefault(kind_of(file), file)
        with tempfile.TemporaryDirectory() as folder:
            return all(planted_is_found(kind, file, pathlib.Path(folder), canaries)
                       for kind, file in (smallest or {"text": None}).items())


def planted_is_found(kind, file, folder, canaries):
    copy, value = folder / kind, canaries.sample()
    copy.write_bytes(file.read_bytes() if file else b"")
    if kind == "database":
        if os.path.exists(f"{file}-wal"):
            shutil.copyfile(f"{file}-wal", f"{copy}-wal")
        db = sqlite3.connect(copy, isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE leakscan_control (value)")
        db.execute("INSERT INTO leakscan_control VALUES (?)", (value.decode(),))
        try:  # still open: the row stands in the log alone
            return any(canaries.find(rows) for rows in tables(copy)) and any(
                canaries.find(data) for data in contents(f"{copy}-wal"))
        finally:
            db.close()
    with copy.open("ab") as out:
        out.write(gzip.compress(b"\n" + value + b"\n") if kind == "gzip" else b"\n" + value + b"\n")
    return any(canaries.find(data) for data in contents(copy))


def below(path):
    if path.is_file():
        yield path
    elif path.is_dir():
        for folder, _, names in os.walk(path):
            for name in names:
                file = pathlib.Path(folder, name)
                if file.is_file() and not file.is_symlink():
                    yield file


def share(canaries):
    """In each process of a scan."""
    global shared  # pylint: disable=global-statement
    shared = canaries


shared = None


def control(place):
    return place.control(shared)


def scan_file(file):
    """Size, and a Counter of what was found; nothing of a write-ahead log that was closed meanwhile."""
    found = collections.Counter()
    try:
        size = file.stat().st_size
        for data in contents(file):
            found += shared.find(data)
    except FileNotFoundError:
        size = 0
    return size, found


def scan(canaries, places, tell=lambda report: None):
    """The report: each place, which tell is given as soon as it was scanned, and the total found. Several files at a
    time; forking shares the canaries."""
    with concurrent.futures.ProcessPoolExecutor(mp_context=multiprocessing.get_context("fork"), initializer=share,
                                                initargs=(canaries,)) as pool:
        jobs = [([pool.submit(scan_file, file) for file in place.files], pool.submit(control, place))
                for place in places]
        reports = []
        for place, (files, controlled) in zip(places, jobs):
            done = [job.result() for job in files]
            reports.append({"place": place.name, "files": len(place.files), "bytes": sum(size for size, _ in done),
                            "control": controlled.result(),
                            "found": dict(sorted(sum((found for _, found in done), collections.Counter()).items()))})
            tell(reports[-1])
    return {"identifiers_planted": canaries.count, "places_scanned": reports,
            "identifiers_found": sum(sum(report["found"].values()) for report in reports),
            "control": all(report["control"] for report in reports)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--canaries", required=True, help="kind<TAB>value, one a line")
    parser.add_argument("places", nargs="+", metavar="NAME=PATH")
    options = parser.parse_args()
    named = collections.defaultdict(list)
    for place in options.places:
        name, _, path = place.rpartition("=")
        named[name or path].append(path)
    report = scan(Canaries.read(options.canaries), [Place(name, *paths) for name, paths in named.items()])
    print(json.dumps(report, indent=1))
    return 0 if report["control"] and not report["identifiers_found"] else 1


if __name__ == "__main__":
    sys.exit(main())
