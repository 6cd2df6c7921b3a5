"""`varsam status`: what is going on, in counts and times, and a failure where the service is not there or not ready."""

import re
from pathlib import Path

import pytest

from chat.status import Service, looked_at
from tests.integration.server.commands import run, varsam
from tests.integration.server.house import House, free_port
from tests.integration.server.people import a_counsellor, a_visitor

EXAMPLE = str(Path(__file__).parents[3] / "config" / "varsam.example.toml")


def test_the_command_says_how_a_service_stands_that_runs_here() -> None:
    port, figures = free_port(), free_port()
    environment = {
        "VARSAM_LISTEN__PORT": str(port),
        "VARSAM_LISTEN__METRICS_PORT": str(figures),
        "VARSAM_VISITOR__ORIGIN": f"http://127.0.0.1:{port}",
        "VARSAM_STAFF__ORIGIN": f"http://localhost:{port}",
    }
    gone = run("status", "--config", EXAMPLE, environment=environment)
    assert gone.returncode == 1
    assert f"Nothing answers at 127.0.0.1:{port}" in gone.stderr
    assert "varsam serve" in gone.stderr
    with varsam("serve", "--config", EXAMPLE, environment=environment) as command:
        command.answers(f"http://127.0.0.1:{port}/readyz")
        told = run("status", "--config", EXAMPLE, environment=environment)
    assert told.returncode == 0, told.stderr
    for words in (
        "Service: ready",
        "live: ok",
        "ledger: ok",
        "Chat: closed",
        "Roster: none yet",
        "Open pages: 0 of",
    ):
        assert words in told.stdout
    assert "Freshness: none yet" in told.stdout


@pytest.mark.asyncio(loop_scope="module")
async def test_it_counts_pages_and_names_nobody(house: House) -> None:
    import asyncio

    listen = house.config.listen
    service = Service("127.0.0.1", listen.port, f"127.0.0.1:{listen.port}", 0)
    async with a_counsellor(house), a_visitor(house) as visitor:
        await visitor.starts()
        lines, ready = await asyncio.to_thread(looked_at, service, int(house.clock()))
    assert ready
    text = "\n".join(lines)
    assert "Chat: open, and others wait" in text
    assert "in the queue: 1" in text
    assert "metrics_port" in text
    assert not re.search(r"Amina|[A-Za-z0-9_-]{43}", text)
