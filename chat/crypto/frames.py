"""Frames (F1–F3): the header in clear, the sealed and padded plaintext, the signature, and what kinds there are.

PURE. It opens and seals one frame; whether a frame is the next of its sender is for `log.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from struct import Struct
from typing import Literal, NamedTuple, get_args

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chat.crypto.encoding import (
    UINT_MAX,
    Realm,
    dec,
    digest,
    enc,
    exactly,
    hash32,
    hkdf,
    pack,
    text,
    u64,
    uint,
    unpack,
    utf8,
)
from chat.errors import VerificationError

PADDED_BYTES = (256, 1024, 4096)
MESSAGE_ID_BYTES = 16
_LENGTH_BYTES = 4
_TAG_BYTES = 16
_ITEMS = Struct(">I32sIQI32sIQI32sIQI32s")
"""Of a header, after its label: each with its length."""
_LENGTHS = (32, 8, 32, 8, 32, 8, 32)

Kind = Literal["text", "read", "seen", "pause", "resume", "leave", "end"]
KINDS: tuple[Kind, ...] = get_args(Kind)


# F1


@dataclass(frozen=True)
class Header:
    """F1. `index` and `head` are (i, L_i): the last entry that the sender held."""

    sid: bytes
    epoch: int
    sender: bytes
    seq: int
    previous: bytes
    index: int
    head: bytes

    def encode(self, realm: Realm) -> bytes:
        return enc(
            realm,
            "frame",
            self.sid,
            u64(self.epoch),
            self.sender,
            u64(self.seq),
            self.previous,
            u64(self.index),
            self.head,
        )


def parse_header(realm: Realm, header: bytes) -> Header:
    """F1. Every item has one length, so it is read at once: the server does this for every message."""
    label = _label(realm)
    if len(header) != len(label) + _ITEMS.size or not header.startswith(label):
        raise VerificationError("Suite", "not a frame document of this realm")
    items = _ITEMS.unpack_from(header, len(label))
    if items[::2] != _LENGTHS:
        raise VerificationError("Suite", "an item of another length than belongs")
    parsed = Header(*items[1::2])
    if max(parsed.epoch, parsed.seq, parsed.index) > UINT_MAX:
        raise VerificationError("Suite", "not an integer of 8 bytes below 2^53")
    return parsed


@cache
def _label(realm: Realm) -> bytes:
    return enc(realm, "frame")


# F2


class Count(NamedTuple):
    """How many frames of a sender in an epoch the one who ends held (F5)."""

    sender: bytes
    epoch: int
    frames: int


@dataclass(frozen=True)
class Plain:
    """What a frame says. `body`: the exact bytes; `value` reads them by kind."""

    kind: Kind
    id: bytes
    part: int
    parts: int
    body: bytes

    def encode(self, realm: Realm) -> bytes:
        return enc(realm, "plain", utf8(self.kind), self.id, u64(self.part), u64(self.parts), self.body)

    def text(self) -> str:
        """Of `text`."""
        return text(self.body)

    def read_up_to(self) -> int:
        """Of `read`: the index up to which a person has seen the log."""
        return uint(self.body)

    def counts(self) -> list[Count]:
        """Of `end` (F5)."""
        elements = [exactly(3, unpack(element)) for element in unpack(self.body)]
        return [Count(hash32(sender), uint(epoch), uint(frames)) for sender, epoch, frames in elements]


def counts_body(counts: Iterable[Count]) -> bytes:
    """The body of `end`."""
    return pack(pack([sender, u64(epoch), u64(frames)]) for sender, epoch, frames in counts)


def parse_plain(realm: Realm, data: bytes) -> Plain:
    """F2: the body is what the kind says it is."""
    kind, message_id, part, parts, body = dec(realm, "plain", data, 5)
    plain = Plain(_read_kind(kind), message_id, uint(part), uint(parts), body)
    if len(plain.id) != MESSAGE_ID_BYTES or plain.part >= plain.parts:
        raise VerificationError("F2", "a message id is 16 bytes, and part is below parts")
    _check_body(plain)
    return plain


def _read_kind(data: bytes) -> Kind:
    value = text(data)
    for kind in KINDS:
        if kind == value:
            return kind
    raise VerificationError("F2", "unknown kind")


def _check_body(plain: Plain) -> None:
    if plain.kind == "text":
        plain.text()
    elif plain.kind == "read":
        plain.read_up_to()
    elif plain.kind == "end":
        plain.counts()
    elif plain.body:
        raise VerificationError("F2", "a body where none belongs")


def pad(data: bytes) -> bytes:
    """Length, bytes and zeros, to the smallest size that holds them."""
    for size in PADDED_BYTES:
        if _LENGTH_BYTES + len(data) <= size:
            return (len(data).to_bytes(_LENGTH_BYTES, "big") + data).ljust(size, b"\0")
    raise ValueError("longer than the greatest frame: split it into parts")


def unpad(padded: bytes) -> bytes:
    """F2: exactly what `pad` makes, nothing else."""
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    data = padded[_LENGTH_BYTES : _LENGTH_BYTES + length]
    if len(data) != length or _LENGTH_BYTES + length > PADDED_BYTES[-1] or pad(data) != padded:
        raise VerificationError("F2", "wrong padding")
    return data


def frame_key(realm: Realm, secret: bytes, sid: bytes, epoch: int, sender: bytes) -> bytes:
    """F2. `secret`: s_e."""
    return hkdf(secret, enc(realm, "key", sid, u64(epoch), sender))


def seal_frame(realm: Realm, secret: bytes, header: Header, plain: Plain) -> bytes:
    """F2: the ciphertext. Never twice with one (sender, e, seq)."""
    key = frame_key(realm, secret, header.sid, header.epoch, header.sender)
    return AESGCM(key).encrypt(_nonce(header), pad(plain.encode(realm)), header.encode(realm))


def open_frame(realm: Realm, secret: bytes, header: Header, ciphertext: bytes) -> Plain:
    """F2."""
    if len(ciphertext) - _TAG_BYTES not in PADDED_BYTES:
        raise VerificationError("F2", "a frame of another size")
    key = frame_key(realm, secret, header.sid, header.epoch, header.sender)
    try:
        padded = AESGCM(key).decrypt(_nonce(header), ciphertext, header.encode(realm))
    except InvalidTag as error:
        raise VerificationError("F2", "not sealed by this sender in this epoch, or altered") from error
    return parse_plain(realm, unpad(padded))


def _nonce(header: Header) -> bytes:
    return header.seq.to_bytes(12, "big")


# F3


def frame_bytes(realm: Realm, header: bytes, ciphertext: bytes) -> bytes:
    """What is signed (F3), hashed into `prev` (F1) and into the head (F4)."""
    return enc(realm, "frame-sig", header, ciphertext)


def frame_hash(realm: Realm, header: bytes, ciphertext: bytes) -> bytes:
    return digest(frame_bytes(realm, header, ciphertext))
