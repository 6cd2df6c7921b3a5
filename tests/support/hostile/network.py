"""The service, in enemy hands: what honest pages hand over, an order in which an honest one would have kept it, and the link
through which the pages ask.
"""

from collections.abc import Callable
from dataclasses import dataclass

from chat import wire
from chat.client.conversation import Conversation
from chat.client.counsellor import Counsellor
from chat.client.http import Answer, Unanswered
from chat.client.link import Answer as LinkAnswer
from chat.client.link import Link, Request
from chat.client.page import Page
from chat.client.translation import read_entry, write_signed
from chat.client.visitor import Visitor
from chat.crypto.continuation import parse_continuation
from chat.crypto.encoding import b64, unb64
from chat.crypto.entries import AnnouncementEntry, FrameEntry, OfferEntry
from chat.crypto.epochs import parse_announcement, parse_offer
from chat.crypto.frames import parse_header
from chat.errors import VerificationError
from tests.support.hostile.watch import Watch
from tests.support.hostile.world import REALM, World

People = Visitor | Counsellor


@dataclass(frozen=True)
class Word:
    """By which a conversation goes on under another id (E9), as the service may tell it. `old` and `new` are sids."""

    old: str
    new: str
    signed: wire.Signed


@dataclass(frozen=True)
class Asked:
    """A page's request that has no answer yet."""

    page: People
    ref: int
    sid: str
    entry: wire.ClientEntry


class Line(Link):
    """A page's link, whose other end is the enemy."""

    def __init__(self, service: "Service", name: str) -> None:
        self.service, self.name = service, name
        self.failure = None

    async def send(self, message: Request) -> None:
        if isinstance(message, wire.Append):
            self.service.is_handed(self.name, message)
        if isinstance(message, wire.Start):
            self.service.starts(self.name, message)
        if isinstance(message, wire.Take) and message.sid:
            self.service.wanted.append((self.name, message.sid))

    async def ask(self, message: Request, seconds: float = 0.0) -> LinkAnswer:
        if isinstance(message, wire.Append):
            await self.send(message)
        if isinstance(message, wire.Take):
            return self.service.leases(message.ref)
        return wire.Done(ref=message.ref)


class Service:
    """It holds every entry that was ever sent (`bag`) and, for each conversation, a log as an honest service would have it."""

    def __init__(self, world: World, watch: Watch, clock: Callable[[], float]) -> None:
        self.world, self.watch, self.clock = world, watch, clock
        self.people: dict[str, People] = {}
        self.bag: list[tuple[str, wire.AnyEntry]] = []
        self.asked: list[Asked] = []
        self.logs: dict[str, list[wire.AnyEntry]] = {}
        self.next_lease = ""
        self.words: list[Word] = []
        """By which conversations go on, as pages or the enemy made them."""
        self.wanted: list[tuple[str, str]] = []
        """Who asks for what goes on: page and sid (E9)."""

    @property
    def now(self) -> int:
        return int(self.clock())

    def connects(self, name: str, page: Page) -> None:
        page._link = Line(self, name)

    # What comes in

    def is_handed(self, name: str, message: wire.Append) -> None:
        self._sees(message.sid, message.entry)
        self.asked.append(Asked(self.people[name], message.ref, message.sid, message.entry))

    def starts(self, name: str, start: wire.Start) -> None:
        self._sees(start.sid, start.announcement)
        self.logs[start.sid] = [start.announcement]
        if start.continues:
            old = parse_continuation(REALM, unb64(start.continues.doc)).old
            self.words.append(Word(b64(old), start.sid, start.continues))
        self.asked.append(Asked(self.people[name], start.ref, start.sid, start.announcement))

    def _sees(self, sid: str, entry: wire.AnyEntry) -> None:
        self.bag.append((sid, entry))
        read = read_entry(entry)
        parts = (read.header, read.ciphertext) if isinstance(read, FrameEntry) else (read.doc,)
        for part in parts:
            self.watch.nothing_readable_leaves(part)
        if isinstance(read, AnnouncementEntry):
            self.watch.learns(read.doc, read.wraps)

    def keeps(self, sid: str, entry: wire.AnyEntry) -> None:
        """Something of its own making: it may show it to anybody, any time."""
        self.bag.append((sid, entry))
        read = read_entry(entry)
        if isinstance(read, AnnouncementEntry):
            self.watch.learns(read.doc, read.wraps)

    def leases(self, ref: int) -> wire.Leased:
        return wire.Leased(ref=ref, sid=self.next_lease, lease=b64(bytes(32)), deadline=self.now + 30)

    async def roster(self, origin: str, digest: str) -> wire.Roster:
        """In the place of `fetch_roster`."""
        paper = self.world.roster_named(unb64(digest))
        if paper is None:
            raise Unanswered(Answer(404, b"", ""))
        documents = [paper.registrar.document, self.world.organisation.root]
        return wire.Roster(
            roster=write_signed(paper.roster),
            registrar=b64(paper.registrar.document.hash),
            documents=[write_signed(document) for document in documents],
        )

    # Who follows what

    def views(self, sid: str | None = None) -> list[tuple[People, Conversation]]:
        return [
            (page, conversation)
            for page in self.people.values()
            for conversation in page.conversations()
            if sid in (None, conversation.sid)
        ]

    # As an honest one would (S1)

    def stores(self, asked: Asked) -> str | None:
        """Put it at the end of its log; or the code of the refusal."""
        log = self.logs[asked.sid]
        if asked.entry in log:
            return None
        newest = [e for e in log if isinstance(e, wire.Announcement)][-1]
        announced = parse_announcement(REALM, unb64(newest.doc))
        entry = read_entry(asked.entry)
        if isinstance(entry, FrameEntry):
            header = parse_header(REALM, entry.header)
            if header.epoch != announced.epoch:
                return "stale-epoch"
            if header.seq != self._next(log, header.epoch, header.sender):
                return "gap"
        if isinstance(entry, OfferEntry) and parse_offer(REALM, entry.doc).over != announced.hash:
            return "stale-offer"
        if isinstance(entry, AnnouncementEntry):
            try:
                if parse_announcement(REALM, entry.doc).epoch != announced.epoch + 1:
                    return "stale-epoch"
            except VerificationError:
                return "unverified"
        log.append(asked.entry)
        return None

    def _next(self, log: list[wire.AnyEntry], epoch: int, sender: bytes) -> int:
        frames = [read_entry(entry) for entry in log if isinstance(entry, wire.Frame)]
        headers = [parse_header(REALM, frame.header) for frame in frames if isinstance(frame, FrameEntry)]
        return sum((header.epoch, header.sender) == (epoch, sender) for header in headers)
