"""Sessions of staff."""

from chat.store.challenges import Challenges
from chat.store.connections import Store
from chat.store.sessions import Session, Sessions
from tests.integration.store.talk import NOW, digest


async def test_a_session_is_found_by_the_hash_of_its_token_until_it_ends(live: Store) -> None:
    sessions = Sessions(live)
    session = Session(digest("certificate"), NOW + 3_600)
    await sessions.open(digest("token"), session, NOW)
    assert await sessions.find(digest("token"), NOW + 3_599) == session
    assert await sessions.find(digest("token"), NOW + 3_600) is None
    assert await sessions.find(digest("another"), NOW) is None


async def test_who_signed_out_is_not_found(live: Store) -> None:
    sessions = Sessions(live)
    await sessions.open(digest("token"), Session(digest("certificate"), NOW + 3_600), NOW)
    await sessions.close(digest("token"))
    await sessions.close(digest("token"))
    assert await sessions.find(digest("token"), NOW) is None


async def test_a_persons_sessions_are_listed_and_all_end_at_once(live: Store) -> None:
    sessions, account = Sessions(live), "a" * 43
    for name in ("here", "there"):
        await sessions.open(digest(name), Session(b"", NOW + 3_600, account), NOW)
    await sessions.close(digest("there"))
    assert set(await sessions.of(account, NOW)) == {digest("here")}
    await sessions.close_all(account)
    assert await sessions.find(digest("here"), NOW) is None
    await sessions.change(digest("here"), Session(b"", NOW + 3_600, account, locked=True), NOW)
    assert await sessions.find(digest("here"), NOW) is None, "what was closed stays closed"


async def test_a_challenge_is_answered_once(live: Store) -> None:
    challenges = Challenges(live)
    assert await challenges.put(digest("challenge"), b"about", 60)
    assert not await challenges.put(digest("challenge"), b"else", 60)
    assert await challenges.take(digest("challenge")) == b"about"
    assert await challenges.take(digest("challenge")) is None


async def test_a_store_keeps_its_mark_until_it_is_empty(live: Store) -> None:
    sessions = Sessions(live)
    mark = await sessions.mark()
    assert await sessions.mark() == mark
    await live.command("FLUSHALL")
    assert await sessions.mark() not in (mark, None)
