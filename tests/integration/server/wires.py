"""A visitor and a counsellor by hand, message by message: for what a well-behaved client never sends.

Their documents and announcements are real; a frame's ciphertext is noise, which the server cannot tell from any other.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from chat import bodies, wire
from chat.crypto.admission import begin
from chat.crypto.chain import HOUR, Role, Signed, Span
from chat.crypto.encoding import ZEROS, b64, digest, unb64
from chat.crypto.epochs import Epoch, Member, Offer, announce, parse_announcement, visitor_id
from chat.crypto.frames import Header, frame_hash
from chat.crypto.hpke import DeviceSealKey, DutySealKey, OpenKey
from chat.crypto.issuing import issue_duty, issue_fresh
from chat.crypto.signing import DeviceKey, DutyKey, PrivateKey, VisitorKey
from chat.demo.organisation import REALM
from chat.demo.sign_in import as_wire
from chat.store.sessions import Session as StaffSession
from tests.integration.server.house import House

WAIT_SECONDS = 60.0
NOISE = os.urandom(272)


class Socket:
    """One socket: what is said and heard."""

    def __init__(self, opened: ClientConnection) -> None:
        self.socket = opened
        self.refs = 0
        self.welcome: dict[str, Any] = {}
        self.heard: list[dict[str, Any]] = []

    async def says(self, message: wire.Message) -> None:
        await self.says_text(msgspec.json.encode(message).decode())

    async def says_text(self, text: str | bytes) -> None:
        await self.socket.send(text)

    async def hears(self, kind: str, **values: object) -> dict[str, Any]:
        """The next message of a kind; others are kept in `heard`."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                message: dict[str, Any] = msgspec.json.decode(await self.socket.recv())
                self.heard.append(message)
                if message["type"] == kind and all(
                    message.get(key) == value for key, value in values.items()
                ):
                    return message

    async def hears_anything(self) -> dict[str, Any]:
        """The next message, whatever it is."""
        async with asyncio.timeout(WAIT_SECONDS):
            message: dict[str, Any] = msgspec.json.decode(await self.socket.recv())
        self.heard.append(message)
        return message

    async def answers(self, message: wire.Message) -> dict[str, Any]:
        """The answer that carries the message's ref."""
        await self.says(message)
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                answer: dict[str, Any] = msgspec.json.decode(await self.socket.recv())
                self.heard.append(answer)
                if answer.get("ref") == message.ref:  # type: ignore[attr-defined]
                    return answer

    async def hears_the_close(self) -> tuple[int, dict[str, Any]]:
        """The close code, and the last message before it."""
        with suppress(ConnectionClosed):
            async with asyncio.timeout(WAIT_SECONDS):
                while True:
                    self.heard.append(msgspec.json.decode(await self.socket.recv()))
        return self.socket.close_code or 0, self.heard[-1]

    def ref(self) -> int:
        self.refs += 1
        return self.refs


@asynccontextmanager
async def visitors_socket(house: House, receive_bytes: int | None = None) -> AsyncIterator[Socket]:
    """`receive_bytes`: how much the kernel takes for somebody who does not read."""
    url = house.visitor.replace("http", "ws") + "/v1/visitor"
    options: dict[str, Any] = {"subprotocols": [Subprotocol(wire.SUBPROTOCOL)], "max_size": None}
    if receive_bytes:
        narrow = socket.socket()
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        narrow.connect(("127.0.0.1", house.config.listen.port))
        options |= {"sock": narrow, "max_queue": 1, "close_timeout": 0.2}
    async with connect(url, origin=Origin("null"), **options) as raw:
        opened = Socket(raw)
        opened.welcome = await opened.hears("welcome")
        yield opened


@dataclass
class Visitor:
    """A visitor's keys and place in the conversation."""

    root: bytes
    key: PrivateKey[VisitorKey] = field(default_factory=lambda: PrivateKey.generate(VisitorKey))
    nonce: bytes = field(default_factory=lambda: os.urandom(32))
    capability: bytes = field(default_factory=lambda: os.urandom(32))
    token: bytes = field(default_factory=lambda: os.urandom(32))

    def __post_init__(self) -> None:
        self.sid, self.first = begin(
            REALM, self.root, self.key, nonce=self.nonce, secret=os.urandom(32), leave_hash=digest(self.token)
        )
        self.name = visitor_id(REALM, self.key.public.raw)
        self.previous: dict[int, bytes] = {}

    @property
    def id(self) -> str:
        return b64(self.sid)

    def start(self, ref: int = 1, **changes: Any) -> wire.Start:
        values: dict[str, Any] = {
            "ref": ref,
            "sid": self.id,
            "capability": b64(self.capability),
            "announcement": wire.Announcement(doc=b64(self.first.doc), sig=b64(self.first.sig)),
            "language": "sv",
        }
        return wire.Start(**(values | changes))

    def frame(
        self, seq: int, *, epoch: int = 0, noise: bytes = NOISE, sender: bytes | None = None
    ) -> wire.Frame:
        return noisy_frame(self.sid, sender or self.name, epoch, seq, noise)

    def append(self, entry: wire.ClientEntry, ref: int) -> wire.Append:
        return wire.Append(ref=ref, sid=self.id, entry=entry)

    def follow(self, after: int, ref: int, **changes: Any) -> wire.Follow:
        values: dict[str, Any] = {
            "ref": ref,
            "sid": self.id,
            "after": after,
            "capability": b64(self.capability),
        }
        return wire.Follow(**(values | changes))

    def announces(self, epoch: int, members: list[Member], *, previous: bytes | None = None, lease: str | None = None,
                  key: PrivateKey[VisitorKey] | None = None) -> wire.Announcement:  # fmt: skip
        """An announcement whose wraps are none: the server does not open them."""
        body = Epoch(self.sid, epoch, previous or digest(self.first.doc), os.urandom(32), 1, os.urandom(32),
                     tuple(members), os.urandom(32))  # fmt: skip
        doc = announce(REALM, body, [])
        return wire.Announcement(doc=b64(doc), sig=b64((key or self.key).sign(doc)), lease=lease)


def noisy_frame(sid: bytes, sender: bytes, epoch: int, seq: int, noise: bytes = NOISE) -> wire.Frame:
    header = Header(sid, epoch, sender, seq, ZEROS, 1, os.urandom(32)).encode(REALM)
    return wire.Frame(header=b64(header), ciphertext=b64(noise), sig=b64(os.urandom(64)))


@asynccontextmanager
async def started(house: House) -> AsyncIterator[tuple[Socket, Visitor]]:
    """A visitor in the queue."""
    visitor = Visitor(house.root)
    async with visitors_socket(house) as opened:
        assert (await opened.answers(visitor.start(opened.ref())))["index"] == 1
        yield opened, visitor


@dataclass
class Desk:
    """A signed-in console's keys."""

    house: House
    token: str
    key: PrivateKey[DeviceKey]
    registrar: Signed
    certificate: Signed
    pseudonym: str = "Amina"

    def __post_init__(self) -> None:
        self.duty_key = PrivateKey.generate(DutyKey)
        self.seal_key = OpenKey(DutySealKey, os.urandom(32))
        now = int(self.house.clock())
        self.duty = self.issues_duty(Span(now, now + 8 * HOUR))

    def issues_duty(self, span: Span, key: PrivateKey[DeviceKey] | None = None) -> Signed:
        return issue_duty(
            REALM, key or self.key, self.certificate.hash, hpke_key=self.seal_key.public,
            signature_key=self.duty_key.public, span=span,
        )  # fmt: skip

    @property
    def sender(self) -> bytes:
        return self.duty.hash

    def duty_on(self, ref: int, **changes: Any) -> wire.DutyOn:
        values: dict[str, Any] = {
            "ref": ref, "duty": as_wire(self.duty), "documents": [as_wire(self.registrar), as_wire(self.certificate)],
        }  # fmt: skip
        return wire.DutyOn(**(values | changes))

    def offer(self, visitor: Visitor, lease: str | None, **changes: Any) -> wire.Offer:
        freshness = _freshness(self.house)
        values: dict[str, Any] = {
            "sid": visitor.sid, "over": digest(visitor.first.doc), "purpose": "accept",
            "certificate": self.certificate.hash, "duty": self.sender, "roster": unb64(freshness.roster),
            "expiry": int(self.house.clock()) + 60,
        }  # fmt: skip
        doc = Offer(**(values | changes)).encode(REALM)
        return wire.Offer(doc=b64(doc), sig=b64(self.duty_key.sign(doc)), lease=lease)

    def member(self, offer: wire.Offer, role: Role = "counsellor") -> Member:
        return Member(self.certificate.hash, self.sender, digest(unb64(offer.doc)), role, self.pseudonym, 0)


async def has(house: House, certificate: Signed, key: PrivateKey[DeviceKey], pseudonym: str) -> Desk:
    """A console with a certificate of any kind, and a session for it."""
    now = int(house.clock())
    token = os.urandom(32)
    await house.parts.node.sessions.open(digest(token), StaffSession(certificate.hash, now + HOUR), now)
    return Desk(house, b64(token), key, house.made.registrar.document, certificate, pseudonym)


async def is_listed(house: House, role: Role = "counsellor", issued: int | None = None) -> Desk:
    """A device that the demo's own sign-in would not certify, on the roster in force."""
    now = int(house.clock())
    key = PrivateKey.generate(DeviceKey)
    seal_key = OpenKey(DeviceSealKey, os.urandom(32)).public
    made = house.made
    certificate = made._certify("Dana", role, key.public, seal_key, issued or now)
    made._devices.append((certificate.hash, role == "counsellor"))
    made.certify("Amina", PrivateKey.generate(DeviceKey).public, seal_key, now)
    await house.registry.publish()
    await house.learns()
    return await has(house, certificate, key, "Dana")


async def revokes(house: House, certificate: bytes) -> None:
    """The coordinator says that a device is nobody."""
    made, now = house.made, int(house.clock())
    made.n += 1
    made.fresh = issue_fresh(REALM, made._coordinator, made.roster.hash, made.n, now, [certificate])
    freshness = msgspec.structs.replace(_freshness(house), fresh=as_wire(made.fresh))
    raw = msgspec.json.encode(freshness)
    await house.parts.staff.put_freshness(roster=made.roster.hash, n=made.n, revoked=[certificate], raw=raw)


def _freshness(house: House) -> wire.Freshness:
    freshness = house.parts.node.standing.freshness
    assert freshness is not None
    return freshness


async def signs_in(house: House, pseudonym: str = "Amina") -> Desk:
    """As the console does: keys made here, certified there."""
    key = PrivateKey.generate(DeviceKey)
    seal_key = OpenKey(DeviceSealKey, os.urandom(32))
    ask = bodies.DemoSignIn(
        pseudonym=pseudonym, signature_key=b64(key.public.raw), hpke_key=b64(seal_key.public.raw)
    )
    async with httpx.AsyncClient() as http:
        answer = await http.post(
            house.staff + "/staff/demo/sign-in",
            headers={"origin": house.staff},
            content=msgspec.json.encode(ask),
        )
    assert answer.status_code == 200, answer.text
    signed_in = msgspec.json.decode(answer.content, type=bodies.DemoSignedIn)
    registrar, certificate = (Signed(unb64(d.doc), unb64(d.sig)) for d in signed_in.documents)
    token = answer.headers["set-cookie"].split(";")[0].partition("=")[2]
    return Desk(house, token, key, registrar, certificate, pseudonym)


@asynccontextmanager
async def desks_socket(house: House, token: str) -> AsyncIterator[Socket]:
    url = house.staff.replace("http", "ws") + "/v1/counsellor"
    headers = {"Cookie": f"__Host-varsam={token}"}
    async with connect(
        url,
        origin=Origin(house.staff),
        subprotocols=[Subprotocol(wire.SUBPROTOCOL)],
        additional_headers=headers,
        max_size=None,
    ) as raw:
        yield Socket(raw)


@asynccontextmanager
async def on_duty(house: House, pseudonym: str = "Amina") -> AsyncIterator[tuple[Socket, Desk]]:
    """A counsellor on duty."""
    desk = await signs_in(house, pseudonym)
    async with desks_socket(house, desk.token) as opened:
        await opened.hears("welcome")
        assert (await opened.answers(desk.duty_on(opened.ref())))["type"] == "done"
        yield opened, desk


@dataclass
class Talk:
    """A conversation in which somebody was let in, both ends by hand."""

    visitor: Visitor
    visitors: Socket
    desk: Desk
    desks: Socket
    announcement: wire.Announcement

    @property
    def newest(self) -> bytes:
        return parse_announcement(REALM, unb64(self.announcement.doc)).hash


@asynccontextmanager
async def talking(house: House) -> AsyncIterator[Talk]:
    """From the start to admitted."""
    async with started(house) as (visitors, visitor), on_duty(house) as (desks, desk):
        leased = await desks.answers(wire.Take(ref=desks.ref()))
        assert leased["sid"] == visitor.id
        await desks.says(wire.Follow(ref=desks.ref(), sid=visitor.id, after=0))
        await desks.hears("entry", index=2)
        offer = desk.offer(visitor, leased["lease"])
        assert (await desks.answers(visitor.append(offer, desks.ref())))["type"] == "ack"
        await visitors.hears("entry", index=3)
        announcement = visitor.announces(1, [desk.member(offer)], lease=leased["lease"])
        assert (await visitors.answers(visitor.append(announcement, visitors.ref())))["index"] == 4
        await desks.hears("entry", index=4)
        yield Talk(visitor, visitors, desk, desks, announcement)


def frame_digest(frame: wire.Frame) -> bytes:
    return frame_hash(REALM, unb64(frame.header), unb64(frame.ciphertext))
