"""A real organisation for tests: keys made as on the command line, a service of one process, and people with passkeys.

Methods are verbs. Nothing of the demo is in it.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

import httpx

from chat import staff_bodies
from chat.app import SOCKET_BYTES, Running, application, running, stores
from chat.ceremony import signing
from chat.ceremony.opening import REALM, OpenRegistrar
from chat.ceremony.service import Service
from chat.config import Config, Listen, Staff, Visitor
from chat.configured import Organisation
from chat.crypto.chain import DAY, Span, open_registrar, open_root
from chat.crypto.hpke import DeviceSealKey, OpenKey
from chat.crypto.issuing import issue_registrar, issue_root
from chat.crypto.signing import DeviceKey, PrivateKey, RegistrarKey, RootKey
from chat.processes import Server, listen
from chat.store.accounts import AccountRecords
from chat.web.assets import Assets
from chat.web.guards import Hosts
from tests.integration.server.house import Clock
from tests.integration.staff.person import Person
from tests.support.authenticator import Authenticator

ROLE = staff_bodies.StaffRole


def makes_registrar(now: int) -> OpenRegistrar:
    """Root and registrar, as the key ceremony makes them."""
    root_key, key = PrivateKey.generate(RootKey), PrivateKey.generate(RegistrarKey)
    document = issue_root(REALM, root_key.public)
    signed = issue_registrar(REALM, root_key, document.hash, key.public, Span(now, now + 365 * DAY))
    root = open_root(REALM, document.hash, document.doc)
    return OpenRegistrar(root, document, open_registrar(REALM, root, signed, now), signed, key)


@dataclass
class House:
    """One running service of an organisation, and its registrar."""

    config: Config
    parts: Running
    clock: Clock
    registrar: OpenRegistrar
    http: httpx.AsyncClient
    app: Hosts

    @property
    def staff(self) -> str:
        return self.config.staff.origin

    @property
    def service(self) -> Service:
        return Service(self.staff)

    @property
    def records(self) -> AccountRecords:
        return AccountRecords(self.parts.stores["ledger"])

    def somebody(self) -> Person:
        """At a browser that nobody has used."""
        return Person(self.staff, self.http, self.clock, Authenticator(self.staff))

    async def invites(self, pseudonym: str, role: ROLE = "coordinator") -> str:
        """A registrar's invitation; its token."""
        asked = staff_bodies.Invite(pseudonym=pseudonym, role=role)
        made = await asyncio.to_thread(self.service.invite, self.registrar, asked)
        return made.token

    async def signs_roster(self) -> staff_bodies.SignedRoster:
        """Fetch the draft, sign it, and hand it back."""

        def sign() -> staff_bodies.SignedRoster:
            now = int(time.time())
            draft = self.service.draft(self.registrar)
            planned = signing.plan(self.registrar, draft, now)
            made = signing.sign(self.registrar, planned, draft, now, 45)
            self.service.hand_in(self.registrar, made)
            return made

        return await asyncio.to_thread(sign)


@asynccontextmanager
async def house_open() -> AsyncIterator[House]:
    """Open the house of an organisation that nobody belongs to yet."""
    clock = Clock()
    registrar = makes_registrar(int(clock()))
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    config = Config(
        listen=Listen(port=port),
        visitor=Visitor(origin=f"http://127.0.0.1:{port}"),
        staff=Staff(origin=f"http://localhost:{port}"),
    )
    whose = Organisation(REALM, registrar.root.hash)
    async with AsyncExitStack() as stack:
        addresses = await stack.enter_async_context(stores(config))
        parts = await stack.enter_async_context(running(config, addresses, whose, clock))
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=60))
        app = application(parts, Assets.load())
        server = Server(app, SOCKET_BYTES)
        tasks = [
            asyncio.ensure_future(work) for work in (server.serve([listener]), parts.work(), parts.tell())
        ]
        try:
            yield House(config, parts, clock, registrar, http, app)
        finally:
            server.should_exit = True
            await asyncio.wait(tasks[:1], timeout=10)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def joins(house: House, invitation: str) -> Person:
    """Somebody accepts an invitation, at a machine of their own."""
    person = house.somebody()
    answer = await person.accepts(invitation)
    assert answer.status_code == 200, answer.text
    return person


def at_another_machine(person: Person) -> Person:
    """The same person with the same passkey, at a browser that has no keys and no session."""
    key, seal_key = PrivateKey.generate(DeviceKey), OpenKey(DeviceSealKey, os.urandom(32))
    return replace(person, cookie="", key=key, seal_key=seal_key, papers=[])


async def first_coordinator(house: House) -> Person:
    """From the link on the command line to the first freshness."""
    cleo = await joins(house, await house.invites("Cleo"))
    assert await cleo.is_at_machine() == "waiting"
    await house.signs_roster()
    assert await cleo.is_at_machine() == "listed"
    assert (await cleo.signs_freshness()).status_code == 204
    return cleo


async def counsellor(house: House, cleo: Person, pseudonym: str, role: ROLE = "counsellor") -> Person:
    """Invited by the coordinator, at a machine whose words were compared, listed and fresh."""
    made = await cleo.told("/staff/people/invite", {"pseudonym": pseudonym, "role": role})
    person = await joins(house, made["token"])
    assert await person.is_at_machine() == "waiting"
    await cleo.compares(pseudonym)
    await house.signs_roster()
    assert (await cleo.signs_freshness()).status_code == 204
    assert await person.is_at_machine() == "listed"
    await house.parts.freshen()
    return person
