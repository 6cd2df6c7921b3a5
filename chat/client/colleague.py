"""One of the staff without a screen who asks others into a conversation, comes when asked, and leaves (E6).

Everything else is a counsellor's. The visitor decides; this side asks again while that takes time, and stops at a no.
"""

from dataclasses import dataclass, field
from typing import Final

from chat import wire
from chat.client.case import Case
from chat.client.conversation import SECONDS
from chat.client.counsellor import Counsellor
from chat.client.translation import write_guest, write_refusal
from chat.crypto.encoding import b64, digest, unb64
from chat.crypto.entries import Announced, Event, Refusal
from chat.crypto.guest import GUEST_SECONDS, access, invite, verify_proof
from chat.crypto.hpke import DutySealKey
from chat.crypto.refusal import withdraw
from chat.crypto.signing import DutyKey
from chat.errors import VerificationError

OFFERS: Final = 20
"""So often the same question is asked again, by itself."""


@dataclass
class Link:
    """A link for a guest, as whoever made it remembers it. `over`: H(A_e) of what was vouched over; `words`: H(guest)."""

    sid: str
    organisation: str
    token: bytes
    arrived: wire.Arrived | None = None
    over: list[bytes] = field(default_factory=list)
    words: set[bytes] = field(default_factory=set)


class Colleague(Counsellor):
    """`asked`: who is asked here; `colleagues`: whom one may ask. `refused`: the sids where the visitor said no."""

    asked: tuple[wire.Asked, ...] = ()
    colleagues: tuple[wire.Colleague, ...] = ()

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        self.refused: set[str] = set()
        self.times: dict[str, int] = {}
        self.invited: dict[str, Link] = {}
        """By H(access)."""

    async def asks_for(self, sid: str, purpose: wire.Joining, to: str | None = None) -> None:
        """Ask somebody to take over or to join: whoever is called so, else the next on duty."""
        await self.asks(wire.Ask(ref=self.ref(), sid=sid, purpose=purpose, to=to))

    async def asks_no_more(self, sid: str, purpose: wire.Joining) -> None:
        """Take it back, on either side: from the visitor's screen, where one has come, and then from the others' consoles."""
        case = self.cases.get(sid)
        came = case is not None and case.joins_at is not None
        if case and came:
            await self._takes_back(case)
        await self.asks(wire.Unask(ref=self.ref(), sid=sid, purpose=purpose))
        if came:
            del self.cases[sid]

    async def _takes_back(self, case: Case) -> None:
        """The offer that stands, if one does; one that is on its way first."""
        conversation, log = case.conversation, case.conversation.log
        case.joins_at = None
        await self.until(lambda: not conversation.outbox, "the offer stands")
        for offer in case.reader.offers - log.refused:
            if offer in log.offers and log.offers[offer][0].over == log.newest.hash:
                word = withdraw(log.realm, offer, self.duty.key)
                await conversation.stored([await conversation.appends(write_refusal(word))])

    async def is_asked(self, sid: str, seconds: float = SECONDS) -> wire.Asked:
        """Wait until this one is asked to come into that conversation."""
        await self.until(lambda: any(ask.sid == sid for ask in self.asked), "somebody asks", seconds)
        return next(ask for ask in self.asked if ask.sid == sid)

    async def comes(self, sid: str) -> None:
        """Come when asked: follow the log, and ask the visitor as soon as it is verified."""
        asked = await self.is_asked(sid)
        answer = await self.asks(wire.Join(ref=self.ref(), sid=sid, purpose=asked.purpose))
        if not isinstance(answer, wire.Invited):
            raise TypeError(f"the service answered {type(answer).__name__}")
        self.refused.discard(sid)
        held = self.cases.get(sid)
        if held and held.was_in and held.duty == self.duty.document.hash:
            # A second pen of the same duty key would begin at seq 0 again while it reads what was.
            raise VerificationError("F2", "a conversation that this duty key was in already")
        self.opens(answer, purpose=asked.purpose)
        await self.follows(sid)

    async def hears_no(self, sid: str, seconds: float = SECONDS) -> None:
        """Wait until the visitor has said no."""
        await self.until(lambda: sid in self.refused, "the visitor says no", seconds)

    async def leaves(self, sid: str) -> None:
        """Say so, and wait until the visitor's browser has made an epoch without this one."""
        conversation = self.conversation(sid)
        await conversation.stored([await conversation.write(conversation.plain("leave"))])
        await self.is_out(sid)

    async def is_out(self, sid: str, seconds: float = SECONDS) -> None:
        """Wait until the newest announcement does not list this one."""
        await self.until(lambda: not self.is_in(sid), "I am in no more", seconds)

    async def invites(self, sid: str, organisation: str, token: bytes) -> None:
        """E6: a link for a guest, who is called so; `token` is what it carries, 32 random bytes. Whoever opens it is vouched for."""
        realm = self.standing.trust.realm
        await self.asks(wire.Invite(ref=self.ref(), sid=sid, access=b64(digest(access(realm, token)))))
        self.invited[b64(digest(access(realm, token)))] = Link(sid, organisation, token)

    async def _vouches(self, link: "Link") -> None:
        """Over the newest announcement, for the page that opened this link."""
        case, arrived = self.cases[link.sid], link.arrived
        log = case.conversation.log
        if arrived is None or log.newest.hash in link.over or not self.is_in(link.sid):
            return
        link.over.append(log.newest.hash)
        realm, token = self.standing.trust.realm, link.token
        keys = (unb64(arrived.signature_key), unb64(arrived.hpke_key))
        verify_proof(realm, token, *keys, unb64(arrived.proof))
        word = invite(
            realm,
            self.duty.key,
            sid=log.sid,
            over=log.newest.hash,
            inviter=self.duty.document.hash,
            organisation=link.organisation,
            signature_key=DutyKey(keys[0]),
            hpke_key=DutySealKey(keys[1]),
            expiry=self.standing.now + GUEST_SECONDS,
        )
        link.words.add(word.hash)
        await case.conversation.appends(write_guest(word))

    async def receive(self, message: wire.ServerMessage) -> None:
        if isinstance(message, wire.Arrived) and message.access in self.invited:
            link = self.invited[message.access]
            link.arrived = message
            await self._vouches(link)
        if isinstance(message, wire.Asks):
            self.asked, self.colleagues = tuple(message.asks), tuple(message.colleagues)
        await super().receive(message)

    async def _happened(self, case: Case, event: Event | None) -> None:
        sid, log = case.conversation.sid, case.conversation.log
        if isinstance(event, Refusal) and not event.withdrawn and event.offer in case.reader.offers:
            case.joins_at = None
            self.refused.add(sid)
            await self.send(wire.Unask(ref=self.ref(), sid=sid, purpose=case.purpose or "handover"))
        if isinstance(event, Announced) and self.is_in(sid):
            case.joins_at = None
        for link in self.invited.values():
            guests = {member.duty for member in log.members} if log.announcements else set()
            if isinstance(event, Announced) and link.sid == sid and not link.words & (guests | log.refused):
                await self._vouches(link)
        if case.joins_at is not None and log.index >= case.joins_at and log.newest.hash != case.over:
            await self._asks_the_visitor(case)
        await super()._happened(case, event)

    async def _asks_the_visitor(self, case: Case) -> None:
        sid = case.conversation.sid
        self.times[sid] = self.times.get(sid, 0) + 1
        if self.times[sid] <= OFFERS:
            await self.offers(case)

    async def asks_again(self, sid: str) -> None:
        """While the visitor thinks, or is away, the offer is made again before it expires."""
        if self.cases[sid].joins_at is not None:
            await self._asks_the_visitor(self.cases[sid])
