"""The queue: who waits, in which order, and who is leased to whom, in the live store (S5, E8).

One hash on one hash tag. Which visitor is next is decided by `rules/pairing`; a script makes sure that two claims never
win the same one. It knows no log and no socket: whoever calls it tells when a visitor's socket is here.
"""

from base64 import b64encode
from collections.abc import Iterable

from msgspec import Struct
from msgspec.json import decode, encode
from msgspec.structs import replace

from chat.rules import limits, pairing
from chat.rules.ids import Lease, Sender, Sid
from chat.rules.pairing import WORK_AT_ONCE, Answerer, Place
from chat.rules.told import CALM, NOTHING, Told
from chat.store.connections import Store
from chat.store.scripts import Answer, Script, refuse

CHANNEL = "varsam:{queue}:changed"
"""Gets a message, without content, whenever a place, its lease or its presence changed."""
CANDIDATES = 20
ATTEMPTS = 3
ANYBODY = Answerer()
"""One without a record: takes whoever wished for nothing."""


class Claim(Struct, frozen=True):
    """One visitor, leased to one duty key until `deadline` (Unix seconds)."""

    sid: Sid
    lease: Lease
    duty: Sender
    deadline: int
    number: int = 0
    """Of the place."""
    practice: bool = False
    """Of a simulated visitor, who stands in no queue."""


class _Row(Struct, frozen=True, omit_defaults=True):
    """A place as the scripts keep it."""

    number: int
    since: int
    language: str
    present: int
    entrance: str | None = None
    lease: str | None = None
    duty: bytes = b""
    deadline: int = 0
    kept: str | None = None
    """H(certificate) of those it is kept for, in hex, one after another: Lua would make an object of an empty list."""
    returned: bool = False
    told: Told | None = None
    urgency: int = CALM
    """Of what was told, for the scripts."""
    turn: int | None = None
    first: int | None = None
    declined: str = ""
    """H(name) of those who declined, one after another."""
    version: int = 0
    """Rises with all that changes who may take this one."""


class Queue:
    """All who wait."""

    def __init__(self, live: Store) -> None:
        self._live = live
        self._join = _script("join")
        self._succeed = _script("succeed")
        self._present = _script("present")
        self._claim = _script("claim")
        self._renew = _script("renew")
        self._give_back = _script("give_back")
        self._remove = _script("remove")
        self._tell = _script("tell")
        self._decline = _script("decline")

    async def join(
        self, sid: Sid, language: str, entrance: str | None, now: int, told: Told = NOTHING
    ) -> None:
        """The last place, present for now. One who stands in the queue already keeps the place. `QueueFull`: of the two queues,
        visitors' and professionals', the one that this one belongs to (Prof 1)."""
        row = _row(now, language, entrance, told)
        await self._run(self._join, sid, encode(row))

    async def succeed(
        self,
        sid: Sid,
        other: Sid,
        kept: Iterable[bytes] | None,
        language: str,
        entrance: str | None,
        now: int,
        told: Told = NOTHING,
        *,
        returned: bool = False,
    ) -> None:
        """The place of another, which this one continues (E9). `kept`: where that had members, their certificates, who alone may
        take it; then it stands at the head. Again changes nothing.
        """
        alone = None if kept is None else "".join(certificate.hex() for certificate in kept)
        row = replace(_row(now, language, entrance, told), kept=alone, returned=returned)
        await self._run(self._succeed, sid, other, encode(row))

    async def present(self, sid: Sid, until: int, now: int) -> bool:
        """The visitor's socket is here, and counts as here until `until`. False: there is no such place."""
        return bool(await self._run(self._present, sid, until, now))

    async def away(self, sid: Sid, now: int) -> None:
        """The visitor's last socket is gone: passed over, and the place is kept for 45 min (E8)."""
        await self._run(self._present, sid, now - 1, now)

    async def tell(self, sid: Sid, told: Told) -> bool:
        """The visitor tells something else than before. False: there is no such place."""
        return bool(await self._run(self._tell, sid, encode(told), told.urgency))

    async def decline(self, sid: Sid, name: str) -> bool:
        """Whoever is called so, by H(name), is never offered this one again. False: there is no such place."""
        return bool(await self._run(self._decline, sid, name))

    async def claim(
        self,
        duty: Sender,
        lease: Lease,
        deadline: int,
        now: int,
        who: Answerer = ANYBODY,
        only: Sid | None = None,
        *,
        work_seats: int = WORK_AT_ONCE,
    ) -> Claim | None:
        """Lease the visitor whose turn it is for this one (S5); None when nobody can be taken.

        `lease` is 32 fresh random bytes; the same call again gets the same visitor. `only`: of those the one with this sid (E9). The
        rule decides over one reading of the queue, and the script leases the first whose place is still as it was read; where none
        is, it is read again.
        """
        for _ in range(ATTEMPTS):
            rows = await self._rows()
            won = [sid for sid, row in rows if row.lease == lease]
            if not won:
                free = pairing.candidates(_places(rows, now), who, now, work_seats=work_seats)
                turn = [place.sid for place in free if only in (None, place.sid)][:CANDIDATES]
                if not turn:
                    return None
                versions = {sid: row.version for sid, row in rows}
                read = [part for sid in turn for part in (sid, versions[sid])]
                sid = await self._run(self._claim, now, lease, b64encode(duty), deadline, *read)
                won = [Sid(sid.decode())] if sid else []
            if won:
                row = next(row for sid, row in rows if sid == won[0])
                return _claim(won[0], row, lease, duty, deadline)
        return None

    async def renew(self, sid: Sid, lease: Lease, deadline: int) -> bool:
        """Another deadline for a lease that is current, such as when its offer was made. False: it is not."""
        return bool(await self._run(self._renew, sid, lease, deadline))

    async def give_back(self, sid: Sid, lease: Lease) -> bool:
        """The visitor stands at the same place again, free to be taken. False: the lease is not the current one."""
        return bool(await self._run(self._give_back, sid, lease))

    async def remove(self, sid: Sid) -> int | None:
        """Admitted or ended: no longer waits. Since when it had (Unix seconds); None: it stood here no more."""
        return int(await self._run(self._remove, sid, 0)) or None

    async def overdue(self, now: int) -> list[Claim]:
        """Leases whose deadline has passed; each is to be returned in its log, then given back here (S5).

        Places that were left for more than 45 min are removed on the way (E8).
        """
        late = []
        for sid, row in await self._rows():
            if row.lease and row.deadline <= now:
                late.append(_claim(sid, row, Lease(row.lease), Sender(row.duty), row.deadline))
            elif not row.lease and row.present + limits.WAITING_SECONDS < now:
                await self._run(self._remove, sid, now - limits.WAITING_SECONDS)
        return late

    async def claim_of(self, sid: Sid) -> Claim | None:
        """Whose a visitor is now; None when nobody's."""
        answer = await self._live.command("HGET", _PLACES, sid)
        row = None if answer is None else decode(answer, type=_Row)
        if row is None or row.lease is None:
            return None
        return _claim(sid, row, Lease(row.lease), Sender(row.duty), row.deadline)

    async def places(self, now: int) -> list[Place]:
        """All places, in order."""
        return pairing.in_order(_places(await self._rows(), now))

    async def length(self) -> int:
        """How many visitors wait, without reading them; those who ask in their work have a queue of their own."""
        fields = await self._live.command("HLEN", _PLACES)
        known = await self._live.command("HMGET", _PLACES, *_NO_PLACES)
        return max(0, int(fields) - int(known[1] or 0) - sum(field is not None for field in known))

    async def _rows(self) -> list[tuple[Sid, _Row]]:
        reply = await self._live.command("HGETALL", _PLACES)
        pairs = zip(reply[::2], reply[1::2], strict=True)
        return [(Sid(sid.decode()), decode(row, type=_Row)) for sid, row in pairs if sid not in _NO_PLACES]

    async def _run(self, script: Script, *arguments: bytes | str | int) -> Answer:
        return refuse(await self._live.run(script, (_PLACES, CHANNEL), arguments))


_PLACES = "varsam:{queue}:places"
_NO_PLACES = (b"last", b"work")
"""Beside the places in their hash: the last number that was given, and how many are professionals."""


def _row(now: int, language: str, entrance: str | None, told: Told) -> _Row:
    present = now + limits.PRESENCE_SECONDS
    kept = None if told == NOTHING else told
    return _Row(0, now, language, present, entrance, told=kept, urgency=told.urgency)


def _claim(sid: Sid, row: _Row, lease: Lease, duty: Sender, deadline: int) -> Claim:
    return Claim(sid, lease, duty, deadline, row.number)


def _places(rows: Iterable[tuple[Sid, _Row]], now: int) -> list[Place]:
    return [_place(sid, row, now) for sid, row in rows]


def _place(sid: Sid, row: _Row, now: int) -> Place:
    return Place(
        sid,
        row.number,
        row.since,
        row.language,
        row.entrance,
        row.lease is not None,
        row.present < now,
        _kept(row),
        row.returned,
        row.told or NOTHING,
        row.turn,
        row.first,
        frozenset(row.declined.split()),
    )


def _kept(row: _Row) -> frozenset[bytes] | None:
    if row.kept is None:
        return None
    joined = bytes.fromhex(row.kept)
    return frozenset(joined[at : at + 32] for at in range(0, len(joined), 32))


def _script(name: str) -> Script:
    constants = {"PLACES": limits.QUEUE_PLACES, "WORK": limits.WORK_PLACES, "CALM": CALM}
    return Script.load("queue", name, LIVE=2 * limits.WAITING_SECONDS, **constants)
