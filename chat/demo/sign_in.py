"""*Sign in as Amina*: a console's fresh device keys are certified, listed, and get a session (K3, K4). No private key comes here.

Knows the throw-away organisation, the ledger and the sessions of staff; the rest of the service meets its documents only.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chat import bodies, errors, wire
from chat.crypto.chain import HOUR, Signed
from chat.crypto.encoding import b64, digest, unb64
from chat.crypto.hpke import DeviceSealKey
from chat.crypto.signing import DeviceKey
from chat.demo.organisation import STAFF, Organisation
from chat.demo.registrar import Certify
from chat.live.inbox import UNREADABLE
from chat.store.sessions import Session, Sessions
from chat.store.staff import Document, Staff
from chat.web.guards import header
from chat.web.service import JSON, body
from chat.web.sockets import SESSION_COOKIE

SESSION_SECONDS: Final = 12 * HOUR
TOKEN_BYTES: Final = 32

_read = msgspec.json.Decoder(bodies.DemoSignIn).decode


class Registry:
    """The demo's registrar and coordinator at work: what they sign goes into the ledger."""

    def __init__(
        self,
        organisation: Organisation,
        staff: Staff,
        clock: Callable[[], float],
        tell: Callable[[], Awaitable[None]],
    ) -> None:
        """`tell` has every process read the ledger now."""
        self._organisation = organisation
        self._staff = staff
        self._clock = clock
        self._tell = tell
        self._one_at_a_time = asyncio.Lock()

    async def publish(self) -> None:
        """The roster and the freshness over it, as pages get them."""
        made = self._organisation
        documents = [as_wire(made.root), as_wire(made.registrar.document)]
        roster = wire.Roster(
            roster=as_wire(made.roster), registrar=b64(made.registrar.document.hash), documents=documents
        )
        registrar = made.registrar.document
        await self._staff.keep(Document(registrar.doc, registrar.sig))
        await self._staff.put_roster(
            digest=made.roster.hash,
            number=made.number,
            previous=made.previous,
            raw=msgspec.json.encode(roster),
        )
        await self.publish_freshness()

    async def publish_freshness(self) -> None:
        """The newest statement of freshness."""
        made = self._organisation
        freshness = wire.Freshness(
            roster=b64(made.roster.hash),
            fresh=as_wire(made.fresh),
            signer=b64(made.coordinator.hash),
            documents=[as_wire(made.registrar.document), as_wire(made.coordinator)],
        )
        raw = msgspec.json.encode(freshness)
        await self._staff.put_freshness(roster=made.roster.hash, n=made.n, revoked=[], raw=raw)
        await self._tell()

    async def certify_console(self, asked: bodies.DemoSignIn) -> Signed:
        """The device that signs in."""
        return await self.certify(asked.pseudonym, *keys_of(asked))

    async def certify(self, pseudonym: str, signature_key: DeviceKey, hpke_key: DeviceSealKey) -> Signed:
        """A device of a counsellor, listed and fresh."""
        async with self._one_at_a_time:
            certificate = self._organisation.certify(pseudonym, signature_key, hpke_key, int(self._clock()))
            await self._staff.keep(Document(certificate.doc, certificate.sig))
            await self.publish()
        return certificate

    async def freshen_hourly(self) -> None:
        """K4: good for 24 h, renewed every hour."""
        while True:
            await asyncio.sleep(HOUR)
            async with self._one_at_a_time:
                self._organisation.freshen(int(self._clock()))
                await self.publish_freshness()


class Papers(NamedTuple):
    """What a console needs beside its certificate: the registrar's document, and H(R)."""

    registrar: Signed
    root: bytes


class SignIn:
    """POST `/staff/demo/sign-in`. `learn` makes this process read the ledger at once."""

    def __init__(
        self,
        papers: Papers,
        certify: Certify,
        sessions: Sessions,
        *,
        origin: str,
        clock: Callable[[], float],
        learn: Callable[[], Awaitable[None]],
    ) -> None:
        self._papers = papers
        self._certify = certify
        self._sessions = sessions
        self._origin = origin
        self._clock = clock
        self._learn = learn

    def routes(self) -> list[Route]:
        return [Route("/staff/demo/sign-in", self.sign_in, methods=["POST"])]

    async def sign_in(self, request: Request) -> Response:
        """The certificate in the body, the session in a cookie that no script can read."""
        if header(request.scope, b"origin") != self._origin:
            raise errors.WrongOrigin
        asked = await self._asked(request)
        certificate = await self._certify(asked)
        await self._learn()
        response = self._answer(certificate)
        await self._open_session(response, certificate.hash)
        return response

    async def _asked(self, request: Request) -> bodies.DemoSignIn:
        try:
            asked = _read(await body(request))
        except UNREADABLE as error:
            raise errors.Malformed from error
        if asked.pseudonym not in STAFF:
            raise errors.WrongRole
        keys_of(asked)
        return asked

    def _answer(self, certificate: Signed) -> Response:
        documents = [as_wire(self._papers.registrar), as_wire(certificate)]
        answer = bodies.DemoSignedIn(documents=documents, root=b64(self._papers.root))
        return Response(msgspec.json.encode(answer), media_type=JSON)

    async def _open_session(self, response: Response, certificate: bytes) -> None:
        token = secrets.token_bytes(TOKEN_BYTES)
        now = int(self._clock())
        await self._sessions.open(digest(token), Session(certificate, now + SESSION_SECONDS), now)
        response.set_cookie(
            SESSION_COOKIE,
            b64(token),
            max_age=SESSION_SECONDS,
            path="/",
            secure=True,
            httponly=True,
            samesite="strict",
        )


def keys_of(asked: bodies.DemoSignIn) -> tuple[DeviceKey, DeviceSealKey]:
    """What is to be certified; raises what is wrong with it."""
    return DeviceKey(unb64(asked.signature_key)), DeviceSealKey(unb64(asked.hpke_key))


def as_wire(document: Signed) -> wire.Signed:
    """As messages carry it."""
    return wire.Signed(doc=b64(document.doc), sig=b64(document.sig))
