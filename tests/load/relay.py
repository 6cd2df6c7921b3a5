"""What a message costs the server: from one browser to the other through the store, against the same stack's echo of the same bytes."""

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from tests.load.crowd import DONE_SECONDS, Crowd
from tests.load.figures import Figure
from tests.load.process import cpu_seconds, process_running
from tests.load.service import service_running
from tests.load.wires import Wire, masked, open_wire
from tests.support.demo import free_port_pair

CONVERSATIONS: Final = 40
EACH: Final = 40
"""Messages of each side of each conversation, in one round."""
ALONE: Final = 80
"""The same, of a conversation that has the process to itself."""
WINDOW: Final = 4
"""Messages of one socket under way at once."""
ROUNDS: Final = 7
TEXT: Final = "x" * 900
"""As long as an append with a short sentence in it."""

Work = Callable[[], Awaitable[int]]


class Echoes:
    """Sockets to the echo; each says the next when it hears itself."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.wires: list[Wire] = []
        self._awaited = 0
        self._all_heard = asyncio.Event()
        self._frame = masked(TEXT)

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

    async def talks(self, wires: int, each: int, window: int) -> int:
        """So many sockets say `each`; how many came back."""
        self._awaited = wires * each
        self._all_heard.clear()
        for opened in self.wires[:wires]:
            opened.writes([self._frame] * each, window)
        async with asyncio.timeout(DONE_SECONDS):
            await self._all_heard.wait()
        return wires * each


@asynccontextmanager
async def echoing(sockets: int) -> AsyncIterator[Echoes]:
    port = free_port_pair()
    with tempfile.TemporaryDirectory(prefix="vb") as folder:
        ready = f"http://127.0.0.1:{port}/"
        with process_running("tests.load.echo", str(port), ready=ready, folder=Path(folder)) as pid:
            echoes = Echoes(pid)
            await echoes.opens(port, sockets)
            yield echoes


async def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Echo and relay take turns, so that what the machine does meanwhile meets them alike."""
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(service_running())
        one, other = (stack.enter_context(service.process()) for _ in range(2))
        same, apart, alone = [await stack.enter_async_context(Crowd(service)) for _ in range(3)]
        await same.gathers(CONVERSATIONS, one, one)
        await apart.gathers(CONVERSATIONS, one, other)
        await alone.gathers(1, one, one)
        turns = rounds + 1
        for crowd, each, window in ((same, EACH, WINDOW), (apart, EACH, WINDOW), (alone, ALONE, 1)):
            await crowd.prepares(turns * each, window)
        sockets = len(same.visitors) + len(same.counsellors)
        echoes = await stack.enter_async_context(echoing(sockets))
        said = 2 * CONVERSATIONS * EACH // sockets
        seen: dict[str, list[float]] = defaultdict(list)
        for turn in range(turns):
            for name, work, pids in (
                ("echo", lambda: echoes.talks(sockets, said, WINDOW), [echoes.pid]),
                ("one", lambda: same.talks(EACH), [one.pid, service.store_pid]),
                ("two", lambda: apart.talks(EACH), [one.pid, other.pid, service.store_pid]),
                ("echo alone", lambda: echoes.talks(2, ALONE, 1), [echoes.pid]),
                ("alone", lambda: alone.talks(ALONE), [one.pid, service.store_pid]),
            ):
                *servers, last = await _costs(work, pids)
                if turn:  # the first warms up
                    seen[name].append(sum(servers) if servers else last)
                    seen[f"{name}: store"].append(last)
        entries = sum([await crowd.is_verified() for crowd in (same, apart, alone)])
        print(f"    {entries:,} entries of the logs were read and verified by the second implementation")
    return _figures(seen)


async def _costs(work: Work, pids: Sequence[int]) -> list[float]:
    """CPU time of each process for each message, while this is done; microseconds."""
    before = [cpu_seconds(pid) for pid in pids]
    count = await work()
    return [(cpu_seconds(pid) - was) * 1e6 / count for pid, was in zip(pids, before, strict=True)]


def _figures(seen: Mapping[str, Sequence[float]]) -> list[Figure]:
    def against_echo(relay: str, echo: str) -> tuple[float, ...]:
        return tuple(cost / ceiling for cost, ceiling in zip(seen[relay], seen[echo], strict=True))

    def costs(name: str) -> tuple[float, ...]:
        return tuple(seen[name])

    return [
        Figure("echo on the same stack: CPU per message", "µs", costs("echo")),
        Figure("relay, one process: CPU per delivered message", "µs", costs("one")),
        Figure("relay, one process, against echo", "× echo", against_echo("one", "echo"), 4, 2),
        Figure("relay, two processes: CPU of both per delivered message", "µs", costs("two")),
        Figure("relay, two processes, against echo", "× echo", against_echo("two", "echo"), 4, 2),
        Figure("echo, two sockets, one message at a time", "µs", costs("echo alone")),
        Figure("relay, one conversation, one message at a time", "µs", costs("alone")),
        Figure(
            "relay, one conversation, against such an echo", "× echo", against_echo("alone", "echo alone")
        ),
        Figure("live store: CPU per message", "µs", costs("one: store"), 30, 18),
    ]
