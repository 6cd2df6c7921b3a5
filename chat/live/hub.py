"""Who follows which conversation on this node, and what the bus says of them.

Knows channels and followers, no message's meaning. It subscribes before a range is read, so nothing falls between (S2), and
when the bus was deaf everybody reads on from where they stand.
"""

import asyncio
from functools import partial
from typing import Final

import msgspec

from chat import wire
from chat.live.connection import Connection
from chat.live.feed import Feed, Follower
from chat.rules.ids import Sid
from chat.store import presence
from chat.store.bus import Bus
from chat.store.conversations import Conversations, Lost, Over, channel, heard

SETTLE_SECONDS: Final = 10.0
SETTLE_STEP_SECONDS: Final = 0.02

_read_word = msgspec.json.Decoder(wire.Signed).decode


class Hub:
    """The feeds of this node."""

    def __init__(self, conversations: Conversations, bus: Bus) -> None:
        self._conversations = conversations
        self._bus = bus
        self._feeds: dict[Sid, Feed] = {}

    async def follow(self, sid: Sid, connection: Connection, following: int, visitor: bool) -> Follower:
        """A place in the log from index `following` on; `heal` it to begin."""
        feed = self._feeds.get(sid)
        if feed is None:
            feed = self._feeds[sid] = Feed(sid, self._conversations.read, self._gone)
            feed.listener = partial(self._hear, feed)
            feed.subscribed = asyncio.ensure_future(self._bus.subscribe(channel(sid), feed.listener))
        follower = Follower(feed, connection, following, visitor)
        feed.followers.append(follower)
        try:
            await asyncio.shield(feed.subscribed)
        except BaseException:
            self.unfollow(follower)
            raise
        return follower

    def unfollow(self, follower: Follower) -> None:
        """No more of this."""
        follower.stop()
        feed = follower.feed
        if follower in feed.followers:
            feed.followers.remove(follower)
        if not feed.followers:
            self._drop(feed)

    def _drop(self, feed: Feed) -> None:
        feed.looks(None)
        if self._feeds.get(feed.sid) is feed:
            del self._feeds[feed.sid]
            self._bus.unsubscribe(channel(feed.sid), feed.listener)

    async def settle(self, sid: Sid) -> None:
        """Wait until everybody here was sent all that is in the log, 10 s at most (F5)."""
        feed = self._feeds.get(sid)
        waited = 0.0
        while (
            feed and waited < SETTLE_SECONDS and not all(follower.at_the_end for follower in feed.followers)
        ):
            await asyncio.sleep(SETTLE_STEP_SECONDS)
            waited += SETTLE_STEP_SECONDS

    def _hear(self, feed: Feed, message: bytes | None) -> None:
        if message is None:
            for follower in feed.followers:
                follower.heal()
            self.doubt(feed)
        elif here := presence.heard(message):
            self.tell_presence(feed.sid, here)
        else:
            said = heard(message, feed.tip)
            if isinstance(said, Over):
                self.end(feed.sid, said)
            elif isinstance(said, Lost):
                for follower in feed.followers:
                    follower.lose()
            elif isinstance(said, int):
                feed.again(said, message)
            else:
                feed.arrived(said)

    def doubt(self, feed: Feed) -> None:
        """Look how it stands in the store: that it is gone there is told to whoever follows it here, also where no word of its end has come."""
        if self._feeds.get(feed.sid) is feed:
            feed.looks(self._look(feed))

    async def _look(self, feed: Feed) -> None:
        """What is published once and stands in no log: that it ended, or that it has lost entries (S3, E9)."""
        facts = await self._conversations.facts(feed.sid)
        if facts is None:
            self.end(feed.sid, await self._conversations.ended(feed.sid))
        elif facts.lost:
            for follower in feed.followers:
                follower.lose()

    async def _gone(self, follower: Follower) -> None:
        """It ended while nobody here listened; or it goes on, without what this page holds (S3)."""
        sid = follower.feed.sid
        if await self._conversations.facts(sid):
            follower.lose()
        else:
            self.end(sid, await self._conversations.ended(sid))

    def end(self, sid: Sid, over: Over | None) -> None:
        """Tell everybody here that it is over; None: and that nobody knows why."""
        feed = self._feeds.get(sid)
        if feed is None:
            return
        for follower in feed.followers:
            follower.stop()
            follower.connection.send(ended_message(sid, over))
        self._drop(feed)

    def tell_presence(self, sid: Sid, here: presence.Here) -> None:
        """Tell everybody here who is there."""
        message = presence_message(sid, here)
        feed = self._feeds.get(sid)
        for follower in feed.followers if feed else ():
            follower.connection.send(message)


def ended_message(sid: Sid, over: Over | None) -> wire.Ended:
    """How it ended, as browsers are told."""
    if over is None:
        return wire.Ended(sid=sid, reason="unknown")
    if over.reason == "closed":
        return wire.Ended(sid=sid, reason="closed", until=int(over.word) if over.word else None)
    word = _read_word(over.word) if over.word else None
    return wire.Ended(sid=sid, reason=over.reason, continuation=word)


def presence_message(sid: Sid, here: presence.Here) -> wire.Presence:
    """Who is there, as browsers are told."""
    return wire.Presence(sid=sid, visitor=here.visitors > 0, counsellors=here.counsellors, guests=here.guests)
