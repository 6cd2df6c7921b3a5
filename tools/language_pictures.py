"""Pictures of every screen of the visitor's in every language, on a phone: `make screenshots ARGS=--languages`.

They are taken from real conversations in a running demo, and written to `build/screenshots/languages/`, with a page that shows
them all (`index.html`). Looked at before a release: cut words, overflow, what should be mirrored.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, a_counsellor

ROOT = Path(__file__).parents[1]
LOCALES = ROOT / "chat" / "locales"
PHONE = {"width": 360, "height": 740}
WHOLE = {"width": 360, "height": 3_600}
"""High enough that what scrolls is seen at once."""
CLOSED = {"open": False, "state": "closed", "waiting": 0, "answers": [], "opens": 1_795_000_000}


def take_languages(browser: Browser, demo: Demo, folder: Path) -> None:
    """Start, closed, queue, conversation, return code, end and the page without JavaScript, once for each catalogue."""
    desk = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    counsellor = a_counsellor(desk).opens(demo.staff).signs_in_as("Amina").goes_on_duty()
    tags = sorted(path.stem for path in LOCALES.glob("*.json"))
    for number, tag in enumerate(tags, 1):
        words = json.loads((LOCALES / f"{tag}.json").read_text(encoding="utf-8"))
        _take_one(browser, demo, folder, counsellor, number, words)
    desk.close()
    _lay_out(folder, tags)


def _lay_out(folder: Path, tags: list[str]) -> None:
    """All of them on one page, a row for each language, a column for each screen."""
    names = sorted({path.stem.removeprefix(f"{tags[0]}-") for path in folder.glob(f"{tags[0]}-*.png")})
    cells = {tag: "".join(f"<td><img src={tag}-{name}.png alt width=240>" for name in names) for tag in tags}
    rows = "".join(f"<tr><th>{tag}{row}" for tag, row in cells.items())
    head = "<tr><th>" + "".join(f"<th>{name}" for name in names)
    page = f'<!doctype html><meta charset="utf-8"><title>Every screen</title><table>{head}{rows}</table>'
    (folder / "index.html").write_text(page, encoding="utf-8")
    print(f"  {(folder / 'index.html').relative_to(ROOT)}")


def _take_one(
    browser: Browser,
    demo: Demo,
    folder: Path,
    counsellor: CounsellorPerson,
    number: int,
    words: dict[str, Any],
) -> None:
    tag, visitor = words["language"]["tag"], words["visitor"]
    context = browser.new_context(viewport=PHONE, locale="sv-SE")  # type: ignore[arg-type]
    page = context.new_page()

    def picture(name: str) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        page.screenshot(path=folder / f"{tag}-{name}.png")
        print(f"  {tag}-{name}" + ("  scrolls sideways" if wide else ""))

    page.goto(f"{demo.visitor}/help?lang={tag}")
    picture("help")
    page.goto(f"{demo.visitor}/?lang={tag}")
    start = page.get_by_role("button", name=visitor["start"]["button"], exact=True)
    expect(start).to_be_visible()
    picture("start")
    page.set_viewport_size(WHOLE)  # type: ignore[arg-type]
    picture("start-whole")
    page.locator("summary").first.click()
    expect(page.get_by_text(words["wishes"]["intro"], exact=True)).to_be_visible()
    picture("wishes")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    start.click()
    box = page.get_by_role("textbox", name=words["shared"]["write"])
    box.fill(visitor["start"]["entrance"]["self"])
    page.get_by_role("button", name=words["shared"]["send"], exact=True).click()
    expect(page.get_by_text(words["shared"]["state"]["sent"], exact=True)).to_be_visible()
    picture("queue")
    counsellor.takes_next(number)
    counsellor.writes("Hej! Kan någon se din skärm just nu?")
    expect(page.get_by_text("Hej! Kan någon", exact=False)).to_be_visible()
    picture("conversation")
    _take_code(page, picture, words)
    page.get_by_role("button", name=words["shared"]["end"]["button"], exact=True).click()
    picture("end-dialog")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=words["shared"]["end"]["button"], exact=True).click()
    expect(page.get_by_role("heading", name=words["shared"]["ended"])).to_be_visible()
    picture("ended")
    _close(page, tag)
    page.goto(f"{demo.visitor}/?lang={tag}")
    expect(page.get_by_role("heading", name=visitor["closed"]["heading"])).to_be_visible()
    picture("closed")
    page.get_by_role("button", name=visitor["code"]["have"], exact=True).click()
    page.get_by_role("textbox", name=words["returning"]["back"]["label"]).fill("abborre xqzw")
    page.get_by_role("button", name=words["returning"]["back"]["button"], exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    picture("come-back")
    context.close()


def _take_code(page: Page, picture: Callable[[str], None], words: dict[str, Any]) -> None:
    """The return code: its risk, and then the code itself."""
    get = words["returning"]["get"]
    page.get_by_role("button", name=words["visitor"]["code"]["get"], exact=True).click()
    dialog = page.get_by_role("dialog", name=get["heading"])
    expect(dialog).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 1_400})
    picture("get-code")
    dialog.get_by_role("button", name=get["button"], exact=True).click()
    expect(dialog.get_by_role("list", name=get["yours"])).to_be_visible()
    picture("code")
    dialog.get_by_role("button", name=get["done"], exact=True).click()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]


def _close(page: Page, tag: str) -> None:
    """From now on this page is told that the service is closed."""
    answer = json.dumps({**CLOSED, "languages": ["sv", tag]})
    headers = {"access-control-allow-origin": "*"}
    page.route(
        "**/v1/availability.json",
        lambda route: route.fulfill(body=answer, headers=headers, content_type="application/json"),
    )
