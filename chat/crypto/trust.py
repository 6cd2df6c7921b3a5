"""The chain of trust (K1–K5): who counts now, as one page or process knows it.

PURE. `Trust` holds the realm, the pinned root, the roster in force, the freshness with the highest n and the union of
the revoked. A method either verifies and changes what it says, or raises `VerificationError` and changes nothing.
"""

from chat.crypto.chain import (
    Certificate,
    Documents,
    Duty,
    Fresh,
    Registrar,
    Roster,
    Signed,
    find,
    open_certificate,
    open_duty,
    open_registrar,
    open_root,
    open_roster,
    parse_certificate,
    parse_fresh,
    parse_roster,
)
from chat.crypto.encoding import Realm
from chat.errors import VerificationError

ROSTERS_KEPT = 200
"""Earlier rosters that a page keeps, for announcements that name them (E3)."""


class Trust:
    """What is known of the organisation behind one pinned root."""

    def __init__(self, realm: Realm, root: bytes) -> None:
        """`root`: H(R), 32 bytes."""
        self.realm = realm
        self.root = root
        self.roster: Roster | None = None
        self.fresh: Fresh | None = None
        self.revoked: frozenset[bytes] = frozenset()
        self.rosters: dict[bytes, Roster] = {}
        """Every roster that was verified here, by its hash."""

    # Roster and freshness

    def take_roster(self, signed: Signed, root: Signed, registrar: Signed, now: int) -> bool:
        """Put a roster in force (K4). False: a lower number, which is ignored."""
        if self.roster and parse_roster(self.realm, signed.doc).number < self.roster.number:
            return False
        roster = self.know_roster(signed, root, registrar, now)
        self.roster = roster
        return True

    def know_roster(self, signed: Signed, root: Signed, registrar: Signed, now: int) -> Roster:
        """Verify a roster as of `now`, without putting it in force: announcements name earlier ones (E3)."""
        opened_root = open_root(self.realm, self.root, root.doc)
        opened_registrar = open_registrar(self.realm, opened_root, registrar, now)
        roster = open_roster(self.realm, opened_root, opened_registrar, signed, now)
        self._refuse_fork(roster)
        self.rosters[roster.hash] = roster
        if len(self.rosters) > ROSTERS_KEPT:
            del self.rosters[next(iter(self.rosters))]
        return roster

    def _refuse_fork(self, roster: Roster) -> None:
        for known in self.rosters.values():
            same = roster.number == known.number and roster.hash != known.hash
            after = roster.number == known.number + 1 and roster.previous != known.hash
            before = roster.number == known.number - 1 and roster.hash != known.previous
            if same or after or before:
                raise VerificationError("K4", "two rosters with the same number")

    def take_freshness(self, signed: Signed, signer: bytes, documents: Documents, now: int) -> bool:
        """Keep the highest n and the union of the revoked (K4). False: a lower n, or the same statement again.

        `signer`: H of the certificate that signed; it and its registrar and root are in `documents`.
        """
        fresh = parse_fresh(self.realm, signed.doc)
        if self.fresh and fresh.n < self.fresh.n:
            return False
        roster = self.in_force(now)
        if fresh.roster != roster.hash:
            raise VerificationError("K4", "freshness over another roster")
        fresh.require(now)
        self._verify_signer(fresh, signed, signer, documents, roster, now)
        if self.fresh and fresh.n == self.fresh.n:
            if fresh.hash != self.fresh.hash:
                raise VerificationError("K4", "two statements of freshness with the same number")
            return False
        self.fresh = fresh
        self.revoked |= fresh.revoked
        return True

    def _verify_signer(
        self, fresh: Fresh, signed: Signed, signer: bytes, documents: Documents, roster: Roster, now: int
    ) -> None:
        certificate = self._certificate(signer, documents, now)
        listed = roster.devices.get(signer)
        if listed is None or not listed.may_sign_freshness:
            raise VerificationError("K4", "signed by a device that may not sign freshness")
        if signer in self.revoked | fresh.revoked:
            raise VerificationError("K4", "signed by a revoked device")
        certificate.signature_key.verify("K4", signed.doc, signed.sig)

    def require_fresh(self, now: int) -> Roster:
        """The roster in force, where freshness over it is good: without it nobody is admitted (E5)."""
        roster = self.in_force(now)
        if self.fresh is None or self.fresh.roster != roster.hash:
            raise VerificationError("K4", "no freshness over the roster in force")
        self.fresh.require(now)
        return roster

    def in_force(self, now: int) -> Roster:
        """The roster in force, which is good now; that nobody on it is revoked takes freshness besides."""
        if self.roster is None:
            raise VerificationError("K4", "no roster")
        self.roster.span.require("K4", now)
        return self.roster

    # Devices and duty

    def counts(self, certificate: bytes) -> bool:
        """Whether the roster in force lists a device, and nobody has revoked it (K4)."""
        return (
            self.roster is not None and certificate in self.roster.devices and certificate not in self.revoked
        )

    def verify_device(
        self, certificate: bytes, documents: Documents, roster: Roster, now: int
    ) -> Certificate:
        """K1–K4: a certificate that the roster lists and nobody revoked."""
        device = self._certificate(certificate, documents, now)
        if certificate not in roster.devices:
            raise VerificationError("K4", "a device that is not listed")
        if certificate in self.revoked:
            raise VerificationError("K4", "a revoked device")
        return device

    def verify_duty(
        self, duty: bytes, certificate: bytes, documents: Documents, roster: Roster, now: int
    ) -> tuple[Certificate, Duty]:
        """K1–K5: a duty key of a device that counts."""
        device = self.verify_device(certificate, documents, roster, now)
        return device, open_duty(self.realm, device, find("K5", documents, duty), now)

    def _certificate(self, wanted: bytes, documents: Documents, now: int) -> Certificate:
        signed = find("K3", documents, wanted)
        registrar = self._registrar(parse_certificate(self.realm, signed.doc).registrar, documents, now)
        return open_certificate(self.realm, registrar, signed, now)

    def _registrar(self, wanted: bytes, documents: Documents, now: int) -> Registrar:
        signed = find("K2", documents, wanted)
        root = open_root(self.realm, self.root, find("K1", documents, self.root).doc)
        return open_registrar(self.realm, root, signed, now)
