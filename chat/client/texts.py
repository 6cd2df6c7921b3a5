"""What a page has heard, and what it has on its way: a text that is whole, and an entry from its writing to its place in the log."""

import asyncio
from dataclasses import dataclass

from chat import wire
from chat.crypto.entries import Entry
from chat.crypto.frames import Plain


@dataclass(frozen=True)
class Text:
    """A whole message that could be read. `at`: when the service stored its last part. `read_at`: when it could be read
    here, in seconds of the monotonic clock.
    """

    sender: bytes
    id: bytes
    words: str
    index: int
    at: int
    read_at: float
    person: bytes
    """Whose it is, whatever the key (`Conversation.person`)."""


@dataclass
class Outgoing:
    """One entry on its way. `number`: the order in which its writer wrote. `plain`: what a frame says; None otherwise."""

    number: int
    plain: Plain | None
    stored: asyncio.Future[int]
    """The index, once acknowledged."""
    index: int | None = None
    """In the log as it is now (E9)."""


@dataclass(frozen=True)
class Sent:
    """An entry as it was sent, and is sent again."""

    outgoing: Outgoing
    message: wire.ClientEntry
    entry: Entry
    epoch: int
    again: bool = True
    """Whether it is sent again after a refusal that passes."""
    code: wire.Code | None = None
    """Beside a return key (R1)."""
