"""The file of a root's or a registrar's private key (K1, K2): what stands in it, and how a passphrase opens it.

PURE: salt and passphrase are arguments. The key is sealed with AES-256-GCM under Argon2id (RFC 9106); everything else in the
file is bound to it. A root whose key is held in shares has a file without a sealed key.
"""

import hashlib
from typing import Annotated, Any, Final, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from msgspec import Meta, Struct

from chat.crypto.chain import Signed
from chat.crypto.encoding import Realm, b64, enc, u64, unb64
from chat.errors import Malformed

Kind = Literal["root-key", "registrar-key"]
SALT_BYTES: Final = 16
MEMORY_KIB: Final = 256 * 1024
ITERATIONS: Final = 3
LANES: Final = 4
_NONCE: Final = bytes(12)
"""Each salt gives a key that seals once."""


class WrongPassphrase(Exception):
    """It does not open the file, which is whole."""


class Damaged(Exception):
    """The file is not as it was written."""


class Sealed(Struct, frozen=True, forbid_unknown_fields=True):
    """A private key of 32 bytes, and what Argon2id needs. The bounds keep a changed file from taking all memory."""

    salt: str
    memory_kib: Annotated[int, Meta(ge=8 * LANES, le=4 * MEMORY_KIB)]
    iterations: Annotated[int, Meta(ge=1, le=16)]
    lanes: Annotated[int, Meta(ge=1, le=16)]
    key: str


class KeyFile(Struct, frozen=True, forbid_unknown_fields=True):
    """`made`: Unix seconds. `root`, `document`, `signature`: the public half, as base64url. `check` finds damage."""

    varsam: Kind
    made: Annotated[int, Meta(ge=0, le=2**53 - 1)]
    root: str
    document: str
    signature: str
    sealed: Sealed | None
    check: str

    @property
    def signed(self) -> Signed:
        """Whose key it is: the root's or the registrar's document."""
        return Signed(unb64(self.document), unb64(self.signature))

    @property
    def root_document(self) -> Signed:
        """K1."""
        return Signed(unb64(self.root), b"")


def make(kind: Kind, *, made: int, root: Signed, document: Signed, sealed: Sealed | None) -> KeyFile:
    """A whole file; `sealed` as `seal` gives it for the same document."""
    values: dict[str, Any] = {
        "varsam": kind,
        "made": made,
        "root": b64(root.doc),
        "document": b64(document.doc),
        "signature": b64(document.sig),
        "sealed": sealed,
    }
    return KeyFile(**values, check=_check(values))


def seal(realm: Realm, kind: Kind, document: Signed, private: bytes, passphrase: str, salt: bytes) -> Sealed:
    """`private`: 32 bytes; `salt`: 16 random bytes, good once."""
    parameters = Sealed(b64(salt), MEMORY_KIB, ITERATIONS, LANES, "")
    key = _derived(parameters, passphrase)
    return msgspec.structs.replace(
        parameters, key=b64(AESGCM(key).encrypt(_NONCE, private, _bound(realm, kind, document, parameters)))
    )


def open_key(realm: Realm, file: KeyFile, sealed: Sealed, passphrase: str) -> bytes:
    """The private key's 32 bytes; raises `WrongPassphrase`."""
    bound = _bound(realm, file.varsam, file.signed, sealed)
    try:
        return AESGCM(_derived(sealed, passphrase)).decrypt(_NONCE, unb64(sealed.key), bound)
    except InvalidTag as error:
        raise WrongPassphrase from error


def write(file: KeyFile) -> bytes:
    """Its text."""
    return msgspec.json.format(msgspec.json.encode(file), indent=2) + b"\n"


def read(text: bytes) -> KeyFile:
    """The file, whole; raises `Damaged`."""
    try:
        file = msgspec.json.decode(text, type=KeyFile)
        salt = unb64(file.sealed.salt) if file.sealed else bytes(SALT_BYTES)
        _ = file.signed, file.root_document, unb64(file.sealed.key) if file.sealed else b""
    except (msgspec.DecodeError, UnicodeDecodeError, Malformed) as error:
        raise Damaged from error
    values = {name: getattr(file, name) for name in KeyFile.__struct_fields__ if name != "check"}
    if file.check != _check(values) or len(salt) != SALT_BYTES:
        raise Damaged
    return file


def _check(values: dict[str, Any]) -> str:
    """Whether bytes were lost or swapped; against people stands the seal."""
    return b64(hashlib.sha256(msgspec.json.encode(values)).digest()[:8])


def _derived(sealed: Sealed, passphrase: str) -> bytes:
    argon = Argon2id(
        salt=unb64(sealed.salt),
        length=32,
        iterations=sealed.iterations,
        lanes=sealed.lanes,
        memory_cost=sealed.memory_kib,
    )
    return argon.derive(passphrase.encode())


def _bound(realm: Realm, kind: Kind, document: Signed, sealed: Sealed) -> bytes:
    costs = [u64(sealed.memory_kib), u64(sealed.iterations), u64(sealed.lanes)]
    return enc(realm, kind, document.doc, document.sig, unb64(sealed.salt), *costs)
