"""Admission (E5): whether an offer is genuine, and whether the visitor's browser lets it in unasked.

PURE. It decides and makes the announcement that lets somebody in; sending it, and asking a person, are the caller's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chat.crypto.chain import CLOCK_TOLERANCE_SECONDS, Certificate, Documents, Duty, Role, Roster, Signed
from chat.crypto.continuation import Expected
from chat.crypto.encoding import ZEROS, Realm
from chat.crypto.entries import AnnouncementEntry
from chat.crypto.epochs import (
    OFFER_SECONDS,
    Epoch,
    Member,
    Offer,
    Purpose,
    announce,
    commitment,
    conversation_id,
    log_start,
    wrap,
)
from chat.crypto.guest import GUEST_SECONDS, Guest
from chat.crypto.log import Log
from chat.crypto.signing import PrivateKey, VisitorKey
from chat.crypto.trust import Trust
from chat.errors import VerificationError

ROLE_OF: dict[Purpose, Role] = {
    "accept": "counsellor",
    "handover": "counsellor",
    "supervise": "supervisor",
    "interpret": "interpreter",
}
"""The role that a purpose takes; to `rejoin`, the role as held."""
REJOINS: Final = 3
REJOIN_SECONDS: Final = 600
"""So often in this time a member is replaced without a question (E7)."""


def verify_offer(
    trust: Trust, roster: Roster, offer: Offer, signed: Signed, documents: Documents, now: int
) -> tuple[Certificate, Duty]:
    """E5, K1–K5: its time, its documents under that roster, its role, its signature."""
    if offer.expiry < now - CLOCK_TOLERANCE_SECONDS:
        raise VerificationError("E5", "an expired offer")
    if offer.expiry > now + OFFER_SECONDS + CLOCK_TOLERANCE_SECONDS:
        raise VerificationError("E5", "an offer that expires too far ahead")
    certificate, duty = trust.verify_duty(offer.duty, offer.certificate, documents, roster, now)
    if certificate.role != ROLE_OF.get(offer.purpose, certificate.role):
        raise VerificationError("E5", "a purpose that is not of this role")
    duty.signature_key.verify("E5", signed.doc, signed.sig)
    return certificate, duty


def verify_guest_time(guest: Guest, now: int) -> None:
    """E6: good now, and not for longer than the word for a guest may be."""
    ahead = guest.expiry - now
    if not -CLOCK_TOLERANCE_SECONDS <= ahead <= GUEST_SECONDS + CLOCK_TOLERANCE_SECONDS:
        raise VerificationError("E6", "a guest whose time is over, or too far ahead")


@dataclass(frozen=True)
class Considered:
    """A genuine offer. `unasked`: the visitor's browser may let it in by itself. `replaced`: the member whose place it takes
    (E7). `stay`: the members who stay when it is let in: who takes a conversation over has it in the counsellor's place (E6).
    """

    hash: bytes
    purpose: Purpose
    certificate: Certificate | Guest
    duty: Duty | Guest
    roster: Roster
    unasked: bool
    replaced: Member | None
    stay: tuple[Member, ...]

    def member(self, history_from: int) -> Member:
        """As an announcement lists it. Who rejoins has as much of the history as the one whose place it takes."""
        who = self.certificate
        history = self.replaced.history_from if self.replaced else history_from
        certificate = ZEROS if isinstance(who, Guest) else who.hash
        return Member(certificate, self.duty.hash, self.hash, who.role, who.pseudonym, history)


def consider(
    log: Log,
    trust: Trust,
    offer_hash: bytes,
    now: int,
    rejoined: Sequence[int] = (),
    expected: Expected = None,
) -> Considered:
    """E5, E6, E7, E9: the visitor's browser looks at an offer in its log. `rejoined`: when it let somebody rejoin, Unix seconds.
    `expected`: whose accepting is not asked about, where this conversation continues another.
    """
    if offer_hash not in log.offers or offer_hash in log.refused:
        raise VerificationError("E5", "an offer that is not in the log, or was refused")
    offer, signed = log.offers[offer_hash]
    if offer.over != log.newest.hash:
        raise VerificationError("E5", "an offer over an older announcement")
    roster = trust.require_fresh(now)
    if guest := log.guests.get(offer_hash):
        return _consider_guest(log, trust, guest, roster, now)
    certificate, duty = verify_offer(trust, roster, offer, signed, log.documents, now)
    replaced = _replaced(log, offer, certificate)
    if offer.purpose == "rejoin" and replaced is None:
        raise VerificationError("E7", "rejoining in nobody's place")
    stay = tuple(member for member in log.members if _stays(member, offer.purpose, replaced))
    if any(member.certificate == certificate.hash for member in stay):
        raise VerificationError("E5", "an offer of a device that is in already")
    if offer.purpose == "rejoin":
        unasked = replaced is not None and _may_rejoin(log, replaced, duty, rejoined, now)
    else:
        awaited = expected is None or certificate.hash in expected
        unasked = offer.purpose == "accept" and not log.ever_had_member and awaited
    return Considered(offer_hash, offer.purpose, certificate, duty, roster, unasked, replaced, stay)


def _consider_guest(log: Log, trust: Trust, guest: Guest, roster: Roster, now: int) -> Considered:
    """E6: always asked about; whoever vouches must count now."""
    verify_guest_time(guest, now)
    inviter = log.newest.member(guest.inviter)
    if inviter is None or not trust.counts(inviter.certificate):
        raise VerificationError("K4", "a guest of somebody who does not count any more")
    return Considered(guest.hash, "guest", guest, guest, roster, False, None, log.members)


def _stays(member: Member, purpose: Purpose, replaced: Member | None) -> bool:
    """E6, E7: whoever accepts or takes over comes in the counsellor's place, whoever rejoins in its own."""
    takes_over = ROLE_OF.get(purpose) == "counsellor" and member.role == "counsellor"
    return member != replaced and not takes_over


def _replaced(log: Log, offer: Offer, certificate: Certificate) -> Member | None:
    """E7: the member whose place this offer takes."""
    held = log.newest.member(offer.replaced) if offer.replaced else None
    same = held is not None and (held.certificate, held.role) == (certificate.hash, certificate.role)
    return held if same else None


def _may_rejoin(log: Log, replaced: Member, duty: Duty, rejoined: Sequence[int], now: int) -> bool:
    """E7: with a later duty key, and not too often."""
    lately = [at for at in rejoined if at > now - REJOIN_SECONDS]
    return duty.span.start > log.duty(replaced.duty).span.start and len(lately) < REJOINS


# The visitor's announcements (E1, E2)


def begin(
    realm: Realm, root: bytes, key: PrivateKey[VisitorKey], *, nonce: bytes, secret: bytes, leave_hash: bytes
) -> tuple[bytes, AnnouncementEntry]:
    """K6, E2: sid and A_0. `nonce` and `secret` (s_0): 32 random bytes each; `leave_hash`: H(leave token)."""
    public = key.public.raw
    sid = conversation_id(realm, public, root, nonce)
    commit = commitment(realm, secret, sid, 0)
    epoch = Epoch(sid, 0, ZEROS, b"", 0, log_start(realm, sid), (), commit)
    doc = announce(realm, epoch, [], key=public, nonce=nonce, leave_hash=leave_hash)
    return sid, AnnouncementEntry(doc, key.sign(doc))


def admit(
    log: Log, key: PrivateKey[VisitorKey], considered: Considered, secret: bytes, *, history: bool = True
) -> AnnouncementEntry:
    """E2, E5–E7: the announcement that lets one more in, or one in another's place. `secret`: s_e, 32 random bytes. `history`: with
    what was said before, as far as it is held here.
    """
    first = min(log.secrets) if history else log.newest.epoch + 1
    newcomer = considered.member(first)
    members = [*considered.stay, newcomer]
    return _announce(log, key, members, considered.roster.hash, secret, {newcomer.duty: considered.duty})


def leave_out(
    log: Log, key: PrivateKey[VisitorKey], duty: bytes, roster: Roster, secret: bytes
) -> AnnouncementEntry:
    """E6: the announcement without the member of that duty key, who has left."""
    stay = [member for member in log.members if member.duty != duty]
    return _announce(log, key, stay, roster.hash, secret, {})


def _announce(
    log: Log,
    key: PrivateKey[VisitorKey],
    members: Sequence[Member],
    roster: bytes,
    secret: bytes,
    new: Mapping[bytes, Duty | Guest],
) -> AnnouncementEntry:
    epoch = _next_epoch(log, members, roster, secret)
    body = epoch.body_hash(log.realm)
    secrets = [*sorted(log.secrets.items()), (epoch.epoch, secret)]
    wraps = []
    for member in members:
        first = member.history_from if member.duty in new else epoch.epoch
        duty = new.get(member.duty) or log.keys_of(member.duty)
        readable = [(j, s) for j, s in secrets if j >= first]
        wraps.append(wrap(log.realm, body, member.duty, duty.hpke_key, readable))
    doc = announce(log.realm, epoch, wraps)
    return AnnouncementEntry(doc, key.sign(doc), tuple(wraps))


def _next_epoch(log: Log, members: Sequence[Member], roster: bytes, secret: bytes) -> Epoch:
    number = log.newest.epoch + 1
    return Epoch(
        log.sid,
        number,
        log.newest.hash,
        roster,
        log.index,
        log.heads[-1],
        tuple(members),
        commitment(log.realm, secret, log.sid, number),
    )
