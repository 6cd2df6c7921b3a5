"""What it costs to open a socket: the handshake, its origin and subprotocol held against the rules, the first words, and the end."""

import asyncio
from contextlib import AsyncExitStack
from typing import Final

from tests.load.figures import Figure
from tests.load.process import costs
from tests.load.service import Process, service_running
from tests.load.wires import Wire, open_wire

AT_ONCE: Final = 50
SOCKETS: Final = 400
ROUNDS: Final = 7


async def measure(rounds: int = ROUNDS) -> list[Figure]:
    """One process; the first round warms up and is not counted."""
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(service_running())
        process = stack.enter_context(service.process())
        seen = [(await costs(lambda: _come_and_go(process), [process.pid]))[0] for _ in range(rounds + 1)]
    each = tuple(seen[1:])
    return [
        Figure("a handshake: socket opened, greeted and closed: CPU", "µs", each),
        Figure("handshakes of one core in a second", "", tuple(1e6 / cost for cost in each)),
    ]


async def _come_and_go(process: Process) -> int:
    for _ in range(0, SOCKETS, AT_ONCE):
        opened = await asyncio.gather(*(_greeted(process) for _ in range(AT_ONCE)))
        for wire in opened:
            wire.close()
        while not all(wire.lost for wire in opened):  # noqa: ASYNC110 (a moment)
            await asyncio.sleep(0.001)
    return SOCKETS


async def _greeted(process: Process) -> Wire:
    opened = await open_wire(f"ws://127.0.0.1:{process.port}/v1/visitor", origin="null")
    await opened.hears(b'{"type":"welcome"')
    return opened
