"""No log line can hold what somebody wrote, where they are, or who they are."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
import structlog

from chat import logs

SECRET = "det här får ingen se"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Standard error, as the service logs to it."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stderr = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    logs.set_up()
    yield stderr
    structlog.reset_defaults()
    root.handlers, root.level = before


def fails(error: Exception) -> None:
    raise error


def lines(written: io.StringIO) -> list[dict[str, object]]:
    assert SECRET not in written.getvalue()
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_field_that_is_not_on_the_list_is_left_out(written: io.StringIO) -> None:
    structlog.get_logger().warning("refused", code="gap", text=SECRET, address="10.0.0.7", sid="x")
    (line,) = lines(written)
    assert set(line) == {"event", "level", "timestamp", "code"}


def test_an_exception_is_its_type_and_where_it_passed_and_never_its_words(written: io.StringIO) -> None:
    try:
        fails(ValueError(SECRET))
    except ValueError:
        structlog.get_logger().error("bug", exc_info=True)
    (line,) = lines(written)
    assert line["error"] == "ValueError"
    assert "test_logs.py" in str(line["where"])


def test_a_librarys_message_is_never_repeated(written: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").warning("%s - connected", SECRET)
    try:
        fails(RuntimeError(SECRET))
    except RuntimeError:
        logging.getLogger("uvicorn.error").exception("failed with %s", SECRET)
    first, second = lines(written)
    assert first["event"] == second["event"] == "uvicorn.error"
    assert second["error"] == "RuntimeError"


DIES = f"from chat import logs; logs.set_up(); raise ExceptionGroup('{SECRET}', [ValueError('{SECRET}')])"
WORKER_DIES = f"""
from multiprocessing import get_context
from chat.app import Addresses
from chat.serving import worker
from chat.config import Config
died = get_context("spawn").Process(target=worker, args=(Config(), Addresses("{SECRET}", ""), None, 0))
died.start()
died.join()
raise SystemExit(died.exitcode)
"""


@pytest.mark.parametrize("dies", [DIES, WORKER_DIES], ids=["alone", "worker"])
def test_what_ends_a_process_is_told_without_its_words(dies: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", dies], capture_output=True, text=True, timeout=30, check=False
    )
    (line,) = lines(io.StringIO(ended.stderr))
    assert (ended.returncode, line["level"], line["error"]) == (1, "critical", "ValueError")
