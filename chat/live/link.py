"""What carries texts to and from one browser, whatever it is made of: a socket now, long polling later.

A connection holds one and never learns which. Detecting that the other end is gone is the link's own duty.
"""

from typing import Protocol


class Link(Protocol):
    """Texts in order, both ways."""

    async def receive(self) -> str | None:
        """The next text; None when the other end is gone. Anything that is no text raises `errors.Malformed`."""

    async def send(self, text: str) -> None:
        """Hand one text over; returns when there is room for the next. Raises `ConnectionError` when the other end is gone."""

    async def close(self, code: int, reason: str) -> None:
        """Say goodbye with a close code of `chat/errors.py`."""
