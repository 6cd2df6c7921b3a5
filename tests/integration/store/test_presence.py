"""Whose sockets follow a conversation: who is there, who is missed, and which of too many gives way."""

import pytest

from chat.errors import TooManySockets
from chat.rules import limits
from chat.rules.ids import Sid
from chat.store.bus import Bus
from chat.store.connections import Store
from chat.store.conversations import channel
from chat.store.presence import MOST, Here, Presence
from tests.integration.store.talk import NOW, digest

UNTIL = NOW + limits.PRESENCE_SECONDS


@pytest.fixture
def sid() -> Sid:
    return Sid(digest("a conversation").hex())


async def full(presence: Presence, sid: Sid) -> None:
    for number in range(limits.SOCKETS_PER_CAPABILITY):
        here = await presence.here(sid, f"socket {number}", "visitor", NOW, UNTIL)
        assert here == Here(number + 1, 0)


async def test_one_socket_too_many_of_a_visitor_takes_the_place_of_the_oldest(live: Store, sid: Sid) -> None:
    presence = Presence(live)
    await full(presence, sid)
    # The oldest was renewed last: a process does not know yet that nobody is there.
    await presence.still(sid, "socket 0", "visitor", NOW + 1, UNTIL + 1)
    here = await presence.here(sid, "one more", "visitor", NOW + 1, UNTIL + 1)
    assert here.visitors == limits.SOCKETS_PER_CAPABILITY
    with pytest.raises(TooManySockets):
        await presence.still(sid, "socket 0", "visitor", NOW + 2, UNTIL + 2)
    for staying in ("socket 1", "socket 2", "one more"):
        assert (await presence.still(sid, staying, "visitor", NOW + 2, UNTIL + 2)).visitors == 3


async def test_who_gave_way_is_gone_and_may_come_again(live: Store, sid: Sid) -> None:
    presence = Presence(live)
    await full(presence, sid)
    await presence.here(sid, "one more", "visitor", NOW, UNTIL)
    assert (await presence.gone(sid, "socket 0", "visitor", NOW)).visitors == 3
    assert (await presence.here(sid, "socket 0", "visitor", NOW, UNTIL)).visitors == 3
    with pytest.raises(TooManySockets):
        await presence.still(sid, "socket 1", "visitor", NOW, UNTIL)


async def test_sockets_that_are_gone_or_silent_make_room(live: Store, sid: Sid) -> None:
    presence = Presence(live)
    await full(presence, sid)
    await presence.gone(sid, "socket 1", "visitor", NOW)
    assert (await presence.here(sid, "another", "visitor", NOW, UNTIL + 60)).visitors == 3
    assert (await presence.here(sid, "later", "visitor", UNTIL + 1, UNTIL + 60)).visitors == 2
    await presence.still(sid, "another", "visitor", UNTIL + 1, UNTIL + 60)


async def test_no_counsellor_pushes_out_another(live: Store, sid: Sid) -> None:
    presence = Presence(live)
    for number in range(MOST["counsellor"]):
        await presence.here(sid, f"socket {number}", "counsellor", NOW, UNTIL)
    with pytest.raises(TooManySockets):
        await presence.here(sid, "one more", "counsellor", NOW, UNTIL)
    here = await presence.still(sid, "socket 0", "counsellor", NOW, UNTIL)
    assert here == Here(0, MOST["counsellor"])


async def test_who_lapsed_is_told_of_once(live: Store, live_url: str, sid: Sid) -> None:
    presence = Presence(live)
    told: list[bytes | None] = []
    async with Bus(live_url) as bus:
        await bus.subscribe(channel(sid), told.append)
        await presence.here(sid, "a page", "visitor", NOW, NOW + limits.POLL_PRESENCE_SECONDS)
        assert (await presence.lapse(sid, NOW + limits.POLL_PRESENCE_SECONDS)).visitors == 1
        for _ in range(2):
            assert (await presence.lapse(sid, NOW + limits.POLL_PRESENCE_SECONDS + 1)).visitors == 0
        await bus.subscribe("varsam:fence", told.append)
    assert told == [b"here 1 0 0", b"here 0 0 0"]


async def test_whoever_begins_to_follow_is_told_in_order_with_what_changes(
    live: Store, live_url: str, sid: Sid
) -> None:
    """Also where it changes nothing: an answer beside the channel could be older than what was published since."""
    presence = Presence(live)
    told: list[bytes | None] = []
    async with Bus(live_url) as bus:
        await bus.subscribe(channel(sid), told.append)
        for _ in range(2):
            await presence.here(sid, "a socket", "visitor", NOW, UNTIL)
        await presence.still(sid, "a socket", "visitor", NOW, UNTIL)
        await presence.here(sid, "a desk", "counsellor", NOW, UNTIL)
        await presence.still(sid, "a desk", "counsellor", NOW, UNTIL)
        await bus.subscribe("varsam:fence", told.append)
    assert told == [b"here 1 0 0", b"here 1 0 0", b"here 1 1 0"]
