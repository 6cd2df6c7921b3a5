"""A request for a call (C1–C3): its signed versions, what is sealed in them, and the code that finds it again.

PURE, apart from the randomness that sealing draws. It knows no store and judges no time: which windows may be asked for is for
`rules`. Each part's key is k_s ⊕ k_h; k_s is sealed to the team key, k_h lies with the service until it is given or erased.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, NamedTuple, get_args

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chat.crypto.callback_parts import Card, Number, parse_card, parse_number
from chat.crypto.chain import Signed
from chat.crypto.encoding import (
    DIGEST_BYTES,
    Realm,
    dec,
    digest,
    enc,
    exactly,
    hash32,
    pack,
    text,
    u64,
    uint,
    unpack,
    utf8,
)
from chat.crypto.hpke import ENCAPSULATED_BYTES, OpenKey, TeamSealKey
from chat.crypto.returning import NONCE_BYTES, CodeSecrets, code_secrets
from chat.crypto.signing import CallbackKey, PrivateKey
from chat.crypto.teamkeys import Team
from chat.errors import VerificationError

STEP_SECONDS: Final = 30 * 60
WINDOWS: Final = 42
LANGUAGE_CHARACTERS: Final = 16
TAG_BYTES: Final = 16
WRAP_BYTES: Final = ENCAPSULATED_BYTES + DIGEST_BYTES + TAG_BYTES
_NONCE: Final = bytes(12)

PartName = Literal["card", "number"]
Queue = Literal["", "work"]
Ask = Literal["status", "cancel"]
PART_BYTES: Final[dict[PartName, int]] = {"card": 4_096, "number": 256}
"""Padded to that, and to nothing else."""


class Window(NamedTuple):
    """When may be called: Unix seconds."""

    start: int
    end: int


# C1


@dataclass(frozen=True)
class Version:
    """One version of a request. `sealed`: H of what is sealed; `windows`: rising, in steps of 30 minutes; `queue`: `work` of somebody who
    asks for their work's sake (Prof 1).
    """

    id: bytes
    number: int
    sealed: bytes
    windows: tuple[Window, ...]
    language: str
    expiry: int
    queue: Queue = ""

    def encode(self, realm: Realm) -> bytes:
        windows = encode_windows(self.windows)
        times = [windows, utf8(self.language), u64(self.expiry)]
        return enc(realm, "callback", self.id, u64(self.number), self.sealed, *times, utf8(self.queue))


def callback_id(realm: Realm, key: CallbackKey) -> bytes:
    """C1: nobody can put another key under an id."""
    return digest(enc(realm, "callback-id", key.raw))


def encode_windows(windows: Sequence[Window]) -> bytes:
    return pack(pack([u64(window.start), u64(window.end)]) for window in windows)


def read_windows(data: bytes) -> tuple[Window, ...]:
    """C1: 1 to 42, rising, none overlapping, each on whole half hours."""
    pairs = [exactly(2, unpack(element)) for element in unpack(data)]
    windows = tuple(Window(uint(start), uint(end)) for start, end in pairs)
    if not 1 <= len(windows) <= WINDOWS:
        raise VerificationError("C1", "1 to 42 windows")
    if any(start % STEP_SECONDS or end % STEP_SECONDS or start >= end for start, end in windows):
        raise VerificationError("C1", "a window is of whole half hours, at least one")
    if any(before.end > after.start for before, after in pairwise(windows)):
        raise VerificationError("C1", "windows that overlap, or do not rise")
    return windows


def window_pairs(realm: Realm, doc: bytes) -> list[tuple[int, int]]:
    """The times as they stand in a version, whatever is wrong with them: so that it can be said in words."""
    pairs = [exactly(2, unpack(element)) for element in unpack(dec(realm, "callback", doc, 7)[3])]
    return [(uint(start), uint(end)) for start, end in pairs]


def parse_version(realm: Realm, doc: bytes) -> Version:
    """C1, without its signature."""
    named, number, sealed, windows, language, expiry, queue = dec(realm, "callback", doc, 7)
    of, times = (hash32(named), uint(number), hash32(sealed)), read_windows(windows)
    version = Version(*of, times, text(language), uint(expiry), _queue(text(queue)))
    if version.number < 1 or version.expiry < version.windows[-1].end:
        raise VerificationError("C1", "versions count from 1, and end after their last window")
    if not 1 <= len(version.language) <= LANGUAGE_CHARACTERS:
        raise VerificationError("C1", "a language tag has 1 to 16 characters")
    return version


def _queue(name: str) -> Queue:
    if name == "work":
        return "work"
    if name:
        raise VerificationError("C1", "a queue that there is not")
    return ""


def queue_of(card: Card) -> Queue:
    """Prof 1: professionals have their own."""
    return "work" if card.entrance == "work" else ""


def verify_version(realm: Realm, signed: Signed, key: CallbackKey, sealed: bytes) -> Version:
    """C1: signed by the key whose request it is, about exactly these sealed bytes."""
    version = parse_version(realm, signed.doc)
    if version.id != callback_id(realm, key):
        raise VerificationError("C1", "a request of another key")
    if version.sealed != digest(sealed):
        raise VerificationError("C1", "other sealed bytes than were signed")
    key.verify("C1", signed.doc, signed.sig)
    return version


# C2


@dataclass(frozen=True)
class Part:
    """One part: its ciphertext, and the team's half of its key, wrapped."""

    ciphertext: bytes
    wrap: bytes


@dataclass(frozen=True)
class Sealed:
    """What travels: readable by nobody without both halves."""

    team: bytes
    card: Part
    number: Part

    def encode(self, realm: Realm) -> bytes:
        parts = [self.card.ciphertext, self.card.wrap, self.number.ciphertext, self.number.wrap]
        return enc(realm, "callback-sealed", self.team, *parts)


def parse_sealed(realm: Realm, data: bytes) -> Sealed:
    """C2."""
    team, card, card_wrap, number, number_wrap = dec(realm, "callback-sealed", data, 5)
    return Sealed(hash32(team), Part(card, card_wrap), Part(number, number_wrap))


def check_sizes(sealed: Sealed) -> None:
    """C2: as long as every honest page makes them: who cannot open a part can say that at least."""
    for part, size in ((sealed.card, PART_BYTES["card"]), (sealed.number, PART_BYTES["number"])):
        if len(part.ciphertext) != size + TAG_BYTES or len(part.wrap) != WRAP_BYTES:
            raise VerificationError("C2", "a part of another size")


@dataclass(frozen=True)
class Place:
    """Where a part belongs: all that it is bound to."""

    realm: Realm
    id: bytes
    version: int
    part: PartName

    @property
    def aad(self) -> bytes:
        return enc(self.realm, "callback-aad", self.id, u64(self.version), utf8(self.part))

    def info(self, ciphertext: bytes, team: bytes) -> bytes:
        bound = [self.id, u64(self.version), utf8(self.part), digest(ciphertext), team]
        return enc(self.realm, "callback-key", *bound)


def seal_part(place: Place, team: Team, key: bytes, half: bytes, plain: bytes) -> Part:
    """C2. `key`: 32 random bytes that encrypt nothing else; `half`: the service's."""
    ciphertext = AESGCM(key).encrypt(_NONCE, pad(plain, PART_BYTES[place.part]), place.aad)
    wrap = team.key.seal(place.info(ciphertext, team.hash), xor(key, half))
    return Part(ciphertext, wrap)


def open_part(place: Place, team: bytes, opener: OpenKey[TeamSealKey], half: bytes, part: Part) -> bytes:
    """C2: the plaintext, without its padding. `team`: H(team)."""
    wrapped = opener.open("C2", place.info(part.ciphertext, team), part.wrap)
    key = xor(hash32(wrapped), hash32(half))
    try:
        plain = AESGCM(key).decrypt(_NONCE, part.ciphertext, place.aad)
    except (InvalidTag, ValueError) as error:
        raise VerificationError("C2", "a part that does not open with this half") from error
    return unpad(plain, PART_BYTES[place.part])


def open_card(
    realm: Realm, version: Version, sealed: Sealed, opener: OpenKey[TeamSealKey], half: bytes
) -> Card:
    """C2, C3: the safety card, whose times are exactly those that the service was told."""
    place = Place(realm, version.id, version.number, "card")
    card = parse_card(realm, open_part(place, sealed.team, opener, half, sealed.card))
    if card.windows != encode_windows(version.windows):
        raise VerificationError("C3", "the sealed times are not those that stand outside")
    if card.language != version.language:
        raise VerificationError("C3", "the sealed language is not the one that stands outside")
    if queue_of(card) != version.queue:
        raise VerificationError("C3", "the sealed entrance is not of the queue that stands outside")
    return card


def open_number(
    realm: Realm, version: Version, sealed: Sealed, opener: OpenKey[TeamSealKey], half: bytes
) -> Number:
    """C2."""
    place = Place(realm, version.id, version.number, "number")
    return parse_number(realm, open_part(place, sealed.team, opener, half, sealed.number))


def xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def pad(data: bytes, size: int) -> bytes:
    """A 32-bit length, the bytes, and zeros."""
    if len(data) + 4 > size:
        raise VerificationError("C2", "more than there is room for")
    return (len(data).to_bytes(4, "big") + data).ljust(size, b"\0")


def unpad(padded: bytes, size: int) -> bytes:
    """Exactly what `pad` gives."""
    length = int.from_bytes(padded[:4], "big")
    if len(padded) != size or length > size - 4:
        raise VerificationError("C2", "padded to another size")
    data, rest = padded[4 : 4 + length], padded[4 + length :]
    if rest.strip(b"\0"):
        raise VerificationError("C2", "padded with something")
    return data


# C3


def callback_code(realm: Realm, root: bytes, version: str, words: Sequence[str]) -> CodeSecrets:
    """C3: as the return code, and never the same."""
    return code_secrets(realm, root, version, words, "callback-code")


def seal_callback_blob(realm: Realm, key: bytes, nonce: bytes, scalar: bytes, public: bytes) -> bytes:
    """The nonce, 12 random bytes, then both halves of the request's key, sealed: not every engine takes the private one alone."""
    return nonce + AESGCM(key).encrypt(nonce, enc(realm, "callback-blob", scalar, public), None)


def open_callback_blob(realm: Realm, key: bytes, sealed: bytes) -> PrivateKey[CallbackKey]:
    """C3: by the words that it was sealed under, and whole."""
    try:
        plain = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
    except (InvalidTag, ValueError) as error:
        raise VerificationError("C3", "what lies under the code does not open") from error
    scalar, public = dec(realm, "callback-blob", plain, 2)
    try:
        own = PrivateKey.from_scalar(CallbackKey, hash32(scalar))
    except ValueError as error:
        raise VerificationError("C3", "not a private key") from error
    if own.public.raw != public:
        raise VerificationError("C3", "the halves of a key are not of one key")
    return own


def ask_document(realm: Realm, callback: bytes, what: Ask) -> bytes:
    """C3: what the request's key signs to hear how it stands, or to take it back."""
    return enc(realm, "callback-ask", callback, utf8(what))


def parse_ask(realm: Realm, doc: bytes) -> tuple[bytes, Ask]:
    """C3, without its signature."""
    named, what = dec(realm, "callback-ask", doc, 2)
    for known in get_args(Ask):
        if text(what) == known:
            return hash32(named), known
    raise VerificationError("C3", "nothing that may be asked")
