"""What staff did, in the ledger, each entry with the hash of the one before it (Data 4). Never content, a number or a visitor.

Knows entries and their chain, not who may read it. A changed or cut entry breaks the chain where it stood; a cut end shows
against a head that was noted elsewhere.
"""

import hashlib
from collections.abc import AsyncIterator, Iterable
from typing import Annotated, Final, NamedTuple

from msgspec import DecodeError, Meta, Struct
from msgspec.json import decode, encode

from chat.store.connections import Store

KEY: Final = "varsam:{accounts}:audit"
PAGE: Final = 1_000
FIRST: Final = "0" * 64


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """`who` did `what` to `about`: pseudonyms, or `registrar`. `before`: SHA-256 of the entry before it, in hexadecimal."""

    n: Annotated[int, Meta(ge=1)]
    time: int
    who: str
    what: str
    about: str
    before: str


class Head(NamedTuple):
    """The newest entry's number and hash; (0, zeros) before the first."""

    n: int
    digest: str


class Broken(Exception):
    """The chain does not hold; `n` is the entry where it breaks, and the words say how."""

    def __init__(self, n: int, words: str) -> None:
        super().__init__(f"entry {n}: {words}")
        self.n = n


class Audit:
    """The chain. It is written together with what it tells of (`AccountRecords`)."""

    def __init__(self, ledger: Store) -> None:
        self._ledger = ledger

    async def head(self) -> Head:
        """What the next entry stands on."""
        count = await self._ledger.command("LLEN", KEY)
        if not count:
            return Head(0, FIRST)
        return Head(count, hashed(await self._ledger.command("LINDEX", KEY, count - 1)))

    async def page(self, start: int) -> list[bytes]:
        """At most `PAGE` entries as they are kept, from number `start`."""
        rows: list[bytes] = await self._ledger.command("LRANGE", KEY, start - 1, start + PAGE - 2)
        return rows

    async def newest(self, count: int) -> list[Entry]:
        """The last ones, newest first: for a screen, not verified."""
        return (await self.before(None, count))[0]

    async def before(self, number: int | None, count: int) -> tuple[list[Entry], Head]:
        """So many before this one, or the last, newest first; and the head of all. For a screen, not verified: what is no entry
        any more is left out, and `verify` names it.
        """
        head = await self.head()
        end = head.n if number is None else min(number - 1, head.n)
        if end < 1:
            return [], head
        rows = await self._ledger.command("LRANGE", KEY, max(end - count, 0), end - 1)
        return [entry for entry in map(_read, reversed(rows)) if entry], head

    async def lines(self) -> AsyncIterator[bytes]:
        """All entries as they are kept, oldest first, each with a line's end."""
        number = 1
        while rows := await self.page(number):
            number += len(rows)
            yield b"".join(row + b"\n" for row in rows)

    async def verify(self, noted: Head | None = None) -> Head:
        """The head, if every entry stands on the one before it and the noted one is among them; raises `Broken`."""
        head = Head(0, FIRST)
        while rows := await self.page(head.n + 1):
            head = follow_all(head, rows, noted)
        _require(noted, head)
        return head


def next_entry(head: Head, time: int, who: str, what: str, about: str) -> bytes:
    """The entry after `head`."""
    return encode(Entry(head.n + 1, time, who, what, about, head.digest))


def follow(head: Head, row: bytes) -> Head:
    """The head after this entry; raises `Broken` where it does not stand on `head`."""
    number = head.n + 1
    try:
        entry = decode(row, type=Entry)
    except (DecodeError, UnicodeDecodeError) as error:
        raise Broken(number, "it is no entry any more") from error
    if entry.n != number:
        raise Broken(number, f"number {entry.n} stands in its place: entries were cut or moved")
    if entry.before != head.digest:
        raise Broken(number, f"the entry before it ({head.n}) was changed, or this one was")
    return Head(number, hashed(row))


def follow_all(head: Head, rows: Iterable[bytes], noted: Head | None) -> Head:
    """The head after these; raises `Broken`."""
    for row in rows:
        head = follow(head, row)
        if noted and noted.n == head.n and noted.digest != head.digest:
            raise Broken(head.n, "it is not the one that was noted")
    return head


def verified(rows: Iterable[bytes], noted: Head | None = None) -> Head:
    """As `Audit.verify`, of an export's lines."""
    head = follow_all(Head(0, FIRST), rows, noted)
    _require(noted, head)
    return head


def _require(noted: Head | None, head: Head) -> None:
    if noted and noted.n > head.n:
        raise Broken(head.n + 1, f"it and all up to {noted.n}, which was noted, are gone")


def _read(row: bytes) -> Entry | None:
    try:
        return decode(row, type=Entry)
    except (DecodeError, UnicodeDecodeError):
        return None


def hashed(row: bytes) -> str:
    """What the next entry holds of this one."""
    return hashlib.sha256(row).hexdigest()
