"""What the sessions of one process share: the stores, the hub, the chain of trust, the clock, and who is connected.

It knows every part of `live` and does nothing by itself.
"""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from chat import errors, wire
from chat.crypto.encoding import Realm, b64, digest, enc, u64, utf8
from chat.live.desk import Desk
from chat.live.hub import Hub
from chat.live.measures import Measures
from chat.live.oncall import OnCall
from chat.live.standing import Standing
from chat.rules import limits
from chat.rules.conversation import Ending
from chat.rules.hours import Hours
from chat.rules.ids import Sid
from chat.rules.told import Skills
from chat.store.asks import Asks
from chat.store.codes import Codes
from chat.store.conversations import Conversations, Stored
from chat.store.cooling import Cooling
from chat.store.duty import Duty
from chat.store.invitations import Invitations
from chat.store.memberships import Memberships
from chat.store.practice import Practice
from chat.store.presence import Presence
from chat.store.queue import Queue
from chat.store.sessions import Sessions
from chat.store.waits import Waits

if TYPE_CHECKING:
    from chat.live.session import Session

_encode = msgspec.json.Encoder().encode


SkillsOf = Callable[[str, str], Awaitable[Skills]]
"""What somebody of staff can answer, by account (empty: there are none) and pseudonym."""


async def no_record(account: str, pseudonym: str) -> Skills:  # noqa: ARG001 (nobody has a record)
    """Where nothing is known of anybody."""
    return Skills()


@dataclass(frozen=True)
class Speed:
    """How fast one socket may send, and how much may wait for it."""

    burst: int = limits.BURST_MESSAGES
    per_second: float = limits.MESSAGES_PER_SECOND
    outbox_bytes: int = 64 * 1024


@dataclass(frozen=True)
class Node:
    """One process's parts. `clock` gives Unix seconds; `hours` says when the chat is open."""

    realm: Realm
    root: bytes
    clock: Callable[[], float]
    hours: Hours
    speed: Speed
    conversations: Conversations
    codes: Codes
    queue: Queue
    duty: Duty
    memberships: Memberships
    asks: Asks
    invitations: Invitations
    sessions: Sessions
    waits: Waits
    presence: Presence
    cooling: Cooling
    practice: Practice
    hub: Hub
    desk: Desk
    standing: Standing
    measures: Measures
    oncall: OnCall
    cool_down_seconds: int = 60 * limits.COOL_DOWN_MINUTES
    municipalities: frozenset[str] = frozenset()
    """By their digits: those that a visitor may name."""
    at_once: int = 3
    """Conversations of one counsellor (Staff 1)."""
    skills: SkillsOf = no_record
    connected: "set[Session]" = field(default_factory=set)
    lapses: dict[Sid, int] = field(default_factory=dict)
    """When to look whether a page that polled here is still there, Unix seconds."""

    @property
    def now(self) -> int:
        """Unix seconds, whole."""
        return int(self.clock())

    @property
    def can_begin(self) -> bool:
        """Whether a conversation may be started: within the hours, and somebody could be verified (E5)."""
        return self.hours.open_at(self.clock()) and self.standing.current(self.now) is not None

    def capacity(self, asked: int | None) -> int:
        """Staff 1: of one counsellor, never more than is configured; in a demo nobody is tired, and `varsam simulate` asks for more."""
        if asked is None:
            return self.at_once
        return asked if self.realm == "varsam-demo" else min(asked, self.at_once)

    def says(self, kind: str) -> bytes:
        """The service's own words as an entry's bytes (F6)."""
        return _encode(wire.Service(doc=b64(enc(self.realm, "service", utf8(kind), u64(self.now)))))

    async def leave(self, sid: Sid, token: bytes) -> None:
        """Leave 3: erased at once, or never begun: who leaves can be quicker than the start that is still under way.

        What is gone was erased before; another's token is refused. Who may come back by a code only departs (Leave 5).
        """
        conversations, mine = self.conversations, digest(token)
        known = await conversations.leave_hash(sid)
        if known is None and await conversations.ended(sid) is None:
            await conversations.leave_early(sid, mine)
            known = await conversations.leave_hash(sid)  # the start may have come in between
        if known is None:
            return
        if not hmac.compare_digest(known, mine):
            raise errors.ForeignCapability
        if await conversations.depart(sid, self.says("left-quickly"), self.now) is None:
            await self.end(sid, "left-quickly")

    async def cool_down(self, sid: Sid) -> None:
        """Staff 5: ended for abuse. The visitor's page is told until when it waits; it is known by its capability alone."""
        known = await self.conversations.capability_hash(sid)
        seconds = self.cool_down_seconds
        if known is not None:
            await self.cooling.begin(known, seconds)
        await self.end(sid, "closed", str(self.now + seconds).encode())

    async def end(self, sid: Sid, reason: Ending, word: bytes = b"") -> Stored | None:
        """Over and erased, once everybody here was sent what was said (F5, S6). None: it was gone already.

        Whoever leaves quickly waits for nobody (Leave 5). `word`: the one by which it is continued; its log, of which a part is
        lost, gets no last words (E9). Of "closed": until when a cool-down lasts.
        """
        if reason not in ("left-quickly", "continued"):
            await self.hub.settle(sid)
        facts = await self.conversations.facts(sid)
        last = b"" if reason == "continued" else self.says(reason)
        stored = await self.conversations.end(sid, reason, last, self.now, word)
        await self.queue.remove(sid)
        await self.presence.forget(sid)
        await self.invitations.drop(sid)
        if facts and facts.code:
            await self.codes.drop(facts.code)
        for certificate in facts.members.values() if facts and stored else ():
            await self.memberships.drop(certificate, sid)
        if stored and await self.practice.whose(sid) is None:
            self.measures.ended.labels(reason).inc()
        return stored
