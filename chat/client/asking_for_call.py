"""Somebody who asks for a call, without a screen: seals it, works for it, changes it and takes it back by its code (C1–C3, W1).

Everything that the visitor's page verifies is verified here; each verb is a request or two. It knows no socket and no list of words.
"""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from chat import bodies, callback_bodies
from chat.callback_bodies import CallbackChallenge, CallbackKept, CallbackSend, CallbackStatus
from chat.client import http
from chat.client.coming_back import Words
from chat.client.standing import Standing
from chat.client.translation import documents_of, read_signed, write_signed
from chat.crypto.callback_parts import Card, Number
from chat.crypto.callbacks import (
    Ask,
    Place,
    Sealed,
    Version,
    Window,
    ask_document,
    callback_code,
    callback_id,
    encode_windows,
    open_callback_blob,
    queue_of,
    seal_callback_blob,
    seal_part,
)
from chat.crypto.chain import Signed
from chat.crypto.encoding import Realm, b64, digest, unb64
from chat.crypto.returning import NONCE_BYTES
from chat.crypto.signing import CallbackKey, PrivateKey
from chat.crypto.teamkeys import Team, open_team
from chat.crypto.work import do_work

SECRET_BYTES = 32
EXPIRY_SECONDS = 72 * 3600


@dataclass(frozen=True)
class Wanted:
    """What somebody tells: all but number and windows may be left out. The card's windows and language are these."""

    number: str
    windows: Sequence[Window]
    language: str = "sv"
    card: Card = field(default_factory=lambda: Card(b""))


class Caller:
    """One who asks. `origin`: the visitor's; `root`: H(R) as the page pins it."""

    def __init__(
        self,
        origin: str,
        root: bytes,
        *,
        realm: Realm = "varsam",
        clock: Callable[[], float] = time.time,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.origin = origin
        self.standing = Standing(origin, realm, root, clock)
        self.key = PrivateKey.generate(CallbackKey)
        self.version = 0
        self.sent: CallbackSend | None = None
        """The last that was made, to be sent again where its answer was lost."""
        self._random = random

    @property
    def realm(self) -> Realm:
        return self.standing.trust.realm

    @property
    def id(self) -> bytes:
        """C1."""
        return callback_id(self.realm, self.key.public)

    # Asking

    async def asks(self, wanted: Wanted, words: Words | None = None) -> CallbackKept:
        """C1, C2: the first version, and with `words` what lies under their code."""
        code = self._code(words) if words else None
        return await self._sends(wanted, 1, code)

    async def changes(self, wanted: Wanted) -> CallbackKept:
        """C3: a complete new version."""
        return await self._sends(wanted, self.version + 1, None)

    async def sends_again(self) -> CallbackKept:
        """The same bytes: whoever heard no answer does so, as often as need be."""
        if self.sent is None:
            raise RuntimeError("nothing was made to send")
        answer = await http.asks_plainly(f"{self.origin}/v1/callbacks", self.sent)
        kept = msgspec.json.decode(answer, type=CallbackKept)
        self.version = kept.version
        return kept

    async def _sends(
        self, wanted: Wanted, number: int, code: callback_bodies.CallbackCode | None
    ) -> CallbackKept:
        asked = await self.is_challenged()
        self.sent = self.makes(asked, await self.knows_team(asked), wanted, number, code)
        return await self.sends_again()

    async def is_challenged(self) -> CallbackChallenge:
        """W1."""
        asked = callback_bodies.CallbackChallengeRequest()
        answer = await http.asks_plainly(f"{self.origin}/v1/callbacks/challenge", asked)
        return msgspec.json.decode(answer, type=CallbackChallenge)

    async def knows_team(self, asked: CallbackChallenge) -> Team:
        """C2: by the roster in force; who signed it must not be revoked as far as is known."""
        if asked.freshness:
            await self.standing.learn(asked.freshness)
        else:
            await self.standing.takes_roster(unb64(asked.roster))
        documents = documents_of(asked.documents)
        if self.standing.root_document:
            documents[self.standing.root_document.hash] = self.standing.root_document
        signed = read_signed(asked.team)
        return open_team(self.standing.trust, signed, unb64(asked.signer), documents, self.standing.now)

    def makes(
        self,
        asked: CallbackChallenge,
        team: Team,
        wanted: Wanted,
        number: int,
        code: callback_bodies.CallbackCode | None = None,
    ) -> CallbackSend:
        """C2, W1: sealed, signed and worked for."""
        card = replace(wanted.card, windows=encode_windows(wanted.windows), language=wanted.language)
        parts = {"card": card.encode(self.realm), "number": Number(wanted.number).encode(self.realm)}
        halves = {name: self._random(SECRET_BYTES) for name in parts}
        sealed = [
            seal_part(
                Place(self.realm, self.id, number, "card" if name == "card" else "number"),
                team,
                self._random(SECRET_BYTES),
                halves[name],
                plain,
            )
            for name, plain in parts.items()
        ]
        raw = Sealed(team.hash, *sealed).encode(self.realm)
        expiry = wanted.windows[-1].end + EXPIRY_SECONDS
        version = Version(
            self.id, number, digest(raw), tuple(wanted.windows), wanted.language, expiry, queue_of(card)
        )
        doc = version.encode(self.realm)
        challenge = unb64(asked.challenge)
        return CallbackSend(
            version=write_signed(Signed(doc, self.key.sign(doc))),
            key=b64(self.key.public.raw),
            sealed=b64(raw),
            card=b64(halves["card"]),
            number=b64(halves["number"]),
            challenge=asked.challenge,
            n=do_work(self.realm, "callback", challenge, unb64(asked.target), digest(doc)),
            code=code,
        )

    # The code

    def _code(self, words: Words) -> callback_bodies.CallbackCode:
        secrets = callback_code(self.realm, self.standing.trust.root, words.version, words.words)
        halves = (self.key.scalar_bytes(), self.key.public.raw)
        sealed = seal_callback_blob(self.realm, secrets.key, self._random(NONCE_BYTES), *halves)
        return callback_bodies.CallbackCode(code=b64(digest(secrets.locator)), blob=b64(sealed))

    async def remembers(self, words: Words) -> None:
        """C3: by the code, at any page: the key is all that it gives."""
        secrets = callback_code(self.realm, self.standing.trust.root, words.version, words.words)
        asked = callback_bodies.CallbackLocator(locator=b64(secrets.locator))
        answer = await http.asks_plainly(f"{self.origin}/v1/callbacks/code", asked)
        blob = msgspec.json.decode(answer, type=bodies.Sealed).blob
        self.key = open_callback_blob(self.realm, secrets.key, unb64(blob))
        self.version = (await self.sees_status()).version

    async def sees_status(self) -> CallbackStatus:
        """C3."""
        return await self._about("status")

    async def cancels(self) -> CallbackStatus:
        """C3."""
        return await self._about("cancel")

    async def _about(self, what: Ask) -> CallbackStatus:
        doc = ask_document(self.realm, self.id, what)
        asked = callback_bodies.CallbackAsk(doc=b64(doc), sig=b64(self.key.sign(doc)))
        answer = await http.asks_plainly(f"{self.origin}/v1/callbacks/{what}", asked)
        return msgspec.json.decode(answer, type=CallbackStatus)
