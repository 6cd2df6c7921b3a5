"""Return codes in the store: the lock of the first reader, the newest code, and what dies with the conversation (R1, R2, S6)."""

import asyncio

import pytest

from chat import errors
from chat.rules import limits
from chat.store.codes import Codes, Sealed
from chat.store.connections import Store
from chat.store.conversations import GRACE_SECONDS, channel
from tests.integration.store.talk import NOW, Talk, digest, entry, new_lease

CODE, OTHER = digest("locator"), digest("another locator")
MINE, THEIRS = digest("tag"), digest("another tag")


@pytest.fixture
def codes(live: Store) -> Codes:
    return Codes(live)


async def makes_a_code(talk: Talk, code: bytes = CODE, text: object = "") -> None:
    await talk.conversations.append_return_key(
        talk.sid,
        digest=digest("return-key", text),
        code=code,
        reading=digest("reading", text),
        raw=entry("return-key", text),
        now=talk.now,
    )


async def test_a_code_is_for_its_first_reader_alone_for_two_minutes(codes: Codes, talk: Talk) -> None:
    await codes.keep(CODE, talk.sid, b"sealed", 3_600)
    lies = Sealed(talk.sid, b"sealed")
    assert await codes.claim(CODE, MINE, NOW) == lies
    with pytest.raises(errors.CodeLocked):
        await codes.claim(CODE, THEIRS, NOW)
    assert await codes.claim(CODE, MINE, NOW + 60) == lies
    with pytest.raises(errors.CodeLocked):
        await codes.claim(CODE, THEIRS, NOW + limits.CODE_LOCK_SECONDS - 1)
    assert await codes.claim(CODE, THEIRS, NOW + limits.CODE_LOCK_SECONDS) == lies
    with pytest.raises(errors.CodeLocked):
        await codes.claim(CODE, MINE, NOW + limits.CODE_LOCK_SECONDS + 1)


async def test_of_two_readers_at_once_one_gets_it(codes: Codes, talk: Talk) -> None:
    await codes.keep(CODE, talk.sid, b"sealed", 3_600)
    answers = await asyncio.gather(
        *(codes.claim(CODE, digest("tag", number), NOW) for number in range(8)), return_exceptions=True
    )
    assert sum(isinstance(answer, Sealed) for answer in answers) == 1
    assert sum(isinstance(answer, errors.CodeLocked) for answer in answers) == 7


async def test_where_no_code_is_nothing_is_said(codes: Codes) -> None:
    assert await codes.claim(OTHER, MINE, NOW) is None


async def test_what_was_dropped_is_gone(codes: Codes, talk: Talk) -> None:
    await codes.keep(CODE, talk.sid, b"sealed", 3_600)
    await codes.drop(CODE)
    assert await codes.claim(CODE, MINE, NOW) is None


async def test_a_code_is_made_only_after_somebody_was_let_in(talk: Talk) -> None:
    with pytest.raises(errors.WrongMoment):
        await makes_a_code(talk)
    await talk.is_leased(new_lease())
    with pytest.raises(errors.WrongMoment):
        await makes_a_code(talk)


async def test_with_a_code_a_conversation_lives_up_to_its_cap_without_its_visitor(
    live: Store, talk: Talk
) -> None:
    await talk.admits()
    await makes_a_code(talk)
    for key in (channel(talk.sid), f"varsam:{{{talk.sid}}}:facts"):
        left = await live.command("TTL", key)
        assert abs(left - limits.CONVERSATION_SECONDS - GRACE_SECONDS) <= 2
    talk.now += 12 * 3600
    await talk.visitor_writes(0)
    await talk.announces(talk.amina)
    await talk.conversations.keep(talk.sid, talk.now)
    facts = await talk.conversations.facts(talk.sid)
    assert facts is not None
    assert facts.until == NOW + limits.CONVERSATION_SECONDS
    talk.now = NOW + limits.CONVERSATION_SECONDS
    with pytest.raises(errors.UnknownConversation):
        await talk.visitor_writes(1)


async def test_the_newest_code_counts_and_no_other(talk: Talk) -> None:
    await talk.admits()
    await makes_a_code(talk)
    await makes_a_code(talk, OTHER, "again")
    await makes_a_code(talk)  # the first, sent once more
    facts = await talk.conversations.facts(talk.sid)
    assert facts is not None
    assert facts.code == OTHER
    assert await talk.conversations.reading_hash(talk.sid) == digest("reading", "again")
    [key] = await talk.conversations.read(talk.sid, facts.returns, 1)
    assert key.raw == entry("return-key", "again")


async def test_without_a_code_nobody_departs(talk: Talk) -> None:
    await talk.admits()
    assert await talk.conversations.depart(talk.sid, entry("service", "left-quickly"), talk.now) is None
    facts = await talk.conversations.facts(talk.sid)
    assert facts is not None
    assert facts.code is None


async def test_who_departs_with_a_code_departs_once_and_nothing_is_erased(talk: Talk) -> None:
    await talk.admits()
    await makes_a_code(talk)
    left = entry("service", "left-quickly")
    first = await talk.conversations.depart(talk.sid, left, talk.now)
    again = await talk.conversations.depart(talk.sid, left, talk.now)
    assert first is not None
    assert again is not None
    assert (again.index, again.repeated) == (first.index, True)
    assert (await talk.log()).count(left) == 1


async def test_a_code_is_gone_with_its_conversation(talk: Talk) -> None:
    await talk.admits()
    await makes_a_code(talk)
    await talk.conversations.end(talk.sid, "closed", b"", talk.now)
    assert await talk.conversations.facts(talk.sid) is None
    assert await talk.conversations.reading_hash(talk.sid) is None
