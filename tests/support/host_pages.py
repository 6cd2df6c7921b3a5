"""Municipal pages as they are out there: a small server whose pages embed the demo's real snippet under a
policy of their own.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

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
    with urlopen(f"{municipal}/?lang=en", timeout=5) as answer:
        found = SNIPPET.search(answer.read().decode())
    assert found, "the municipal page has the snippet"
    return found.group()


@contextmanager
def hosted(page: HostPage) -> Iterator[str]:
    """Serve the page at an origin of its own; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = page.html().encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if page.policy:
                self.send_header("Content-Security-Policy", page.policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
