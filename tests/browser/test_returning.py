"""The return code on the screens: one is asked for with its risk said, kept, and used on another device (R1, R2, E9, Talk 2, Leave 5)."""

import json
from collections.abc import Callable
from urllib.request import Request, urlopen

from playwright.sync_api import BrowserContext, Locator, expect

from chat.crypto.encoding import b64, unb64
from chat.crypto.returning import code_secrets
from tests.support.axe import axe_finds_nothing
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, VisitorPerson, a_visitor, texts_of

SECRET = "I am afraid of this summer."


def in_conversation(demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson) -> None:
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    visitor.writes(SECRET)
    counsellor.takes_next()
    counsellor.sees(SECRET)
    visitor.is_talking_with("Amina")


def gets_a_code(visitor: VisitorPerson, kind: str) -> list[str]:
    """The words or groups of digits, as they stand on the screen."""
    visitor.scope.get_by_role("button", name="Get a code to come back").click()
    dialog = visitor.scope.get_by_role("dialog", name="A code to come back")
    expect(dialog).to_contain_text("Whoever finds the code can come in your place")
    axe_finds_nothing(visitor.page)
    dialog.get_by_role("radio", name=kind).check()
    dialog.get_by_role("button", name="Show the code").click()
    code = dialog.get_by_role("list", name="Your code to come back").get_by_role("listitem")
    expect(code.first).to_be_visible()
    axe_finds_nothing(visitor.page)
    words = texts_of(code)
    dialog.get_by_role("button", name="I have it").click()
    expect(dialog).to_have_count(0)
    return words


def box(visitor: VisitorPerson) -> Locator:
    return visitor.scope.get_by_role("textbox", name="Code to come back")


def types(visitor: VisitorPerson, code: str) -> None:
    box(visitor).fill(code)
    visitor.scope.get_by_role("button", name="Come back", exact=True).click()


def is_told(visitor: VisitorPerson, words: str, typed: str) -> None:
    """What is wrong stands there, and what was typed too."""
    expect(visitor.scope.get_by_role("alert")).to_contain_text(words)
    expect(box(visitor)).to_have_value(typed)


def somebody_else_uses(demo: Demo, visitor: VisitorPerson, words: list[str]) -> None:
    """From another page, by Python's own reading of the words: from now on it is locked for that one."""
    root = visitor.page.locator("script[data-root]").get_attribute("data-root") or ""
    locator = code_secrets("varsam-demo", unb64(root), "en-1", words).locator
    asked = json.dumps({"locator": b64(locator), "tag": b64(bytes(32))}).encode()
    said = {"content-type": "text/plain", "origin": "null"}
    urlopen(Request(f"{demo.visitor}/v1/return", asked, said)).close()


def test_who_left_comes_back_by_a_code_on_another_device_and_is_not_yet_recognised(
    demo: Demo,
    visitor: VisitorPerson,
    counsellor: CounsellorPerson,
    new_profile: Callable[..., BrowserContext],
) -> None:
    in_conversation(demo, visitor, counsellor)
    code = gets_a_code(visitor, "8 words in Swedish")
    assert len(code) == 8
    expect(counsellor.scope).to_contain_text("The visitor has a code to come back.")
    visitor.scope.get_by_role("link", name="Leave this page").click()
    counsellor.sees("The visitor left quickly.")
    counsellor.scope.get_by_role("button", name="Set aside").click()
    expect(counsellor.scope).to_have_count(0)

    again = a_visitor(new_profile()).opens(f"{demo.municipal}/?lang=en").presses_talk_to_us()
    again.scope.get_by_role("button", name="I have a code").click()
    expect(again.scope.get_by_role("heading", name="Come back by a code")).to_be_focused()
    axe_finds_nothing(again.page)
    types(again, "")
    is_told(again, "Nothing is written yet.", "")
    few = " ".join(code[:7])
    types(again, few)
    is_told(again, "there are only 7", few)
    unknown = f"{few} xqzwkj"
    types(again, unknown)
    is_told(again, "Word number 8, “xqzwkj”", unknown)
    types(again, f"{few} 123")
    is_told(again, "either words or digits", f"{few} 123")
    backwards = " ".join(reversed(code))
    types(again, backwards)
    is_told(again, "No conversation waits under this code.", backwards)
    types(again, " ".join(word[:4].upper() for word in code))

    again.is_talking_with("Amina")
    expect(again.scope.get_by_text("You have come back by your code.")).to_be_visible()
    counsellor.takes_next(2)
    expect(counsellor.scope).to_contain_text("Came back by a code, not yet recognised.")
    expect(counsellor.scope).to_contain_text("Ask first for the word that you agreed on")
    axe_finds_nothing(counsellor.page)
    counsellor.writes("Which word do I know you by?")
    again.sees("Which word do I know you by?")
    again.writes("Cinnamon bun.")
    counsellor.sees("Cinnamon bun.")
    expect(again.scope.get_by_text(SECRET)).to_have_count(0)
    expect(counsellor.scope.get_by_text(SECRET)).to_have_count(0)
    counsellor.scope.get_by_role("button", name="I recognise them").click()
    expect(counsellor.scope).to_contain_text("Came back by a code, and was recognised.")
    again.ends_the_chat()


def test_a_page_that_is_still_open_is_told_that_the_chat_goes_on_elsewhere_and_keeps_nothing(
    demo: Demo,
    visitor: VisitorPerson,
    counsellor: CounsellorPerson,
    new_profile: Callable[..., BrowserContext],
) -> None:
    in_conversation(demo, visitor, counsellor)
    first = gets_a_code(visitor, "8 words in English")
    again = a_visitor(new_profile()).opens(f"{demo.visitor}/?lang=en")
    again.scope.get_by_role("button", name="I have a code").click()
    somebody_else_uses(demo, again, first)
    types(again, " ".join(first))
    is_told(again, "Somebody has used this code in the last two minutes.", " ".join(first))
    code = gets_a_code(visitor, "27 digits")
    again.scope.get_by_role("button", name="Come back", exact=True).click()
    is_told(again, "No conversation waits under this code.", " ".join(first))
    # As an Arabic keyboard writes them.
    types(again, "".join(chr(ord(digit) + 0x660 - 0x30) for digit in "".join(code)))
    visitor.sees_the_end()
    expect(visitor.page.get_by_text("Somebody has come back by the code, on another page")).to_be_visible()
    expect(visitor.page.get_by_text(SECRET)).to_have_count(0)
    expect(counsellor.scope).to_contain_text("The visitor came back by a code, on another page.")
    counsellor.sees(SECRET)
    counsellor.number = 2
    expect(counsellor.scope).to_contain_text("It was the code of visitor 1.")
    counsellor.writes("Who are you?")
    again.sees("Who are you?")
    again.ends_the_chat()
