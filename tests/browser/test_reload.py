"""The counsellor's tab is loaded again, or another one opened, and the conversation goes on (E7, K3)."""

import json
from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import DESK
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, VisitorPerson, a_counsellor

KEPT = """async () => {
  const opened = indexedDB.open("varsam");
  await new Promise((resolve) => { opened.onsuccess = resolve; });
  const all = opened.result.transaction("device").objectStore("device").getAll();
  await new Promise((resolve) => { all.onsuccess = resolve; });
  return all.result.map((kept) => ({
    keys: [kept.signing, kept.sealing].map(({ type, extractable }) => ({ type, extractable })),
    fields: Object.keys(kept).sort(),
    text: new TextDecoder("latin1").decode(kept.sealed),
  }));
}"""


def in_conversation(demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson) -> None:
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    visitor.writes("I am afraid of this summer.")
    counsellor.takes_next()
    visitor.is_talking_with("Amina")
    counsellor.writes("I am here.")
    visitor.sees("I am here.")


def test_a_reloaded_console_goes_on_where_it_was(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    in_conversation(demo, visitor, counsellor)
    counsellor.reloads()
    counsellor.sees("I am afraid of this summer.")
    counsellor.sees("I am here.")
    visitor.sees("Amina came back on a reloaded page.")
    visitor.sees_in_conversation("Amina")
    counsellor.writes("I had to load the page again.")
    visitor.sees("I had to load the page again.")
    visitor.writes("I noticed. Are you still there?")
    counsellor.sees("I noticed. Are you still there?")
    expect(counsellor.page.get_by_role("switch", name="On duty")).to_be_checked()
    expect(counsellor.messages.get_by_role("listitem").filter(has_text="I am here.")).to_contain_text("You")
    counsellor.reloads()
    counsellor.sees("I noticed. Are you still there?")
    counsellor.ends_the_chat()
    visitor.sees_the_end()


def test_a_console_reloaded_while_the_visitor_waits_can_take_them(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    counsellor.page.reload()
    counsellor.takes_next()
    visitor.is_talking_with("Amina")
    visitor.ends_the_chat()


def test_another_tab_takes_over_and_the_older_says_so(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    in_conversation(demo, visitor, counsellor)
    newer = a_counsellor(counsellor.page.context)
    newer.opens(demo.staff)
    # It is the same device, and goes on duty only when it is told to.
    expect(newer.page.get_by_role("switch", name="On duty")).not_to_be_checked()
    newer.goes_on_duty()
    newer.sees("I am afraid of this summer.")
    expect(counsellor.page.get_by_role("heading", name="Moved to another tab")).to_be_visible()
    expect(counsellor.page.get_by_role("alert").first).to_contain_text("another tab")
    newer.writes("I moved to another tab.")
    visitor.sees("I moved to another tab.")
    visitor.sees_in_conversation("Amina")
    newer.ends_the_chat()
    visitor.sees_the_end()


def test_what_is_kept_on_a_staff_machine_can_be_read_by_nobody(
    demo: Demo, new_profile: Callable[..., BrowserContext]
) -> None:
    counsellor = a_counsellor(new_profile(viewport=DESK))
    counsellor.opens(demo.staff).signs_in_as("Amina").goes_on_duty()
    (kept,) = counsellor.page.evaluate(KEPT)
    assert kept["fields"] == ["nonce", "sealed", "sealing", "signing"]
    assert kept["keys"] == [
        {"type": "private", "extractable": False},
        {"type": "secret", "extractable": False},
    ]
    assert "Amina" not in kept["text"]
    assert "varsam" not in kept["text"]
    local, of_this_tab = counsellor.page.evaluate("[{...localStorage}, {...sessionStorage}]")
    assert (local, of_this_tab.keys()) == ({}, {"varsam.shift"})
    kept_shift = json.loads(of_this_tab["varsam.shift"])
    assert kept_shift == {"state": "available", "crises": [], "recognised": [], "links": []}


def test_who_is_signed_out_by_the_service_is_another_device_the_next_time(
    demo: Demo, new_profile: Callable[..., BrowserContext]
) -> None:
    context = new_profile(viewport=DESK)
    counsellor = a_counsellor(context)
    counsellor.opens(demo.staff).signs_in_as("Amina")
    context.clear_cookies()
    counsellor.page.reload()
    expect(counsellor.page.get_by_role("alert")).to_contain_text("signed out")
    counsellor.signs_in_as("Amina").goes_on_duty()
