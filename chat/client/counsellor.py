"""A counsellor without a screen: signs in, goes on duty, takes the next, writes, ends (K3, K5, E3, E5, S5).

Everything that a console verifies is verified here. Each verb waits for its answer, with a deadline.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from chat import wire
from chat.client import http
from chat.client.conversation import SECONDS, Conversation
from chat.client.link import Answer, Refused
from chat.client.page import PASSING, Page
from chat.client.standing import Standing
from chat.client.translation import read_signed, write_offer, write_signed
from chat.crypto.chain import DUTY_SECONDS, Certificate, Signed, Span, parse_certificate
from chat.crypto.encoding import Realm, b64, unb64
from chat.crypto.entries import Announced, Event, OfferEntry, Said
from chat.crypto.epochs import OFFER_SECONDS, Offer, Purpose, parse_announcement
from chat.crypto.hpke import DeviceSealKey, DutySealKey, OpenKey
from chat.crypto.issuing import issue_duty
from chat.crypto.log import Log
from chat.crypto.readers import AsMember
from chat.crypto.signing import DeviceKey, DutyKey, PrivateKey
from chat.errors import VerificationError

SEED_BYTES: Final = 32
ADMISSION_SECONDS: Final = 25.0


class Duty:
    """A time on duty: the keys that live as long, in memory only (K5)."""

    def __init__(
        self, realm: Realm, device: PrivateKey[DeviceKey], certificate: bytes, span: Span, seed: bytes
    ) -> None:
        self.key = PrivateKey.generate(DutyKey)
        self.open_key = OpenKey(DutySealKey, seed)
        self.document = issue_duty(
            realm,
            device,
            certificate,
            hpke_key=self.open_key.public,
            signature_key=self.key.public,
            span=span,
        )


class Case:
    """One visitor, as this counsellor has them. `lease` until the visitor's browser has let the counsellor in."""

    def __init__(self, conversation: Conversation, reader: AsMember, leased: wire.Leased) -> None:
        self.conversation = conversation
        self.reader = reader
        self.lease: str | None = leased.lease
        self.deadline = leased.deadline


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
        self.desk: wire.Desk | None = None
        self._documents: list[Signed] = []
        self._duty: Duty | None = None
        self._capacity = 0
        self._random = random

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
            if case.conversation.ended is None:
                await self._takes_up(sid, case)

    async def _takes_up(self, sid: str, case: Case) -> None:
        try:
            await self.follows(sid)
        except Refused as refused:
            if refused.code in PASSING:
                raise
            # Ended, or the lease ran out before the visitor's browser let us in: in either case it is over here.
            if case.conversation.ended is None:
                case.conversation.is_over("lease-lost")

    # Duty

    async def goes_on_duty(self, capacity: int = 3, *, span: Span | None = None) -> None:
        """Make a duty key and tell the service (K5)."""
        now = self.standing.now
        trust = self.standing.trust
        good = span or Span(now, now + DUTY_SECONDS)
        duty = Duty(trust.realm, self.key, self._documents[-1].hash, good, self._random(SEED_BYTES))
        await self._tells_duty(duty, capacity)
        self._duty, self._capacity = duty, capacity

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
        if held and held.lease is None:
            # A second pen of the same duty key would begin at seq 0 again, and a key and nonce must never meet twice.
            raise VerificationError("F2", "a conversation that this duty key is in already")
        trust, duty = self.standing.trust, self.duty
        reader = AsMember(trust, duty.document.hash, duty.open_key)
        log = Log(trust.realm, trust.root, unb64(answer.sid), reader)
        conversation = Conversation(log, duty.key, duty.document.hash, self.ref, self.send)
        self.cases[answer.sid] = Case(conversation, reader, answer)
        return answer.sid

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

    def makes_offer(self, sid: str, purpose: Purpose = "accept") -> OfferEntry:
        """E5: an offer over the newest announcement, with the documents that verify it."""
        trust, duty, log = self.standing.trust, self.duty, self.cases[sid].conversation.log
        roster = trust.require_fresh(self.standing.now)
        certificate = self._documents[-1].hash
        expiry = self.standing.now + OFFER_SECONDS
        offer = Offer(log.sid, log.newest.hash, purpose, certificate, duty.document.hash, roster.hash, expiry)
        doc = offer.encode(trust.realm)
        root = [self.standing.root_document] if self.standing.root_document else []
        needed = [*root, *self._documents, duty.document]
        documents = tuple(document for document in needed if document.hash not in log.documents)
        return OfferEntry(doc, duty.key.sign(doc), documents)

    async def _offers(self, case: Case) -> None:
        entry = self.makes_offer(case.conversation.sid)
        case.reader.offers.add(Signed(entry.doc, entry.sig).hash)
        await case.conversation.appends(write_offer(entry, case.lease))

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
            case wire.Error():
                for case in self.cases.values():
                    await case.conversation.refused(message)
            case wire.Ended() | wire.Presence() | wire.Logged() | wire.Ack() if message.sid in self.cases:
                await self._receive_for(self.cases[message.sid], message)

    async def _receive_for(
        self, case: Case, message: wire.Ended | wire.Presence | wire.Logged | wire.Ack
    ) -> None:
        conversation = case.conversation
        match message:
            case wire.Ended():
                conversation.is_over(message.reason)
            case wire.Presence():
                conversation.presence = message
            case wire.Logged():
                await self._know_roster(message.entry)
                await self._happened(case, conversation.logged(message))
            case wire.Ack():
                await self._happened(case, conversation.acknowledged(message))

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
            case.lease = None
        if conversation.log.index:
            await conversation.settle()
