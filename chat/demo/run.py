"""Puts the demo together: embedded stores, a throw-away organisation, the service, and a municipality on the next port.

Loopback only. It knows every part of the demo and the composition root.
"""

import secrets
import time
from pathlib import Path
from typing import Final

from chat import processes
from chat.app import SOCKET_BYTES, Running, application, running, stores
from chat.app import Organisation as Whose
from chat.config import Config, Listen, Staff, Visitor, load
from chat.crypto.encoding import b64
from chat.demo.municipality import Municipality
from chat.demo.organisation import COUNSELLORS, REALM, Organisation
from chat.demo.sign_in import Registry, SignIn
from chat.web.assets import Assets
from chat.web.guards import Hosts, NoProxy
from chat.web.sites import Site

HOST: Final = "127.0.0.1"
SEED_BYTES: Final = 32
REGION: Final = (
    Path(__file__).parent.parent / "assets" / "config" / "sjuharad.toml",
    Path(__file__).parent.parent.parent / "config" / "sjuharad.toml",
)


async def demo(port: int) -> None:
    """`varsam demo`: until Ctrl-C."""
    config = configuration(port)
    assets = Assets.load()
    listeners = [processes.listen(HOST, port), processes.listen(HOST, port + 1)]
    made = Organisation(int(time.time()), secrets.token_bytes(SEED_BYTES))
    async with (
        stores(config) as addresses,
        running(config, addresses, Whose(REALM, made.root.hash)) as parts,
    ):
        registry = Registry(made, parts.staff, time.time, parts.tell_staff)
        await registry.publish()
        await learn(parts)
        sign_in = SignIn(
            made,
            registry,
            parts.node.sessions,
            origin=config.staff.origin,
            clock=time.time,
            learn=lambda: learn(parts),
        )
        municipality = Municipality(
            visitor_origin=config.visitor.origin, root=b64(made.root.hash), assets=assets
        )
        page = Hosts({f"http://{HOST}:{port + 1}": Site(municipality.routes(), {}, https=False)}, None)
        service = application(parts, assets, sign_in.routes())
        await processes.serve(
            list(zip(listeners, (NoProxy(service), NoProxy(page)), strict=True)),
            [parts.work(), parts.tell(), registry.freshen_hourly()],
            lambda: _say(port),
            SOCKET_BYTES,
        )
    print("The demo has ended; nothing of it is left.")  # noqa: T201


def configuration(port: int) -> Config:
    """The region's numbers and municipalities, on this machine; always open."""
    region = load(next(path for path in REGION if path.is_file()), {})
    return Config(
        mode="demo",
        listen=Listen(host=HOST, port=port),
        visitor=Visitor(
            origin=f"http://{HOST}:{port}",
            leave=f"http://{HOST}:{port + 1}/weather",
            languages=region.visitor.languages,
        ),
        staff=Staff(origin=f"http://localhost:{port}"),
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
  Console          http://localhost:{port}/staff   (sign in as {" or ".join(COUNSELLORS)})

Add ?lang=en for English. Open the console in one window and the municipal page in another. End with Ctrl-C.
""",
        flush=True,
    )
