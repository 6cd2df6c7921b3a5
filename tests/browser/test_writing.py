"""What is written arrives as it was written, and what is being written is not lost (Talk 4)."""

import re
import unicodedata
from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.support.demo import Demo
from tests.support.network import network
from tests.support.people import CounsellorPerson, VisitorPerson, a_visitor

NO_CONNECTION = "No connection right now."
FAMILY = "👩‍👩‍👧‍👦"
RICH = f"<p style='color:red'>Jag är <b>rädd</b> {FAMILY}</p><img src='data:,'><table><tr><td>hemma</td></tr></table>"


def test_four_thousand_characters_of_joined_emoji_and_marks_survive_whole(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    text = f"{FAMILY}🏳️‍🌈👍🏽e\u0301a\u0323\u0302n\u0303 نَعَمْ ትግርኛ " * 140
    assert len(text) > 4_000
    whole = unicodedata.normalize("NFC", text.strip())
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    visitor.writes(text)
    counsellor.takes_next()
    counsellor.sees("ትግርኛ")
    said = counsellor.messages.get_by_text("ትግርኛ").text_content()
    assert said == whole
    expect(counsellor.messages.get_by_role("listitem").filter(has_text="ትግርኛ")).to_have_count(1)
    visitor.ends_the_chat()
    visitor.sees_the_end()


def test_rich_text_is_pasted_as_plain_text(demo: Demo, visitor: VisitorPerson) -> None:
    source = visitor.page.context.new_page()
    source.set_content(RICH)
    source.keyboard.press("Control+a")
    source.keyboard.press("Control+c")
    source.close()
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    box = visitor.scope.get_by_role("textbox", name="Write a message")
    box.click()
    visitor.page.keyboard.press("Control+v")
    expect(box).to_have_value(re.compile(rf"^Jag är rädd {FAMILY}\s+hemma\s*$"))
    box.press("Enter")
    visitor.sees(f"Jag är rädd {FAMILY}")
    assert visitor.messages.locator("b, img, table, [style]").count() == 0
    visitor.ends_the_chat()
    visitor.sees_the_end()


def test_no_keyboard_is_asked_to_learn_or_correct_what_is_written(demo: Demo, visitor: VisitorPerson) -> None:
    """Trace 5"""
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    box = visitor.scope.get_by_role("textbox", name="Write a message")
    for name, value in (("autocorrect", "off"), ("autocomplete", "off"), ("spellcheck", "false")):
        expect(box).to_have_attribute(name, value)
    visitor.ends_the_chat()
    visitor.sees_the_end()


def test_what_is_being_written_stays_in_its_box_through_a_lost_connection(
    demo: Demo, new_profile: Callable[..., BrowserContext]
) -> None:
    with network() as line:
        visitor = a_visitor(new_profile(proxy={"server": line.address}))
        visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
        visitor.sees_the_place(1)
        box = visitor.scope.get_by_role("textbox", name="Write a message")
        box.fill("Jag börjar skriva")
        banner = visitor.page.get_by_role("status").filter(has_text=NO_CONNECTION)
        line.goes_down()
        expect(banner).to_be_visible()
        box.press_sequentially(" mitt i avbrottet")
        line.comes_back()
        expect(banner).to_have_count(0)
        expect(box).to_have_value("Jag börjar skriva mitt i avbrottet")
        # What could not be handed over is not cleared away.
        visitor.page.evaluate("() => { crypto.getRandomValues = () => { throw new Error('none'); }; }")
        box.press("Enter")
        expect(box).to_have_value("Jag börjar skriva mitt i avbrottet")
        visitor.page.evaluate("() => { delete crypto.getRandomValues; }")
        box.press("Enter")
        visitor.sees_state("Jag börjar skriva mitt i avbrottet", "Sent")
        expect(box).to_have_value("")
        visitor.ends_the_chat()
        visitor.sees_the_end()
