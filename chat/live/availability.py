"""How it stands now, for somebody who has not begun: closed, free, a queue, full, or nobody there (Before 4).

Knows the hours, the queue's length and who is on duty; changes nothing.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from chat import bodies
from chat.live.desk import within_minutes
from chat.live.node import Node
from chat.rules.limits import QUEUE_PLACES
from chat.store.duty import OnDuty

State = Literal["closed", "free", "queue", "full", "unstaffed"]


class Offered(Struct, frozen=True):
    """What the operator offers: `languages` to read, `numbers` to call, and `municipalities` by their digits."""

    languages: list[str]
    numbers: list[bodies.NumberToCall]
    municipalities: dict[str, str] = {}


async def availability(node: Node, offered: Offered) -> bodies.Availability:
    """The answer to everybody, in the same words."""
    waiting = await node.queue.length()
    staff = await node.duty.available(node.now)
    state = _state(node, waiting, bool(staff))
    places = await node.queue.places(node.now) if state == "queue" else []
    return bodies.Availability(
        open=state not in ("closed", "full"),
        state=state,
        waiting=waiting,
        languages=offered.languages,
        numbers=offered.numbers,
        answers=languages_of(staff) if state in ("free", "queue") else [],
        municipalities=offered.municipalities,
        opens=None if node.hours.open_at(node.clock()) else node.hours.opens_after(node.clock()),
        within=await within_minutes(node, places, staffed=state == "queue"),
    )


def languages_of(staff: Sequence[OnDuty]) -> list[str]:
    """In which somebody of these can answer: most of them first."""
    counts = Counter(tag for who in staff for tag in who.skills.languages)
    return [tag for tag, _ in counts.most_common()]


def _state(node: Node, waiting: int, staffed: bool) -> State:
    if not node.can_begin:
        return "closed"
    if waiting >= QUEUE_PLACES:
        return "full"
    if not staffed:
        return "unstaffed"
    return "queue" if waiting else "free"
