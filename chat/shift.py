"""What the console lays ready for a shift: replies to begin from, the list for its end, words after a hard chat, the warning
before a chat is ended for abuse, and what a simulated visitor says. One TOML file of the operator's, or the one that comes along.

Knows shapes and remedies; nothing of it is ever sent by itself.
"""

from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct, field

from chat.errors import ConfigurationError
from chat.tables import Fault, Section, Tables

OURS: Final = (
    Path(__file__).parent / "assets" / "config" / "shift.toml",
    Path(__file__).parent.parent / "config" / "shift.toml",
)
MOST: Final = 200
"""Of each kind: more cannot be looked through while somebody waits."""

Language = Annotated[
    str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{1,8}){0,2}$", description="a language tag such as sv")
]
Role = Literal["counsellor", "supervisor", "interpreter"]
Title = Annotated[str, Meta(min_length=1, max_length=60, description="a title of 1 to 60 characters")]
Text = Annotated[str, Meta(min_length=1, max_length=2_000, description="a text of 1 to 2000 characters")]
Words = Annotated[str, Meta(min_length=1, max_length=300, description="words of 1 to 300 characters")]


class Reply(Section):
    """A text to begin from, and to change, before anybody sends it. `roles`: whom it is offered to; empty: everybody."""

    language: Language
    title: Title
    text: Text
    roles: list[Role] = field(default_factory=list)


class Line(Section):
    """One line of a list, in one language."""

    language: Language
    words: Words


class Shift(Struct, frozen=True, forbid_unknown_fields=True):
    """All of it, in the order of the file."""

    replies: list[Reply] = []
    warning: list[Line] = []
    """What is said before a chat is ended for abuse (Staff 5)."""
    debrief: list[Line] = []
    """After a hard chat (Staff 1)."""
    end: list[Line] = []
    """At the end of a shift."""
    practice: list[Line] = []
    """What a simulated visitor says, one line after each answer."""


def load(path: str) -> Shift:
    """The file at `path`, or the one that comes along where it is empty; ConfigurationError with every `Fault`."""
    file = Path(path) if path else next(each for each in OURS if each.is_file())
    values, found = Tables(Shift, str(file), {}).read(file)
    shift = Shift(**values)
    found += [
        Fault(str(file), name, f"{len(getattr(shift, name))} entries", f"keep {MOST} of them at most")
        for name in Shift.__struct_fields__
        if len(getattr(shift, name)) > MOST
    ]
    if found:
        raise ConfigurationError(found)
    return shift


def faults(path: str) -> list[Fault]:
    """What is wrong with the operator's own file."""
    try:
        load(path)
    except ConfigurationError as error:
        found: list[Fault] = error.args[0]
        return found
    return []


def told(shift: Shift) -> bytes:
    """As the console reads it."""
    return msgspec.json.encode(shift)
