"""What must last about staff: documents, rosters and freshness, in the ledger (K4, S4). It verifies no signature.

It takes a roster and a freshness only as the next of their kind, by compare-and-set, so that two who write at once never
both succeed. Whoever reads the ledger gets the bytes that are served.
"""

import hashlib
from collections.abc import Iterable

from msgspec import Struct

from chat.errors import VerificationError
from chat.store.connections import Store
from chat.store.scripts import Script

CHANNEL = "varsam:{staff}:changed"
"""Of the live store: gets a message, without content, when the ledger has something newer."""


async def tell_changed(live: Store) -> None:
    """Have every process read the ledger now."""
    await live.command("PUBLISH", CHANNEL, "")


class Document(Struct, frozen=True):
    """A document's exact `enc` and its signature; of the root the signature is empty (K1)."""

    doc: bytes
    sig: bytes


class RosterInForce(Struct, frozen=True):
    """Which roster counts."""

    number: int
    digest: bytes
    """H(roster)."""


class Staff:
    """The ledger's documents. Every key here is without a time to live."""

    def __init__(self, ledger: Store) -> None:
        self._ledger = ledger
        self._roster = Script.load("roster")
        self._freshness = Script.load("freshness")

    async def keep(self, document: Document) -> bytes:
        """Keep a document by its hash, which is returned."""
        digest = hashlib.sha256(document.doc).digest()
        await self._ledger.command("HSET", _document(digest), "doc", document.doc, "sig", document.sig)
        return digest

    async def document(self, digest: bytes) -> Document | None:
        """The document with this hash."""
        doc, sig = await self._ledger.command("HMGET", _document(digest), "doc", "sig")
        return None if doc is None else Document(doc, sig)

    async def put_roster(self, *, digest: bytes, number: int, previous: bytes, raw: bytes) -> None:
        """The next roster. `raw` is served as `/v1/roster/<hash>`. The same again changes nothing.

        `VerificationError` K4 unless its number is the next and `previous` is the hash of the one in force.
        """
        _settle(await self._ledger.run(self._roster, (_ROSTERS,), (digest, number, previous, raw)))

    async def roster(self, digest: bytes) -> bytes | None:
        """The `raw` of a roster by its hash, in force or not."""
        if len(digest) != hashlib.sha256().digest_size:
            return None  # what stands beside the rosters has shorter names
        raw: bytes | None = await self._ledger.command("HGET", _ROSTERS, digest)
        return raw

    async def roster_in_force(self) -> RosterInForce | None:
        """None before the first."""
        number, digest = await self._ledger.command("HMGET", _ROSTERS, "number", "newest")
        return None if number is None else RosterInForce(int(number), digest)

    async def put_freshness(self, *, roster: bytes, n: int, revoked: Iterable[bytes], raw: bytes) -> None:
        """The next freshness, over the roster in force. `raw` is what is pushed to pages. The same again changes nothing.

        `VerificationError` K4 unless `n` is the next, `roster` is in force and no earlier revocation under it is missing.
        """
        arguments = (roster, n, b"".join(revoked), raw)
        _settle(await self._ledger.run(self._freshness, (_ROSTERS,), arguments))

    async def freshness(self) -> bytes | None:
        """The `raw` of the newest freshness; None before the first, and after a new roster until the first over it."""
        raw: bytes | None = await self._ledger.command("HGET", _ROSTERS, "freshness")
        return raw

    async def freshness_count(self) -> int:
        """The number of the newest freshness, over whatever roster; 0 before the first."""
        return int(await self._ledger.command("HGET", _ROSTERS, "n") or 0)


def _settle(refusal: bytes | None) -> None:
    if refusal is not None:
        raise VerificationError("K4", refusal.decode())


def _document(digest: bytes) -> str:
    return f"varsam:{{document:{digest.hex()}}}"


_ROSTERS = "varsam:{roster}"
