"""The key of all who take callbacks (C2): its document, its shares, and who may have signed it.

PURE, apart from the randomness that sealing draws. A share is the private half, 32 bytes, sealed to one device's HPKE key, whatever
certificate that key has by now.
"""

from dataclasses import dataclass
from typing import Final

from chat.crypto.chain import DAY, Documents, Signed, Span
from chat.crypto.encoding import Realm, dec, digest, enc, hash32, u64
from chat.crypto.hpke import DeviceSealKey, OpenKey, TeamSealKey
from chat.crypto.signing import DeviceKey, PrivateKey
from chat.crypto.trust import Trust
from chat.errors import VerificationError

TEAM_SECONDS: Final = 8 * DAY


@dataclass(frozen=True)
class Team:
    """C2: a team key."""

    hash: bytes
    root: bytes
    key: TeamSealKey
    span: Span


def issue_team(
    realm: Realm, device: PrivateKey[DeviceKey], root: bytes, key: TeamSealKey, span: Span
) -> Signed:
    """C2, by a listed device that takes callbacks."""
    doc = enc(realm, "team", root, key.raw, u64(span.start), u64(span.end))
    return Signed(doc, device.sign(doc))


def parse_team(realm: Realm, doc: bytes) -> Team:
    """C2, without its signature."""
    root, key, start, end = dec(realm, "team", doc, 4)
    return Team(digest(doc), hash32(root), TeamSealKey(key), Span.read("C2", start, end, TEAM_SECONDS))


def open_team(trust: Trust, signed: Signed, signer: bytes, documents: Documents, now: int) -> Team:
    """C2: of this organisation, good now, signed by a device that the roster in force lists as taking callbacks, and that nobody
    revoked as far as this page knows.
    """
    team = verify_team(trust, signed, signer, documents, now)
    team.span.require("C2", now)
    return team


def verify_team(trust: Trust, signed: Signed, signer: bytes, documents: Documents, now: int) -> Team:
    """C2, whether or not its time is over: what was sealed to it is still to be opened."""
    team = parse_team(trust.realm, signed.doc)
    if team.root != trust.root:
        raise VerificationError("C2", "a team key of another root")
    roster = trust.in_force(now)
    certificate = trust.verify_device(signer, documents, roster, now)
    if not roster.devices[signer].takes_callbacks:
        raise VerificationError("C2", "signed by a device that takes no callbacks")
    certificate.signature_key.verify("C2", signed.doc, signed.sig)
    return team


def device_name(key: DeviceSealKey) -> bytes:
    """What a device's share is found by: H of its HPKE key."""
    return digest(key.raw)


def seal_share(realm: Realm, team: Team, seed: bytes, device: DeviceSealKey) -> bytes:
    """C2: the private half for one device."""
    return device.seal(_share_info(realm, team, device), seed)


def open_share(realm: Realm, team: Team, device: OpenKey[DeviceSealKey], sealed: bytes) -> bytes:
    """C2: the seed; it must be the private half of this very team key."""
    seed = hash32(device.open("C2", _share_info(realm, team, device.public), sealed))
    if OpenKey(TeamSealKey, seed).public.raw != team.key.raw:
        raise VerificationError("C2", "a share of another team key")
    return seed


def _share_info(realm: Realm, team: Team, device: DeviceSealKey) -> bytes:
    return enc(realm, "team-share", team.hash, device_name(device))
