"""Suite and encoding of docs/protocol.md: how values become the bytes that are hashed, signed and sealed.

PURE. It knows the shape of bytes and no document. Every decoder refuses what its encoder would not have written, with
`VerificationError("Suite", reason)`; `unb64`, which reads the wire's text, raises `Malformed`.
"""

import base64
import binascii
import hashlib
import unicodedata
from collections.abc import Iterable
from typing import Literal, get_args

from cryptography.hazmat.primitives import hashes, hmac

from chat.errors import Malformed, VerificationError

Realm = Literal["varsam", "varsam-demo"]
REALMS: tuple[Realm, ...] = get_args(Realm)

DIGEST_BYTES = 32
ZEROS = bytes(DIGEST_BYTES)
"""Stands for a hash that does not exist: of what comes before the first."""
UINT_MAX = 2**53 - 1
"""The greatest integer that every browser counts exactly."""


def digest(data: bytes) -> bytes:
    """H: SHA-256, 32 bytes."""
    return hashlib.sha256(data).digest()


def hkdf(key: bytes, info: bytes) -> bytes:
    """HKDF-SHA256 with empty salt, 32 bytes (RFC 5869; one block, so it is two HMACs)."""
    return _hmac(_hmac(ZEROS, key), info + b"\x01")


def _hmac(key: bytes, message: bytes) -> bytes:
    mac = hmac.HMAC(key, hashes.SHA256())
    mac.update(message)
    return mac.finalize()


def pack(items: Iterable[bytes]) -> bytes:
    """A list: its elements, each with a 32-bit big-endian length."""
    return b"".join([len(item).to_bytes(4, "big") + item for item in items])


def unpack(data: bytes) -> list[bytes]:
    """The elements of a list, which fill `data` to the last byte."""
    items = []
    at = 0
    while at < len(data):
        start = at + 4
        at = start + int.from_bytes(data[at:start], "big")
        if start > len(data) or at > len(data):
            raise VerificationError("Suite", "an item is longer than what holds it")
        items.append(data[start:at])
    return items


def enc(realm: Realm, kind: str, *items: bytes) -> bytes:
    """A document's exact bytes: the label and the items."""
    return pack([label(realm, kind), *items])


def dec(realm: Realm, kind: str, data: bytes, count: int) -> list[bytes]:
    """The `count` items of a document of that realm and type."""
    first, *items = unpack(data) or [b""]
    if first != label(realm, kind):
        raise VerificationError("Suite", f"not a {kind} document of this realm")
    return exactly(count, items)


def label(realm: Realm, kind: str) -> bytes:
    return f"{realm}/v1/{kind}".encode()


def exactly(count: int, items: list[bytes]) -> list[bytes]:
    if len(items) != count:
        raise VerificationError("Suite", f"{len(items)} items where {count} belong")
    return items


def u64(value: int) -> bytes:
    return value.to_bytes(8, "big")


def uint(data: bytes) -> int:
    value = int.from_bytes(data, "big")
    if len(data) != 8 or value > UINT_MAX:
        raise VerificationError("Suite", "not an integer of 8 bytes below 2^53")
    return value


def truth(data: bytes) -> bool:
    value = uint(data)
    if value > 1:
        raise VerificationError("Suite", "a truth value is 0 or 1")
    return value == 1


def hash32(data: bytes) -> bytes:
    """A hash, a secret or a nonce: 32 bytes."""
    if len(data) != DIGEST_BYTES:
        raise VerificationError("Suite", "not 32 bytes")
    return data


def utf8(value: str) -> bytes:
    return unicodedata.normalize("NFC", value).encode()


def text(data: bytes) -> str:
    """UTF-8 in NFC."""
    try:
        value = data.decode()
    except UnicodeDecodeError as error:
        raise VerificationError("Suite", "text is not UTF-8") from error
    if not unicodedata.is_normalized("NFC", value):
        raise VerificationError("Suite", "text is not in NFC")
    return value


def b64(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(value: str) -> bytes:
    """Only the canonical form: no padding, no other alphabet, unused bits zero."""
    letters = check64(value)
    return binascii.a2b_base64(letters.translate(_TO_STANDARD) + b"==="[(len(letters) - 1) % 4 :])


def check64(value: str) -> bytes:
    """The same letters, if `unb64` reads them: who only passes them on need not decode them, which costs five times as much."""
    letters = value.encode("ascii", "replace")
    rest = len(letters) % 4
    if letters.translate(None, _ALPHABET):
        raise Malformed("not base64url")
    if rest == 1 or (rest and letters[-1] in _UNUSED_BITS[rest]):
        raise Malformed("base64url not in canonical form")
    return letters


_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_TO_STANDARD = bytes.maketrans(b"-_", b"+/")
_UNUSED_BITS = {
    2: frozenset(letter for value, letter in enumerate(_ALPHABET) if value & 0b1111),
    3: frozenset(letter for value, letter in enumerate(_ALPHABET) if value & 0b11),
}
"""Last letters, by the length modulo 4, whose unused bits are not zero."""
