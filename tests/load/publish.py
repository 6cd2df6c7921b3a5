"""A bare relay on the same stack: sockets, outboxes, store connection and bus are Varsam's, and what comes is published and no more.

No number, no log, no repeat dropped, no acknowledgement: both ends of a room get every text, the sender too.
Run as a process: `python -m tests.load.publish PORT STORE`.
"""

import sys
import time

from starlette.types import Receive, Scope, Send

from chat import processes
from chat.app import SOCKET_BYTES
from chat.live.connection import Connection
from chat.store.bus import Bus
from chat.store.connections import Store
from chat.web.sockets import SocketLink

OUTBOX_BYTES = 64 * 1024


class Member:
    """One socket in a room."""

    def __init__(self, store: Store, bus: Bus, room: str, connection: Connection) -> None:
        self._store = store
        self._bus = bus
        self._room = room
        self._connection = connection

    def hears(self, text: bytes | None) -> None:
        """What was published; None: something was missed, and nothing can be done."""
        if text is not None:
            self._connection.send_text(text.decode())

    async def received(self, text: str) -> None:
        """From the socket."""
        await self._store.command("PUBLISH", self._room, text)

    async def left(self) -> None:
        """The socket is gone."""
        self._bus.unsubscribe(self._room, self.hears)


class Rooms:
    """The address of a socket is its room."""

    def __init__(self, store: Store, bus: Bus) -> None:
        self._store = store
        self._bus = bus

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body"})
            return
        await receive()
        connection = Connection(SocketLink(scope, receive, send), time.time, OUTBOX_BYTES)
        member = Member(self._store, self._bus, scope["path"], connection)
        await self._bus.subscribe(scope["path"], member.hears)
        await send({"type": "websocket.accept"})
        await connection.run(member)


async def serve(port: int, url: str) -> None:
    listener = processes.listen("127.0.0.1", port)
    async with Store(url) as store, Bus(url) as bus:
        await processes.serve([(listener, Rooms(store, bus))], [], lambda: None, lambda: None, SOCKET_BYTES)


if __name__ == "__main__":
    processes.run(serve(int(sys.argv[1]), sys.argv[2]))
