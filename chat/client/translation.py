"""Between the wire's texts and the bytes of `chat.crypto`: entries and signed documents, both ways."""

from collections.abc import Iterable

from chat import wire
from chat.crypto.chain import Signed
from chat.crypto.encoding import b64, unb64
from chat.crypto.entries import (
    AnnouncementEntry,
    Entry,
    FrameEntry,
    GuestEntry,
    OfferEntry,
    RefusalEntry,
    ReturnKeyEntry,
    ServiceEntry,
)


def read_signed(document: wire.Signed) -> Signed:
    return Signed(unb64(document.doc), unb64(document.sig))


def write_signed(document: Signed) -> wire.Signed:
    return wire.Signed(doc=b64(document.doc), sig=b64(document.sig))


def documents_of(documents: Iterable[wire.Signed]) -> dict[bytes, Signed]:
    """By their hashes, not verified."""
    read = map(read_signed, documents)
    return {document.hash: document for document in read}


def read_entry(entry: wire.AnyEntry) -> Entry:
    """The bytes of an entry, as a log takes them."""
    if isinstance(entry, wire.Frame):
        return FrameEntry(unb64(entry.header), unb64(entry.ciphertext), unb64(entry.sig))
    if isinstance(entry, wire.Announcement):
        return AnnouncementEntry(unb64(entry.doc), unb64(entry.sig), tuple(map(unb64, entry.wraps)))
    if isinstance(entry, wire.Offer):
        documents = tuple(map(read_signed, entry.documents))
        return OfferEntry(unb64(entry.doc), unb64(entry.sig), documents)
    if isinstance(entry, wire.ReturnKey):
        return ReturnKeyEntry(unb64(entry.doc), unb64(entry.sig))
    if isinstance(entry, wire.Refusal):
        return RefusalEntry(unb64(entry.doc), unb64(entry.sig))
    if isinstance(entry, wire.Guest):
        return GuestEntry(unb64(entry.doc), unb64(entry.sig))
    return ServiceEntry(unb64(entry.doc))


def write_frame(entry: FrameEntry) -> wire.Frame:
    return wire.Frame(header=b64(entry.header), ciphertext=b64(entry.ciphertext), sig=b64(entry.sig))


def write_announcement(entry: AnnouncementEntry, lease: str | None = None) -> wire.Announcement:
    wraps = [b64(wrap) for wrap in entry.wraps]
    return wire.Announcement(doc=b64(entry.doc), sig=b64(entry.sig), wraps=wraps, lease=lease)


def write_offer(entry: OfferEntry, lease: str | None = None) -> wire.Offer:
    documents = [write_signed(document) for document in entry.documents]
    return wire.Offer(doc=b64(entry.doc), sig=b64(entry.sig), lease=lease, documents=documents)


def write_return_key(entry: ReturnKeyEntry) -> wire.ReturnKey:
    return wire.ReturnKey(doc=b64(entry.doc), sig=b64(entry.sig))


def write_guest(word: Signed) -> wire.Guest:
    return wire.Guest(doc=b64(word.doc), sig=b64(word.sig))


def write_refusal(refusal: Signed) -> wire.Refusal:
    return wire.Refusal(doc=b64(refusal.doc), sig=b64(refusal.sig))
