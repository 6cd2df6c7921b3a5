"""Conversations: each one log and the facts about it, in the live store (S1, S2, S6).

It appends, reads and erases. It knows no sockets, verifies nothing and never looks into an entry. Each change is one
script on one hash tag, and what a script appends it also publishes on the conversation's channel.
"""

import asyncio
from collections.abc import Mapping

from msgspec import Struct
from msgspec.json import decode, encode

from chat.rules import conversation, limits
from chat.rules.conversation import Ending, State
from chat.rules.ids import Lease, Sender, Sid
from chat.rules.told import NOTHING, Told
from chat.store.connections import Store
from chat.store.scripts import Answer, Script, refuse

GRACE_SECONDS = 60
"""A conversation whose time is over is still there so long, for somebody who follows it to say so (`end`, "time")."""
LEFT_EARLY_SECONDS = 60
"""How long a start may still be under way after its visitor has left."""
RENEW_SECONDS = 15
"""The time to live is not set again when less than this would be gained."""


class Stored(Struct, frozen=True):
    """An entry is in the log. `repeated`: it was there before, this is the first answer again."""

    index: int
    at: int
    """Unix seconds."""
    repeated: bool


class Record(Struct, frozen=True):
    """An entry as it stands in the log. `raw`: its exact JSON bytes."""

    index: int
    at: int
    raw: bytes


class Over(Struct, frozen=True):
    """A conversation ended and was erased. `word`: the exact JSON of the one by which it is continued (E9), or
    until when its cool-down lasts.
    """

    reason: Ending
    word: bytes = b""


class Lost(Struct, frozen=True):
    """Somebody holds entries of it that are not here any more (E9)."""


class Facts(Struct, frozen=True):
    """What the service knows of a conversation that has not ended."""

    state: State
    visitor: Sender
    epoch: int
    newest: bytes
    """H(A_e) of the newest announcement."""
    members: Mapping[Sender, bytes]
    """H(certificate) by H(duty)."""
    lease: Lease | None
    """The current one; None when it was returned or used."""
    opened: int
    until: int
    """When it is over unless the visitor's socket renews it (S6)."""
    length: int
    """Entries in the log."""
    language: str
    entrance: str | None
    lost: bool = False
    """Entries that were acknowledged are known to be missing (E9)."""
    code: bytes | None = None
    """H(locator) of the return code by which the visitor may come back (R1)."""
    returns: int = 0
    """Where the key of that stands in the log."""
    departed: bool = False
    """The visitor's page is over, and only who comes back by the code goes on."""
    told: Told = NOTHING
    back: bool = False
    """Its visitor came back by a return code (R2)."""


def channel(sid: Sid) -> str:
    """Where the conversation's entries and its end are published."""
    return f"varsam:{{{sid}}}:log"


def heard(message: bytes, known: int = 0) -> Record | Over | Lost | int:
    """What was published on a conversation's channel; of an entry up to index `known` only its index."""
    index, _, rest = message.partition(b" ")
    if index == b"ended":
        return _over(rest)
    if index == b"lost":
        return Lost()
    if int(index) <= known:
        return int(index)
    at, _, raw = rest.partition(b" ")
    return Record(int(index), int(at), raw)


def stored(answer: Answer) -> Stored:
    """What the store answered to an append; raises what it refused."""
    index, at, repeated = refuse(answer)
    return Stored(index, at, bool(repeated))


def _over(ending: bytes) -> Over:
    reason, _, word = ending.partition(b" ")
    why: Ending = reason.decode()  # type: ignore[assignment]
    return Over(why, word)


class Conversations:
    """All conversations of the service. `raw` is always an entry's exact JSON bytes, as it is pushed to clients."""

    def __init__(self, live: Store) -> None:
        self._live = live
        self._start = _script("start")
        self._append_frame = _script("append_frame")
        self._append_announcement = _script("append_announcement")
        self._append_offer = _script("append_offer")
        self._append_refusal = _script("append_refusal")
        self._lease = _script("lease")
        self._unlease = _script("unlease")
        self._keep = _script("keep")
        self._end = _script("end")
        self._lose = _script("lose")
        self._append_return_key = _script("append_return_key")
        self._depart = _script("depart")
        self._told = _script("told")

    async def start(
        self,
        sid: Sid,
        *,
        capability_hash: bytes,
        leave_hash: bytes,
        visitor: Sender,
        announcement_hash: bytes,
        raw: bytes,
        language: str,
        entrance: str | None,
        now: int,
        told: Told = NOTHING,
        opened: int | None = None,
        back: bool = False,
    ) -> Stored:
        """Open a conversation with A_0, its entry 1, waiting. The same again gets the first answer. `opened`: when the one
        that it continues was. `back`: by a return code.

        `OtherBytes` if it exists with another announcement or capability, `UnknownConversation` if it has ended, or if
        its visitor has left by now.
        """
        begun = now if opened is None else opened
        hashes = (announcement_hash, capability_hash, leave_hash)
        rest = (*hashes, visitor, language, entrance or "", begun, encode(told), int(back))
        return stored(await self._run(self._start, sid, now, raw, *rest, more=(_left(sid),)))

    async def tell(self, sid: Sid, told: Told, now: int) -> None:
        """The visitor tells something else while waiting. `WrongMoment` after admission, `UnknownConversation`."""
        refuse(await self._run(self._told, sid, now, b"", encode(told)))

    async def leave_early(self, sid: Sid, leave_hash: bytes) -> None:
        """Leave 3: its visitor has left, and it has not begun yet: it shall not begin. For a minute."""
        await self._live.command("SET", _left(sid), leave_hash, "EX", LEFT_EARLY_SECONDS)

    def append_frame(
        self,
        sid: Sid,
        *,
        sender: Sender,
        epoch: int,
        seq: int,
        digest: bytes,
        raw: bytes,
        now: int,
        seen: int = 0,
    ) -> asyncio.Future[Answer]:
        """S1. `digest` leaves the signature out; `seen` is the entry that the sender holds. The caller has bound `sender` to the
        socket. The answer is for `stored`:

        `OtherBytes`, `StaleEpoch`, `NotAMember`, `Gap`, `LostEntries` (`seen` is not in the log), `Full`,
        `UnknownConversation`; in this order, and nothing stored.
        """
        return self._run(self._append_frame, sid, now, raw, digest, sender, epoch, seq, seen)

    async def append_announcement(
        self,
        sid: Sid,
        *,
        epoch: int,
        digest: bytes,
        members: Mapping[Sender, bytes],
        lease: Lease | None,
        raw: bytes,
        now: int,
    ) -> Stored:
        """S1, E5. Before admission it must have members and name the current lease: then offered → admitted.

        `digest` is H(A_e); `members` are H(certificate) by H(duty). `OtherBytes`, `Gap`, `LeaseLost`, `WrongMoment` (no
        members before admission, or a lease after it), `Full`, `UnknownConversation`.
        """
        return await self._appended(
            self._append_announcement,
            sid,
            now,
            raw,
            digest,
            epoch,
            b"".join(members),
            b"".join(members.values()),
            lease or "",
        )

    async def append_offer(
        self, sid: Sid, *, digest: bytes, over: bytes, lease: Lease | None, raw: bytes, now: int
    ) -> Stored:
        """E5. `digest` is H(offer), `over` the H(A_e) it was signed over. An `accept` names the current lease.

        `StaleOffer`, `LeaseLost`, `WrongMoment` (no lease before admission), `Full`, `UnknownConversation`.
        """
        return await self._appended(self._append_offer, sid, now, raw, digest, over, lease or "")

    async def append_return_key(
        self, sid: Sid, *, digest: bytes, code: bytes, reading: bytes, raw: bytes, now: int
    ) -> Stored:
        """R1: the visitor may come back by the code whose H(locator) is `code`, and by no earlier one; `reading` is H(capability) of
        who may read the announcements. From now on it lives up to its cap (S6).

        `WrongMoment` before admission, `Full`, `UnknownConversation`.
        """
        return await self._appended(self._append_return_key, sid, now, raw, digest, code, reading)

    async def depart(self, sid: Sid, raw: bytes, now: int) -> Stored | None:
        """Leave 5: the visitor left, and may come back by a code: `raw` says so, and nothing is erased. None: without a code."""
        reply = await self._run(self._depart, sid, now, raw)
        return stored(reply) if reply is not None else None

    async def offer(self, sid: Sid, digest: bytes) -> bytes | None:
        """The exact bytes of the offer, or of the word for a guest, with this hash. None: it does not stand in the log."""
        index = await self._live.command("HGET", _facts(sid), b"o" + digest)
        records = await self.read(sid, int(index), 1) if index else []
        return records[0].raw if records else None

    async def append_refusal(self, sid: Sid, *, digest: bytes, offer: bytes, raw: bytes, now: int) -> Stored:
        """E6. `digest` is H(refusal), `offer` the H(offer) that it refuses, or takes back.

        `StaleOffer` (not in the log, or over an older announcement), `Full`, `UnknownConversation`.
        """
        return await self._appended(self._append_refusal, sid, now, raw, digest, offer)

    async def lease(self, sid: Sid, lease: Lease, deadline: int, raw: bytes, now: int) -> Stored:
        """The service's `leased`: waiting → offered. `deadline` is the claim's.

        A later claim takes an unused lease's place (the queue decides who holds a visitor); an earlier or a returned one
        is `LeaseLost`. `WrongMoment` after admission. `Full`, `UnknownConversation`.
        """
        return await self._appended(self._lease, sid, now, raw, lease, deadline)

    async def unlease(self, sid: Sid, lease: Lease, raw: bytes, now: int) -> Stored | None:
        """The service's `returned`: offered → waiting. None, and nothing changed, when the lease is not the current
        one, was used for admission, or the conversation is gone: look at `facts` to know which."""
        reply = await self._run(self._unlease, sid, now, raw, lease)
        return stored(reply) if reply is not None else None

    async def read(self, sid: Sid, first: int, limit: int) -> list[Record]:
        """At most `limit` entries from index `first` on. Empty: there are none, or the conversation is gone."""
        reply = await self._live.command("XRANGE", channel(sid), f"{max(first, 1)}-0", "+", "COUNT", limit)
        return [Record(int(key[:-2]), int(fields[3]), fields[5]) for key, fields in reply]

    async def announcements(self, sid: Sid, epoch: int) -> list[Record]:
        """From the first to that of `epoch`. Empty: the conversation is gone."""
        names = [f"a{e}" for e in range(epoch + 1)]
        indexes = await self._live.command("HMGET", _facts(sid), *names)
        found = await asyncio.gather(*(self.read(sid, int(index), 1) for index in indexes if index))
        return [record for records in found for record in records]

    async def facts(self, sid: Sid) -> Facts | None:
        """None: it has ended, or never was."""
        names = (
            "state",
            "visitor",
            "epoch",
            "newest",
            "members",
            "certificates",
            "lease",
            "opened",
            "until",
            "n",
            "language",
            "entrance",
            "lost",
            "code",
            "returns",
            "departed",
            "told",
            "back",
        )
        reply = await self._live.command("HMGET", _facts(sid), *names)
        if reply[0] is None:
            return None
        state: State = reply[0].decode()
        return Facts(
            state=state,
            visitor=Sender(reply[1]),
            epoch=int(reply[2]),
            newest=reply[3],
            members=dict(zip(map(Sender, _hashes(reply[4])), _hashes(reply[5]), strict=True)),
            lease=Lease(reply[6].decode()) if state == "offered" else None,
            opened=int(reply[7]),
            until=int(reply[8]),
            length=int(reply[9]),
            language=reply[10].decode(),
            entrance=reply[11].decode() or None,
            lost=reply[12] is not None,
            code=reply[13],
            returns=int(reply[14] or 0),
            departed=reply[15] is not None,
            told=decode(reply[16], type=Told) if reply[16] else NOTHING,
            back=reply[17] == b"1",
        )

    async def capability_hash(self, sid: Sid) -> bytes | None:
        """H(capability) (S7); None if the conversation is gone."""
        return await self._fact(sid, "capability")

    async def leave_hash(self, sid: Sid) -> bytes | None:
        """H(leave token) (S7); None if the conversation is gone."""
        return await self._fact(sid, "leave")

    async def reading_hash(self, sid: Sid) -> bytes | None:
        """H(capability) of who comes back by the code (R1); None if there is none, or the conversation is gone."""
        return await self._fact(sid, "reading")

    async def ended(self, sid: Sid) -> Over | None:
        """The tombstone: why it ended, for 15 min (S6)."""
        ending = await self._live.command("GET", _tombstone(sid))
        return _over(ending) if ending else None

    async def lose(self, sid: Sid, now: int) -> None:
        """Somebody holds what is missing here: tell everybody who follows, now and later (E9). Again changes nothing.
        `UnknownConversation`.
        """
        await self._run(self._lose, sid, now, b"")

    async def keep(self, sid: Sid, now: int) -> int:
        """The visitor's socket is here: renew the time to live (S6). Returns when it would be over now, Unix seconds.

        `UnknownConversation` if it is gone or its time is over.
        """
        return int(refuse(await self._run(self._keep, sid, now, b"")))

    async def end(self, sid: Sid, reason: Ending, raw: bytes, now: int, word: bytes = b"") -> Stored | None:
        """Publish the service's last words, if any, and the end, erase, and leave a tombstone (S6). None: it was gone already.
        `word`: the JSON of the one by which it is continued (E9).

        With "time": only what is over (`Facts.until`) ends, anything else is `WrongMoment`.
        """
        reply = await self._run(self._end, sid, now, raw, reason, word)
        return stored(reply) if reply is not None else None

    async def _appended(
        self, script: Script, sid: Sid, now: int, raw: bytes, *rest: bytes | str | int
    ) -> Stored:
        return stored(await self._run(script, sid, now, raw, *rest))

    def _run(
        self,
        script: Script,
        sid: Sid,
        now: int,
        raw: bytes,
        *rest: bytes | str | int,
        more: tuple[str, ...] = (),
    ) -> asyncio.Future[Answer]:
        keys = (_facts(sid), channel(sid), _tombstone(sid), *more)
        return self._live.run(script, keys, (now, raw, *rest))

    async def _fact(self, sid: Sid, name: str) -> bytes | None:
        value: bytes | None = await self._live.command("HGET", _facts(sid), name)
        return value


def _script(name: str) -> Script:
    return Script.load(
        "log",
        name,
        FRAMES=limits.FRAMES_UNTIL_ENTRIES,
        ASKING=limits.ASKING_UNTIL_ENTRIES,
        DEPARTURE=limits.DEPARTURE_UNTIL_ENTRIES,
        ANNOUNCEMENTS=limits.ANNOUNCEMENTS_UNTIL_ENTRIES,
        WAITING=limits.WAITING_SECONDS,
        ADMITTED=limits.ADMITTED_SECONDS,
        LONGEST=limits.CONVERSATION_SECONDS,
        TOMBSTONE=limits.TOMBSTONE_SECONDS,
        GRACE=GRACE_SECONDS,
        RENEW=RENEW_SECONDS,
        LEASE_BEFORE=conversation.LEASE.before,
        LEASE_AFTER=conversation.LEASE.after,
        GIVE_BACK_BEFORE=conversation.GIVE_BACK.before,
        GIVE_BACK_AFTER=conversation.GIVE_BACK.after,
        ADMIT_BEFORE=conversation.ADMIT.before,
        ADMIT_AFTER=conversation.ADMIT.after,
    )


def _hashes(joined: bytes) -> list[bytes]:
    return [joined[at : at + 32] for at in range(0, len(joined), 32)]


def _facts(sid: Sid) -> str:
    return f"varsam:{{{sid}}}:facts"


def _tombstone(sid: Sid) -> str:
    return f"varsam:{{{sid}}}:ended"


def _left(sid: Sid) -> str:
    return f"varsam:{{{sid}}}:left"
