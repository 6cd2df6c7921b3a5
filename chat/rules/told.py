"""PURE: what a visitor told before the first word, of closed lists only (Before 3, 7, 8), and what staff can answer.

All of it may be missing, and nothing of it lets anybody in or keeps anybody out.
"""

from typing import Final, Literal

from msgspec import Struct

Age = Literal["under-15", "15-17", "18-25", "over-25"]
Gender = Literal["woman", "man"]
Triage = Literal["danger", "watched", "abroad"]
"""In danger now · someone can see my screen · being taken abroad soon."""
Takes = Literal["both", "visitors", "work"]
"""Whom a counsellor answers: both, but of those who ask in their work one at a time · nobody who asks in their work · nobody else."""
State = Literal["available", "finishing", "break"]
"""Of a counsellor on duty. Only who is available is given anybody."""
Wish = Literal["language", "gender", "without", "work"]
"""What may keep everybody on duty from answering somebody; `work`: nobody takes those who ask in their work."""

OTHER: Final = "other"
"""A municipality that is none of the service's."""


class Told(Struct, frozen=True, omit_defaults=True):
    """`municipality`: its four digits, or `other`; `languages`: one of these at least; `without`: by H(name) (`crypto/names`)
    whom the visitor does not want."""

    age: Age | None = None
    municipality: str | None = None
    gender: Gender | None = None
    languages: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    triage: tuple[Triage, ...] = ()

    @property
    def urgency(self) -> int:
        """0 comes first, `CALM` is everybody who told nothing."""
        if "danger" in self.triage:
            return 0
        return 1 if self.triage else CALM


class Skills(Struct, frozen=True, omit_defaults=True):
    """What somebody of staff can answer: a record of the organisation's, and no part of a certificate (K3). `languages`: empty is
    those of the organisation."""

    languages: tuple[str, ...] = ()
    gender: Gender | None = None
    takes: Takes = "both"


CALM: Final = 2
NOTHING: Final = Told()
