"""Whose log it is: what a visitor, and what a member, checks of an announcement beyond its place (E1, E3).

PURE. A visitor's browser knows its own announcements and their secrets; a member verifies who is let in and opens its wrap.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chat.crypto.admission import verify_guest_time, verify_offer
from chat.crypto.encoding import digest
from chat.crypto.epochs import Announcement, Member, commitment, unwrap
from chat.crypto.hpke import DutySealKey, OpenKey
from chat.crypto.log import Log
from chat.crypto.trust import Trust
from chat.errors import VerificationError


@dataclass
class AsVisitor:
    """The visitor: the one that makes epochs (E1)."""

    proposed: tuple[bytes, bytes] | None = None
    """H(A_e) and s_e of the announcement that was made and is not in the log yet."""

    def propose(self, doc: bytes, secret: bytes) -> None:
        """From now on this announcement is accepted, and no other. One that was refused is thus forgotten (S1)."""
        self.proposed = (digest(doc), secret)

    def withdraw(self) -> None:
        """The service refused it: its secret is thrown away (S1)."""
        self.proposed = None

    def secrets(
        self,
        log: Log,  # noqa: ARG002
        announcement: Announcement,
        wraps: Sequence[bytes],  # noqa: ARG002
        at: int,  # noqa: ARG002
    ) -> dict[int, bytes]:
        """E1: its own announcement, and no other."""
        if self.proposed is None or self.proposed[0] != announcement.hash:
            raise VerificationError("E1", "an announcement that this visitor did not make")
        return {announcement.epoch: self.proposed[1]}


@dataclass
class AsMember:
    """One with a duty key, listed or hoping to be."""

    trust: Trust
    duty: bytes
    key: OpenKey[DutySealKey]
    offers: set[bytes] = field(default_factory=set)
    """Its own, by hash."""

    def secrets(
        self, log: Log, announcement: Announcement, wraps: Sequence[bytes], at: int
    ) -> dict[int, bytes]:
        """E3: every new member verified; its own wrap opened, every secret held against its commitment."""
        for member in announcement.members:
            if log.newest.member(member.duty) is None:
                self._verify_admission(log, announcement, member, at)
        for member, sealed in zip(announcement.members, wraps, strict=True):
            if member.duty == self.duty:
                return self._unwrap(log, announcement, member, sealed)
        return {}

    def _verify_admission(self, log: Log, announcement: Announcement, member: Member, at: int) -> None:
        roster = self.trust.rosters.get(announcement.roster)
        if roster is None:
            raise VerificationError("K4", "a roster that is not known here")
        offer, signed = log.offers[member.offer]
        if member.offer in log.guests:
            verify_guest_time(log.guests[member.offer], at)
            return
        certificate, _ = verify_offer(self.trust, roster, offer, signed, log.documents, at)
        if (certificate.role, certificate.pseudonym) != (member.role, member.pseudonym):
            raise VerificationError("E3", "a member listed otherwise than certified")

    def _unwrap(
        self, log: Log, announcement: Announcement, member: Member, sealed: bytes
    ) -> dict[int, bytes]:
        if member.offer not in self.offers:
            raise VerificationError("E3", "let in by an offer that is not its own")
        stays = log.newest.member(self.duty) is not None
        first = announcement.epoch if stays else member.history_from
        epochs = range(first, announcement.epoch + 1)
        secrets = unwrap(log.realm, announcement.body_hash(log.realm), self.duty, self.key, sealed, epochs)
        for epoch, secret in secrets.items():
            commit = announcement.commit if epoch == announcement.epoch else log.announcements[epoch].commit
            if commitment(log.realm, secret, log.sid, epoch) != commit:
                raise VerificationError("E3", "a secret that does not fit its commitment")
        return secrets
