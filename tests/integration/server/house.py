"""A house for tests: the real service of one process on a free port, with real embedded stores and a clock that can be set.

Methods are verbs. It is put together as the demo is, without the municipality.
"""

import asyncio
import secrets
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from msgspec import structs
from starlette.types import ASGIApp

from chat.app import SOCKET_BYTES, Addresses, Running, application, running, stores
from chat.config import Config, Limits, Listen, Number, Staff, Visitor
from chat.configured import Organisation as Whose
from chat.demo.organisation import REALM, Organisation
from chat.demo.sign_in import Papers, Registry, SignIn
from chat.processes import Server, listen
from chat.web.assets import Assets
from chat.web.guards import NoProxy


class Clock:
    """The machine's clock, moved by `ahead` seconds."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class House:
    """One running process of the service."""

    config: Config
    parts: Running
    clock: Clock
    made: Organisation
    registry: Registry
    addresses: Addresses
    app: ASGIApp

    @property
    def visitor(self) -> str:
        return self.config.visitor.origin

    @property
    def staff(self) -> str:
        return self.config.staff.origin

    @property
    def root(self) -> bytes:
        return self.made.root.hash

    async def learns(self) -> None:
        """Reads the ledger now."""
        await self.parts.freshen()


def assets() -> Assets:
    return Assets.load()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def configuration(port: int, **limits: int) -> Config:
    return Config(
        mode="demo",
        listen=Listen(port=port),
        visitor=Visitor(
            origin=f"http://127.0.0.1:{port}",
            leave="http://127.0.0.1:1/weather",
            languages=["sv", "en", "ar"],
        ),
        staff=Staff(origin=f"http://localhost:{port}", languages=["sv", "ar"]),
        municipalities={"1490": "Borås"},
        numbers=[Number(name="Bris", number="116 111", audience="young", note={"sv": "Under 18 år"})],
        limits=structs.replace(Limits(), **limits),
    )


@asynccontextmanager
async def house_open(**limits: int) -> AsyncIterator[House]:
    """Open a house, and close it without leaving anything behind."""
    clock = Clock()
    made = Organisation(int(clock()), secrets.token_bytes(32))
    listener = listen("127.0.0.1", 0)
    config = configuration(listener.getsockname()[1], **limits)
    async with AsyncExitStack() as stack:
        addresses = await stack.enter_async_context(stores(config))
        whose = Whose(REALM, made.root.hash)
        parts = await stack.enter_async_context(running(config, addresses, whose, clock))
        registry = Registry(made, parts.staff, clock, parts.tell_staff)
        await registry.publish()
        await parts.freshen()
        sign_in = SignIn(
            Papers(made.registrar.document, made.root.hash),
            registry.certify_console,
            parts.node.sessions,
            origin=config.staff.origin,
            clock=clock,
            learn=parts.freshen,
        )
        app = NoProxy(application(parts, assets(), sign_in.routes()))
        server = Server(app, SOCKET_BYTES)
        tasks = [
            asyncio.ensure_future(work) for work in (server.serve([listener]), parts.work(), parts.tell())
        ]
        try:
            yield House(config, parts, clock, made, registry, addresses, app)
        finally:
            server.should_exit = True
            await asyncio.wait(tasks[:1], timeout=10)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
