"""One conversation's log as this process passes it on: each follower gets every entry once, in index order, without holes.

What a follower's own connection appended reaches it as `ack` in the entry's place (protocol, Messages 3). The log in the
store is the truth: whoever is not at its end, for whatever reason, is healed by reading the range (S2).
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

import structlog

from chat import errors
from chat.crypto.encoding import unb64
from chat.live.connection import Connection, told
from chat.rules.ids import Sid
from chat.store.bus import Listener
from chat.store.conversations import Record

RECENT_ENTRIES: Final = 16
BATCH_ENTRIES: Final = 32

_log = structlog.get_logger()

Read = Callable[[Sid, int, int], Awaitable[list[Record]]]
Gone = Callable[["Follower"], Awaitable[None]]
"""What to do about an entry that is held, and is not in the log any more."""


class Feed:
    """The newest entries of one log, and who follows it here. `tip`: the highest index known to exist."""

    __slots__ = (
        "_entry_prefix", "_last_text", "_looking", "_recent", "followers", "gone", "id", "listener", "read", "sid", "subscribed", "tip",
    )  # fmt: skip

    def __init__(self, sid: Sid, read: Read, gone: Gone) -> None:
        self.sid = sid
        self.id = unb64(sid)
        self.read = read
        self.gone = gone
        self.tip = 0
        self.followers: list[Follower] = []
        self.listener: Listener = lambda _: None
        self.subscribed: asyncio.Future[None]
        self._recent: deque[Record] = deque(maxlen=RECENT_ENTRIES)
        self._last_text = (0, "")
        self._looking: asyncio.Task[None] | None = None
        self._entry_prefix = f'{{"type":"entry","sid":"{sid}","index":'

    def looks(self, what: Coroutine[Any, Any, None] | None) -> None:
        """Look how it stands, and no longer as before; None: nobody wants to know any more."""
        if self._looking and self._looking is not asyncio.current_task():
            self._looking.cancel()
        self._looking = asyncio.get_running_loop().create_task(what, name="look") if what else None
        if self._looking:
            self._looking.add_done_callback(self._looked)

    def _looked(self, looking: asyncio.Task[None]) -> None:
        if looking.cancelled() or (error := looking.exception()) is None:
            return
        _log.warning("looking failed", error=type(error).__name__)
        for follower in self.followers:
            follower.connection.fail(as_told(error))

    def arrived(self, record: Record) -> None:
        """An entry became known, from the bus or as the answer to an append; what is known already is ignored."""
        if record.index <= self.tip:
            self.again(record.index, record.raw)
            return
        if record.index > self.tip + 1:
            self._recent.clear()
        self._recent.append(record)
        self.tip = record.index
        for follower in self.followers:
            follower.catch_up()

    def again(self, index: int, said: bytes) -> None:
        """S3: what is said of an index that was passed on ends with the entry that stood there; else the store has lost that."""
        known = self.recent_from(index)
        if known and not said.endswith(known[0].raw):
            for follower in list(self.followers):
                if follower.next > index:
                    follower.lose()

    def reached(self, index: int) -> None:
        """The log is known to go on until `index`."""
        if index > self.tip:
            self._recent.clear()
            self.tip = index

    def recent_from(self, index: int) -> list[Record]:
        """The entries from `index` to the tip, if memory reaches back that far; else none."""
        first = self.tip + 1 - len(self._recent)
        if index < first:
            return []
        if index == self.tip:
            return [self._recent[-1]]
        return list(self._recent)[index - first :]

    def entry_text(self, record: Record) -> str:
        """The message `entry`; the entry's own bytes go in as they were stored."""
        if self._last_text[0] != record.index:
            text = f'{self._entry_prefix}{record.index},"at":{record.at},"entry":{record.raw.decode()}}}'
            self._last_text = (record.index, text)
        return self._last_text[1]

    def ack_text(self, index: int, at: int, ref: int) -> str:
        """The message `ack`."""
        return f'{{"type":"ack","ref":{ref},"sid":"{self.sid}","index":{index},"at":{at}}}'


class Follower:
    """One connection's place in one log. `next` is the index it gets next; `own` are the `ref`s of what it appended.

    While appends are under way nobody knows which of the coming entries are this follower's own. They are answered in order:
    until `settled`, the highest index answered, it is known.
    """

    __slots__ = (
        "_appending",
        "_behind",
        "_healer",
        "_own",
        "_settled",
        "_waiting",
        "connection",
        "ended",
        "feed",
        "lost",
        "next",
        "visitor",
    )

    def __init__(self, feed: Feed, connection: Connection, following: int, visitor: bool) -> None:
        self.feed = feed
        self.connection = connection
        self.next = following
        self.visitor = visitor
        self.ended = False
        self.lost = False
        self._own: dict[int, int] = {}
        self._appending = 0
        self._settled = 0
        self._behind = False
        self._waiting = False
        self._healer: asyncio.Task[None] | None = None

    def appends(self) -> None:
        """One more append is under way."""
        self._appending += 1

    def appended(self, ref: int, record: Record, repeated: bool) -> None:
        """The answer to an append. A repeat may carry another signature than what is stored, so the log is read."""
        self._appending -= 1
        self._settled = max(self._settled, record.index)
        if self.ended or self.lost:
            return
        if record.index < self.next:
            self.connection.send_text(self.feed.ack_text(record.index, record.at, ref))
        else:
            self._own[record.index] = ref
        if repeated:
            self.feed.reached(record.index)
        else:
            self.feed.arrived(record)
        self.catch_up()

    def append_failed(self) -> None:
        """Nothing of it was stored, or nobody knows."""
        self._appending -= 1
        self.catch_up()

    def catch_up(self) -> None:
        """Go to the end of the log: from memory where it reaches back far enough, else from the store."""
        if (
            self.ended
            or self._is_open(self.next)
            or self.lost
            or self._healer
            or self._waiting
            or not (self._behind or self.next <= self.feed.tip)
        ):
            return
        if not self._behind:
            for record in self.feed.recent_from(self.next):
                if self._is_open(record.index) or not self._pass_on(record):
                    return
        if self._behind or self.next <= self.feed.tip:
            self.heal()

    def heal(self) -> None:
        """Read on from the store until the end of the log, wherever that is."""
        self._behind = True
        if self._healer is None and not (self._waiting or self.ended or self.lost):
            self._healer = asyncio.get_running_loop().create_task(self._read_on(), name="healer")
            self._healer.add_done_callback(self._healed)

    def stop(self) -> None:
        """It follows no more."""
        self.ended = True
        if self._healer:
            self._healer.cancel()

    def lose(self) -> None:
        """S3: what its page holds is not in the log any more. It is told, and gets nothing but how the conversation ends (E9)."""
        if self.ended or self.lost:
            return
        self.lost = True
        self.connection.send(told(errors.LostEntries(), sid=self.feed.sid))
        if self._healer:
            self._healer.cancel()

    @property
    def at_the_end(self) -> bool:
        """Whether everything that is known to be in the log was handed over."""
        return self.ended or self.lost or (not self._behind and self.next > self.feed.tip)

    def _is_open(self, index: int) -> bool:
        """Whether an entry may or may not be its own."""
        return self._appending > 0 and index > self._settled

    def _pass_on(self, record: Record) -> bool:
        """Hand the next entry over, unless the connection has no room: then it comes when there is."""
        if self.connection.full:
            self._waiting = True
            self.connection.when_drained(self._drained)
            return False
        ref = self._own.pop(record.index, None) if self._own else None
        self.connection.send_text(
            self.feed.entry_text(record) if ref is None else self.feed.ack_text(record.index, record.at, ref)
        )
        self.next = record.index + 1
        return True

    def _drained(self) -> None:
        self._waiting = False
        self.catch_up()

    async def _read_on(self) -> None:
        """From the entry that is held, which tells a log that ends here from one that is gone (S2).

        Stops early where an append is under way or the outbox is full; either goes on with `catch_up`.
        """
        while True:
            known, held = self.feed.tip, max(self.next - 1, 1)
            records = await self.feed.read(self.feed.sid, held, BATCH_ENTRIES)
            if not records:
                return await self.feed.gone(self)
            if [record.index for record in records] != list(range(held, held + len(records))):
                return self.lose()
            for record in records:
                if record.index >= self.next and (
                    self.ended or self._is_open(record.index) or not self._pass_on(record)
                ):
                    return None
            self.feed.reached(self.next - 1)
            if len(records) < BATCH_ENTRIES:
                if self.next <= known:
                    return self.lose()
                if self.next > self.feed.tip:
                    self._behind = False
                    return None

    def _healed(self, healer: asyncio.Task[None]) -> None:
        self._healer = None
        if healer.cancelled():
            return
        if (error := healer.exception()) is None:
            self.catch_up()
        else:
            _log.warning("healing failed", error=type(error).__name__)
            self.connection.fail(as_told(error))


def as_told(error: BaseException) -> errors.VarsamError:
    """Why a connection must come back."""
    return error if isinstance(error, errors.VarsamError) else errors.StoreUnavailable()
