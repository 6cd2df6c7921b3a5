"""How it stands now, for somebody who has not begun: closed, free, a queue, full, or nobody there (Before 4).

Knows the hours, the queue's length and who is on duty; changes nothing.
"""

from typing import Literal

from msgspec import Struct

from chat import wire
from chat.live.desk import within_minutes
from chat.live.node import Node
from chat.rules.limits import QUEUE_PLACES

State = Literal["closed", "free", "queue", "full", "unstaffed"]


class Offered(Struct, frozen=True):
    """What the operator offers: `languages` to read, `answers` that staff can answer in, and `numbers` to call."""

    languages: list[str]
    answers: list[str]
    numbers: list[wire.NumberToCall]


async def availability(node: Node, offered: Offered) -> wire.Availability:
    """The answer to everybody, in the same words."""
    waiting = await node.queue.length()
    state = await _state(node, waiting)
    places = await node.queue.places(node.now) if state == "queue" else []
    return wire.Availability(
        open=state not in ("closed", "full"),
        state=state,
        waiting=waiting,
        languages=offered.languages,
        numbers=offered.numbers,
        answers=offered.answers if state in ("free", "queue") else [],
        opens=None if node.hours.open_at(node.clock()) else node.hours.opens_after(node.clock()),
        within=await within_minutes(node, places, staffed=state == "queue"),
    )


async def _state(node: Node, waiting: int) -> State:
    if not node.can_begin:
        return "closed"
    if waiting >= QUEUE_PLACES:
        return "full"
    if not await node.duty.everybody(node.now):
        return "unstaffed"
    return "queue" if waiting else "free"
