"""What must hold whatever the service does. It records what honest pages seal, announce and take, and raises `Violation`.

It knows the truth: which key signed what, and which announcements the visitors' own pages made. It verifies nothing the way
`chat.crypto` does.
"""

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations

from chat.client.conversation import Conversation
from chat.client.visitor import Visitor
from chat.crypto.encoding import Realm, enc, unpack
from chat.crypto.entries import Announced, Entry, Event, FrameEntry, Written
from chat.crypto.epochs import Announcement, Member, parse_announcement
from chat.crypto.frames import Header, Plain, frame_bytes, frame_key, parse_header, seal_frame
from chat.crypto.hpke import DutySealKey, OpenKey
from chat.crypto.log import Log
from chat.crypto.readers import AsVisitor
from chat.crypto.trust import Trust
from chat.errors import VerificationError
from tests.support.hostile.world import REALM, World


class Violation(AssertionError):
    """Something happened that must not."""


def demand(condition: bool, words: str) -> None:
    if not condition:
        raise Violation(words)


@dataclass
class Taken:
    """An entry that a page was shown, and whether it took it."""

    index: int
    entry: Entry
    at: int


@dataclass
class Shown:
    """What one page's log has become. `stands`: head and members by index."""

    name: str
    conversation: Conversation
    taken: list[Taken] = field(default_factory=list)
    honest: bool = True
    gone: bool = False
    """The page holds it no longer."""
    refused: list[Taken] = field(default_factory=list)
    """At most one, for a page that shows an alarm."""
    stands: dict[int, tuple[bytes, tuple[Member, ...]]] = field(default_factory=dict)


class Proposing(AsVisitor):
    """A visitor's page whose proposals are written down. `asked`: the visitor said yes to this one."""

    def __init__(self, watch: "Watch", page: Visitor, *, honest: bool) -> None:
        super().__init__()
        self.watch, self.page, self.honest = watch, page, honest
        self.asked = False
        self.mine: dict[int, tuple[bytes, bytes]] = {}

    def propose(self, doc: bytes, secret: bytes) -> None:
        super().propose(doc, secret)
        announcement = parse_announcement(REALM, doc)
        self.mine[announcement.epoch] = (doc, secret)
        if self.honest:
            self.watch.announces(announcement, secret)
            self._lets_in(announcement)

    def _lets_in(self, announcement: Announcement) -> None:
        """E5: whom the page lets in, and whom by itself."""
        log = self.page.conversation.log if announcement.epoch else None
        new = [m for m in announcement.members if log is None or log.newest.member(m.duty) is None]
        for member in new:
            revoked = self.page.standing.trust.revoked
            demand(member.certificate not in revoked, "somebody was let in who is known to be revoked")
        if log and new and not self.asked:
            first = not any(before.members for before in log.announcements)
            purposes = [log.offers[member.offer][0].purpose for member in announcement.members]
            demand(
                first and purposes == ["accept"], "somebody was let in whom the visitor was not asked about"
            )
            expected = self.watch.expected.get(log.sid)
            demand(
                expected is None or {member.certificate for member in new} <= expected,
                "somebody was let in unasked who was not in what is continued",
            )


class Watch:
    """Everything that happened in one play."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.shown: dict[int, Shown] = {}
        """By id of the log."""
        self.signed: dict[bytes, dict[bytes, Plain | None]] = {}
        """By sender, the frames that its own key signed, and what they say."""
        self.nonces: set[tuple[bytes, int]] = set()
        self.made: dict[bytes, dict[bytes, Announcement]] = {}
        """By sid of honest visitors, every announcement they made, by hash."""
        self.secrets: dict[tuple[bytes, int], set[bytes]] = {}
        """Of honest visitors, by (sid, e)."""
        self.owners: dict[bytes, bytes] = {
            on_duty.duty.hash: on_duty.device.certificate.hash for on_duty in world.enemies
        }
        """By H(duty), the H(certificate) of the device that made the duty key."""
        self.seeds: dict[bytes, OpenKey[DutySealKey]] = {e.duty.hash: e.seal_key for e in world.enemies}
        """What the enemy can open, by H(duty)."""
        self.learned: dict[tuple[bytes, int], set[bytes]] = {}
        self.words: dict[tuple[bytes, bytes], str] = {}
        """By (sender, message id), what an honest person wrote."""
        self.continued: dict[bytes, bytes] = {}
        """By sid, the sid of what it continues, as the visitors' own pages said it (E9)."""
        self.expected: dict[bytes, frozenset[bytes] | None] = {}
        """By sid of what continues another, H(certificate) of whom its visitor need not be asked about (E9); None: of anybody."""

    def follows(self, name: str, conversation: Conversation, *, honest: bool = True) -> None:
        self.shown[id(conversation.log)] = Shown(name, conversation, honest=honest)

    def goes_on(self, old: Conversation, new: Conversation) -> None:
        """A visitor's page goes on under another id (E9): with whoever was in, and with the same words."""
        self.continued[new.log.sid] = old.log.sid
        members = [a.members for a in old.log.announcements if a.members]
        before = self.expected.get(old.log.sid)
        now = {member.certificate for member in old.log.newest.members}
        self.expected[new.log.sid] = frozenset(now) if members else before
        for (sender, message), words in list(self.words.items()):
            if sender == old.sender:
                self.words[new.sender, message] = words

    def takes_up(self, old: Conversation, new: Conversation) -> None:
        """A member's page goes on there by itself (E9)."""
        if old.log.sid in self.made:
            said = self.continued.get(new.log.sid)
            demand(said == old.log.sid, "a page goes on where the visitor did not say so")

    def drops(self, conversation: Conversation) -> None:
        self.shown[id(conversation.log)].gone = True

    # What is recorded

    def seals(self, realm: Realm, secret: bytes, header: Header, plain: Plain) -> bytes:
        """In the place of `seal_frame`."""
        key = frame_key(realm, secret, header.sid, header.epoch, header.sender)
        demand((key, header.seq) not in self.nonces, "a key and a nonce met twice")
        self.nonces.add((key, header.seq))
        if header.sid in self.made:
            own = self.secrets[header.sid, header.epoch]
            demand(secret in own, "sealed under a secret that is not the visitor's")
        ciphertext = seal_frame(realm, secret, header, plain)
        self.signs(header.sender, frame_bytes(realm, header.encode(realm), ciphertext), plain)
        return ciphertext

    def signs(self, sender: bytes, data: bytes, plain: Plain | None) -> None:
        """That sender's own key signs these bytes of a frame."""
        self.signed.setdefault(sender, {})[data] = plain

    def announces(self, announcement: Announcement, secret: bytes) -> None:
        self.made.setdefault(announcement.sid, {})[announcement.hash] = announcement
        self.secrets.setdefault((announcement.sid, announcement.epoch), set()).add(secret)

    def takes(self, log: Log, index: int, entry: Entry, at: int) -> Event:
        """In the place of `Log.accept`."""
        shown = self.shown[id(log)]
        demand(shown.conversation.alarm is None, "a page that shows an alarm took more")
        taken = Taken(index, entry, at)
        try:
            event = self.accept(log, index, entry, at)
        except VerificationError:
            shown.refused = [taken]
            raise
        shown.taken.append(taken)
        if not shown.stands:
            shown.stands[0] = (log.heads[0], ())
        shown.stands[index] = (log.heads[-1], log.members)
        if isinstance(entry, FrameEntry):
            self._frame(log, entry, event)
        if isinstance(event, Announced):
            self._announced(log, event)
        return event

    accept = staticmethod(Log.accept)

    def forgives(self, log: Log) -> None:
        """As if what was refused had not been shown."""
        self.shown[id(log)].refused = []

    # What must hold

    def _frame(self, log: Log, entry: FrameEntry, event: Event) -> None:
        sender = parse_header(REALM, entry.header).sender
        data = frame_bytes(REALM, entry.header, entry.ciphertext)
        members = [member.duty for member in log.members]
        demand(sender in [log.visitor, *members], "a frame from nobody who is in was taken")
        demand(data in self.signed.get(sender, {}), "a frame was taken that its sender did not send")
        if isinstance(event, Written):
            self._says(sender, data, event)

    def _says(self, sender: bytes, data: bytes, event: Written) -> None:
        plain = self.signed[sender][data]
        demand(plain is None or plain == event.plain, "a frame says something else than was written")

    def _announced(self, log: Log, event: Announced) -> None:
        announcement = event.announcement
        if log.sid in self.made:
            demand(
                announcement.hash in self.made[log.sid],
                "an announcement was taken that the visitor did not make",
            )
        for member in announcement.members:
            own = self.owners.get(member.duty) == member.certificate
            demand(own and self.world.is_listed(member.certificate), "somebody was let in who is nobody")

    def learns(self, doc: bytes, wraps: tuple[bytes, ...]) -> None:
        """The enemy tries every key it has on every wrap it sees (E2)."""
        try:
            announcement = parse_announcement(REALM, doc)
        except VerificationError:
            return
        duties = {member.duty for member in announcement.members}
        for duty, key in self.seeds.items():
            for named in duties | {duty}:
                for sealed in wraps:
                    self._tries(announcement, named, key, sealed)

    def _tries(
        self, announcement: Announcement, duty: bytes, key: OpenKey[DutySealKey], sealed: bytes
    ) -> None:
        info = enc(REALM, "wrap", announcement.body_hash(REALM), duty)
        try:
            items = unpack(key.open("E3", info, sealed))[1:]
        except VerificationError:
            return
        for epoch, secret in zip(items[::2], items[1::2], strict=True):
            self.learned.setdefault((announcement.sid, int.from_bytes(epoch, "big")), set()).add(secret)

    def knows(self, sid: bytes, epoch: int) -> set[bytes]:
        """The secrets that the enemy has."""
        return self.learned.get((sid, epoch), set())

    def may_read(self, sid: bytes, duties: set[bytes], epoch: int) -> bool:
        """Whether the visitor's own announcements ever let one of these read what was written in that epoch."""
        return any(
            member.duty in duties and member.history_from <= epoch <= announcement.epoch
            for announcement in self.made[sid].values()
            for member in announcement.members
        )

    def nobody_else_can_read(self) -> None:
        enemies = set(self.seeds)
        for (sid, epoch), secrets in self.learned.items():
            for secret in secrets & self.secrets.get((sid, epoch), set()):
                demand(
                    self.may_read(sid, enemies, epoch),
                    f"a secret of epoch {epoch} came to no member: {len(secret)}",
                )
        for shown in self.shown.values():
            log, sender = shown.conversation.log, shown.conversation.sender
            if log.sid not in self.made or isinstance(log.reader, AsVisitor):
                continue
            for epoch in log.secrets:
                demand(self.may_read(log.sid, {sender}, epoch), "a counsellor reads who is no member")

    def nothing_readable_leaves(self, data: bytes) -> None:
        """Of bytes that an honest page sent."""
        for words in self.words.values():
            demand(words.encode() not in data, "a text left a page in clear")
        for secrets in self.secrets.values():
            demand(not any(secret in data for secret in secrets), "a secret left a page in clear")

    def everything_is_shown_once(self) -> None:
        for shown in self.shown.values():
            conversation = shown.conversation
            texts = Counter((text.person, text.id) for text in conversation.texts)
            frames = Counter((w.sender, w.plain.id, w.plain.part) for w in conversation.received)
            demand(max(texts.values(), default=0) <= 1, "a message is shown twice")
            demand(max(frames.values(), default=0) <= 1, "a part of a message counts twice")
            for text in conversation.texts:
                written = self.words.get((text.sender, text.id), text.words)
                demand(text.words == written, "a message is shown otherwise than it was written")

    def trusts(self, trust: Trust) -> None:
        """K4: what counts on a page was signed by who may."""
        genuine = {paper.fresh.hash for paper in self.world.genuine}
        demand(
            trust.roster is None or trust.roster.hash in self.world.genuine_rosters,
            "a forged roster is in force",
        )
        demand(set(trust.rosters) <= set(self.world.genuine_rosters), "a forged roster is known")
        demand(trust.fresh is None or trust.fresh.hash in genuine, "a forged freshness counts")
        demand(trust.revoked <= self.world.revoked, "somebody was revoked by nobody")

    def both_ends_agree(self) -> None:
        """F4: as far as one has heard of the other's log, both hold the same; and who stands alike lists alike."""
        held = [shown for shown in self.shown.values() if shown.honest and not shown.gone]
        for one, other in combinations(held, 2):
            if one.conversation.log.sid != other.conversation.log.sid:
                continue
            for a, b in ((one, other), (other, one)):
                self._agree(a, b)
            for index in one.stands.keys() & other.stands.keys():
                (head, members), (other_head, others) = one.stands[index], other.stands[index]
                demand(head != other_head or members == others, "the same log, and other members")

    def _agree(self, a: Shown, b: Shown) -> None:
        heard = a.conversation.log.seen.get(b.conversation.sender, 0)
        held = b.conversation.log.heads
        stopped = any(shown.conversation.alarm or shown.conversation.lost for shown in (a, b))
        if stopped or heard >= len(held):
            return
        same = a.conversation.log.heads[: heard + 1] == held[: heard + 1]
        demand(same, "two pages hold different logs, and neither shows an alarm")
