"""A throw-away organisation: root, two registrars, a coordinator's device, and the devices that were certified (K1–K5).

PURE but for the randomness of making keys. Knows no store and no clock; everything is in memory and gone with the process.
The realm's labels are the demo's own, which production refuses.
"""

from collections import deque
from typing import Final, NamedTuple

from chat.crypto.chain import DAY, Listed, Role, Signed, Span
from chat.crypto.encoding import ZEROS, Realm
from chat.crypto.hpke import SEED_BYTES, DeviceSealKey, OpenKey
from chat.crypto.issuing import issue_certificate, issue_fresh, issue_registrar, issue_root, issue_roster
from chat.crypto.signing import DeviceKey, PrivateKey, RegistrarKey, RootKey
from chat.rules.told import Skills

REALM: Final[Realm] = "varsam-demo"
STAFF: Final[dict[str, Role]] = {
    "Amina": "counsellor",
    "Björn": "counsellor",
    "Siv": "supervisor",
    "Ibrahim": "interpreter",
}
"""Pseudonym → role."""
SKILLS: Final[dict[str, Skills]] = {
    "Amina": Skills(("sv", "en", "ar", "so"), "woman"),
    "Björn": Skills(("sv", "en"), "man"),
}
"""What stands of them in the list of staff, where an organisation has one."""
COORDINATOR: Final = "Cleo"
CERTIFICATE_SECONDS: Final = 7 * DAY
DEVICES_LISTED: Final = 250
"""Of the 300 that a roster holds; each sign-in is a new device, and the oldest gives way."""


async def skills(account: str, pseudonym: str) -> Skills:  # noqa: ARG001 (a demo has no accounts)
    """Of one of the invented staff."""
    return SKILLS.get(pseudonym, Skills())


class Registrar(NamedTuple):
    """A key that certifies, and its document."""

    key: PrivateKey[RegistrarKey]
    document: Signed


class Organisation:
    """Who counts. `roster` and `fresh` are the newest documents, with `number`, H(`previous`) and `n`."""

    def __init__(self, now: int, seed: bytes) -> None:
        """`seed`: 32 random bytes for the coordinator's HPKE key."""
        root = PrivateKey.generate(RootKey)
        self.root = issue_root(REALM, root.public)
        span = Span(now, now + 30 * DAY)
        self.registrars = [_registrar(root, self.root.hash, span) for _ in range(2)]
        self._serial = 0
        self.n = 0
        self.number = 0
        self.previous = ZEROS
        self._newest = ZEROS
        self._coordinator = PrivateKey.generate(DeviceKey)
        hpke_key = OpenKey(DeviceSealKey, seed[:SEED_BYTES]).public
        self.coordinator = self._certify(COORDINATOR, "coordinator", self._coordinator.public, hpke_key, now)
        self._devices: deque[tuple[bytes, bool]] = deque(maxlen=DEVICES_LISTED)
        self.roster = self._sign_roster(now)
        self.fresh = self._sign_fresh(now)

    @property
    def registrar(self) -> Registrar:
        """The one that signs; the other is there because one is not enough (K2)."""
        return self.registrars[0]

    def certify(self, pseudonym: str, signature_key: DeviceKey, hpke_key: DeviceSealKey, now: int) -> Signed:
        """A certificate for the device of one of the staff, which the new roster lists."""
        certificate = self._certify(pseudonym, STAFF[pseudonym], signature_key, hpke_key, now)
        self._devices.append((certificate.hash, STAFF[pseudonym] == "counsellor"))
        self.roster = self._sign_roster(now)
        self.fresh = self._sign_fresh(now)
        return certificate

    def freshen(self, now: int) -> Signed:
        """A new statement of freshness: nobody is revoked."""
        self.fresh = self._sign_fresh(now)
        return self.fresh

    def _certify(
        self, pseudonym: str, role: Role, key: DeviceKey, hpke_key: DeviceSealKey, now: int
    ) -> Signed:
        self._serial += 1
        return issue_certificate(
            REALM,
            self.registrar.key,
            self.registrar.document.hash,
            pseudonym=pseudonym,
            role=role,
            signature_key=key,
            hpke_key=hpke_key,
            serial=self._serial,
            span=Span(now, now + CERTIFICATE_SECONDS),
        )

    def _sign_roster(self, now: int) -> Signed:
        self.number += 1
        self.previous = self._newest
        listed = [
            Listed(self.coordinator.hash, True, False),
            *(Listed(device, False, takes_callbacks) for device, takes_callbacks in self._devices),
        ]
        roster = issue_roster(
            REALM,
            self.registrar.key,
            self.root.hash,
            number=self.number,
            previous=self.previous,
            span=Span(now, now + CERTIFICATE_SECONDS),
            devices=listed,
        )
        self._newest = roster.hash
        return roster

    def _sign_fresh(self, now: int) -> Signed:
        self.n += 1
        return issue_fresh(REALM, self._coordinator, self.roster.hash, self.n, now, [])


def _registrar(root: PrivateKey[RootKey], root_hash: bytes, span: Span) -> Registrar:
    key = PrivateKey.generate(RegistrarKey)
    return Registrar(key, issue_registrar(REALM, root, root_hash, key.public, span))
