"""A visitor without a screen: opens a conversation, waits, lets a counsellor in, writes, ends or leaves (K6, E5, S7).

Everything that a visitor's browser verifies is verified here. Each verb waits for its answer, with a deadline.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, Self

from msgspec.structs import replace

from chat import wire
from chat.client import http
from chat.client.coming_back import Words, claim, follow_trail, make_code
from chat.client.conversation import SECONDS, Conversation
from chat.client.link import Answer, Closed, Refused
from chat.client.page import PASSING, RETRY_LEAST_SECONDS, Page
from chat.client.standing import Standing
from chat.client.translation import (
    read_signed,
    write_announcement,
    write_return_key,
    write_signed,
)
from chat.crypto.admission import Considered, admit, begin, consider, leave_out
from chat.crypto.continuation import Expected, continue_as, expected_after, recognise_continuation, return_as
from chat.crypto.encoding import Realm, b64, digest
from chat.crypto.entries import AnnouncementEntry, Event, Offered, Written
from chat.crypto.epochs import visitor_id
from chat.crypto.log import Log
from chat.crypto.names import name_hash
from chat.crypto.readers import AsVisitor
from chat.crypto.returning import Trail
from chat.crypto.signing import PrivateKey, VisitorKey
from chat.errors import VerificationError

SECRET_BYTES: Final = 32
CONTINUATIONS: Final = 5
CONTINUATION_SECONDS: Final = 600
"""So often in this time a conversation is continued (E9): a service that says it is lost again and again is not believed."""


class Visitor(Page):
    """One page load. `origin`: the visitor's service, such as `http://127.0.0.1:8000`. `root`: H(R) as the page pins it."""

    path = "/v1/visitor"

    def __init__(
        self,
        origin: str,
        root: bytes,
        *,
        realm: Realm = "varsam",
        language: str = "sv",
        clock: Callable[[], float] = time.time,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        super().__init__(origin, "null", Standing(origin, realm, root, clock))
        self.language = language
        self.key = PrivateKey.generate(VisitorKey)
        self.capability, self.leave_token = random(SECRET_BYTES), random(SECRET_BYTES)
        self.before: bytes | None = None
        """The capability of a conversation of this person's that was ended with a cool-down (Staff 5)."""
        self.cools_until: int | None = None
        """Unix seconds; what the end said."""
        self.reader = AsVisitor()
        self.position: int | None = None
        self.on_duty = 0
        self.unmet: list[wire.Wish] = []
        """Why nobody on duty may answer."""
        self.refused_offers: list[VerificationError] = []
        """Why somebody who asked was not let in."""
        self.asked: list[bytes] = []
        """H(offer) of whoever asked and is not let in without a question (E5, E7)."""
        self.expected: Expected = None
        """Who accepts unasked, where this conversation continues another (E9)."""
        self.continuations: list[int] = []
        """When it was continued, Unix seconds."""
        self.rejoined: list[int] = []
        """When somebody was let in again by another duty key, Unix seconds (E7)."""
        self._random = random
        self._conversation: Conversation | None = None
        self._start: wire.Start | None = None
        self._before = ""
        """The sid of what was continued last."""
        self._first: AnnouncementEntry | None = None
        self._leases: dict[bytes, str | None] = {}
        self._unanswered: list[bytes] = []
        self._leaving: list[bytes] = []
        """H(duty) of members who said that they leave (E6)."""

    async def __aenter__(self) -> Self:
        await self.connects()
        return self

    # The connection

    def conversations(self) -> list[Conversation]:
        return [self._conversation] if self._conversation else []

    @property
    def conversation(self) -> Conversation:
        if self._conversation is None:
            raise RuntimeError("this visitor has not started")
        return self._conversation

    async def resumes(self) -> None:
        if self._conversation is None or self.conversation.ended is not None:
            return
        if self.conversation.log.index == 0:
            await self._asks_to_start()
            return
        try:
            await self.follows()
        except Refused:
            if self.conversation.ended is None:  # S6: else the service has told why it is gone
                raise

    async def follows(self, *, after: int | None = None, capability: bytes | None = None) -> Answer:
        """Ask for the log from the entry held; another index or capability where a test wants it."""
        held = self.conversation.log.index if after is None else after
        shown = b64(capability or self.capability)
        return await self.asks(wire.Follow(ref=self.ref(), sid=self.sid, after=held, capability=shown))

    # Verbs

    async def makes_a_code(self, words: Words) -> None:
        """R1: from now on somebody who has these words may come back as this visitor."""
        entry, code = make_code(self.conversation.log, self.key, words, self._random)
        sent = await self.conversation.appends(write_return_key(entry), code=code)
        await self.conversation.stored([sent])

    async def comes_back(self, words: Words, tag: bytes | None = None) -> None:
        """R2, E9: with new keys under a new id, and without a word of what was said. `http.Unanswered`, `VerificationError`."""
        trust = self.standing.trust
        mine = (self.origin, trust.realm, trust.root)
        blob = await claim(*mine, words, tag or self._random(SECRET_BYTES))
        trail = await follow_trail(*mine, blob)
        self.expected = expected_after(trail, None)
        self._before = b64(trail.sid)
        self.prepares(trail=trail)
        await self._asks_to_start(self.insists)

    def prepares(
        self,
        entrance: wire.Entrance | None = None,
        trail: Trail | None = None,
        told: wire.Told | None = None,
    ) -> wire.Start:
        """K6, E2: a conversation of this page's own, ready to be started. Where there is one, or a `trail` of one, it is
        continued (E9)."""
        trust = self.standing.trust
        before, old_key = self._conversation, self.key
        if before:
            self.key = PrivateKey.generate(VisitorKey)
            self.capability, self.leave_token = self._random(SECRET_BYTES), self._random(SECRET_BYTES)
            self.reader = AsVisitor()
        secret = self._random(SECRET_BYTES)
        sid, first = begin(
            trust.realm,
            trust.root,
            self.key,
            nonce=self._random(SECRET_BYTES),
            secret=secret,
            leave_hash=digest(self.leave_token),
        )
        self.reader.propose(first.doc, secret)
        log = Log(trust.realm, trust.root, sid, self.reader)
        mine = (log, self.key, visitor_id(trust.realm, self.key.public.raw))
        word = None
        if before:
            word = write_signed(continue_as(before.log, old_key, sid))
            self._conversation = before.goes_on_as(*mine, [member.duty for member in before.log.members])
        else:
            word = write_signed(return_as(trust.realm, trail, sid)) if trail else None
            self._conversation = Conversation(*mine, self.ref, self.send)
        self._first = first
        self._start = wire.Start(
            ref=self.ref(),
            sid=b64(sid),
            capability=b64(self.capability),
            before=b64(self.before) if self.before else None,
            announcement=write_announcement(first),
            language=self.language,
            entrance=entrance,
            continues=word,
            told=told,
        )
        return self._start

    async def starts(self, entrance: wire.Entrance | None = None, told: wire.Told | None = None) -> None:
        """Start chat: the conversation stands in the queue."""
        self.standing.trust.require_fresh(self.standing.now)
        self.prepares(entrance, told=told)
        await self._asks_to_start(self.insists)

    async def tells(self, told: wire.Told) -> None:
        """Something else than before, while waiting; what goes on under another id says the same (E9)."""
        await self.asks(wire.Tell(ref=self.ref(), sid=self.sid, told=told))
        if self._start:
            self._start = replace(self._start, told=told)

    def not_by(self, *pseudonyms: str) -> list[str]:
        """How a wish names counsellors who shall not answer."""
        return [name_hash(self.standing.trust.root, pseudonym) for pseudonym in pseudonyms]

    async def _asks_to_start(self, ask: Callable[[wire.Start], Awaitable[Answer]] | None = None) -> None:
        if self._start is None:
            raise RuntimeError("nothing was prepared")
        await (ask or self.asks)(self._start)
        await self.until(lambda: self.conversation.log.index >= 1, "the first entry stands")

    @property
    def sid(self) -> str:
        return self.conversation.sid

    async def writes(self, words: str) -> list[int]:
        """Write and wait until it is stored."""
        return await self.conversation.writes(words)

    async def reads(self) -> list[int]:
        """Tell that a person has seen everything."""
        return await self.conversation.reads()

    async def is_admitting(self, seconds: float = 30.0) -> None:
        """Wait until somebody is in."""
        await self.until(lambda: bool(self.conversation.log.members), "somebody is in", seconds)

    async def hears(self, words: str, seconds: float = SECONDS) -> None:
        """Wait until a text can be read."""
        await self.until(lambda: words in self.conversation.words(), "a text comes", seconds)

    async def ends(self) -> None:
        """End chat: the counts, then the end for everybody (F5)."""
        await self.conversation.writes_the_end()
        await self.closes_conversation(self.conversation)
        await self.is_over()

    async def is_over(self, seconds: float = SECONDS) -> str:
        """Wait until it has ended; why."""
        return await self.hears_the_end_of(self.conversation, seconds)

    async def leaves(self) -> None:
        """Leave this page: the notice goes beside the socket's end, and neither waits for the other (Leave 3)."""
        await asyncio.gather(
            http.leave(self.origin, self.conversation.log.sid, self.leave_token), self.closes()
        )

    # What comes

    async def receive(self, message: wire.ServerMessage) -> None:
        match message:
            case wire.Freshness():
                await self.standing.learn(message)
                if self._conversation:
                    await self._leave_out_who_counts_no_more()
                    await self._answer_offers()
            case wire.Queue():
                self.position, self.on_duty, self.unmet = message.position, message.on_duty, message.unmet
            case wire.Ended() if message.sid == self._before and message.reason != "continued":
                # The service does not know any more what was to be continued.
                self.conversation.is_over(message.reason)
            case wire.Ended() | wire.Presence() | wire.Logged() | wire.Ack():
                if self._conversation and message.sid == self.sid:
                    await self._receive_for_conversation(message)
            case wire.Error():
                await self._receive_for_conversation(message)
        if self._conversation and self._conversation.lost:
            await self._continues()

    async def _receive_for_conversation(
        self, message: wire.Ended | wire.Presence | wire.Logged | wire.Ack | wire.Error
    ) -> None:
        if self._conversation is None:
            return
        conversation = self._conversation
        match message:
            case wire.Ended():
                self.cools_until = message.until
                conversation.is_over(self._why(message))
            case wire.Presence():
                conversation.presence = message
            case wire.Logged():
                event = conversation.logged(message)
                if isinstance(event, Offered) and isinstance(message.entry, wire.Offer):
                    self._leases[event.hash] = message.entry.lease
                await self._happened(event)
            case wire.Ack():
                self._take_first(message)
                await self._happened(conversation.acknowledged(message))
            case wire.Error():
                if self._start and message.ref == self._start.ref and message.code in PASSING:
                    self._starts_again_in(message.retry_after or RETRY_LEAST_SECONDS)
                sent = await conversation.refused(message)
                if sent and isinstance(sent.entry, AnnouncementEntry):
                    self.reader.withdraw()
                await self._answer_offers()

    def _why(self, message: wire.Ended) -> str:
        """E9, R2: `elsewhere` where it goes on on another page, by the word of who came back by the code."""
        if message.continuation is None:
            return message.reason
        try:
            recognise_continuation(self.conversation.log, read_signed(message.continuation))
        except VerificationError:
            return "unknown"
        return "elsewhere"

    def _take_first(self, message: wire.Ack) -> None:
        """`start` is answered by the place of the first announcement (Messages 2)."""
        conversation = self.conversation
        if self._start and self._first and message.ref == self._start.ref and conversation.log.index == 0:
            conversation.take(message.index, self._first, message.at)

    async def _happened(self, event: Event | None) -> None:
        if isinstance(event, Offered):
            self._unanswered.append(event.hash)
        if isinstance(event, Written) and event.plain.kind == "leave":
            self._leaving.append(event.sender)
        if self.conversation.log.announcements:
            await self._leave_out()
        await self._answer_offers()
        if self.conversation.log.index:
            await self.conversation.settle()

    # Going on where the store has lost a part (E9)

    async def _continues(self) -> None:
        """The log is never repaired: new keys, a new id, and the old key's word for it. Not too often."""
        now = self.standing.now
        self.continuations = [at for at in self.continuations if at > now - CONTINUATION_SECONDS]
        old = self.conversation
        if len(self.continuations) >= CONTINUATIONS:
            old.lost, old.alarm = False, VerificationError("E9", "entries are lost again and again")
            return
        self.continuations.append(now)
        self.expected = expected_after(old.log, self.expected)
        self._before = old.sid
        self._unanswered.clear()
        self._leases.clear()
        before = self._start
        start = self.prepares(before.entrance, told=before.told) if before else self.prepares()
        await self._sends_start(start)

    async def _sends_start(self, start: wire.Start) -> None:
        with suppress(Closed):
            await self.link.send(start)

    def _starts_again_in(self, seconds: float) -> None:
        """Of a continuation; nobody else waits for its answer."""
        start = self._start
        if start and start.continues:
            asyncio.get_running_loop().call_later(
                seconds, lambda: asyncio.ensure_future(self._sends_start(start))
            )

    # Letting go (E6)

    async def _leave_out_who_counts_no_more(self) -> None:
        """K4: at once; a guest, who has no certificate, with whoever vouched for it (E6)."""
        log, trust = self.conversation.log, self.standing.trust
        for member in log.members:
            guest = log.guests.get(member.offer)
            if not trust.counts(log.duty(guest.inviter).certificate if guest else member.certificate):
                self._leaving.append(member.duty)
        await self._leave_out()

    async def _leave_out(self) -> None:
        """E6: who said that they leave is in no more."""
        log = self.conversation.log
        while self._leaving and not self._is_announcing:
            duty = self._leaving.pop(0)
            if log.newest.member(duty) is None:
                continue
            secret = self._random(SECRET_BYTES)
            roster = self.standing.trust.require_fresh(self.standing.now)
            await self._announces(leave_out(log, self.key, duty, roster, secret), secret, None)

    # Letting in (E5)

    async def _answer_offers(self) -> None:
        """One announcement at a time: the next offer is considered when the one before has its answer. An offer under a
        roster that has not come here yet waits for it: another process may have been told of it first."""
        log, ahead = self.conversation.log, []
        while self._unanswered and not self._is_announcing and self.conversation.alarm is None:
            offer = self._unanswered.pop(0)
            offered, _ = log.offers[offer]
            if offered.over != log.newest.hash:
                continue
            if offered.purpose == "guest" or offered.roster in self.standing.trust.rosters:
                await self._answer(offer)
            else:
                ahead.append(offer)
        self._unanswered[:0] = ahead

    @property
    def _is_announcing(self) -> bool:
        return any(isinstance(sent.entry, AnnouncementEntry) for sent in self.conversation.outbox.values())

    async def _answer(self, offer: bytes) -> None:
        log = self.conversation.log
        try:
            considered = consider(
                log, self.standing.trust, offer, self.standing.now, self.rejoined, self.expected
            )
        except VerificationError as error:
            self.refused_offers.append(error)
            return
        if not considered.unasked:
            self.asked.append(offer)
        else:
            if considered.replaced:
                self.rejoined.append(self.standing.now)
            await self._admit(considered)

    async def _admit(self, considered: Considered, *, history: bool = True) -> None:
        secret = self._random(SECRET_BYTES)
        entry = admit(self.conversation.log, self.key, considered, secret, history=history)
        await self._announces(entry, secret, self._leases.get(considered.hash))

    async def _announces(self, entry: AnnouncementEntry, secret: bytes, lease: str | None) -> None:
        self.reader.propose(entry.doc, secret)
        epoch = self.conversation.log.newest.epoch + 1
        await self.conversation.appends(write_announcement(entry, lease), epoch)
