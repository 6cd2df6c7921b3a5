"""A guest without a screen (E6): opens a link, waits for the visitor's yes, reads, writes, leaves.

Everything that a member's page verifies is verified here; nobody certifies this one, so it has no duty key but the word for it.
"""

import os
import time
from collections.abc import Callable, Sequence
from typing import Final, Self

from chat import wire
from chat.client.conversation import SECONDS, Conversation
from chat.client.page import Page
from chat.client.standing import Standing
from chat.client.translation import write_refusal
from chat.crypto.encoding import Realm, b64, unb64
from chat.crypto.entries import Announced, Event, Offered
from chat.crypto.epochs import Announcement
from chat.crypto.guest import access, key_proof
from chat.crypto.hpke import DutySealKey, OpenKey
from chat.crypto.log import Log
from chat.crypto.readers import AsMember
from chat.crypto.refusal import withdraw
from chat.crypto.signing import DutyKey, PrivateKey

SEED_BYTES: Final = 32


class AsGuest(AsMember):
    """Known by its keys: each word for them is another name, and the one that is let in counts."""

    def secrets(
        self, log: Log, announcement: Announcement, wraps: Sequence[bytes], at: int
    ) -> dict[int, bytes]:
        mine = [member.duty for member in announcement.members if member.duty in self.offers]
        self.duty = mine[0] if mine else self.duty
        return super().secrets(log, announcement, wraps, at)


class Guest(Page):
    """One page load. `origin`: the staff's; `token`: what stands in the link."""

    path = "/v1/guest"

    def __init__(
        self,
        origin: str,
        root: bytes,
        token: bytes,
        *,
        realm: Realm = "varsam",
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(origin, origin, Standing(origin, realm, root, clock))
        self.key = PrivateKey.generate(DutyKey)
        self.open_key = OpenKey(DutySealKey, os.urandom(SEED_BYTES))
        self.reader = AsGuest(self.standing.trust, b"", self.open_key)
        self._token = token
        self._conversation: Conversation | None = None

    async def __aenter__(self) -> Self:
        await self.connects()
        return self

    def conversations(self) -> list[Conversation]:
        return [self._conversation] if self._conversation else []

    @property
    def conversation(self) -> Conversation:
        if self._conversation is None:
            raise RuntimeError("nobody has vouched for this guest")
        return self._conversation

    async def enters(self) -> None:
        """Open the link, or come back to it."""
        realm, keys = self.standing.trust.realm, (self.key.public.raw, self.open_key.public.raw)
        shown, proof = access(realm, self._token), key_proof(realm, self._token, *keys)
        signature_key, hpke_key = map(b64, keys)
        await self.asks(
            wire.Enter(
                ref=self.ref(),
                access=b64(shown),
                signature_key=signature_key,
                hpke_key=hpke_key,
                proof=b64(proof),
            )
        )

    async def resumes(self) -> None:
        await self.enters()
        if self._conversation:
            held = self.conversation.log.index
            await self.asks(wire.Follow(ref=self.ref(), sid=self.conversation.sid, after=held))

    async def is_vouched_for(self, seconds: float = SECONDS) -> None:
        """Wait until the log has a word for this page."""
        await self.until(lambda: bool(self.reader.offers), "somebody vouches", seconds)

    async def is_admitted(self, seconds: float = SECONDS) -> None:
        """Wait until the visitor's browser has let this guest in."""
        await self.until(lambda: self.is_in, "the visitor lets me in", seconds)

    @property
    def is_in(self) -> bool:
        log = self.conversation.log
        return any(member.duty in self.reader.offers for member in log.members)

    async def writes(self, words: str) -> list[int]:
        return await self.conversation.writes(words)

    async def hears(self, words: str, seconds: float = SECONDS) -> None:
        await self.until(lambda: words in self.conversation.words(), "a text comes", seconds)

    async def takes_back(self) -> None:
        """Not to come after all, before the visitor has answered."""
        conversation, log = self.conversation, self.conversation.log
        for offer in self.reader.offers - log.refused:
            if log.offers[offer][0].over == log.newest.hash:
                word = withdraw(log.realm, offer, self.key)
                await conversation.stored([await conversation.appends(write_refusal(word))])

    async def leaves(self) -> None:
        """Say so, and wait until the visitor's browser has made an epoch without this one."""
        conversation = self.conversation
        await conversation.stored([await conversation.write(conversation.plain("leave"))])
        await self.until(lambda: not self.is_in, "I am in no more")

    async def is_over(self, seconds: float = SECONDS) -> str:
        return await self.hears_the_end_of(self.conversation, seconds)

    async def receive(self, message: wire.ServerMessage) -> None:
        match message:
            case wire.Freshness():
                await self.standing.learn(message)
            case wire.Expected() if self._conversation is None:
                trust = self.standing.trust
                log = Log(trust.realm, trust.root, unb64(message.sid), self.reader)
                self._conversation = Conversation(log, self.key, b"", self.ref, self.send)
                await self.send(wire.Follow(ref=self.ref(), sid=message.sid, after=0))
            case wire.Ended() if self._conversation:
                self.conversation.is_over(message.reason)
            case wire.Presence() if self._conversation:
                self.conversation.presence = message
            case wire.Logged() if self._conversation:
                await self.standing.know_named(message.entry)
                await self._happened(self.conversation.logged(message))
            case wire.Ack() if self._conversation:
                await self._happened(self.conversation.acknowledged(message))
            case wire.Error() if self._conversation:
                await self.conversation.refused(message)

    async def _happened(self, event: Event | None) -> None:
        log = self.conversation.log
        word = log.guests.get(event.hash) if isinstance(event, Offered) else None
        if word and word.signature_key.raw == self.key.public.raw:
            self.reader.offers.add(word.hash)
        if isinstance(event, Announced) and self.is_in:
            self.conversation.speaks_as(self.reader.duty)
        if log.index:
            await self.conversation.settle()
