"""A visitor's page that polls, by hand, request by request (S7)."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec

from chat import bodies, wire
from chat.crypto.encoding import b64
from tests.integration.server.house import House
from tests.integration.server.wires import (
    Desk,
    Socket,
    Visitor,
    on_duty,
)

PLAIN = {"origin": "null", "content-type": "text/plain;charset=UTF-8"}


class Poller:
    """A visitor's page by hand, request by request."""

    def __init__(self, house: House, http: httpx.AsyncClient, visitor: Visitor | None = None) -> None:
        self.visitor = visitor or Visitor(house.root)
        self.address = house.visitor + "/v1/visitor/poll"
        self.http = http
        self.id = b64(os.urandom(32))
        self.known = bodies.Known()
        self.refs = 0
        self.after = 0
        self.heard: list[dict[str, Any]] = []

    def ref(self) -> int:
        self.refs += 1
        return self.refs

    def body(self, *messages: wire.Message, **changes: Any) -> bytes:
        follow = self.visitor.follow(self.after, 0) if self.after else None
        values: dict[str, Any] = {
            "id": self.id,
            "known": self.known,
            "follow": follow,
            "messages": list(messages),
        }
        return msgspec.json.encode(bodies.Poll(**(values | changes)))

    async def posts(self, content: bytes) -> httpx.Response:
        return await self.http.post(self.address, content=content, headers=PLAIN)

    async def asks(self, *messages: wire.Message, **changes: Any) -> list[dict[str, Any]]:
        """One request and its answer."""
        return self.hears(await self.posts(self.body(*messages, **changes)))

    def hears(self, answer: httpx.Response) -> list[dict[str, Any]]:
        assert answer.status_code == 200, answer.text
        polled = msgspec.json.decode(answer.content, type=bodies.Polled)
        self.known = polled.known
        said: list[dict[str, Any]] = msgspec.json.decode(answer.content)["messages"]
        indexes = [message["index"] for message in said if message["type"] in ("entry", "ack")]
        self.after = max([self.after, *indexes])
        self.heard += said
        return said

    async def starts(self) -> None:
        assert [message["type"] for message in await self.asks()] == ["welcome"]
        said = await self.asks(self.visitor.start(self.ref()))
        assert ("ack", 1) in [(message["type"], message.get("index")) for message in said]

    async def listens_until(self, kind: str, **values: object) -> dict[str, Any]:
        for _ in range(20):
            for message in await self.asks():
                if message["type"] == kind and all(
                    message.get(key) == value for key, value in values.items()
                ):
                    return message
        raise AssertionError(f"no {kind}")


def new(said: list[dict[str, Any]], after: int) -> list[int]:
    return [m["index"] for m in said if m["type"] in ("entry", "ack") and m["index"] > after]


@asynccontextmanager
async def let_in(house: House, poller: Poller) -> AsyncIterator[tuple[Socket, Desk]]:
    """A whole admission, the visitor's side by polls alone."""
    visitor = poller.visitor
    await poller.starts()
    async with on_duty(house) as (desks, desk):
        leased = await desks.answers(wire.Take(ref=desks.ref()))
        assert leased["sid"] == visitor.id
        await desks.says(wire.Follow(ref=desks.ref(), sid=visitor.id, after=0))
        await desks.hears("entry", index=2)
        offer = desk.offer(visitor, leased["lease"])
        assert (await desks.answers(visitor.append(offer, desks.ref())))["type"] == "ack"
        await poller.listens_until("entry", index=3)
        announcement = visitor.announces(1, [desk.member(offer)], lease=leased["lease"])
        said = await poller.asks(visitor.append(announcement, poller.ref()))
        assert ("ack", 4) in [(message["type"], message.get("index")) for message in said]
        await desks.hears("entry", index=4)
        yield desks, desk
