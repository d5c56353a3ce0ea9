# SPDX-License-Identifier: Apache-2.0
"""Pseudonyms as DESIGN 6.3 defines them, in Python: what a test expects a local id to have become on site."""

import hashlib
import hmac
import struct

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def lp(data):
    data = data if isinstance(data, bytes) else str(data).encode()
    return struct.pack(">I", len(data)) + data


def key(root, site, purpose, epoch=1):
    """K(purpose, epoch): HKDF-SHA-256 (RFC 5869) of the site's root key, one block."""
    extracted = hmac.new(b"contact-edge/v1", root, hashlib.sha256).digest()
    info = lp(site) + lp(purpose) + struct.pack(">I", epoch)
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()


def token(root, site, kind, *local_id, epoch=1):
    """The 16 bytes for a person ("person") or a record (the stream's name); several ids make one key."""
    purpose = "psn.person" if kind == "person" else "psn.event"
    local = str(local_id[0]).encode() if len(local_id) == 1 else b"".join(lp(part) for part in local_id)
    return hmac.new(key(root, site, purpose, epoch), lp(kind) + lp(local), hashlib.sha256).digest()[:16]


def text(letter, core, epoch=1):
    """p1.316ep4n48mszkzkm83vdzmmfwt: the kind's letter, the epoch, 26 characters of Crockford's base 32."""
    number = int.from_bytes(core, "big")
    return f"{letter}{epoch}." + "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
