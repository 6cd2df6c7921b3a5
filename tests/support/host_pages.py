"""Municipal pages as they are out there: a small server whose pages embed the demo's real snippet under a
policy of their own.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from re import Pattern
from urllib.request import urlopen

IS_FRAME = re.compile(r"^/f/[0-9a-f]+\.js$")
SNIPPET = re.compile(r"<a\b[^>]*\bdata-varsam\b[^>]*>.*?</a>\s*<script\b[^>]*></script>", re.DOTALL)


@dataclass
class HostPage:
    """One page; `policy` is its Content-Security-Policy, `{nonce}` in `snippet` and policy is the same fresh
    word.
    """

    snippet: str
    policy: str | None = None

    def html(self) -> str:
        head = '<meta charset="utf-8"><title>Host</title><meta name="viewport" content="width=device-width">'
        body = f'<main><h1>Host</h1><input aria-label="Search">{self.snippet}</main>'
        return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'


def snippet_of(municipal: str) -> str:
    """The pinned snippet as the demo's municipal page carries it."""
    with urlopen(f"{municipal}/?lang=en", timeout=30) as answer:
        found = SNIPPET.search(answer.read().decode())
    assert found, "the municipal page has the snippet"
    return found.group()


class Relay:
    """The visitor's origin seen through a network that means harm: some answers hang, some come changed."""

    def __init__(self, origin: str, hangs: Pattern[str] | None, changes: Pattern[str] | None) -> None:
        self.origin = origin
        self.address = ""
        self.closing = threading.Event()
        self._hangs = hangs
        self._changes = changes
        self._asked: list[str] = []

    def host_page(self, municipal: str) -> HostPage:
        """A page whose loader, and with it everything else, comes through this network."""
        return HostPage(snippet_of(municipal).replace(self.origin, self.address))

    def was_asked_for(self, path: Pattern[str]) -> bool:
        """Whether such a path is asked for, within a minute."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if any(path.search(asked) for asked in self._asked):
                return True
            time.sleep(0.02)
        return False

    def answers(self, handler: BaseHTTPRequestHandler) -> None:
        self._asked.append(handler.path)
        if self._hangs and self._hangs.search(handler.path):
            self.closing.wait(60)
            return
        connection = HTTPConnection(self.origin.removeprefix("http://"), timeout=30)
        connection.request("GET", handler.path, headers={"Origin": "null"})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if self._changes and self._changes.search(handler.path):
            body = b"top.postMessage('ran', '*');" + body
        handler.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"content-length", "date"}:
                handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


@contextmanager
def relayed(
    origin: str, hangs: Pattern[str] | None = None, changes: Pattern[str] | None = None
) -> Iterator[Relay]:
    """Stand between a browser and the visitor's origin."""
    relay = Relay(origin, hangs, changes)
    with serving(relay.answers) as address:
        relay.address = address
        yield relay
        relay.closing.set()


@contextmanager
def serving(answers: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """A server on loopback for as long as it is needed; yields its origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


@contextmanager
def hosted(page: HostPage) -> Iterator[str]:
    """Serve the page at an origin of its own; yields its address."""

    def answers(handler: BaseHTTPRequestHandler) -> None:
        body = page.html().encode()
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.send_header("Content-Length", str(len(body)))
        if page.policy:
            handler.send_header("Content-Security-Policy", page.policy)
        handler.end_headers()
        handler.wfile.write(body)

    with serving(answers) as address:
        yield f"{address}/"
