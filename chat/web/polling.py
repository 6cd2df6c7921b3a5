"""Long polling: one request as a link, for browsers whose sockets do not come through (S7).

A request brings the place in the log and what is to be said, and is a whole short connection: it follows, says, listens until
there is news, and ends. Nothing of a page is kept here between two requests but how fast it is, so the next one may reach
another process, and one that is sent twice does no harm (S1, S2).
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Raw, Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chat import bodies, errors, wire
from chat.crypto.encoding import b64, digest, unb64
from chat.live.inbox import UNREADABLE
from chat.live.link import Link
from chat.live.page import Page
from chat.rules import limits
from chat.web import headers
from chat.web.guards import header
from chat.web.service import JSON, body
from chat.web.sockets import OPAQUE, Sockets

POLL_BYTES: Final = 64 * 1024
ANSWER_BYTES: Final = 128 * 1024
"""More than that waits for the next request."""
WAIT_SECONDS: Final = 10.0
"""For news. With the browser's patience for an answer a dead request is found within 25 s."""
CARRY_OUT_SECONDS: Final = 6.0
GATHER_SECONDS: Final = 0.02
"""What comes together is told together."""
END_SECONDS: Final = 2.0
NAME_BYTES: Final = 9

Meet = Callable[[Link, Page], Awaitable[None]]
"""Runs a connection over a link until its end."""


class _Poll(Struct, frozen=True, forbid_unknown_fields=True):
    """`bodies.Poll`, whose messages stay the bytes that were sent."""

    id: wire.Digest
    known: bodies.Known = bodies.Known()
    follow: wire.Follow | None = None
    messages: Annotated[list[Raw], Meta(max_length=bodies.POLL_MESSAGES)] = []


class _Said(Struct):
    """What a poll must know of a message."""

    type: str
    ref: int | None = None
    index: int = 0


_decode_poll = msgspec.json.Decoder(_Poll).decode
_read_said = msgspec.json.Decoder(_Said).decode
_read_welcome = msgspec.json.Decoder(wire.Welcome).decode
_encode = msgspec.json.Encoder().encode


class PollLink:
    """Texts of one request, and what is said until its answer. `finish` ends it at once. `texts`: not carried out yet."""

    def __init__(self, poll: _Poll) -> None:
        follow = poll.follow
        self.texts = deque(_texts(poll))
        self._held = follow.after if follow else 0
        self._unanswered = {ref for text in poll.messages if (ref := _ref(bytes(text))) is not None}
        self._waits = not poll.messages
        self._known = msgspec.structs.asdict(poll.known)
        self._collected: list[str] = []
        self._size = 0
        self._closed: int | None = None
        self._over = asyncio.Event()

    async def receive(self) -> str | None:
        if self.texts and not self._over.is_set():
            return self.texts.popleft()
        await self._over.wait()
        return None

    def write(self, text: str, /) -> bool:
        if self._over.is_set():
            return False
        said = _read_said(text)
        self._unanswered.discard(said.ref or 0)
        news = self._collect(said, text)
        if self._size >= ANSWER_BYTES:
            self.finish()
        elif news if self._waits else not (self._unanswered or self.texts):
            asyncio.get_running_loop().call_later(GATHER_SECONDS, self.finish)
        return True

    async def room(self) -> None:
        if self._over.is_set():
            raise ConnectionError

    async def close(self, code: int, reason: str) -> None:  # noqa: ARG002 (the words stand in the message before)
        self._closed = code
        self.finish()

    def hurry(self) -> None:
        """Answer now, unless something is to be carried out first."""
        if self._waits:
            self.finish()

    def finish(self) -> None:
        """Answer with what there is."""
        self._over.set()

    async def answer(self) -> bytes:
        """What was said, once there is something to say or the time is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(WAIT_SECONDS if self._waits else CARRY_OUT_SECONDS):
                await self._over.wait()
        self.finish()
        known = _encode(bodies.Known(**self._known)).decode()
        closed = "" if self._closed is None else f',"closed":{self._closed}'
        return f'{{"messages":[{",".join(self._collected)}],"known":{known}{closed}}}'.encode()

    def _collect(self, said: _Said, text: str) -> bool:
        """Keep what the page does not know yet; whether that is news."""
        if said.type == "welcome":
            text = self._greeting(text)
        elif said.type in ("queue", "presence", "freshness"):
            text = self._unknown(said.type, text)
        if text:
            self._collected.append(text)
            self._size += len(text)
        return bool(text) and said.type != "done" and not (said.type == "entry" and said.index <= self._held)

    def _greeting(self, text: str) -> str:
        """The first request is welcomed; the next ones hear only of freshness that is newer than what they know."""
        freshness = _read_welcome(text).freshness
        first = not any(self._known.values())
        newer = self._unknown("freshness", _encode(freshness).decode()) if freshness else ""
        self._known["freshness"] = self._known["freshness"] or "-"
        return text if first else newer

    def _unknown(self, kind: str, text: str) -> str:
        """The text, unless the page has heard it as the last of its kind."""
        name = b64(digest(text.encode())[:NAME_BYTES])
        if self._known[kind] == name:
            return ""
        self._known[kind] = name
        return text


class Polling:
    """`/v1/visitor/poll`. `pages`: those that asked lately, the latest last."""

    def __init__(self, meet: Meet, page: Callable[[str], Page], sockets: Sockets) -> None:
        self._meet = meet
        self._page = page
        self._sockets = sockets
        self._pages: OrderedDict[str, _Asking] = OrderedDict()
        self._ending = False

    def routes(self) -> list[Route]:
        """On the visitor's origin."""
        return [Route("/v1/visitor/poll", self.poll, methods=["POST"])]

    async def poll(self, request: Request) -> Response:
        """One request of a page; the one that still waits is answered, since there is one at a time."""
        if header(request.scope, b"origin") != OPAQUE:
            raise errors.WrongOrigin
        poll = read_poll(await body(request, POLL_BYTES))
        if self._ending:
            raise errors.StoreUnavailable
        self._sockets.enter()
        try:
            asking = self._asking(poll.id)
            if asking.link:
                asking.link.finish()
            asking.link = link = PollLink(poll)
            answer = await self._answer(link, asking.page)
            if asking.link is link:
                asking.link = None
        finally:
            self._sockets.leave()
        return Response(answer, media_type=JSON, headers=headers.CROSS_ORIGIN)

    def end(self) -> None:
        """The process ends: who waits for news asks another one."""
        self._ending = True
        for asking in self._pages.values():
            if asking.link:
                asking.link.hurry()

    async def _answer(self, link: PollLink, page: Page) -> bytes:
        meeting = asyncio.ensure_future(self._meet(link, page))
        try:
            return await link.answer()
        finally:
            link.finish()
            # What is not carried out by now is sent again, and is known then (S3).
            await asyncio.wait([meeting], timeout=END_SECONDS)
            meeting.cancel()
            await asyncio.gather(meeting, return_exceptions=True)

    def _asking(self, poll_id: str) -> "_Asking":
        name = b64(digest(unb64(poll_id))[:NAME_BYTES])
        asking = self._pages.pop(name, None) or _Asking(self._page(name))
        self._pages[name] = asking
        if len(self._pages) > self._sockets.limit:
            self._pages.popitem(last=False)
        return asking


class _Asking:
    """A page, and its request that has no answer yet."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.link: PollLink | None = None


def read_poll(content: bytes) -> _Poll:
    """A request's body. `Malformed`, or `Oversize` where a message in it is."""
    try:
        poll = _decode_poll(content)
    except UNREADABLE as error:
        raise errors.Malformed from error
    if any(len(message) > wire.MESSAGE_BYTES for message in poll.messages):
        raise errors.Oversize
    return poll


def _texts(poll: _Poll) -> list[str]:
    follow = [_encode(poll.follow)] if poll.follow else []
    try:
        return [bytes(text).decode() for text in (*follow, *poll.messages)]
    except UnicodeDecodeError as error:
        raise errors.Malformed from error


def _ref(text: bytes) -> int | None:
    """The request's number; a text that is no message is refused where it is read."""
    try:
        return _read_said(text).ref
    except UNREADABLE:
        return None


def page(clock: Callable[[], float], burst: int, per_second: float) -> Callable[[str], Page]:
    """Makes pages with a speed."""
    return lambda name: Page(name, limits.TokenBucket(clock(), burst, per_second))
