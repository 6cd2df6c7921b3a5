"""A language of one's own: found before anything must be read, mirrored where it is written so, and changed without loss."""

from playwright.sync_api import expect

from tests.support.axe import axe_finds_nothing
from tests.support.demo import Demo
from tests.support.people import VisitorPerson

ARABIC_START = "ابدأ المحادثة"
ARABIC_SEND = "إرسال"
CATALOGUES = """() => performance.getEntriesByType('resource').filter((e) => new URL(e.name).pathname.startsWith('/c/')).length"""


def test_arabic_is_one_press_away_mirrored_and_has_the_swedish_beside_it(
    demo: Demo, visitor: VisitorPerson
) -> None:
    visitor.opens(f"{demo.municipal}/?lang=sv")
    visitor.page.get_by_role("button", name="Prata med oss").click()
    visitor.embedded = True
    worried = visitor.scope.get_by_role("button", name="Jag är orolig för någon")
    worried.click()
    frame = visitor.page.frames[-1]
    assert frame.evaluate(CATALOGUES) == 0, "the words of the page's language come with the frame"
    visitor.scope.get_by_role("button", name="العربية").click()
    expect(visitor.scope.get_by_role("button", name=ARABIC_START)).to_be_visible()
    assert frame.evaluate(CATALOGUES) == 2, "which file has them, and that file"
    page = frame.evaluate("() => [document.documentElement.lang, getComputedStyle(document.body).direction]")
    assert page == ["ar", "rtl"]
    chosen = visitor.scope.get_by_role("button", pressed=True)
    assert "لديّ قلق على شخص آخر" in chosen.all_inner_texts(), "what was chosen stays"
    beside = visitor.scope.locator("[lang=sv]", has_text="måste vi berätta det för socialtjänsten")
    expect(beside).to_be_visible()
    axe_finds_nothing(visitor.page)


def test_what_is_written_stays_when_the_language_changes(demo: Demo, visitor: VisitorPerson) -> None:
    visitor.opens(f"{demo.visitor}/?lang=ar")
    visitor.page.get_by_role("button", name=ARABIC_START).click()
    box = visitor.page.get_by_role("textbox")
    box.fill("أنا خائفة")
    assert box.evaluate("(e) => getComputedStyle(e).direction") == "rtl"
    visitor.page.get_by_role("combobox").select_option("fi")
    expect(visitor.page.get_by_role("button", name="Lähetä")).to_be_visible()
    expect(box).to_have_value("أنا خائفة")
    assert visitor.page.evaluate("document.documentElement.dir") == "ltr"
    expect(visitor.page.get_by_role("button", name=ARABIC_SEND)).to_have_count(0)


def test_the_page_without_javascript_offers_every_language_first(demo: Demo, visitor: VisitorPerson) -> None:
    visitor.opens(f"{demo.visitor}/help?lang=sv-x-latt")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "sv")
    visitor.page.get_by_role("navigation").get_by_role("link", name="العربية").click()
    expect(visitor.page.get_by_role("heading", name="مساعدة بالهاتف")).to_be_visible()
    expect(visitor.page.locator("[lang=sv]", has_text="dygnet runt").first).to_be_visible()
    expect(visitor.page.locator("html")).to_have_attribute("dir", "rtl")
