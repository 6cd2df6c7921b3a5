"""Conversations that are ready to talk fast: opened, verified and admitted by the second implementation, everything that will be
said sealed beforehand, and then handed over to sockets that cost nothing.

Every frame is genuine: real keys, real signatures, and at the end the log is read and verified to its last entry.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import AsyncExitStack
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
from tests.load.talk import DONE_SECONDS, Manner, Voice, talk
from tests.load.wires import Wire, masked, open_wire

MANNER: Final = Manner(b'{"type":"ack"', b'{"type":"entry"', b'{"type":"error"')
WORDS: Final = (
    "I do not know whom else to tell. They want to take me away this summer, and I do not want to go."
)
SETTLE_SECONDS: Final = 0.5
"""By then what is told to whoever comes has been told."""
FIRST_REF: Final = 1_000_000
"""Beyond those that the second implementation used on the same page."""


class Crowd:
    """Conversations between visitors on one process and counsellors on another, or the same."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.voices: list[Voice] = []
        self._counts: list[int] = []
        self._pages = AsyncExitStack()
        self._opened: list[tuple[Visitor, Signed]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for voice in self.voices:
            voice.wire.close()
        await self._pages.aclose()

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

    async def prepares(self, each: int) -> None:
        """Seal `each` frames on both sides of every conversation, and change over to the cheap sockets.

        From then on each side of each conversation has one message under way, as people do.
        """
        for counsellor in dict.fromkeys(counsellor for _, counsellor in self._opened):
            said = [_sealed(case.conversation, each) for case in counsellor.cases.values()]
            frames = (frame for turn in zip(*said, strict=True) for frame in turn)
            self._join(await self._resumed_counsellor(counsellor), frames, len(said))
        for visitor, _ in self._opened:
            sealed = _sealed(visitor.conversation, each)
            self._join(await self._resumed_visitor(visitor), iter(sealed), 1)
        await asyncio.sleep(SETTLE_SECONDS)
        for voice in self.voices:
            voice.listens()

    def _join(self, opened: Wire, frames: Iterator[bytes], conversations: int) -> None:
        self.voices.append(Voice(opened, frames, conversations, MANNER))
        self._counts.append(conversations)

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
        """Both sides of every conversation say `each` more; how many messages that were."""
        return await talk(self.voices, [each * conversations for conversations in self._counts])

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


def _text(message: wire.Message) -> bytes:
    return msgspec.json.encode(message)


def _address(page: Page) -> str:
    return f"ws{page.origin.removeprefix('http')}{page.path}"
