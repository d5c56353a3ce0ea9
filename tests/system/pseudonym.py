# SPDX-License-Identifier: Apache-2.0
"""Pseudonyms as DESIGN 6.3 defines them, in Python: what a test expects a local id to have become on site."""

import ctypes
import ctypes.util
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


class Pseudonyms:
    """One site's tokens, its keys derived once: what many comparisons need."""

    def __init__(self, root, site, epoch=1):
        self.keys = {kind: key(root, site, purpose, epoch)
                     for kind, purpose in (("person", "psn.person"), ("event", "psn.event"))}

    def token(self, kind, *local_id):
        local = str(local_id[0]).encode() if len(local_id) == 1 else b"".join(lp(part) for part in local_id)
        purpose = "person" if kind == "person" else "event"
        return hmac.digest(self.keys[purpose], lp(kind) + lp(local), "sha256")[:16]


class Warehouse:
    """Re-keying as the loader does it: AES-256-SIV (RFC 5297) by the library's own SIV, through ctypes, since
    Python's library has no AES. key: the 64 bytes of K_warehouse."""

    def __init__(self, key, site, epoch=1):
        self.lib = ctypes.CDLL(ctypes.util.find_library("crypto"))
        for name in ("EVP_CIPHER_fetch", "EVP_CIPHER_CTX_new"):
            getattr(self.lib, name).restype = ctypes.c_void_p
        self.cipher = ctypes.c_void_p(self.lib.EVP_CIPHER_fetch(None, b"AES-256-SIV", None))
        self.context = ctypes.c_void_p(self.lib.EVP_CIPHER_CTX_new())
        self.key, self.before = key, (b"psn-core/v1", site.encode(), struct.pack(">I", epoch))
        assert self.cipher and self.context and len(key) == 64

    def core(self, kind, token_bytes):
        """The 32 bytes that stand in the warehouse for a token: synthetic IV, then ciphertext."""
        lib, context = self.lib, self.context
        out, tag, length = ctypes.create_string_buffer(16), ctypes.create_string_buffer(16), ctypes.c_int()
        good = lib.EVP_EncryptInit_ex(context, self.cipher, None, self.key, None)
        for component in (*self.before, kind.encode()):
            good &= lib.EVP_EncryptUpdate(context, None, ctypes.byref(length), component, len(component))
        good &= lib.EVP_EncryptUpdate(context, out, ctypes.byref(length), token_bytes, len(token_bytes))
        good &= lib.EVP_EncryptFinal_ex(context, None, ctypes.byref(length))
        good &= lib.EVP_CIPHER_CTX_ctrl(context, 0x10, 16, tag)  # EVP_CTRL_AEAD_GET_TAG
        assert good == 1, "libcrypto refuses AES-256-SIV"
        return tag.raw + out.raw
