# SPDX-License-Identifier: Apache-2.0
"""Opens sealed batches with nothing of ours: the openssl command and gzip, as anyone with the loader's key can."""

import concurrent.futures
import gzip
import pathlib
import subprocess


def openssl(*arguments, data):
    return subprocess.run(["openssl", "cms", "-binary", "-inform", "DER", *map(str, arguments)], input=data,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True).stdout


def open_batch(sealed, loader, seal):
    """The lines of a batch: bytes. loader: the folder of its key; seal: the site's seal certificate (PEM)."""
    signed = openssl("-decrypt", "-inkey", loader / "recipient.key", "-recip", loader / "recipient.pem", data=sealed)
    packed = openssl("-verify", "-noverify", "-nointern", "-certfile", seal, data=signed)
    return gzip.decompress(packed)


def open_landing(centre, site, folder):
    """Writes each batch of the landing zone, opened, into folder; returns how many, and their lines."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    loader = pathlib.Path(centre.folder, "loader")
    seal = next((loader / "seals" / site).glob("*.pem"))

    def open_one(path):
        plain = open_batch(path.read_bytes(), loader, seal)
        (folder / f"{path.parent.name}.{path.stem}.ndjson").write_bytes(plain)
        return plain.count(b"\n") - 1

    with concurrent.futures.ThreadPoolExecutor(4) as pool:  # waiting for openssl, mostly
        lines = list(pool.map(open_one, sorted((centre.landing / site).glob("*/*.cms"))))
    return len(lines), sum(lines)
