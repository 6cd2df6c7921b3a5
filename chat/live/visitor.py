"""A visitor's session: start, follow, write, let in, end (K6, E2, E5, S6, S7).

A visitor is a capability and a key, nothing else. One socket is one conversation.
"""

import hmac
from collections.abc import Awaitable
from contextlib import suppress
from typing import ClassVar, Final

import msgspec

from chat import errors, wire
from chat.crypto import epochs
from chat.crypto.chain import Signed
from chat.crypto.encoding import digest, unb64
from chat.crypto.refusal import verify_refusal
from chat.crypto.signing import VisitorKey
from chat.live import continuing, inbox, returning, telling
from chat.live.asking import Asking, ask_for_another, settled
from chat.live.connection import Connection
from chat.live.continuing import Continued
from chat.live.desk import Shown
from chat.live.feed import Follower
from chat.live.node import Node
from chat.live.page import Page
from chat.live.session import Session
from chat.rules.ids import Lease, Sender, Sid
from chat.store.conversations import Stored
from chat.store.presence import Here, Side

SILENT_SECONDS: Final = 120.0
"""For the first message of a socket."""

_encode = msgspec.json.Encoder().encode


class Visitor(Session):
    """One visitor's connection. `waiting`: whether the conversation stands in the queue, as far as is known here."""

    side: ClassVar[Side] = "visitor"

    def __init__(
        self, node: Node, connection: Connection, page: Page | None = None, practises: bytes = b""
    ) -> None:
        """`practises`: H(certificate) of who practises with this one, which then stands in no queue and is counted nowhere."""
        super().__init__(node, connection, page)
        self._practises = practises
        self.sid: Sid | None = None
        self.name: Sender | None = None
        self.waiting = False
        self.told: wire.Queue | None = None
        self._since = self.node.clock()

    def read(self, text: str) -> inbox.VisitorMessage:
        message: inbox.VisitorMessage = inbox.read(inbox.visitor_decoder, "visitor", text)
        return message

    async def carry_out(self, message: inbox.VisitorMessage) -> None:
        match message:
            case inbox.Append():
                await self._append(message)
            case wire.Ping():
                self.connection.send(wire.Pong(ref=message.ref))
            case wire.Start():
                await self._start(message)
            case wire.Follow():
                await self._follow(message)
            case wire.Close():
                await self._close(message)
            case wire.Leave():
                await self._leave(message)
            case wire.Ask():
                await self._ask(message)
            case wire.Tell():
                await self._tell(message)

    async def _start(self, message: wire.Start) -> None:
        """K6, E5: a conversation is its first announcement, and everything in that must fit together."""
        node = self.node
        sid, sid_bytes = inbox.conversation(message.sid)
        if message.before and await node.cooling.holds(digest(unb64(message.before))):
            raise errors.CoolingDown
        continued = await self._continued(message, sid_bytes)
        self._bind(sid)
        first = self._verified_first(message.announcement, sid_bytes)
        if not (self._can_begin or continued):
            raise errors.ChatClosed
        stored = await self._open(sid, message, first, continued)
        if continued:
            await continuing.end(node, continued)
        self.sid, self.name, self.waiting = sid, self._name_of(first), not self._practises
        node.measures.started.inc(not (stored.repeated or self._practises))
        # Messages 2: the answer is `ack` with index 1, and what follows it is followed.
        self.connection.send(wire.Ack(ref=message.ref, sid=sid, index=stored.index, at=stored.at))
        follower = await self.start_following(sid, stored.index + 1)
        if stored.repeated:
            # The connection that began it may be gone, and with it the visitor's presence in the queue.
            await self._keep(sid)
        follower.heal()
        node.desk.changed()

    async def _continued(self, message: wire.Start, sid: bytes) -> Continued | None:
        """E9: what this one continues. A socket that followed that follows it no more."""
        if message.continues is None:
            return None
        if self._practises:
            raise errors.WrongMoment  # What is lost in practice is begun anew.
        old = continuing.named(self.node, message.continues, sid)
        continued = await continuing.verified(self.node, old, message.continues)
        if continued.facts is None and await self.node.conversations.facts(Sid(message.sid)) is None:
            await self.refuse_ended(old)
        if old in self.followed:
            await self.unfollow(old)
        if self.sid == old:
            self.sid = None
        return continued

    def _verified_first(self, announcement: wire.Announcement, sid: bytes) -> epochs.Announcement:
        realm = self.node.realm
        doc = unb64(announcement.doc)
        first = epochs.parse_announcement(realm, doc)
        if first.epoch != 0 or announcement.lease is not None:
            raise errors.VerificationError("E2", "not a first announcement")
        epochs.check_conversation_id(realm, first, self.node.root)  # K6
        if first.sid != sid:
            raise errors.VerificationError("K6", "an announcement of another conversation")
        self._check_wraps(announcement, first)
        VisitorKey(first.key).verify("E2", doc, unb64(announcement.sig))
        return first

    async def _open(
        self, sid: Sid, message: wire.Start, first: epochs.Announcement, continued: Continued | None
    ) -> Stored:
        """First a place, without which there is no conversation, then the log. Each can be repeated."""
        known = await self.node.conversations.facts(sid)
        waits = not self._practises and (known is None or known.state != "admitted")
        try:
            if waits:
                await self._join(sid, message, continued)
            stored = await self._store_first(sid, message, first, continued)
            if self._practises:
                await self.node.practice.begin(sid, self._practises)
            if waits:
                # Whoever took this visitor before there was a log has thrown the place away.
                await self._join(sid, message, continued)
                facts = await self.node.conversations.facts(sid)
                if facts is None or facts.state == "admitted":
                    # It ended meanwhile, or somebody was let in, and its place is gone with that.
                    await self.node.queue.remove(sid)
        except BaseException:
            # Refused, without a store, or the page is gone: nobody waits in vain. A start that is repeated takes a place again.
            if known is None:
                with suppress(errors.StoreUnavailable):
                    await self.node.queue.remove(sid)
            raise
        return stored

    async def _join(self, sid: Sid, message: wire.Start, continued: Continued | None) -> None:
        node = self.node
        asked = (message.language, message.entrance, node.now, telling.read(node, message.told))
        if continued and continued.facts:
            returned = continued.returned
            await node.queue.succeed(sid, continued.sid, continued.kept, *asked, returned=returned)
        else:
            await node.queue.join(sid, *asked)

    async def _store_first(
        self, sid: Sid, message: wire.Start, first: epochs.Announcement, continued: Continued | None
    ) -> Stored:
        before = continued.facts if continued else None
        return await self.node.conversations.start(
            sid,
            capability_hash=digest(unb64(message.capability)),
            leave_hash=first.leave_hash,
            visitor=self._name_of(first),
            announcement_hash=first.hash,
            raw=_encode(message.announcement),
            language=message.language,
            entrance=message.entrance,
            now=self.node.now,
            told=telling.read(self.node, message.told),
            opened=before.opened if before else None,
            back=bool(continued and (continued.returned or (before and before.back))),
        )

    def _name_of(self, first: epochs.Announcement) -> Sender:
        return Sender(epochs.visitor_id(self.node.realm, first.key))

    async def _follow(self, message: wire.Follow) -> None:
        """S2, S7. The capability shows whose conversation it is."""
        node = self.node
        sid, _ = inbox.conversation(message.sid)
        self._bind(sid)
        known = await node.conversations.capability_hash(sid)
        facts = await node.conversations.facts(sid)
        if known is None or facts is None:
            await self.refuse_ended(sid)
        if message.capability is None or not hmac.compare_digest(known, digest(unb64(message.capability))):
            raise errors.ForeignCapability
        if facts.departed:
            # This page is over: who comes back by the code goes on (R2).
            self.connection.send(wire.Ended(sid=sid, reason="time"))
            raise errors.UnknownConversation
        self.sid, self.name, self.waiting = sid, facts.visitor, facts.state != "admitted"
        follower = await self.start_following(sid, max(message.after, 1))
        await self._keep(sid)
        self.connection.send(wire.Done(ref=message.ref))
        self.begin(follower, facts)
        if self.waiting or not self.page:
            node.desk.changed()

    @property
    def _can_begin(self) -> bool:
        """Practice needs somebody who can be verified, and no opening hours."""
        node = self.node
        return node.standing.current(node.now) is not None if self._practises else node.can_begin

    def _bind(self, sid: Sid) -> None:
        if self.sid not in (None, sid):
            raise errors.WrongMoment

    async def _append(self, message: inbox.Append) -> None:
        follower = self.follower(Sid(message.sid))
        entry = inbox.read_entry(message.entry)
        if isinstance(entry, wire.Frame):
            self.append_frame(message, follower, self.storing_frame(message, follower, entry, self.name))
        elif isinstance(entry, wire.Announcement):
            await self.under_way_at_most(0)
            await self._announce(message, follower, follower.feed.id, entry)
        elif isinstance(entry, wire.ReturnKey):
            await self.under_way_at_most(0)
            await self.append(message, follower, returning.store_key(self.node, message, entry))
        elif isinstance(entry, wire.Refusal):
            await self.under_way_at_most(0)
            await self.append(message, follower, await self._storing_refusal(message, entry))
        else:
            raise errors.WrongRole

    async def _announce(
        self, message: inbox.Append, follower: Follower, sid: bytes, entry: wire.Announcement
    ) -> None:
        await self.append(message, follower, await self._storing_announcement(message, sid, entry))
        if entry.lease is None:
            await self._settle_asks(Sid(message.sid))
        else:
            self.waiting = False
            since = await self.node.queue.remove(Sid(message.sid))
            if since is not None:
                await self.node.waits.count(self.node.now - since, self.node.now)

    async def _settle_asks(self, sid: Sid) -> None:
        """E6: whoever came when asked may be in now."""
        if facts := await self.node.conversations.facts(sid):
            await settled(self.node, sid, facts.members.values())

    async def _storing_announcement(
        self, message: inbox.Append, sid: bytes, entry: wire.Announcement
    ) -> Awaitable[Stored]:
        """E2, S1: signed by the key of this conversation's first announcement, over the newest one."""
        node = self.node
        doc = unb64(entry.doc)
        announcement = epochs.parse_announcement(node.realm, doc)
        if announcement.sid != sid or announcement.epoch == 0:
            raise errors.VerificationError(
                "E2", "an announcement of another conversation, or a second first one"
            )
        self._check_wraps(entry, announcement)
        (await continuing.visitor_key(node, Sid(message.sid))).verify("E2", doc, unb64(entry.sig))
        return node.conversations.append_announcement(
            Sid(message.sid),
            epoch=announcement.epoch,
            digest=announcement.hash,
            members={Sender(member.duty): member.certificate for member in announcement.members},
            lease=Lease(entry.lease) if entry.lease else None,
            raw=bytes(message.entry),
            now=node.now,
        )

    async def _storing_refusal(self, message: inbox.Append, entry: wire.Refusal) -> Awaitable[Stored]:
        """E6: signed by the key of this conversation's first announcement."""
        node, sid = self.node, Sid(message.sid)
        signed = Signed(unb64(entry.doc), unb64(entry.sig))
        offer = verify_refusal(node.realm, signed, await continuing.visitor_key(node, sid))
        return node.conversations.append_refusal(
            sid, digest=signed.hash, offer=offer, raw=bytes(message.entry), now=node.now
        )

    def _check_wraps(self, entry: wire.Announcement, announcement: epochs.Announcement) -> None:
        wraps = [unb64(wrap) for wrap in entry.wraps]
        if epochs.wraps_hash(self.node.realm, wraps) != announcement.wraps_hash:
            raise errors.VerificationError("E2", "wraps that the announcement does not name")

    async def _tell(self, message: wire.Tell) -> None:
        """Before 7, 8: while one waits. First in the log's facts, which know whether somebody was let in."""
        node, sid = self.node, Sid(message.sid)
        self.follower(sid)
        told = telling.read(node, message.told)
        await node.conversations.tell(sid, told, node.now)
        await node.queue.tell(sid, told)
        self.connection.send(wire.Done(ref=message.ref))

    async def _close(self, message: wire.Close) -> None:
        sid, _ = inbox.conversation(message.sid)
        self.follower(sid)
        if message.cool_down:
            raise errors.WrongRole
        await self.node.end(sid, "closed")
        self.connection.send(wire.Done(ref=message.ref))

    async def _ask(self, message: wire.Ask) -> None:
        """E8: somebody else shall come, and asks the visitor then."""
        self.follower(Sid(message.sid))
        await ask_for_another(self.node, message)
        self.connection.send(wire.Done(ref=message.ref))

    async def _leave(self, message: wire.Leave) -> None:
        sid, _ = inbox.conversation(message.sid)
        await self.node.leave(sid, unb64(message.token))
        self.connection.send(wire.Done(ref=message.ref))

    # While the connection lasts

    @property
    def sees_desk(self) -> bool:
        return self.waiting and self.sid in self.followed

    def tell_desk(self, shown: Shown, asked: Asking) -> None:  # noqa: ARG002 (no visitor is asked by the service)
        message = shown.queue_of(self.sid) if self.sid else None
        if message is None:
            return
        if message != self.told:
            self.told = message
            self.connection.send(message)

    async def renew(self) -> None:
        """S6: while the visitor's socket is here, conversation and place live, up to their cap."""
        await super().renew()
        if self.sid is None:
            self._hurry()
        elif self.sid in self.followed:
            try:
                await self._keep(self.sid)
            except errors.UnknownConversation:
                await self.node.end(self.sid, "time")

    def _hurry(self) -> None:
        """A socket that says nothing is given up."""
        if self.node.clock() - self._since >= SILENT_SECONDS:
            self.connection.fail(errors.TooSlow())

    async def _keep(self, sid: Sid) -> None:
        node = self.node
        await node.conversations.keep(sid, node.now)
        if self.waiting:
            self.waiting = await node.queue.present(sid, self.here_until, node.now)

    async def unfollow(self, sid: Sid) -> Here | None:
        here = await super().unfollow(sid)
        if self.waiting and here and not here.visitors:
            await self.node.queue.away(sid, self.node.now)
        return here
