"""A counsellor without a screen: signs in, goes on duty, takes the next, writes, ends (K3, K5, E3, E5, S5).

Everything that a console verifies is verified here. Each verb waits for its answer, with a deadline.
"""

import os
import time
from collections.abc import Callable
from typing import Final, Self

from chat import bodies, wire
from chat.client import http
from chat.client.case import Case, Duty, sign_offer
from chat.client.continuing import Continuing
from chat.client.conversation import SECONDS, Conversation
from chat.client.link import Answer, Closed, Refused
from chat.client.page import PASSING, Page
from chat.client.standing import Standing
from chat.client.translation import read_signed, write_offer, write_signed
from chat.crypto.chain import DUTY_SECONDS, Certificate, Signed, Span, parse_certificate
from chat.crypto.encoding import Realm, b64, unb64
from chat.crypto.entries import Announced, Event, OfferEntry, Said
from chat.crypto.epochs import Purpose
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
        self.continuing = Continuing(self)
        self.desk: wire.Desk | None = None
        self._documents: list[Signed] = []
        self._duty: Duty | None = None
        self._capacity = 0
        self._state: wire.DutyState = "available"
        self._crises: list[str] = []
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

    @property
    def is_on_duty(self) -> bool:
        return self._duty is not None

    async def signs_in(self, pseudonym: str) -> None:
        """Sign in to the demo: this device's own keys are certified; their private halves stay here (K3)."""
        asked = bodies.DemoSignIn(
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
            if case.conversation.ended is None and case not in self.continuing:
                await self._takes_up(sid, case)
        await self.continuing.asks()

    async def _takes_up(self, sid: str, case: Case) -> None:
        try:
            await self.follows(sid)
        except Refused as refused:
            if refused.code in PASSING:
                raise
            # Ended, or the lease ran out before the visitor's browser let us in: it is over here, or taken once more (E9).
            if case.conversation.ended is None and case not in self.continuing:
                self.continuing.is_not_let_in(case)

    async def reloads(self, span: Span | None = None) -> None:
        """The page is loaded anew: the device and the session are kept, the duty key and every secret are gone (K5, E7)."""
        await self.link.closes()
        for conversation in self.conversations():
            conversation.stops()
        self.cases.clear()
        self.continuing.forgets()
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
            ref=self.ref(),
            duty=write_signed(duty.document),
            documents=documents,
            capacity=capacity,
            state=self._state,
            crises=self._crises,
        )
        await self.asks(told)

    async def says(self, state: wire.DutyState, *crises: str) -> None:
        """Whether this one is given visitors, and which conversations leave room for no other (Staff 1)."""
        self._state, self._crises = state, list(crises)
        await self.asks(wire.SetState(ref=self.ref(), state=state, crises=self._crises))

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

    async def leases_next(self, only: str | None = None) -> str:
        """The lease alone; the sid. The offer goes out as soon as the log is followed. `only`: this one, in practice."""
        answer = await self.asks(wire.Take(ref=self.ref(), sid=only))
        if not isinstance(answer, wire.Leased):
            raise TypeError(f"the service answered {type(answer).__name__}")
        held = self.cases.get(answer.sid)
        if held and held.lease is None and held.duty == self.duty.document.hash:
            # A second pen of the same duty key would begin at seq 0 again, and a key and nonce must never meet twice.
            raise VerificationError("F2", "a conversation that this duty key is in already")
        self.opens(answer)
        return answer.sid

    def opens(
        self,
        leased: wire.Leased | wire.Member | wire.Invited,
        before: Case | None = None,
        purpose: wire.Joining | None = None,
    ) -> None:
        """A log to be followed from its start, by the duty key of now. `before`: what it continues (E9)."""
        trust, duty = self.standing.trust, self.duty
        reader = AsMember(trust, duty.document.hash, duty.open_key)
        log = Log(trust.realm, trust.root, unb64(leased.sid), reader)
        mine = (log, duty.key, duty.document.hash)
        if before:
            conversation = before.conversation.goes_on_as(*mine, [before.conversation.log.visitor])
        else:
            conversation = Conversation(*mine, self.ref, self.send)
        goes_on = before is not None
        case = Case(conversation, reader, duty.document.hash, leased, goes_on=goes_on, purpose=purpose)
        case.about = leased.about
        self.cases[leased.sid] = case

    async def _is_still_in(self, member: wire.Member) -> None:
        """E7: the service tells of a conversation that an earlier page of this device is in."""
        known = self.cases.get(member.sid)
        if self._duty is None or (known and known.duty == self.duty.document.hash):
            return
        self.opens(member)
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
        return bool(case.conversation.log.secrets and case.replaced(self._documents[-1].hash))

    def makes_offer(self, sid: str, purpose: Purpose = "accept", replaced: bytes = b"") -> OfferEntry:
        """E5: an offer over the newest announcement, with the documents that verify it. `replaced`: H(duty), to rejoin (E7)."""
        return sign_offer(
            self.cases[sid].conversation.log, self.duty, self.standing, self._documents, purpose, replaced
        )

    async def offers(self, case: Case) -> None:
        """Over the newest announcement, and by the lease where there is one."""
        replaced = case.replaced(self._documents[-1].hash)
        purpose: Purpose = case.purpose or ("rejoin" if replaced else "accept")
        entry = self.makes_offer(case.conversation.sid, purpose, b"" if case.purpose else replaced)
        case.over = case.conversation.log.newest.hash
        case.reader.offers.add(Signed(entry.doc, entry.sig).hash)
        await case.conversation.appends(write_offer(entry, case.lease))

    async def renews_offer(self, sid: str) -> None:
        """E7: while the visitor is away the offer to rejoin is made again before it expires."""
        if (case := self.cases[sid]).rejoins_at is not None:
            await self.offers(case)

    async def gives_back(self, sid: str) -> None:
        """Release: the visitor keeps the place; who was let in stays in, and ends instead."""
        case = self.cases[sid]
        await self.asks(wire.Release(ref=self.ref(), sid=sid, lease=case.lease or ""))
        if case.lease is not None:
            del self.cases[sid]

    async def declines(self, number: int, sid: str = "") -> None:
        """A conflict of interest with the one at this place of the queue. `sid`: where this one has it leased, it is given back."""
        await self.asks(wire.Decline(ref=self.ref(), number=number))
        self.cases.pop(sid, None)

    async def sees(self, what: Callable[[wire.Desk], bool], seconds: float = SECONDS) -> wire.Desk:
        """Wait until the queue is shown so."""
        await self.until(lambda: self.desk is not None and what(self.desk), "the queue is shown so", seconds)
        return self.desk or wire.Desk(waiting=[], length=0, on_duty=[])

    async def sets_aside(self, sid: str) -> None:
        """R1: the visitor is away and may come back by a code."""
        await self.asks(wire.SetAside(ref=self.ref(), sid=sid))
        self.cases.pop(sid).conversation.stops()

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

    async def ends(self, sid: str, *, cool_down: bool = False) -> None:
        """End chat: the counts, then the end for everybody (F5); for abuse with a cool-down."""
        await self.conversation(sid).writes_the_end()
        await self.closes_conversation(self.conversation(sid), cool_down=cool_down)
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
                await self.continuing.asks_again()
            case wire.Leased() if self.continuing.awaits(message.sid):
                await self.continuing.takes_up(message)
            case wire.Member():
                await self._is_still_in(message)
            case wire.Error():
                for case in list(self.cases.values()):
                    conversation = case.conversation
                    refused = await conversation.refused(message)
                    if refused and isinstance(refused.entry, OfferEntry) and case.goes_on:
                        self.continuing.is_not_let_in(case)
                    await self.continuing.tells_of_loss(case)
            case wire.Ended() if self.continuing.awaits(message.sid) and message.sid not in self.cases:
                self.continuing.is_gone(message)
            case wire.Ended() | wire.Presence() | wire.Logged() | wire.Ack() if message.sid in self.cases:
                await self._receive_for(self.cases[message.sid], message)

    async def _receive_for(
        self, case: Case, message: wire.Ended | wire.Presence | wire.Logged | wire.Ack
    ) -> None:
        conversation = case.conversation
        match message:
            case wire.Ended() if message.continuation and message.reason == "continued":
                await self.continuing.is_continued(case, message.continuation)
            case wire.Ended():
                conversation.is_over(message.reason)
            case wire.Presence():
                conversation.presence = message
            case wire.Logged():
                await self.standing.know_named(message.entry)
                await self._happened(case, conversation.logged(message))
            case wire.Ack():
                await self._happened(case, conversation.acknowledged(message))
        await self.continuing.tells_of_loss(case)

    async def _happened(self, case: Case, event: Event | None) -> None:
        conversation = case.conversation
        if isinstance(event, Said) and event.kind == "leased" and case.lease and not case.reader.offers:
            await self.offers(case)
        if isinstance(event, Announced) and self.is_in(conversation.sid):
            case.lease = case.rejoins_at = None
        log = conversation.log
        returned = isinstance(event, Said) and event.kind == "returned"
        # What stands before our own offer is about an earlier lease.
        if returned and case.goes_on and case.lease and case.has_offered:
            self.continuing.is_not_let_in(case)
        if case.rejoins_at is not None and log.index >= case.rejoins_at and log.newest.hash != case.over:
            await self.offers(case)
        if conversation.log.index:
            await conversation.settle()
