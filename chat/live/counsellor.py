"""The session of one of the staff: on duty, take, ask, come, follow, offer, write, release, end (K3–K5, E5, E6, S5).

Known by a session of staff; may do something only with a duty key that verifies now, and is nobody from the moment its
device is revoked.
"""

import secrets
from dataclasses import replace as replace_post
from typing import ClassVar, Final

import structlog
from msgspec.structs import replace

from chat import errors, wire
from chat.crypto.chain import CLOCK_TOLERANCE_SECONDS, by_hash, parse_duty
from chat.crypto.encoding import b64
from chat.crypto.names import name_hash
from chat.live import inbox, returning, telling
from chat.live.asking import Asking, arrived, ask, came_for, come, invite, unask
from chat.live.connection import Connection, told
from chat.live.desk import Shown
from chat.live.leases import give_back
from chat.live.node import Node
from chat.live.offering import storing_guest, storing_offer
from chat.live.post import Post, check_latest, left_open, row, stay_on
from chat.live.session import Session
from chat.live.standing import one, signed
from chat.live.withdrawing import storing_withdrawal
from chat.rules import limits, roles
from chat.rules.ids import Lease, Sender, Sid
from chat.rules.pairing import WORK_AT_ONCE
from chat.store.conversations import Facts
from chat.store.presence import Side
from chat.store.queue import Claim
from chat.store.sessions import Session as StaffSession

LEASE_BYTES: Final = 32
GONE_PLACES: Final = 5
"""So many places whose conversation is gone are cleared away by one `take`."""

_log = structlog.get_logger()


class Counsellor(Session):
    """One signed-in console's connection. `leases`: what it took and has not been let in for yet. `left_open`: what its device
    is a member of by an earlier duty key (E7). `crises`: conversations that take all of somebody (Staff 1); `professionals`: those
    with who asks in their work (Prof 1)."""

    side: ClassVar[Side] = "counsellor"

    def __init__(
        self, node: Node, connection: Connection, signed_in: StaffSession, token_hash: bytes
    ) -> None:
        super().__init__(node, connection)
        self._token_hash = token_hash
        self._signed_in = signed_in
        self.certificate = signed_in.certificate
        self.until = signed_in.until
        self.post: Post | None = None
        self.leases: dict[Sid, Lease] = {}
        self.left_open: set[Sid] = set()
        self.told: wire.Asks | None = None
        self.crises: frozenset[str] = frozenset()
        self.professionals: set[Sid] = set()
        self.arrivals: set[str] = set()
        """Of which guests' pages it was told, by H(access)."""

    def read(self, text: str) -> inbox.CounsellorMessage:
        message: inbox.CounsellorMessage = inbox.read(inbox.counsellor_decoder, "counsellor", text)
        return message

    async def carry_out(self, message: inbox.CounsellorMessage) -> None:
        self._check(message)
        match message:
            case inbox.Append():
                await self._append(message)
            case wire.Ping():
                self.connection.send(wire.Pong(ref=message.ref))
            case wire.Follow():
                await self._follow(message)
            case wire.Take() | wire.Release() | wire.Decline():
                await self._at_the_queue(message)
            case wire.Lost():
                await self._lost(message)
            case wire.SetAside() | wire.Close():
                await self._let_go(message)
            case wire.Ask() | wire.Join() | wire.Unask() | wire.Invite():
                await self._asking(message)
            case wire.DutyOn() | wire.DutyOff() | wire.SetState():
                await self._duty(message)

    def _check(self, message: inbox.CounsellorMessage) -> None:
        """Whoever is off duty goes on duty, and does nothing else."""
        if self.post:
            roles.check_message(self.post.role, inbox.tag(message))
        elif not isinstance(message, wire.DutyOn | wire.DutyOff | wire.Ping):
            raise errors.OffDuty

    # Duty

    async def _duty(self, message: wire.DutyOn | wire.DutyOff | wire.SetState) -> None:
        match message:
            case wire.SetState():
                await self._set_state(message)
            case wire.DutyOn():
                await self._duty_on(message)
            case wire.DutyOff():
                await self._duty_off(message)

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
        roles.check_message(certificate.role, "duty-on")
        await check_latest(node, opened)
        if self.post and self.post.sender != opened.hash:
            await node.duty.off(self.post.sender)
        self.left_open.clear()
        skills = await node.skills(self._signed_in.account, certificate.pseudonym)
        capacity = node.capacity(message.capacity)
        self.crises = frozenset(message.crises)
        self.post = Post(certificate, opened, capacity, message.state, skills)
        await stay_on(node, self.on_duty)
        await self._find_left_open()
        self.connection.send(wire.Done(ref=message.ref))
        node.desk.changed()

    async def _set_state(self, message: wire.SetState) -> None:
        """Staff 1: whether this one is given visitors, and which conversations leave room for no other."""
        self.crises = frozenset(message.crises)
        self.post = replace_post(self.on_duty, state=message.state)
        await stay_on(self.node, self.post, news=True)
        self.connection.send(wire.Done(ref=message.ref))
        self.node.desk.changed()

    async def _find_left_open(self) -> None:
        """E7: told once."""
        for sid, facts in await left_open(self.node, self.on_duty, self.left_open):
            self.left_open.add(sid)
            self._count_work(sid, facts.entrance)
            about = telling.about(facts)
            self.connection.send(wire.Member(sid=sid, index=facts.length, about=about, returned=facts.back))

    async def _duty_off(self, message: wire.DutyOff) -> None:
        await self._look_after_all()
        if self.open_conversations:
            raise errors.OpenConversations
        if self.post:
            await self.node.duty.off(self.post.sender)
            self.post = None
        self.connection.send(wire.Done(ref=message.ref))

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

    async def check_session(self) -> None:
        """Who has signed out, here or everywhere, or was revoked, is signed out now."""
        session = await self.node.sessions.find(self._token_hash, self.node.now)
        if session is None:
            self.connection.fail(errors.SignedOut())
            return
        if session.locked and not self._signed_in.locked:
            self.connection.send(told(errors.Locked()))
        self._signed_in = session

    async def keep_session(self) -> None:
        """The store has forgotten who is signed in: this one was, and goes on. An account's is locked: its passkey opens it."""
        kept = replace(self._signed_in, locked=bool(self._signed_in.account))
        await self.node.sessions.open(self._token_hash, kept, self.node.now)
        self._signed_in = kept
        if kept.locked:
            self.connection.send(told(errors.Locked()))

    @property
    def _open(self) -> set[Sid]:
        followed = {sid for sid, follower in self.followed.items() if not follower.ended}
        return self.leases.keys() | followed | self.left_open

    @property
    def open_conversations(self) -> int:
        """Conversations that count towards the capacity."""
        return len(self._open)

    @property
    def is_full(self) -> bool:
        """Staff 1: as many as one may have, or one that takes all of somebody."""
        return self.open_conversations >= self.on_duty.capacity or bool(self.crises & self._open)

    @property
    def _work_seats(self) -> int:
        """Prof 1: for how many more who ask in their work there is room beside the visitors."""
        if self.on_duty.skills.takes == "work":
            return self.on_duty.capacity
        return WORK_AT_ONCE - len(self.professionals & self._open)

    def _count_work(self, sid: Sid, entrance: str | None) -> None:
        self.professionals &= self._open
        if entrance == "work":
            self.professionals.add(sid)

    # The queue

    async def _at_the_queue(self, message: wire.Take | wire.Release | wire.Decline) -> None:
        match message:
            case wire.Decline():
                await self._decline(message)
            case wire.Take():
                await self._take(message)
            case wire.Release():
                await self._release(message)

    async def _take(self, message: wire.Take) -> None:
        """S5: a claim on the queue, then `leased` in the log; either can be repeated."""
        node, post = self.node, self.on_duty
        if node.standing.current(node.now) is None:
            raise errors.ChatClosed
        # One that continues another was counted before (E9).
        only = inbox.conversation(message.sid)[0] if message.sid else None
        if only and await node.conversations.facts(only) is None:
            await self.refuse_ended(only)
        if not only and post.state != "available":
            raise errors.Unavailable
        if not only and self.is_full:
            await self._look_after_all()
        if not only and self.is_full:
            raise errors.AtCapacity
        for _ in range(GONE_PLACES):
            claim = await self._claim(post, only)
            if claim is None:
                break
            sid, lease, deadline = claim.sid, claim.lease, claim.deadline
            try:
                await node.conversations.lease(sid, lease, deadline, node.says("leased"), node.now)
                facts = await node.conversations.facts(sid)
            except (errors.UnknownConversation, errors.WrongMoment, errors.Full):
                facts = None
            if facts is None:
                await node.queue.remove(sid)
                continue
            self.leases[sid] = lease
            self._count_work(sid, facts.entrance)
            node.measures.taken.inc(not claim.practice)
            leased = wire.Leased(
                ref=message.ref, sid=sid, lease=lease, deadline=deadline, number=claim.number
            )
            self.connection.send(replace(leased, returned=facts.back, about=telling.about(facts)))
            return
        raise errors.QueueEmpty

    async def _claim(self, post: Post, only: Sid | None) -> Claim | None:
        """S5. What this duty key asked for by name and holds already it is given again: the answer may have been lost."""
        node = self.node
        if only and await node.practice.whose(only) == self.certificate:
            return self._practised(post, only)
        held = await node.queue.claim_of(only) if only else None
        if held and held.duty == post.sender and held.deadline > node.now:
            return held
        lease = Lease(b64(secrets.token_bytes(LEASE_BYTES)))
        deadline = node.now + limits.LEASE_SECONDS
        who, seats = telling.answerer(node, row(node, post)), self._work_seats
        return await node.queue.claim(post.sender, lease, deadline, node.now, who, only, work_seats=seats)

    def _practised(self, post: Post, sid: Sid) -> Claim:
        """Whoever is simulated stands in no queue, and is this device's own."""
        lease = Lease(b64(secrets.token_bytes(LEASE_BYTES)))
        deadline = self.node.now + limits.LEASE_SECONDS
        return Claim(sid, lease, post.sender, deadline, practice=True)

    async def _release(self, message: wire.Release) -> None:
        """The visitor keeps the place and sees no refusal."""
        sid, _ = inbox.conversation(message.sid)
        if self.leases.get(sid) != message.lease:
            raise errors.LeaseLost
        await self._give_back(sid, Lease(message.lease))
        self.connection.send(wire.Done(ref=message.ref))

    async def _give_back(self, sid: Sid, lease: Lease) -> None:
        if not await give_back(self.node, sid, lease):
            del self.leases[sid]
            raise errors.WrongMoment  # The visitor has just let this page in: it is a member, and may close it.
        await self.node.memberships.drop(self.certificate, sid)
        del self.leases[sid]
        if sid in self.followed:
            await self.unfollow(sid)

    async def _decline(self, message: wire.Decline) -> None:
        """Before 8: this one never meets that visitor, who sees what is seen when a lease is not used, or nothing."""
        node, post = self.node, self.on_duty
        place = next((p for p in await node.queue.places(node.now) if p.number == message.number), None)
        if place is None or place.kept is not None:
            raise errors.WrongMoment
        await node.queue.decline(place.sid, name_hash(node.root, post.certificate.pseudonym))
        lease = self.leases.get(place.sid)
        if lease is not None:
            await self._give_back(place.sid, lease)
        self.connection.send(wire.Done(ref=message.ref))

    # Coming into a conversation of somebody else's (E6)

    async def _asking(self, message: wire.Ask | wire.Join | wire.Unask | wire.Invite) -> None:
        node, post = self.node, self.on_duty
        match message:
            case wire.Ask():
                await ask(node, post, message)
            case wire.Invite():
                await invite(node, post, message)
            case wire.Join():
                await self._join(message)
            case wire.Unask():
                await unask(node, post, message)
                await self._look_after(Sid(message.sid))
        if not isinstance(message, wire.Join):
            self.connection.send(wire.Done(ref=message.ref))

    async def _join(self, message: wire.Join) -> None:
        post = self.on_duty
        if self.is_full:
            await self._look_after_all()
        if self.is_full and message.sid not in self.followed:
            raise errors.AtCapacity
        facts = await self.node.conversations.facts(Sid(message.sid))
        if facts is None:
            await self.refuse_ended(Sid(message.sid))
        await come(self.node, post, message)
        invited = wire.Invited(ref=message.ref, sid=message.sid, index=facts.length)
        self.connection.send(replace(invited, about=telling.about(facts), returned=facts.back))

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
        member = self.certificate in facts.members.values()
        if not (member or await self._holds(sid, facts, post) or await came_for(node, sid, post)):
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

    async def _let_go(self, message: wire.SetAside | wire.Close) -> None:
        if isinstance(message, wire.Close):
            await self._close(message)
        else:
            await self._set_aside(message)

    async def _set_aside(self, message: wire.SetAside) -> None:
        """R1: with a return code nobody has to wait for the visitor."""
        sid, _ = inbox.conversation(message.sid)
        await returning.set_aside(self.node, sid, self.certificate)
        self._forget(sid)
        if sid in self.followed:
            await self.unfollow(sid)
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
            await self.append(message, follower, await storing_offer(self.node, post, message, entry))
            # E8: an offer that the visitor's browser does not answer in time returns the visitor to the same place.
            await self.node.queue.renew(sid, Lease(entry.lease or ""), self.node.now + limits.OFFER_SECONDS)
        elif isinstance(entry, wire.Guest):
            await self.under_way_at_most(0)
            await self.append(message, follower, await storing_guest(self.node, post, message, entry))
        elif isinstance(entry, wire.Refusal):
            await self.under_way_at_most(0)
            mine = (post.sender, post.duty.signature_key)
            await self.append(message, follower, await storing_withdrawal(self.node, *mine, message, entry))
        else:
            raise errors.WrongRole

    async def _close(self, message: wire.Close) -> None:
        """A member ends it for everybody (F5), also from a page that has not rejoined."""
        sid, _ = inbox.conversation(message.sid)
        facts = await self.node.conversations.facts(sid)
        if facts is None:
            self._forget(sid)
            await self.refuse_ended(sid)
        if self.on_duty.certificate.hash not in facts.members.values():
            raise errors.NotAMember
        await (self.node.cool_down(sid) if message.cool_down else self.node.end(sid, "closed"))
        self._forget(sid)
        self.connection.send(wire.Done(ref=message.ref))

    # While the connection lasts

    @property
    def sees_desk(self) -> bool:
        return self.post is not None

    def tell_desk(self, shown: Shown, asked: Asking) -> None:
        if self.post is None:
            return
        if asked.since(self.certificate) > self.post.duty.span.start:
            self.connection.fail(errors.Moved())  # E7
            return
        asks = asked.told(row(self.node, self.post))
        if asks != self.told:
            self.told = asks
            self.connection.send(asks)
        for opened in asked.guests:
            if opened.invitation.by == self.certificate and opened.name not in self.arrivals:
                self.arrivals.add(opened.name)
                self.connection.send(arrived(opened))
        if self.post.role == "counsellor":
            me = telling.answerer(self.node, row(self.node, self.post))
            self.connection.send(shown.desk_of(me, self.post.capacity))

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

    async def _stay_on(self) -> None:
        """What the organisation has written down of this one meanwhile counts from now."""
        before = self.on_duty
        try:
            skills = await self.node.skills(self._signed_in.account, before.certificate.pseudonym)
        except errors.StoreUnavailable:
            skills = before.skills  # the ledger is away: who is on duty stays so
        self.post = replace_post(before, skills=skills)
        await stay_on(self.node, self.post, news=skills != before.skills)

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
            await self._unfollow_unasked(sid)

    async def _unfollow_unasked(self, sid: Sid) -> None:
        """Who is in no more, and did not come when asked, follows no more (E6)."""
        if self.post is None or await came_for(self.node, sid, self.post) is None:
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
