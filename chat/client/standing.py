"""What a page knows of the organisation: the pinned root, and the roster and freshness that the service brought (K1–K4).

It fetches rosters by hash and hands everything to `Trust`, which verifies.
"""

from collections.abc import Callable
from contextlib import suppress

from chat import wire
from chat.client.http import Unanswered, fetch_roster
from chat.client.translation import documents_of, read_signed
from chat.crypto.chain import Signed, find
from chat.crypto.encoding import Realm, b64, unb64
from chat.crypto.epochs import parse_announcement
from chat.crypto.trust import Trust
from chat.errors import VerificationError


class Standing:
    """`origin`: where rosters are fetched. `root`: H(R) as pinned. `clock`: Unix seconds."""

    def __init__(self, origin: str, realm: Realm, root: bytes, clock: Callable[[], float]) -> None:
        self.trust = Trust(realm, root)
        self.root_document: Signed | None = None
        self._origin = origin
        self._clock = clock

    @property
    def now(self) -> int:
        return int(self._clock())

    async def greeted(self, welcome: wire.Welcome) -> None:
        """The service must be the pinned organisation's (K1)."""
        if (welcome.realm, unb64(welcome.root)) != (self.trust.realm, self.trust.root):
            raise VerificationError("K1", "the service is another organisation's")
        if welcome.freshness:
            await self.learn(welcome.freshness)

    async def learn(self, freshness: wire.Freshness) -> None:
        """Take the roster in force and the freshness over it (K4)."""
        roster = unb64(freshness.roster)
        if self.trust.roster is None or self.trust.roster.hash != roster:
            await self._fetch(roster, in_force=True)
        documents = documents_of(freshness.documents)
        if self.root_document:
            documents[self.root_document.hash] = self.root_document
        self.trust.take_freshness(read_signed(freshness.fresh), unb64(freshness.signer), documents, self.now)

    async def takes_roster(self, roster: bytes) -> None:
        """Take a roster as the one in force; a callback needs no freshness over it (K4)."""
        if self.trust.roster is None or self.trust.roster.hash != roster:
            await self._fetch(roster, in_force=True)

    async def know(self, roster: bytes) -> None:
        """Have a roster that an announcement names (E3). One that the service never had is a lie of the visitor's."""
        if roster in self.trust.rosters:
            return
        try:
            await self._fetch(roster, in_force=False)
        except Unanswered as error:
            if error.answer.status != 404:
                raise
            raise VerificationError("K4", "a roster that the service does not have") from error

    async def know_named(self, entry: wire.AnyEntry) -> None:
        """The roster that an announcement names must be here before a log takes it (E3)."""
        if isinstance(entry, wire.Announcement):
            with suppress(VerificationError):
                named = parse_announcement(self.trust.realm, unb64(entry.doc)).roster
                if named:
                    await self.know(named)

    async def _fetch(self, wanted: bytes, *, in_force: bool) -> None:
        fetched = await fetch_roster(self._origin, b64(wanted))
        signed, documents = read_signed(fetched.roster), documents_of(fetched.documents)
        if signed.hash != wanted:
            raise VerificationError("K4", "another roster than asked for")
        root = find("K1", documents, self.trust.root)
        registrar = find("K2", documents, unb64(fetched.registrar))
        if in_force:
            self.trust.take_roster(signed, root, registrar, self.now)
        else:
            self.trust.know_roster(signed, root, registrar, self.now)
        self.root_document = root
