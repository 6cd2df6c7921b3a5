"""A guest (E6): a professional from outside, whom a member vouches for in one conversation, and nobody certifies.

PURE. It makes and reads the signed word for one guest, and what ties the guest's keys to the link that was handed out. Which
guest may come in, and where such a word may stand, is for `admission.py` and `log.py`.
"""

import hmac
from dataclasses import dataclass
from typing import Final, Literal

from chat.crypto.chain import Signed, read_pseudonym
from chat.crypto.encoding import Realm, dec, digest, enc, hash32, hkdf, u64, uint, utf8
from chat.crypto.hpke import DutySealKey
from chat.crypto.signing import DutyKey, PrivateKey
from chat.errors import VerificationError

GUEST_SECONDS: Final = 600
"""So long the word for a guest may be good."""


@dataclass(frozen=True)
class Guest:
    """Unsigned. `over` = H(A_e); `inviter` = H(duty) of the member who signs; `pseudonym`: the organisation as told; `expiry` in Unix
    seconds. Its name as a sender and as a member is its `hash`.
    """

    hash: bytes
    sid: bytes
    over: bytes
    inviter: bytes
    pseudonym: str
    signature_key: DutyKey
    hpke_key: DutySealKey
    expiry: int
    role: Literal["guest"] = "guest"


def invite(
    realm: Realm,
    key: PrivateKey[DutyKey],
    *,
    sid: bytes,
    over: bytes,
    inviter: bytes,
    organisation: str,
    signature_key: DutyKey,
    hpke_key: DutySealKey,
    expiry: int,
) -> Signed:
    """E6: by the inviting member's duty key."""
    keys = (signature_key.raw, hpke_key.raw)
    doc = enc(realm, "guest", sid, over, inviter, utf8(organisation), *keys, u64(expiry))
    return Signed(doc, key.sign(doc))


def parse_guest(realm: Realm, doc: bytes) -> Guest:
    """E6, without its signature."""
    sid, over, inviter, organisation, signature_key, hpke_key, expiry = dec(realm, "guest", doc, 7)
    return Guest(
        digest(doc),
        hash32(sid),
        hash32(over),
        hash32(inviter),
        read_pseudonym("E6", organisation),
        DutyKey(signature_key),
        DutySealKey(hpke_key),
        uint(expiry),
    )


# The link. Its token never comes to the service, which knows the guest by something derived from it


def access(realm: Realm, token: bytes) -> bytes:
    """What the guest's page shows to the service, which keeps only its hash. `token`: 32 random bytes, in the link."""
    return hkdf(token, enc(realm, "guest-access"))


def key_proof(realm: Realm, token: bytes, signature_key: bytes, hpke_key: bytes) -> bytes:
    """That these keys were made by whoever has the link: the service has not, and cannot put its own in their place."""
    return hkdf(token, enc(realm, "guest-keys", digest(signature_key), digest(hpke_key)))


def verify_proof(realm: Realm, token: bytes, signature_key: bytes, hpke_key: bytes, proof: bytes) -> None:
    """E6: raise unless the keys are those of whoever has the link."""
    if not hmac.compare_digest(key_proof(realm, token, signature_key, hpke_key), proof):
        raise VerificationError("E6", "keys of somebody who has not the link")
