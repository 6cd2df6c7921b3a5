"""Municipal pages under policies of their own, wrong hashes, and host pages that mean harm."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.demo import Demo
from tests.support.host_pages import IS_FRAME, HostPage, hosted, relayed, snippet_of
from tests.support.people import CounsellorPerson, VisitorPerson

NONCE = "n0nceForOneAnswer"


HOSTILE_HOST = """() => {
    const within = (root) => [...root.querySelectorAll('*')].flatMap(
        (e) => [e, ...(e.shadowRoot ? within(e.shadowRoot) : [])]);
    const frame = within(document).find((e) => e.tagName === 'IFRAME');
    const hostile = ['varsam:ready', {t: 'open'}, {t: 'leave'},
                     {t: 'words', leave: '<img src=x onerror=alert(1)>'}, null, 7, {t: {}}, 'x'.repeat(1e6)];
    for (const words of hostile) {
        frame.contentWindow.postMessage(words, '*');
        window.postMessage(words, '*');
    }
    try { return frame.contentDocument?.body?.textContent ?? null; } catch { return null; }
}"""


def host_lists(demo: Demo) -> str:
    socket = demo.visitor.replace("http", "ws")
    return (
        f"default-src 'none'; style-src 'self'; script-src {demo.visitor}; "
        f"connect-src {demo.visitor} {socket}; frame-src 'self'; base-uri 'none'; form-action 'none'"
    )


def nonces_and_trusted_types(demo: Demo) -> str:
    socket = demo.visitor.replace("http", "ws")
    return (
        f"default-src 'none'; script-src 'nonce-{NONCE}' 'strict-dynamic'; "
        f"connect-src {demo.visitor} {socket}; base-uri 'none'; "
        "require-trusted-types-for 'script'; trusted-types varsam"
    )


@pytest.mark.parametrize("policy", ["none", "host lists", "nonces and trusted types"])
def test_the_chat_works_under_the_host_pages_policy(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson, policy: str
) -> None:
    snippet = snippet_of(demo.municipal)
    header = None
    if policy == "host lists":
        header = host_lists(demo)
    elif policy != "none":
        header = nonces_and_trusted_types(demo)
        snippet = snippet.replace("<script ", f'<script nonce="{NONCE}" ')
    with hosted(HostPage(snippet, header)) as address:
        visitor.opens(address).presses_talk_to_us().starts_the_chat()
        visitor.writes("It works here.")
        counsellor.takes_next()
        counsellor.sees("It works here.")
        visitor.ends_the_chat()
        visitor.sees_the_end()


def test_a_page_that_blocks_us_keeps_its_plain_link(demo: Demo, visitor: VisitorPerson) -> None:
    with hosted(HostPage(snippet_of(demo.municipal), "default-src 'none'")) as address:
        visitor.opens(address)
        link = visitor.page.get_by_role("link", name="Talk to us")
        expect(link).to_be_visible()
        link.click()
        expect(visitor.page.get_by_role("button", name="Start chat")).to_be_visible()


def test_a_changed_loader_does_not_run(demo: Demo, visitor: VisitorPerson) -> None:
    snippet = re.sub(r'integrity="sha384-.{4}', 'integrity="sha384-AAAA', snippet_of(demo.municipal))
    with hosted(HostPage(snippet)) as address:
        visitor.opens(address)
        expect(visitor.page.get_by_role("link", name="Talk to us")).to_be_visible()
        assert visitor.page.get_by_role("button", name="Talk to us").count() == 0


def test_a_changed_frame_runs_nothing_and_the_link_comes_back(demo: Demo, visitor: VisitorPerson) -> None:
    with relayed(demo.visitor, changes=IS_FRAME) as relay, hosted(relay.host_page(demo.municipal)) as address:
        visitor.opens(address)
        visitor.page.evaluate(
            "() => addEventListener('message', (event) => { if (event.data === 'ran') window.ran = true; })"
        )
        visitor.page.get_by_role("button", name="Talk to us").click()
        assert relay.was_asked_for(IS_FRAME)
        expect(visitor.page.get_by_role("link", name="Talk to us").first).to_be_visible()
        assert visitor.page.evaluate("() => window.ran") is None
        expect(visitor.page.get_by_role("link", name="Leave this page").first).to_be_visible()


@pytest.mark.parametrize(
    "attribute",
    [
        'data-root="AAAA"',
        'data-root="&quot;&gt;&lt;script&gt;window.hit=1&lt;/script&gt;"',
        'data-municipality="&quot;&gt;&lt;img src=x onerror=window.hit=1&gt;"',
        'data-lang="&quot; onload=&quot;window.hit=1"',
        'data-lang="xx-unknown"',
    ],
)
def test_hostile_values_in_the_snippet_run_nothing(
    demo: Demo, visitor: VisitorPerson, attribute: str
) -> None:
    name = attribute.split("=")[0]
    snippet = re.sub(rf'{name}="[^"]*"', attribute, snippet_of(demo.municipal))
    assert attribute in snippet
    with hosted(HostPage(snippet)) as address:
        visitor.opens(address)
        shown = visitor.page.get_by_role("button", name="Talk to us").or_(
            visitor.page.get_by_role("link", name="Talk to us")
        )
        expect(shown).to_be_visible()
        if visitor.page.get_by_role("button", name="Talk to us").count():
            visitor.page.get_by_role("button", name="Talk to us").click()
            visitor.page.wait_for_timeout(1_000)
        for frame in visitor.page.frames:
            assert frame.evaluate("() => window.hit") is None


def test_another_root_is_refused_in_words_and_nothing_is_sent(demo: Demo, visitor: VisitorPerson) -> None:
    """Pinned to another organisation, the frame does not talk with this one (K1)."""
    snippet = re.sub(r'data-root="[^"]*"', f'data-root="{"A" * 43}"', snippet_of(demo.municipal))
    sent: list[str | bytes] = []
    visitor.page.on("websocket", lambda socket: socket.on("framesent", lambda payload: sent.append(payload)))
    with hosted(HostPage(snippet)) as address:
        visitor.opens(address).presses_talk_to_us()
        visitor.scope.get_by_role("button", name="Start chat").click()
        expect(visitor.scope.get_by_role("alert").first).to_be_visible()
        assert not [payload for payload in sent if "start" in str(payload)[:40]]


def test_a_hostile_host_page_cannot_drive_or_read_the_frame(demo: Demo, visitor: VisitorPerson) -> None:
    visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us().starts_the_chat()
    visitor.writes("Bara för dig.")
    assert visitor.page.evaluate(HOSTILE_HOST) is None
    visitor.page.wait_for_timeout(500)
    visitor.sees("Bara för dig.")
    expect(visitor.page).to_have_url(re.compile(re.escape(demo.municipal)))
