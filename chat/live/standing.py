"""Who of the staff counts now, as this process knows it: the roster in force and the newest freshness (K4), from the ledger.

It verifies what the ledger holds as a browser would, and passes the ledger's own bytes on. What does not verify changes
nothing: the chat is closed when the last good freshness runs out.
"""

import asyncio
from collections.abc import Iterable

import msgspec
import structlog

from chat import errors, wire
from chat.crypto.chain import FRESH_SECONDS, Certificate, Documents, Duty, Roster, Signed, by_hash
from chat.crypto.encoding import Realm, unb64
from chat.crypto.teamkeys import Team, open_team
from chat.crypto.trust import Trust
from chat.store.staff import Staff

_log = structlog.get_logger()


class Standing:
    """The chain of trust of this process. `freshness` is the message as pages get it, verified; None before the first."""

    def __init__(self, realm: Realm, root: bytes, staff: Staff) -> None:
        self._trust = Trust(realm, root)
        self._staff = staff
        self._raw: bytes | None = None
        self._one_at_a_time = asyncio.Lock()
        self._root_document: Signed | None = None
        self._in_force: dict[bytes, bytes] = {}
        self.freshness: wire.Freshness | None = None
        self._news: wire.Freshness | None = None

    def current(self, now: int) -> wire.Freshness | None:
        """The freshness, while it is good; without it nobody can be verified (E5)."""
        try:
            self._trust.require_fresh(now)
        except errors.VerificationError:
            return None
        return self.freshness

    @property
    def fresh_until(self) -> int:
        """When the newest freshness ends, Unix seconds; 0 before the first."""
        fresh = self._trust.fresh
        return fresh.time + FRESH_SECONDS if fresh else 0

    @property
    def roster_until(self) -> int:
        """When the roster ends that this process knows, Unix seconds; 0 before the first."""
        roster = self._trust.roster
        return roster.span.end if roster else 0

    def refuses(self, certificate: bytes) -> bool:
        """Whether a device is known to be nobody: not listed, or revoked (K4)."""
        roster = self._trust.roster
        return roster is not None and (
            certificate not in roster.devices or certificate in self._trust.revoked
        )

    def roster_now(self, now: int) -> Roster:
        """The roster in force, which a callback needs (K4); VerificationError without a good one."""
        return self._trust.in_force(now)

    def takes_callbacks(self) -> list[bytes]:
        """H(certificate) of the devices that count and take callbacks (C2, C4)."""
        roster = self._trust.roster
        listed = roster.devices.values() if roster else ()
        return [
            d.certificate for d in listed if d.takes_callbacks and d.certificate not in self._trust.revoked
        ]

    def team(self, team: Signed, signer: bytes, documents: Documents, now: int) -> Team:
        """C2: a team key that a visitor's page would take now; raises VerificationError."""
        return open_team(self._trust, team, signer, self._with_root(documents), now)

    def duty(
        self, duty: Signed, certificate: bytes, documents: Documents, now: int
    ) -> tuple[Certificate, Duty]:
        """K1–K5: the certificate and the duty key, if they count; raises VerificationError."""
        known = {**self._with_root(documents), duty.hash: duty}
        return self._trust.verify_duty(duty.hash, certificate, known, self._trust.require_fresh(now), now)

    async def roster(self, digest: bytes) -> bytes | None:
        """A roster as it is served, by its hash. The one in force is at hand: no page may need the ledger to begin."""
        return self._in_force.get(digest) or await self._staff.roster(digest)

    async def reload(self, now: int) -> None:
        """Look whether the ledger has something newer. Whoever asks while another looks waits, and knows it then too."""
        async with self._one_at_a_time:
            raw = await self._staff.freshness()
            if raw is not None and raw != self._raw:
                await self._try_to_take(raw, now)
                self._raw = raw

    def news(self) -> wire.Freshness | None:
        """The freshness, once: whoever gets it tells every page."""
        news, self._news = self._news, None
        return news

    async def _try_to_take(self, raw: bytes, now: int) -> None:
        try:
            await self._take(msgspec.json.decode(raw, type=wire.Freshness), now)
        except (errors.VerificationError, errors.Malformed, msgspec.DecodeError) as error:
            _log.critical(
                "the ledger's freshness is not good",
                error=type(error).__name__,
                step=getattr(error, "step", None),
            )

    async def _take(self, freshness: wire.Freshness, now: int) -> None:
        roster = unb64(freshness.roster)
        if self._trust.roster is None or self._trust.roster.hash != roster:
            await self._take_roster(roster, now)
        documents = self._with_root(by_hash(*signed(freshness.documents)))
        if self._trust.take_freshness(one(freshness.fresh), unb64(freshness.signer), documents, now):
            self.freshness = self._news = freshness

    async def _take_roster(self, digest: bytes, now: int) -> None:
        raw = await self._staff.roster(digest)
        if raw is None:
            raise errors.VerificationError("K4", "the ledger does not hold the roster that freshness names")
        roster = msgspec.json.decode(raw, type=wire.Roster)
        documents = by_hash(*signed(roster.documents))
        registrar = documents.get(unb64(roster.registrar))
        root = documents.get(self._trust.root)
        if registrar is None or root is None:
            raise errors.VerificationError("K4", "the roster comes without its registrar or root")
        self._trust.take_roster(one(roster.roster), root, registrar, now)
        self._root_document = root
        self._in_force = {digest: raw}

    def _with_root(self, documents: Documents) -> Documents:
        return {**documents, **(by_hash(self._root_document) if self._root_document else {})}


def one(document: wire.Signed) -> Signed:
    """A document's bytes and signature."""
    return Signed(unb64(document.doc), unb64(document.sig))


def signed(documents: Iterable[wire.Signed]) -> list[Signed]:
    """Documents' bytes and signatures."""
    return [one(document) for document in documents]
