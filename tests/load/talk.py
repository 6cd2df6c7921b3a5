"""Many sockets that talk at once: what each has yet to say, what it heard, and when all of it has arrived.

Knows how texts begin and nothing else of what they say, so that it serves for Varsam and for others alike.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tests.load.wires import Wire

DONE_SECONDS: Final = 60.0
LOOK_SECONDS: Final = 0.002


@dataclass(frozen=True)
class Manner:
    """How the texts begin that acknowledge what one has said, bring what another has said, or refuse."""

    acknowledges: bytes
    delivers: bytes
    refuses: bytes = b"\0"


@dataclass
class Voice:
    """One socket. `frames`: all that it will ever say, masked; `window` of them are under way at once."""

    wire: Wire
    frames: Iterator[bytes]
    window: int
    manner: Manner
    due: int = 0
    acknowledged: int = 0
    delivered: int = 0

    def listens(self) -> None:
        """Count from now on."""
        self.wire.heard = self.heard

    def heard(self, text: bytes) -> None:
        """Called for every text of the socket."""
        if text.startswith(self.manner.acknowledges):
            self.acknowledged += 1
            self.wire.goes_on()
        elif text.startswith(self.manner.delivers):
            self.delivered += 1
        elif text.startswith(self.manner.refuses):
            raise RuntimeError(text.decode())

    def says(self, count: int) -> None:
        self.due += count
        self.wire.writes([next(self.frames) for _ in range(count)], self.window)


async def talk(voices: Sequence[Voice], counts: Iterable[int]) -> int:
    """Each says so many; returns when all is acknowledged and delivered, with how many messages that were."""
    before = sum(voice.delivered for voice in voices)
    for voice, count in zip(voices, counts, strict=True):
        voice.says(count)
    due = sum(voice.due for voice in voices)
    async with asyncio.timeout(DONE_SECONDS):
        while _arrived(voices) < (due, due):
            if any(voice.wire.lost for voice in voices):
                raise ConnectionError("the service closed a socket")
            await asyncio.sleep(LOOK_SECONDS)
    if _arrived(voices) != (due, due):
        raise RuntimeError("more has arrived than was said")
    return due - before


def _arrived(voices: Sequence[Voice]) -> tuple[int, int]:
    return sum(voice.acknowledged for voice in voices), sum(voice.delivered for voice in voices)
