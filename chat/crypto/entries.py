"""The entries of a log as they come (S1), and what a log makes of each.

PURE. Shapes only; what may follow what is for `log.py`.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from chat.crypto.chain import Signed
from chat.crypto.encoding import Realm, dec, text, uint
from chat.crypto.epochs import Announcement, Offer
from chat.crypto.frames import Header, Plain, frame_bytes
from chat.crypto.signing import ReturnKey
from chat.errors import VerificationError

ServiceKind = Literal["leased", "returned", "left-quickly", "closed", "time"]
SERVICE_KINDS: tuple[ServiceKind, ...] = get_args(ServiceKind)


# What goes in


@dataclass(frozen=True)
class FrameEntry:
    """F1–F3."""

    header: bytes
    ciphertext: bytes
    sig: bytes


@dataclass(frozen=True)
class AnnouncementEntry:
    """E2."""

    doc: bytes
    sig: bytes
    wraps: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class OfferEntry:
    """E5, with the documents that stand beside it."""

    doc: bytes
    sig: bytes
    documents: tuple[Signed, ...] = ()


@dataclass(frozen=True)
class ReturnKeyEntry:
    """R1."""

    doc: bytes
    sig: bytes


@dataclass(frozen=True)
class RefusalEntry:
    """E6: the visitor's no."""

    doc: bytes
    sig: bytes


@dataclass(frozen=True)
class GuestEntry:
    """E6: a member's word for a guest."""

    doc: bytes
    sig: bytes


@dataclass(frozen=True)
class ServiceEntry:
    """F6: unsigned."""

    doc: bytes


Entry = (
    FrameEntry | AnnouncementEntry | OfferEntry | ReturnKeyEntry | RefusalEntry | GuestEntry | ServiceEntry
)


def entry_bytes(realm: Realm, entry: Entry) -> bytes:
    """F4: what an entry puts into the head; never a signature."""
    if isinstance(entry, FrameEntry):
        return frame_bytes(realm, entry.header, entry.ciphertext)
    return entry.doc


# What comes out


@dataclass(frozen=True)
class Written:
    """A frame that was opened. `repeated`: a message that was known before, to be dropped (S3)."""

    index: int
    sender: bytes
    epoch: int
    plain: Plain
    repeated: bool


@dataclass(frozen=True)
class Sealed:
    """A frame in its place, which this reader cannot open yet, or at all."""

    index: int
    header: Header


@dataclass(frozen=True)
class Announced:
    """A new epoch; `opened`: what could be read with the secrets that came with it."""

    announcement: Announcement
    opened: tuple[Written, ...]


@dataclass(frozen=True)
class Repeated:
    """The newest announcement once more."""


@dataclass(frozen=True)
class Offered:
    """Somebody asks to come in; not verified beyond its place."""

    hash: bytes
    offer: Offer


@dataclass(frozen=True)
class CodeMade:
    """The visitor may come back by a code from now on, and by no earlier one (R1)."""

    key: ReturnKey


@dataclass(frozen=True)
class Refusal:
    """The visitor said no to this offer, or whoever made it took it back (E6)."""

    offer: bytes
    withdrawn: bool = False


@dataclass(frozen=True)
class Said:
    """The service's own words (F6). `time` in Unix seconds."""

    kind: ServiceKind
    time: int


Event = Written | Sealed | Announced | Repeated | Offered | CodeMade | Refusal | Said


def parse_service(realm: Realm, doc: bytes) -> Said:
    """F6."""
    kind, time = dec(realm, "service", doc, 2)
    value = text(kind)
    for known in SERVICE_KINDS:
        if known == value:
            return Said(known, uint(time))
    raise VerificationError("F6", "unknown words of the service")
