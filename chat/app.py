"""The composition root: the only file that knows every layer. It hands out what is configured and owns what runs.

A process is a node and its applications; `demo` adds what only a demo has.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Scope

from chat import callback_bodies, shift, wire
from chat.config import Config
from chat.configured import (
    Organisation,
    numbers_to_call,
    opening,
    patience,
    presentation,
    skills_of,
    ways_to_those_on_call,
)
from chat.live.availability import Offered
from chat.live.calling import Calling
from chat.live.desk import Desk
from chat.live.door import Door
from chat.live.hub import Hub
from chat.live.keeper import Keeper
from chat.live.link import Link
from chat.live.measures import Measures
from chat.live.node import Node, SkillsOf, Speed
from chat.live.oncall import OnCall
from chat.live.standing import Standing
from chat.live.upkeep import Upkeep
from chat.store import settings
from chat.store.accounts import AccountRecords
from chat.store.alerts import Alerts
from chat.store.asks import Asks
from chat.store.bus import Bus
from chat.store.callbacks import CHANGED, Callbacks
from chat.store.chores import Chore
from chat.store.codes import Codes
from chat.store.connections import Store
from chat.store.conversations import Conversations
from chat.store.cooling import Cooling
from chat.store.durable import Durable
from chat.store.duty import Duty
from chat.store.embedded import EmbeddedServer
from chat.store.invitations import Invitations
from chat.store.memberships import Memberships
from chat.store.practice import Practice
from chat.store.presence import Presence
from chat.store.queue import Queue
from chat.store.rewriting import Rewriting
from chat.store.sessions import Sessions
from chat.store.staff import Staff, tell_changed
from chat.store.teams import Teams
from chat.store.waits import Waits
from chat.store.work import Work
from chat.web.assets import Assets
from chat.web.callbacks import StaffCallbacks, VisitorCallbacks
from chat.web.guards import Hosts
from chat.web.operations import Faults, Figures, Operations
from chat.web.pages import Pages
from chat.web.polling import Polling, page
from chat.web.published import Published
from chat.web.service import Service
from chat.web.shift import ShiftPages
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
class Running:
    """One process's parts, once its stores are connected."""

    config: Config
    node: Node
    staff: Staff
    bus: Bus
    stores: dict[settings.Promise, Store]
    calling: Calling
    keeper: Keeper
    ends: list[Callable[[], None]] = field(default_factory=list)
    """What must know at once that the process ends."""

    def end(self) -> None:
        """The process ends: nothing waits longer than it must."""
        for end in self.ends:
            end()

    async def work(self) -> None:
        """What the node does by the clock (`Upkeep`, `Keeper`)."""
        async with asyncio.TaskGroup() as group:
            group.create_task(Upkeep(self.node, self.bus).run(), name="upkeep")
            group.create_task(self.keeper.run(), name="keeper")

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
    config: Config,
    addresses: Addresses,
    organisation: Organisation,
    clock: Clock = time.time,
    skills: SkillsOf | None = None,
) -> AsyncIterator[Running]:
    """A node, connected to its stores. `skills`: instead of what stands with the accounts."""
    async with Store(addresses.live) as live, Store(addresses.ledger) as ledger, Bus(addresses.live) as bus:
        conversations = Conversations(live)
        staff = Staff(ledger)
        measures = Measures()
        node = Node(
            realm=organisation.realm,
            root=organisation.root,
            clock=clock,
            hours=opening(config.hours),
            speed=Speed(
                config.limits.burst, config.limits.messages_per_second, 1024 * config.limits.outbox_kib
            ),
            conversations=conversations,
            codes=Codes(live),
            queue=Queue(live),
            duty=Duty(live),
            memberships=Memberships(live),
            asks=Asks(live),
            invitations=Invitations(live),
            sessions=Sessions(live),
            waits=Waits(live),
            presence=Presence(live),
            cooling=Cooling(live),
            practice=Practice(live),
            cool_down_seconds=60 * config.limits.cool_down_minutes,
            hub=Hub(conversations, bus),
            desk=Desk(),
            standing=Standing(organisation.realm, organisation.root, staff),
            measures=measures,
            oncall=OnCall(ways_to_those_on_call(config), Alerts(live), measures, patience(config)),
            municipalities=frozenset(config.municipalities),
            at_once=config.staff.conversations,
            skills=skills or skills_of(AccountRecords(ledger), config.staff.languages),
        )
        calling = _calling(config, node, staff, live, ledger)
        chore = Chore(live, "callbacks", secrets.token_bytes(16))
        keeper = Keeper(calling, chore, Rewriting(ledger), bus)
        measures.fresh_until.set_function(lambda: node.standing.fresh_until)
        measures.roster_until.set_function(lambda: node.standing.roster_until)
        yield Running(config, node, staff, bus, {"live": live, "ledger": ledger}, calling, keeper)


def _calling(config: Config, node: Node, staff: Staff, live: Store, ledger: Store) -> Calling:
    """What the callback's parts share."""
    durable = Durable(ledger, config.ledger.replicas)

    async def changed() -> None:
        await live.command("PUBLISH", CHANGED, "")

    return Calling(
        node=node,
        staff=staff,
        records=AccountRecords(ledger),
        callbacks=Callbacks(durable),
        teams=Teams(durable),
        work=Work(live),
        covers=[callback_bodies.CoverStory(words=cover.words, text=cover.text) for cover in config.covers],
        zone=config.hours.zone,
        work_bits=config.limits.work_bits,
        changed=changed,
    )


def application(parts: Running, assets: Assets, staff_routes: Sequence[BaseRoute] = ()) -> Hosts:
    """Both origins, told apart by their host; `staff_routes` are what a demo adds to the console's."""
    config, node = parts.config, parts.node
    demo = config.mode == "demo"
    published = Published(assets, node).routes()
    if config.mode == "production":
        assets = assets.without_drafts()
    if not demo:
        from chat.staffing import staff_pages  # a demo has no passkeys to wait for

        pages_of_staff = staff_pages(config.staff.origin, node, parts.staff, parts.stores, parts.tell_staff)
        staff_routes = [*pages_of_staff.routes(), *staff_routes]
    pages = Pages(presentation(config, node.root), assets)
    offered = Offered(config.visitor.languages, numbers_to_call(config), config.municipalities)
    service = Service(node, offered)
    health = Operations(
        {
            "live": _live_faults(parts),
            "ledger": _ledger_faults(parts),
            "callbacks": parts.keeper.faults,
        }
    ).routes()
    door = Door(node)
    laid_ready = ShiftPages(door, shift.told(shift.load(config.staff.shift)))
    sockets = Sockets(config.limits.sockets)

    async def meet_visitor(link: Link, _: Scope) -> None:
        await door.visitor(link)

    speed = node.speed
    polling = Polling(door.visitor, page(node.clock, speed.burst, speed.per_second), sockets)
    parts.ends.append(polling.end)

    async def meet_counsellor(link: Link, scope: Scope) -> None:
        await door.counsellor(link, session_token(scope))

    async def practise(link: Link, scope: Scope) -> None:
        await door.practice(link, session_token(scope))

    async def meet_guest(link: Link, _: Scope) -> None:
        await door.guest(link)

    visitor = Site(
        [
            *pages.visitor_routes(),
            *service.visitor_routes(),
            *VisitorCallbacks(parts.calling).routes(),
            *polling.routes(),
            *published,
            *health,
        ],
        {"/v1/visitor": Socket(OPAQUE, meet_visitor, sockets)},
        https=config.visitor.origin.startswith("https"),
    )
    staff = Site(
        [
            *pages.staff_routes(),
            *service.staff_routes(),
            *StaffCallbacks(parts.calling, config.staff.origin).routes(),
            *laid_ready.routes(),
            *staff_routes,
            *published,
            *health,
        ],
        {
            "/v1/counsellor": Socket(config.staff.origin, meet_counsellor, sockets),
            "/v1/guest": Socket(config.staff.origin, meet_guest, sockets),
            "/v1/practice": Socket(config.staff.origin, practise, sockets),
        },
        https=config.staff.origin.startswith("https"),
    )
    anywhere = None if demo else Site(health, {}, https=False)
    return Hosts({config.visitor.origin: visitor, config.staff.origin: staff}, anywhere)


def figures(parts: Running) -> ASGIApp:
    """The operator's own port."""
    return Site(Figures(parts.node.measures).routes(), {}, https=False)


def _faults(promise: settings.Promise, store: Store) -> Faults:
    async def faults() -> list[str]:
        return [fault.remedy for fault in await settings.faults(store, promise)]

    return faults


def _ledger_faults(parts: Running) -> Faults:
    """With fewer replicas than promised it acknowledges nothing."""
    store = parts.stores["ledger"]
    of_settings, durable = _faults("ledger", store), Durable(store, parts.config.ledger.replicas)

    async def faults() -> list[str]:
        return [*await of_settings(), *await durable.faults()]

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
