"""What stands in the live store: nothing without a time to live, nothing that names anybody, and not too much."""

import json
import re
import secrets

from chat.rules import limits
from chat.store.alerts import Alerts
from chat.store.challenges import Challenges
from chat.store.codes import Codes
from chat.store.connections import Store
from chat.store.conversations import GRACE_SECONDS, Conversations
from chat.store.cooling import Cooling
from chat.store.duty import Duty, OnDuty
from chat.store.memberships import Memberships
from chat.store.presence import Presence
from chat.store.queue import Queue
from chat.store.sessions import Session, Sessions
from chat.store.waits import Waits
from tests.integration.store.talk import NOW, Talk, digest, entry, new_duty, new_lease

FRAME_BYTES = 800
KEY = re.compile(
    rb"varsam:\{(queue|duty|oncall|[A-Za-z0-9_-]{43}|(session|device|challenge|code|cooling):[0-9a-f]{64}|account:[A-Za-z0-9_-]{43})\}:?[a-z]*"
)


async def everything_happens(live: Store) -> None:
    """Leaves every kind of key behind."""
    queue, conversations = Queue(live), Conversations(live)
    ended, talking = Talk(conversations), Talk(conversations)
    for talk in (ended, talking):
        await talk.starts()
        await queue.join(talk.sid, "sv", "self", NOW)
        await Presence(live).here(talk.sid, secrets.token_urlsafe(8), "visitor", NOW, NOW + 30)
    await queue.claim(new_duty(), new_lease(), NOW + 30, NOW)
    await talking.visitor_writes(0)
    await talking.admits()
    await talking.writes(talking.amina, 0)
    await conversations.end(ended.sid, "closed", entry("service", "closed"), NOW)
    await Codes(live).keep(digest("locator"), talking.sid, b"sealed", 3_600)
    await Waits(live).count(60, NOW)
    await Alerts(live).quiet("waiting", 300)
    await Cooling(live).begin(digest("capability"), 1_800)
    await Duty(live).on(OnDuty(new_duty(), digest("certificate"), "Amina", 3, NOW, NOW + 30), NOW)
    await Memberships(live).hold(digest("certificate"), talking.sid)
    account = secrets.token_urlsafe(32)
    await Sessions(live).open(digest("token"), Session(digest("certificate"), NOW + 3_600, account), NOW)
    await Challenges(live).put(digest("challenge"), b"sign-in", 300)


async def test_every_live_key_has_a_time_to_live_within_its_law(live: Store) -> None:
    await everything_happens(live)
    keys = await live.command("KEYS", "*")
    assert len(keys) == 15
    for key in keys:
        left = await live.command("TTL", key)
        assert 0 < left <= limits.CONVERSATION_SECONDS + GRACE_SECONDS, key


async def test_a_key_names_its_conversation_and_nothing_else(live: Store) -> None:
    await everything_happens(live)
    for key in await live.command("KEYS", "*"):
        assert KEY.fullmatch(key), key


async def test_the_keys_of_a_script_share_one_hash_tag(live: Store) -> None:
    await everything_happens(live)
    tags = {re.findall(rb"\{(.*?)\}", key)[0] for key in await live.command("KEYS", "*")}
    assert (
        len(tags) == 11
    )  # two conversations, queue, duty, oncall, session, account, challenge, device, code, cooling


async def test_a_conversation_of_fifty_messages_takes_at_most_64_kib(live: Store) -> None:
    async def used() -> int:
        lines = (await live.command("INFO", "memory")).decode().splitlines()
        return int(dict(line.split(":") for line in lines if ":" in line)["used_memory"])

    count = 40
    conversations = Conversations(live)
    warm = Talk(conversations)
    await warm.starts()
    before = await used()
    for _ in range(count):
        talk = Talk(conversations)
        await talk.starts()
        for seq in range(50):
            raw = json.dumps({"kind": "frame", "doc": secrets.token_hex((FRAME_BYTES - 30) // 2)}).encode()
            await conversations.append_frame(
                talk.sid, sender=talk.visitor, epoch=0, seq=seq, digest=digest(seq), raw=raw, now=NOW
            )
    each = (await used() - before) / count
    assert FRAME_BYTES * 50 < each <= 64 * 1024
