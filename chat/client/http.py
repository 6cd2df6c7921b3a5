"""The few requests that are not the socket's: the page's pinned root, a roster, the demo's sign-in, the notice of leaving.

Knows addresses and bytes. urllib works in a thread; every request has a deadline.
"""

import asyncio
import re
from dataclasses import dataclass
from http.client import HTTPException
from http.cookies import SimpleCookie
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

import msgspec

from chat import bodies, wire
from chat.crypto.encoding import b64, unb64

SECONDS = 30.0
_ROOT = re.compile(r'data-root="([A-Za-z0-9_-]{43})"')
_opener = build_opener(ProxyHandler({}), HTTPRedirectHandler())


@dataclass(frozen=True)
class Answer:
    """What came back. `cookie`: name=value of the first cookie, or empty."""

    status: int
    body: bytes
    cookie: str


async def request(url: str, *, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
    """GET, or POST where there is a body."""
    return await asyncio.wait_for(asyncio.to_thread(_request, url, body, headers or {}), SECONDS)


def _request(url: str, body: bytes | None, headers: dict[str, str]) -> Answer:
    if not url.startswith(("http://", "https://")):
        raise ValueError("an address of the web is needed")
    asked = Request(url, data=body, headers=headers)  # noqa: S310 checked above
    try:
        with _opener.open(asked, timeout=SECONDS) as answer:
            return Answer(answer.status, answer.read(), _cookie(answer.headers.get("set-cookie", "")))
    except HTTPError as error:
        with error:
            return Answer(error.code, error.read(), "")
    except HTTPException as torn:
        raise ConnectionError("the answer was cut off") from torn


def _cookie(header: str) -> str:
    return next((f"{name}={morsel.value}" for name, morsel in SimpleCookie(header).items()), "")


def _json(body: object) -> bytes:
    return msgspec.json.encode(body)


class Unanswered(Exception):
    """A request was refused; `answer` holds the status and the words."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status, answer.body[:200])
        self.answer = answer


async def pinned_root(origin: str) -> bytes:
    """H(R) as the standalone page at `origin` has it pinned, 32 bytes."""
    answer = await request(f"{origin}/")
    found = _ROOT.search(answer.body.decode())
    if answer.status != 200 or found is None:
        raise Unanswered(answer)
    return unb64(found[1])


async def fetch_roster(origin: str, digest: str) -> wire.Roster:
    """`/v1/roster/<hash>`, not verified."""
    answer = await request(f"{origin}/v1/roster/{digest}")
    if answer.status != 200 or len(answer.body) > wire.ROSTER_BYTES:
        raise Unanswered(answer)
    return msgspec.json.decode(answer.body, type=wire.Roster)


async def sign_in_to_demo(origin: str, asked: bodies.DemoSignIn) -> tuple[bodies.DemoSignedIn, str]:
    """The documents, and the session's cookie as `name=value`."""
    headers = {"origin": origin, "content-type": "application/json"}
    answer = await request(f"{origin}/staff/demo/sign-in", body=_json(asked), headers=headers)
    if answer.status != 200:
        raise Unanswered(answer)
    return msgspec.json.decode(answer.body, type=bodies.DemoSignedIn), answer.cookie


async def asks_plainly(url: str, asked: bodies.Body) -> bytes:
    """A visitor's POST (S7); the body of the answer."""
    answer = await request(url, body=_json(asked), headers={"origin": "null", "content-type": "text/plain"})
    if answer.status != 200:
        raise Unanswered(answer)
    return answer.body


async def leave(origin: str, sid: bytes, token: bytes) -> Answer:
    """The notice of leaving, as a beacon sends it (Leave 3, S7)."""
    notice = bodies.LeaveNotice(sid=b64(sid), token=b64(token))
    headers = {"origin": "null", "content-type": "text/plain"}
    return await request(f"{origin}/v1/leave", body=_json(notice), headers=headers)
