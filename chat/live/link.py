"""What carries texts to and from one browser, whatever it is made of: a socket or long polling.

A connection holds one and never learns which. Detecting that the other end is gone is the link's own duty.
"""

from typing import Protocol


class Link(Protocol):
    """Texts in order, both ways."""

    async def receive(self) -> str | None:
        """The next text; None when the other end is gone. Anything that is no text raises `errors.Malformed`."""

    def write(self, text: str, /) -> bool:
        """Hand a text over; False: there is no room, and it was not taken."""

    async def room(self) -> None:
        """Returns when `write` takes more. Raises `ConnectionError` when the other end is gone."""

    async def close(self, code: int, reason: str) -> None:
        """Say goodbye with a close code of `chat/errors.py`."""
