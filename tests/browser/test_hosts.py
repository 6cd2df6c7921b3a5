"""Municipal pages under policies of their own, wrong hashes, and host pages that mean harm."""

import re

import pytest
from playwright.sync_api import expect

from chat.web.assets import Assets
from chat.web.headers import SANDBOX as SANDBOX_POLICY
from tests.support.demo import Demo
from tests.support.host_pages import IS_FRAME, HostPage, hosted, relayed, snippet_of
from tests.support.people import CounsellorPerson, VisitorPerson

NONCE = "n0nceForOneAnswer"
SANDBOX = SANDBOX_POLICY.removeprefix("sandbox ")


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


OWN_FRAME = r"""([origin, path, root, sandbox]) => {
    window.said = [];
    const frame = document.createElement('iframe');
    if (sandbox) frame.setAttribute('sandbox', sandbox);
    frame.style.cssText = 'inline-size:360px;block-size:600px';
    addEventListener('message', (event) => {
        window.said.push(event.data);
        if (event.data !== 'varsam:ready') return;
        const channel = new MessageChannel();
        window.port = channel.port1;
        window.port.onmessage = ({data}) => window.said.push(data);
        frame.contentWindow.postMessage('varsam:port', '*', [channel.port2]);
    });
    frame.srcdoc = `<!doctype html><body><script src="${origin}/${path}" crossorigin="anonymous" data-origin="${origin}"
        data-root="${root}" data-lang="en" data-embedded="1"><\/script>`;
    document.body.append(frame);
}"""
"""A page without a loader of ours, which makes the frame itself and holds its port."""

ORDERS = """() => {
    const kinds = ['start', 'write', 'send', 'text', 'read', 'end', 'view', 'words', 'origin', 'lang', '__proto__', 'constructor'];
    for (let n = 0; n < 2000; n++) {
        const t = kinds[n % kinds.length];
        window.port.postMessage({t, n, text: 'Hit', words: 'Hit', leave: 'Hit', html: '<img src=x onerror=alert(1)>'});
    }
    window.port.postMessage({t: 'shift', n: 99});
    window.port.postMessage(new ArrayBuffer(1e6));
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


@pytest.mark.parametrize(
    "policy", [pytest.param("none", marks=pytest.mark.soak), "host lists", "nonces and trusted types"]
)
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


def pinned(demo: Demo) -> tuple[str, str]:
    """The frame's path and the root that the demo's snippet pins."""
    root = re.search(r'data-root="([^"]+)"', snippet_of(demo.municipal))
    assert root
    return Assets.load().index.frame["en"].path, root.group(1)


def test_whoever_holds_the_port_reads_nothing_and_orders_nothing(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    """Beyond open, close, cover and leave there is nothing to say to the frame, and it says nothing of what is written."""
    with hosted(HostPage("")) as address:
        visitor.opens(address)
        visitor.page.evaluate(OWN_FRAME, [demo.visitor, *pinned(demo), SANDBOX])
        visitor.embedded = True
        visitor.page.wait_for_function("() => window.said.some(({t}) => t === 'alive')")
        visitor.page.evaluate(ORDERS)
        expect(visitor.scope.get_by_role("button", name="Start chat")).to_be_visible()
        visitor.starts_the_chat()
        visitor.writes("Bara för dig.")
        visitor.page.evaluate(ORDERS)
        counsellor.takes_next()
        counsellor.sees("Bara för dig.")
        counsellor.writes("Jag läser.")
        visitor.sees("Jag läser.")
        visitor.page.evaluate(ORDERS)
        visitor.page.wait_for_timeout(300)
        assert visitor.page.get_by_text("Hit").count() == 0
        said = visitor.page.evaluate("() => window.said.slice(1)")
        assert {message["t"] for message in said} <= {"alive", "words", "shift"}
        whole = str(said)
        for secret in ("Bara för dig", "Jag läser", "Amina"):
            assert secret not in whole, secret
        assert visitor.page.evaluate("() => document.querySelector('iframe').contentDocument") is None
        visitor.page.evaluate("() => window.port.postMessage({t: 'leave'})")
        counsellor.sees_the_end()
        expect(visitor.scope.get_by_text("Bara för dig.")).to_have_count(0)


def test_out_of_its_sandbox_the_frame_does_not_run(demo: Demo, visitor: VisitorPerson) -> None:
    with hosted(HostPage("")) as address:
        visitor.opens(address)
        for sandbox in ("", "allow-scripts allow-same-origin"):
            with visitor.page.expect_event("pageerror") as refused:
                visitor.page.evaluate(OWN_FRAME, [demo.visitor, *pinned(demo), sandbox])
            assert "sandbox" in str(refused.value)
        visitor.page.wait_for_timeout(300)
        assert visitor.page.evaluate("() => window.said") == []


def test_a_frame_whose_loader_is_silent_covers_itself_with_the_way_out(
    demo: Demo, visitor: VisitorPerson
) -> None:
    """And where the page's own frames may not leave it (Leave 3)."""
    with hosted(HostPage("")) as address:
        visitor.opens(address)
        caged = SANDBOX.replace(" allow-top-navigation-by-user-activation", "")
        visitor.page.evaluate(OWN_FRAME, [demo.visitor, *pinned(demo), caged])
        visitor.embedded = True
        visitor.starts_the_chat()
        visitor.writes("Bara för dig.")
        visitor.scope.get_by_role("link", name="Leave this page").click()
        way_out = visitor.scope.get_by_role("link", name="Leave this page")
        expect(visitor.scope.locator("body")).to_have_text("Leave this page")
        expect(way_out).to_have_count(1)
        expect(way_out).to_have_attribute("target", "_top")
        assert visitor.page.frames[-1].evaluate("() => document.elementFromPoint(5, 5).matches('.cover')"), (
            "the whole of it is covered"
        )
        expect(visitor.page).to_have_url(address)


@pytest.mark.parametrize(
    "query",
    [
        "lang=%22%3E%3Cscript%3Ewindow.hit=1%3C/script%3E",
        "lang=en&municipality=%22%20onload=%22window.hit=1",
        "lang=en&root=AAAA&origin=https://evil.example&embedded=1&accent=url(x)",
        "lang=../../../etc/passwd&lang=en&lang=__proto__",
        "lang=" + "x" * 4000,
    ],
)
def test_hostile_values_in_the_address_change_nothing(demo: Demo, visitor: VisitorPerson, query: str) -> None:
    visitor.opens(f"{demo.visitor}/?{query}")
    button = visitor.page.get_by_role("button", name=re.compile("Start chat|Starta chatten|Börja"))
    expect(button).to_be_visible()
    assert visitor.page.evaluate("() => window.hit") is None
    assert visitor.page.evaluate("() => document.documentElement.lang") in ("en", "sv")
    script = visitor.page.content()
    assert "evil.example" not in script
