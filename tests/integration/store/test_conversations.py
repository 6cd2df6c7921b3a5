"""The log and its one order of things (S1–S3, E5)."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat import errors
from chat.rules import limits
from chat.store.conversations import Conversations
from tests.integration.store.talk import NOW, Talk, digest, entry, new_duty, new_lease, new_sid


async def test_a_start_is_entry_one_and_the_facts_tell_the_rest(
    talk: Talk, conversations: Conversations
) -> None:
    facts = await conversations.facts(talk.sid)
    assert facts is not None
    assert (facts.state, facts.visitor, facts.epoch, facts.newest) == (
        "waiting",
        talk.visitor,
        0,
        talk.newest,
    )
    assert (facts.members, facts.lease, facts.language, facts.entrance) == ({}, None, "sv", "self")
    assert (facts.opened, facts.length, facts.until) == (NOW, 1, NOW + limits.WAITING_SECONDS)
    assert await conversations.capability_hash(talk.sid) == talk.capability_hash
    assert await conversations.leave_hash(talk.sid) == talk.leave_hash
    assert await talk.log() == [entry("announcement", 0)]


async def test_the_same_start_again_gets_the_first_answer(talk: Talk) -> None:
    talk.now += 7
    again = await talk.starts()
    assert (again.index, again.at, again.repeated) == (1, NOW, True)
    assert await talk.length() == 1


async def test_a_start_with_another_announcement_is_refused(talk: Talk) -> None:
    with pytest.raises(errors.OtherBytes):
        await talk.starts(announcement_hash=digest("forged"))


async def test_nobody_takes_a_conversation_over_by_starting_it_with_a_capability_of_their_own(
    talk: Talk,
) -> None:
    with pytest.raises(errors.OtherBytes):
        await talk.starts(capability_hash=digest("mine"))
    assert await talk.conversations.capability_hash(talk.sid) == talk.capability_hash


async def test_an_unknown_conversation_has_no_facts_and_takes_nothing(conversations: Conversations) -> None:
    stranger = Talk(conversations)
    assert await conversations.facts(stranger.sid) is None
    assert await conversations.capability_hash(stranger.sid) is None
    assert await conversations.ended(stranger.sid) is None
    assert await conversations.read(stranger.sid, 1, 10) == []
    for attempt in (
        stranger.visitor_writes(0),
        stranger.announces(stranger.amina),
        stranger.is_offered(new_lease()),
        stranger.is_leased(new_lease()),
        conversations.keep(stranger.sid, NOW),
    ):
        with pytest.raises(errors.UnknownConversation):
            await attempt


async def test_entries_are_numbered_without_holes_whoever_writes(talk: Talk) -> None:
    assert (await talk.visitor_writes(0)).index == 2
    await talk.admits()
    assert (await talk.writes(talk.amina, 0)).index == 6
    assert (await talk.visitor_writes(0)).index == 7
    records = await talk.conversations.read(talk.sid, 1, 100)
    assert [record.index for record in records] == list(range(1, 8))


async def test_a_range_starts_at_the_index_asked_for_and_is_bounded(talk: Talk) -> None:
    for seq in range(5):
        await talk.visitor_writes(seq)
    records = await talk.conversations.read(talk.sid, 3, 2)
    assert [(record.index, record.at) for record in records] == [(3, NOW), (4, NOW)]
    assert records[0].raw == entry("frame", talk.visitor, 0, 1, "")


async def test_the_same_frame_again_gets_the_first_answer_and_is_not_stored_twice(talk: Talk) -> None:
    first = await talk.visitor_writes(0)
    await talk.visitor_writes(1)
    talk.now += 60
    again = await talk.visitor_writes(0)
    assert (again.index, again.at, again.repeated) == (first.index, NOW, True)
    assert await talk.length() == 3


async def test_a_known_number_with_other_bytes_is_refused_and_the_first_stands(talk: Talk) -> None:
    await talk.visitor_writes(0, text="first")
    with pytest.raises(errors.OtherBytes):
        await talk.visitor_writes(0, text="second")
    assert (await talk.log())[1] == entry("frame", talk.visitor, 0, 0, "first")


async def test_a_number_that_is_not_the_next_is_a_gap(talk: Talk) -> None:
    with pytest.raises(errors.Gap):
        await talk.visitor_writes(1)
    await talk.visitor_writes(0)
    with pytest.raises(errors.Gap):
        await talk.visitor_writes(2)
    assert await talk.length() == 2


async def test_a_frame_of_an_epoch_that_is_over_is_not_stored(talk: Talk) -> None:
    await talk.visitor_writes(0)
    await talk.admits()
    before = await talk.length()
    with pytest.raises(errors.StaleEpoch):
        await talk.visitor_writes(1, epoch=0)
    # Of an epoch that is not here: whoever writes in it holds what the store has lost (E9).
    with pytest.raises(errors.LostEntries):
        await talk.visitor_writes(0, epoch=2)
    assert await talk.length() == before


async def test_a_frame_stored_before_the_announcement_is_settled_by_its_first_answer_after_it(
    talk: Talk,
) -> None:
    first = await talk.visitor_writes(0, epoch=0)
    await talk.admits()
    again = await talk.visitor_writes(0, epoch=0)
    assert (again.index, again.repeated) == (first.index, True)


async def test_known_is_looked_at_before_epoch_and_epoch_before_membership_and_that_before_gaps(
    talk: Talk,
) -> None:
    stranger = new_duty()
    await talk.admits()
    with pytest.raises(errors.StaleEpoch):
        await talk.writes(stranger, 5, epoch=0)
    with pytest.raises(errors.NotAMember):
        await talk.writes(stranger, 5)
    with pytest.raises(errors.Gap):
        await talk.writes(talk.amina, 5)


async def test_only_the_visitor_writes_before_anybody_is_admitted(talk: Talk) -> None:
    with pytest.raises(errors.NotAMember):
        await talk.writes(talk.amina, 0)


async def test_who_left_the_members_writes_no_more(talk: Talk) -> None:
    bjorn = new_duty()
    await talk.admits(talk.amina, bjorn)
    await talk.writes(bjorn, 0)
    await talk.announces(talk.amina)
    with pytest.raises(errors.NotAMember):
        await talk.writes(bjorn, 0)
    await talk.writes(talk.amina, 0)


async def test_an_admission_needs_the_current_lease(talk: Talk) -> None:
    lease = new_lease()
    with pytest.raises(errors.LeaseLost):
        await talk.announces(talk.amina, lease=lease)
    await talk.is_leased(lease)
    with pytest.raises(errors.LeaseLost):
        await talk.announces(talk.amina, lease=new_lease())
    with pytest.raises(errors.LeaseLost):
        await talk.announces(talk.amina)
    await talk.announces(talk.amina, lease=lease)
    facts = await talk.conversations.facts(talk.sid)
    assert facts is not None
    assert (facts.state, facts.epoch, facts.lease) == ("admitted", 1, None)
    assert facts.members == {talk.amina: digest("certificate", talk.amina)}


async def test_a_lease_that_was_returned_admits_nobody(talk: Talk) -> None:
    lease = new_lease()
    await talk.is_leased(lease)
    await talk.is_offered(lease)
    assert await talk.is_returned(lease) is not None
    with pytest.raises(errors.LeaseLost):
        await talk.announces(talk.amina, lease=lease)


async def test_an_announcement_before_admission_has_members_and_one_after_it_has_no_lease(talk: Talk) -> None:
    lease = new_lease()
    await talk.is_leased(lease)
    with pytest.raises(errors.WrongMoment):
        await talk.announces(lease=lease)
    await talk.announces(talk.amina, lease=lease)
    with pytest.raises(errors.WrongMoment):
        await talk.announces(talk.amina, new_duty(), lease=lease)


async def test_an_announcement_is_the_next_epoch_and_a_repeat_gets_the_first_answer(talk: Talk) -> None:
    lease = new_lease()
    await talk.is_leased(lease)
    with pytest.raises(errors.Gap):
        await talk.announces(talk.amina, lease=lease, epoch=2)
    first = await talk.announces(talk.amina, lease=lease)
    talk.now += 9
    again = await talk.announces(talk.amina, lease=lease, epoch=1)
    assert (again.index, again.at, again.repeated) == (first.index, NOW, True)
    with pytest.raises(errors.OtherBytes):
        await talk.announces(talk.amina, lease=lease, epoch=1, text="other")


async def test_an_offer_needs_the_newest_announcement_and_the_current_lease(talk: Talk) -> None:
    lease = new_lease()
    with pytest.raises(errors.LeaseLost):
        await talk.is_offered(lease)
    with pytest.raises(errors.WrongMoment):
        await talk.is_offered(None)
    await talk.is_leased(lease)
    with pytest.raises(errors.StaleOffer):
        await talk.is_offered(lease, over=digest("older"))
    with pytest.raises(errors.LeaseLost):
        await talk.is_offered(new_lease())
    first = await talk.is_offered(lease)
    again = await talk.is_offered(lease)
    assert (again.index, again.repeated) == (first.index, True)


async def test_a_repeated_offer_gets_its_answer_even_when_it_is_stale_by_now(talk: Talk) -> None:
    lease = new_lease()
    await talk.is_leased(lease)
    first = await talk.is_offered(lease)
    await talk.announces(talk.amina, lease=lease)
    over = digest("A", talk.sid, 0)
    again = await talk.conversations.append_offer(
        talk.sid,
        digest=digest("offer", lease, None, ""),
        over=over,
        lease=lease,
        raw=entry("offer", ""),
        now=NOW,
    )
    assert (again.index, again.repeated) == (first.index, True)


async def test_a_lease_is_logged_once_and_returned_once(talk: Talk) -> None:
    lease = new_lease()
    leased = await talk.is_leased(lease)
    assert (await talk.is_leased(lease)).index == leased.index
    returned = await talk.is_returned(lease)
    again = await talk.is_returned(lease)
    assert returned is not None
    assert again is not None
    assert (again.index, again.repeated) == (returned.index, True)
    assert await talk.length() == 3
    with pytest.raises(errors.LeaseLost):
        await talk.is_leased(lease)


async def test_a_lease_that_is_not_current_or_was_used_is_not_returned(talk: Talk) -> None:
    assert await talk.is_returned(new_lease()) is None
    lease = await talk.admits()
    assert await talk.is_returned(lease) is None
    facts = await talk.conversations.facts(talk.sid)
    assert facts is not None
    assert facts.state == "admitted"


async def test_the_later_claim_takes_the_place_of_a_lease_that_nobody_returned(talk: Talk) -> None:
    early, late = new_lease(), new_lease()
    await talk.is_leased(early, NOW + 30)
    await talk.is_leased(late, NOW + 60)
    with pytest.raises(errors.LeaseLost):
        await talk.is_leased(early, NOW + 30)
    assert await talk.is_returned(early) is None
    facts = await talk.conversations.facts(talk.sid)
    assert facts is not None
    assert facts.lease == late


async def test_an_earlier_claim_that_comes_late_changes_nothing(talk: Talk) -> None:
    early, late = new_lease(), new_lease()
    await talk.is_leased(late, NOW + 60)
    with pytest.raises(errors.LeaseLost):
        await talk.is_leased(early, NOW + 30)
    await talk.is_returned(late)
    with pytest.raises(errors.LeaseLost):
        await talk.is_leased(early, NOW + 30)


async def test_nobody_is_leased_after_admission(talk: Talk) -> None:
    await talk.admits()
    with pytest.raises(errors.WrongMoment):
        await talk.is_leased(new_lease())


async def test_a_full_log_refuses_frames_and_still_takes_an_admission_and_the_end(talk: Talk) -> None:
    for seq in range(limits.FRAMES_UNTIL_ENTRIES - 1):
        await talk.visitor_writes(seq)
    with pytest.raises(errors.Full):
        await talk.visitor_writes(limits.FRAMES_UNTIL_ENTRIES - 1)
    assert (await talk.visitor_writes(7)).repeated
    assert await talk.length() == limits.FRAMES_UNTIL_ENTRIES
    await talk.admits()
    with pytest.raises(errors.Full):
        await talk.writes(talk.amina, 0)
    while (await talk.announces(talk.amina)).index < limits.ANNOUNCEMENTS_UNTIL_ENTRIES:
        pass
    with pytest.raises(errors.Full):
        await talk.announces(talk.amina)
    last = await talk.conversations.end(talk.sid, "closed", entry("service", "closed"), NOW)
    assert last is not None
    assert last.index <= limits.LOG_ENTRIES


async def test_leases_and_offers_leave_room_for_admission(talk: Talk) -> None:
    while True:
        lease = new_lease()
        try:
            await talk.is_leased(lease)
        except errors.Full:
            break
        await talk.is_returned(lease)
    assert await talk.length() <= limits.ASKING_UNTIL_ENTRIES + 1
    facts = await talk.conversations.facts(talk.sid)
    assert facts is not None
    assert facts.state == "waiting"


async def test_conversations_do_not_meet(conversations: Conversations) -> None:
    one, other = Talk(conversations), Talk(conversations)
    await one.starts()
    await other.starts()
    await one.visitor_writes(0)
    with pytest.raises(errors.NotAMember):
        await other.writes(one.visitor, 0)
    assert (await other.length(), await one.length()) == (1, 2)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.lists(st.tuples(st.booleans(), st.integers(0, 6), st.sampled_from("ab")), max_size=40))
async def test_however_frames_are_repeated_and_mixed_the_log_holds_each_once_in_order(
    conversations: Conversations, sent: list[tuple[bool, int, str]]
) -> None:
    """Against a model: per sender the accepted texts, in order."""
    talk = Talk(conversations)
    talk.sid = new_sid()
    await talk.starts()
    await talk.admits()
    accepted: dict[bool, list[tuple[str, int]]] = {True: [], False: []}
    expected: list[Any] = []
    for from_visitor, seq, text in sent:
        sender = talk.visitor if from_visitor else talk.amina
        known = accepted[from_visitor]
        if seq < len(known) and known[seq][0] == text:
            again = await talk.writes(sender, seq, text=text)
            assert (again.index, again.repeated) == (known[seq][1], True)
        elif seq < len(known):
            with pytest.raises(errors.OtherBytes):
                await talk.writes(sender, seq, text=text)
        elif seq > len(known):
            with pytest.raises(errors.Gap):
                await talk.writes(sender, seq, text=text)
        else:
            stored = await talk.writes(sender, seq, text=text)
            assert not stored.repeated
            known.append((text, stored.index))
            expected.append(entry("frame", sender, 1, seq, text))
    assert (await talk.log())[4:] == expected
