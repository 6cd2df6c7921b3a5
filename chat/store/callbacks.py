"""Requests for a call, in the ledger (C1–C5, S4): versions, leases, outcomes, and their erasure. It opens nothing and reads no clock.

A request is one hash; every change is one script, and a change is answered only when it is on the disk. What is erased is gone
from the append-only file with its next rewrite (`rewriting`).
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

from msgspec import Struct
from msgspec.json import decode, encode

from chat.rules.callbacks import PLACES, Course, Outcome, Span
from chat.rules.ids import CallbackId
from chat.store.durable import Durable
from chat.store.scripts import Script, refuse

CHANGED: Final = "varsam:{callbacks}:changed"
"""Of the live store: a message without content, whenever a desk should look again."""
OPEN: Final = "varsam:{callbacks}:open"
UNDER: Final = "varsam:{callbacks}:under"
"""How many requests and notes each team key still has to open."""
ERASED: Final = "varsam:{callbacks}:erased"
TEAMS: Final = "varsam:{callbacks}:teams"
NOTES: Final = 20
READ_AT_ONCE: Final = 100
_LINE: Final = (
    "version",
    "state",
    "windows",
    "language",
    "queue",
    "attempts",
    "not_before",
    "asked",
    "team",
    "outcome",
    "holder",
    "name",
    "until",
)
"""What a desk's line is made of."""

State = Literal["waiting", "over", "cancelled"]
Queue = Literal["", "work"]


class Halves(NamedTuple):
    """The service's halves of both keys (C2)."""

    card: bytes
    number: bytes


class Version(Struct, frozen=True):
    """What a visitor's page has sent, verified by whoever calls."""

    id: CallbackId
    number: int
    key: bytes
    doc: bytes
    sig: bytes
    sealed: bytes
    halves: Halves
    team: bytes
    windows: tuple[Span, ...]
    language: str
    expires: int
    queue: Queue = ""


class Lease(Struct, frozen=True):
    """`holder`: H(certificate)."""

    holder: bytes
    name: str
    until: int


class Request(Struct, frozen=True):
    """A request as it is kept; without content where it is over or cancelled."""

    id: CallbackId
    version: int
    state: State
    key: bytes
    windows: tuple[Span, ...]
    language: str
    attempts: int
    not_before: int
    asked: int
    """When the first version came: who asked first is called first."""
    code: bytes
    doc: bytes = b""
    sig: bytes = b""
    sealed: bytes = b""
    card: bytes = b""
    """The service's half of the card's key. The number's is not in here."""
    team: bytes = b""
    outcome: Outcome | None = None
    lease: Lease | None = None
    queue: Queue = ""
    """Whose: visitors', or `work` of professionals (Prof 1)."""

    def held(self, now: int) -> Lease | None:
        """Who has it in hand now."""
        return self.lease if self.lease and self.lease.until > now else None


class Note(Struct, frozen=True):
    """Sealed to the team key `team` (C5)."""

    time: int
    team: bytes
    sealed: bytes

    def packed(self) -> bytes:
        return self.time.to_bytes(8, "big") + self.team + self.sealed

    @classmethod
    def read(cls, raw: bytes) -> "Note":
        return cls(int.from_bytes(raw[:8], "big"), raw[8:40], raw[40:])


class Callbacks:
    """All requests. Times are Unix seconds; `holder` is H(certificate)."""

    def __init__(self, ledger: Durable) -> None:
        self._ledger = ledger
        self._put = Script.load("callback_put")
        self._take = Script.load("callback_take")
        self._release = Script.load("callback_release")
        self._number = Script.load("callback_held", "callback_number")
        self._outcome = Script.load("callback_held", "callback_emptied", "callback_outcome")
        self._cancel = Script.load("callback_emptied", "callback_cancel")
        self._erase = Script.load("callback_emptied", "callback_erase")
        self._note = Script.load("callback_note")

    # The visitor

    async def put(self, version: Version, code: bytes, blob: bytes, now: int, places: int = PLACES) -> bool:
        """C1: the first version, or the next after the one that is kept. False: the same bytes were kept before.

        `CallbackUnknown`, `CallbackCancelled`, `StaleVersion`, `CallbacksFull`, `OtherBytes` (the code is another request's),
        `StaleChallenge` (the team key is gone).
        """
        fields: dict[str, Any] = {
            "doc": version.doc,
            "sig": version.sig,
            "key": version.key,
            "sealed": version.sealed,
            "card": version.halves.card,
            "number": version.halves.number,
            "windows": encode(version.windows),
            "language": version.language,
            "queue": version.queue,
        }
        pairs = [part for pair in fields.items() for part in pair]
        keys = (_request(version.id), OPEN, _code(code), TEAMS, UNDER, ERASED)
        named = (version.id, version.number, places, now, code, blob, version.team, version.expires)
        return bool(await self._ledger.write(self._put, keys, (*named, *pairs)))

    async def under_code(self, code: bytes) -> bytes | None:
        """C3: what lies there."""
        blob: bytes | None = await self._ledger.store.command("HGET", _code(code), "blob")
        return blob

    async def cancel(self, request: Request, last_end: int, now: int) -> Request:
        """C3: only a line stays, until `last_end`. Again changes nothing."""
        keys = (_request(request.id), UNDER, ERASED, _notes(request.id), OPEN)
        return _read(request.id, await self._ledger.write(self._cancel, keys, (request.id, now, last_end)))

    # The desk

    async def find(self, callback: CallbackId) -> Request | None:
        """By its id."""
        fields = await self._ledger.store.command("HGETALL", _request(callback))
        return _read(callback, fields) if fields else None

    async def all(self) -> list[Request]:
        """In the order in which they end, without what is sealed."""
        ids = [CallbackId(row.decode()) for row in await self._ledger.store.command("ZRANGE", OPEN, 0, -1)]
        found = []
        for start in range(0, len(ids), READ_AT_ONCE):
            part = ids[start : start + READ_AT_ONCE]
            asked = [self._ledger.store.ask("HMGET", _request(name), *_LINE) for name in part]
            for name, values in zip(part, await asyncio.gather(*asked), strict=True):
                fields = dict(zip(_LINE, values, strict=True))
                if fields["version"] is not None:
                    found.append(
                        _made(name, {key: value for key, value in fields.items() if value is not None})
                    )
        return found

    async def count(self) -> int:
        """How many there are."""
        return int(await self._ledger.store.command("ZCARD", OPEN))

    async def take(self, callback: CallbackId, lease: Lease, now: int) -> Request:
        """Call 4: hold it until then; its holder again for longer. `CallbackTaken`, and what its state refuses."""
        arguments = (lease.holder, lease.name, lease.until, now)
        return _read(callback, await self._ledger.write(self._take, (_request(callback),), arguments))

    async def release(self, callback: CallbackId, holder: bytes) -> None:
        """Hold it no more."""
        await self._ledger.write(self._release, (_request(callback),), (holder,))

    async def number(self, callback: CallbackId, holder: bytes, version: int, now: int) -> bytes:
        """C2: the service's half, for the holder of this version; whether now is a time to call is for whoever asks."""
        answer = await self._ledger.store.run(self._number, (_request(callback),), (holder, version, now))
        half: bytes = refuse(answer)
        return half

    async def outcome(
        self, request: Request, holder: bytes, what: Outcome, course: Course, now: int
    ) -> Request:
        """Call 4: where nobody calls again, all that was asked is erased; the line and the notes stay until `erase`."""
        keys = (_request(request.id), UNDER, ERASED, _notes(request.id), _code(request.code))
        before = (holder, request.version, now, request.attempts, what)
        after = (course.attempts, course.not_before, int(course.over))
        return _read(request.id, await self._ledger.write(self._outcome, keys, (*before, *after)))

    # Notes

    async def add_note(self, callback: CallbackId, holder: bytes, note: Note, now: int) -> None:
        """C5: by the holder; `Full`."""
        keys = (_request(callback), UNDER, _notes(callback), TEAMS)
        await self._ledger.write(self._note, keys, (holder, "", now, NOTES, note.team, note.packed()))

    async def notes(self, callback: CallbackId) -> list[Note]:
        """The oldest first."""
        return [Note.read(raw) for raw in await self._ledger.store.command("LRANGE", _notes(callback), 0, -1)]

    # Erasing

    async def expired(self, now: int) -> list[CallbackId]:
        """Whose time is over."""
        rows = await self._ledger.store.command("ZRANGE", OPEN, "-inf", now, "BYSCORE")
        return [CallbackId(row.decode()) for row in rows]

    async def erase(self, callback: CallbackId, now: int) -> None:
        """Call 5: nothing is left. Where it was changed meanwhile nothing happens."""
        request = await self.find(callback)
        version, state, code = (request.version, request.state, request.code) if request else (0, "", b"")
        keys = (_request(callback), UNDER, ERASED, _notes(callback), _code(code), OPEN)
        await self._ledger.write(self._erase, keys, (callback, now, version, state))


def _read(callback: CallbackId, fields: list[bytes]) -> Request:
    return _made(callback, {fields[at].decode(): fields[at + 1] for at in range(0, len(fields), 2)})


def _made(callback: CallbackId, found: Mapping[str, bytes]) -> Request:
    holder = found.get("holder")
    return Request(
        id=callback,
        version=int(found["version"]),
        state=found["state"].decode(),  # type: ignore[arg-type]
        key=found.get("key", b""),
        windows=decode(found["windows"], type=tuple[Span, ...]),
        language=found["language"].decode(),
        attempts=int(found["attempts"]),
        not_before=int(found["not_before"]),
        asked=int(found["asked"]),
        code=found.get("code", b""),
        doc=found.get("doc", b""),
        sig=found.get("sig", b""),
        sealed=found.get("sealed", b""),
        card=found.get("card", b""),
        team=found.get("team", b""),
        outcome=found["outcome"].decode() if "outcome" in found else None,  # type: ignore[arg-type]
        queue=found["queue"].decode(),  # type: ignore[arg-type]
        lease=Lease(holder, found["name"].decode(), int(found["until"])) if holder else None,
    )


def _request(callback: CallbackId) -> str:
    return f"varsam:{{callbacks}}:request:{callback}"


def _notes(callback: CallbackId) -> str:
    return f"varsam:{{callbacks}}:notes:{callback}"


def _code(code: bytes) -> str:
    return f"varsam:{{callbacks}}:code:{code.hex()}"
