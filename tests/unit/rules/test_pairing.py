"""Where each visitor stands, and who is next (E8)."""

from hypothesis import given
from hypothesis import strategies as st

from chat.rules.ids import Sid
from chat.rules.pairing import Place, candidates, in_order, position

queues = st.lists(
    st.builds(
        Place,
        sid=st.integers(0, 10**6).map(lambda n: Sid(f"{n:043d}")),
        number=st.integers(1, 10**6),
        since=st.just(1_800_000_000),
        language=st.just("sv"),
        entrance=st.none(),
        leased=st.booleans(),
        away=st.booleans(),
    ),
    max_size=12,
    unique_by=(lambda place: place.sid, lambda place: place.number),
)


@given(queues)
def test_the_first_who_is_here_and_free_is_next(places: list[Place]) -> None:
    free = [place for place in places if not place.leased and not place.away]
    turn = candidates(places)
    assert turn == sorted(free, key=lambda place: place.number)


@given(queues, st.data())
def test_a_position_never_rises_when_others_leave_join_or_are_leased(
    places: list[Place], data: st.DataObject
) -> None:
    if not places:
        return
    me = data.draw(st.sampled_from(places)).sid
    before = position(places, me)
    stays = [place for place in places if place.sid == me or data.draw(st.booleans())]
    newest = max(place.number for place in places) + 1
    newcomer = Place(Sid("x" * 43), newest, 1_800_000_000, "en", None, False, False)
    after = position([*reversed(stays), newcomer], me)
    assert before is not None
    assert after is not None
    assert after <= before


def test_who_does_not_wait_has_no_position() -> None:
    assert position([], Sid("x" * 43)) is None


@given(queues)
def test_positions_count_from_one_without_holes(places: list[Place]) -> None:
    assert [position(places, place.sid) for place in in_order(places)] == list(range(1, len(places) + 1))
