"""A browser driven by W3C WebDriver, as far as the visitor's path needs it: things are found as a person finds them, by role and name.

It knows HTTP and the driver's program, and nothing of chats.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tests.support.screen import screen

WAIT_SECONDS = 30.0
LOOK_SECONDS = 0.1
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
SHIFT = "\ue008"
ENTER = "\ue007"
Found = TypeVar("Found")

FINDERS = {
    "button": "button",
    "link": "a[href]",
    "textbox": "textarea, input",
    "heading": "h1, h2, h3",
    "region": "section, [role=region]",
}
"""Where a role may be looked for. What is found must have the role and the name as the engine itself computes them."""
IN_SHADOWS = """
    const found = [];
    const look = (root) => {
        found.push(...root.querySelectorAll(arguments[0]));
        for (const one of root.querySelectorAll('*')) if (one.shadowRoot) look(one.shadowRoot);
    };
    look(document);
    return found;
"""
"""The loader's controls stand in shadow roots, which a selector does not enter."""


TO_THE_MIDDLE = "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})"


class DriverRefused(Exception):
    """The driver answered with an error, of this kind."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind


class Element:
    """Something in the page, or in the frame that was entered."""

    def __init__(self, window: "Window", reference: str) -> None:
        self._window, self._reference = window, reference

    def press(self) -> None:
        # WebKitGTK's driver does not scroll far enough inside of what scrolls.
        self._window.evaluate(TO_THE_MIDDLE, self.as_argument())
        self._window.ask("POST", f"/element/{self._reference}/click")

    def write(self, text: str) -> None:
        self._window.ask("POST", f"/element/{self._reference}/value", {"text": text})

    def role(self) -> str:
        return str(self._window.ask("GET", f"/element/{self._reference}/computedrole"))

    def name(self) -> str:
        return str(self._window.ask("GET", f"/element/{self._reference}/computedlabel"))

    def value(self) -> str:
        return str(self._window.ask("GET", f"/element/{self._reference}/property/value"))

    def as_argument(self) -> dict[str, str]:
        return {ELEMENT: self._reference}


class Window:
    """The one window of a session."""

    def __init__(self, client: httpx.Client, session: str) -> None:
        self._client, self._session = client, session

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One command of WebDriver."""
        content = (body or {}) if method == "POST" else None
        answer = self._client.request(method, f"/session/{self._session}{path}", json=content)
        value = answer.json()["value"]
        if answer.is_error:
            raise DriverRefused(value["error"], value["message"])
        return value

    def opens(self, address: str) -> None:
        self.leaves_the_frame()
        self.ask("POST", "/url", {"url": address})

    def goes_back(self) -> None:
        self.leaves_the_frame()
        self.ask("POST", "/back")

    def goes_forward(self) -> None:
        self.leaves_the_frame()
        self.ask("POST", "/forward")

    def address(self) -> str:
        return str(self.ask("GET", "/url"))

    def title(self) -> str:
        return str(self.ask("GET", "/title"))

    def enters_the_frame(self) -> None:
        """From now on things are looked for in the first frame of the page, also one in a shadow root."""
        self.leaves_the_frame()
        frame = self._until(lambda: self._all("iframe"), "a frame")[0]
        self.ask("POST", "/frame", {"id": frame.as_argument()})

    def frames(self) -> int:
        """How many there are, in shadow roots too."""
        return len(self._all("iframe"))

    def leaves_the_frame(self) -> None:
        self.ask("POST", "/frame", {"id": None})

    def evaluate(self, script: str, *arguments: Any) -> Any:
        """`script` is the body of a function."""
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def finds(self, role: str, name: str) -> Element:
        """What has this role, and a name that begins so. It is waited for."""
        found = self._until(lambda: self._match(role, name), f"{role} {name!r}")
        assert found
        return found

    def sees(self, text: str) -> None:
        self._until(lambda: text in self.text(), f"the text {text!r}")

    def sees_no(self, text: str) -> None:
        self._until(lambda: text not in self.text(), f"no text {text!r}")

    def text(self) -> str:
        return str(self.evaluate("return document.body ? document.body.innerText : ''"))

    def presses_keys(self, *keys: str) -> None:
        """Each pressed and let go, wherever the focus is."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.ask("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def arrives_at(self, ending: str) -> None:
        self._until(lambda: self.address().endswith(ending), f"the address {ending}")

    def _match(self, role: str, name: str) -> Element | None:
        for one in self._all(FINDERS[role]):
            # What nobody can see has neither, and WebKitGTK answers with an error.
            with suppress(DriverRefused):
                if one.role() == role and one.name().startswith(name):
                    return one
        return None

    def _all(self, selector: str) -> list[Element]:
        return [Element(self, one[ELEMENT]) for one in self.evaluate(IN_SHADOWS, selector)]

    def _until(self, look: Callable[[], Found], what: str) -> Found:
        """Look again until there is something; a page that is just going away is looked at again."""
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            refused = ""
            try:
                if found := look():
                    return found
            except DriverRefused as error:
                refused = str(error)
            assert time.monotonic() < deadline, f"there was never {what} {refused}"
            time.sleep(LOOK_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def webkit(home: Path) -> Iterator[Window]:
    """One window of WebKitGTK's own small browser, with a home of its own."""
    with screen() as display, httpx.Client(timeout=60, trust_env=False) as client:
        port = _free_port()
        environment = {**os.environ, "DISPLAY": display, "HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
        driver = subprocess.Popen([webkit_path() or "", f"--port={port}"], env=environment)
        try:
            client.base_url = httpx.URL(f"http://127.0.0.1:{port}")
            session = _session(client)
            window = Window(client, session)
            yield window
            client.delete(f"/session/{session}")
        finally:
            driver.terminate()
            driver.wait()


def webkit_path() -> str | None:
    return shutil.which("WebKitWebDriver")


def _session(client: httpx.Client) -> str:
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            answer = client.post("/session", json={"capabilities": {"alwaysMatch": {}}})
        except httpx.ConnectError:
            assert time.monotonic() < deadline, "the driver does not listen"
            time.sleep(LOOK_SECONDS)
            continue
        assert answer.is_success, answer.text
        return str(answer.json()["value"]["sessionId"])
