"""What was refused without an end stands on the screen until a person has read it, and the conversation goes on (K7)."""

import json
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, WebSocketRoute, expect

from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, a_visitor

READ = "I have read this"


class Liar:
    """Between a page and its service, and able to say something of its own."""

    def __init__(self, page: Page, path: str) -> None:
        self._socket: WebSocketRoute | None = None
        self._freshness: dict[str, object] = {}
        page.route_web_socket(f"**{path}", self._meets)

    def forges_freshness(self) -> None:
        """The last one once more, as if it were later: its signature does not fit (K4)."""
        fresh = dict(self._freshness["fresh"])  # type: ignore[call-overload]
        fresh["sig"] = ("B" if fresh["sig"][0] == "A" else "A") + fresh["sig"][1:]
        assert self._socket
        self._socket.send(json.dumps({**self._freshness, "type": "freshness", "fresh": fresh}))

    def _meets(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        service = socket.connect_to_server()

        def passes_on(text: str | bytes) -> None:
            said = json.loads(text)
            if said["type"] == "welcome":
                self._freshness = said["freshness"]
            socket.send(text)

        service.on_message(passes_on)


def test_an_alarm_stands_until_it_is_read_and_the_conversation_goes_on(
    demo: Demo, counsellor: CounsellorPerson, new_profile: Callable[..., BrowserContext]
) -> None:
    visitor = a_visitor(new_profile())
    liar = Liar(visitor.page, "/v1/visitor")
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    visitor.sees_the_place(1)
    liar.forges_freshness()
    alarm = visitor.page.get_by_role("alert")
    expect(alarm).to_contain_text("K4")
    counsellor.takes_next()
    visitor.is_talking_with("Amina")
    counsellor.writes("I am here.")
    visitor.sees("I am here.")
    expect(alarm).to_be_visible()
    visitor.page.get_by_role("button", name=READ).click()
    expect(alarm).to_have_count(0)
    expect(visitor.page.get_by_role("heading", name="Conversation with Amina")).to_be_focused()
    liar.forges_freshness()
    expect(alarm).to_contain_text("K4")
    visitor.writes("What does that mean?")
    counsellor.sees("What does that mean?")
    visitor.ends_the_chat()
    counsellor.sees_the_end()
