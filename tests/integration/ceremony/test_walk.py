"""docs/operating.md, typed in its order, by somebody whose coordinator has no screen."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.integration.staff.person import Person
from tests.support.authenticator import Authenticator
from tests.support.walking import Walk


def opens(staff: str, link: str) -> None:
    """A coordinator opens the link: a passkey, and the keys of a machine."""

    async def at_a_browser() -> None:
        async with httpx.AsyncClient(timeout=20) as http:
            cleo = Person(staff, http, time.time, Authenticator(staff))
            assert (await cleo.accepts(link)).status_code == 200
            assert await cleo.is_at_machine() == "waiting"

    asyncio.run(at_a_browser())


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    with ExitStack() as stack:
        yield Walk(tmp_path, stack, opens)


@pytest.mark.timeout(400)
def test_an_organisation_is_set_up_by_typing_what_the_document_says(walk: Walk) -> None:
    walk.goes_on()
    assert "is good for mode development" in walk.shown
    assert "Warning: varsam.toml: organisation" not in walk.shown
    assert "For Cleo, coordinator; good once" in walk.shown
    assert "Cleo: coordinator, may sign freshness (new machine)" in walk.shown
    assert "has it. It counts as soon as" in walk.shown
    assert "Roster 1, good from" in walk.shown
    assert "Roster 2 with 2 machines" in walk.shown
    for path in walk.path.glob("*.key"):
        assert path.stat().st_mode & 0o777 == 0o600, path
