"""Somebody of staff without a screen: the same requests as the console's, with a passkey and the keys of a machine.

Methods are verbs.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec

from chat import staff_bodies, wire
from chat.ceremony.opening import REALM
from chat.client.counsellor import Counsellor
from chat.crypto.encoding import b64, unb64
from chat.crypto.hpke import DeviceSealKey, OpenKey
from chat.crypto.issuing import issue_fresh
from chat.crypto.signing import DeviceKey, PrivateKey
from chat.papers import one
from tests.support.authenticator import Authenticator


@dataclass
class Person:
    """Somebody at a browser of their own, with a passkey and the keys of a machine."""

    staff: str
    http: httpx.AsyncClient
    clock: Callable[[], float]
    authenticator: Authenticator
    cookie: str = ""
    key: PrivateKey[DeviceKey] = field(default_factory=lambda: PrivateKey.generate(DeviceKey))
    seal_key: OpenKey[DeviceSealKey] = field(default_factory=lambda: OpenKey(DeviceSealKey, os.urandom(32)))
    papers: list[wire.Signed] = field(default_factory=list)

    async def asks(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """One request as the console makes it."""
        said = {"origin": self.staff, "cookie": self.cookie, **headers}
        content = None if body is None else msgspec.json.encode(body)
        answer = await self.http.request(method, self.staff + path, content=content, headers=said)
        token = answer.headers.get("set-cookie", "")
        if token:
            self.cookie = token.split(";", 1)[0]
        return answer

    async def posts(self, path: str, body: object = None) -> httpx.Response:
        return await self.asks("POST", path, body)

    async def told(self, path: str, body: object = None) -> Any:
        """The answer of a request that is to succeed."""
        answer = await (self.asks("GET", path) if body is None else self.posts(path, body))
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def accepts(self, invitation: str) -> httpx.Response:
        """Open the link and make a passkey."""
        options = await self.told("/staff/passkey/options", {"invitation": invitation})
        made = self.authenticator.makes(options)
        return await self.posts("/staff/passkey", {"invitation": invitation, "credential": made})

    async def signs_in(self) -> httpx.Response:
        options = await self.told("/staff/sign-in/options", {})
        return await self.posts("/staff/sign-in", {"credential": self.authenticator.answers(options)})

    @property
    def keys(self) -> dict[str, str]:
        return {"signature_key": b64(self.key.public.raw), "hpke_key": b64(self.seal_key.public.raw)}

    async def is_at_machine(self) -> str:
        """Tell the service at which machine: waiting or listed."""
        me = await self.told("/staff/machine", self.keys)
        self.papers = msgspec.convert(me["documents"], list[wire.Signed])
        return str(me["machine"])

    async def signs_freshness(self) -> httpx.Response:
        """K4: as the console of a coordinator does."""
        now = msgspec.convert(await self.told("/staff/freshness"), staff_bodies.FreshnessNow)
        return await self.says(now, {*now.revoked, *now.wanted})

    async def says(self, now: staff_bodies.FreshnessNow, revoked: Iterable[str]) -> httpx.Response:
        """The statement after `now`, with these revoked."""
        hashes = [unb64(hashed) for hashed in revoked]
        fresh = issue_fresh(REALM, self.key, unb64(now.roster), now.n + 1, int(self.clock()), hashes)
        return await self.posts("/staff/freshness", {"fresh": {"doc": b64(fresh.doc), "sig": b64(fresh.sig)}})

    async def names(self, pseudonym: str) -> dict[str, Any]:
        """Somebody on the coordinator's list."""
        people = (await self.told("/staff/people"))["people"]
        return next(person for person in people if person["pseudonym"] == pseudonym)

    async def compares(self, pseudonym: str) -> None:
        """The words of that person's newest machine are right."""
        person = await self.names(pseudonym)
        await self.told(
            "/staff/people/decide",
            {"person": person["id"], "what": "compared", "machine": person["machines"][-1]["name"]},
        )

    def at_desk(self, root: bytes) -> Counsellor:
        """The same machine as a headless console, signed in by this person's cookie."""
        desk = Counsellor(self.staff, root, realm=REALM, clock=self.clock)
        desk.key, desk.seal_key = self.key, self.seal_key
        desk._documents = [one(paper) for paper in self.papers]
        desk.cookie = self.cookie
        return desk
