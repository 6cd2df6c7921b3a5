"""Conversations that are ready to talk fast: opened, verified and admitted by the second implementation, everything that will be
said sealed beforehand, and then handed over to sockets that cost nothing.

Every frame is genuine: real keys, real signatures, and at the end the log is read and verified to its last entry.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final, Self

import msgspec

from chat import wire
from chat.client.conversation import Conversation
from chat.client.page import Page
from chat.client.translation import write_frame, write_signed
from chat.client.visitor import Visitor
from chat.crypto.encoding import b64
from chat.crypto.frames import MESSAGE_ID_BYTES, Plain
from tests.load.service import MOST_CONVERSATIONS, Process, Service, Signed
from tests.load.wires import Wire, masked, open_wire

WORDS: Final = (
    "I do not know whom else to tell. They want to take me away this summer, and I do not want to go."
)
DONE_SECONDS: Final = 60.0
FIRST_REF: Final = 1_000_000
"""Beyond those that the second implementation used on the same page."""


def _text(message: wire.Message) -> bytes:
    return msgspec.json.encode(message)


@dataclass
class Voice:
    """One side's socket: what it has yet to say, and what it heard."""

    page: Page
    wire: Wire
    frames: Iterator[bytes]
    window: int
    acknowledged: int = 0
    delivered: int = 0
    due: int = 0

    def heard(self, text: bytes) -> None:
        """Called for every text of the socket."""
        if text.startswith(b'{"type":"ack"'):
            self.acknowledged += 1
            self.wire.goes_on()
        elif text.startswith(b'{"type":"entry"'):
            self.delivered += 1
        elif text.startswith(b'{"type":"error"'):
            raise RuntimeError(text.decode())

    def says(self, count: int) -> None:
        self.due += count
        self.wire.writes([next(self.frames) for _ in range(count)], self.window)


class Crowd:
    """Conversations between visitors on one process and counsellors on another, or the same."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.visitors: list[Voice] = []
        self.counsellors: list[Voice] = []
        self._pages = AsyncExitStack()
        self._opened: list[tuple[Visitor, Signed]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for voice in self._voices:
            voice.wire.close()
        await self._pages.aclose()

    @property
    def _voices(self) -> list[Voice]:
        return self.visitors + self.counsellors

    async def gathers(self, conversations: int, visitors: Process, counsellors: Process) -> None:
        """Open, take and admit so many conversations, one after another."""
        for first in range(0, conversations, MOST_CONVERSATIONS):
            counsellor = await self.service.counsellor(counsellors, "Amina")
            self._pages.push_async_callback(counsellor.closes)
            for _ in range(first, min(first + MOST_CONVERSATIONS, conversations)):
                self._opened.append((await self._admitted(visitors, counsellor), counsellor))

    async def _admitted(self, process: Process, counsellor: Signed) -> Visitor:
        visitor = self.service.visitor(process)
        self._pages.push_async_callback(visitor.closes)
        await visitor.connects()
        await visitor.starts()
        await counsellor.takes_next()
        await visitor.is_admitting()
        return visitor

    async def prepares(self, each: int, window: int) -> None:
        """Seal `each` frames on both sides of every conversation, and change over to the cheap sockets."""
        for counsellor in dict.fromkeys(counsellor for _, counsellor in self._opened):
            said = [_sealed(case.conversation, each) for case in counsellor.cases.values()]
            frames = [frame for turn in zip(*said, strict=True) for frame in turn]
            opened = await self._resumed_counsellor(counsellor)
            self.counsellors.append(Voice(counsellor, opened, iter(frames), window))
        for visitor, _ in self._opened:
            frames = _sealed(visitor.conversation, each)
            opened = await self._resumed_visitor(visitor)
            self.visitors.append(Voice(visitor, opened, iter(frames), window))
        await asyncio.sleep(0.5)  # what is told at the beginning has been told
        for voice in self._voices:
            voice.wire.heard = voice.heard

    async def _resumed_visitor(self, visitor: Visitor) -> Wire:
        await visitor.closes()
        opened = await open_wire(_address(visitor), origin="null")
        held = visitor.conversation.log.index
        opened.say(_text(wire.Follow(ref=0, sid=visitor.sid, after=held, capability=b64(visitor.capability))))
        return opened

    async def _resumed_counsellor(self, counsellor: Signed) -> Wire:
        await counsellor.closes()
        opened = await open_wire(_address(counsellor), origin=counsellor.origin, cookie=counsellor.cookie)
        documents = [write_signed(document) for document in counsellor._documents]
        duty = write_signed(counsellor.duty.document)
        opened.say(_text(wire.DutyOn(ref=0, duty=duty, documents=documents, capacity=MOST_CONVERSATIONS)))
        for sid, case in counsellor.cases.items():
            opened.say(_text(wire.Follow(ref=0, sid=sid, after=case.conversation.log.index)))
        return opened

    async def talks(self, each: int) -> int:
        """Both sides of every conversation say `each` more; returns when all is acknowledged and delivered, with how many were."""
        per_counsellor = {voice.page: 0 for voice in self.counsellors}
        for _, counsellor in self._opened:
            per_counsellor[counsellor] += each
        before = sum(voice.delivered for voice in self._voices)
        for voice in self.visitors:
            voice.says(each)
        for voice in self.counsellors:
            voice.says(per_counsellor[voice.page])
        await self._until_all_is_said()
        return sum(voice.delivered for voice in self._voices) - before

    async def _until_all_is_said(self) -> None:
        due = sum(voice.due for voice in self._voices)
        async with asyncio.timeout(DONE_SECONDS):
            while not all(voice.acknowledged == voice.due for voice in self._voices) or self._delivered < due:
                if any(voice.wire.lost for voice in self._voices):
                    raise ConnectionError("the service closed a socket")
                await asyncio.sleep(0.002)

    @property
    def _delivered(self) -> int:
        return sum(voice.delivered for voice in self._voices)

    async def is_verified(self, conversations: int = 2) -> int:
        """The second implementation reads some logs to the end, and holds every signature, number and head; how many entries."""
        entries = 0
        for visitor, _ in self._opened[:conversations]:
            due = await self.service.live.command("XLEN", f"varsam:{{{visitor.sid}}}:log")
            await visitor.reconnects()
            log = visitor.conversation.log
            await visitor.until(lambda: log.index == due, "the log is read to its end", DONE_SECONDS)  # noqa: B023
            entries += log.index
        return entries


def _sealed(conversation: Conversation, count: int) -> list[bytes]:
    """The next frames of one side, masked for the socket (F1–F3)."""
    frames = []
    for number in range(count):
        plain = Plain("text", os.urandom(MESSAGE_ID_BYTES), 0, 1, WORDS.encode())
        frame = write_frame(conversation.seals(plain))
        frames.append(masked(_text(wire.Append(ref=FIRST_REF + number, sid=conversation.sid, entry=frame))))
    return frames


def _address(page: Page) -> str:
    return f"ws{page.origin.removeprefix('http')}{page.path}"
