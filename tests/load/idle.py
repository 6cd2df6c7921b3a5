"""What a visitor who waits costs in memory: a started conversation in the queue, with its socket and all its state."""

from contextlib import AsyncExitStack
from typing import Final

from tests.load.figures import Figure
from tests.load.process import private_bytes
from tests.load.service import Process, Service, service_running

FIRST: Final = 80
"""Waiting before the first look: by then everything that is made once has been made."""
VISITORS: Final = 480
ROUNDS: Final = 3


async def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Each round with stores and a process of its own."""
    server, store = [], []
    for _ in range(rounds):
        in_server, in_store = await _round()
        server.append(in_server)
        store.append(in_store)
    return [
        Figure("idle visitor in the queue: memory of the server process", "KiB", tuple(server), 32, 20),
        Figure("idle visitor in the queue: memory of the live store", "KiB", tuple(store)),
    ]


async def _round() -> tuple[float, float]:
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(service_running())
        process = stack.enter_context(service.process())
        await _wait_in_queue(service, process, stack, FIRST)
        before = private_bytes(process.pid), await _used(service)
        await _wait_in_queue(service, process, stack, VISITORS - FIRST)
        after = private_bytes(process.pid), await _used(service)
    return tuple((now - was) / (VISITORS - FIRST) / 1024 for now, was in zip(after, before, strict=True))  # type: ignore[return-value]


async def _wait_in_queue(service: Service, process: Process, stack: AsyncExitStack, visitors: int) -> None:
    for _ in range(visitors):
        visitor = service.visitor(process)
        stack.push_async_callback(visitor.closes)
        await visitor.connects()
        await visitor.starts()


async def _used(service: Service) -> int:
    """Bytes that the store has given to what it holds."""
    answer: bytes = await service.live.command("INFO", "memory")
    lines = dict(line.partition(":")[::2] for line in answer.decode().split())
    return int(lines["used_memory"])
