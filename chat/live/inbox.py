"""What a browser sends, read strictly: one decoder for each side, and an entry's exact bytes kept as they came.

Knows `chat/wire.py` and who may send which of its messages; carries nothing out.
"""

from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct

from chat import errors, wire
from chat.crypto.encoding import unb64
from chat.rules import roles
from chat.rules.ids import Sid

ENTRY_BYTES: Final = wire.MESSAGE_BYTES - 256
"""An entry comes back inside another message, which must keep the limit too."""


UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What a decoder raises for bytes that are no message."""


class Append(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="append"):
    """`wire.Append`, whose entry stays the bytes that were sent: they are what is stored and passed on."""

    ref: wire.Ref
    sid: wire.Digest
    entry: Raw
    code: wire.Code | None = None


class Frame(wire.Frame, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="frame"):
    """`wire.Frame`, whose alphabet is looked at when it is decoded and not before: that would cost more than the rest."""

    header: Annotated[str, Meta(max_length=512)]
    ciphertext: Annotated[str, Meta(max_length=5_600)]
    sig: Annotated[str, Meta(min_length=86, max_length=86)]


VisitorMessage = (
    wire.Start | wire.Tell | wire.Follow | Append | wire.Close | wire.Leave | wire.Ask | wire.Ping
)  # fmt: skip
CounsellorMessage = (
    wire.DutyOn | wire.DutyOff | wire.SetState | wire.Take | wire.Release | wire.Decline | wire.Lost | wire.SetAside | wire.Ask | wire.Join | wire.Unask
    | wire.Invite | wire.Follow | Append | wire.Close | wire.Ping
)  # fmt: skip
GuestMessage = wire.Enter | wire.Follow | Append | wire.Ping

visitor_decoder: Final = msgspec.json.Decoder(VisitorMessage)
counsellor_decoder: Final = msgspec.json.Decoder(CounsellorMessage)
guest_decoder: Final = msgspec.json.Decoder(GuestMessage)
_entry_decoder: Final = msgspec.json.Decoder(
    Frame | wire.Announcement | wire.Offer | wire.ReturnKey | wire.Refusal | wire.Guest
)
_type_decoder: Final = msgspec.json.Decoder(dict[str, object])
_TYPES: Final = frozenset(
    kind.__struct_config__.tag
    for kind in (*wire.VisitorMessage.__args__, *wire.CounsellorMessage.__args__, wire.Enter)
)

Message = TypeVar("Message")


def read(decoder: msgspec.json.Decoder[Message], role: roles.Role, text: str) -> Message:
    """The message in a text. `WrongRole` for another side's message, `Malformed` for anything else that is none."""
    try:
        return decoder.decode(text)
    except UNREADABLE as error:
        _refuse_role(role, text)
        raise errors.Malformed from error


def _refuse_role(role: roles.Role, text: str) -> None:
    try:
        kind = _type_decoder.decode(text).get("type")
    except UNREADABLE:
        return
    if isinstance(kind, str) and kind in _TYPES:
        roles.check_message(role, kind)


def read_entry(raw: Raw) -> wire.ClientEntry:
    """The entry of an append."""
    if len(raw) > ENTRY_BYTES:
        raise errors.Oversize
    try:
        entry: wire.ClientEntry = _entry_decoder.decode(raw)
    except UNREADABLE as error:
        raise errors.Malformed from error
    return entry


def conversation(sid: str) -> tuple[Sid, bytes]:
    """A conversation's id as keys name it, and its 32 bytes; only the canonical form is one."""
    return Sid(sid), unb64(sid)


def tag(message: Struct) -> str:
    """The wire type of a message that was read."""
    return str(message.__struct_config__.tag)
