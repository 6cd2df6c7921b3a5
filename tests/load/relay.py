"""What a message costs the server: from one browser to the other through the store, against the same stack's echo of the same
bytes, and against a relay on the same stack that only publishes.
"""

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from math import ceil
from pathlib import Path
from typing import Final

from tests.load.crowd import Crowd
from tests.load.figures import Figure
from tests.load.process import costs, module, process_running
from tests.load.rooms import TEXT_BYTES, Plain, Rooms
from tests.load.service import MOST_CONVERSATIONS, Process, Service, service_running
from tests.load.talk import DONE_SECONDS
from tests.load.wires import Wire, masked, open_wire
from tests.support.demo import free_port_pair

CONVERSATIONS: Final = 60
EACH: Final = 24
"""Messages of each side of each conversation, in one round."""
ALONE: Final = 80
"""The same, of a conversation that has the process to itself."""
ROUNDS: Final = 9

Turn = tuple[str, Callable[[], Awaitable[int]], Sequence[int]]
"""Its name, what is said in it, and the processes that it costs something."""


class Echoes:
    """Sockets to the echo; each says the next when it hears itself."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.wires: list[Wire] = []
        self._awaited = 0
        self._all_heard = asyncio.Event()
        self._frame = masked("x" * TEXT_BYTES)

    async def opens(self, port: int, sockets: int) -> None:
        for _ in range(sockets):
            opened = await open_wire(f"ws://127.0.0.1:{port}/")
            opened.heard = self._hears(opened)
            self.wires.append(opened)

    def _hears(self, opened: Wire) -> Callable[[bytes], None]:
        def heard(_: bytes) -> None:
            opened.goes_on()
            self._awaited -= 1
            if not self._awaited:
                self._all_heard.set()

        return heard

    async def talks(self, wires: int, each: int) -> int:
        """So many sockets say `each`; how many came back."""
        self._awaited = wires * each
        self._all_heard.clear()
        for opened in self.wires[:wires]:
            opened.writes([self._frame] * each, 1)
        async with asyncio.timeout(DONE_SECONDS):
            await self._all_heard.wait()
        return wires * each


@asynccontextmanager
async def echoing(sockets: int) -> AsyncIterator[Echoes]:
    """An echo with so many sockets."""
    port = free_port_pair()
    with tempfile.TemporaryDirectory(prefix="vb") as folder:
        echo = module("tests.load.echo", str(port))
        with process_running(echo, ready=f"http://127.0.0.1:{port}/", folder=Path(folder)) as pid:
            echoes = Echoes(pid)
            await echoes.opens(port, sockets)
            yield echoes


@asynccontextmanager
async def publishing(url: str, rooms: int) -> AsyncIterator[tuple[Rooms, list[int]]]:
    """Rooms of a bare relay of two processes, and the pids of these."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vb")))
        ports, pids = [], []
        for _ in range(2):
            ports.append(free_port_pair())
            command = module("tests.load.publish", str(ports[-1]), url)
            ready = f"http://127.0.0.1:{ports[-1]}/"
            pids.append(stack.enter_context(process_running(command, ready=ready, folder=folder)))
        opened = Rooms()
        stack.callback(opened.close)
        await opened.opens(rooms, ports, Plain())
        yield opened, pids


async def measure(rounds: int = ROUNDS) -> list[Figure]:
    """All take turns, so that what the machine does meanwhile meets them alike."""
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(service_running())
        one, other = (stack.enter_context(service.process()) for _ in range(2))
        sockets = CONVERSATIONS + ceil(CONVERSATIONS / MOST_CONVERSATIONS)
        said = 2 * CONVERSATIONS * EACH // sockets
        echoes = await stack.enter_async_context(echoing(sockets))
        rooms, bare = await stack.enter_async_context(publishing(service.live_url, CONVERSATIONS))
        crowds = await _crowds(stack, service, rounds + 1, one, other)
        same, apart, alone = crowds
        seen = await take_turns(
            rounds,
            [
                ("echo", lambda: echoes.talks(sockets, said), [echoes.pid]),
                ("one", lambda: same.talks(EACH), [one.pid]),
                ("two", lambda: apart.talks(EACH), [one.pid, other.pid]),
                ("bare", lambda: rooms.talks(EACH), bare),
                ("echo alone", lambda: echoes.talks(2, ALONE), [echoes.pid]),
                ("alone", lambda: alone.talks(ALONE), [one.pid]),
            ],
            service.store_pid,
        )
        entries = sum([await crowd.is_verified() for crowd in crowds])
        print(f"    {entries:,} entries of the logs were read and verified by the second implementation")
    return _figures(seen)


async def _crowds(
    stack: AsyncExitStack, service: Service, turns: int, one: Process, other: Process
) -> list[Crowd]:
    """Both ends on one process; each on its own; and one conversation alone."""
    crowds = []
    for conversations, each, counsellors in (
        (CONVERSATIONS, EACH, one),
        (CONVERSATIONS, EACH, other),
        (1, ALONE, one),
    ):
        crowd = await stack.enter_async_context(Crowd(service))
        await crowd.gathers(conversations, one, counsellors)
        await crowd.prepares(turns * each)
        crowds.append(crowd)
    return crowds


async def take_turns(rounds: int, turns: Sequence[Turn], store: int) -> Mapping[str, Sequence[float]]:
    """By name: what a message costs the servers together, and under "name: store" what it costs the store; microseconds.

    The first round warms up and is not counted.
    """
    seen: dict[str, list[float]] = defaultdict(list)
    for number in range(rounds + 1):
        for name, work, pids in turns:
            *servers, in_store = await costs(work, [*pids, store])
            if number:
                seen[name].append(sum(servers))
                seen[f"{name}: store"].append(in_store)
    return seen


def ratio(seen: Mapping[str, Sequence[float]], cost: str, against: str) -> tuple[float, ...]:
    """Of each round."""
    return tuple(above / below for above, below in zip(seen[cost], seen[against], strict=True))


def _figures(seen: Mapping[str, Sequence[float]]) -> list[Figure]:
    def cost(name: str) -> tuple[float, ...]:
        return tuple(seen[name])

    def times_echo(name: str, echo: str = "echo") -> tuple[float, ...]:
        return ratio(seen, name, echo)

    return [
        Figure("echo on the same stack: CPU per message", "µs", cost("echo")),
        Figure("relay, one process: CPU per delivered message", "µs", cost("one")),
        Figure("relay, one process, against echo", "× echo", times_echo("one"), 4, 2),
        Figure("relay, two processes: CPU of both per delivered message", "µs", cost("two")),
        Figure("relay, two processes, against echo", "× echo", times_echo("two"), 4, 2),
        Figure("bare publishing on the same stack, two processes", "µs", cost("bare")),
        Figure("relay against bare publishing, two processes", "×", ratio(seen, "two", "bare"), 1.5, 1.15),
        Figure("echo, two sockets alone", "µs", cost("echo alone")),
        Figure("relay, one conversation alone", "µs", cost("alone")),
        Figure(
            "relay, one conversation alone, against such an echo", "× echo", times_echo("alone", "echo alone")
        ),
        Figure("live store: CPU per message", "µs", cost("two: store"), 30, 18),
        Figure("live store, bare publishing: CPU per message", "µs", cost("bare: store")),
    ]
