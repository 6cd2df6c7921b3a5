"""Sessions of staff."""

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
