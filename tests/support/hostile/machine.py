"""The play itself: a service that does to people what it can, one step at a time, and what must hold after each."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from chat import wire
from chat.crypto.continuation import REASONS, Reason
from chat.crypto.epochs import PURPOSES, Purpose
from chat.crypto.frames import Plain
from tests.support.hostile.forging import FRAME_FAULTS, OFFER_FAULTS
from tests.support.hostile.play import ANY, Play

OFFSET = st.sampled_from([0, 0, 0, 0, 0, 0, -1, 1, -2])
CODES = ("stale-epoch", "gap", "busy", "lease-lost", "other-bytes", "full", "used-offer")
NOTICES = ("leased", "leased", "leased", "returned", "left-quickly", "closed", "time", "hello")
ENEMY_IDS = [bytes([n]) * 16 for n in range(1, 4)]
RENAMED: list[dict[str, Any]] = [
    {},
    {},
    {},
    {"role": "supervisor"},
    {"pseudonym": "Amina"},
    {"history_from": 1},
    {"offer": bytes(32)},
    {"certificate": bytes(32)},
    {"duty": bytes(32)},
]
BODY_FAULTS: list[dict[str, Any]] = [
    {},
    {},
    {},
    {"roster": bytes(31) + b"\1"},
    {"previous": bytes(31) + b"\1"},
    {"head": bytes(31) + b"\1"},
    {"commit": bytes(32)},
    {"epoch": 1},
]


class HostileService(Play):
    """It drops, doubles, delays, splices, replays and makes up. The pretender's page is its own."""

    # What the service shows and hides

    @rule(which=ANY, offset=OFFSET)
    def acknowledges(self, which: int, offset: int) -> None:
        if not self.service.asked:
            return
        asked = self._pick(self.service.asked, which)
        for page, conversation in self.service.views(asked.sid):
            if page is asked.page:
                index = max(0, conversation.log.index + 1 + offset)
                ack = wire.Ack(ref=asked.ref, sid=asked.sid, index=index, at=self.service.now)
                self.shows(page, ack)

    @rule(which=ANY, code=st.sampled_from(CODES))
    def refuses(self, which: int, code: str) -> None:
        if not self.service.asked:
            return
        asked = self._pick(self.service.asked, which)
        self.shows(asked.page, wire.Error(code=code, remedy="", ref=asked.ref, sid=asked.sid))

    @rule(who=ANY)
    def makes_a_page_send_again(self, who: int) -> None:
        view = self.view(who)
        if view and not view[1].alarm and not view[1].ended:
            self.run(view[1].send_again())

    @rule(who=ANY, which=ANY, offset=OFFSET)
    def shows_something_old(self, who: int, which: int, offset: int) -> None:
        """Anything that was ever sent: again, out of order, or out of another conversation."""
        view = self.view(who, begun=False)
        if view and self.service.bag:
            self.logs(view, self._pick(self.service.bag, which)[1], offset)

    @rule(who=ANY, which=ANY, field=ANY, place=ANY, bit=st.integers(0, 7))
    def flips_a_bit(self, who: int, which: int, field: int, place: int, bit: int) -> None:
        view = self.view(who, begun=False)
        if view is None:
            return
        held = self.service.logs[view[1].sid]
        after = held[view[1].log.index :] or [entry for _, entry in self.service.bag]
        if after:
            self.logs(view, self.forger.flipped(self._pick(after[:1] + after, which), field, place, bit))

    @rule(who=ANY, one=ANY, other=ANY, field=ANY)
    def splices(self, who: int, one: int, other: int, field: int) -> None:
        view = self.view(who)
        if view and self.service.bag:
            pick: Callable[[int], wire.AnyEntry] = lambda n: self._pick(self.service.bag, n)[1]  # noqa: E731
            self.logs(view, self.forger.spliced(pick(one), pick(other), field))

    @rule(who=ANY, kind=st.sampled_from(NOTICES))
    def says(self, who: int, kind: str) -> None:
        view = self.view(who)
        if view:
            self.logs(view, self.forger.notice(kind))

    @rule(who=ANY, reason=st.sampled_from(["closed", "time"]), sure=st.integers(0, 7))
    def ends(self, who: int, reason: Any, sure: int) -> None:
        view = self.view(who)
        if view and sure == 0:
            self.shows(view[0], wire.Ended(sid=view[1].sid, reason=reason))

    # What it says of what goes on under another id (E9)

    @rule(who=ANY)
    def tells_that_entries_are_lost(self, who: int) -> None:
        """They are not."""
        view = self.view(who)
        if view:
            self.shows(view[0], wire.Error(code="lost-entries", remedy="", sid=view[1].sid))

    @rule(who=ANY, which=ANY)
    def tells_of_another_that_it_goes_on(self, who: int, which: int) -> None:
        """By a word that was said once, of whatever conversation."""
        view = self.view(who)
        if view and self.service.words:
            self.hears_that_it_goes_on(self._pick(self.service.words, which), view[1].sid)

    @rule(who=ANY, where=ANY, signer=ANY, reason=st.sampled_from(REASONS))
    def makes_up_that_it_goes_on(self, who: int, where: int, signer: int, reason: Reason) -> None:
        """By the enemy's word, to where the enemy may be."""
        view = self.view(who)
        sids = [sid for sid in self.service.logs if view and sid != view[1].sid]
        if view and sids:
            signs = self._pick(self.world.enemies, signer).key
            word = self.forger.word(view[1].log, self._pick(sids, where), signs, reason)
            self.service.words.append(word)
            self.hears_that_it_goes_on(word, view[1].sid)

    @rule(who=ANY, which=ANY)
    def gives_what_goes_on(self, who: int, which: int) -> None:
        """Whether it was asked for or not, and whether anything goes on there or not."""
        page = self.counsellor(who)
        if self.service.logs:
            self.has_what_goes_on(page, self._pick(list(self.service.logs), which))

    @rule(seconds=st.sampled_from([1, 30, 130, 1800, 3 * 3600]))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds

    # What the enemy makes up

    @rule(
        who=ANY, enemy=ANY, signer=ANY, purpose=st.sampled_from(PURPOSES), fault=st.sampled_from(OFFER_FAULTS)
    )
    def an_enemy_asks_to_come_in(
        self, who: int, enemy: int, signer: int, purpose: Purpose, fault: Any
    ) -> None:
        view = self.view(who)
        if view is None:
            return
        device = self._pick(self.world.enemies, enemy)
        signs = device if signer % 4 else self._pick(self.world.enemies, signer)
        self._offers(view, self.forger.offer(view[1].log, device, purpose, signs, fault))

    @rule(who=ANY, signer=ANY)
    def an_enemy_asks_as_amina(self, who: int, signer: int) -> None:
        view = self.view(who)
        if view:
            signs = self._pick(self.world.enemies, signer)
            self._offers(view, self.forger.impersonation(view[1].log, self.world.amina.certificate, signs))

    @rule(
        who=ANY, pen=ANY, named=ANY, message=ANY, part=ANY, fault=st.sampled_from([{}, {}, {}, *FRAME_FAULTS])
    )
    def an_enemy_writes(self, who: int, pen: int, named: int, message: int, part: int, fault: Any) -> None:
        """In its own name, or in another's."""
        view = self.view(who)
        if view is None:
            return
        log = view[1].log
        pens = [p for p in self.forger.pens if p.name in log.keys] or self.forger.pens
        signs = self._pick(pens, pen)
        names = [signs.name, signs.name, *log.keys]
        ids = [*ENEMY_IDS, *(id_ for _, id_ in self.watch.words)]
        parts = 1 + part % 3
        plain = Plain("text", self._pick(ids, message), (part // 3) % parts, parts, b"falskt")
        entry = self.forger.frame(log, signs, self._pick(names, named), plain, fault)
        self.service.keeps(view[1].sid, entry)
        self.logs(view, entry)

    @rule(
        who=ANY,
        fault=st.sampled_from(BODY_FAULTS),
        renamed=st.sampled_from(RENAMED),
        few=ANY,
        turn=st.sampled_from([0, 0, 0, 1]),
        key=st.sampled_from([0, 0, 0, 1]),
    )
    def an_enemy_announces(self, who: int, fault: Any, renamed: Any, few: int, turn: int, key: int) -> None:
        """The pretender in its own conversation, or anybody's key in anybody's."""
        view = self.view(who)
        if view is None:
            return
        page, log = view[0], view[1].log
        pretender = self.forger.pretender
        own = pretender is not None and pretender.conversation.log.sid == log.sid and page is not pretender
        signs = pretender.key if own and pretender and not key else self._pick(self.world.enemies, few).key
        members = [m for n, m in enumerate(self.forger.candidates(log)) if not few >> n & 1]
        if members:
            members[0] = replace(members[0], **renamed)
        self.logs(view, self.forger.announcement(log, signs, members, fault, turn))

    # What must hold

    @invariant()
    def nobody_else_can_read(self) -> None:
        self.watch.nobody_else_can_read()

    @invariant()
    def both_ends_agree(self) -> None:
        self.watch.both_ends_agree()

    @invariant()
    def everything_is_shown_once(self) -> None:
        self.watch.everything_is_shown_once()

    @invariant()
    def only_genuine_papers_count(self) -> None:
        for page in self.service.people.values():
            self.watch.trusts(page.standing.trust)
