"""Making the documents of the chain (K1–K5): for the key ceremony, the demo's organisation and tests.

PURE. Each function takes the key that signs and gives the signed document; limits are held by whoever opens it.
"""

from collections.abc import Iterable

from chat.crypto.chain import Listed, Role, Signed, Span
from chat.crypto.encoding import ZEROS, Realm, enc, pack, u64, utf8
from chat.crypto.hpke import DeviceSealKey, DutySealKey
from chat.crypto.signing import DeviceKey, DutyKey, PrivateKey, Purpose, RegistrarKey, RootKey


def issue_root(realm: Realm, key: RootKey) -> Signed:
    """K1; its `hash` is H(R)."""
    return Signed(enc(realm, "root", key.raw), b"")


def issue_registrar(
    realm: Realm, root: PrivateKey[RootKey], root_hash: bytes, key: RegistrarKey, span: Span
) -> Signed:
    """K2."""
    return _sign(root, enc(realm, "registrar", root_hash, key.raw, u64(span.start), u64(span.end)))


def issue_certificate(
    realm: Realm,
    registrar: PrivateKey[RegistrarKey],
    registrar_hash: bytes,
    *,
    pseudonym: str,
    role: Role,
    signature_key: DeviceKey,
    hpke_key: DeviceSealKey,
    serial: int,
    span: Span,
) -> Signed:
    """K3."""
    keys = [signature_key.raw, hpke_key.raw]
    who = [registrar_hash, utf8(pseudonym), utf8(role)]
    return _sign(registrar, enc(realm, "device", *who, *keys, u64(serial), u64(span.start), u64(span.end)))


def issue_roster(
    realm: Realm,
    registrar: PrivateKey[RegistrarKey],
    root_hash: bytes,
    *,
    number: int,
    previous: bytes,
    span: Span,
    devices: Iterable[Listed],
    manifest: bytes = ZEROS,
) -> Signed:
    """K4. `previous`: H of the roster before, 32 zeros for the first."""
    listed = pack(pack([d.certificate, u64(d.may_sign_freshness), u64(d.takes_callbacks)]) for d in devices)
    times = [u64(span.start), u64(span.end)]
    return _sign(registrar, enc(realm, "roster", root_hash, u64(number), previous, *times, listed, manifest))


def issue_fresh(
    realm: Realm, device: PrivateKey[DeviceKey], roster: bytes, n: int, time: int, revoked: Iterable[bytes]
) -> Signed:
    """K4. `revoked`: H(certificate), in any order."""
    return _sign(device, enc(realm, "fresh", roster, u64(n), u64(time), pack(sorted(set(revoked)))))


def issue_duty(
    realm: Realm,
    device: PrivateKey[DeviceKey],
    certificate: bytes,
    *,
    hpke_key: DutySealKey,
    signature_key: DutyKey,
    span: Span,
) -> Signed:
    """K5."""
    keys = [hpke_key.raw, signature_key.raw]
    return _sign(device, enc(realm, "duty", certificate, *keys, u64(span.start), u64(span.end)))


def _sign(key: PrivateKey[Purpose], doc: bytes) -> Signed:
    return Signed(doc, key.sign(doc))
