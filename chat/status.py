"""`varsam status`: what is going on at a service that runs on this machine, in words, from what it tells anybody and its operator.

Asks over HTTP and reads no store: the embedded ones belong to the running service. Knows counts and times, and nobody.
"""

import datetime
import re
from collections import Counter
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any, Final

import msgspec

from chat.errors import CeremonyError

ANSWER_SECONDS: Final = 10.0
MOST_BYTES: Final = 1024 * 1024
WORKERS: Final = 64
_FIGURE: Final = re.compile(r'^(varsam_\w+)(?:\{\w+="([\w-]+)"\})? ([0-9.e+]+)$', re.MULTILINE)
_STATES: Final = {
    "closed": "closed",
    "free": "open, and nobody waits",
    "queue": "open, and others wait",
    "full": "full",
    "unstaffed": "open, and nobody is on duty",
}
Figures = Counter[tuple[str, str]]


@dataclass(frozen=True)
class Service:
    """Where a process listens, under which host name visitors ask it, and its first port for figures; 0: there is none."""

    host: str
    port: int
    name: str
    metrics_port: int


def looked_at(service: Service, now: int) -> tuple[list[str], bool]:
    """The lines, and whether the service is ready; CeremonyError where none answers."""
    status, ready = _get(service, service.port, "/readyz")
    stores = _decoded(ready)
    _, told = _get(service, service.port, "/v1/availability.json")
    lines = [
        f"Service: {'ready' if status == 200 else 'not ready'}",
        *(f"  {name}: {words}" for name, words in _faults(stores)),
        *_chat(_decoded(told), now),
        *_figures(service, now),
    ]
    return lines, status == 200


def _faults(stores: dict[str, Any]) -> list[tuple[str, str]]:
    found = [(name, said) for name, said in stores.items() if name != "ready"]
    return [(name, said if isinstance(said, str) else " ".join(said)) for name, said in found]


def _chat(told: dict[str, Any], now: int) -> list[str]:
    lines = [f"Chat: {_STATES.get(told.get('state', ''), 'unknown')}"]
    if told.get("opens"):
        lines.append(f"  opens {_moment(told['opens'], now)}")
    lines.append(f"  in the queue: {told.get('waiting', 0)}")
    answers = told.get("answers") or ["no language that is known"]
    return [*lines, f"  somebody can answer in: {', '.join(answers)}"]


def _figures(service: Service, now: int) -> list[str]:
    if not service.metrics_port:
        return ["Roster, freshness and open pages are shown where [listen] metrics_port is set."]
    found, processes = _all_figures(service)
    fresh, roster = (found["varsam_fresh_until", ""], found["varsam_roster_until", ""])
    return [
        f"Roster: {_until(int(roster) // processes, now)}",
        f"Freshness: {_until(int(fresh) // processes, now)}",
        f"Open pages: {_count(found, 'visitor')} of visitors, {_count(found, 'counsellor')} of staff, at {processes} process"
        + "es" * (processes > 1),
        f"Conversations since the start: {int(found['varsam_conversations_started_total', ''])} begun",
    ]


def _count(found: Figures, side: str) -> int:
    return int(found["varsam_sockets", side])


def _all_figures(service: Service) -> tuple[Figures, int]:
    """Of every process, summed; each has the next port."""
    found: Figures = Counter()
    for number in range(WORKERS):
        try:
            _, text = _get(service, service.metrics_port + number, "/metrics", host="127.0.0.1")
        except CeremonyError:
            if number == 0:
                raise
            return found, number
        for name, label, value in _FIGURE.findall(text.decode()):
            found[name, label] += float(value)  # type: ignore[assignment]
    return found, WORKERS


def _until(at: int, now: int) -> str:
    if not at:
        return "none yet; the chat is closed. See docs/operating.md"
    words = "good until" if at > now else "ended"
    return f"{words} {_moment(at, now)}"


def _moment(at: int, now: int) -> str:
    hours = round(abs(at - now) / 3600)
    span = f"{hours} h" if hours < 72 else f"{round(hours / 24)} days"
    stands = datetime.datetime.fromtimestamp(at, datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"{stands} ({'in ' + span if at > now else span + ' ago'})"


def _get(service: Service, port: int, path: str, host: str = "") -> tuple[int, bytes]:
    where = host or service.host
    connection = HTTPConnection(where, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", path, headers={"host": service.name, "user-agent": "Varsam"})
        answer = connection.getresponse()
        return answer.status, answer.read(MOST_BYTES)
    except (OSError, HTTPException) as error:
        raise CeremonyError(
            f"Nothing answers at {where}:{port}.", "Start it with `varsam serve`, or name its configuration."
        ) from error
    finally:
        connection.close()


def _decoded(content: bytes) -> dict[str, Any]:
    try:
        decoded: dict[str, Any] = msgspec.json.decode(content, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise CeremonyError(
            "What answers there is no Varsam.", "Compare [listen] and [visitor] origin with what is running."
        ) from error
    return decoded
