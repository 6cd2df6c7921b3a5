"""The whole way of the callback once, as a new visitor and a new counsellor go it: one is called back inside its window with the safety
card read, another is changed and cancelled by its code; and then nothing of either is left, in memory or on the disk (Call 5).
"""

import re
import time
from collections.abc import Callable, Iterator

import pytest
import redis
from playwright.sync_api import BrowserContext, expect

from chat.live.keeper import KEEP_SECONDS, REWRITE_AFTER_SECONDS
from tests.support.callers import Asking, Desk, button
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, VisitorPerson, a_visitor

NUMBERS = ("0701740605", "0701740606", "0701740607")
OWN = "That it is about Aunt Selma's bicycle"
WORD = "persimmon"
PATIENCE_SECONDS = REWRITE_AFTER_SECONDS + 6 * KEEP_SECONDS + 60
SECRETS = (b"sealed", b"card", b"number", b"doc", b"sig", b"blob")


def values(store: redis.Redis) -> Iterator[bytes]:
    """All that a store holds, one after the other."""
    readers: dict[bytes, Callable[[bytes], object]] = {
        b"string": store.get,
        b"hash": store.hgetall,
        b"list": lambda name: store.lrange(name, 0, -1),
        b"set": store.smembers,
        b"zset": lambda name: store.zrange(name, 0, -1),
        b"stream": store.xrange,
    }
    for name in store.scan_iter():
        kind = store.type(name)
        assert isinstance(kind, bytes)
        yield name
        yield from _flat(readers[kind](name))


def _flat(value: object) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _flat(pair)
    elif isinstance(value, list | tuple | set):
        for one in value:
            yield from _flat(one)


def secrets_in(demo: Demo) -> dict[bytes, str]:
    """Whatever is kept of requests now that only the erasing takes away, and what it is."""
    found: dict[bytes, str] = {}
    for path in demo.store_sockets():
        with redis.Redis(unix_socket_path=str(path)) as store:
            for name in store.scan_iter("varsam:{callbacks}:*"):
                if store.type(name) == b"hash":
                    fields = store.hgetall(name)
                    kept = {field: fields.get(field, b"") for field in SECRETS}
                    found |= {value: field.decode() for field, value in kept.items() if len(value) >= 16}
    return found


def left(demo: Demo, secrets: dict[bytes, str]) -> list[str]:
    """Where any of these still stands: a store's memory, or a file."""
    places = []
    for path in demo.store_sockets():
        with redis.Redis(unix_socket_path=str(path)) as store:
            held = list(values(store))
        places += [f"{secrets[s]}: memory of {path.parent.name}" for one in held for s in secrets if s in one]
    for file in demo.folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            places += [f"{secrets[s]}: {file.name}" for s in secrets if s in content]
    return sorted(set(places))


def asks(demo: Demo, visitor: VisitorPerson, number: str) -> str:
    asking = Asking(visitor.opens(f"{demo.visitor}/?lang=en")).begins()
    asking.gives(number)
    asking.is_free_now()
    visitor.scope.get_by_label("Who may answer").fill("Only me")
    asking.goes_on()
    visitor.scope.get_by_label("What we should say").select_option(label="Something that I write myself")
    visitor.scope.get_by_label("In my own words").fill(OWN)
    asking.goes_on()
    visitor.scope.get_by_label("Word that tells us it is you").fill(WORD)
    asking.goes_on()
    asking.skips_to_the_end()
    return asking.sends()


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_one_is_called_back_another_taken_back_and_nothing_of_either_is_left(
    demo: Demo,
    visitor: VisitorPerson,
    counsellor: CounsellorPerson,
    new_profile: Callable[..., BrowserContext],
) -> None:
    demo.forgets_calls()
    asks(demo, visitor, NUMBERS[0])
    other = a_visitor(new_profile())
    code = asks(demo, other, NUMBERS[1])
    secrets = secrets_in(demo)
    assert len(secrets) >= 2 * len(SECRETS) - 2
    assert left(demo, secrets)

    desk = Desk(counsellor)
    in_hand = desk.takes()
    expect(in_hand.get_by_text(WORD).first).to_be_visible()
    expect(in_hand.get_by_text(OWN).first).to_be_visible()
    desk.is_shown("+46 70 174 06 05")
    desk.says("Reached")
    desk.is_done()
    # Whoever has the code of what was taken back is told so until its window ends: the key under it stays, and opens nothing.
    told = {secret for secret, what in secrets_in(demo).items() if what == "blob"}
    assert len(told) == 1

    page = a_visitor(new_profile()).opens(f"{demo.visitor}/callback?lang=en").page
    page.get_by_role("textbox", name="Your code").fill(code)
    button(page, "Change").click()
    changing = Asking(VisitorPerson(page))
    changing.gives(NUMBERS[2])
    changing.is_free_now()
    changing.skips_to_the_end()
    changing.goes_on("Send the request")
    expect(page.get_by_role("heading", name="We have your new request")).to_be_visible()
    secrets |= secrets_in(demo)
    button(page, "Done").click()
    page.goto(f"{demo.visitor}/callback?lang=en")
    page.get_by_role("textbox", name="Your code").fill(code)
    button(page, "Cancel the request").click()
    expect(page.get_by_text("It is cancelled. Nobody will call.")).to_be_visible()
    expect(desk.region.get_by_text(re.compile("Cancelled: do not call"))).to_be_visible()

    clear = [OWN, WORD, code, *NUMBERS, *(number.removeprefix("0") for number in NUMBERS)]
    secrets |= {words.encode(): words for words in clear}
    secrets = {secret: what for secret, what in secrets.items() if secret not in told}
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (places := left(demo, secrets)) and time.monotonic() < deadline:
        time.sleep(2)
    assert not places, "after the file was to be rewritten"
    demo.forgets_calls()
