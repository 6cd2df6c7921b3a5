"""Whether a message costs the same however many others there are, and however long a conversation has become.

A few conversations talk on a process with no others, and a few on one with ten thousand that are open and silent, in turn; then short
ones and long ones in turn. What the silent ones cost while nobody writes is measured just before, and is not a message's.
"""

import asyncio
import os
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import Final

import msgspec

from chat import wire
from chat.client.translation import write_announcement
from chat.crypto.admission import begin
from chat.crypto.encoding import b64, digest
from chat.crypto.signing import PrivateKey, VisitorKey
from chat.demo.organisation import REALM
from chat.rules.ids import Sid
from chat.store.queue import Queue
from tests.load.crowd import Crowd
from tests.load.figures import Figure
from tests.load.process import costs, cpu_seconds
from tests.load.relay import Turn, ratio, take_turns
from tests.load.service import Process, Service, service_running
from tests.load.wires import Wire, open_wire

MANY: Final = 10_000
AT_ONCE: Final = 50
"""Opened together, and taken out of the queue together, which has room for 500."""
CONVERSATIONS: Final = 8
FEW: Final = 3 * CONVERSATIONS
"""Open on the process without the silent ones."""
EACH: Final = 30
"""Messages of each side in one turn."""
ROUNDS: Final = 9
LONG_TURNS: Final = 31
LAST: Final = 2 * EACH * LONG_TURNS + 4
IDLE_SECONDS: Final = 10.0
"""Presence is renewed every 15 s, some of it in any second."""


class Silent:
    """Conversations that are open, each with its socket, and in which nobody writes."""

    def __init__(self, service: Service, process: Process) -> None:
        self._service = service
        self._address = f"ws://127.0.0.1:{process.port}/v1/visitor"
        self._queue = Queue(service.live)
        self._wires: list[Wire] = []

    async def grow(self, count: int) -> None:
        """Until there are so many. They leave the queue, so that it does not fill; a socket and a log do not need a place."""
        while len(self._wires) < count:
            opened = await asyncio.gather(
                *(self._open() for _ in range(min(AT_ONCE, count - len(self._wires))))
            )
            for sid in opened:
                await self._queue.remove(sid)

    async def _open(self) -> Sid:
        key = PrivateKey.generate(VisitorKey)
        root, random = self._service.root, os.urandom
        sid, first = begin(
            REALM, root, key, nonce=random(32), secret=random(32), leave_hash=digest(random(32))
        )
        start = wire.Start(
            ref=1,
            sid=b64(sid),
            capability=b64(random(32)),
            announcement=write_announcement(first),
            language="sv",
        )
        opened = await open_wire(self._address, origin="null")
        opened.say(msgspec.json.encode(start))
        await opened.hears(b'{"type":"ack"')
        opened.heard = lambda _: None
        self._wires.append(opened)
        return Sid(b64(sid))

    def close(self) -> None:
        for opened in self._wires:
            opened.close()


async def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Few against many, and short against long, each in turn with the other."""
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(service_running())
        quiet, busy = (stack.enter_context(service.process()) for _ in range(2))
        among_few, among_many, short, long = [
            await _crowd(stack, service, process, turns)
            for process, turns in (
                (quiet, rounds + 1),
                (busy, rounds + 1),
                (quiet, rounds + 1),
                (quiet, LONG_TURNS),
            )
        ]
        arrival = await _fill(stack, service, busy)
        few, many = await _among(rounds, (among_few, quiet), (among_many, busy))
        await long.talks(EACH * (LONG_TURNS - rounds - 1))
        turns: list[Turn] = [
            (name, partial(crowd.talks, EACH), [quiet.pid])
            for name, crowd in (("short", short), ("long", long))
        ]
        seen = await take_turns(rounds, turns, service.store_pid)
        idle = await _idle(busy)
    return [
        Figure("a visitor's arrival: socket, start, place in the queue: CPU", "µs", (arrival,)),
        Figure(f"{MANY:,} silent conversations: CPU of one in a minute", "µs", (idle * 60e6 / MANY,)),
        Figure(f"a message among {FEW} open conversations: CPU", "µs", tuple(few)),
        Figure(f"a message among {MANY:,} open conversations: CPU", "µs", tuple(many)),
        Figure(f"{MANY:,} against {FEW} conversations", "×", _against(many, few), 1.2),
        Figure(f"an entry before {LAST:,} against one after 10", "×", ratio(seen, "long", "short"), 1.2),
        Figure("the same, live store", "×", ratio(seen, "long: store", "short: store"), 1.2),
    ]


async def _crowd(stack: AsyncExitStack, service: Service, process: Process, turns: int) -> Crowd:
    crowd = await stack.enter_async_context(Crowd(service))
    await crowd.gathers(CONVERSATIONS, process, process)
    await crowd.prepares(turns * EACH)
    return crowd


async def _fill(stack: AsyncExitStack, service: Service, process: Process) -> float:
    """Open the silent ones; the CPU time of one, microseconds."""
    silent = Silent(service, process)
    stack.callback(silent.close)
    began, before = time.monotonic(), cpu_seconds(process.pid)
    await silent.grow(MANY)
    print(f"    {MANY:,} conversations were open after {time.monotonic() - began:.0f} s")
    return (cpu_seconds(process.pid) - before) * 1e6 / MANY


async def _among(rounds: int, *crowds: tuple[Crowd, Process]) -> list[list[float]]:
    """What a message costs each process, less what the silent ones cost meanwhile; microseconds."""
    idle = [await _idle(process) for _, process in crowds]
    seen: list[list[float]] = [[] for _ in crowds]
    for number in range(rounds + 1):
        for (crowd, process), silent, costs_seen in zip(crowds, idle, seen, strict=True):
            began = time.monotonic()
            (cost,) = await costs(partial(crowd.talks, EACH), [process.pid])
            cost -= silent * (time.monotonic() - began) * 1e6 / (2 * CONVERSATIONS * EACH)
            if number:
                costs_seen.append(cost)
    return seen


async def _idle(process: Process) -> float:
    """CPU seconds that the process takes in a second in which nobody writes."""
    began, before = time.monotonic(), cpu_seconds(process.pid)
    await asyncio.sleep(IDLE_SECONDS)
    return (cpu_seconds(process.pid) - before) / (time.monotonic() - began)


def _against(these: Sequence[float], those: Sequence[float]) -> tuple[float, ...]:
    return tuple(one / other for one, other in zip(these, those, strict=True))
