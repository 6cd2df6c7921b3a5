"""What the service needs to be there: the store's memory for a conversation, and the time from the start of a process to ready."""

import time
from contextlib import AsyncExitStack
from typing import Final

from tests.load.crowd import Crowd
from tests.load.figures import Figure
from tests.load.service import Service, service_running

CONVERSATIONS: Final = 30
MESSAGES: Final = 50
ROUNDS: Final = 5


async def measure(rounds: int = ROUNDS) -> list[Figure]:
    """One store, and one process after another."""
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(service_running())
        starts = [_start(service) for _ in range(rounds)]
        kept = await _kept(service)
    return [
        Figure(f"live store: memory of a conversation of {MESSAGES} messages", "KiB", (kept,), 64, 40),
        Figure("start of a process to ready, stores running", "s", tuple(starts), 1.5, 0.5),
    ]


def _start(service: Service) -> float:
    """Wall time, seconds."""
    began = time.monotonic()
    with service.process():
        return time.monotonic() - began


async def _kept(service: Service) -> float:
    """What lies under the names of conversations and their presence, KiB for each."""
    async with AsyncExitStack() as stack:
        process = stack.enter_context(service.process())
        crowd = await stack.enter_async_context(Crowd(service))
        await crowd.gathers(CONVERSATIONS, process, process)
        await crowd.prepares(MESSAGES // 2)
        await crowd.talks(MESSAGES // 2)
        keys = await service.live.command("KEYS", "varsam:{*}:*")
        sizes = [
            await service.live.command("MEMORY", "USAGE", key, "SAMPLES", 0)
            for key in keys
            if key.rpartition(b":")[2] in (b"facts", b"log", b"sockets")
        ]
    return float(sum(sizes)) / CONVERSATIONS / 1024
