"""One conversation on one page: the log as it comes, what is written into it, and what can be read (S2, S3, F).

Knows a log and a way to send; nothing of sockets, leases or who may be let in. What is not acknowledged stays in the
outbox and is sent again as identical bytes.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, TypeVar

from chat import wire
from chat.client.link import Refused
from chat.client.texts import Outgoing, Sent, Text
from chat.client.translation import read_entry, write_frame
from chat.crypto.encoding import b64, u64
from chat.crypto.entries import (
    Announced,
    AnnouncementEntry,
    Entry,
    Event,
    FrameEntry,
    Said,
    Written,
    entry_bytes,
)
from chat.crypto.frames import MESSAGE_ID_BYTES, Kind, Plain, counts_body, parse_header
from chat.crypto.log import Log
from chat.crypto.writer import FrameKey, Writer, text_parts
from chat.errors import Malformed, VerificationError

SECONDS: Final = 30.0
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


@dataclass
class Conversation:
    """`alarm`: what could not be verified; from then on nothing more is taken or written. `lost`: the store has lost entries that
    are held here; nothing more is taken or sent until it is continued (S3, E9).
    """

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
    lost: bool = False
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
        self._known: set[tuple[bytes, bytes, int]] = set()
        """Messages by person, id and part, also of the conversations that this one continues (E9)."""
        self._own: list[Outgoing] = []
        """Texts, in order."""
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
            self._recognise(message.index, entry)
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
        elif not self._recognise(message.index, sent.entry):
            return None
        self._is_stored(message.ref, message.index)
        return event

    def _recognise(self, index: int, entry: Entry) -> bool:
        """S3: an entry that was held and is not its own any more: the store has lost it, and it is not repaired."""
        try:
            self.log.recognise(index, entry)
        except VerificationError as error:
            if index < 1:
                self.alarm = self.alarm or error  # no entry has this place
            self.loses()
            return False
        return not self.lost

    def loses(self) -> None:
        """S3: the store has lost entries. Of a log that has not begun there is nothing to lose."""
        self.lost = self.lost or self.log.index > 0

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
        if self.alarm is None and not self.lost:
            try:
                return step()
            except VerificationError as error:
                self.alarm = error
        return None

    def _note(self, written: Written, at: int) -> None:
        plain = written.plain
        person = self.person(written.sender)
        known = (person, plain.id, plain.part)
        if written.repeated or known in self._known:
            return
        self._known.add(known)
        self.received.append(written)
        if plain.kind != "text":
            return
        # By the number of parts too: part 0 comes once, so no text is made whole twice.
        parts = self._parts.setdefault((person, plain.id, plain.parts), {})
        parts[plain.part] = plain
        if len(parts) == plain.parts:
            words = "".join(parts[number].text() for number in sorted(parts))
            self.texts.append(
                Text(written.sender, plain.id, words, written.index, at, time.monotonic(), person)
            )

    def person(self, sender: bytes) -> bytes:
        """Who it is, whatever the key of now: the visitor, or H(certificate) (E7, E9)."""
        if sender == self.log.visitor or sender in self.log.guests:
            return b"" if sender == self.log.visitor else sender
        return self.log.duty(sender).certificate

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
        if plain.kind == "text":
            self._own.append(outgoing)
        self._queue(outgoing, plain)
        await self.settle()
        return outgoing

    def seals(self, plain: Plain) -> FrameEntry:
        """The next frame as bytes, for whoever sends it in another way; it is not in the outbox."""
        return self.writer.write(self.log, self.key, plain)

    async def appends(
        self, message: wire.ClientEntry, epoch: int = 0, code: wire.Code | None = None
    ) -> Outgoing:
        """Send an entry that is no frame: an announcement, an offer, or a return key with its `code`."""
        outgoing = self._outgoing(None)
        await self._post(Sent(outgoing, message, read_entry(message), epoch, code=code))
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
        if self.log.index == 0 or self.lost:
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
        await self.send(wire.Append(ref=ref, sid=self.sid, entry=sent.message, code=sent.code))

    # What becomes of it

    def _is_stored(self, ref: int, index: int) -> None:
        outgoing = self.outbox.pop(ref).outgoing
        outgoing.index = index
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
        if (error.code, error.sid) == ("lost-entries", self.sid):
            self.loses()
        sent = self.outbox.get(error.ref) if error.ref is not None else None
        if sent is None or error.ref is None:
            return None
        if error.code == "lost-entries" or (error.code == "gap" and sent.again and self._stands_before(sent)):
            self.loses()
            return None
        if error.code in SEND_AGAIN and sent.again:
            self._send_again_in(error.retry_after or AGAIN_SECONDS)
            return None
        if error.code == "unknown-conversation" and sent.again and sent.outgoing.plain:
            # How it ended is on its way, and may be that it goes on (S6, E9).
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

    def _stands_before(self, sent: Sent) -> bool:
        """Whether all that comes before it was acknowledged: then the store has lost some of that (S3)."""
        if not isinstance(sent.entry, FrameEntry):
            return isinstance(sent.entry, AnnouncementEntry)
        seq = parse_header(self.log.realm, sent.entry.header).seq
        return self.log.frames_of(self.sender, sent.epoch) >= seq

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
        if self.lost:
            return
        for ref, sent in sorted(self.outbox.items(), key=lambda item: item[1].outgoing.number):
            await self.send(wire.Append(ref=ref, sid=self.sid, entry=sent.message, code=sent.code))
        await self.settle()

    def speaks_as(self, sender: bytes) -> None:
        """A guest is called by the word by which it was let in (E6)."""
        if sender != self.sender:
            self.sender = sender
            self.writer = Writer(self.log.realm, self.log.sid, sender)

    def goes_on_as(self, log: Log, key: FrameKey, sender: bytes, others: Iterable[bytes]) -> "Conversation":
        """E9: the same conversation under another id, in a log that has not begun. What the others, by sender, are not known to
        hold is sent again, with the same message ids; nothing from before the history of any of them. Called once.
        """
        after = Conversation(log, key, sender, self.ref, self.send)
        held = max(min((self.has_seen(other) for other in others), default=0), self.log.shared_from)
        after.texts, after.received, after.said = self.texts, self.received, self.said
        after._parts, after._known, after._number = self._parts, self._known, self._number
        after._own = [own for own in self._own if own.index is None or own.index > held]
        for own in after._own:
            own.index = None
        after._queued = [(own, own.plain) for own in after._own if own.plain]
        kept = {id(own) for own in after._own}
        waiting = [*(sent.outgoing for sent in self.outbox.values()), *(queued for queued, _ in self._queued)]
        self.outbox.clear()
        self._queued.clear()
        for outgoing in waiting:
            if id(outgoing) not in kept and not outgoing.stored.done():
                outgoing.stored.set_exception(Over("continued"))
        self.is_over("continued")
        return after

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
