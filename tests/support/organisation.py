"""A throw-away organisation with a whole chain of trust (K1–K5), for tests and for the vectors' tool.

Its keys are real. It holds no clock: `now` is given once, and every document is good around it.
"""

import os
from collections.abc import Iterable

from chat.crypto.chain import DAY, HOUR, Listed, Role, Signed, Span
from chat.crypto.encoding import ZEROS, Realm
from chat.crypto.hpke import DeviceSealKey, DutySealKey, OpenKey
from chat.crypto.issuing import (
    issue_certificate,
    issue_duty,
    issue_fresh,
    issue_registrar,
    issue_root,
    issue_roster,
)
from chat.crypto.signing import DeviceKey, DutyKey, PrivateKey, RegistrarKey, RootKey
from chat.crypto.trust import Trust


class Registrar:
    """A registrar of an organisation, or of another one."""

    def __init__(self, realm: Realm, root: PrivateKey[RootKey], root_hash: bytes, span: Span) -> None:
        self.key = PrivateKey.generate(RegistrarKey)
        self.document = issue_registrar(realm, root, root_hash, self.key.public, span)


class Device:
    """A staff machine with its certificate."""

    def __init__(
        self, realm: Realm, registrar: Registrar, pseudonym: str, role: Role, serial: int, span: Span
    ) -> None:
        self.realm = realm
        self.key = PrivateKey.generate(DeviceKey)
        self.seal_key = OpenKey(DeviceSealKey, os.urandom(32))
        self.registrar = registrar.document
        self.certificate = issue_certificate(
            realm,
            registrar.key,
            registrar.document.hash,
            pseudonym=pseudonym,
            role=role,
            signature_key=self.key.public,
            hpke_key=self.seal_key.public,
            serial=serial,
            span=span,
        )

    def goes_on_duty(self, span: Span) -> "OnDuty":
        return OnDuty(self, span)


class OnDuty:
    """A page's duty key; `seed` is its HPKE key's."""

    def __init__(self, device: Device, span: Span) -> None:
        self.device = device
        self.key = PrivateKey.generate(DutyKey)
        self.seed = os.urandom(32)
        self.seal_key = OpenKey(DutySealKey, self.seed)
        self.duty = issue_duty(
            device.realm,
            device.key,
            device.certificate.hash,
            hpke_key=self.seal_key.public,
            signature_key=self.key.public,
            span=span,
        )

    @property
    def sender(self) -> bytes:
        return self.duty.hash


class Organisation:
    """Root, two registrars and a coordinator whose device may sign freshness; everybody else is certified on demand."""

    def __init__(self, realm: Realm, now: int) -> None:
        self.realm, self.now = realm, now
        self.root_key = PrivateKey.generate(RootKey)
        self.root = issue_root(realm, self.root_key.public)
        self.registrar = self.appoints(Span(now - DAY, now + 300 * DAY))
        self.second_registrar = self.appoints(Span(now - DAY, now + 300 * DAY))
        self._serial = 0
        self.coordinator = self.certifies("Coordination", "coordinator")

    def appoints(self, span: Span) -> Registrar:
        return Registrar(self.realm, self.root_key, self.root.hash, span)

    def certifies(
        self, pseudonym: str, role: Role, *, registrar: Registrar | None = None, span: Span | None = None
    ) -> Device:
        self._serial += 1
        good = span or Span(self.now - DAY, self.now + 100 * DAY)
        return Device(self.realm, registrar or self.registrar, pseudonym, role, self._serial, good)

    def lists(
        self,
        devices: Iterable[Device],
        *,
        number: int = 1,
        previous: bytes = ZEROS,
        span: Span | None = None,
        may_sign: Iterable[Device] | None = None,
        callbacks: Iterable[Device] = (),
        registrar: Registrar | None = None,
    ) -> Signed:
        taking = list(callbacks)
        signers = [self.coordinator] if may_sign is None else list(may_sign)
        listed = [
            Listed(device.certificate.hash, device in signers, device in taking)
            for device in [self.coordinator, *devices]
        ]
        return issue_roster(
            self.realm,
            (registrar or self.registrar).key,
            self.root.hash,
            number=number,
            previous=previous,
            span=span or Span(self.now - DAY, self.now + 30 * DAY),
            devices=listed,
        )

    def refreshes(
        self,
        roster: Signed,
        n: int = 1,
        *,
        revoked: Iterable[Device] = (),
        time: int | None = None,
        signer: Device | None = None,
    ) -> Signed:
        who = signer or self.coordinator
        when = self.now - HOUR if time is None else time
        return issue_fresh(
            self.realm, who.key, roster.hash, n, when, [device.certificate.hash for device in revoked]
        )

    def documents_of(self, device: Device) -> list[Signed]:
        """What a verifier needs for this device."""
        return [self.root, device.registrar, device.certificate]

    def trusted_by(self, roster: Signed, fresh: Signed | None = None) -> Trust:
        """A page that pins this root and knows this roster."""
        trust = Trust(self.realm, self.root.hash)
        trust.take_roster(roster, self.root, self.registrar.document, self.now)
        if fresh:
            documents = {document.hash: document for document in self.documents_of(self.coordinator)}
            trust.take_freshness(fresh, self.coordinator.certificate.hash, documents, self.now)
        return trust
