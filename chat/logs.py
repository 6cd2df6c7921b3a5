"""How the service logs: one JSON object a line, on standard error, with named fields of a closed list.

No text, key, number, address or id has a field, so none can be logged; what a library says is reduced to what kind of thing
happened and where in the code.
"""

import logging
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Final

import structlog
from structlog.typing import EventDict, WrappedLogger

FIELDS: Final = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "error",
        "where",
        "cause",
        "work",
        "step",
        "mode",
        "workers",
        "origin",
        "code",
    }
)


def set_up(level: int = logging.INFO) -> None:
    """For the whole process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _where,
            _only_named,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_Libraries()], level=logging.WARNING, force=True)
    sys.excepthook = died


def _where(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """An exception becomes its type and the places it passed: its message may hold what somebody sent."""
    failed = event.pop("exc_info", None)
    error = sys.exc_info()[1] if failed is True else failed
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["where"] = places(error.__traceback__)
    return event


def died(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
    """What ends the process; Python itself would print the error's words."""
    structlog.get_logger().critical("died", exc_info=error)


def _only_named(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {name: value for name, value in event.items() if name in FIELDS}


def places(trace: TracebackType | None) -> list[str]:
    """Where an exception passed: file, function and line, innermost last."""
    return [
        f"{Path(frame.filename).name}:{frame.name}:{frame.lineno}"
        for frame in traceback.extract_tb(trace)[-8:]
    ]


class _Libraries(logging.Handler):
    """What libraries log: who, and which exception, never the message."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        structlog.get_logger().log(record.levelno, record.name, exc_info=error)
