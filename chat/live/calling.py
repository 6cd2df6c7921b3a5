"""What the parts of the callback share: the node, the ledger's requests and team keys, and who of staff takes callbacks (C2, C4).

It knows certificates and shares; nothing here can open a request.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from chat import callback_bodies, errors, wire
from chat.crypto.chain import Certificate, Signed, by_hash, parse_certificate
from chat.crypto.encoding import digest, unb64
from chat.crypto.teamkeys import Team, device_name
from chat.live.node import Node
from chat.live.standing import one
from chat.papers import as_wire
from chat.rules.callbacks import DAY_SECONDS
from chat.store.accounts import AccountRecords
from chat.store.callbacks import Callbacks
from chat.store.staff import Staff
from chat.store.teams import Kept, Teams
from chat.store.work import Work

WEEK_SECONDS = 7 * DAY_SECONDS
LEAST_ABLE = 2


@dataclass(frozen=True)
class Calling:
    """Of one process. `changed` has every desk look again."""

    node: Node
    staff: Staff
    records: AccountRecords
    callbacks: Callbacks
    teams: Teams
    work: Work
    covers: Sequence[callback_bodies.CoverStory]
    zone: str
    work_bits: int
    changed: Callable[[], Awaitable[None]]
    _certificates: dict[bytes, Certificate] = field(default_factory=dict)

    # Who asks

    async def signed_in(self, token: str) -> Certificate:
        """The device of the session; `SignedOut`, `Locked`, `WrongRole` where it does not count."""
        try:
            hashed = digest(unb64(token))
        except errors.Malformed as error:
            raise errors.SignedOut from error
        session = await self.node.sessions.find(hashed, self.node.now)
        if session is None:
            raise errors.SignedOut
        if session.locked:
            raise errors.Locked
        certificate = await self.certificate(session.certificate) if session.certificate else None
        if certificate is None or self.node.standing.refuses(certificate.hash):
            raise errors.WrongRole("a machine that does not count")
        return certificate

    async def taker(self, token: str) -> Certificate:
        """The device of a counsellor who takes callbacks."""
        certificate = await self.signed_in(token)
        takes = certificate.hash in self.node.standing.takes_callbacks()
        if certificate.role != "counsellor" or not takes:
            raise errors.WrongRole("takes no callbacks")
        return certificate

    # Certificates

    async def certificate(self, hashed: bytes) -> Certificate | None:
        """By its hash; the roster says whether it counts."""
        if hashed not in self._certificates:
            kept = await self.staff.document(hashed)
            if kept is None:
                return None
            self._certificates[hashed] = parse_certificate(self.node.realm, kept.doc)
        return self._certificates[hashed]

    async def takers(self) -> dict[bytes, Certificate]:
        """All that count and take callbacks, by what their share is found by: a renewed certificate over the same keys is the same."""
        found = [await self.certificate(hashed) for hashed in self.node.standing.takes_callbacks()]
        counting = [c for c in found if c and c.role == "counsellor" and c.span.end >= self.node.now]
        return {device_name(certificate.hpke_key): certificate for certificate in counting}

    async def papers(self, hashed: bytes) -> list[wire.Signed]:
        """Registrar and certificate; empty where they are not here."""
        kept = await self.staff.document(hashed)
        certificate = await self.certificate(hashed)
        registrar = await self.staff.document(certificate.registrar) if certificate else None
        if kept is None or registrar is None:
            return []
        return [as_wire(Signed(document.doc, document.sig)) for document in (registrar, kept)]

    # Team keys

    async def verified(self, kept: Kept) -> Team:
        """C2: as a visitor's page would; VerificationError."""
        documents = by_hash(*map(one, await self.papers(kept.signer)))
        return self.node.standing.team(Signed(kept.doc, kept.sig), kept.signer, documents, self.node.now)

    async def wanted(self) -> bool:
        """C2: a new team key is to be made: there is none that is good, it is a week old, or a holder does not count any more."""
        newest = await self.teams.newest()
        kept = await self.teams.find(newest) if newest else None
        if kept is None or self.node.now >= kept.made + WEEK_SECONDS:
            return True
        try:
            await self.verified(kept)
        except errors.VerificationError:
            return True
        takers = await self.takers()
        return any(device not in takers for device in await self.teams.holders(newest))

    async def able(self) -> dict[bytes, int]:
        """How many devices that count could open what is under each team key (C4)."""
        takers = await self.takers()
        return {
            team: sum(device in takers for device in await self.teams.holders(team))
            for team in await self.teams.all()
        }

    async def unshared(self, who: Certificate) -> int:
        """C2: devices that count and lack a share of anything that this one holds, and so could seal to them."""
        takers, mine = await self.takers(), device_name(who.hpke_key)
        held = [await self.teams.holders(team) for team in await self.teams.all()]
        lacking = [takers.keys() - set(holders) for holders in held if mine in holders]
        return len(set[bytes]().union(*lacking))

    async def alarm(self) -> bool:
        """C4: something that is waited for could be opened by fewer than two."""
        able, under = await self.able(), await self.teams.under()
        newest = await self.teams.newest()
        return any(count < LEAST_ABLE for team, count in able.items() if under.get(team) or team == newest)

    async def endangered(self) -> bool:
        """C4: somebody waits for a call that fewer than two could make. Beyond the desk this is told only of what is there to lose."""
        able = await self.able()
        waiting = [request for request in await self.callbacks.all() if request.state == "waiting"]
        return any(able.get(request.team, 0) < LEAST_ABLE for request in waiting)

    async def audit(self, who: Certificate, what: str, about: str) -> None:
        """Data 4: who did what; never a number or a word of a request."""
        await self.records.tell(self.node.now, who.pseudonym, what, about)
