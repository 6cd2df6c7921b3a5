"""One conversation as its parties drive it against the store: every method is something somebody does."""

import hashlib
import json
import secrets

from chat.rules.ids import Lease, Sender, Sid
from chat.store.conversations import Conversations, Stored, stored

NOW = 1_800_000_000


def digest(*parts: object) -> bytes:
    return hashlib.sha256(repr(parts).encode()).digest()


def entry(kind: str, *parts: object) -> bytes:
    """Some entry's JSON."""
    return json.dumps({"kind": kind, "doc": digest(kind, *parts).hex()}).encode()


def new_sid() -> Sid:
    return Sid(secrets.token_urlsafe(32))


def new_lease() -> Lease:
    return Lease(secrets.token_urlsafe(32))


def new_duty() -> Sender:
    return Sender(secrets.token_bytes(32))


class Talk:
    """A visitor's conversation. `now` stands still until a test moves it."""

    def __init__(self, conversations: Conversations) -> None:
        self.conversations = conversations
        self.sid = new_sid()
        self.visitor = new_duty()
        self.amina = new_duty()
        self.capability_hash = secrets.token_bytes(32)
        self.leave_hash = secrets.token_bytes(32)
        self.now = NOW
        self.epoch = 0
        self.newest = digest("A", self.sid, 0)

    async def starts(
        self, *, capability_hash: bytes | None = None, announcement_hash: bytes | None = None
    ) -> Stored:
        return await self.conversations.start(
            self.sid,
            capability_hash=capability_hash or self.capability_hash,
            leave_hash=self.leave_hash,
            visitor=self.visitor,
            announcement_hash=announcement_hash or self.newest,
            raw=entry("announcement", 0),
            language="sv",
            entrance="self",
            now=self.now,
        )

    async def writes(
        self, sender: Sender, seq: int, *, epoch: int | None = None, text: object = ""
    ) -> Stored:
        at_epoch = self.epoch if epoch is None else epoch
        answer = await self.conversations.append_frame(
            self.sid,
            sender=sender,
            epoch=at_epoch,
            seq=seq,
            digest=digest(sender, at_epoch, seq, text),
            raw=entry("frame", sender, at_epoch, seq, text),
            now=self.now,
        )
        return stored(answer)

    async def visitor_writes(self, seq: int, *, epoch: int | None = None, text: object = "") -> Stored:
        return await self.writes(self.visitor, seq, epoch=epoch, text=text)

    async def is_leased(self, lease: Lease, deadline: int | None = None) -> Stored:
        until = self.now + 30 if deadline is None else deadline
        return await self.conversations.lease(self.sid, lease, until, entry("service", "leased"), self.now)

    async def is_returned(self, lease: Lease) -> Stored | None:
        return await self.conversations.unlease(self.sid, lease, entry("service", "returned"), self.now)

    async def is_offered(
        self, lease: Lease | None, *, over: bytes | None = None, text: object = ""
    ) -> Stored:
        return await self.conversations.append_offer(
            self.sid,
            digest=digest("offer", lease, over, text),
            over=over or self.newest,
            lease=lease,
            raw=entry("offer", text),
            now=self.now,
        )

    async def announces(
        self, *members: Sender, lease: Lease | None = None, epoch: int | None = None, text: object = ""
    ) -> Stored:
        number = self.epoch + 1 if epoch is None else epoch
        newest = digest("A", self.sid, number, text)
        stored = await self.conversations.append_announcement(
            self.sid,
            epoch=number,
            digest=newest,
            members={member: digest("certificate", member) for member in members},
            lease=lease,
            raw=entry("announcement", number, text),
            now=self.now,
        )
        if number > self.epoch:
            self.epoch, self.newest = number, newest
        return stored

    async def admits(self, *members: Sender) -> Lease:
        """From the claim to the admission."""
        lease = new_lease()
        await self.is_leased(lease)
        await self.is_offered(lease)
        await self.announces(*(members or (self.amina,)), lease=lease)
        return lease

    async def log(self) -> list[bytes]:
        return [record.raw for record in await self.conversations.read(self.sid, 1, 3_000)]

    async def length(self) -> int:
        return len(await self.log())
