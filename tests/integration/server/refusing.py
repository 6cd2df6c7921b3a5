"""How the service refuses, and that it loses nothing by it."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chat import errors
from tests.integration.server.house import House
from tests.integration.server.wires import (
    Socket,
    Visitor,
    started,
    visitors_socket,
)

REMEDIES = {leaf.code: leaf.remedy for leaf in (errors.VerificationError, errors.StoreUnavailable)} | {
    leaf.code: leaf.remedy for leaf in errors.PeerFault.__subclasses__()
}


def refused(answer: dict[str, object], code: str) -> None:
    assert answer["type"] == "error", answer
    assert answer["code"] == code
    assert answer["remedy"] == REMEDIES[code]


async def closed(socket: Socket, error: type[errors.VarsamError]) -> None:
    code, last = await socket.hears_the_close()
    refused(last, error.code)
    assert code == error.close


async def length(house: House, visitor: Visitor) -> int:
    facts = await house.parts.node.conversations.facts(visitor.id)  # type: ignore[arg-type]
    return facts.length if facts else 0


@asynccontextmanager
async def nothing_lost(house: House) -> AsyncIterator[tuple[Socket, Visitor]]:
    """A visitor with acknowledged frames: after the fault they stand in the log as before, and the next follows them."""
    async with started(house) as (socket, visitor):
        acknowledged = [visitor.frame(number, noise=os.urandom(272)) for number in range(3)]
        for frame in acknowledged:
            assert (await socket.answers(visitor.append(frame, socket.ref())))["type"] == "ack"
        yield socket, visitor
        async with visitors_socket(house) as again:
            await again.says(visitor.follow(1, again.ref()))
            for index, frame in enumerate(acknowledged, 2):
                entry = await again.hears("entry", index=index)
                assert entry["entry"]["ciphertext"] == frame.ciphertext
            following = await again.answers(visitor.append(visitor.frame(3), again.ref()))
            assert (following["type"], following["index"]) == ("ack", 5)
