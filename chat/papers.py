"""Documents between the wire and the chain of trust: what the service, the key ceremony and tests read and verify alike.

PURE. Knows `wire` and `crypto`; a signed roster counts only as far as it verifies here (K1–K4).
"""

from chat import staff_bodies, wire
from chat.crypto import chain
from chat.crypto.chain import Certificate, Documents, Roster, Signed, by_hash
from chat.crypto.encoding import Realm, b64, unb64
from chat.crypto.trust import Trust
from chat.errors import VerificationError


def one(document: wire.Signed) -> Signed:
    """A document's bytes and signature."""
    return Signed(unb64(document.doc), unb64(document.sig))


def as_wire(document: Signed) -> wire.Signed:
    """As messages carry it."""
    return wire.Signed(doc=b64(document.doc), sig=b64(document.sig))


def documents_of(made: staff_bodies.SignedRoster) -> dict[bytes, Signed]:
    """Root, registrars and certificates, by hash: not verified."""
    return by_hash(*map(one, (*made.roster.documents, *made.documents, *made.certificates)))


def verify_roster(realm: Realm, root: bytes, roster: wire.Roster, now: int) -> tuple[Trust, Documents]:
    """K1, K2, K4: a trust with this roster in force, and what it came with; VerificationError, Malformed."""
    trust = Trust(realm, root)
    documents = by_hash(*map(one, roster.documents))
    registrar = chain.find("K2", documents, unb64(roster.registrar))
    trust.take_roster(one(roster.roster), chain.find("K1", documents, root), registrar, now)
    return trust, documents


def verify_signed_roster(
    realm: Realm, root: bytes, made: staff_bodies.SignedRoster, now: int
) -> tuple[Roster, list[Certificate]]:
    """K1–K4, with every machine that it lists, as a page with this root would; VerificationError, Malformed."""
    trust, _ = verify_roster(realm, root, made.roster, now)
    roster = trust.in_force(now)
    if {one(certificate).hash for certificate in made.certificates} != roster.devices.keys():
        raise VerificationError("K4", "the certificates are not those that the roster lists")
    documents = documents_of(made)
    return roster, [trust.verify_device(device, documents, roster, now) for device in roster.devices]
