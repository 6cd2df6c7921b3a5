"""The live store loses what it had acknowledged, and on both screens the conversation goes on as one (S3, E9)."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, expect
from redis import Redis

from tests.browser.conftest import DESK, PHONE
from tests.support.demo import Demo
from tests.support.network import Network, network
from tests.support.people import CounsellorPerson, VisitorPerson, a_counsellor, a_visitor, texts_of
from tests.support.rollback import Conversation, conversations

RESTORED = "The service had lost a part of the conversation. It was restored"
SECTION = "Conversation with"


@pytest.fixture
def live(demo: Demo) -> Redis:
    """The store with the conversations in it."""
    stores = [Redis(unix_socket_path=str(path)) for path in demo.store_sockets()]
    return next(store for store in stores if store.config_get("appendonly") == {"appendonly": "no"})


@pytest.fixture
def line() -> Iterator[Network]:
    """The network of one of the two."""
    with network() as made:
        yield made


def the_new_one(live: Redis, before: set[str]) -> str:
    (sid,) = conversations(live) - before
    return sid


def texts(person: VisitorPerson | CounsellorPerson) -> list[str]:
    """Everything written, in the order of the screen."""
    return texts_of(person.messages.locator(".message-text"))


def in_conversation(demo: Demo, live: Redis, visitor: VisitorPerson, counsellor: CounsellorPerson) -> str:
    before = conversations(live)
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    visitor.writes("I am afraid of this summer.")
    counsellor.takes_next()
    visitor.is_talking_with("Amina")
    counsellor.writes("I am here.")
    visitor.sees("I am here.")
    visitor.sees_state("I am afraid of this summer.", "Read")
    return the_new_one(live, before)


def sees_one_restored_conversation(person: VisitorPerson | CounsellorPerson) -> None:
    expect(person.messages.get_by_text(RESTORED)).to_have_count(1)
    expect(person.page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("way", ["sockets", pytest.param("polls", marks=pytest.mark.soak)])
def test_a_conversation_of_which_the_store_lost_three_entries_goes_on_on_both_screens(
    demo: Demo, live: Redis, visitor: VisitorPerson, counsellor: CounsellorPerson, way: str
) -> None:
    if way == "polls":
        visitor.page.context.add_init_script("delete globalThis.WebSocket")
    sid = in_conversation(demo, live, visitor, counsellor)
    held = Conversation(live, sid)
    visitor.writes("My uncle has bought tickets.")
    counsellor.sees("My uncle has bought tickets.")
    counsellor.writes("Do you have your passport?")
    visitor.sees("Do you have your passport?")
    draft = counsellor.scope.get_by_role("textbox", name="Write a message")
    draft.fill("Half a sentence")
    assert held.is_put_back() >= 2
    visitor.writes("No, they took it.")
    counsellor.sees("No, they took it.")
    expected = [
        "I am afraid of this summer.",
        "I am here.",
        "My uncle has bought tickets.",
        "Do you have your passport?",
        "No, they took it.",
    ]
    for person in (visitor, counsellor):
        sees_one_restored_conversation(person)
        assert texts(person) == expected
    expect(draft).to_have_value("Half a sentence")
    visitor.is_talking_with("Amina")
    visitor.sees_in_conversation("Amina")
    counsellor.sees_in_conversation("Visitor 1")
    expect(counsellor.page.get_by_role("region", name=re.compile(SECTION))).to_have_count(1)
    visitor.sees_state("My uncle has bought tickets.", "Read")
    visitor.sees_state("No, they took it.", "Read")
    assert sid not in conversations(live)
    counsellor.writes("We take it from there.")
    visitor.sees("We take it from there.")
    counsellor.ends_the_chat()
    visitor.sees_the_end()


def test_who_waits_in_the_queue_keeps_the_place_and_the_words(
    demo: Demo, live: Redis, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    before = conversations(live)
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    visitor.writes("One.")
    visitor.sees_state("One.", "Sent")
    held = Conversation(live, the_new_one(live, before))
    for words in ("Two.", "Three.", "Four."):
        visitor.writes(words)
    visitor.sees_state("Four.", "Sent")
    assert held.is_put_back() >= 3
    visitor.writes("Five.")
    visitor.sees_state("Five.", "Sent")
    sees_one_restored_conversation(visitor)
    counsellor.takes_next()
    for words in ("One.", "Five."):
        counsellor.sees(words)
    assert texts(counsellor) == texts(visitor) == ["One.", "Two.", "Three.", "Four.", "Five."]
    visitor.ends_the_chat()


def test_a_counsellor_who_notices_first_waits_for_the_visitors_page_in_words(
    demo: Demo,
    live: Redis,
    line: Network,
    new_profile: Callable[..., BrowserContext],
    counsellor: CounsellorPerson,
) -> None:
    visitor = a_visitor(new_profile(proxy={"server": line.address}))
    sid = in_conversation(demo, live, visitor, counsellor)
    held = Conversation(live, sid)
    line.goes_down()
    for words in ("One.", "Two.", "Three."):
        counsellor.writes(words)
    counsellor.sees_state("Three.", "Sent")
    assert held.is_put_back() >= 3
    counsellor.writes("Four.")
    expect(counsellor.scope.get_by_role("status").filter(has_text="Waiting for the visitor")).to_be_visible()
    expect(counsellor.page.get_by_role("alert")).to_have_count(0)
    counsellor.writes("Five.")
    line.comes_back()
    visitor.sees("Five.")
    assert texts(visitor)[2:] == ["One.", "Two.", "Three.", "Four.", "Five."]
    assert texts(counsellor) == texts(visitor)
    for person in (visitor, counsellor):
        sees_one_restored_conversation(person)
    counsellor.ends_the_chat()
    visitor.sees_the_end()


@pytest.mark.soak
@pytest.mark.parametrize("width", [360, 1280])
def test_waiting_for_each_other_and_having_found_each_other_look_well(
    width: int,
    demo: Demo,
    live: Redis,
    line: Network,
    new_profile: Callable[..., BrowserContext],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    sizes = {"viewport": PHONE if width == 360 else DESK}
    visitor = a_visitor(new_profile(**sizes))
    counsellor = a_counsellor(new_profile(**sizes, proxy={"server": line.address}))
    counsellor.opens(demo.staff).signs_in_as("Amina").goes_on_duty()
    sid = in_conversation(demo, live, visitor, counsellor)
    held = Conversation(live, sid)
    line.goes_down()
    for words in ("One.", "Two.", "Three."):
        visitor.writes(words)
    visitor.sees_state("Three.", "Sent")
    assert held.is_put_back() >= 3
    visitor.writes("Four.")
    restoring = visitor.page.get_by_role("status").filter(has_text="as soon as Amina is back")
    expect(restoring).to_be_visible()
    visitor.is_talking_with("Amina")
    folder = tmp_path_factory.mktemp("restored")
    for person, name in ((visitor, "visitor"), (counsellor, "counsellor")):
        person.page.screenshot(path=folder / f"{name}-waits-{width}.png")
    line.comes_back()
    counsellor.sees("Four.")
    for person, name in ((visitor, "visitor"), (counsellor, "counsellor")):
        sees_one_restored_conversation(person)
        fits = person.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert fits, f"{name} scrolls sideways at {width} px"
        person.page.screenshot(path=folder / f"{name}-restored-{width}.png")
    counsellor.ends_the_chat()
    visitor.sees_the_end()
