"""The return code (R1, R2): what its words give, what lies sealed under them, and what a page that comes back checks.

PURE, apart from the randomness that is given. It knows no list of words and no wire. Nothing sealed here opens a text: the blob
holds a key that may say who goes on, and leave to read who was in, and no epoch's secret.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chat.crypto.chain import Signed
from chat.crypto.encoding import ZEROS, Realm, dec, enc, hash32, hkdf, pack, utf8
from chat.crypto.epochs import Announcement, check_conversation_id, parse_announcement
from chat.crypto.signing import PrivateKey, ReturnKey, VisitorKey
from chat.errors import VerificationError

NONCE_BYTES: Final = 12


# R1: the words


@dataclass(frozen=True)
class CodeSecrets:
    """What a code gives, 32 bytes each: where its blob lies, and what opens that."""

    locator: bytes
    key: bytes


def code_secrets(
    realm: Realm, root: bytes, version: str, words: Sequence[str], label: str = "return-code"
) -> CodeSecrets:
    """R1. `root`: H(R); `version`: of the list; `words`: whole, as the list has them, or groups of digits. `label`: C3's is another."""
    lower = pack(utf8(word.lower()) for word in words)
    code = enc(realm, label, root, utf8(version), lower)
    return CodeSecrets(hkdf(code, enc(realm, "code-locator")), hkdf(code, enc(realm, "code-key")))


# R1: the blob


@dataclass(frozen=True)
class Blob:
    """What comes back needs: whose conversation, the private half of the return key (32 bytes), and a capability that only reads."""

    sid: bytes
    scalar: bytes
    capability: bytes


def seal_blob(realm: Realm, key: bytes, nonce: bytes, blob: Blob) -> bytes:
    """The nonce, 12 random bytes, then the ciphertext."""
    plain = enc(realm, "return-blob", blob.sid, blob.scalar, blob.capability)
    return nonce + AESGCM(key).encrypt(nonce, plain, None)


def open_blob(realm: Realm, key: bytes, sealed: bytes) -> Blob:
    """R2: by the words that it was sealed under, and whole."""
    try:
        plain = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
    except (InvalidTag, ValueError) as error:
        raise VerificationError("R2", "what lies under the code does not open") from error
    return Blob(*map(hash32, dec(realm, "return-blob", plain, 3)))


# R1: the key in the log


def return_key_document(realm: Realm, sid: bytes, key: ReturnKey) -> bytes:
    """R1: what the visitor signs, and what stands in the log."""
    return enc(realm, "return-key", sid, key.raw)


def parse_return_key(realm: Realm, doc: bytes, sid: bytes) -> ReturnKey:
    """R1: of this conversation."""
    named, key = dec(realm, "return-key", doc, 2)
    if hash32(named) != sid:
        raise VerificationError("R1", "a return key of another conversation")
    return ReturnKey(key)


def verify_return_key(realm: Realm, signed: Signed, sid: bytes, visitor: VisitorKey) -> ReturnKey:
    """R1: signed by the conversation's visitor."""
    key = parse_return_key(realm, signed.doc, sid)
    visitor.verify("R1", signed.doc, signed.sig)
    return key


# R2: who comes back


@dataclass(frozen=True)
class Trail:
    """What a page that comes back holds of the conversation: who was in, and the key that may say where it goes on."""

    sid: bytes
    newest: Announcement
    ever_had_member: bool
    key: PrivateKey[ReturnKey]


def read_trail(realm: Realm, root: bytes, blob: Blob, announcements: Sequence[Signed], key: Signed) -> Trail:
    """R2: the announcements one after another, by one visitor, under this id; and the return key is the one in the blob."""
    parsed = [parse_announcement(realm, signed.doc) for signed in announcements]
    if not parsed:
        raise VerificationError("R2", "no announcement")
    check_conversation_id(realm, parsed[0], root)
    visitor = VisitorKey(parsed[0].key)
    previous = ZEROS
    for epoch, (signed, announcement) in enumerate(zip(announcements, parsed, strict=True)):
        if (announcement.sid, announcement.epoch, announcement.previous) != (blob.sid, epoch, previous):
            raise VerificationError("R2", "an announcement that does not follow the one before")
        visitor.verify("R2", signed.doc, signed.sig)
        previous = announcement.hash
    returns = verify_return_key(realm, key, blob.sid, visitor)
    private = _private(blob)
    if returns.raw != private.public.raw:
        raise VerificationError("R2", "another return key than the code's")
    return Trail(blob.sid, parsed[-1], any(a.members for a in parsed), private)


def _private(blob: Blob) -> PrivateKey[ReturnKey]:
    try:
        return PrivateKey.from_scalar(ReturnKey, blob.scalar)
    except ValueError as error:
        raise VerificationError("R2", "not a private key") from error
