"""`varsam audit verify`: reads the whole chain of a ledger and says whether it holds (Data 4). Knows a configuration's ledger."""

import re
from contextlib import AsyncExitStack
from pathlib import Path

from chat.config import Config
from chat.errors import CeremonyError
from chat.store import audit
from chat.store.audit import Audit, Broken, Head
from chat.store.connections import Store
from chat.store.embedded import EmbeddedServer


def noted_head(told: str) -> Head | None:
    """A head as `varsam audit verify` prints it; empty: none was noted."""
    if not told:
        return None
    found = re.fullmatch(r"(\d{1,15}):([0-9a-f]{64})", told.strip())
    if found is None:
        raise CeremonyError(
            f"--noted {told} is no head.", "Give it as it was printed: a number, a colon, 64 characters."
        )
    return Head(int(found[1]), found[2])


async def verified(config: Config, noted: Head | None) -> Head:
    """The chain's head; CeremonyError that names the entry where it breaks."""
    async with AsyncExitStack() as stack:
        url = config.ledger.url
        if not url:
            url = (await stack.enter_async_context(_kept(config))).url
        ledger = await stack.enter_async_context(Store(url))
        try:
            return await Audit(ledger).verify(noted)
        except Broken as broken:
            raise CeremonyError(
                f"The audit does not hold: {broken}.",
                "Keep a copy of the ledger as it is, and find out who could write to it.",
            ) from broken


def verified_export(path: Path, noted: Head | None) -> Head:
    """The same of a file that a coordinator's page has given out; no ledger is asked."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise CeremonyError(
            f"{path} cannot be read ({error.strerror}).", "Name the file that the console gave."
        ) from error
    try:
        return audit.verified(lines, noted)
    except Broken as broken:
        raise CeremonyError(
            f"The audit does not hold: {broken}.",
            "Export it once more; if it is the same, keep a copy of the ledger, and find out who could write to it.",
        ) from broken


def _kept(config: Config) -> EmbeddedServer:
    if not config.embedded.folder:
        raise CeremonyError(
            "This configuration names no ledger that is kept.",
            "Set ledger.url, or embedded.folder, as `varsam serve` has it.",
        )
    program = Path(config.embedded.server) if config.embedded.server else None
    return EmbeddedServer(Path(config.embedded.folder), ledger=True, server=program)
