"""Pictures of every screen, taken from a real conversation in a running demo.

`make screenshots` writes each screen at 320, 360 and 1280 px, light and dark, to
`build/screenshots/`; with `ARGS=--languages` it writes every screen of the
visitor's in every language, and with `ARGS=--readme` the two pictures of the README to `docs/pictures/`.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.support.chromium import CHROMIUM_FLAGS, chromium_path
from tests.support.demo import Demo, demo_running
from tests.support.people import a_counsellor, a_visitor
from tools.language_pictures import take_languages

ROOT = Path(__file__).parents[1]
HEIGHT = {320: 568, 360: 740, 1280: 800}
WORDS = {
    "en": (
        "I think they will take me abroad this summer. I am 15.",
        "I am glad you write. Can anyone see your screen right now?",
        "No. My brother is home at four.",
        "Then we have time. If the line breaks: do not write again today unless you are alone.",
    ),
    "sv": (
        "Jag tror att de tänker ta mig utomlands i sommar. Jag är 15.",
        "Vad bra att du skriver. Kan någon se din skärm just nu?",
        "Nej. Min bror kommer hem klockan fyra.",
        "Då har vi tid. Om det bryts: skriv inte igen i dag om du inte är ensam.",
    ),
}


def picture(page: Page, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")
    print(f"  {(folder / name).relative_to(ROOT)}.png")


def take_all(browser: Browser, demo: Demo, folder: Path, width: int, theme: str) -> None:
    """One conversation from the municipal page to its end, a picture at every step."""
    size: ViewportSize = {"width": width, "height": HEIGHT[width]}
    contexts = [browser.new_context(viewport=size, color_scheme=theme, locale="en-GB") for _ in range(2)]  # type: ignore[arg-type]
    visitor, counsellor = a_visitor(contexts[0]), a_counsellor(contexts[1])
    early, question, answer, plan = WORDS["en"]
    where = folder / f"{width}-{theme}"

    counsellor.opens(demo.staff)
    expect(counsellor.page.get_by_role("button", name="Sign in as Amina")).to_be_visible()
    picture(counsellor.page, where, "console-1-sign-in")
    counsellor.signs_in_as("Amina")
    picture(counsellor.page, where, "console-2-off-duty")
    counsellor.goes_on_duty()
    picture(counsellor.page, where, "console-3-on-duty")

    visitor.opens(f"{demo.municipal}/?lang=en")
    expect(visitor.page.get_by_role("button", name="Talk to us")).to_be_visible()
    picture(visitor.page, where, "visitor-1-municipal-page")
    visitor.presses_talk_to_us()
    expect(visitor.scope.get_by_role("button", name="Start chat")).to_be_visible()
    picture(visitor.page, where, "visitor-2-start")
    visitor.starts_the_chat()
    visitor.writes(early)
    visitor.sees_state(early, "Sent")
    picture(visitor.page, where, "visitor-3-queue")
    expect(counsellor.page.get_by_role("button", name="Take next")).to_be_enabled()
    picture(counsellor.page, where, "console-4-someone-waits")
    counsellor.takes_next()
    counsellor.sees(early)
    counsellor.writes(question)
    visitor.sees(question)
    visitor.writes(answer)
    counsellor.sees(answer)
    counsellor.writes(plan)
    visitor.sees(plan)
    picture(visitor.page, where, "visitor-4-conversation")
    picture(counsellor.page, where, "console-5-conversation")
    counsellor.scope.get_by_role("button", name="End the chat").click()
    picture(counsellor.page, where, "console-6-end-dialog")
    counsellor.page.get_by_role("dialog").get_by_role("button", name="End the chat").click()
    visitor.sees_the_end()
    picture(visitor.page, where, "visitor-5-ended")
    picture(counsellor.page, where, "console-7-ended")

    for language in ("sv", "ar"):
        visitor.page.goto(f"{demo.visitor}/?lang={language}")
        expect(visitor.page.get_by_role("button").first).to_be_visible()
        picture(visitor.page, where, f"standalone-start-{language}")
    for context in contexts:
        context.close()


def take_for_readme(browser: Browser, demo: Demo, folder: Path) -> None:
    """Both sides of one conversation, beside each other in the README."""
    phone = browser.new_context(viewport={"width": 360, "height": 740}, device_scale_factor=2, locale="en-GB")
    desk = browser.new_context(
        viewport={"width": 1180, "height": 740}, device_scale_factor=1.5, locale="en-GB"
    )
    visitor, counsellor = a_visitor(phone), a_counsellor(desk)
    early, question, answer, plan = WORDS["en"]
    counsellor.opens(demo.staff).signs_in_as("Amina").goes_on_duty()
    visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us().starts_the_chat()
    visitor.writes(early)
    counsellor.takes_next()
    counsellor.writes(question)
    visitor.sees(question)
    visitor.writes(answer)
    counsellor.sees(answer)
    counsellor.writes(plan)
    visitor.sees(plan)
    counsellor.sees_state(plan, "Read")
    picture(visitor.page, folder, "visitor")
    picture(counsellor.page, folder, "console")
    phone.close()
    desk.close()


@contextmanager
def a_browser_and_a_demo() -> Iterator[tuple[Browser, Demo]]:
    folder = Path(tempfile.mkdtemp(prefix="vs"))
    try:
        with demo_running(folder) as demo, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
            yield browser, demo
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    with a_browser_and_a_demo() as (browser, demo):
        if "--readme" in sys.argv:
            take_for_readme(browser, demo, ROOT / "docs" / "pictures")
            return
        if "--languages" in sys.argv:
            folder = ROOT / "build" / "screenshots" / "languages"
            folder.mkdir(parents=True, exist_ok=True)
            take_languages(browser, demo, folder)
            return
        for width in HEIGHT:
            for theme in ("light", "dark"):
                take_all(browser, demo, ROOT / "build" / "screenshots", width, theme)


if __name__ == "__main__":
    main()
