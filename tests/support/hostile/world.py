"""An organisation with its genuine and forged papers, made once: who is on its staff, and which devices are in enemy hands."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from chat import wire
from chat.client.translation import write_signed
from chat.crypto.chain import HOUR, Documents, Listed, Signed, Span, by_hash
from chat.crypto.encoding import ZEROS, b64
from chat.crypto.issuing import issue_fresh, issue_roster
from chat.crypto.signing import PrivateKey, RootKey
from tests.support.organisation import Device, OnDuty, Organisation, Registrar

REALM: Final = "varsam"
NOW = 1_800_000_000


@dataclass(frozen=True)
class Paper:
    """A freshness, with the roster it is over and who signed it, as the service shows it."""

    roster: Signed
    fresh: Signed
    signer: Device
    registrar: Registrar

    def shown(self) -> wire.Freshness:
        who = self.signer
        documents = [write_signed(document) for document in (who.registrar, who.certificate)]
        return wire.Freshness(
            roster=b64(self.roster.hash),
            fresh=write_signed(self.fresh),
            signer=b64(who.certificate.hash),
            documents=documents,
        )


class World:
    """Amina and Björn are honest. Eve is listed and in enemy hands until she is revoked; Olle's machine was stolen; Siri is
    certified and was never listed; Mona's registrar only says that it is ours; Mallory has an organisation of his own.
    """

    def __init__(self) -> None:
        self.organisation = o = Organisation(REALM, NOW)
        self.amina = o.certifies("Amina", "counsellor")
        self.bjorn = o.certifies("Björn", "counsellor")
        eve, olle = o.certifies("Eve", "counsellor"), o.certifies("Olle", "counsellor")
        sture = o.certifies("Sture", "supervisor")
        elsewhere = Organisation(REALM, NOW)
        self.false_registrar = Registrar(
            REALM, PrivateKey.generate(RootKey), o.root.hash, Span(NOW - HOUR, NOW + HOUR)
        )
        mona = o.certifies("Mona", "counsellor", registrar=self.false_registrar)
        enemies = [eve, olle, sture, o.certifies("Siri", "counsellor"), mona]
        span = Span(NOW - HOUR, NOW + 10 * HOUR)
        self.enemies = [
            device.goes_on_duty(span) for device in [*enemies, elsewhere.certifies("Mallory", "counsellor")]
        ]
        self.eve, self.olle, self.sture = self.enemies[:3]
        self._papers(eve, olle, sture, mona)

    def _papers(self, eve: Device, olle: Device, sture: Device, mona: Device) -> None:
        o, ours = self.organisation, self.organisation.registrar
        first = o.lists([self.amina, self.bjorn, eve, olle, sture])
        second = o.lists([self.amina, self.bjorn, eve, sture], number=2, previous=first.hash)
        self.genuine_rosters = {first.hash: first, second.hash: second}
        self.revoked = frozenset({olle.certificate.hash, eve.certificate.hash})
        c = o.coordinator
        self.genuine = [
            Paper(first, o.refreshes(first, 1), c, ours),
            Paper(first, o.refreshes(first, 2, revoked=[olle]), c, ours),
            Paper(second, o.refreshes(second, 3, revoked=[olle]), c, ours),
            Paper(second, o.refreshes(second, 4, revoked=[olle, eve]), c, ours),
        ]
        listed = [
            Listed(d.certificate.hash, may_sign_freshness=True, takes_callbacks=False) for d in (mona, eve)
        ]
        lie = issue_roster(
            REALM,
            self.false_registrar.key,
            o.root.hash,
            number=3,
            previous=second.hash,
            span=Span(NOW - HOUR, NOW + HOUR),
            devices=listed,
        )
        fork = issue_roster(
            REALM,
            self.false_registrar.key,
            o.root.hash,
            number=1,
            previous=ZEROS,
            span=Span(NOW - HOUR, NOW + HOUR),
            devices=listed,
        )
        by_eve = issue_fresh(REALM, eve.key, second.hash, 9, NOW, [])
        by_olle = issue_fresh(REALM, olle.key, first.hash, 9, NOW, [])
        self.forged = [
            Paper(second, by_eve, eve, ours),
            Paper(first, by_olle, olle, ours),
            Paper(second, Signed(by_eve.doc, self.genuine[0].fresh.sig), c, ours),
            Paper(lie, issue_fresh(REALM, mona.key, lie.hash, 9, NOW, []), mona, self.false_registrar),
            Paper(lie, issue_fresh(REALM, mona.key, lie.hash, 9, NOW, []), mona, ours),
            Paper(fork, issue_fresh(REALM, eve.key, fork.hash, 9, NOW, []), eve, self.false_registrar),
        ]

    @property
    def papers(self) -> list[Paper]:
        return [*self.genuine, *self.forged]

    def roster_named(self, digest: bytes) -> Paper | None:
        return next((paper for paper in self.papers if paper.roster.hash == digest), None)

    def documents(self, on_duty: OnDuty) -> tuple[Signed, ...]:
        """What a verifier needs for this duty key."""
        return (*self.organisation.documents_of(on_duty.device), on_duty.duty)

    def known_documents(self, device: Device) -> Documents:
        return by_hash(*self.organisation.documents_of(device))

    def is_listed(self, certificate: bytes) -> bool:
        listed = (self.amina, self.bjorn, self.eve.device, self.olle.device, self.sture.device)
        return certificate in [device.certificate.hash for device in listed]


@cache
def world() -> World:
    """Its keys are nobody's in particular, so one will do for all plays."""
    return World()
