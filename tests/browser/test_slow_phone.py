"""On a slow phone, with a processor six times slower than this machine's (W1, Leave 3): while a request to be called is sealed and
worked for, no task of the page holds up *Leave this page* for a tenth of a second; the work takes two seconds at most.

What else runs on this machine makes every figure worse and none better, so of several tries the best one counts.
"""

import re
from collections.abc import Callable
from functools import partial
from statistics import median

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from tests.support.callers import Asking
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, a_visitor

pytestmark = pytest.mark.soak

SLOWER = 6
TRIES = 5
LEAVE_MS = 100
WORK_MS = 2_000
WEATHER = re.compile(r".*/weather")
MOMENTS_MS = (0, 40, 150, 400)
"""So long after *Send the request* somebody comes in: while it is sealed, and while it is worked for."""
WATCHES = """() => {
    window.longest = 0;
    new PerformanceObserver((list) => list.getEntries().forEach(({duration}) => { longest = Math.max(longest, duration); }))
        .observe({type: 'longtask'});
    const ask = window.fetch;
    window.fetch = async (...asked) => {
        const kept = /callbacks$/.test(String(asked[0]));
        if (kept) window.worked = performance.now() - challenged;
        const answer = await ask(...asked);
        if (/challenge$/.test(String(asked[0]))) window.challenged = performance.now();
        return answer;
    };
}"""
LEFT = """() => addEventListener('click', ({target, timeStamp}) => {
    if (target.closest('a')) new MutationObserver(() => {
        if (document.querySelector('.cover')) console.log(`covered ${performance.now() - timeStamp}`);
    }).observe(document.body, {childList: true});
}, true)"""


@pytest.fixture
def ready(
    demo: Demo, new_profile: Callable[..., BrowserContext], counsellor: CounsellorPerson
) -> Callable[[str], Page]:
    """A request that is written, on a page that is slow from now on."""
    counsellor.page.goto("about:blank")

    def opens(script: str) -> Page:
        visitor = a_visitor(new_profile())
        asking = Asking(visitor.opens(f"{demo.visitor}/?lang=en")).begins()
        asking.gives()
        asking.is_free_now()
        asking.skips_to_the_end()
        visitor.page.evaluate(script)
        client = visitor.page.context.new_cdp_session(visitor.page)
        client.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        return visitor.page

    return opens


def _keeps(said: list[str], message: ConsoleMessage) -> None:
    said.append(message.text)


def test_no_task_is_longer_than_leave_may_take_and_the_work_takes_two_seconds(
    demo: Demo, ready: Callable[[str], Page]
) -> None:
    longest, worked = [], []
    for _ in range(TRIES):
        page = ready(WATCHES)
        page.get_by_role("button", name="Send the request", exact=True).click()
        expect(page.get_by_role("status", name="Your code")).to_be_visible()
        longest.append(page.evaluate("longest"))
        worked.append(page.evaluate("worked"))
        page.close()
        demo.forgets_calls()
    print(
        "longest tasks, ms:",
        [round(one) for one in longest],
        "sealed and worked, ms:",
        [round(one) for one in worked],
    )
    assert min(longest) <= LEAVE_MS
    assert median(worked) <= WORK_MS


@pytest.mark.parametrize("moment", MOMENTS_MS)
def test_leave_covers_the_page_in_a_tenth_of_a_second_while_it_is_sealed_and_worked_for(
    demo: Demo, ready: Callable[[str], Page], moment: int
) -> None:
    took = []
    for _ in range(TRIES):
        page = ready(LEFT)
        said: list[str] = []
        page.on("console", partial(_keeps, said))
        box = page.get_by_role("link", name="Leave this page").first.bounding_box()
        assert box
        page.get_by_role("button", name="Send the request", exact=True).click(no_wait_after=True)
        page.wait_for_timeout(moment)
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(page).to_have_url(WEATHER)
        took += [float(text.split()[1]) for text in said if text.startswith("covered")][:1]
        page.close()
        demo.forgets_calls()
    print(f"{moment} ms after sending, covered after, ms:", [round(one) for one in took])
    assert min(took) <= LEAVE_MS
