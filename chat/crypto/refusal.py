"""An offer lets nobody in (E6), as a signed word in clear in the log: the visitor's no, or whoever offered takes it back.

PURE. Which offers may be refused is for `log.py`.
"""

from typing import NamedTuple

from chat.crypto.chain import Signed
from chat.crypto.encoding import Realm, dec, enc, hash32, label, unpack
from chat.crypto.signing import DutyKey, PrivateKey, VisitorKey


class Refused(NamedTuple):
    """`offer`: H(offer). `withdrawn`: by who made the offer."""

    offer: bytes
    withdrawn: bool


def refuse(realm: Realm, offer: bytes, key: PrivateKey[VisitorKey]) -> Signed:
    """E6: the visitor's no. `offer`: H(offer)."""
    doc = enc(realm, "refuse", offer)
    return Signed(doc, key.sign(doc))


def withdraw(realm: Realm, offer: bytes, key: PrivateKey[DutyKey]) -> Signed:
    """E6: whoever came does not want to any more. `key`: the one that the offer names, or of the guest's page."""
    doc = enc(realm, "withdraw", offer)
    return Signed(doc, key.sign(doc))


def parse_refusal(realm: Realm, doc: bytes) -> Refused:
    """E6: its shape."""
    withdrawn = unpack(doc)[:1] == [label(realm, "withdraw")]
    (offer,) = dec(realm, "withdraw" if withdrawn else "refuse", doc, 1)
    return Refused(hash32(offer), withdrawn)


def verify_refusal(realm: Realm, signed: Signed, visitor: VisitorKey) -> bytes:
    """E6: by the conversation's visitor; H(offer)."""
    (offer,) = dec(realm, "refuse", signed.doc, 1)
    visitor.verify("E6", signed.doc, signed.sig)
    return hash32(offer)
