"""The documents of the chain of trust (K1–K5): their shape, and the opening of each under the document it hangs on.

PURE. Opening checks encoding, limits, time and signature; whether a device counts is for `trust.py`. Every function
raises `VerificationError` with the step of docs/protocol.md.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple, get_args

from chat.crypto.encoding import (
    UINT_MAX,
    ZEROS,
    Realm,
    dec,
    digest,
    exactly,
    hash32,
    text,
    truth,
    uint,
    unpack,
)
from chat.crypto.hpke import DeviceSealKey, DutySealKey
from chat.crypto.signing import DeviceKey, DutyKey, RegistrarKey, RootKey
from chat.errors import VerificationError

HOUR = 3600
DAY = 24 * HOUR
CLOCK_TOLERANCE_SECONDS = HOUR
REGISTRAR_SECONDS = 366 * DAY
DEVICE_SECONDS = 366 * DAY
ROSTER_SECONDS = 45 * DAY
FRESH_SECONDS = DAY
DUTY_SECONDS = 12 * HOUR
ROSTER_DEVICES = 300
PSEUDONYM_CHARACTERS = 40

Role = Literal["counsellor", "supervisor", "interpreter", "coordinator"]
ROLES: tuple[Role, ...] = get_args(Role)


class Signed(NamedTuple):
    """A document's exact `enc` and its signature; the root's is empty."""

    doc: bytes
    sig: bytes

    @property
    def hash(self) -> bytes:
        """H(document): never of the signature."""
        return digest(self.doc)


Documents = Mapping[bytes, Signed]
"""Documents by their hash, as the transport brought them: nothing in here is verified."""


def by_hash(*documents: Signed) -> dict[bytes, Signed]:
    return {document.hash: document for document in documents}


def find(step: str, documents: Documents, wanted: bytes) -> Signed:
    """The document of that hash, whose bytes are held against it."""
    document = documents.get(wanted)
    if document is None or document.hash != wanted:
        raise VerificationError(step, "a document that is needed was not given")
    return document


@dataclass(frozen=True)
class Span:
    """From when to when a document is good: Unix seconds, both included."""

    start: int
    end: int

    @classmethod
    def read(cls, step: str, start: bytes, end: bytes, limit: int) -> "Span":
        """`limit` in seconds is held without tolerance."""
        span = cls(uint(start), uint(end))
        if not 0 <= span.end - span.start <= limit:
            raise VerificationError(step, "good for longer than it may be")
        return span

    def require(self, step: str, now: int) -> None:
        if now < self.start - CLOCK_TOLERANCE_SECONDS:
            raise VerificationError(step, "not good yet")
        if now > self.end + CLOCK_TOLERANCE_SECONDS:
            raise VerificationError(step, "expired")


@dataclass(frozen=True)
class Root:
    """K1."""

    hash: bytes
    key: RootKey


def open_root(realm: Realm, root_hash: bytes, doc: bytes) -> Root:
    """K1: known by its hash, all 256 bits."""
    if digest(doc) != root_hash:
        raise VerificationError("K1", "another root")
    (key,) = dec(realm, "root", doc, 1)
    return Root(root_hash, RootKey(key))


@dataclass(frozen=True)
class Registrar:
    """K2."""

    hash: bytes
    root: bytes
    key: RegistrarKey
    span: Span


def parse_registrar(realm: Realm, doc: bytes) -> Registrar:
    """K2, without its signature."""
    root_hash, key, start, end = dec(realm, "registrar", doc, 4)
    span = Span.read("K2", start, end, REGISTRAR_SECONDS)
    return Registrar(digest(doc), hash32(root_hash), RegistrarKey(key), span)


def open_registrar(realm: Realm, root: Root, signed: Signed, now: int) -> Registrar:
    """K2."""
    registrar = parse_registrar(realm, signed.doc)
    if registrar.root != root.hash:
        raise VerificationError("K2", "a registrar of another root")
    registrar.span.require("K2", now)
    root.key.verify("K2", signed.doc, signed.sig)
    return registrar


@dataclass(frozen=True)
class Certificate:
    """K3: of one device. `registrar` is H of the registrar that signed it."""

    hash: bytes
    registrar: bytes
    pseudonym: str
    role: Role
    signature_key: DeviceKey
    hpke_key: DeviceSealKey
    serial: int
    span: Span


def parse_certificate(realm: Realm, doc: bytes) -> Certificate:
    """K3, without its signature."""
    registrar, pseudonym, role, signature_key, hpke_key, serial, start, end = dec(realm, "device", doc, 8)
    return Certificate(
        digest(doc),
        hash32(registrar),
        read_pseudonym("K3", pseudonym),
        read_role("K3", role),
        DeviceKey(signature_key),
        DeviceSealKey(hpke_key),
        uint(serial),
        Span.read("K3", start, end, DEVICE_SECONDS),
    )


def open_certificate(realm: Realm, registrar: Registrar, signed: Signed, now: int) -> Certificate:
    """K3."""
    certificate = parse_certificate(realm, signed.doc)
    if certificate.registrar != registrar.hash:
        raise VerificationError("K3", "a certificate of another registrar")
    certificate.span.require("K3", now)
    registrar.key.verify("K3", signed.doc, signed.sig)
    return certificate


def read_role(step: str, data: bytes) -> Role:
    value = text(data)
    for role in ROLES:
        if role == value:
            return role
    raise VerificationError(step, "unknown role")


def read_pseudonym(step: str, data: bytes) -> str:
    """1–40 characters, none of them a control character (K3)."""
    value = text(data)
    if not 1 <= len(value) <= PSEUDONYM_CHARACTERS or any(unicodedata.category(c) == "Cc" for c in value):
        raise VerificationError(step, "a pseudonym has 1–40 characters and no control character")
    return value


class Listed(NamedTuple):
    """A device on a roster."""

    certificate: bytes
    may_sign_freshness: bool
    takes_callbacks: bool


@dataclass(frozen=True)
class Roster:
    """K4: the allow-list."""

    hash: bytes
    root: bytes
    number: int
    previous: bytes
    span: Span
    devices: Mapping[bytes, Listed]
    manifest: bytes


def parse_roster(realm: Realm, doc: bytes) -> Roster:
    """K4, without its signature."""
    root, number, previous, start, end, devices, manifest = dec(realm, "roster", doc, 7)
    roster = Roster(
        digest(doc),
        hash32(root),
        uint(number),
        hash32(previous),
        Span.read("K4", start, end, ROSTER_SECONDS),
        _read_devices(devices),
        hash32(manifest),
    )
    if roster.number < 1 or (roster.number == 1) != (roster.previous == ZEROS):
        raise VerificationError("K4", "the first roster, and only it, has number 1 and none before it")
    return roster


def _read_devices(data: bytes) -> dict[bytes, Listed]:
    elements = unpack(data)
    devices: dict[bytes, Listed] = {}
    for element in elements:
        certificate, may_sign, callbacks = exactly(3, unpack(element))
        devices[hash32(certificate)] = Listed(certificate, truth(may_sign), truth(callbacks))
    if len(elements) > ROSTER_DEVICES or len(devices) != len(elements):
        raise VerificationError("K4", "at most 300 devices, no certificate twice")
    return devices


def open_roster(realm: Realm, root: Root, registrar: Registrar, signed: Signed, now: int) -> Roster:
    """K4."""
    roster = parse_roster(realm, signed.doc)
    if roster.root != root.hash:
        raise VerificationError("K4", "a roster of another root")
    roster.span.require("K4", now)
    registrar.key.verify("K4", signed.doc, signed.sig)
    return roster


@dataclass(frozen=True)
class Fresh:
    """K4: which listed devices are revoked, said at `time`."""

    hash: bytes
    roster: bytes
    n: int
    time: int
    revoked: frozenset[bytes]

    def require(self, now: int) -> None:
        Span(self.time, min(self.time + FRESH_SECONDS, UINT_MAX)).require("K4", now)


def parse_fresh(realm: Realm, doc: bytes) -> Fresh:
    """K4, without its signature."""
    roster, n, time, revoked = dec(realm, "fresh", doc, 4)
    hashes = [hash32(item) for item in unpack(revoked)]
    if any(a >= b for a, b in pairwise(hashes)):
        raise VerificationError("K4", "the revoked do not stand in rising order")
    return Fresh(digest(doc), hash32(roster), uint(n), uint(time), frozenset(hashes))


@dataclass(frozen=True)
class Duty:
    """K5: the keys of a time on duty on one page."""

    hash: bytes
    certificate: bytes
    hpke_key: DutySealKey
    signature_key: DutyKey
    span: Span


def parse_duty(realm: Realm, doc: bytes) -> Duty:
    """K5, without its signature."""
    certificate, hpke_key, signature_key, start, end = dec(realm, "duty", doc, 5)
    return Duty(
        digest(doc),
        hash32(certificate),
        DutySealKey(hpke_key),
        DutyKey(signature_key),
        Span.read("K5", start, end, DUTY_SECONDS),
    )


def duty_signature_key(realm: Realm, doc: bytes) -> DutyKey:
    """K5: what a duty key's document names, before anything of it is believed but its hash."""
    return DutyKey(dec(realm, "duty", doc, 5)[2])


def open_duty(realm: Realm, certificate: Certificate, signed: Signed, now: int) -> Duty:
    """K5."""
    duty = parse_duty(realm, signed.doc)
    if duty.certificate != certificate.hash:
        raise VerificationError("K5", "a duty key of another device")
    duty.span.require("K5", now)
    certificate.signature_key.verify("K5", signed.doc, signed.sig)
    return duty
