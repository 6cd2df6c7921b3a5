"""Rooms of two sockets on two processes, in which every text reaches both ends, the sender too: how others relay.

The sender's own copy stands for Varsam's acknowledgement. Knows how a kind of server wants to be spoken to, and no server.
"""

from collections.abc import Sequence
from itertools import repeat
from typing import Final, Protocol

from tests.load.talk import Manner, Voice, talk
from tests.load.wires import Wire, masked, open_wire

TEXT_BYTES: Final = 870
"""As long as an append with a short sentence in it."""
STEP: Final = 10
"""More of them talk one after another: some servers open a connection to Redis for each text under way, and a busy machine lets in
only so many at once."""
SIDES: Final = ("a", "b")


class Dialect(Protocol):
    """How a kind of server is spoken to."""

    async def enter(self, port: int, room: str) -> Wire:
        """A socket in a room."""

    def said(self, text: str) -> str:
        """What says a text to the room."""

    def heard(self, text: str) -> bytes:
        """How that begins when it is heard."""


class Plain:
    """The address is the room, and a text is a text."""

    async def enter(self, port: int, room: str) -> Wire:
        return await open_wire(f"ws://127.0.0.1:{port}/{room}")

    def said(self, text: str) -> str:
        return text

    def heard(self, text: str) -> bytes:
        return text.encode()


class SocketIo:
    """Socket.IO 5 over Engine.IO 4, on a WebSocket from the beginning."""

    async def enter(self, port: int, room: str) -> Wire:
        wire = await open_wire(f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket")
        await wire.hears(b"0{")
        wire.say("40")
        await wire.hears(b"40{")
        wire.say(f'42["join","{room}"]')
        await wire.hears(b'42["joined"')
        return wire

    def said(self, text: str) -> str:
        return f'42["say","{text}"]'

    def heard(self, text: str) -> bytes:
        return f'42["said","{text}'.encode()


class Rooms:
    """One end of every room on the one process, the other end on the other."""

    def __init__(self) -> None:
        self._voices: list[Voice] = []

    async def opens(self, rooms: int, ports: Sequence[int], dialect: Dialect) -> None:
        for room in range(rooms):
            for side, other, port in zip(SIDES, reversed(SIDES), ports, strict=True):
                frame = masked(dialect.said(side * TEXT_BYTES))
                manner = Manner(dialect.heard(side), dialect.heard(other))
                wire = await dialect.enter(port, f"room{room}")
                self._voices.append(Voice(wire, repeat(frame), 1, manner))
        for voice in self._voices:
            voice.listens()
        for some in range(STEP, len(self._voices) + 1, STEP):
            await talk(self._voices[:some], [1] * some)

    async def talks(self, each: int) -> int:
        """Both ends of every room say so many; how many messages that were."""
        return await talk(self._voices, [each] * len(self._voices))

    def close(self) -> None:
        for voice in self._voices:
            voice.wire.close()
