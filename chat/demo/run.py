"""Puts the demo together: embedded stores, a throw-away organisation, the service, and a municipality on the next port.

Loopback only. It knows every part of the demo and the composition root.
"""

import logging
import secrets
import socket
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from starlette.types import ASGIApp

from chat import logs, processes
from chat.app import SOCKET_BYTES, Addresses, Running, application, running, stores
from chat.config import Config, Listen, Published, Staff, Visitor, load
from chat.configured import Organisation as Whose
from chat.crypto.encoding import b64
from chat.demo.municipality import Municipality
from chat.demo.organisation import REALM, STAFF, Organisation, skills
from chat.demo.registrar import Certify, asking_at, at_the_counter
from chat.demo.sign_in import Papers, Registry, SignIn
from chat.web.assets import Assets
from chat.web.guards import Hosts, NoProxy
from chat.web.sites import Site

HOST: Final = "127.0.0.1"
SEED_BYTES: Final = 32
REGION: Final = (
    Path(__file__).parent.parent / "assets" / "config" / "sjuharad.toml",
    Path(__file__).parent.parent.parent / "config" / "sjuharad.toml",
)


async def demo(port: int, workers: int, published: str) -> None:
    """`varsam demo`: until Ctrl-C. One process, or `workers` that serve beside the one that holds the registrar's keys.

    `published`: a folder with bundles of earlier releases, or empty.
    """
    config = configuration(port, published)
    listener, beside = processes.listen(HOST, port), processes.listen(HOST, port + 1)
    made = Organisation(int(time.time()), secrets.token_bytes(SEED_BYTES))
    papers = Papers(made.registrar.document, made.root.hash)
    async with (
        stores(config) as addresses,
        running(config, addresses, Whose(REALM, made.root.hash), skills=skills) as parts,
        AsyncExitStack() as stack,
    ):
        registry = Registry(made, parts.staff, time.time, parts.tell_staff)
        await registry.publish()
        served = [(beside, _municipality(config, port + 1, made.root.hash))]
        chores = [registry.freshen_hourly()]
        if workers == 1:
            served.append((listener, await _service(parts, papers, registry.certify_console)))
            chores += [parts.work(), parts.tell()]
        else:
            counter = await stack.enter_async_context(at_the_counter(registry.certify_console))
            chores.append(
                processes.Workers(workers, worker, config, addresses, listener, papers, counter).keep()
            )
        await processes.serve(served, chores, lambda: _say(port), parts.end, SOCKET_BYTES)
    print("The demo has ended; nothing of it is left.")  # noqa: T201


def worker(
    config: Config, addresses: Addresses, listener: socket.socket, papers: Papers, counter: str, _: int
) -> None:
    """One of several processes."""
    logs.set_up(logging.WARNING)
    processes.run(_process(config, addresses, listener, papers, counter))


async def _process(
    config: Config, addresses: Addresses, listener: socket.socket, papers: Papers, counter: str
) -> None:
    async with running(config, addresses, Whose(REALM, papers.root), skills=skills) as parts:
        service = await _service(parts, papers, asking_at(counter))
        chores = [parts.work(), parts.tell()]
        await processes.serve([(listener, service)], chores, lambda: None, parts.end, SOCKET_BYTES)


async def _service(parts: Running, papers: Papers, certify: Certify) -> ASGIApp:
    """Both origins, with a sign-in for everybody who is at this machine."""
    await learn(parts)
    sign_in = SignIn(
        papers,
        certify,
        parts.node.sessions,
        origin=parts.config.staff.origin,
        clock=time.time,
        learn=lambda: learn(parts),
    )
    return NoProxy(application(parts, Assets.load(parts.config.assets.published), sign_in.routes()))


def _municipality(config: Config, port: int, root: bytes) -> ASGIApp:
    """The sample page on a port of its own."""
    page = Municipality(visitor_origin=config.visitor.origin, root=b64(root), assets=Assets.load())
    return NoProxy(Hosts({f"http://{HOST}:{port}": Site(page.routes(), {}, https=False)}, None))


def configuration(port: int, published: str = "") -> Config:
    """The region's numbers and municipalities, on this machine; always open, and in every language there is."""
    region = load(next(path for path in REGION if path.is_file()), {})
    return Config(
        mode="demo",
        listen=Listen(host=HOST, port=port),
        visitor=Visitor(
            origin=f"http://{HOST}:{port}",
            leave=f"http://{HOST}:{port + 1}/weather",
            languages=list(Assets.load().index.catalogues["visitor"]),
        ),
        staff=Staff(origin=f"http://localhost:{port}", languages=["sv", "en"]),
        assets=Published(published),
        municipalities=region.municipalities,
        numbers=region.numbers,
    )


async def learn(parts: Running) -> None:
    """Read the ledger now instead of in a moment."""
    await parts.freshen()


def _say(port: int) -> None:
    print(  # noqa: T201
        f"""
Varsam, a demo on this machine only. Nobody can help anybody here; everything is gone when it ends.

  Municipal page   http://{HOST}:{port + 1}/
  Visitor          http://{HOST}:{port}/
  Console          http://localhost:{port}/staff   (sign in as {" · ".join(f"{name}, {role}" for name, role in STAFF.items())})

Add ?lang=en for English. Open the console in one window and the municipal page in another. End with Ctrl-C.
""",
        flush=True,
    )
