"""Nothing of a conversation stands on the disk of whoever had it (Trace 1): every file of the browser's profile is searched,
after it is closed, for every sentence that was written, every key that can be known from outside, and the words of the chat.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, expect

from tests.support.chromium import CHROMIUM_FLAGS, chromium_path
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, a_visitor
from tests.support.profile import files_of, where

LOCALES = Path(__file__).parents[2] / "chat" / "locales"
PLANTED = "Den här meningen är planterad på disken och måste hittas."
EARLY = "Ingen i huset vet att jag skriver hit i kväll."
QUESTION = "Kan någon se skärmen där du sitter just nu?"
DRAFT = "Det här hann jag aldrig skicka iväg till er."
NUMBER = "070-174 06 05"
SECRETS = re.compile(r'"(?:sid|capability|token|leave_token)":"([\w-]{20,})"')
LONG = 24


def words_of_the_chat() -> set[str]:
    """Sentences of the interface, but for those that the loader carries along."""
    catalogue = json.loads((LOCALES / "en.json").read_text(encoding="utf-8"))

    def flat(words: object) -> set[str]:
        if isinstance(words, str):
            return {part for part in re.split(r"\{\w+\}", words) if len(part) >= LONG}
        assert isinstance(words, dict)
        return {part for one in words.values() for part in flat(one)}

    return flat(catalogue["visitor"]) | flat(catalogue["shared"])


def test_the_disk_keeps_no_sentence_no_key_and_no_word_of_the_chat(
    demo: Demo, chromium: Browser, counsellor: CounsellorPerson, empty_queue: None, tmp_path: Path
) -> None:
    sent: list[str] = []
    profile = tmp_path / "profile"
    browser = chromium.browser_type.launch_persistent_context(
        str(profile), executable_path=chromium_path(), args=CHROMIUM_FLAGS
    )
    visitor = a_visitor(browser)
    visitor.page.on("websocket", lambda socket: socket.on("framesent", lambda text: sent.append(str(text))))
    visitor.opens(f"{demo.municipal}/?lang=en")
    visitor.page.evaluate("words => localStorage.setItem('planted', words)", PLANTED)
    visitor.presses_talk_to_us().starts_the_chat()
    visitor.writes(EARLY)
    counsellor.takes_next()
    counsellor.sees(EARLY)
    counsellor.writes(QUESTION)
    visitor.sees(QUESTION)
    visitor.writes(f"Ring {NUMBER}.")
    visitor.scope.get_by_role("dialog").get_by_role("button", name="Change it").click()
    visitor.scope.get_by_role("textbox", name="Write a message").fill(DRAFT)
    visitor.ends_the_chat()
    visitor.sees_the_end()
    browser.close()

    files = files_of(profile)
    assert where(files, PLANTED), "what stands on the disk is found"
    assert {path.split("/")[1] for path in where(files, "varsam:port")} == {"Cache"}, "the loader alone"
    for words in (EARLY, QUESTION, DRAFT, NUMBER):
        assert not where(files, words), words
    whole = {"all": b"\0".join(files.values())}
    for words in words_of_the_chat():
        assert not where(whole, words), words
    secrets = {secret for message in sent for secret in SECRETS.findall(message)}
    assert len(secrets) >= 2, "keys that the service is told are known here"
    for secret in secrets:
        assert not where(files, secret)


def test_the_trace_table_stands_on_the_start_screen_and_without_javascript(
    demo: Demo, new_profile: Callable[..., BrowserContext]
) -> None:
    visitor = a_visitor(new_profile()).opens(f"{demo.visitor}/?lang=en")
    plain = new_profile(java_script_enabled=False).new_page()
    plain.goto(f"{demo.visitor}/help?lang=sv")
    expect(plain.get_by_role("heading", name="Spår: vad som försvinner och inte")).to_be_visible()
    for page, words in (
        (visitor.page, ("file of ours in the browser", "in the phone’s list", "browser’s history")),
        (plain, ("fil från oss i webbläsaren", "i mobilens lista", "webbläsarens historik")),
    ):
        for said in words:
            expect(page.get_by_text(said).last).to_be_visible()
