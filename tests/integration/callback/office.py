"""A house where calls are asked for and made: its counsellors' machines, and people who ask. Methods are verbs.

The people are the second implementation; the house is the real service, with a clock that can be set.
"""

import os
from dataclasses import dataclass, field, replace

import msgspec

from chat import bodies
from chat.client.asking_for_call import Caller, Wanted
from chat.client.call_desk import CallDesk
from chat.client.coming_back import Words
from chat.client.http import Unanswered
from chat.client.standing import Standing
from chat.crypto.callback_parts import Card
from chat.crypto.callbacks import Window
from chat.crypto.chain import parse_certificate
from chat.crypto.encoding import b64, digest
from chat.crypto.hpke import DeviceSealKey, OpenKey
from chat.crypto.signing import DeviceKey, PrivateKey
from chat.demo.organisation import REALM
from chat.store.callbacks import Request
from chat.store.sessions import Session
from tests.integration.server.house import House

HOUR, DAY = 3600, 24 * 3600
HALF = 1_800
NUMBER = "+46701740605"
CODE = Words("sv-1", ("abborre", "bageri", "citron", "dagbok", "elefant", "fackla", "gaffel", "hammare"))


@dataclass
class Machine:
    """A counsellor's machine: its keys stay when its certificate is renewed, and are gone when its browser is cleared."""

    pseudonym: str
    key: PrivateKey[DeviceKey] = field(default_factory=lambda: PrivateKey.generate(DeviceKey))
    seal_key: OpenKey[DeviceSealKey] = field(default_factory=lambda: OpenKey(DeviceSealKey, os.urandom(32)))
    certificate: bytes = b""


class Office:
    """The house, and everybody at it."""

    def __init__(self, house: House) -> None:
        self.house = house

    @property
    def now(self) -> int:
        return int(self.house.clock())

    def waits(self, seconds: float) -> None:
        self.house.clock.ahead += seconds

    # Staff

    async def certifies(self, machine: Machine) -> None:
        """K3: a new certificate, over the keys that the machine has; the roster lists it."""
        made = await self.house.registry.certify(
            machine.pseudonym, machine.key.public, machine.seal_key.public
        )
        machine.certificate = made.hash
        await self.house.learns()

    async def at_desk(self, machine: Machine) -> CallDesk:
        """Signed in at this machine, for a shift; with an empty memory, and the team keys that its shares give."""
        token = os.urandom(32)
        session = Session(machine.certificate, self.now + 12 * HOUR)
        await self.house.parts.node.sessions.open(digest(token), session, self.now)
        kept = await self.house.parts.staff.document(machine.certificate)
        assert kept is not None
        standing = Standing(self.house.staff, REALM, self.house.root, self.house.clock)
        who = parse_certificate(REALM, kept.doc)
        cookie = f"__Host-varsam={b64(token)}"
        return CallDesk(self.house.staff, standing, who, machine.key, machine.seal_key, cookie)

    async def counsellor(self, pseudonym: str = "Amina") -> CallDesk:
        """Somebody new, at a machine of their own, who keeps the team key."""
        machine = Machine(pseudonym)
        await self.certifies(machine)
        desk = await self.at_desk(machine)
        await desk.keeps_team()
        return desk

    async def two(self) -> tuple[CallDesk, CallDesk]:
        """Amina and Björn, who can both open what is asked for."""
        amina, bjorn = await self.counsellor("Amina"), await self.counsellor("Björn")
        await amina.keeps_team()
        await bjorn.keeps_team()
        return amina, bjorn

    # Visitors

    def caller(self) -> Caller:
        """Somebody opens the page."""
        return Caller(self.house.visitor, self.house.root, realm=REALM, clock=self.house.clock)

    def window(self, begins: float = 0, hours: float = 1) -> Window:
        """On whole half hours; without more, from now on."""
        start = int(self.now + begins) // HALF * HALF
        return Window(start, start + int(hours * HOUR))

    def wanted(self, *windows: Window, number: str = NUMBER, **card: object) -> Wanted:
        told = Card(
            b"", who="Bara jag", answer="cover", cover="library", our_word="äppelträd", not_free_word="fel"
        )
        return Wanted(number, windows or (self.window(),), card=replace(told, **card))  # type: ignore[arg-type]

    async def asked(self, *windows: Window) -> tuple[Caller, str]:
        """Somebody has asked to be called; and the request's id as on the wire."""
        caller = self.caller()
        await caller.asks(self.wanted(*windows))
        return caller, b64(caller.id)

    # What is kept

    async def kept(self) -> list[Request]:
        return await self.house.parts.calling.callbacks.all()

    async def keeps(self) -> None:
        """The keeper's work, now."""
        await self.house.parts.keeper.keep()


async def refused(doing: object) -> str:
    """The code with which the service refuses this."""
    try:
        await doing  # type: ignore[misc]
    except Unanswered as refusal:
        return refusal.answer.body.split(b"\n", 1)[0].decode()
    return "accepted"


def body_of(part: bodies.Body) -> bytes:
    return msgspec.json.encode(part)
