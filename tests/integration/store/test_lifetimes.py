"""How long a conversation lives, and how it ends (S6)."""

import asyncio

import pytest

from chat import errors
from chat.rules import limits
from chat.store.bus import Bus
from chat.store.connections import Store
from chat.store.conversations import GRACE_SECONDS, Conversations, Lost, Over, Record, channel, heard
from tests.integration.store.talk import NOW, Talk, entry, new_lease, new_sid


async def seconds_left(live: Store, talk: Talk) -> set[int]:
    """The times to live of the conversation's keys."""
    keys = await live.command("KEYS", f"varsam:{{{talk.sid}}}:*")
    return {await live.command("TTL", key) for key in keys}


def nearly(seconds: set[int], expected: int) -> bool:
    return bool(seconds) and all(expected - 2 <= left <= expected for left in seconds)


async def test_without_its_visitor_a_conversation_lives_45_minutes_while_waiting(
    live: Store, talk: Talk
) -> None:
    assert nearly(await seconds_left(live, talk), limits.WAITING_SECONDS + GRACE_SECONDS)


async def test_without_its_visitor_a_conversation_lives_10_minutes_after_admission(
    live: Store, talk: Talk
) -> None:
    await talk.admits()
    assert nearly(await seconds_left(live, talk), limits.ADMITTED_SECONDS + GRACE_SECONDS)


async def test_a_visitors_socket_and_frames_renew_it(live: Store, talk: Talk) -> None:
    await talk.admits()
    talk.now += 300
    await live.command("EXPIRE", channel(talk.sid), 100)
    await talk.visitor_writes(0)
    assert nearly(await seconds_left(live, talk), limits.ADMITTED_SECONDS + GRACE_SECONDS)
    talk.now += 300
    assert await talk.conversations.keep(talk.sid, talk.now) == talk.now + limits.ADMITTED_SECONDS
    facts = await talk.conversations.facts(talk.sid)
    assert facts is not None
    assert facts.until == talk.now + limits.ADMITTED_SECONDS


async def test_a_counsellors_frame_does_not_renew_it(talk: Talk) -> None:
    await talk.admits()
    talk.now += 300
    await talk.writes(talk.amina, 0)
    facts = await talk.conversations.facts(talk.sid)
    assert facts is not None
    assert facts.until == NOW + limits.ADMITTED_SECONDS


async def test_what_is_over_takes_nothing_more(talk: Talk) -> None:
    talk.now += limits.WAITING_SECONDS
    with pytest.raises(errors.UnknownConversation):
        await talk.visitor_writes(0)
    with pytest.raises(errors.UnknownConversation):
        await talk.conversations.keep(talk.sid, talk.now)
    with pytest.raises(errors.UnknownConversation):
        await talk.starts()


async def test_nothing_lives_longer_than_24_hours(live: Store, talk: Talk) -> None:
    await talk.admits()
    while talk.now + 500 < NOW + limits.CONVERSATION_SECONDS:
        talk.now += 500
        until = await talk.conversations.keep(talk.sid, talk.now)
        assert until <= NOW + limits.CONVERSATION_SECONDS
    left = NOW + limits.CONVERSATION_SECONDS - talk.now
    assert nearly(await seconds_left(live, talk), left + GRACE_SECONDS)
    talk.now = NOW + limits.CONVERSATION_SECONDS
    with pytest.raises(errors.UnknownConversation):
        await talk.visitor_writes(0)


async def test_time_ends_only_what_is_over(talk: Talk) -> None:
    last_words = entry("service", "time")
    with pytest.raises(errors.WrongMoment):
        await talk.conversations.end(talk.sid, "time", last_words, NOW + limits.WAITING_SECONDS - 1)
    ended = await talk.conversations.end(talk.sid, "time", last_words, NOW + limits.WAITING_SECONDS)
    assert ended is not None
    assert await talk.conversations.ended(talk.sid) == Over("time")


async def test_an_end_erases_everything_but_a_tombstone(live: Store, talk: Talk) -> None:
    await talk.visitor_writes(0)
    await talk.conversations.end(talk.sid, "left-quickly", entry("service", "left-quickly"), NOW)
    assert await live.command("KEYS", "*") == [f"varsam:{{{talk.sid}}}:ended".encode()]
    assert nearly(await seconds_left(live, talk), limits.TOMBSTONE_SECONDS)
    assert await talk.conversations.ended(talk.sid) == Over("left-quickly")
    assert await talk.conversations.read(talk.sid, 1, 10) == []


async def test_ending_again_changes_nothing(talk: Talk) -> None:
    assert await talk.conversations.end(talk.sid, "closed", entry("service", "closed"), NOW) is not None
    assert (
        await talk.conversations.end(talk.sid, "left-quickly", entry("service", "left-quickly"), NOW) is None
    )
    assert await talk.conversations.ended(talk.sid) == Over("closed")


async def test_what_ended_is_not_opened_again(talk: Talk) -> None:
    await talk.conversations.end(talk.sid, "closed", entry("service", "closed"), NOW)
    with pytest.raises(errors.UnknownConversation):
        await talk.starts()
    with pytest.raises(errors.UnknownConversation):
        await talk.visitor_writes(0)
    assert await talk.is_returned(new_lease()) is None


async def test_everybody_who_follows_hears_each_entry_and_the_end(
    live_url: str, conversations: Conversations
) -> None:
    talk = Talk(conversations)
    talk.sid = new_sid()
    heard_words: asyncio.Queue[Record | Over | Lost | int] = asyncio.Queue()

    def listen(message: bytes | None) -> None:
        assert message is not None
        heard_words.put_nowait(heard(message))

    async with Bus(live_url) as bus:
        await bus.subscribe(channel(talk.sid), listen)
        await talk.starts()
        await talk.visitor_writes(0)
        await talk.visitor_writes(0)
        await talk.conversations.end(talk.sid, "closed", entry("service", "closed"), NOW + 5)
        async with asyncio.timeout(5):
            words = [await heard_words.get() for _ in range(4)]
    assert words == [
        Record(1, NOW, entry("announcement", 0)),
        Record(2, NOW, entry("frame", talk.visitor, 0, 0, "")),
        Record(3, NOW + 5, entry("service", "closed")),
        Over("closed"),
    ]
    assert heard_words.empty()
