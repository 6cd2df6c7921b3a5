"""Where each visitor stands, who is next, and who may take whom (Before 5, 7, 8; Prof 1; E8, E9)."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from msgspec.structs import replace

from chat.rules import pairing
from chat.rules.ids import Sid
from chat.rules.pairing import (
    STEP_SECONDS,
    WORK_AT_ONCE,
    WORK_SECONDS,
    Answerer,
    Place,
    candidates,
    fits,
    in_order,
    position,
    positions,
    shown_to,
    told_again,
    unmet,
)
from chat.rules.told import CALM, NOTHING, Takes, Told, Triage

NOW = 1_800_000_000
NAMES = ["amina", "bjorn", "cleo"]
LANGUAGES = ["sv", "en", "ar"]

told = st.builds(
    Told,
    gender=st.sampled_from([None, None, "woman", "man"]),
    languages=st.lists(st.sampled_from(LANGUAGES), max_size=2, unique=True).map(tuple),
    without=st.lists(st.sampled_from(NAMES), max_size=1).map(tuple),
    triage=st.lists(st.sampled_from(["danger", "watched", "abroad"]), max_size=2, unique=True).map(tuple),
)
entrances = st.sampled_from([None, "self", "other", "work"])
answerers = st.builds(
    Answerer,
    certificate=st.sampled_from([b"a" * 32, b"b" * 32]),
    name=st.sampled_from(NAMES),
    languages=st.lists(st.sampled_from(LANGUAGES), max_size=3, unique=True).map(tuple),
    gender=st.sampled_from([None, "woman", "man"]),
    takes=st.sampled_from(["both", "visitors", "work"]),
)
queues = st.lists(
    st.builds(
        Place,
        sid=st.integers(0, 10**6).map(lambda n: Sid(f"{n:043d}")),
        number=st.integers(1, 10**6),
        since=st.integers(NOW - 2 * WORK_SECONDS, NOW),
        language=st.just("sv"),
        entrance=entrances,
        leased=st.booleans(),
        away=st.booleans(),
        told=told,
        declined=st.frozensets(st.sampled_from(NAMES), max_size=1),
    ),
    max_size=12,
    unique_by=(lambda place: place.sid, lambda place: place.number),
)


def one(number: int = 1, /, **what: object) -> Place:
    place = Place(Sid(f"{number:043d}"), number, NOW, "sv", None, leased=False, away=False)
    return replace(place, **what)


# Who may take whom


@given(queues, answerers, st.integers(0, 2))
def test_nobody_is_offered_whom_they_may_not_take(places: list[Place], who: Answerer, seats: int) -> None:
    for place in candidates(places, who, NOW, work_seats=seats):
        assert not place.leased
        assert not place.away
        assert who.name not in place.told.without
        assert who.name not in place.declined
        assert place.told.gender in (None, who.gender)
        assert not place.told.languages or set(place.told.languages) & set(who.languages)
        assert who.takes != "visitors" or not place.work
        assert who.takes != "work" or place.work
        assert seats or not place.work


@given(queues, answerers)
def test_whoever_may_be_taken_is_offered_once(places: list[Place], who: Answerer) -> None:
    turn = candidates(places, who, NOW)
    assert len({place.sid for place in turn}) == len(turn)
    assert {p.sid for p in turn} == {p.sid for p in places if not p.leased and not p.away and fits(p, who)}


def test_a_wish_is_met_by_whoever_can_meet_it() -> None:
    place = one(told=Told(gender="woman", languages=("ar", "so")))
    assert fits(place, Answerer(gender="woman", languages=("sv", "ar")))
    assert not fits(place, Answerer(gender="man", languages=("ar",)))
    assert not fits(place, Answerer(gender="woman", languages=("sv",)))
    assert not fits(place, Answerer()), "nobody has said what this one can answer"


def test_one_that_goes_on_is_its_members_whatever_was_wished() -> None:
    place = one(kept=frozenset([b"a"]), told=Told(gender="woman"), declined=frozenset(["amina"]))
    assert fits(place, Answerer(b"a", "amina", gender="man"))
    assert not fits(place, Answerer(b"b", gender="woman"))
    assert unmet(place, [Answerer(b"b")]) == []


def test_who_is_not_wanted_does_not_even_see_the_visitor() -> None:
    mine, other = one(told=Told(without=("amina",))), one(2, declined=frozenset(["bjorn"]))
    assert shown_to([mine, other], Answerer(name="amina"), NOW) == [other]
    assert shown_to([mine, other], Answerer(name="bjorn"), NOW) == [mine]


# What nobody on duty can do


@given(queues, st.lists(answerers, max_size=4))
def test_a_visitor_is_told_so_exactly_when_nobody_on_duty_may_answer(
    places: list[Place], staff: list[Answerer]
) -> None:
    for place in places:
        assert bool(unmet(place, staff)) == bool(staff and not any(fits(place, who) for who in staff))


def test_the_wish_that_nobody_can_meet_is_named() -> None:
    staff = [Answerer(name="amina", languages=("sv",), gender="woman", takes="visitors")]
    assert unmet(one(told=Told(languages=("ar",), gender="woman")), staff) == ["language"]
    assert unmet(one(told=Told(gender="man")), staff) == ["gender"]
    assert unmet(one(told=Told(without=("amina",))), staff) == ["without"]
    assert unmet(one(entrance="work"), staff) == ["work"]
    both = [*staff, Answerer(name="bjorn", languages=("ar",), gender="man")]
    assert unmet(one(told=Told(languages=("ar",), gender="woman")), both) == ["language", "gender"]


# The order


def test_triage_goes_first_and_then_who_came_first() -> None:
    calm, abroad, danger, later = one(), one(2, told=TOLD["abroad"]), one(3, told=TOLD["danger"]), one(4)
    assert candidates([later, calm, abroad, danger], Answerer(), NOW) == [danger, abroad, calm, later]


def test_who_has_waited_long_enough_goes_before_danger_that_comes_later() -> None:
    calm = one(since=NOW - 2 * STEP_SECONDS)
    danger = one(2, told=TOLD["danger"])
    assert candidates([calm, danger], Answerer(), NOW) == [calm, danger]
    assert candidates([replace(calm, since=NOW - 2 * STEP_SECONDS + 1), danger], Answerer(), NOW)[0] == danger


def test_professionals_wait_behind_every_visitor_and_not_for_ever() -> None:
    work, visitor = one(entrance="work"), one(2)
    assert candidates([work, visitor], Answerer(), NOW) == [visitor, work]
    assert candidates([work, visitor], Answerer(), NOW, work_seats=0) == [visitor]
    patient = replace(work, since=NOW - WORK_SECONDS)
    assert candidates([patient, visitor], Answerer(), NOW) == [patient, visitor]
    assert candidates([patient, visitor], Answerer(), NOW, work_seats=0) == [visitor], (
        "the seats are the visitors'"
    )


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 5),
    st.sampled_from(["both", "visitors", "work"]),
    st.booleans(),
    st.sampled_from([[], ["abroad"], ["danger"]]),
)
def test_nobody_starves_however_many_come_in_danger(
    ahead: int, takes: Takes, in_work: bool, triage: list[Triage]
) -> None:
    """One seat, which is free every 5 minutes; before each time one more comes in danger, and one in danger by their work."""
    who = Answerer(takes=takes)
    work = takes == "work" or (in_work and takes == "both")
    me = one(50, entrance="work" if work else None, told=Told(triage=tuple(triage)))
    places = [one(number, entrance=me.entrance, told=TOLD["danger"]) for number in range(1, ahead + 1)] + [me]
    newest, now = 50, NOW
    for _ in range(ahead + 2 * (WORK_SECONDS // 300) + 2):
        for entrance in ("self", "work"):
            newest += 1
            places.append(one(newest, entrance=entrance, told=TOLD["danger"], since=now))
        taken = candidates(places, who, now)[0]
        places.remove(taken)
        if taken.sid == me.sid:
            return
        now += 300
    pytest.fail("still waiting")


def test_professionals_never_hold_a_visitors_seat() -> None:
    """However many ask in their work, and however long: a counsellor who takes both has one of them."""
    many = [one(number, entrance="work", since=NOW - 2 * WORK_SECONDS) for number in range(1, 50)]
    seats, taken = WORK_AT_ONCE, []
    while turn := candidates([p for p in many if p not in taken], Answerer(), NOW, work_seats=seats):
        taken.append(turn[0])
        seats -= 1
    assert len(taken) == WORK_AT_ONCE


# Positions


def test_who_does_not_wait_has_no_position() -> None:
    assert position([], Sid("x" * 43)) is None


def test_professionals_and_visitors_are_counted_apart() -> None:
    places = [one(), one(2, entrance="work"), one(3), one(4, entrance="work")]
    assert [position(places, place.sid) for place in places] == [1, 1, 2, 2]


@given(queues)
def test_where_nobody_told_anything_positions_count_from_one_without_holes(places: list[Place]) -> None:
    calm = [replace(place, told=NOTHING, entrance=None) for place in places]
    assert [position(calm, place.sid) for place in in_order(calm)] == list(range(1, len(calm) + 1))


TOLD = {what: Told(triage=(what,)) for what in ("danger", "watched", "abroad")}


@dataclass
class _Waits:
    place: Place
    shown: int = 0
    calmed: bool = field(default=False)


class PositionsNeverRise(RuleBasedStateMachine):
    """Visitors come, tell, leave, are leased and come back, in any order: what was shown to anybody is never taken back."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: dict[Sid, _Waits] = {}
        self.newest = 0

    @rule(told=told, entrance=entrances)
    def comes(self, told: Told, entrance: str | None) -> None:
        self.newest += 1
        place = one(self.newest, told=told, entrance=entrance)
        self.waits[place.sid] = _Waits(place)

    def _some(self, data: st.DataObject) -> _Waits:
        return self.waits[data.draw(st.sampled_from(sorted(self.waits)))]

    @precondition(lambda self: self.waits)
    @rule(data=st.data(), told=told)
    def tells_again(self, data: st.DataObject, told: Told) -> None:
        waits = self._some(data)
        self.newest += 1
        calmed = told.urgency > waits.place.told.urgency
        waits.place = told_again(waits.place, told, self.newest)
        if calmed:
            waits.shown = 0  # who takes triage back gives up what it gave

    @precondition(lambda self: self.waits)
    @rule(data=st.data(), leased=st.booleans(), away=st.booleans())
    def is_leased_or_away(self, data: st.DataObject, leased: bool, away: bool) -> None:
        waits = self._some(data)
        waits.place = replace(waits.place, leased=leased, away=away)

    @precondition(lambda self: self.waits)
    @rule(data=st.data())
    def leaves(self, data: st.DataObject) -> None:
        del self.waits[self._some(data).place.sid]

    @invariant()
    def no_position_rises(self) -> None:
        now = positions([waits.place for waits in self.waits.values()])
        assert now.keys() == self.waits.keys()
        for sid, waits in self.waits.items():
            assert 1 <= now[sid] <= (waits.shown or now[sid]), waits
            waits.shown = now[sid]


TestPositionsNeverRise = PositionsNeverRise.TestCase
TestPositionsNeverRise.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


def test_triage_that_is_taken_back_leaves_the_place_as_it_was() -> None:
    place = told_again(one(3), TOLD["danger"], 9)
    assert (place.turn, place.first) == (9, 9)
    assert told_again(place, NOTHING, 10) == one(3)
    assert told_again(place, Told(triage=("danger", "abroad")), 10).turn == 9, "as urgent as before"
    assert place.told.urgency < CALM
    assert pairing.candidates([one(2, told=TOLD["danger"]), place], Answerer(), NOW)[0].number == 2
