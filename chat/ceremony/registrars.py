"""What `varsam check` says of an organisation's registrars, by their public halves (K2). Knows files and documents."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from chat.ceremony import opening
from chat.crypto.chain import DAY, Registrar
from chat.crypto.encoding import b64
from chat.errors import CeremonyError
from chat.tables import Fault

WANTED: Final = 2
ENDS_SOON_SECONDS: Final = 30 * DAY
KEY: Final = "organisation.registrars"


def faults(root: str, paths: Sequence[str], source: str, now: int) -> list[Fault]:
    """Files that are not the public half of a registrar of this root that is good now."""
    found = []
    for path in paths:
        try:
            _opened(root, path, now)
        except CeremonyError as error:
            found.append(Fault(source, KEY, repr(path), f"{error.fault} {error.advice}"))
    return found


def warnings(root: str, paths: Sequence[str], source: str, now: int) -> list[Fault]:
    """Too few, or one that ends soon. Where there is no root, there is no organisation yet."""
    if not root:
        return []
    found = []
    good = {}
    for path in paths:
        try:
            registrar = _opened(root, path, now)
        except CeremonyError:
            continue
        good[registrar.hash] = registrar
        if registrar.span.end - now < ENDS_SOON_SECONDS:
            remedy = f"it ends on {opening.moment(registrar.span.end)}: make the next one with `varsam keys registrar`"
            found.append(Fault(source, KEY, repr(path), remedy))
    if len(good) < WANTED:
        remedy = "name the public halves (.pub) of two: with one, a lost file or passphrase is the end of all rosters"
        found.append(Fault(source, KEY, f"{len(good)} good ones", remedy))
    return found


def _opened(root: str, path: str, now: int) -> Registrar:
    place = Path(path)
    file = opening.read(place, "registrar-key")
    if b64(opening.root_of(file, place).hash) != root:
        raise CeremonyError(f"{path} is a registrar of another root.", "Name those of organisation.root.")
    return opening.registrar_of(file, place, now)
