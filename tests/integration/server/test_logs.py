"""Nothing that could lead to a person stands in a log, a key or a value (Trace 7): whatever is asked, also wrongly."""

import shutil
import tempfile
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.support.demo import Demo, demo_running
from tests.support.eavesdropper import Eavesdropper

AGENT = "AgentOfAVeryRarePhone/7.3"
REFERRER = "https://familjens-dator.example/sida"
ADDRESS = "203.0.113.77"


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    folder = Path(tempfile.mkdtemp(prefix="vt"))
    try:
        with demo_running(folder) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def asks(demo: Demo, method: str, path: str, body: bytes = b"", **more: str) -> tuple[int, str]:
    """The status, and this end's address as the server sees it."""
    connection = HTTPConnection("127.0.0.1", demo.port, timeout=30)
    connection.connect()
    host, port = connection.sock.getsockname()
    connection.request(method, path, body, {"User-Agent": AGENT, "Referer": REFERRER, **more})
    status = connection.getresponse().status
    connection.close()
    return status, f"{host}:{port}"


def test_no_log_line_carries_an_address_or_a_user_agent(demo: Demo) -> None:
    upgrade = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol": "varsam.v1",
    }
    answers = [
        asks(demo, "GET", "/"),
        asks(demo, "GET", "/no-such-page"),
        asks(demo, "POST", "/v1/leave", b"not a notice"),
        asks(demo, "GET", "/v1/roster/none"),
        asks(demo, "GET", "/", b"", **{"X-Forwarded-For": ADDRESS}),
        asks(demo, "GET", "/v1/visitor", b"", Origin=REFERRER, **upgrade),
        asks(demo, "POST", "/staff/demo/sign-in", b"{", Origin=REFERRER),
    ]
    assert answers[0][0] == 200
    assert all(status >= 400 for status, _ in answers[1:])

    listener = Eavesdropper(demo.store_sockets())
    kept = b"\n".join(listener.heard())
    listener.stops()
    log = (demo.folder / "demo.log").read_bytes()
    assert str(demo.port).encode() in log, "there is a log, and it was written"
    for marker in (AGENT, REFERRER, "familjens-dator", ADDRESS, *(address for _, address in answers)):
        assert marker.encode() not in log
        assert marker.encode() not in kept
