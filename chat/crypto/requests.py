"""What a registrar asks of the service from the command line (K2): signed for one service, one purpose, one body and a few minutes.

PURE. It opens no door by itself: whoever carries it out looks whether its nonce was there before.
"""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from chat.crypto.chain import Registrar, Signed
from chat.crypto.encoding import Realm, dec, digest, enc, hash32, text, u64, uint, utf8
from chat.crypto.signing import PrivateKey, RegistrarKey
from chat.errors import VerificationError

REQUEST_SECONDS: Final = 600
"""On both sides of the service's clock."""

Purpose = Literal["draft", "roster", "invite"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)


@dataclass(frozen=True)
class Request:
    """`origin`: of the console; `body`: H of what goes along."""

    registrar: bytes
    origin: str
    purpose: str
    body: bytes
    time: int
    nonce: bytes


def issue_request(realm: Realm, key: PrivateKey[RegistrarKey], request: Request) -> Signed:
    """K2."""
    items = [request.registrar, utf8(request.origin), utf8(request.purpose)]
    doc = enc(realm, "registrar-asks", *items, request.body, u64(request.time), request.nonce)
    return Signed(doc, key.sign(doc))


def open_request(
    realm: Realm,
    registrar: Registrar,
    signed: Signed,
    *,
    origin: str,
    purpose: Purpose,
    body: bytes,
    now: int,
) -> Request:
    """K2: from this registrar, for this service and purpose, with this body, and not from another time."""
    who, where, what, hashed, time, nonce = dec(realm, "registrar-asks", signed.doc, 6)
    request = Request(hash32(who), text(where), text(what), hash32(hashed), uint(time), hash32(nonce))
    registrar.key.verify("K2", signed.doc, signed.sig)
    if request.registrar != registrar.hash or (request.origin, request.purpose) != (origin, purpose):
        raise VerificationError("K2", "asked of another service, or for another purpose")
    if request.body != digest(body):
        raise VerificationError("K2", "asked with another body")
    if abs(request.time - now) > REQUEST_SECONDS:
        raise VerificationError("K2", "asked at another time: look at the clocks")
    return request
