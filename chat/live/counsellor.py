"""A counsellor's session: on duty, take, follow, offer, write, release, end (K3–K5, E5, S5).

Known by a session of staff; may do something only with a duty key that verifies now, and is nobody from the moment its
device is revoked.
"""

import secrets
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import ClassVar, Final

import structlog

from chat import errors, wire
from chat.crypto import epochs
from chat.crypto.chain import CLOCK_TOLERANCE_SECONDS, Certificate, Duty, by_hash, parse_duty
from chat.crypto.encoding import b64, digest, unb64
from chat.live import inbox
from chat.live.connection import Connection, told
from chat.live.desk import Shown
from chat.live.node import Node
from chat.live.session import Session
from chat.live.standing import one, signed
from chat.rules import limits, roles
from chat.rules.ids import Lease, Sender, Sid
from chat.store.conversations import Facts, Stored
from chat.store.duty import OnDuty
from chat.store.presence import Side
from chat.store.sessions import Session as StaffSession

LEASE_BYTES: Final = 32
GONE_PLACES: Final = 5
"""So many places whose conversation is gone are cleared away by one `take`."""

_log = structlog.get_logger()


@dataclass(frozen=True)
class Post:
    """A time on duty: whose, with which key, and how many conversations at once."""

    certificate: Certificate
    duty: Duty
    capacity: int

    @property
    def sender(self) -> Sender:
        return Sender(self.duty.hash)


class Counsellor(Session):
    """One signed-in console's connection. `leases`: what it took and has not been let in for yet. `left_open`: what its device
    is a member of by an earlier duty key (E7)."""

    side: ClassVar[Side] = "counsellor"

    def __init__(self, node: Node, connection: Connection, signed_in: StaffSession) -> None:
        super().__init__(node, connection)
        self.certificate = signed_in.certificate
        self.until = signed_in.until
        self.post: Post | None = None
        self.leases: dict[Sid, Lease] = {}
        self.left_open: set[Sid] = set()

    def read(self, text: str) -> inbox.CounsellorMessage:
        message: inbox.CounsellorMessage = inbox.read(inbox.counsellor_decoder, "counsellor", text)
        return message

    async def carry_out(self, message: inbox.CounsellorMessage) -> None:
        match message:
            case inbox.Append():
                await self._append(message)
            case wire.Ping():
                self.connection.send(wire.Pong(ref=message.ref))
            case wire.Follow():
                await self._follow(message)
            case wire.Take():
                await self._take(message)
            case wire.Release():
                await self._release(message)
            case wire.Lost():
                await self._lost(message)
            case wire.Close():
                await self._close(message)
            case wire.DutyOn():
                await self._duty_on(message)
            case wire.DutyOff():
                await self._duty_off(message)

    # Duty

    async def _duty_on(self, message: wire.DutyOn) -> None:
        """K3–K5, of the device that signed in here and no other."""
        node = self.node
        duty = one(message.duty)
        if self.open_conversations and self.is_on_duty and self.post and duty.hash != self.post.sender:
            raise errors.OpenConversations
        if parse_duty(node.realm, duty.doc).certificate != self.certificate:
            raise errors.VerificationError("K5", "a duty key of another device than the one that signed in")
        documents = by_hash(*signed(message.documents))
        certificate, opened = node.standing.duty(duty, self.certificate, documents, node.now)
        roles.check_offer(certificate.role, "accept")
        await self._check_latest(opened)
        if self.post and self.post.sender != opened.hash:
            await node.duty.off(self.post.sender)
        self.left_open.clear()
        self.post = Post(certificate, opened, message.capacity)
        await self._stay_on()
        await self._find_left_open()
        self.connection.send(wire.Done(ref=message.ref))
        node.desk.changed()

    async def _check_latest(self, duty: Duty) -> None:
        """E7: a device is on duty in one tab, the one with the latest duty key."""
        for who in await self.node.duty.everybody(self.node.now):
            if who.certificate == self.certificate and who.since > duty.span.start:
                raise errors.Moved

    async def _find_left_open(self) -> None:
        """E7: what this device is a member of, but not by this duty key, is told once."""
        node, post = self.node, self.on_duty
        found = []
        for sid in set(await node.memberships.of(self.certificate)) - self.left_open:
            facts = await node.conversations.facts(sid)
            if facts is None:
                await node.memberships.drop(self.certificate, sid)
            elif self.certificate in facts.members.values() and post.sender not in facts.members:
                found.append((facts.opened, sid, facts.length))
        for _, sid, length in sorted(found):
            self.left_open.add(sid)
            self.connection.send(wire.Member(sid=sid, index=length))

    async def _duty_off(self, message: wire.DutyOff) -> None:
        await self._look_after_all()
        if self.open_conversations:
            raise errors.OpenConversations
        if self.post:
            await self.node.duty.off(self.post.sender)
            self.post = None
        self.connection.send(wire.Done(ref=message.ref))

    async def _stay_on(self) -> None:
        node, post = self.node, self.on_duty
        until = min(node.now + limits.PRESENCE_SECONDS, post.duty.span.end)
        certificate, since = post.certificate, post.duty.span.start
        who = OnDuty(post.sender, certificate.hash, certificate.pseudonym, post.capacity, since, until)
        await node.duty.on(who, node.now)

    @property
    def on_duty(self) -> Post:
        """The time on duty. A device that is revoked meanwhile loses its connection at once (`check_device`)."""
        if self.post is None or not self.is_on_duty:
            raise errors.OffDuty
        return self.post

    @property
    def is_on_duty(self) -> bool:
        """By a duty key whose time is not over (K5)."""
        return self.post is not None and self.node.now <= self.post.duty.span.end + CLOCK_TOLERANCE_SECONDS

    def check_device(self) -> None:
        """Whoever is not listed, or is revoked, is nobody (K4); a session has its end."""
        if self.node.standing.refuses(self.certificate) or self.node.now >= self.until:
            self.connection.fail(errors.SignedOut())

    @property
    def open_conversations(self) -> int:
        """Conversations that count towards the capacity."""
        followed = {sid for sid, follower in self.followed.items() if not follower.ended}
        return len(self.leases.keys() | followed | self.left_open)

    # The queue

    async def _take(self, message: wire.Take) -> None:
        """S5: a claim on the queue, then `leased` in the log; either can be repeated."""
        node, post = self.node, self.on_duty
        if node.standing.current(node.now) is None:
            raise errors.ChatClosed
        # One that continues another was counted before (E9).
        only = inbox.conversation(message.sid)[0] if message.sid else None
        if not only and self.open_conversations >= post.capacity:
            await self._look_after_all()
        if not only and self.open_conversations >= post.capacity:
            raise errors.AtCapacity
        for _ in range(GONE_PLACES):
            lease = Lease(b64(secrets.token_bytes(LEASE_BYTES)))
            deadline = node.now + limits.LEASE_SECONDS
            claim = await node.queue.claim(post.sender, lease, deadline, node.now, self.certificate, only)
            if claim is None:
                break
            try:
                await node.conversations.lease(claim.sid, lease, deadline, node.says("leased"), node.now)
            except (errors.UnknownConversation, errors.WrongMoment, errors.Full):
                await node.queue.remove(claim.sid)
                continue
            self.leases[claim.sid] = lease
            node.measures.taken.inc()
            self.connection.send(wire.Leased(ref=message.ref, sid=claim.sid, lease=lease, deadline=deadline))
            return
        raise errors.QueueEmpty

    async def _release(self, message: wire.Release) -> None:
        """The visitor keeps the place and sees no refusal."""
        sid, _ = inbox.conversation(message.sid)
        if self.leases.get(sid) != message.lease:
            raise errors.LeaseLost
        if not await give_back(self.node, sid, Lease(message.lease)):
            del self.leases[sid]
            raise errors.WrongMoment  # The visitor has just let this page in: it is a member, and may close it.
        await self.node.memberships.drop(self.certificate, sid)
        del self.leases[sid]
        if sid in self.followed:
            await self.unfollow(sid)
        self.connection.send(wire.Done(ref=message.ref))

    # The log

    def frame_stored(self, sid: Sid) -> None:
        """Who writes was let in: the lease is used."""
        self.leases.pop(sid, None)

    async def _follow(self, message: wire.Follow) -> None:
        """What this device is a member of, or has a lease for (E5, E7)."""
        node, post = self.node, self.on_duty
        sid, _ = inbox.conversation(message.sid)
        facts = await node.conversations.facts(sid)
        if facts is None:
            self._forget(sid)
            await self.refuse_ended(sid)
        if self.certificate not in facts.members.values() and not await self._holds(sid, facts, post):
            raise errors.NotAMember
        follower = await self.start_following(sid, max(message.after, 1))
        self.connection.send(wire.Done(ref=message.ref))
        self.begin(follower, facts)

    async def _lost(self, message: wire.Lost) -> None:
        """E9: a member's page holds what is missing here, so the visitor's page is told."""
        sid, _ = inbox.conversation(message.sid)
        self.follower(sid)
        await self.node.conversations.lose(sid, self.node.now)
        self.connection.send(wire.Done(ref=message.ref))

    async def _holds(self, sid: Sid, facts: Facts, post: Post) -> bool:
        """Whether the current lease is this duty key's; after a lost connection only the queue remembers it."""
        if facts.lease is None:
            return False
        if sid not in self.leases:
            claim = await self.node.queue.claim_of(sid)
            if claim and claim.duty == post.sender:
                self.leases[sid] = claim.lease
        return self.leases.get(sid) == facts.lease

    async def _append(self, message: inbox.Append) -> None:
        post = self.on_duty
        sid = Sid(message.sid)
        follower = self.follower(sid)
        entry = inbox.read_entry(message.entry)
        if isinstance(entry, wire.Frame):
            self.append_frame(message, follower, self.storing_frame(message, follower, entry, post.sender))
        elif isinstance(entry, wire.Offer):
            await self.under_way_at_most(0)
            await self.append(
                message, follower, await self._storing_offer(message, follower.feed.id, entry, post)
            )
            # E8: an offer that the visitor's browser does not answer in time returns the visitor to the same place.
            await self.node.queue.renew(sid, Lease(entry.lease or ""), self.node.now + limits.OFFER_SECONDS)
        else:
            raise errors.WrongRole

    async def _storing_offer(
        self, message: inbox.Append, sid: bytes, entry: wire.Offer, post: Post
    ) -> Awaitable[Stored]:
        """E5: this device's, this duty key's, for this conversation, over the roster in force, and not for long."""
        node = self.node
        doc = unb64(entry.doc)
        offer = epochs.parse_offer(node.realm, doc)
        if offer.sid != sid:
            raise errors.VerificationError("E5", "an offer for another conversation")
        roles.check_offer(post.certificate.role, offer.purpose)
        if (offer.certificate, offer.duty) != (post.certificate.hash, post.sender):
            raise errors.VerificationError("E5", "an offer of another device or duty key")
        freshness = node.standing.current(node.now)
        if freshness is None or offer.roster != unb64(freshness.roster):
            raise errors.StaleOffer
        if (
            not -CLOCK_TOLERANCE_SECONDS
            <= offer.expiry - node.now
            <= epochs.OFFER_SECONDS + CLOCK_TOLERANCE_SECONDS
        ):
            raise errors.VerificationError("E5", "expired, or good for longer than an offer may be")
        post.duty.signature_key.verify("E5", doc, unb64(entry.sig))
        if offer.purpose == "rejoin":
            await self._check_replaced(Sid(message.sid), offer)
        # Before the offer stands: a page that goes away in between may be let in all the same (E7).
        await node.memberships.hold(self.certificate, Sid(message.sid))
        return node.conversations.append_offer(
            Sid(message.sid),
            digest=digest(doc),
            over=offer.over,
            lease=Lease(entry.lease) if entry.lease else None,
            raw=bytes(message.entry),
            now=node.now,
        )

    async def _check_replaced(self, sid: Sid, offer: epochs.Offer) -> None:
        """E7: in the announcement that the offer is over, this device is a member by that duty key. The script compares it
        with the newest."""
        facts = await self.node.conversations.facts(sid)
        if facts is None:
            raise errors.UnknownConversation
        if facts.newest != offer.over:
            raise errors.StaleOffer
        if facts.members.get(Sender(offer.replaced)) != self.certificate:
            raise errors.NotAMember

    async def _close(self, message: wire.Close) -> None:
        """A member ends it for everybody (F5), also from a page that has not rejoined."""
        sid, _ = inbox.conversation(message.sid)
        facts = await self.node.conversations.facts(sid)
        if facts is None:
            self._forget(sid)
            await self.refuse_ended(sid)
        if self.on_duty.certificate.hash not in facts.members.values():
            raise errors.NotAMember
        await self.node.end(sid, "closed")
        self._forget(sid)
        self.connection.send(wire.Done(ref=message.ref))

    # While the connection lasts

    @property
    def sees_desk(self) -> bool:
        return self.post is not None

    def tell_desk(self, shown: Shown) -> None:
        if self.post and shown.since.get(self.certificate, 0) > self.post.duty.span.start:
            self.connection.fail(errors.Moved())  # E7
        else:
            self.connection.send(shown.desk_of(self.certificate))

    async def renew(self) -> None:
        """Still on duty; whoever's time without a visitor is over, is over (S6)."""
        self.check_device()
        await super().renew()
        if self.post is None:
            return
        try:
            await self._stay_on()
            await self._look_after_all()
            await self._find_left_open()
        except errors.OffDuty as over:
            # K5: the duty key's time is over; the page makes a new one.
            self.post = None
            self.connection.send(told(over))

    async def _look_after_all(self) -> None:
        for sid in set(self.followed) | set(self.leases) | self.left_open:
            await self._look_after(sid)

    async def _look_after(self, sid: Sid) -> None:
        facts = await self.node.conversations.facts(sid)
        lease = facts.lease if facts else None
        member = facts is not None and self.certificate in facts.members.values()
        if lease is None or self.leases.get(sid) != lease:
            self.leases.pop(sid, None)
        if not member:
            self.left_open.discard(sid)
        if facts and facts.until <= self.node.now:
            await self.node.end(sid, "time")
        elif sid in self.followed and sid not in self.leases and facts and not member:
            await self.unfollow(sid)

    def _forget(self, sid: Sid) -> None:
        self.leases.pop(sid, None)
        self.left_open.discard(sid)

    async def left(self) -> None:
        """Gone, until the page comes back with the same duty key."""
        await super().left()
        if self.post and self.post.sender not in self._others_on_duty():
            try:
                await self.node.duty.off(self.post.sender)
            except errors.StoreUnavailable:
                _log.warning("duty runs out by itself")

    def _others_on_duty(self) -> set[Sender]:
        """Duty keys of other connections here: a page may have come back before its old connection was lost."""
        others = (session for session in self.node.connected if isinstance(session, Counsellor))
        return {other.post.sender for other in others if other.post and other is not self}


async def give_back(node: Node, sid: Sid, lease: Lease) -> bool:
    """Return a lease that was not used: first in the log, then in the queue (S5). Used ones only leave the queue.

    False: somebody was let in.
    """
    returned = await node.conversations.unlease(sid, lease, node.says("returned"), node.now)
    facts = await node.conversations.facts(sid)
    if facts is None or facts.state == "admitted":
        await node.queue.remove(sid)
    else:
        await node.queue.give_back(sid, lease)
    if returned:
        node.measures.returned.inc()
    return facts is None or facts.state != "admitted"
