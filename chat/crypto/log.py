"""The log of a conversation (E3, F4, F5): what may follow what, as both ends replay it.

PURE. `Log` holds what has been accepted: heads, announcements, offers, where each sender stands, and what could be opened.
`accept` takes the next entry, checks it whole, and only then changes anything; a refusal is a `VerificationError` and
leaves the log as it was. What a visitor or a member alone can check of an announcement is its `Reader`'s (`readers.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from chat.crypto.chain import Duty, Signed, duty_signature_key, find, parse_duty
from chat.crypto.encoding import ZEROS, Realm, digest, enc, u64
from chat.crypto.entries import (
    Announced,
    AnnouncementEntry,
    CodeMade,
    Entry,
    Event,
    FrameEntry,
    GuestEntry,
    Offered,
    OfferEntry,
    Refusal,
    RefusalEntry,
    Repeated,
    ReturnKeyEntry,
    Said,
    Sealed,
    ServiceEntry,
    Written,
    entry_bytes,
    parse_service,
)
from chat.crypto.epochs import (
    Announcement,
    Member,
    Offer,
    check_conversation_id,
    log_start,
    parse_announcement,
    parse_offer,
    visitor_id,
    wraps_hash,
)
from chat.crypto.frames import Count, Header, Plain, frame_bytes, open_frame, parse_header
from chat.crypto.guest import Guest, parse_guest
from chat.crypto.refusal import parse_refusal
from chat.crypto.returning import verify_return_key
from chat.crypto.signing import DutyKey, PublicKey, ReturnKey, VisitorKey
from chat.errors import VerificationError


class Reader(Protocol):
    """Whose log it is."""

    def secrets(
        self, log: "Log", announcement: Announcement, wraps: Sequence[bytes], at: int
    ) -> Mapping[int, bytes]:
        """The epochs' secrets that come to this reader with an announcement whose place was checked; or raise."""
        ...


@dataclass(frozen=True)
class Place:
    """Where a sender stands: its next seq and the hash of its frame before (F1), in one epoch."""

    seq: int = 0
    previous: bytes = ZEROS


@dataclass
class Log:
    """One conversation as its reader knows it."""

    realm: Realm
    root: bytes
    sid: bytes
    reader: Reader
    heads: list[bytes] = field(default_factory=list)
    """L_i by i."""
    announcements: list[Announcement] = field(default_factory=list)
    """A_e by e."""
    begun: list[int] = field(default_factory=list)
    """The index of A_e, by e."""
    offers: dict[bytes, tuple[Offer, Signed]] = field(default_factory=dict)
    guests: dict[bytes, Guest] = field(default_factory=dict)
    """For whom a member vouched, by H(guest); each stands among the offers too (E6)."""
    refused: set[bytes] = field(default_factory=set)
    """H(offer) of those that the visitor said no to, or that were taken back (E6)."""
    documents: dict[bytes, Signed] = field(default_factory=dict)
    """What stood beside offers, by hash; not verified."""
    secrets: dict[int, bytes] = field(default_factory=dict)
    places: dict[tuple[bytes, int], Place] = field(default_factory=dict)
    """Of (sender, e)."""
    seen: dict[bytes, int] = field(default_factory=dict)
    """The last i of each sender: what it is known to hold (F1)."""
    unopened: list[tuple[int, Header, bytes, Mapping[tuple[bytes, int], Place]]] = field(default_factory=list)
    """With what the log held before each."""
    known: set[tuple[bytes, bytes, int]] = field(default_factory=set)
    """Messages, as (sender, id, part)."""
    keys: dict[bytes, PublicKey] = field(default_factory=dict)
    """Of the visitor and the newest announcement's members, by sender (E4)."""
    return_keys: list[ReturnKey] = field(default_factory=list)
    """Whoever has the private half of the last may say where this goes on (R1, E9)."""

    def __post_init__(self) -> None:
        self.heads.append(log_start(self.realm, self.sid))

    # What stands

    @property
    def index(self) -> int:
        """Of the last entry; 0: none yet."""
        return len(self.heads) - 1

    @property
    def newest(self) -> Announcement:
        return self.announcements[-1]

    @property
    def members(self) -> tuple[Member, ...]:
        """E4: exactly these, and the visitor."""
        return self.newest.members if self.announcements else ()

    @property
    def shared_from(self) -> int:
        """The index from which on every member may read (E6): nothing before it is said again (E9)."""
        return max((self.begun[member.history_from] for member in self.members), default=0)

    @property
    def visitor(self) -> bytes:
        """The visitor's name as a sender (K6)."""
        return visitor_id(self.realm, self.announcements[0].key)

    @property
    def ever_had_member(self) -> bool:
        return any(announcement.members for announcement in self.announcements)

    def duty(self, duty: bytes) -> Duty:
        """A duty key that stood beside an offer; whoever lists it as a member has verified it (E3)."""
        return parse_duty(self.realm, find("K5", self.documents, duty).doc)

    def keys_of(self, duty: bytes) -> Duty | Guest:
        """Of a member, by the hash it is listed with."""
        return self.guests.get(duty) or self.duty(duty)

    def frames_of(self, sender: bytes, epoch: int) -> int:
        return self.places.get((sender, epoch), Place()).seq

    def is_joining(self, member: Member) -> bool:
        """E4: nothing of theirs has been verified in this epoch."""
        return self.frames_of(member.duty, self.newest.epoch) == 0

    def counts(self) -> list[Count]:
        """What an `end` written now says it holds (F5)."""
        return [Count(sender, epoch, place.seq) for (sender, epoch), place in self.places.items()]

    # What follows

    def accept(self, index: int, entry: Entry, at: int) -> Event:
        """Take the entry with this index. `at`: when the service stored it, Unix seconds."""
        if index != self.index + 1:
            raise VerificationError("F4", "entries come in the order of their index")
        if not self.announcements and not isinstance(entry, AnnouncementEntry):
            raise VerificationError("F4", "a log begins with an announcement")
        if isinstance(entry, FrameEntry):
            return self._accept_frame(entry)
        if isinstance(entry, AnnouncementEntry):
            return self._accept_announcement(entry, at)
        if isinstance(entry, OfferEntry):
            return self._accept_offer(entry)
        if isinstance(entry, ReturnKeyEntry):
            return self._accept_return_key(entry)
        if isinstance(entry, RefusalEntry):
            return self._accept_refusal(entry)
        if isinstance(entry, GuestEntry):
            return self._accept_guest(entry)
        return self._accept_service(entry)

    def recognise(self, index: int, entry: Entry) -> None:
        """S2, S3: an entry that is held already and came once more is the same one; else the store has lost what it had."""
        if (
            not 1 <= index <= self.index
            or self._head(index, entry_bytes(self.realm, entry)) != self.heads[index]
        ):
            raise VerificationError("F4", "another entry than the one that was here")

    def _append(self, data: bytes) -> None:
        self.heads.append(self._head(self.index + 1, data))

    def _head(self, index: int, data: bytes) -> bytes:
        return digest(enc(self.realm, "log", self.heads[index - 1], u64(index), data))  # F4

    # Announcements

    def _accept_announcement(self, entry: AnnouncementEntry, at: int) -> Announced | Repeated:
        announcement = parse_announcement(self.realm, entry.doc)
        if self.announcements and announcement.hash == self.newest.hash:
            self._append(entry.doc)
            return Repeated()
        self._check_place(announcement, entry)
        self._check_members(announcement)
        secrets = self.reader.secrets(self, announcement, entry.wraps, at)
        opened, known = self._open_with(secrets)
        keys = self._keys(announcement)
        self._append(entry.doc)
        self.announcements.append(announcement)
        self.begun.append(self.index)
        self.secrets |= secrets
        self.unopened = [item for item in self.unopened if item[1].epoch not in self.secrets]
        self.known = known
        self.keys = keys
        return Announced(announcement, tuple(opened))

    def _check_place(self, announcement: Announcement, entry: AnnouncementEntry) -> None:  # E3
        if announcement.epoch == 0:
            if announcement.sid != self.sid:
                raise VerificationError("K6", "another conversation's announcement")
            check_conversation_id(self.realm, announcement, self.root)
        elif announcement.sid != self.sid:
            raise VerificationError("E3", "another conversation's announcement")
        if announcement.epoch != len(self.announcements):
            raise VerificationError("E3", "not the epoch that follows")
        first = self.announcements[0] if self.announcements else announcement
        VisitorKey(first.key).verify("E3", entry.doc, entry.sig)
        if announcement.previous != (self.newest.hash if self.announcements else ZEROS):
            raise VerificationError("E3", "it follows another announcement")
        self._check_anchor(announcement)
        if announcement.wraps_hash != wraps_hash(self.realm, entry.wraps) or len(entry.wraps) != len(
            announcement.members
        ):
            raise VerificationError("E3", "other wraps than announced")

    def _check_anchor(self, announcement: Announcement) -> None:
        floor = self.newest.index if self.announcements else 0
        if not floor <= announcement.index <= self.index:
            raise VerificationError("E2", "the anchor is not below its own index, or falls")
        if announcement.head != self.heads[announcement.index]:
            raise VerificationError("E3", "the anchor is of another log")

    def _check_members(self, announcement: Announcement) -> None:  # E3
        devices = [member.device for member in announcement.members]
        if len(set(devices)) != len(devices):
            raise VerificationError("E3", "a certificate twice")
        for member in announcement.members:
            self._check_member(member)

    def _check_member(self, member: Member) -> None:
        if member.offer not in self.offers:
            raise VerificationError("E3", "a member without an offer")
        offer, _ = self.offers[member.offer]
        if (offer.certificate, offer.duty) != (member.certificate, member.duty):
            raise VerificationError("E3", "a member with another's offer")
        guest = self.guests.get(member.offer)
        if guest and (member.role, member.pseudonym) != ("guest", guest.pseudonym):
            raise VerificationError("E3", "a guest listed otherwise than told")
        before = self.newest.member(member.duty)
        if before is None:
            self._check_newcomer(member, offer)
        elif (before.certificate, before.offer, before.role, before.pseudonym) != (
            member.certificate,
            member.offer,
            member.role,
            member.pseudonym,
        ):
            raise VerificationError("E3", "a member who stays is listed otherwise than before")

    def _check_newcomer(self, member: Member, offer: Offer) -> None:
        if offer.over != self.newest.hash:
            raise VerificationError("E3", "an offer over an older announcement")
        if member.offer in self.refused:
            raise VerificationError("E3", "an offer that the visitor refused")
        if offer.purpose == "rejoin" and not replaces(self.newest.member(offer.replaced), member):  # E7
            raise VerificationError("E3", "a member who rejoins otherwise than the one it replaces")

    def _keys(self, announcement: Announcement) -> dict[bytes, PublicKey]:
        first = self.announcements[0] if self.announcements else announcement
        keys: dict[bytes, PublicKey] = {visitor_id(self.realm, first.key): VisitorKey(first.key)}
        for member in announcement.members:
            keys[member.duty] = self.keys_of(member.duty).signature_key
        return keys

    def _open_with(self, secrets: Mapping[int, bytes]) -> tuple[list[Written], set[tuple[bytes, bytes, int]]]:
        known = set(self.known)
        opened = []
        for index, header, ciphertext, places in self.unopened:
            if header.epoch in secrets:
                plain = open_frame(self.realm, secrets[header.epoch], header, ciphertext)
                _check_end(plain, places)
                opened.append(_written(index, header, plain, known))
                known.add((header.sender, plain.id, plain.part))
        return opened, known

    # Offers

    def _accept_offer(self, entry: OfferEntry) -> Offered:  # E5
        offer = parse_offer(self.realm, entry.doc)
        signed = Signed(entry.doc, entry.sig)
        if offer.sid != self.sid:
            raise VerificationError("E5", "an offer for another conversation")
        if offer.over != self.newest.hash:
            raise VerificationError("E5", "an offer over an older announcement")
        if signed.hash in self.offers:
            raise VerificationError("E5", "an offer is good once")
        self._append(entry.doc)
        self.offers[signed.hash] = (offer, signed)
        for document in entry.documents:
            self.documents.setdefault(document.hash, document)
        return Offered(signed.hash, offer)

    def _accept_refusal(self, entry: RefusalEntry) -> Refusal:  # E6
        refused, withdrawn = parse_refusal(self.realm, entry.doc)
        if refused not in self.offers or self.offers[refused][0].over != self.newest.hash:
            raise VerificationError("E6", "a refusal of an offer that does not stand")
        if refused in self.refused:
            raise VerificationError("E6", "an offer is refused once")
        by = self._key_of_offer(refused) if withdrawn else VisitorKey(self.announcements[0].key)
        by.verify("E6", entry.doc, entry.sig)
        self._append(entry.doc)
        self.refused.add(refused)
        return Refusal(refused, withdrawn)

    def _key_of_offer(self, offer: bytes) -> DutyKey:
        """By which whoever made it takes it back: its document's hash stands in the offer."""
        if offer in self.guests:
            return self.guests[offer].signature_key
        return duty_signature_key(self.realm, find("K5", self.documents, self.offers[offer][0].duty).doc)

    def _accept_guest(self, entry: GuestEntry) -> Offered:  # E6
        guest = parse_guest(self.realm, entry.doc)
        signed = Signed(entry.doc, entry.sig)
        if guest.sid != self.sid:
            raise VerificationError("E6", "a guest for another conversation")
        if guest.over != self.newest.hash:
            raise VerificationError("E6", "a guest over an older announcement")
        inviter = self.newest.member(guest.inviter)
        if inviter is None or inviter.role == "guest":
            raise VerificationError("E6", "a guest whom no member of staff invited")
        self.keys[guest.inviter].verify("E6", signed.doc, signed.sig)
        if guest.hash in self.offers:
            raise VerificationError("E6", "a guest is named once")
        self._append(entry.doc)
        self.guests[guest.hash] = guest
        offer = Offer(self.sid, guest.over, "guest", ZEROS, guest.hash, b"", guest.expiry)
        self.offers[guest.hash] = (offer, signed)
        return Offered(guest.hash, offer)

    # Frames

    def _accept_frame(self, entry: FrameEntry) -> Written | Sealed:
        header = parse_header(self.realm, entry.header)
        if header.sid != self.sid:
            raise VerificationError("F1", "another conversation's frame")
        if header.epoch != self.newest.epoch:
            raise VerificationError("F4", "a frame of another epoch than the newest")
        if header.sender not in self.keys:
            raise VerificationError("F4", "a frame from somebody who is not a member")
        self._check_frame_place(header)
        data = frame_bytes(self.realm, entry.header, entry.ciphertext)
        self.keys[header.sender].verify("F3", data, entry.sig)
        event = self._open(header, entry.ciphertext)
        places = self.places.copy()
        self._append(data)
        self.places[header.sender, header.epoch] = Place(header.seq + 1, digest(data))
        self.seen[header.sender] = header.index
        if isinstance(event, Written):
            self.known.add((header.sender, event.plain.id, event.plain.part))
        else:
            self.unopened.append((event.index, header, entry.ciphertext, places))
        return event

    def _check_frame_place(self, header: Header) -> None:  # F4
        place = self.places.get((header.sender, header.epoch), Place())
        if (header.seq, header.previous) != (place.seq, place.previous):
            raise VerificationError("F4", "not the frame that follows its sender's last")
        if not self.seen.get(header.sender, 0) <= header.index <= self.index:
            raise VerificationError("F4", "what it has seen is not below its own index, or falls")
        if header.head != self.heads[header.index]:
            raise VerificationError("F4", "its sender has seen another log")

    def _open(self, header: Header, ciphertext: bytes) -> Written | Sealed:
        index = self.index + 1
        if header.epoch not in self.secrets:
            return Sealed(index, header)
        plain = open_frame(self.realm, self.secrets[header.epoch], header, ciphertext)
        _check_end(plain, self.places)
        return _written(index, header, plain, self.known)

    # The return code

    def _accept_return_key(self, entry: ReturnKeyEntry) -> CodeMade:
        visitor = VisitorKey(self.announcements[0].key)
        key = verify_return_key(self.realm, Signed(entry.doc, entry.sig), self.sid, visitor)
        if any(known.raw == key.raw for known in self.return_keys):
            raise VerificationError("R1", "a return key is good once")
        self._append(entry.doc)
        self.return_keys.append(key)
        return CodeMade(key)

    # The service

    def _accept_service(self, entry: ServiceEntry) -> Said:  # F6
        said = parse_service(self.realm, entry.doc)
        self._append(entry.doc)
        return said


def _check_end(plain: Plain, places: Mapping[tuple[bytes, int], Place]) -> None:  # F5
    for sender, epoch, frames in plain.counts() if plain.kind == "end" else ():
        if places.get((sender, epoch), Place()).seq < frames:
            raise VerificationError("F5", "fewer frames came than its sender held")


def replaces(held: Member | None, member: Member) -> bool:
    """E7: the same device in the same role, with the history that it had."""
    return held is not None and (held.certificate, held.role, held.history_from) == (
        member.certificate,
        member.role,
        member.history_from,
    )


def _written(index: int, header: Header, plain: Plain, known: set[tuple[bytes, bytes, int]]) -> Written:
    repeated = (header.sender, plain.id, plain.part) in known
    return Written(index, header.sender, header.epoch, plain, repeated)
