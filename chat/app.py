"""The composition root: the only file that knows every layer. It hands out the configuration's values and owns what runs.

A process is a node and its applications; `demo` adds what only a demo has.
"""

import datetime
import socket
import time
import zoneinfo
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import holidays
import structlog
from msgspec import structs
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Scope

from chat import errors, logs, processes, wire
from chat.config import DAYS, USUAL, Config, OpeningHours
from chat.crypto.encoding import ZEROS, Realm, b64, unb64
from chat.live.availability import Offered
from chat.live.desk import Desk
from chat.live.door import Door
from chat.live.hub import Hub
from chat.live.link import Link
from chat.live.measures import Measures
from chat.live.node import Node, Speed
from chat.live.standing import Standing
from chat.live.upkeep import Upkeep
from chat.rules.hours import Day, Hours, read_day
from chat.store import settings
from chat.store.bus import Bus
from chat.store.connections import Store
from chat.store.conversations import Conversations
from chat.store.duty import Duty
from chat.store.embedded import EmbeddedServer
from chat.store.memberships import Memberships
from chat.store.presence import Presence
from chat.store.queue import Queue
from chat.store.sessions import Sessions
from chat.store.staff import Staff, tell_changed
from chat.store.waits import Waits
from chat.tables import Fault
from chat.web import embedding
from chat.web.assets import Assets
from chat.web.guards import Hosts
from chat.web.operations import Faults, Figures, Operations
from chat.web.pages import Pages, Presentation
from chat.web.polling import Polling, page
from chat.web.service import Service
from chat.web.sites import Site
from chat.web.sockets import OPAQUE, Socket, Sockets, session_token

SOCKET_BYTES: Final = 2 * wire.MESSAGE_BYTES
"""More than a message may have, so that one that is too long is refused in words before the library cuts it off."""

Clock = Callable[[], float]

_log = structlog.get_logger()


@dataclass(frozen=True)
class Addresses:
    """Where both stores are."""

    live: str
    ledger: str


@dataclass(frozen=True)
class Organisation:
    """Whose service this is: the labels' realm, and H(R)."""

    realm: Realm
    root: bytes


@dataclass(frozen=True)
class Running:
    """One process's parts, once its stores are connected."""

    config: Config
    node: Node
    staff: Staff
    bus: Bus
    stores: dict[settings.Promise, Store]
    ends: list[Callable[[], None]] = field(default_factory=list)
    """What must know at once that the process ends."""

    def end(self) -> None:
        """The process ends: nothing waits longer than it must."""
        for end in self.ends:
            end()

    async def work(self) -> None:
        """What the node does by the clock (`Upkeep`)."""
        await Upkeep(self.node, self.bus).run()

    async def freshen(self) -> None:
        """Read the ledger now, and tell every page what is newer (K4)."""
        await Upkeep(self.node, self.bus).freshen()

    async def tell_staff(self) -> None:
        """Have every process read the ledger now."""
        await tell_changed(self.stores["live"])

    async def tell(self) -> None:
        """What the node tells of the queue (`Desk`)."""
        await self.node.desk.run(self.node, self.bus)


@asynccontextmanager
async def stores(config: Config) -> AsyncIterator[Addresses]:
    """Both stores' addresses. Where none is given an embedded one is started, and ends with this."""
    program = Path(config.embedded.server) if config.embedded.server else None
    async with AsyncExitStack() as stack:
        live, ledger = config.live.url, config.ledger.url
        if not live:
            live = (await stack.enter_async_context(EmbeddedServer(server=program))).url
        if not ledger:
            kept = Path(config.embedded.folder) if config.embedded.folder else None
            ledger = (await stack.enter_async_context(EmbeddedServer(kept, ledger=True, server=program))).url
        yield Addresses(live, ledger)


@asynccontextmanager
async def running(
    config: Config, addresses: Addresses, organisation: Organisation, clock: Clock = time.time
) -> AsyncIterator[Running]:
    """A node, connected to its stores."""
    async with Store(addresses.live) as live, Store(addresses.ledger) as ledger, Bus(addresses.live) as bus:
        conversations = Conversations(live)
        staff = Staff(ledger)
        node = Node(
            realm=organisation.realm,
            root=organisation.root,
            clock=clock,
            hours=opening(config.hours),
            speed=Speed(
                config.limits.burst, config.limits.messages_per_second, 1024 * config.limits.outbox_kib
            ),
            conversations=conversations,
            queue=Queue(live),
            duty=Duty(live),
            memberships=Memberships(live),
            sessions=Sessions(live),
            waits=Waits(live),
            presence=Presence(live),
            hub=Hub(conversations, bus),
            desk=Desk(),
            standing=Standing(organisation.realm, organisation.root, staff),
            measures=Measures(),
        )
        yield Running(config, node, staff, bus, {"live": live, "ledger": ledger})


def application(parts: Running, assets: Assets, staff_routes: Sequence[BaseRoute] = ()) -> ASGIApp:
    """Both origins, told apart by their host; `staff_routes` are what a demo adds to the console's."""
    config, node = parts.config, parts.node
    demo = config.mode == "demo"
    if config.mode == "production":
        assets = assets.without_drafts()
    pages = Pages(presentation(config, node.root), assets)
    offered = Offered(config.visitor.languages, config.staff.languages, numbers_to_call(config))
    service = Service(node, offered)
    health = Operations(
        {"live": _live_faults(parts), "ledger": _faults("ledger", parts.stores["ledger"])}
    ).routes()
    door = Door(node)
    sockets = Sockets(config.limits.sockets)

    async def meet_visitor(link: Link, _: Scope) -> None:
        await door.visitor(link)

    speed = node.speed
    polling = Polling(door.visitor, page(node.clock, speed.burst, speed.per_second), sockets)
    parts.ends.append(polling.end)

    async def meet_counsellor(link: Link, scope: Scope) -> None:
        await door.counsellor(link, session_token(scope))

    visitor = Site(
        [*pages.visitor_routes(), *service.visitor_routes(), *polling.routes(), *health],
        {"/v1/visitor": Socket(OPAQUE, meet_visitor, sockets)},
        https=config.visitor.origin.startswith("https"),
    )
    staff = Site(
        [*pages.staff_routes(), *service.staff_routes(), *staff_routes, *health],
        {"/v1/counsellor": Socket(config.staff.origin, meet_counsellor, sockets)},
        https=config.staff.origin.startswith("https"),
    )
    anywhere = None if demo else Site(health, {}, https=False)
    return Hosts({config.visitor.origin: visitor, config.staff.origin: staff}, anywhere)


def figures(parts: Running) -> ASGIApp:
    """The operator's own port."""
    return Site(Figures(parts.node.measures).routes(), {}, https=False)


def opening(hours: OpeningHours) -> Hours:
    """As configured: a date wins over a public holiday, that over an eve, and that over the week."""
    calendars = [
        (holidays.country_holidays("SE", categories=category), words)
        for category, words in (("public", hours.holidays), ("de_facto", hours.eves))
        if words != USUAL
    ]

    def differs(date: datetime.date) -> Day | None:
        found = [words for calendar, words in calendars if date in calendar]
        words = hours.exceptions.get(date.isoformat(), found[0] if found else None)
        return None if words is None else read_day(words)

    return Hours(zoneinfo.ZoneInfo(hours.zone), [read_day(getattr(hours, day)) for day in DAYS], differs)


def presentation(config: Config, root: bytes) -> Presentation:
    """What pages show."""
    return Presentation(
        visitor_origin=config.visitor.origin,
        staff_origin=config.staff.origin,
        root=b64(root),
        leave=config.visitor.leave,
        languages=config.visitor.languages,
        numbers=[structs.asdict(number) for number in numbers_to_call(config)],
        municipalities=config.municipalities,
        demo=config.mode == "demo",
    )


def embedding_of(config: Config, municipality: str, language: str) -> str:
    """`varsam embed`: what to paste, and what to allow; ConfigurationError where there is nothing to pin."""
    language = language or config.visitor.languages[0]
    root, municipalities, languages = (
        config.organisation.root,
        config.municipalities,
        config.visitor.languages,
    )
    faults = []
    if not root:
        faults.append(
            Fault("varsam embed", "organisation.root", '""', "set it to H(R), which the snippet pins")
        )
    if municipality not in municipalities:
        known = ", ".join(f"{code} {name}" for code, name in municipalities.items()) or "there are none"
        remedy = f"name one of [municipalities]: {known}"
        faults.append(Fault("varsam embed", "--municipality", repr(municipality), remedy))
    if language not in languages:
        remedy = f"name one of visitor.languages: {', '.join(languages)}"
        faults.append(Fault("varsam embed", "--language", repr(language), remedy))
    if faults:
        raise errors.ConfigurationError(faults)
    loader = Assets.load(config.assets.published).index.loader[language]
    return embedding.explained(
        municipalities[municipality],
        embedding.snippet(
            origin=config.visitor.origin,
            root=root,
            loader=loader,
            municipality=municipality,
            language=language,
        ),
        config.visitor.origin,
    )


def numbers_to_call(config: Config) -> list[wire.NumberToCall]:
    """The one source of the numbers that pages, chat and frame show (Before 1)."""
    return [
        wire.NumberToCall(number.name, number.number, number.audience, number.words, number.note)
        for number in config.numbers
    ]


def organisation(config: Config) -> Organisation:
    """As configured; without a root nobody can be certified, so nobody can sign in."""
    return Organisation(config.organisation.realm, unb64(config.organisation.root) or ZEROS)


def _faults(promise: settings.Promise, store: Store) -> Faults:
    async def faults() -> list[str]:
        return [fault.remedy for fault in await settings.faults(store, promise)]

    return faults


def _live_faults(parts: Running) -> Faults:
    """A process that is not brought what others store shows nobody anything new."""
    of_settings = _faults("live", parts.stores["live"])

    async def faults() -> list[str]:
        deaf = (
            []
            if parts.bus.hears
            else ["It does not bring what is published. Wait a moment; this process subscribes again."]
        )
        return [*await of_settings(), *deaf]

    return faults


def serve(config: Config, workers: int) -> None:
    """`varsam serve`: until a signal; ConfigurationError where it cannot start."""
    _say(config)
    Assets.load(config.assets.published)
    listener = processes.listen(config.listen.host, config.listen.port)
    processes.run(_alone(config, listener) if workers == 1 else _together(config, listener, workers))


async def _alone(config: Config, listener: socket.socket) -> None:
    async with stores(config) as addresses:
        await _process(config, addresses, listener, 0)


async def _together(config: Config, listener: socket.socket, workers: int) -> None:
    async with stores(config) as addresses:
        await processes.Workers(workers, worker, config, addresses, listener).run()


def worker(config: Config, addresses: Addresses, listener: socket.socket, number: int) -> None:
    """One of several processes."""
    logs.set_up()
    try:
        processes.run(_process(config, addresses, listener, number))
    except Exception as error:  # noqa: BLE001 (multiprocessing would print its words)
        logs.died(type(error), error, None)
        raise SystemExit(1) from None


async def _process(config: Config, addresses: Addresses, listener: socket.socket, number: int) -> None:
    async with running(config, addresses, organisation(config)) as parts:
        served = [(listener, application(parts, Assets.load(config.assets.published)))]
        if config.listen.metrics_port:
            served.append(
                (processes.listen("127.0.0.1", config.listen.metrics_port + number), figures(parts))
            )
        chores = [parts.work(), parts.tell()]
        ready = partial(_log.info, "serving", work=str(number))
        await processes.serve(served, chores, ready, parts.end, SOCKET_BYTES)


def _say(config: Config) -> None:
    """What an operator must know before the first visitor comes."""
    embedded = [name for name in ("live", "ledger") if not getattr(config, name).url]
    kept = f"the ledger is kept in {config.embedded.folder}" if config.embedded.folder else "nothing is kept"
    words = [
        f"Varsam serves {config.visitor.origin} and {config.staff.origin}/staff on port {config.listen.port}.",
        f"No address is given for {' and '.join(embedded)}: embedded stores are started ({kept})."
        if embedded
        else "",
        "Nobody can sign in before the organisation has certified staff and signed a roster; until then the chat is closed.",
    ]
    print("\n".join(filter(None, words)), flush=True)  # noqa: T201
