"""The queue (S5, E8): who is next, and that nobody is won twice."""

import asyncio
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat.errors import QueueFull
from chat.rules import limits, pairing
from chat.rules.ids import Sid
from chat.rules.pairing import Answerer
from chat.rules.told import Told
from chat.store.bus import Bus
from chat.store.connections import Store
from chat.store.queue import CHANNEL, Claim, Queue
from tests.integration.store.talk import NOW, new_duty, new_lease, new_sid


async def wait_in_line(queue: Queue, count: int, now: int = NOW) -> list[Sid]:
    sids = [new_sid() for _ in range(count)]
    for sid in sids:
        await queue.join(sid, "sv", None, now)
    return sids


async def take(queue: Queue, now: int = NOW) -> Claim | None:
    return await queue.claim(new_duty(), new_lease(), now + limits.LEASE_SECONDS, now)


async def test_a_place_tells_what_the_visitor_told(queue: Queue) -> None:
    sid = new_sid()
    await queue.join(sid, "ar", "work", NOW)
    (place,) = await queue.places(NOW)
    assert (place.sid, place.since, place.language, place.entrance) == (sid, NOW, "ar", "work")
    assert (place.leased, place.away) == (False, False)


async def test_what_is_told_later_counts_as_the_rule_says(queue: Queue) -> None:
    """The script of `tell` and `told_again` of the rule are one."""
    sids = await wait_in_line(queue, 3)
    newest = 3
    for told in (Told(triage=("watched",)), Told(triage=("danger", "abroad")), Told(age="15-17", triage=("danger",)), Told(), Told(triage=("abroad",)), Told(gender="woman", triage=("watched",))):  # fmt: skip
        before = (await queue.places(NOW))[1]
        assert await queue.tell(sids[1], told)
        after = (await queue.places(NOW))[1]
        newest = after.turn or newest
        assert after == pairing.told_again(before, told, newest)
    assert not await queue.tell(new_sid(), Told())


async def test_who_tells_triage_at_the_start_and_something_else_later_counts_as_the_rule_says(
    queue: Queue,
) -> None:
    await wait_in_line(queue, 1)
    sid = new_sid()
    await queue.join(sid, "sv", None, NOW, Told(triage=("danger",)))
    before = (await queue.places(NOW))[1]
    await queue.tell(sid, Told(triage=("abroad",)))
    after = (await queue.places(NOW))[1]
    assert (after.turn, after.first) == (3, 2)
    assert after == pairing.told_again(before, Told(triage=("abroad",)), 3)


async def test_a_claim_that_was_decided_before_a_wish_changed_does_not_hold(queue: Queue) -> None:
    (sid,) = await wait_in_line(queue, 1)
    man = Answerer(name="b", gender="man")
    taking = asyncio.create_task(queue.claim(new_duty(), new_lease(), NOW + 30, NOW, man))
    await asyncio.sleep(0)  # the places are asked for; what follows reaches the store before the claim
    await queue.tell(sid, Told(gender="woman"))
    assert await taking is None
    taking = asyncio.create_task(
        queue.claim(new_duty(), new_lease(), NOW + 30, NOW, Answerer(name="a", gender="woman"))
    )
    await asyncio.sleep(0)
    await queue.tell(sid, Told(gender="woman", age="15-17"))
    claim = await taking
    assert claim is not None, "what has changed is looked at again"


async def test_who_has_declined_is_never_given_that_one_again_whatever_becomes_of_it(queue: Queue) -> None:
    (sid,) = await wait_in_line(queue, 1)
    amina = Answerer(name="amina")
    for _ in range(2):
        assert await queue.decline(sid, "amina")
    await queue.decline(sid, "cleo")
    await queue.tell(sid, Told(triage=("danger",)))
    assert (await queue.places(NOW))[0].declined == {"amina", "cleo"}
    next_sid = new_sid()
    await queue.succeed(next_sid, sid, None, "sv", None, NOW)
    assert await queue.claim(new_duty(), new_lease(), NOW + 30, NOW, amina) is None
    assert await take(queue) is not None
    assert not await queue.decline(new_sid(), "amina")


async def test_however_many_professionals_there_are_they_take_no_visitors_place(queue: Queue) -> None:
    work = [new_sid() for _ in range(limits.WORK_PLACES)]
    for sid in work:
        await queue.join(sid, "sv", "work", NOW)
    with pytest.raises(QueueFull):
        await queue.join(new_sid(), "sv", "work", NOW)
    assert await queue.length() == 0, "of visitors"
    await wait_in_line(queue, 2)
    await queue.remove(work[0])
    await queue.succeed(new_sid(), work[1], None, "sv", "work", NOW)
    assert await queue.length() == 2
    await queue.join(new_sid(), "sv", "work", NOW)
    with pytest.raises(QueueFull):
        await queue.join(new_sid(), "sv", "work", NOW)


async def test_who_came_first_is_taken_first(queue: Queue) -> None:
    sids = await wait_in_line(queue, 3)
    taken = [await take(queue) for _ in range(3)]
    assert [claim.sid for claim in taken if claim] == sids
    assert await take(queue) is None


async def test_joining_again_keeps_the_place(queue: Queue) -> None:
    first, second = await wait_in_line(queue, 2)
    await queue.join(first, "sv", None, NOW + 60)
    assert [place.sid for place in await queue.places(NOW)] == [first, second]


async def test_a_visitor_without_a_socket_is_passed_over_and_keeps_the_place(queue: Queue) -> None:
    first, second = await wait_in_line(queue, 2)
    await queue.away(first, NOW)
    claim = await take(queue)
    assert claim is not None
    assert claim.sid == second
    assert await take(queue) is None
    assert await queue.present(first, NOW + 30, NOW)
    assert pairing.position(await queue.places(NOW), first) == 1
    back = await take(queue)
    assert back is not None
    assert back.sid == first


async def test_a_presence_that_is_not_renewed_lapses(queue: Queue) -> None:
    await wait_in_line(queue, 1)
    later = NOW + limits.PRESENCE_SECONDS + 1
    assert (await queue.places(later))[0].away
    assert await take(queue, later) is None


async def test_after_45_minutes_without_a_socket_the_place_is_gone(queue: Queue) -> None:
    left, stayed = await wait_in_line(queue, 2)
    last_seen = NOW + limits.PRESENCE_SECONDS
    assert await queue.overdue(last_seen + limits.WAITING_SECONDS) == []
    await queue.present(stayed, last_seen + 60, NOW)
    assert await queue.overdue(last_seen + limits.WAITING_SECONDS + 1) == []
    assert [place.sid for place in await queue.places(NOW)] == [stayed]
    assert not await queue.present(left, NOW + 9_999, NOW)


async def test_a_lease_that_is_given_back_leaves_the_visitor_at_the_same_place(queue: Queue) -> None:
    sids = await wait_in_line(queue, 3)
    claim = await take(queue)
    assert claim is not None
    assert await queue.give_back(claim.sid, claim.lease)
    assert [place.sid for place in await queue.places(NOW)] == sids
    assert not await queue.give_back(claim.sid, claim.lease)
    again = await take(queue)
    assert again is not None
    assert again.sid == sids[0]


async def test_only_the_current_lease_is_given_back_or_renewed(queue: Queue) -> None:
    await wait_in_line(queue, 1)
    claim = await take(queue)
    assert claim is not None
    other = new_lease()
    assert not await queue.give_back(claim.sid, other)
    assert not await queue.renew(claim.sid, other, NOW + 999)
    assert await take(queue) is None
    assert await queue.renew(claim.sid, claim.lease, NOW + 50)
    assert await queue.overdue(NOW + 49) == []
    assert [late.deadline for late in await queue.overdue(NOW + 50)] == [NOW + 50]


async def test_an_unused_lease_is_overdue_at_its_deadline_until_it_is_given_back(queue: Queue) -> None:
    await wait_in_line(queue, 2)
    claim = await take(queue)
    assert claim is not None
    assert await queue.overdue(claim.deadline - 1) == []
    assert await queue.overdue(claim.deadline) == [claim]
    await queue.give_back(claim.sid, claim.lease)
    assert await queue.overdue(claim.deadline) == []


async def test_a_leased_visitor_keeps_the_place_even_when_away(queue: Queue) -> None:
    (sid,) = await wait_in_line(queue, 1)
    claim = await queue.claim(new_duty(), new_lease(), NOW + 99_999, NOW)
    assert claim is not None
    await queue.overdue(NOW + limits.PRESENCE_SECONDS + limits.WAITING_SECONDS + 1)
    assert [place.sid for place in await queue.places(NOW)] == [sid]


async def test_the_same_claim_again_gets_the_same_visitor(queue: Queue) -> None:
    await wait_in_line(queue, 2)
    duty, lease = new_duty(), new_lease()
    first = await queue.claim(duty, lease, NOW + 30, NOW)
    assert first is not None
    assert await queue.claim(duty, lease, NOW + 30, NOW) == first


async def test_who_goes_away_while_being_taken_is_not_won(queue: Queue) -> None:
    (sid,) = await wait_in_line(queue, 1)
    taking = asyncio.create_task(take(queue))
    await asyncio.sleep(0)  # the places are asked for; what follows reaches the store before the claim
    await queue.away(sid, NOW)
    assert await taking is None


async def test_who_was_admitted_or_left_no_longer_waits(queue: Queue) -> None:
    first, second = await wait_in_line(queue, 2)
    await queue.remove(first)
    await queue.remove(first)
    assert [place.sid for place in await queue.places(NOW)] == [second]


async def test_a_full_queue_says_so_and_takes_the_next_when_one_has_left(queue: Queue) -> None:
    sids = await wait_in_line(queue, limits.QUEUE_PLACES)
    with pytest.raises(QueueFull):
        await queue.join(new_sid(), "sv", None, NOW)
    await queue.join(sids[0], "sv", None, NOW)
    await queue.remove(sids[3])
    await queue.join(new_sid(), "sv", None, NOW)


async def test_everybody_hears_that_the_queue_changed(live_url: str, queue: Queue) -> None:
    changes: list[bytes | None] = []
    async with Bus(live_url) as bus:
        await bus.subscribe(CHANNEL, changes.append)
        (sid,) = await wait_in_line(queue, 1)
        await queue.present(sid, NOW + 40, NOW)  # still here: no news
        await queue.away(sid, NOW)
        await queue.present(sid, NOW + 40, NOW)
        claim = await take(queue)
        assert claim is not None
        await queue.give_back(sid, claim.lease)
        await queue.remove(sid)
        await bus.subscribe("varsam:fence", changes.append)
    assert changes == [b""] * 6


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(visitors=st.integers(0, 6), counsellors=st.integers(1, 12), away=st.sets(st.integers(0, 5)))
async def test_two_claims_never_win_one_visitor_and_nobody_who_can_be_taken_is_left(
    live_url: str, live: Store, visitors: int, counsellors: int, away: set[int]
) -> None:
    """Counsellors of two processes take at the same time."""
    await live.command("DEL", "varsam:{queue}:places")
    queue = Queue(live)
    sids = await wait_in_line(queue, visitors)
    for number in away:
        if number < visitors:
            await queue.away(sids[number], NOW)
    present = {sid for number, sid in enumerate(sids) if number not in away}
    async with Store(live_url) as second:
        processes = [queue, Queue(second)]
        claims = await asyncio.gather(*(take(processes[turn % 2]) for turn in range(counsellors)))
    won = Counter(claim.sid for claim in claims if claim)
    assert all(count == 1 for count in won.values())
    assert set(won) <= present
    assert [sid for sid in sids if sid in won] == [sid for sid in sids if sid in present][: len(won)]
    left = len(present) - len(won)
    if left:
        assert await take(queue) is not None


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(["join", "urgent", "tell", "claim", "give back", "away", "back", "remove"]),
        max_size=30,
    )
)
async def test_a_position_never_rises_whatever_happens(live: Store, happenings: list[str]) -> None:
    await live.command("DEL", "varsam:{queue}:places")
    queue = Queue(live)
    await wait_in_line(queue, 3)
    (me,) = await wait_in_line(queue, 1)
    last = 4
    claims: list[Claim] = []
    for step, happening in enumerate(happenings):
        others = [place.sid for place in await queue.places(NOW) if place.sid != me]
        someone = others[step % len(others)] if others else me
        if happening == "join":
            await wait_in_line(queue, 1)
        elif happening == "urgent":
            await queue.join(new_sid(), "sv", None, NOW, Told(triage=("danger",)))
        elif happening == "tell":
            await queue.tell(someone, Told(triage=("danger",)))
        elif happening == "claim" and (claim := await take(queue)):
            claims.append(claim)
        elif happening == "give back" and claims:
            claim = claims.pop()
            await queue.give_back(claim.sid, claim.lease)
        elif happening == "away":
            await queue.away(someone, NOW)
        elif happening == "back":
            await queue.present(someone, NOW + 30, NOW)
        elif happening == "remove" and someone != me:
            await queue.remove(someone)
        position = pairing.position(await queue.places(NOW), me)
        assert position is not None
        assert position <= last
        last = position
