"""Pictures of every screen, taken from a real conversation in a running demo.

`make screenshots` writes each screen at 320, 360 and 1280 px, light and dark, to
`build/screenshots/`, and beside each what a screen reader has of it, as text; with `ARGS=--languages` it writes every screen of the
visitor's in every language, with `ARGS=--docs` those of README and docs to `docs/pictures/`; `--readme`, `--office`, `--shift` and `--callback` are
its parts.
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
from tools.callback_pictures import SHOWN, take_callback
from tools.language_pictures import take_languages
from tools.office_pictures import Picture, take_office
from tools.png import squeezed
from tools.shift_pictures import take_shift

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs" / "pictures"
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
    trees = [frame.locator("body").aria_snapshot() for frame in page.frames]
    (folder / f"{name}.txt").write_text("\n\nin the frame:\n\n".join(trees) + "\n", encoding="utf-8")
    print(f"  {(folder / name).relative_to(ROOT)}.png")


def picture_for_docs(page: Page, folder: Path, name: str) -> None:
    """Without what a screen reader has, and small: it stands in the repository."""
    made = squeezed(page.screenshot())
    (folder / f"{name}.png").write_bytes(made)
    print(f"  {(folder / name).relative_to(ROOT)}.png: {len(made):,} bytes")


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
    phone = browser.new_context(
        viewport={"width": 360, "height": 740}, device_scale_factor=1.5, locale="en-GB"
    )
    desk = browser.new_context(viewport={"width": 1180, "height": 740}, device_scale_factor=1, locale="en-GB")
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
    picture_for_docs(visitor.page, folder, "visitor")
    picture_for_docs(counsellor.page, folder, "console")
    phone.close()
    desk.close()


def readme(browser: Browser, demo: Demo) -> None:
    take_for_readme(browser, demo, DOCS)


def office(browser: Browser, _: Demo) -> None:
    for folder, size, take in small_and_large("office"):
        take_office(browser, folder, size, take)


def shift(browser: Browser, _: Demo) -> None:
    for folder, size, take in small_and_large("shift"):
        take_shift(browser, folder, size, take)


def callback(browser: Browser, demo: Demo) -> None:
    """The docs show the form on a phone and the desk; each the other way round is to be looked at."""
    phone, desk = ViewportSize(width=360, height=HEIGHT[360]), ViewportSize(width=1280, height=1100)
    take_callback(browser, demo, ROOT / "build" / "screenshots" / "callback-wide", desk, phone, picture)
    kept = ROOT / "build" / "screenshots" / "callback"
    take_callback(browser, demo, kept, phone, desk, picture)
    for name in SHOWN:
        (DOCS / f"{name}.png").write_bytes(squeezed((kept / f"{name}.png").read_bytes()))


FOR_DOCS = {"--readme": readme, "--office": office, "--shift": shift, "--callback": callback}


def small_and_large(name: str) -> Iterator[tuple[Path, ViewportSize, Picture]]:
    """The docs show a desk; a phone's width is to be looked at."""
    yield ROOT / "build" / "screenshots" / f"360-{name}", {"width": 360, "height": HEIGHT[360]}, picture
    yield DOCS, {"width": 1280, "height": HEIGHT[1280]}, picture_for_docs


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
        if asked := [part for name, part in FOR_DOCS.items() if {name, "--docs"} & {*sys.argv}]:
            for part in asked:
                part(browser, demo)
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
