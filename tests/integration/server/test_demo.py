"""`varsam demo` as anybody would run it: three addresses, this machine only, and nothing left behind."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psutil
import pytest

from chat.web.polling import WAIT_SECONDS
from tests.integration.server.commands import Command, gone, run, varsam
from tests.support.demo import free_port_pair


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Command, int]]:
    """One demo for the tests that only ask."""
    with demo() as started:
        yield started


def demo(*arguments: str) -> "Started":
    return Started(*arguments)


class Started:
    """A demo that is up."""

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments

    def __enter__(self) -> tuple[Command, int]:
        self.port = free_port_pair()
        self._running = varsam("demo", "--port", str(self.port), *self._arguments)
        command = self._running.__enter__()
        command.answers(f"http://127.0.0.1:{self.port}/readyz")
        return command, self.port

    def __exit__(self, *error: object) -> None:
        self._running.__exit__(None, None, None)


def test_the_three_addresses_are_printed_and_answer(shared: tuple[Command, int]) -> None:
    command, port = shared
    for address in (
        f"http://127.0.0.1:{port + 1}/",
        f"http://127.0.0.1:{port}/",
        f"http://localhost:{port}/staff",
    ):
        assert address in command.said()
        for language in ("sv", "en"):
            answer = httpx.get(f"{address}?lang={language}")
            assert answer.status_code == 200
            assert f'lang="{language}"' in answer.text


def test_every_page_says_that_it_is_a_demo(shared: tuple[Command, int]) -> None:
    _, port = shared
    for address in (
        f"http://127.0.0.1:{port + 1}/",
        f"http://127.0.0.1:{port + 1}/weather",
        f"http://127.0.0.1:{port}/",
    ):
        assert "demo" in httpx.get(address).text.lower()
    assert 'data-demo="1"' in httpx.get(f"http://localhost:{port}/staff").text


def test_the_municipal_page_carries_the_pinned_snippet(shared: tuple[Command, int]) -> None:
    _, port = shared
    page = httpx.get(f"http://127.0.0.1:{port + 1}/?lang=en").text
    assert f'<a href="http://127.0.0.1:{port}/?lang=en" data-varsam>Talk to us</a>' in page
    script = page.partition("<script ")[2].partition(">")[0]
    attributes = dict(part.partition("=")[::2] for part in script.replace('"', "").split())
    assert attributes["data-municipality"] == "1490"
    assert len(attributes["data-root"]) == 43
    assert attributes["integrity"].startswith("sha384-")
    loader = httpx.get(attributes["src"])
    assert loader.status_code == 200
    assert loader.headers["access-control-allow-origin"] == "*"


def test_leaving_goes_to_the_weather(shared: tuple[Command, int]) -> None:
    _, port = shared
    answer = httpx.get(f"http://127.0.0.1:{port}/leave")
    assert (answer.status_code, answer.headers["location"]) == (303, f"http://127.0.0.1:{port + 1}/weather")
    assert httpx.get(answer.headers["location"]).status_code == 200


def test_it_listens_on_this_machine_only(shared: tuple[Command, int]) -> None:
    command, port = shared
    listening = {
        connection.laddr
        for process in [psutil.Process(command.process.pid), *command.children()]
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert {(address.ip, address.port) for address in listening} == {
        ("127.0.0.1", port),
        ("127.0.0.1", port + 1),
    }


@pytest.mark.parametrize("offset", [0, 1])
def test_another_host_and_a_proxy_are_refused(shared: tuple[Command, int], offset: int) -> None:
    _, port = shared
    address = f"http://127.0.0.1:{port + offset}/"
    for headers in ({"host": "evil.example"}, {"forwarded": "for=1.2.3.4"}, {"x-forwarded-for": "1.2.3.4"}):
        assert httpx.get(address, headers=headers).status_code == 403


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_and_leaves_nothing(number: signal.Signals) -> None:
    with demo() as (command, _):
        below = command.children()
        assert below
        assert command.stops(number) == 0
        gone(below)
        assert command.left_behind() == []
        assert "Traceback" not in command.said()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_who_waits_in_a_poll_is_answered_when_it_stops_and_nothing_is_logged(workers: str) -> None:
    with demo("--workers", workers) as (command, port), ThreadPoolExecutor(1) as beside:
        page = {"id": "A" * 43, "known": {}}
        address, headers = f"http://127.0.0.1:{port}/v1/visitor/poll", {"origin": "null"}
        page["known"] = httpx.post(address, json=page, headers=headers).json()["known"]
        waiting = beside.submit(httpx.post, address, json=page, headers=headers, timeout=20)
        time.sleep(0.5)
        assert not waiting.done()
        began = time.monotonic()
        assert command.stops() == 0
        assert waiting.result().json()["messages"] == []
        assert time.monotonic() - began < WAIT_SECONDS / 2
        assert '"level"' not in command.said()


def test_it_leaves_no_process_behind_after_kill_9() -> None:
    with demo() as (command, port):
        below = command.children()
        assert len(below) >= 2
        os.kill(command.process.pid, signal.SIGKILL)
        command.process.wait(5)
        gone(below)
        deadline = time.monotonic() + 10
        while command.left_behind() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert command.left_behind() == []
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))


def test_a_port_in_use_is_told_with_the_remedy() -> None:
    port = free_port_pair()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port + 1))
        taken.listen()
        ended = run("demo", "--port", str(port))
    assert ended.returncode == 1
    assert f"127.0.0.1:{port + 1}" in ended.stderr
    assert "another port" in ended.stderr
    assert "Traceback" not in ended.stderr
