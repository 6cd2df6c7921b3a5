"""A counsellor without a screen: signs in, goes on duty, takes the next, writes, ends (K3, K5, E3, E5, S5).

Everything that a console verifies is verified here. Each verb waits for its answer, with a deadline.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Self

from chat import wire
from chat.client import http
from chat.client.case import Case, Duty
from chat.client.conversation import SECONDS, Conversation
from chat.client.link import Answer, Closed, Refused
from chat.client.page import PASSING, Page
from chat.client.standing import Standing
from chat.client.translation import read_signed, write_offer, write_signed
from chat.crypto.chain import DUTY_SECONDS, Certificate, Signed, Span, parse_certificate
from chat.crypto.continuation import recognise_continuation
from chat.crypto.encoding import Realm, b64, unb64
from chat.crypto.entries import Announced, Event, OfferEntry, Said
from chat.crypto.epochs import OFFER_SECONDS, Offer, Purpose, parse_announcement
from chat.crypto.hpke import DeviceSealKey, OpenKey
from chat.crypto.log import Log
from chat.crypto.readers import AsMember
from chat.crypto.signing import DeviceKey, PrivateKey
from chat.errors import VerificationError

SEED_BYTES: Final = 32
ADMISSION_SECONDS: Final = 25.0
MOVED_CODE: Final = 4409
"""On duty in another tab (E7)."""


class Counsellor(Page):
    """One console. `origin`: the staff's, such as `http://localhost:8000`. `root`: H(R) as the page pins it."""

    path = "/v1/counsellor"

    def __init__(
        self,
        origin: str,
        root: bytes,
        *,
        realm: Realm = "varsam",
        clock: Callable[[], float] = time.time,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        super().__init__(origin, origin, Standing(origin, realm, root, clock))
        self.key = PrivateKey.generate(DeviceKey)
        self.seal_key = OpenKey(DeviceSealKey, random(SEED_BYTES))
        self.cases: dict[str, Case] = {}
        """By sid."""
        self.continued: dict[str, Case] = {}
        """By the sid under which each goes on, and is not taken up yet (E9)."""
        self.desk: wire.Desk | None = None
        self._documents: list[Signed] = []
        self._duty: Duty | None = None
        self._capacity = 0
        self.last_duty = 0
        self._random = random
        self._clock = clock

    # The connection

    def conversations(self) -> list[Conversation]:
        return [case.conversation for case in self.cases.values()]

    @property
    def duty(self) -> Duty:
        if self._duty is None:
            raise RuntimeError("this counsellor is off duty")
        return self._duty

    @property
    def certificate(self) -> Certificate:
        return parse_certificate(self.standing.trust.realm, self._documents[-1].doc)

    async def signs_in(self, pseudonym: str) -> None:
        """Sign in to the demo: this device's own keys are certified; their private halves stay here (K3)."""
        asked = wire.DemoSignIn(
            pseudonym=pseudonym,
            signature_key=b64(self.key.public.raw),
            hpke_key=b64(self.seal_key.public.raw),
        )
        answer, self.cookie = await http.sign_in_to_demo(self.origin, asked)
        if unb64(answer.root) != self.standing.trust.root:
            raise VerificationError("K1", "the service is another organisation's")
        self._documents = [read_signed(document) for document in answer.documents]
        await self.connects()

    async def resumes(self) -> None:
        """With the same duty key."""
        if self._duty is None:
            return
        await self._tells_duty(self.duty, self._capacity)
        for sid, case in list(self.cases.items()):
            if case.conversation.ended is None and case not in self.continued.values():
                await self._takes_up(sid, case)
        await self._goes_on()

    async def _takes_up(self, sid: str, case: Case) -> None:
        try:
            await self.follows(sid)
        except Refused as refused:
            if refused.code in PASSING:
                raise
            # Ended, or the lease ran out before the visitor's browser let us in: in either case it is over here.
            if case.conversation.ended is None and case not in self.continued.values():
                case.conversation.is_over("lease-lost")

    async def reloads(self, span: Span | None = None) -> None:
        """The page is loaded anew: the device and the session are kept, the duty key and every secret are gone (K5, E7)."""
        await self.link.closes()
        for conversation in self.conversations():
            conversation.stops()
        self.cases.clear()
        self.continued.clear()
        self.desk, self._duty = None, None
        await self.connects()
        await self.goes_on_duty(self._capacity, span=span)

    def opens_another_tab(self) -> Self:
        """Another page of the same console: the device and the session are shared, no duty key is (K5)."""
        other = type(self)(
            self.origin,
            self.standing.trust.root,
            realm=self.standing.trust.realm,
            clock=self._clock,
            random=self._random,
        )
        other.key, other.seal_key, other.cookie = self.key, self.seal_key, self.cookie
        other._documents, other.last_duty = self._documents, self.last_duty  # noqa: SLF001 the same device
        return other

    async def is_moved(self, seconds: float = SECONDS) -> None:
        """Wait until the service says that this device is on duty in another tab (E7)."""

        def moved() -> bool:
            failure = self.link.failure
            return isinstance(failure, Closed) and failure.code == MOVED_CODE

        await self._wait(moved, "another tab takes over", seconds)

    # Duty

    async def goes_on_duty(self, capacity: int = 3, *, span: Span | None = None) -> None:
        """Make a duty key, later than this device's last (E7), and tell the service (K5). What this device is a member of by an
        earlier one is taken up again.
        """
        start = max(self.standing.now, self.last_duty + 1)
        trust = self.standing.trust
        good = span or Span(start, start + DUTY_SECONDS)
        self.last_duty = good.start
        duty = Duty(trust.realm, self.key, self._documents[-1].hash, good, self._random(SEED_BYTES))
        before, self._duty = self._duty, duty
        try:
            await self._tells_duty(duty, capacity)
        except Refused:
            self._duty = before
            raise
        self._capacity = capacity

    async def _tells_duty(self, duty: Duty, capacity: int) -> None:
        documents = [write_signed(document) for document in self._documents]
        told = wire.DutyOn(
            ref=self.ref(), duty=write_signed(duty.document), documents=documents, capacity=capacity
        )
        await self.asks(told)

    async def goes_off_duty(self) -> None:
        """Drop the duty key; refused while conversations are open."""
        await self.asks(wire.DutyOff(ref=self.ref()))
        self._duty = None

    # Taking the next

    async def takes_next(self, seconds: float = ADMISSION_SECONDS) -> str:
        """Take next, and wait until the visitor's browser has let this counsellor in; the sid."""
        sid = await self.leases_next()
        await self.follows(sid)
        await self.is_admitted(sid, seconds)
        return sid

    async def leases_next(self) -> str:
        """The lease alone; the sid. The offer goes out as soon as the log is followed."""
        answer = await self.asks(wire.Take(ref=self.ref()))
        if not isinstance(answer, wire.Leased):
            raise TypeError(f"the service answered {type(answer).__name__}")
        held = self.cases.get(answer.sid)
        if held and held.lease is None and held.duty == self.duty.document.hash:
            # A second pen of the same duty key would begin at seq 0 again, and a key and nonce must never meet twice.
            raise VerificationError("F2", "a conversation that this duty key is in already")
        self._opens(answer)
        return answer.sid

    def _opens(self, leased: wire.Leased | wire.Member, before: Case | None = None) -> None:
        """A log to be followed from its start, by the duty key of now. `before`: what it continues (E9)."""
        trust, duty = self.standing.trust, self.duty
        reader = AsMember(trust, duty.document.hash, duty.open_key)
        log = Log(trust.realm, trust.root, unb64(leased.sid), reader)
        mine = (log, duty.key, duty.document.hash)
        if before:
            others = [before.conversation.log.visitor]
            conversation = before.conversation.goes_on_as(*mine, others)
        else:
            conversation = Conversation(*mine, self.ref, self.send)
        self.cases[leased.sid] = Case(conversation, reader, duty.document.hash, leased)

    async def _is_still_in(self, member: wire.Member) -> None:
        """E7: the service tells of a conversation that an earlier page of this device is in."""
        known = self.cases.get(member.sid)
        if self._duty is None or (known and known.duty == self.duty.document.hash):
            return
        self._opens(member)
        await self.link.send(wire.Follow(ref=self.ref(), sid=member.sid, after=0))

    async def has_rejoined(self, sid: str, seconds: float = ADMISSION_SECONDS) -> None:
        """Wait until the service has told of it and the visitor's browser has let this page in again (E7)."""
        await self.until(
            lambda: sid in self.cases and self.is_in(sid), "the visitor's browser lets me in again", seconds
        )

    async def follows(self, sid: str, *, after: int | None = None) -> Answer:
        """Ask for the log from the entry held."""
        held = self.cases[sid].conversation.log.index if after is None else after
        return await self.asks(wire.Follow(ref=self.ref(), sid=sid, after=held))

    async def is_admitted(self, sid: str, seconds: float = ADMISSION_SECONDS) -> None:
        """Wait until the visitor's browser has let this counsellor in."""
        await self.until(lambda: self.is_in(sid), "the visitor's browser lets me in", seconds)

    def is_in(self, sid: str) -> bool:
        """Whether the newest announcement lists this duty key."""
        log = self.cases[sid].conversation.log
        return any(member.duty == self.duty.document.hash for member in log.members)

    def is_elsewhere(self, sid: str) -> bool:
        """Whether another page of this device is in, in this one's place (E7)."""
        case = self.cases[sid]
        was_in = bool(case.conversation.log.secrets)
        return was_in and bool(case.replaced(self._documents[-1].hash))

    def makes_offer(self, sid: str, purpose: Purpose = "accept", replaced: bytes = b"") -> OfferEntry:
        """E5: an offer over the newest announcement, with the documents that verify it. `replaced`: H(duty), to rejoin (E7)."""
        trust, duty, log = self.standing.trust, self.duty, self.cases[sid].conversation.log
        roster = trust.require_fresh(self.standing.now)
        certificate = self._documents[-1].hash
        expiry = self.standing.now + OFFER_SECONDS
        mine = (certificate, duty.document.hash, roster.hash)
        offer = Offer(log.sid, log.newest.hash, purpose, *mine, expiry, replaced)
        doc = offer.encode(trust.realm)
        root = [self.standing.root_document] if self.standing.root_document else []
        needed = [*root, *self._documents, duty.document]
        documents = tuple(document for document in needed if document.hash not in log.documents)
        return OfferEntry(doc, duty.key.sign(doc), documents)

    async def _offers(self, case: Case) -> None:
        replaced = case.replaced(self._documents[-1].hash)
        entry = self.makes_offer(case.conversation.sid, "rejoin" if replaced else "accept", replaced)
        case.over = case.conversation.log.newest.hash
        case.reader.offers.add(Signed(entry.doc, entry.sig).hash)
        await case.conversation.appends(write_offer(entry, case.lease))

    async def renews_offer(self, sid: str) -> None:
        """E7: while the visitor is away the offer to rejoin is made again before it expires."""
        case = self.cases[sid]
        if case.rejoins_at is not None:
            await self._offers(case)

    async def gives_back(self, sid: str) -> None:
        """Release: the visitor keeps the place. Whoever was let in stays in, and ends instead."""
        case = self.cases[sid]
        await self.asks(wire.Release(ref=self.ref(), sid=sid, lease=case.lease or ""))
        if case.lease is not None:
            del self.cases[sid]

    # Talking

    def conversation(self, sid: str) -> Conversation:
        return self.cases[sid].conversation

    async def writes(self, sid: str, words: str) -> list[int]:
        """Write and wait until it is stored."""
        return await self.conversation(sid).writes(words)

    async def reads(self, sid: str) -> list[int]:
        """Tell that a person has seen everything."""
        return await self.conversation(sid).reads()

    async def hears(self, sid: str, words: str, seconds: float = SECONDS) -> None:
        """Wait until a text can be read."""
        await self.until(lambda: words in self.conversation(sid).words(), "a text comes", seconds)

    async def ends(self, sid: str) -> None:
        """End chat: the counts, then the end for everybody (F5)."""
        await self.conversation(sid).writes_the_end()
        await self.closes_conversation(self.conversation(sid))
        await self.is_over(sid)

    async def is_over(self, sid: str, seconds: float = SECONDS) -> str:
        """Wait until it has ended; why."""
        return await self.hears_the_end_of(self.conversation(sid), seconds)

    # What comes

    async def receive(self, message: wire.ServerMessage) -> None:
        match message:
            case wire.Freshness():
                await self.standing.learn(message)
            case wire.Desk():
                self.desk = message
                await self._goes_on()
            case wire.Leased() if message.sid in self.continued:
                await self._takes_up_continued(message)
            case wire.Member():
                await self._is_still_in(message)
            case wire.Error():
                for case in list(self.cases.values()):
                    conversation = case.conversation
                    await conversation.refused(message)
                    conversation.lost |= (message.code, message.sid) == ("lost-entries", conversation.sid)
                    await self._tells_of_loss(case)
            case wire.Ended() | wire.Presence() | wire.Logged() | wire.Ack() if message.sid in self.cases:
                await self._receive_for(self.cases[message.sid], message)

    async def _receive_for(
        self, case: Case, message: wire.Ended | wire.Presence | wire.Logged | wire.Ack
    ) -> None:
        conversation = case.conversation
        match message:
            case wire.Ended() if message.continuation and message.reason == "continued":
                await self._is_continued(case, message.continuation)
            case wire.Ended():
                conversation.is_over(message.reason)
            case wire.Presence():
                conversation.presence = message
            case wire.Logged():
                await self._know_roster(message.entry)
                await self._happened(case, conversation.logged(message))
            case wire.Ack():
                await self._happened(case, conversation.acknowledged(message))
        await self._tells_of_loss(case)

    # What the store has lost (E9)

    async def _tells_of_loss(self, case: Case) -> None:
        """The visitor's page may not know: the service tells it. Then this one waits."""
        conversation = case.conversation
        if conversation.lost and not (case.told_of_loss or conversation.ended):
            case.told_of_loss = True
            await self.send(wire.Lost(ref=self.ref(), sid=conversation.sid))

    async def _is_continued(self, case: Case, word: wire.Signed) -> None:
        """The visitor's word is held against the log of this page; then the new one is taken without being asked."""
        conversation = case.conversation
        try:
            continuation = recognise_continuation(conversation.log, read_signed(word))
        except VerificationError as error:
            conversation.alarm = error
        else:
            conversation.lost = True
            self.continued[b64(continuation.new)] = case
            await self._goes_on()

    async def _goes_on(self) -> None:
        """Ask for what is kept for this device; where the visitor is away it is asked for again with every change."""
        for sid in self.continued if self._duty else ():
            await self.send(wire.Take(ref=self.ref(), sid=sid))

    async def _takes_up_continued(self, leased: wire.Leased) -> None:
        before = self.continued.pop(leased.sid)
        del self.cases[before.conversation.sid]
        self._opens(leased, before)
        await self.link.send(wire.Follow(ref=self.ref(), sid=leased.sid, after=0))

    async def _know_roster(self, entry: wire.AnyEntry) -> None:
        """The roster that an announcement names must be here before the log takes it (E3)."""
        if isinstance(entry, wire.Announcement):
            with suppress(VerificationError):
                named = parse_announcement(self.standing.trust.realm, unb64(entry.doc)).roster
                if named:
                    await self.standing.know(named)

    async def _happened(self, case: Case, event: Event | None) -> None:
        conversation = case.conversation
        if isinstance(event, Said) and event.kind == "leased" and case.lease and not case.reader.offers:
            await self._offers(case)
        if isinstance(event, Announced) and self.is_in(conversation.sid):
            case.lease = case.rejoins_at = None
        log = conversation.log
        if case.rejoins_at is not None and log.index >= case.rejoins_at and log.newest.hash != case.over:
            await self._offers(case)
        if conversation.log.index:
            await conversation.settle()
