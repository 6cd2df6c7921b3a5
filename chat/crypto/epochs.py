"""Epochs (E1, E2) and offers (E5): who is in a conversation, the visitor's signed statement of it, and asking to come in.

PURE. It makes and reads single documents; what may follow what in a log is for `log.py`, and whether an offer may be
let in for `admission.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from chat.crypto.chain import Role, read_pseudonym, read_role
from chat.crypto.encoding import (
    ZEROS,
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
from chat.crypto.hpke import DutySealKey, OpenKey
from chat.crypto.signing import VisitorKey
from chat.errors import VerificationError

EPOCHS = 120
OFFER_SECONDS = 120
ABSENT = b""

Purpose = Literal["accept", "handover", "supervise", "interpret", "rejoin", "guest"]
"""`guest` is no offer's own: a member vouches for one (E6)."""
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)[:-1]
"""Of an offer's document."""
MemberRole = Role | Literal["guest"]


# K6


def visitor_id(realm: Realm, key: bytes) -> bytes:
    """K6: the visitor's name as a sender."""
    return digest(enc(realm, "visitor", key))


def conversation_id(realm: Realm, key: bytes, root: bytes, nonce: bytes) -> bytes:
    """K6: sid. `root`: H(R); `nonce`: 32 random bytes."""
    return digest(enc(realm, "sid", key, root, nonce))


def log_start(realm: Realm, sid: bytes) -> bytes:
    """F4: L_0."""
    return digest(enc(realm, "log-start", sid))


# E1, E2


def commitment(realm: Realm, secret: bytes, sid: bytes, epoch: int) -> bytes:
    """E1: commit_e. `secret`: s_e, 32 random bytes."""
    return hkdf(secret, enc(realm, "commit", sid, u64(epoch)))


@dataclass(frozen=True)
class Member:
    """One who can read from `history_from` on. Certificate, duty and offer by their hashes; of a guest 32 zeros, and H(guest) for
    both (E6).
    """

    certificate: bytes
    duty: bytes
    offer: bytes
    role: MemberRole
    pseudonym: str
    history_from: int

    @property
    def device(self) -> bytes:
        """What is listed once: the certificate, or H(guest)."""
        return self.certificate if self.role != "guest" else self.duty

    def encode(self) -> bytes:
        who = [utf8(self.role), utf8(self.pseudonym)]
        return pack([self.certificate, self.duty, self.offer, *who, u64(self.history_from)])


@dataclass(frozen=True)
class Epoch:
    """B_e. `index` and `head` are the anchor (i, L_i); `roster` is absent in epoch 0."""

    sid: bytes
    epoch: int
    previous: bytes
    roster: bytes
    index: int
    head: bytes
    members: tuple[Member, ...]
    commit: bytes

    def encode(self, realm: Realm) -> bytes:
        return enc(
            realm,
            "epoch",
            self.sid,
            u64(self.epoch),
            self.previous,
            self.roster,
            u64(self.index),
            self.head,
            pack(member.encode() for member in self.members),
            self.commit,
        )

    def body_hash(self, realm: Realm) -> bytes:
        """H(B_e)."""
        return digest(self.encode(realm))


@dataclass(frozen=True)
class Announcement(Epoch):
    """A_e as parsed, unsigned. `hash` = H(A_e); key, nonce and leave_hash only in A_0."""

    hash: bytes
    wraps_hash: bytes
    key: bytes
    nonce: bytes
    leave_hash: bytes

    def member(self, duty: bytes) -> Member | None:
        return next((member for member in self.members if member.duty == duty), None)


def announce(
    realm: Realm,
    epoch: Epoch,
    wraps: Sequence[bytes],
    *,
    key: bytes = ABSENT,
    nonce: bytes = ABSENT,
    leave_hash: bytes = ABSENT,
) -> bytes:
    """E2: the bytes of A_e, which the visitor signs."""
    return enc(realm, "announce", epoch.encode(realm), wraps_hash(realm, wraps), key, nonce, leave_hash)


def wraps_hash(realm: Realm, wraps: Sequence[bytes]) -> bytes:
    return digest(enc(realm, "wraps", pack(wraps)))


def parse_announcement(realm: Realm, doc: bytes) -> Announcement:
    """E2: the shape of A_e, and what is absent or zero in A_0."""
    body, wraps, key, nonce, leave_hash = dec(realm, "announce", doc, 5)
    sid, epoch, previous, roster, index, head, members, commit = dec(realm, "epoch", body, 8)
    announcement = Announcement(
        hash32(sid),
        uint(epoch),
        hash32(previous),
        roster and hash32(roster),
        uint(index),
        hash32(head),
        tuple(_read_member(member) for member in unpack(members)),
        hash32(commit),
        digest(doc),
        hash32(wraps),
        key and VisitorKey(key).raw,
        nonce and hash32(nonce),
        leave_hash and hash32(leave_hash),
    )
    _check_shape(realm, announcement)
    return announcement


def _read_member(data: bytes) -> Member:
    certificate, duty, offer, role, pseudonym, history_from = exactly(6, unpack(data))
    return Member(
        hash32(certificate),
        hash32(duty),
        hash32(offer),
        "guest" if role == b"guest" else read_role("E2", role),
        read_pseudonym("E2", pseudonym),
        uint(history_from),
    )


def _check_shape(realm: Realm, a: Announcement) -> None:
    if a.epoch >= EPOCHS:
        raise VerificationError("E1", "more than 120 epochs")
    if any((member.role == "guest") != (member.certificate == ZEROS) for member in a.members):
        raise VerificationError("E2", "a guest has no certificate, and everybody else has one")
    if any(member.history_from > a.epoch for member in a.members):
        raise VerificationError("E2", "a history that begins after the epoch")
    if a.epoch > 0:
        if not a.roster or a.key or a.nonce or a.leave_hash:
            raise VerificationError(
                "E2", "an announcement after the first names a roster, and no key, nonce or leave token"
            )
        return
    if not (a.key and a.nonce and a.leave_hash):
        raise VerificationError("E2", "the first announcement has a key, a nonce and a leave token")
    empty = a.previous == ZEROS and not a.roster and not a.members
    if not empty or (a.index, a.head) != (0, log_start(realm, a.sid)):
        raise VerificationError("E2", "the first announcement has nothing before it and nobody in it")


def check_conversation_id(realm: Realm, first: Announcement, root: bytes) -> None:
    """K6: key, H(R) and nonce of A_0 give sid."""
    if first.sid != conversation_id(realm, first.key, root, first.nonce):
        raise VerificationError("K6", "the conversation's id belongs to another key, root or nonce")


def _wrap_info(realm: Realm, body_hash: bytes, duty: bytes) -> bytes:
    return enc(realm, "wrap", body_hash, duty)


def wrap(
    realm: Realm, body_hash: bytes, duty: bytes, key: DutySealKey, secrets: Sequence[tuple[int, bytes]]
) -> bytes:
    """E2: the secrets (j, s_j), rising, sealed to one member's duty key."""
    items = [item for j, secret in secrets for item in (u64(j), secret)]
    return key.seal(_wrap_info(realm, body_hash, duty), enc(realm, "secrets", *items))


def unwrap(
    realm: Realm, body_hash: bytes, duty: bytes, key: OpenKey[DutySealKey], sealed: bytes, epochs: range
) -> dict[int, bytes]:
    """E3: the secrets of exactly these epochs; their commitments are checked by the log."""
    opened = key.open("E3", _wrap_info(realm, body_hash, duty), sealed)
    items = dec(realm, "secrets", opened, 2 * len(epochs))
    if [uint(j) for j in items[::2]] != list(epochs):
        raise VerificationError("E3", "secrets of other epochs than belong in the wrap")
    return dict(zip(epochs, map(hash32, items[1::2]), strict=True))


# E5


@dataclass(frozen=True)
class Offer:
    """E5, unsigned. `over` = H(A_e); `replaced` is absent but for `rejoin`; `expiry` in Unix seconds."""

    sid: bytes
    over: bytes
    purpose: Purpose
    certificate: bytes
    duty: bytes
    roster: bytes
    expiry: int
    replaced: bytes = ABSENT

    def encode(self, realm: Realm) -> bytes:
        hashes = [self.certificate, self.duty, self.roster]
        return enc(
            realm, "offer", self.sid, self.over, utf8(self.purpose), *hashes, u64(self.expiry), self.replaced
        )


def parse_offer(realm: Realm, doc: bytes) -> Offer:
    """E5."""
    sid, over, purpose, certificate, duty, roster, expiry, replaced = dec(realm, "offer", doc, 8)
    offer = Offer(
        hash32(sid),
        hash32(over),
        _read_purpose(purpose),
        hash32(certificate),
        hash32(duty),
        hash32(roster),
        uint(expiry),
        replaced and hash32(replaced),
    )
    if bool(offer.replaced) != (offer.purpose == "rejoin"):
        raise VerificationError("E5", "an offer names a replaced duty key to rejoin, and only then")
    return offer


def _read_purpose(data: bytes) -> Purpose:
    value = text(data)
    for purpose in PURPOSES:
        if purpose == value:
            return purpose
    raise VerificationError("E5", "unknown purpose")
