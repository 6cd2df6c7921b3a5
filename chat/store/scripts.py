"""Lua scripts, kept beside their users, and what they answer. It knows no key and no connection."""

import hashlib
from importlib.resources import files
from typing import Any, NamedTuple, Self

from chat import errors

_REFUSALS: dict[bytes, type[errors.PeerFault]] = {
    fault.code.encode(): fault
    for fault in (
        errors.UnknownConversation,
        errors.OtherBytes,
        errors.StaleEpoch,
        errors.NotAMember,
        errors.Gap,
        errors.Full,
        errors.LostEntries,
        errors.StaleOffer,
        errors.LeaseLost,
        errors.WrongMoment,
        errors.QueueFull,
        errors.CodeLocked,
        errors.CallbackUnknown,
        errors.CallbackCancelled,
        errors.CallbackOver,
        errors.CallbackTaken,
        errors.CallbackNotHeld,
        errors.CallbacksFull,
        errors.StaleVersion,
        errors.StaleChallenge,
        errors.NotInvited,
    )
}


Answer = Any
"""What the store answers: bytes, int, None, or a list of these."""


class Script(NamedTuple):
    """One script; `sha` is what the store knows it by."""

    text: str
    sha: str

    @classmethod
    def load(cls, *names: str, **constants: int | str) -> Self:
        """The `.lua` files of these names, one after another, with each `$NAME$` replaced by its constant."""
        folder = files("chat.store")
        text = "\n".join((folder / f"{name}.lua").read_text() for name in names)
        for name, value in constants.items():
            text = text.replace(f"${name}$", str(value))
        return cls(text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())


def refuse(reply: Answer) -> Answer:
    """`reply`, unless it is a refusal `{"refused", code}`: then the fault with that code."""
    if type(reply) is list and reply and reply[0] == b"refused":
        raise _REFUSALS[reply[1]]
    return reply
