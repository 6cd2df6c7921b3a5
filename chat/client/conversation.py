"""One conversation on one page: the log as it comes, what is written into it, and what can be read (S2, S3, F).

Knows a log and a way to send; nothing of sockets, leases or who may be let in. What is not acknowledged stays in the
outbox and is sent again as identical bytes.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, TypeVar

from chat import wire
from chat.client.link import Refused
from chat.client.translation import read_entry, write_frame
from chat.crypto.encoding import b64, u64
from chat.crypto.entries import (
    Announced,
    Entry,
    Event,
    FrameEntry,
    Said,
    Written,
    entry_bytes,
)
from chat.crypto.frames import MESSAGE_ID_BYTES, Kind, Plain, counts_body
from chat.crypto.log import Log
from chat.crypto.writer import FrameKey, Writer, text_parts
from chat.errors import Malformed, VerificationError

SECONDS: Final = 10.0
AGAIN_SECONDS: Final = 0.2
SEND_AGAIN: Final = frozenset({"busy", "too-fast", "gap"})
"""Refusals that pass: the same bytes are sent again."""
OUTBOX_ENTRIES: Final = 200
"""Unacknowledged ones; whoever writes more than this without an answer is told."""
UNDER_WAY: Final = 16
"""So many frames of one sender are under way at once; the rest waits to be sealed (Messages 8)."""

Result = TypeVar("Result")
Send = Callable[[wire.Append], Awaitable[None]]


class Over(Exception):
    """The conversation has ended, and this was not stored any more; `args[0]` is why."""


@dataclass(frozen=True)
class Text:
    """A whole message that could be read. `at`: when the service stored its last part. `read_at`: when it could be read
    here, in seconds of the monotonic clock.
    """

    sender: bytes
    id: bytes
    words: str
    index: int
    at: int
    read_at: float


@dataclass
class Outgoing:
    """One entry on its way. `number`: the order in which its writer wrote. `plain`: what a frame says; None otherwise."""

    number: int
    plain: Plain | None
    stored: asyncio.Future[int]
    """The index, once acknowledged."""


@dataclass(frozen=True)
class Sent:
    """An entry as it was sent, and is sent again."""

    outgoing: Outgoing
    message: wire.ClientEntry
    entry: Entry
    epoch: int
    again: bool = True
    """Whether it is sent again after a refusal that passes."""


@dataclass
class Conversation:
    """`alarm`: what could not be verified; from then on nothing more is taken or written."""

    log: Log
    key: FrameKey
    sender: bytes
    ref: Callable[[], int]
    """Gives a number that no request of this page has had."""
    send: Send
    texts: list[Text] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    received: list[Written] = field(default_factory=list)
    """Every frame that was opened, known messages left out."""
    alarm: VerificationError | None = None
    ended: str | None = None
    presence: wire.Presence | None = None
    position: int | None = None
    outbox: dict[int, Sent] = field(default_factory=dict)
    """By ref, which stays when it is sent again."""

    def __post_init__(self) -> None:
        self.writer = Writer(self.log.realm, self.log.sid, self.sender)
        self._queued: list[tuple[Outgoing, Plain]] = []
        self._number = 0
        self._stale = -1
        self._parts: dict[tuple[bytes, bytes, int], dict[int, Plain]] = {}
        self._again: asyncio.Task[None] | None = None

    @property
    def sid(self) -> str:
        return b64(self.log.sid)

    def words(self) -> list[str]:
        """Of all texts, in the order of the log."""
        return [text.words for text in self.texts]

    # What comes

    def logged(self, message: wire.Logged) -> Event | None:
        """An entry; None where it is one that was held already (S2)."""
        entry = read_entry(message.entry)
        if message.index <= self.log.index:
            self._guarded(lambda: self.log.recognise(message.index, entry))
            return None
        event = self.take(message.index, entry, message.at)
        self._settle_own(entry, message.index)
        return event

    def acknowledged(self, message: wire.Ack) -> Event | None:
        """An own entry has its place; None for the answer to a repeat (Messages 3)."""
        sent = self.outbox.get(message.ref)
        if sent is None:
            return None
        event = None
        if message.index > self.log.index:
            event = self.take(message.index, sent.entry, message.at)
        else:
            self._guarded(lambda: self.log.recognise(message.index, sent.entry))
        self._is_stored(message.ref, message.index)
        return event

    def take(self, index: int, entry: Entry, at: int) -> Event | None:
        """The next entry of the log, whoever wrote it."""
        event = self._guarded(lambda: self.log.accept(index, entry, at))
        if isinstance(event, Written):
            self._note(event, at)
        if isinstance(event, Announced):
            for written in event.opened:
                self._note(written, at)
        if isinstance(event, Said):
            self.said.append(event.kind)
        return event

    def _guarded(self, step: Callable[[], Result]) -> Result | None:
        """What cannot be verified is refused, and everything after it (F4)."""
        if self.alarm is None:
            try:
                return step()
            except VerificationError as error:
                self.alarm = error
        return None

    def _note(self, written: Written, at: int) -> None:
        if written.repeated:
            return
        self.received.append(written)
        plain = written.plain
        if plain.kind != "text":
            return
        # By the number of parts too: part 0 comes once, so no text is made whole twice.
        parts = self._parts.setdefault((written.sender, plain.id, plain.parts), {})
        parts[plain.part] = plain
        if len(parts) == plain.parts:
            words = "".join(parts[number].text() for number in sorted(parts))
            self.texts.append(Text(written.sender, plain.id, words, written.index, at, time.monotonic()))

    # What is written

    async def writes(self, words: str, seconds: float = SECONDS) -> list[int]:
        """Write a text and wait until all of it is stored; the indexes of its parts."""
        return await self.stored(await self.sends(words), seconds)

    async def sends(self, words: str) -> list[Outgoing]:
        """Write a text and wait for nothing."""
        return [await self.write(part) for part in text_parts(words, os.urandom(MESSAGE_ID_BYTES))]

    async def reads(self) -> list[int]:
        """A person has seen all of the log."""
        return await self.stored([await self.write(self.plain("read", u64(self.log.index)))])

    async def says_seen(self) -> list[int]:
        """This page holds all of the log."""
        return await self.stored([await self.write(self.plain("seen"))])

    async def writes_the_end(self) -> list[int]:
        """F5: the counts of what this page holds."""
        return await self.stored([await self.write(self.plain("end", counts_body(self.log.counts())))])

    def plain(self, kind: Kind, body: bytes = b"") -> Plain:
        return Plain(kind, os.urandom(MESSAGE_ID_BYTES), 0, 1, body)

    async def stored(self, outgoing: list[Outgoing], seconds: float = SECONDS) -> list[int]:
        """Wait until these are stored; raises `Refused`."""
        async with asyncio.timeout(seconds):
            return [await asyncio.shield(item.stored) for item in outgoing]

    async def write(self, plain: Plain) -> Outgoing:
        """Seal and send a frame, now or when the epoch before has settled (S3)."""
        if self.alarm or self.ended:
            raise self.alarm or Over(str(self.ended))
        if len(self.outbox) + len(self._queued) >= OUTBOX_ENTRIES:
            raise RuntimeError("too much is waiting to be stored")
        outgoing = self._outgoing(plain)
        self._queue(outgoing, plain)
        await self.settle()
        return outgoing

    def seals(self, plain: Plain) -> FrameEntry:
        """The next frame as bytes, for whoever sends it in another way; it is not in the outbox."""
        return self.writer.write(self.log, self.key, plain)

    async def appends(self, message: wire.ClientEntry, epoch: int = 0) -> Outgoing:
        """Send an entry that is no frame: an announcement or an offer."""
        outgoing = self._outgoing(None)
        await self._post(Sent(outgoing, message, read_entry(message), epoch))
        return outgoing

    def expects(self, message: wire.Append) -> None:
        """Somebody sends this entry by another way, once: if it is stored, it has its place in the log."""
        with suppress(Malformed):
            entry = read_entry(message.entry)
            sent = Sent(self._outgoing(None), message.entry, entry, self.log.newest.epoch, again=False)
            self.outbox[message.ref] = sent

    def _outgoing(self, plain: Plain | None) -> Outgoing:
        self._number += 1
        stored: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        stored.add_done_callback(lambda future: future.cancelled() or future.exception())
        return Outgoing(self._number, plain, stored)

    async def settle(self) -> None:
        """Send what is queued, once no frame of an earlier epoch is on its way, and under no epoch known as stale (S3)."""
        if self.log.index == 0:
            return
        newest = self.log.newest.epoch
        while self._queued and newest in self.log.secrets and newest > self._stale:
            epochs = [sent.epoch for sent in self.outbox.values() if isinstance(sent.entry, FrameEntry)]
            if len(epochs) >= UNDER_WAY or any(epoch < newest for epoch in epochs):
                return
            outgoing, plain = self._queued.pop(0)
            frame = self.seals(plain)
            await self._post(Sent(outgoing, write_frame(frame), frame, newest))

    async def _post(self, sent: Sent) -> None:
        """In the outbox before it is sent: the answer may be quick, and a lost link loses nothing."""
        ref = self.ref()
        self.outbox[ref] = sent
        await self.send(wire.Append(ref=ref, sid=self.sid, entry=sent.message))

    # What becomes of it

    def _is_stored(self, ref: int, index: int) -> None:
        outgoing = self.outbox.pop(ref).outgoing
        if not outgoing.stored.done():
            outgoing.stored.set_result(index)

    def _settle_own(self, entry: Entry, index: int) -> None:
        """An own entry that came back as everybody's: its acknowledgement was lost with the connection."""
        data = entry_bytes(self.log.realm, entry)
        for ref, sent in list(self.outbox.items()):
            if entry_bytes(self.log.realm, sent.entry) == data:
                self._is_stored(ref, index)

    async def refused(self, error: wire.Error) -> Sent | None:
        """A request of this conversation was refused; what it was, unless it is sent again or sealed again (S3)."""
        sent = self.outbox.get(error.ref) if error.ref is not None else None
        if sent is None or error.ref is None:
            return None
        if error.code in SEND_AGAIN and sent.again:
            self._send_again_in(error.retry_after or AGAIN_SECONDS)
            return None
        del self.outbox[error.ref]
        outgoing = sent.outgoing
        if error.code == "stale-epoch" and outgoing.plain:
            self._stale = max(self._stale, sent.epoch)
            self._queue(outgoing, outgoing.plain)
            await self.settle()
            return None
        if not outgoing.stored.done():
            outgoing.stored.set_exception(Refused(error))
        return sent

    def _queue(self, outgoing: Outgoing, plain: Plain) -> None:
        self._queued.append((outgoing, plain))
        self._queued.sort(key=lambda queued: queued[0].number)

    def _send_again_in(self, seconds: float) -> None:
        async def wait_and_send() -> None:
            await asyncio.sleep(seconds)
            self._again = None
            await self.send_again()

        if self._again is None:
            self._again = asyncio.create_task(wait_and_send())

    async def send_again(self) -> None:
        """Everything that is not acknowledged, in order, as identical bytes (S3)."""
        for ref, sent in sorted(self.outbox.items(), key=lambda item: item[1].outgoing.number):
            await self.send(wire.Append(ref=ref, sid=self.sid, entry=sent.message))
        await self.settle()

    def is_over(self, reason: str) -> None:
        """The service has ended it."""
        self.ended = reason
        self.stops()
        waiting = [sent.outgoing for sent in self.outbox.values()] + [
            outgoing for outgoing, _ in self._queued
        ]
        self.outbox.clear()
        self._queued.clear()
        for outgoing in waiting:
            if not outgoing.stored.done():
                outgoing.stored.set_exception(Over(reason))

    def stops(self) -> None:
        """Send nothing more by itself."""
        if self._again:
            self._again.cancel()
            self._again = None

    def has_seen(self, sender: bytes) -> int:
        """Up to which index another one is known to hold the log (F1)."""
        return self.log.seen.get(sender, 0)

    def members(self) -> list[str]:
        """The pseudonyms of everybody who is in (E4)."""
        return [member.pseudonym for member in self.log.members]
