"""ECDSA P-256 with SHA-256 (Suite): keys typed by what they may sign, signatures as 64 bytes `r || s`.

PURE, apart from the randomness that key making and ECDSA draw themselves. A public key is read strictly: 65 bytes,
uncompressed, a point of the curve. Signatures are malleable, so none ever goes into a hash or a comparison.
"""

from typing import Generic, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chat.errors import VerificationError

PUBLIC_KEY_BYTES = 65
SIGNATURE_BYTES = 64
_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_ALGORITHM = ec.ECDSA(hashes.SHA256())


class PublicKey:
    """A point of the curve. Its subclasses say whose key it is and so what it may sign."""

    def __init__(self, raw: bytes) -> None:
        if len(raw) != PUBLIC_KEY_BYTES or raw[0] != 4:
            raise VerificationError("Suite", "a public key is 65 bytes, uncompressed")
        try:
            self._key = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, raw)
        except ValueError as error:
            raise VerificationError("Suite", "a public key is not a point of the curve") from error
        self.raw = raw

    def verify(self, step: str, message: bytes, signature: bytes) -> None:
        """Raise for `step` unless this key signed the message."""
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        if len(signature) != SIGNATURE_BYTES or not (0 < r < _ORDER and 0 < s < _ORDER):
            raise VerificationError(step, "malformed signature")
        try:
            self._key.verify(encode_dss_signature(r, s), message, _ALGORITHM)
        except InvalidSignature as error:
            raise VerificationError(step, "wrong signature") from error


class RootKey(PublicKey):
    """K1: signs registrars."""


class RegistrarKey(PublicKey):
    """K2: signs device certificates and rosters."""


class DeviceKey(PublicKey):
    """K3: signs duty keys and, where the roster says so, freshness."""


class DutyKey(PublicKey):
    """K5: signs offers and a member's frames."""


class VisitorKey(PublicKey):
    """K6: signs announcements and the visitor's frames."""


class ReturnKey(PublicKey):
    """R1: signs, once, under which id a conversation goes on after a return."""


class CallbackKey(PublicKey):
    """C1: signs the versions of one request for a call, and asks for its status or cancels it (C3)."""


Purpose = TypeVar("Purpose", bound=PublicKey)


class PrivateKey(Generic[Purpose]):
    """The private half; `public` carries the purpose."""

    def __init__(self, purpose: type[Purpose], key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key
        self.public = purpose(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    @classmethod
    def generate(cls, purpose: type[Purpose]) -> "PrivateKey[Purpose]":
        return cls(purpose, ec.generate_private_key(_CURVE))

    @classmethod
    def from_scalar(cls, purpose: type[Purpose], scalar: bytes) -> "PrivateKey[Purpose]":
        """`scalar`: 32 bytes big-endian, as `scalar_bytes` gives them."""
        return cls(purpose, ec.derive_private_key(int.from_bytes(scalar, "big"), _CURVE))

    def scalar_bytes(self) -> bytes:
        return self._key.private_numbers().private_value.to_bytes(32, "big")

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self._key.sign(message, _ALGORITHM))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
