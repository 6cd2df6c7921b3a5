"""What visitors' and counsellors' sessions have in common: reading a message, refusing it in words, following and appending.

Knows one connection and the node; what only one side may do is in `visitor.py` and `counsellor.py`.
"""

import secrets
from collections.abc import Awaitable
from typing import Any, ClassVar, Final, NoReturn

import structlog

from chat import errors, wire
from chat.crypto import frames
from chat.crypto.encoding import b64, unb64
from chat.live import inbox
from chat.live.connection import Connection, told
from chat.live.desk import Shown
from chat.live.feed import Follower
from chat.live.hub import presence_message
from chat.live.node import Node
from chat.live.page import Page
from chat.rules import limits
from chat.rules.ids import Sender, Sid
from chat.store.conversations import Record, Stored
from chat.store.presence import Here, Side

RENEW_SECONDS: Final = limits.PRESENCE_SECONDS / 2

_log = structlog.get_logger()


class Session:
    """One connection's session. `followed`: the conversations it follows now."""

    side: ClassVar[Side]

    def __init__(self, node: Node, connection: Connection, page: Page | None = None) -> None:
        self.node = node
        self.connection = connection
        self.page = page
        self.id = page.name if page else b64(secrets.token_bytes(9))
        self.followed: dict[Sid, Follower] = {}
        self.renew_at = node.clock() + RENEW_SECONDS
        speed = node.speed
        self._bucket = (
            page.bucket if page else limits.TokenBucket(node.clock(), speed.burst, speed.per_second)
        )

    @property
    def here_until(self) -> int:
        """So long this link counts as here when nothing more is heard of it, Unix seconds."""
        return self.node.now + (limits.POLL_PRESENCE_SECONDS if self.page else limits.PRESENCE_SECONDS)

    def greet(self) -> None:
        """The first message (protocol, Messages 1)."""
        node = self.node
        freshness = node.standing.current(node.now)
        self.connection.send(
            wire.Welcome(now=node.now, realm=node.realm, root=b64(node.root), freshness=freshness)
        )

    async def received(self, text: str) -> None:
        """Carry one message out, or refuse it in words."""
        message = self.read(text)
        try:
            self._bucket.take(self.node.clock())
            await self.carry_out(message)
        except errors.VarsamError as error:
            self.refuse(error, message.ref, getattr(message, "sid", None))

    def refuse(self, error: errors.VarsamError, ref: int, sid: str | None) -> None:
        """Tell an error; one with a close code ends the connection."""
        self.node.measures.refused.labels(error.code).inc()
        self.connection.send(told(error, ref, sid))
        if error.close is not None:
            self.connection.close(error)

    async def left(self) -> None:
        """The connection is over."""
        self.node.connected.discard(self)
        for sid in list(self.followed):
            try:
                await self.unfollow(sid)
            except errors.StoreUnavailable:
                _log.warning("presence runs out by itself")

    async def renew(self) -> None:
        """Say again that this socket is here; what ended meanwhile is followed no more."""
        for sid, follower in list(self.followed.items()):
            if follower.ended:
                del self.followed[sid]
            else:
                await self.node.presence.still(sid, self.id, self.side, self.node.now, self.here_until)

    # What the two sides fill in

    def read(self, text: str) -> Any:
        """The message in a text."""
        raise NotImplementedError

    async def carry_out(self, message: Any) -> None:
        """Do what a message asks for."""
        raise NotImplementedError

    @property
    def sees_desk(self) -> bool:
        """Whether the queue concerns it."""
        raise NotImplementedError

    def tell_desk(self, shown: Shown) -> None:
        """How the queue stands now, for whom it concerns."""
        raise NotImplementedError

    # What both do

    async def start_following(self, sid: Sid, following: int) -> Follower:
        """Take the log up at index `following`; what was followed before is taken up anew."""
        node = self.node
        here = await node.presence.here(sid, self.id, self.side, node.now, self.here_until)
        if self.page:
            node.lapses[sid] = self.here_until + 1
        if old := self.followed.pop(sid, None):
            node.hub.unfollow(old)
        follower = await node.hub.follow(sid, self.connection, following, self.side == "visitor")
        self.followed[sid] = follower
        self.connection.send(presence_message(sid, here))
        return follower

    async def unfollow(self, sid: Sid) -> Here | None:
        """Follow no more; who is there then. None: the page comes back with its next request, or its presence runs out."""
        follower = self.followed.pop(sid)
        self.node.hub.unfollow(follower)
        if self.page:
            return None
        return await self.node.presence.gone(sid, self.id, self.side, self.node.now)

    def follower(self, sid: Sid) -> Follower:
        """The place in a log that must be followed before it is written to."""
        follower = self.followed.get(sid)
        if follower is None:
            raise errors.WrongMoment
        return follower

    async def refuse_ended(self, sid: Sid) -> NoReturn:
        """Say why a conversation is gone, as far as that is known (S6)."""
        reason = await self.node.conversations.ended(sid)
        self.connection.send(wire.Ended(sid=sid, reason=reason or "unknown"))
        raise errors.UnknownConversation

    async def append(self, message: inbox.Append, follower: Follower, storing: Awaitable[Stored]) -> None:
        """Store an entry; its `ack` comes in its place in the log (S3)."""
        follower.appends()
        try:
            stored = await storing
        except BaseException:
            follower.append_failed()
            raise
        self.node.measures.appended.inc()
        follower.appended(message.ref, Record(stored.index, stored.at, bytes(message.entry)), stored.repeated)

    def storing_frame(
        self, message: inbox.Append, sid: bytes, frame: wire.Frame, sender: Sender | None
    ) -> Awaitable[Stored]:
        """F1, S1: whose socket this is must be who writes. Clients verify the signature; the server does not."""
        node = self.node
        header, _ = unb64(frame.header), unb64(frame.sig)
        fields = frames.parse_header(node.realm, header)
        if fields.sid != sid:
            raise errors.VerificationError("F1", "a frame of another conversation")
        if fields.sender != sender:
            raise errors.NotAMember
        return node.conversations.append_frame(
            Sid(message.sid),
            sender=Sender(fields.sender),
            epoch=fields.epoch,
            seq=fields.seq,
            digest=frames.frame_hash(node.realm, header, unb64(frame.ciphertext)),
            raw=bytes(message.entry),
            now=node.now,
        )
