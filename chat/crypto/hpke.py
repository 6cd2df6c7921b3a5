"""HPKE base mode (RFC 9180) with MLKEM768-X25519 (X-Wing, 0x647a), HKDF-SHA256 and AES-256-GCM: keys, seal, open.

PURE, apart from the randomness that sealing and key making draw themselves. No additional data: everything is bound
through `info`. A sealed message is the encapsulated key followed by the ciphertext.
"""

import hashlib
from typing import Generic, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519

from chat.errors import VerificationError

PUBLIC_KEY_BYTES = 1216
ENCAPSULATED_BYTES = 1120
SEED_BYTES = 32
_MLKEM_PUBLIC_BYTES = 1184
_MLKEM_SEED_BYTES = 64
_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class SealKey:
    """A public key, ML-KEM-768 then X25519. Its subclasses say whose it is."""

    def __init__(self, raw: bytes) -> None:
        if len(raw) != PUBLIC_KEY_BYTES:
            raise VerificationError("Suite", "an HPKE public key is 1,216 bytes")
        self.raw = raw

    def seal(self, info: bytes, plaintext: bytes) -> bytes:
        try:
            key = hpke.MLKEM768X25519PublicKey(
                mlkem.MLKEM768PublicKey.from_public_bytes(self.raw[:_MLKEM_PUBLIC_BYTES]),
                x25519.X25519PublicKey.from_public_bytes(self.raw[_MLKEM_PUBLIC_BYTES:]),
            )
            return _SUITE.encrypt(plaintext, key, info)
        except ValueError as error:
            raise VerificationError("Suite", "nothing can be sealed to this HPKE public key") from error


class DeviceSealKey(SealKey):
    """K3: of a staff machine."""


class DutySealKey(SealKey):
    """K5: of a duty; epochs' secrets are sealed to it (E2)."""


class TeamSealKey(SealKey):
    """C2: of all who take callbacks; the keys of a request's parts, and notes, are sealed to it."""


Purpose = TypeVar("Purpose", bound=SealKey)


class OpenKey(Generic[Purpose]):
    """The private half: a 32-byte seed, expanded as X-Wing does; `public` carries the purpose."""

    def __init__(self, purpose: type[Purpose], seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise ValueError("an X-Wing seed is 32 bytes")
        expanded = hashlib.shake_256(seed).digest(_MLKEM_SEED_BYTES + 32)
        post_quantum = mlkem.MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_BYTES])
        classical = x25519.X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED_BYTES:])
        self._key = hpke.MLKEM768X25519PrivateKey(post_quantum, classical)
        self.public = purpose(
            post_quantum.public_key().public_bytes_raw() + classical.public_key().public_bytes_raw()
        )

    def open(self, step: str, info: bytes, sealed: bytes) -> bytes:
        """Raise for `step` unless this was sealed to this key with this `info`."""
        if len(sealed) < ENCAPSULATED_BYTES:
            raise VerificationError(step, "too short to be sealed")
        try:
            return _SUITE.decrypt(sealed, self._key, info)
        except (InvalidTag, ValueError) as error:
            raise VerificationError(step, "sealed to another key or for another purpose") from error
