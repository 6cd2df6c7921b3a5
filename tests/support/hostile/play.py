"""The people of the play, and what goes on between them on any day: they come, write, take, let in, leave out and end, and the
service behaves now and then.
"""

import asyncio
import os
from collections.abc import Callable, Coroutine, Sequence
from contextlib import ExitStack, suppress
from typing import Any, TypeVar
from unittest.mock import patch

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from chat import wire
from chat.client.conversation import Conversation, Over
from chat.client.counsellor import Counsellor
from chat.client.translation import write_announcement
from chat.client.visitor import Visitor
from chat.crypto.admission import admit, consider
from chat.crypto.encoding import digest
from chat.crypto.entries import AnnouncementEntry
from chat.crypto.epochs import Epoch, Member, announce, commitment, wrap
from chat.crypto.frames import counts_body
from chat.crypto.log import Log
from chat.crypto.readers import AsVisitor
from chat.errors import Malformed, VerificationError
from tests.support.hostile.forging import Forger
from tests.support.hostile.network import Asked, People, Service, Word
from tests.support.hostile.watch import Proposing, Watch
from tests.support.hostile.world import NOW, REALM, world
from tests.support.organisation import Device

Item = TypeVar("Item")
ANY = st.integers(0, 999)


def begun(play: "Play") -> bool:
    """There is something to be hostile to."""
    return bool(play.service.logs)


class Play(RuleBasedStateMachine):
    """Vera and Valter are visitors, Amina and Björn counsellors; the pretender's page is the enemy's, and so is the service."""

    def __init__(self) -> None:
        super().__init__()
        self.world = world()
        self.watch = Watch(self.world)
        self.now = float(NOW)
        self.loop = asyncio.new_event_loop()
        self.service = Service(self.world, self.watch, lambda: self.now)
        self.forger = Forger(self.service)
        self.written = 0
        self.stubborn = True
        self.drawn = b""
        self.seeds: dict[bytes, bytes] = {}
        """Of the counsellors' duty keys, by H(duty)."""
        self.trusted: dict[str, list[tuple[int, int]]] = {}
        """By page, the papers that it took, and when."""
        self.patches = ExitStack()
        watch = self.watch
        accept = Log.accept
        watch.accept = accept
        self.patches.enter_context(patch("chat.client.standing.fetch_roster", self.service.roster))
        self.patches.enter_context(patch("chat.crypto.writer.seal_frame", watch.seals))
        taking = lambda log, index, entry, at: watch.takes(log, index, entry, at)  # noqa: E731 it is bound to the log
        self.patches.enter_context(patch.object(Log, "accept", taking))
        self.goes_on = False
        self.patches.enter_context(patch.object(Visitor, "_continues", self._continues(Visitor._continues)))
        self.patches.enter_context(patch("chat.client.visitor.AsVisitor", self._reader))
        self.reading: Visitor | None = None
        """The page that makes a reader for what it continues."""

    def teardown(self) -> None:
        for shown in self.watch.shown.values():
            shown.conversation.stops()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()
        self.patches.close()

    def run(self, work: Coroutine[Any, Any, Item]) -> Item:
        return self.loop.run_until_complete(work)

    # The people

    @initialize(
        talks=st.lists(st.tuples(ANY, ANY), min_size=1, max_size=3),
        stubborn=st.sampled_from([True, True, True, False]),
        goes_on=st.sampled_from([True, False, False]),
    )
    def people_come(self, talks: list[tuple[int, int]], stubborn: bool, goes_on: bool) -> None:
        self.stubborn, self.goes_on = stubborn, goes_on
        for name, device in (("Amina", self.world.amina), ("Björn", self.world.bjorn)):
            self._comes(name, self._counsellor(device))
        for name in ("Vera", "Valter", "Pretender"):
            self._comes(name, Visitor("", self.world.organisation.root.hash, clock=lambda: self.now))
        for name in list(self.service.people):
            self.shows_a_paper(name, 0)
        for page in self.service.people.values():
            if isinstance(page, Counsellor):
                self.run(page.goes_on_duty())
                self.watch.owners[page.duty.document.hash] = page.certificate.hash
                self.seeds[page.duty.document.hash] = self.drawn
        for visitor, counsellor in talks:
            if counsellor % 3:
                self.a_talk_begins(visitor, counsellor)
            else:
                self.an_enemy_takes_the_next(visitor, counsellor // 3)

    def _comes(self, name: str, page: People) -> None:
        self.service.people[name] = page
        self.service.connects(name, page)
        self.trusted[name] = []

    def _counsellor(self, device: Device) -> Counsellor:
        root = self.world.organisation.root.hash
        page = Counsellor("", root, clock=lambda: self.now, random=self._draw)
        page.key, page.seal_key = device.key, device.seal_key
        page._documents = [device.registrar, device.certificate]
        return page

    def _draw(self, size: int) -> bytes:
        self.drawn = os.urandom(size)
        return self.drawn

    def visitor(self, number: int) -> Visitor:
        return self._pick([p for p in self.service.people.values() if isinstance(p, Visitor)], number)

    def counsellor(self, number: int) -> Counsellor:
        return self._pick([p for p in self.service.people.values() if isinstance(p, Counsellor)], number)

    def view(self, number: int, *, begun: bool = True) -> tuple[People, Conversation] | None:
        """A page and one of its conversations."""
        views = [view for view in self.service.views() if view[1].log.index or not begun]
        return self._pick(views, number) if views else None

    @staticmethod
    def _pick(items: Sequence[Item], number: int) -> Item:
        return items[number % len(items)]

    def _name(self, page: People) -> str:
        return next(name for name, other in self.service.people.items() if other is page)

    def shows(self, page: People, message: wire.ServerMessage) -> None:
        """Anything at all; a page refuses it or takes it, and nothing else."""
        with suppress(VerificationError, Malformed):
            if isinstance(page, Counsellor):
                self._cases(page, page.receive(message))
            else:
                self.run(page.receive(message))
        for conversation in page.conversations() if self.stubborn else ():
            # Where it does not go on elsewhere, the play may go on here.
            conversation.lost = conversation.lost and self.goes_on
            # What was refused has changed nothing, so the play may go on as if it had not been.
            if conversation.alarm:
                self.refused(page, conversation)
                conversation.alarm = None
                self.watch.forgives(conversation.log)

    def refused(self, page: People, conversation: Conversation) -> None:
        """For whoever wants to look at it before it is forgotten."""

    def logs(self, view: tuple[People, Conversation], entry: wire.AnyEntry, offset: int = 0) -> None:
        page, conversation = view
        index = max(0, conversation.log.index + 1 + offset)
        self.shows(page, wire.Logged(sid=conversation.sid, index=index, at=self.service.now, entry=entry))
        held = self.service.logs[conversation.sid]
        # What one took all are shown, where that is how far they are.
        if conversation.log.index == index == len(held) + 1:
            held.append(entry)

    # Honest work

    @rule(who=ANY)
    def a_visitor_starts(self, who: int) -> None:
        page = self.visitor(who)
        if page.conversations():
            return
        name = self._name(page)
        page.reader = Proposing(self.watch, page, honest=self._honest(page))
        start = page.prepares()
        if name == "Pretender":
            self.forger.pretender = page
        self.watch.follows(name, page.conversation, honest=name != "Pretender")
        self.service.starts(name, start)

    @rule(who=ANY, by=ANY)
    def a_talk_begins(self, who: int, by: int) -> None:
        """Somebody waits, and is taken, as on any day."""
        page = self.visitor(who)
        self.a_visitor_starts(who)
        sids = list(self.service.logs)
        which = sids.index(page.conversation.sid)
        self.the_service_behaves(which)
        self.a_counsellor_takes(by, which)
        self.service.logs[page.conversation.sid].append(self.forger.notice("leased"))
        self.the_service_behaves(which)

    @rule(who=ANY, enemy=ANY)
    def an_enemy_takes_the_next(self, who: int, enemy: int) -> None:
        """Eve is listed, so she is let in as anybody is, and nobody else is."""
        page = self.visitor(who)
        self.a_visitor_starts(who)
        which = list(self.service.logs).index(page.conversation.sid)
        self.the_service_behaves(which)
        log = page.conversation.log
        if log.index and not page.conversation.ended:
            device = self._pick([self.world.eve, *self.world.enemies], enemy)
            self._offers((page, page.conversation), self.forger.offer(log, device, "accept", device, {}))
            self.the_service_behaves(which)

    @precondition(begun)
    @rule(who=ANY, which=ANY)
    def a_counsellor_takes(self, who: int, which: int) -> None:
        sids = list(self.service.logs)
        if not sids:
            return
        page = self.counsellor(who)
        self.service.next_lease = self._pick(sids, which)
        with suppress(VerificationError):
            self._cases(page, page.leases_next())

    def _cases(self, page: Counsellor, work: Coroutine[Any, Any, Any]) -> None:
        """Carry out what may change which conversations a counsellor holds."""
        before = page.conversations()
        try:
            self.run(work)
        finally:
            after = page.conversations()
            for conversation in before:
                if not any(conversation is held for held in after):
                    self.watch.drops(conversation)
            for conversation in after:
                if not any(conversation is held for held in before):
                    self.watch.follows(self._name(page), conversation)
                    for old in before:
                        # What goes on has the same texts.
                        if old.texts is conversation.texts:
                            self.watch.takes_up(old, conversation)

    @rule(who=ANY, which=ANY)
    def a_counsellor_gives_back(self, who: int, which: int) -> None:
        page = self.counsellor(who)
        if page.cases:
            with suppress(VerificationError):
                self._cases(page, page.gives_back(self._pick(list(page.cases), which)))

    @rule(who=ANY, long=st.sampled_from([False, False, False, True]))
    def somebody_writes(self, who: int, long: bool) -> None:
        view = self.view(who)
        if view is None:
            return
        self.written += 1
        words = f"orden nummer {self.written}, och mera" * (200 if long else 1)
        self._writes(view[1], words)

    @rule(who=ANY, what=st.sampled_from(["read", "seen", "end"]))
    def somebody_says_so(self, who: int, what: str) -> None:
        view = self.view(who)
        if view is None:
            return
        conversation = view[1]
        with suppress(VerificationError, Over, TimeoutError, RuntimeError):
            self.run(
                conversation.write(
                    conversation.plain("seen")
                    if what == "seen"
                    else conversation.plain("read", conversation.log.index.to_bytes(8, "big"))
                    if what == "read"
                    else conversation.plain("end", _counts(conversation))
                )
            )

    def _writes(self, conversation: Conversation, words: str) -> None:
        with suppress(VerificationError, Over, RuntimeError):
            for outgoing in self.run(conversation.sends(words)):
                assert outgoing.plain is not None
                if any(pen.name == conversation.sender for pen in self.forger.pens):
                    continue
                self.watch.words[conversation.sender, outgoing.plain.id] = words

    @rule(which=ANY)
    def the_service_behaves(self, which: int) -> None:
        """For one conversation, until nothing is left to do."""
        if not self.service.logs:
            return
        sid = self._pick(list(self.service.logs), which)
        for _ in range(8):
            asked = [a for a in self.service.asked if a.sid == sid]
            self.service.asked = [a for a in self.service.asked if a.sid != sid]
            for one in asked:
                self._carries_out(one)
            self._goes_on(sid)
            self._everybody_follows(sid)
            if not any(a.sid == sid for a in self.service.asked):
                break

    def _carries_out(self, asked: Asked) -> None:
        code = self.service.stores(asked)
        if code:
            error = wire.Error(code=code, remedy="", ref=asked.ref, sid=asked.sid)
            self.shows(asked.page, error)

    # What goes on under another id (E9)

    def _continues(self, goes_on: Callable[[Visitor], Coroutine[Any, Any, None]]) -> Any:
        """As the page does it, and written down; in some plays pages stay where they are, and are shown more of the same."""

        async def continues(page: Visitor) -> None:
            old = page.conversation
            if not self.goes_on:
                return
            self.reading = page
            await goes_on(page)
            if page.conversation is not old:
                self.watch.drops(old)
                self.watch.follows(self._name(page), page.conversation, honest=self._honest(page))
                self.watch.goes_on(old, page.conversation)

        return continues

    def _reader(self) -> AsVisitor:
        """In the place of the one that a page makes."""
        page, self.reading = self.reading, None
        return Proposing(self.watch, page, honest=self._honest(page)) if page else AsVisitor()

    def _honest(self, page: Visitor) -> bool:
        return self._name(page) != "Pretender"

    def _goes_on(self, sid: str) -> None:
        """Whoever was in is told as an honest service would, and has it as soon as it stands."""
        for word in [word for word in self.service.words if word.new == sid]:
            self.hears_that_it_goes_on(word, word.old)
        wanted = {name for name, new in self.service.wanted if new == sid}
        self.service.wanted = [(name, new) for name, new in self.service.wanted if new != sid]
        for name in sorted(wanted):
            self.has_what_goes_on(self.service.people[name], sid)

    def hears_that_it_goes_on(self, word: Word, sid: str) -> None:
        """Every page of staff that follows `sid`."""
        for page, conversation in self.service.views(sid):
            if isinstance(page, Counsellor) and not conversation.ended:
                self.hears_a_word(page, conversation, word)
                ended = wire.Ended(sid=sid, reason="continued", continuation=word.signed)
                self.shows(page, ended)

    def hears_a_word(self, page: People, conversation: Conversation, word: Word) -> None:
        """For whoever wants to look at it before it is told."""

    def has_what_goes_on(self, page: People, sid: str) -> None:
        if not isinstance(page, Counsellor) or not page.continuing.awaits(sid):
            return
        self.service.next_lease = sid
        self.shows(page, self.service.leases(page.ref()))
        if sid in page.cases:
            self.service.logs[sid].append(self.forger.notice("leased"))

    def _everybody_follows(self, sid: str) -> None:
        log = self.service.logs[sid]
        for page, conversation in self.service.views(sid):
            while conversation.log.index < len(log) and not (
                conversation.alarm or conversation.ended or conversation.lost
            ):
                index = conversation.log.index + 1
                entry = log[index - 1]
                self.shows(page, self._entry_for(page, conversation, index, entry))
                if conversation.log.index < index:
                    break

    def _entry_for(self, page: People, conversation: Conversation, index: int, entry: wire.AnyEntry) -> Any:
        """`ack` stands for one's own entry."""
        sid, at = conversation.sid, self.service.now
        own = [ref for ref, sent in conversation.outbox.items() if sent.message == entry]
        if own:
            return wire.Ack(ref=own[0], sid=sid, index=index, at=at)
        start = page._start if isinstance(page, Visitor) else None
        if start and index == 1:
            return wire.Ack(ref=start.ref, sid=sid, index=1, at=at)
        return wire.Logged(sid=sid, index=index, at=at, entry=entry)

    @rule(who=ANY)
    def a_visitor_says_yes(self, who: int) -> None:
        """E5: to everybody whom the page would ask about."""
        page = self.visitor(who)
        if not page.conversations() or page._is_announcing or page.conversation.alarm:
            return
        log = page.conversation.log
        for offer in list(log.offers):
            with suppress(VerificationError):
                considered = consider(log, page.standing.trust, offer, page.standing.now)
                if any(m.certificate == considered.certificate.hash for m in log.members):
                    continue
                secret = digest(b"%d" % len(self.watch.nonces) + offer)
                self._announces(page, admit(log, page.key, considered, secret), secret)
                return

    @rule(who=ANY, which=ANY)
    def a_visitor_leaves_somebody_out(self, who: int, which: int) -> None:
        """K4, E6: an epoch without one who was in."""
        page = self.visitor(who)
        if not page.conversations() or page._is_announcing or page.conversation.alarm:
            return
        log = page.conversation.log
        if log.members:
            gone = self._pick(log.members, which)
            secret = digest(b"%d" % len(self.watch.nonces) + gone.duty)
            self._announces(page, _without(log, page, gone, secret), secret)

    def _announces(self, page: Visitor, entry: AnnouncementEntry, secret: bytes) -> None:
        assert isinstance(page.reader, Proposing)
        page.reader.asked = True
        page.reader.propose(entry.doc, secret)
        page.reader.asked = False
        self.run(page.conversation.appends(write_announcement(entry), page.conversation.log.newest.epoch + 1))

    # What all of them may be shown

    @rule(who=st.sampled_from(["Vera", "Valter", "Pretender", "Amina", "Björn"]), which=ANY)
    def shows_a_paper(self, who: str, which: int) -> None:
        page = self.service.people[who]
        number = which % len(self.world.papers)
        held = page.standing.trust.fresh
        self.shows(page, self.world.papers[number].shown())
        if page.standing.trust.fresh is not held:
            self.trusted[who].append((number, self.service.now))

    def _offers(self, view: tuple[People, Conversation], offer: wire.Offer) -> None:
        self.service.keeps(view[1].sid, offer)
        self.logs(view, offer)


def _counts(conversation: Conversation) -> bytes:
    return counts_body(conversation.log.counts())


def _without(log: Log, page: Visitor, gone: Member, secret: bytes) -> AnnouncementEntry:
    """E2: the members without one."""
    members = tuple(member for member in log.members if member != gone)
    number = log.newest.epoch + 1
    commit = commitment(REALM, secret, log.sid, number)
    head = log.heads[-1]
    epoch = Epoch(log.sid, number, log.newest.hash, log.newest.roster, log.index, head, members, commit)
    body = epoch.body_hash(REALM)
    wraps = [wrap(REALM, body, m.duty, log.duty(m.duty).hpke_key, [(number, secret)]) for m in members]
    doc = announce(REALM, epoch, wraps)
    return AnnouncementEntry(doc, page.key.sign(doc), tuple(wraps))
