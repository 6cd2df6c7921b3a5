"""A visitor leaves, and comes back by a code on another device: to whom, with what, and who does not (R1, R2, E9, Leave 5)."""

import secrets

import msgspec
import pytest

from chat import bodies, wire
from chat.client import http
from chat.client.coming_back import Words, claim, make_code
from chat.client.counsellor import Counsellor
from chat.client.link import Refused
from chat.client.visitor import Visitor
from chat.crypto.chain import Signed
from chat.crypto.continuation import Continuation
from chat.crypto.encoding import b64, unb64
from chat.crypto.signing import PrivateKey, ReturnKey, VisitorKey
from chat.errors import VerificationError
from chat.rules import limits
from chat.rules.ids import Sid
from tests.integration.client.conftest import Town

WORDS = Words("sv-1", ("abborre", "bageri", "citron", "dagbok", "elefant", "fackla", "gaffel", "hammare"))
OTHERS = Words("digits-1", tuple(f"{number:03}" for number in range(9)))


async def in_conversation(town: Town, *words: str) -> tuple[Visitor, Counsellor, str]:
    visitor = await town.waiting_visitor(*words)
    counsellor = await town.counsellor()
    sid = await counsellor.takes_next()
    await visitor.is_admitting()
    return visitor, counsellor, sid


def says(unanswered: http.Unanswered) -> str:
    return unanswered.answer.body.decode().splitlines()[0]


async def is_turned_away(visitor: Visitor, words: Words) -> str:
    with pytest.raises(http.Unanswered) as refused:
        await visitor.comes_back(words)
    return says(refused.value)


async def test_who_left_comes_back_to_the_same_counsellor_and_sees_nothing_of_before(town: Town) -> None:
    visitor, amina, sid = await in_conversation(town, "det här är hemligt")
    await amina.writes(sid, "jag hör dig")
    await visitor.makes_a_code(WORDS)
    await visitor.leaves()
    await amina.until(
        lambda: "left-quickly" in amina.conversation(sid).said, "the service says that the visitor left"
    )
    assert amina.conversation(sid).ended is None
    again = await town.visitor()
    await again.comes_back(WORDS)
    await again.is_admitting()
    assert again.sid != sid
    await amina.is_admitted(again.sid)
    assert amina.cases[again.sid].returned
    assert amina.conversation(sid).ended == "returned"
    await amina.writes(again.sid, "vilket ord känner jag dig på?")
    await again.hears("vilket ord känner jag dig på?")
    await again.writes("kanelbulle")
    await amina.hears(again.sid, "kanelbulle")
    assert again.conversation.words() == ["vilket ord känner jag dig på?", "kanelbulle"]
    assert amina.conversation(again.sid).words() == again.conversation.words()
    assert await town.house.parts.node.conversations.facts(Sid(sid)) is None


async def test_whoever_loads_the_console_anew_is_told_again_that_nobody_is_recognised(town: Town) -> None:
    visitor, amina, _ = await in_conversation(town)
    await visitor.makes_a_code(WORDS)
    await visitor.leaves()
    again = await town.visitor()
    await again.comes_back(WORDS)
    await again.is_admitting()
    await amina.is_admitted(again.sid)
    await amina.reloads()
    await amina.has_rejoined(again.sid)
    assert amina.cases[again.sid].returned


async def test_the_page_that_made_the_code_is_told_that_it_goes_on_elsewhere(town: Town) -> None:
    visitor, amina, _ = await in_conversation(town)
    await visitor.makes_a_code(WORDS)
    again = await town.visitor()
    await again.comes_back(WORDS)
    assert await visitor.is_over() == "elsewhere"
    await again.is_admitting()
    await amina.is_admitted(again.sid)


async def test_a_code_is_good_once(town: Town) -> None:
    visitor, _, _ = await in_conversation(town)
    await visitor.makes_a_code(WORDS)
    await (again := await town.visitor()).comes_back(WORDS)
    await again.is_admitting()
    assert await is_turned_away(await town.visitor(), WORDS) == "code-unknown"


async def test_a_new_code_makes_the_one_before_void(town: Town) -> None:
    visitor, _, _ = await in_conversation(town)
    await visitor.makes_a_code(WORDS)
    await visitor.makes_a_code(OTHERS)
    assert await is_turned_away(await town.visitor(), WORDS) == "code-unknown"
    await (again := await town.visitor()).comes_back(OTHERS)
    await again.is_admitting()


async def test_who_holds_what_lay_under_a_code_that_was_replaced_does_not_come_back_by_it(town: Town) -> None:
    visitor, _, sid = await in_conversation(town)
    await visitor.makes_a_code(WORDS)
    thief = await town.visitor()
    trust = thief.standing.trust
    blob = await claim(thief.origin, trust.realm, trust.root, WORDS, secrets.token_bytes(32))
    await visitor.makes_a_code(OTHERS)
    asked = bodies.TrailRequest(sid=sid, capability=b64(blob.capability))
    with pytest.raises(http.Unanswered) as refused:
        await http.asks_plainly(f"{thief.origin}/v1/return/trail", asked)
    assert says(refused.value) == "code-unknown"
    earlier = PrivateKey.from_scalar(ReturnKey, blob.scalar)
    assert await continues_with(thief, visitor, earlier) == "unverified"
    assert visitor.conversation.ended is None


async def continues_with(
    thief: Visitor,
    visitor: Visitor,
    key: PrivateKey[ReturnKey] | PrivateKey[VisitorKey],
    reason: str = "returned",
) -> str:
    """What the service says to somebody who starts with a word by that key."""
    start = thief.prepares()
    log = visitor.conversation.log
    word = Continuation(log.sid, unb64(start.sid), reason, log.newest.hash)  # type: ignore[arg-type]
    doc = word.encode(log.realm)
    signed = wire.Signed(doc=b64(doc), sig=b64(key.sign(doc)))
    with pytest.raises(Refused) as refused:
        await thief.asks(
            wire.Start(
                ref=thief.ref(),
                sid=start.sid,
                capability=start.capability,
                announcement=start.announcement,
                language="sv",
                continues=signed,
            )
        )
    return refused.value.code


@pytest.mark.parametrize("reason", ["returned", "restored"])
async def test_a_word_by_a_foreign_key_continues_nothing(town: Town, reason: str) -> None:
    visitor, amina, sid = await in_conversation(town)
    await visitor.makes_a_code(WORDS)
    thief = await town.visitor()
    assert await continues_with(thief, visitor, PrivateKey.generate(ReturnKey), reason) == "unverified"
    await visitor.writes("jag är kvar")
    await amina.hears(sid, "jag är kvar")


async def test_without_a_code_nobody_comes_back(town: Town) -> None:
    visitor, _, _ = await in_conversation(town)
    thief = await town.visitor()
    assert await continues_with(thief, visitor, PrivateKey.generate(ReturnKey)) == "unverified"
    assert await is_turned_away(thief, WORDS) == "code-unknown"


async def test_a_word_that_was_used_brings_nobody_else_in(town: Town) -> None:
    """Replayed on another page, with another first announcement."""
    visitor, _, sid = await in_conversation(town)
    await visitor.makes_a_code(WORDS)
    await (again := await town.visitor()).comes_back(WORDS)
    await again.is_admitting()
    thief = await town.visitor()
    start = thief.prepares()
    used = await town.house.parts.node.conversations.ended(Sid(sid))
    assert used is not None
    word = msgspec.json.decode(used.word, type=wire.Signed)
    refused = await thief.is_refused(
        wire.Start(
            ref=thief.ref(),
            sid=start.sid,
            capability=start.capability,
            announcement=start.announcement,
            language="sv",
            continues=word,
        )
    )
    assert refused.code == "unverified"


async def test_of_two_readers_the_first_goes_on_and_the_other_is_told(town: Town) -> None:
    visitor, _, _ = await in_conversation(town)
    await visitor.makes_a_code(WORDS)
    first, second = await town.visitor(), await town.visitor()
    trust = first.standing.trust
    tag = secrets.token_bytes(32)
    await claim(first.origin, trust.realm, trust.root, WORDS, tag)
    assert await is_turned_away(second, WORDS) == "code-locked"
    await first.comes_back(WORDS, tag)
    await first.is_admitting()


async def test_a_code_is_over_with_its_conversation(town: Town) -> None:
    visitor, amina, sid = await in_conversation(town)
    await visitor.makes_a_code(WORDS)
    await amina.ends(sid)
    assert await visitor.is_over() == "closed"
    assert await is_turned_away(await town.visitor(), WORDS) == "code-unknown"


async def test_without_a_code_leaving_erases_at_once(town: Town) -> None:
    visitor, amina, sid = await in_conversation(town)
    await visitor.leaves()
    assert await amina.is_over(sid) == "left-quickly"


async def test_who_left_with_a_code_does_not_come_back_by_the_old_page(town: Town) -> None:
    visitor, amina, sid = await in_conversation(town)
    await visitor.makes_a_code(WORDS)
    await visitor.loses_the_connection()
    await http.leave(visitor.origin, unb64(sid), visitor.leave_token)
    await amina.until(lambda: "left-quickly" in amina.conversation(sid).said, "it is told")
    await visitor.reconnects()
    assert await visitor.is_over() == "time"


async def test_a_code_is_not_made_before_somebody_was_let_in(town: Town) -> None:
    visitor = await town.waiting_visitor()
    with pytest.raises(Refused) as refused:
        await visitor.makes_a_code(WORDS)
    assert refused.value.code == "wrong-moment"
    assert await is_turned_away(await town.visitor(), WORDS) == "code-unknown"


async def test_nobody_but_who_was_in_is_given_who_came_back(town: Town) -> None:
    visitor, amina, sid = await in_conversation(town)
    bjorn = await town.counsellor("Björn")
    await visitor.makes_a_code(WORDS)
    await visitor.leaves()
    await amina.sets_aside(sid)
    await amina.goes_off_duty()
    again = await town.visitor()
    await again.comes_back(WORDS)
    refused = await bjorn.is_refused(wire.Take(ref=bjorn.ref()))
    assert refused.code == "queue-empty"
    await amina.reloads()
    await amina.until(
        lambda: amina.desk is not None and [w.returned for w in amina.desk.waiting] == [True],
        "it is in the queue",
    )
    assert await amina.takes_next() == again.sid
    assert amina.cases[again.sid].returned
    await again.is_admitting()


async def test_a_conversation_is_set_aside_only_where_its_visitor_is_away_and_has_a_code(town: Town) -> None:
    visitor, amina, sid = await in_conversation(town)
    with pytest.raises(Refused) as refused:
        await amina.sets_aside(sid)
    assert refused.value.code == "wrong-moment"
    await visitor.makes_a_code(WORDS)
    with pytest.raises(Refused):
        await amina.sets_aside(sid)
    await visitor.loses_the_connection()
    presence = amina.conversation(sid)
    await amina.until(
        lambda: presence.presence is not None and not presence.presence.visitor, "the visitor is away"
    )
    await amina.sets_aside(sid)
    await amina.goes_off_duty()


async def test_what_lies_under_a_code_and_was_changed_opens_nothing(town: Town) -> None:
    visitor, _, sid = await in_conversation(town)
    log = visitor.conversation.log
    entry, code = make_code(log, visitor.key, WORDS, secrets.token_bytes)
    await visitor.makes_a_code(WORDS)
    node = town.house.parts.node
    foreign = unb64(code.blob)
    await node.codes.keep(unb64(code.code), Sid(sid), foreign[:-1] + bytes([foreign[-1] ^ 1]), 60)
    with pytest.raises(VerificationError) as refused:
        await (await town.visitor()).comes_back(WORDS)
    assert refused.value.step == "R2"
    # One that was sealed under the same words with another key is found out by the log.
    await node.codes.keep(unb64(code.code), Sid(sid), foreign, 60)
    assert await is_turned_away(await town.visitor(), WORDS) == "code-unknown"
    assert Signed(entry.doc, entry.sig).hash


async def test_a_return_key_without_what_lies_under_its_code_is_refused(town: Town) -> None:
    visitor, _, _ = await in_conversation(town)
    entry, code = make_code(visitor.conversation.log, visitor.key, WORDS, secrets.token_bytes)
    returned = wire.ReturnKey(doc=b64(entry.doc), sig=b64(entry.sig))
    refused = await visitor.is_refused(wire.Append(ref=visitor.ref(), sid=visitor.sid, entry=returned))
    assert refused.code == "unverified"
    forged = wire.ReturnKey(doc=b64(entry.doc), sig=b64(PrivateKey.generate(VisitorKey).sign(entry.doc)))
    asked = wire.Append(ref=visitor.ref(), sid=visitor.sid, entry=forged, code=code)
    assert (await visitor.is_refused(asked)).code == "unverified"


async def test_after_a_day_a_code_is_over(town: Town) -> None:
    visitor, _, _ = await in_conversation(town)
    await visitor.makes_a_code(WORDS)
    await visitor.leaves()
    town.house.clock.ahead += limits.CONVERSATION_SECONDS
    assert await is_turned_away(await town.visitor(), WORDS) == "code-unknown"


async def test_codes_are_asked_for_slowly(town: Town) -> None:
    asked = bodies.CodeClaim(locator=b64(bytes(32)), tag=b64(bytes(32)))
    said = set()
    for _ in range(30):
        with pytest.raises(http.Unanswered) as refused:
            await http.asks_plainly(f"{town.house.visitor}/v1/return", asked)
        said.add(says(refused.value))
    assert said == {"code-unknown", "too-fast"}
