"""What visitors' and counsellors' sessions have in common: reading a message, refusing it in words, following and appending.

Knows one connection and the node; what only one side may do is in `visitor.py` and `counsellor.py`.
"""

import asyncio
import secrets
from collections.abc import Awaitable
from functools import partial
from typing import Any, ClassVar, Final, NoReturn

import structlog

from chat import errors, wire
from chat.crypto import frames
from chat.crypto.encoding import b64, check64, digest, unb64
from chat.live import inbox
from chat.live.asking import Asking
from chat.live.connection import Connection, told
from chat.live.desk import Shown
from chat.live.feed import Follower
from chat.live.hub import ended_message
from chat.live.node import Node
from chat.live.page import Page
from chat.rules import limits
from chat.rules.ids import Sender, Sid
from chat.store.conversations import Facts, Record, Stored, stored
from chat.store.presence import Here, Side
from chat.store.scripts import Answer

FRAMES_AT_ONCE: Final = 16
"""Of one connection, on their way into the store."""
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
        self._under_way = 0
        self._room: asyncio.Future[None] | None = None
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
            if self._under_way:
                await self.under_way_at_most(FRAMES_AT_ONCE - 1 if isinstance(message, inbox.Append) else 0)
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

    def tell_desk(self, shown: Shown, asked: Asking) -> None:
        """How the queue stands now, and who is asked where, for whom it concerns."""
        raise NotImplementedError

    def frame_stored(self, sid: Sid) -> None:
        """A frame of this connection stands in the log."""

    # What both do

    async def start_following(self, sid: Sid, following: int) -> Follower:
        """Take the log up at index `following`; what was followed before is taken up anew."""
        node = self.node
        if old := self.followed.pop(sid, None):
            node.hub.unfollow(old)
        follower = await node.hub.follow(sid, self.connection, following, self.side == "visitor")
        try:
            # Who is here is published, also to this follower: an answer could be older than what was published since.
            await node.presence.here(sid, self.id, self.side, node.now, self.here_until)
        except BaseException:
            node.hub.unfollow(follower)
            raise
        if self.page:
            node.lapses[sid] = self.here_until + 1
        self.followed[sid] = follower
        return follower

    def begin(self, follower: Follower, facts: Facts) -> None:
        """Send the log from where it is followed; of one that has lost entries, that it has (E9)."""
        if facts.lost:
            follower.lose()
        else:
            follower.heal()

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
        self.connection.send(ended_message(sid, await self.node.conversations.ended(sid)))
        raise errors.UnknownConversation

    async def append(self, message: inbox.Append, follower: Follower, storing: Awaitable[Stored]) -> None:
        """Store an entry; its `ack` comes in its place in the log (S3)."""
        follower.appends()
        try:
            stored = await storing
        except BaseException as error:
            self._not_appended(follower, error)
            raise
        self._appended(message, follower, stored)

    def _appended(self, message: inbox.Append, follower: Follower, stored: Stored) -> None:
        self.node.measures.appended.inc()
        follower.appended(message.ref, Record(stored.index, stored.at, bytes(message.entry)), stored.repeated)

    def _not_appended(self, follower: Follower, error: BaseException) -> None:
        follower.append_failed()
        if isinstance(error, errors.UnknownConversation):
            self.node.hub.doubt(follower.feed)

    def append_frame(
        self, message: inbox.Append, follower: Follower, storing: asyncio.Future[Answer]
    ) -> None:
        """The same, without waiting: the next frame may follow at once, since the store carries out in order what it is asked."""
        follower.appends()
        self._under_way += 1
        storing.add_done_callback(partial(self._frame_answered, message, follower))

    def _frame_answered(
        self, message: inbox.Append, follower: Follower, storing: asyncio.Future[Answer]
    ) -> None:
        self._under_way -= 1
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
        try:
            answer = stored(storing.result())
        except errors.VarsamError as error:
            self._not_appended(follower, error)
            self.refuse(error, message.ref, message.sid)
        except Exception as bug:  # noqa: BLE001 (as in what reads the connection)
            self._not_appended(follower, bug)
            self.connection.fail_as_bug(bug)
        else:
            self._appended(message, follower, answer)
            self.frame_stored(follower.feed.sid)

    async def under_way_at_most(self, count: int) -> None:
        """Wait until no more frames than that are being stored."""
        while self._under_way > count:
            self._room = asyncio.get_running_loop().create_future()
            await self._room

    def storing_frame(
        self, message: inbox.Append, follower: Follower, frame: wire.Frame, sender: Sender | None
    ) -> asyncio.Future[Answer]:
        """F1, S1: whose socket this is must be who writes. Clients verify the signature; the server does not."""
        node = self.node
        fields = frames.parse_header(node.realm, unb64(frame.header))
        check64(frame.sig)
        if fields.sid != follower.feed.id:
            raise errors.VerificationError("F1", "a frame of another conversation")
        if fields.sender != sender:
            raise errors.NotAMember
        return node.conversations.append_frame(
            follower.feed.sid,
            sender=Sender(fields.sender),
            epoch=fields.epoch,
            seq=fields.seq,
            digest=digest(b"%b.%b" % (frame.header.encode(), check64(frame.ciphertext))),
            raw=bytes(message.entry),
            now=node.now,
            seen=fields.index,
        )
