"""What the enemy makes up: entries that are right but for one thing, with every key and secret that it has.

Every frame that a key of its own signs is told to the watch, so that one in its own name is its own.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from chat import wire
from chat.client.translation import write_announcement, write_frame, write_offer
from chat.client.visitor import Visitor
from chat.crypto.chain import HOUR, Signed, parse_certificate
from chat.crypto.continuation import Continuation, Reason
from chat.crypto.encoding import b64, digest, enc, u64, unb64, utf8
from chat.crypto.entries import AnnouncementEntry, FrameEntry, OfferEntry
from chat.crypto.epochs import Epoch, Member, Offer, Purpose, announce, commitment, wrap
from chat.crypto.frames import Header, Plain, frame_bytes, seal_frame
from chat.crypto.log import Log, Place
from chat.crypto.writer import FrameKey
from chat.errors import VerificationError
from tests.support.hostile.network import Service, Word
from tests.support.hostile.world import REALM
from tests.support.organisation import OnDuty


class Pen(NamedTuple):
    """A sender's name and the key that signs for it."""

    name: bytes
    key: FrameKey


FRAME_FAULTS: list[dict[str, Any]] = [
    {"seq": -1},
    {"seq": 1},
    {"previous": bytes(31) + b"\1"},
    {"index": 1},
    {"index": -1},
    {"head": bytes(31) + b"\1"},
    {"epoch": 1},
    {"epoch": -1},
    {"sid": bytes(31) + b"\1"},
]
"""What is added to an integer of the header, or stands in the place of a hash."""
OFFER_FAULTS: list[dict[str, Any]] = [
    {},
    {},
    {},
    {"expiry": 2 * HOUR},
    {"expiry": -2 * HOUR},
    {"sid": bytes(32)},
    {"over": bytes(32)},
]


class Forger:
    """`pretender`: a visitor's page in enemy hands, once there is one."""

    def __init__(self, service: Service) -> None:
        self.service, self.world, self.watch = service, service.world, service.watch
        self.pretender: Visitor | None = None

    @property
    def pens(self) -> list[Pen]:
        pens = [Pen(enemy.duty.hash, enemy.key) for enemy in self.world.enemies]
        if self.pretender:
            pens.append(Pen(self.pretender.conversation.sender, self.pretender.key))
        return pens

    def secret(self, log: Log, epoch: int) -> bytes:
        """The epoch's own, where the enemy has it."""
        own = self.pretender.conversation.log if self.pretender else None
        if own and own.sid == log.sid and epoch in own.secrets:
            return own.secrets[epoch]
        return min(self.watch.knows(log.sid, epoch), default=digest(b"a guess"))

    # Frames

    def frame(self, log: Log, pen: Pen, sender: bytes, plain: Plain, fault: dict[str, Any]) -> wire.Frame:
        """The next of `sender` in that log, but for one field, signed by a pen of the enemy's."""
        epoch = log.newest.epoch
        place = log.places.get((sender, epoch), Place())
        header = Header(log.sid, epoch, sender, place.seq, place.previous, log.index, log.heads[-1])
        changed = {
            name: max(0, getattr(header, name) + change) if isinstance(change, int) else change
            for name, change in fault.items()
        }
        header = replace(header, **changed)
        data = header.encode(REALM)
        ciphertext = seal_frame(REALM, self.secret(log, header.epoch), header, plain)
        signed = frame_bytes(REALM, data, ciphertext)
        self.watch.signs(pen.name, signed, plain)
        return write_frame(FrameEntry(data, ciphertext, pen.key.sign(signed)))

    # Offers

    def offer(
        self, log: Log, who: OnDuty, purpose: Purpose, signer: OnDuty, fault: dict[str, Any]
    ) -> wire.Offer:
        """`signer`: whose duty key signs, and stands beside it."""
        fields: dict[str, Any] = {"expiry": self.service.now + 60}
        fields |= {name: fields.get(name, 0) + v if isinstance(v, int) else v for name, v in fault.items()}
        offer = Offer(
            fields.get("sid", log.sid),
            fields.get("over", log.newest.hash),
            purpose,
            who.device.certificate.hash,
            signer.duty.hash,
            next(iter(self.world.genuine_rosters)),
            fields["expiry"],
            who.duty.hash if purpose == "rejoin" else b"",
        )
        doc = offer.encode(REALM)
        documents = (*self.world.organisation.documents_of(who.device), signer.duty)
        return write_offer(OfferEntry(doc, signer.key.sign(doc), documents), b64(bytes(32)))

    def impersonation(self, log: Log, victim: Signed, signer: OnDuty) -> wire.Offer:
        """An offer in the name of an honest counsellor's device, with a duty key of the enemy's."""
        offer = Offer(
            log.sid,
            log.newest.hash,
            "accept",
            victim.hash,
            signer.duty.hash,
            next(iter(self.world.genuine_rosters)),
            self.service.now + 60,
        )
        doc = offer.encode(REALM)
        o = self.world.organisation
        documents = (o.root, o.registrar.document, victim, signer.duty)
        return write_offer(OfferEntry(doc, signer.key.sign(doc), documents), b64(bytes(32)))

    # Announcements

    def candidates(self, log: Log) -> list[Member]:
        """Who stays, and everybody who asks to come in."""
        members = {member.duty: member for member in log.members}
        for digest_, (offer, _) in log.offers.items():
            document = log.documents.get(offer.certificate)
            if offer.over != log.newest.hash or document is None:
                continue
            try:
                who = parse_certificate(REALM, document.doc)
            except VerificationError:
                continue
            new = Member(offer.certificate, offer.duty, digest_, who.role, who.pseudonym, 0)
            members.setdefault(offer.duty, new)
        return list(members.values())

    def announcement(
        self, log: Log, key: Any, members: Sequence[Member], fault: dict[str, Any], turn: int
    ) -> wire.Announcement:
        """The next epoch of that log with these members, but for one thing. `turn`: wraps are moved by so many."""
        epoch = log.newest.epoch + 1
        secret = digest(b"of the enemy" + bytes([epoch]))
        body = Epoch(
            log.sid,
            epoch,
            log.newest.hash,
            next(iter(self.world.genuine_rosters)),
            log.index,
            log.heads[-1],
            tuple(members),
            commitment(REALM, secret, log.sid, epoch),
        )
        body = replace(body, **fault)
        wraps = [self._wrap(log, body, member, secret) for member in members]
        wraps = wraps[turn:] + wraps[:turn]
        doc = announce(REALM, body, wraps)
        return write_announcement(AnnouncementEntry(doc, key.sign(doc), tuple(wraps)), b64(bytes(32)))

    def _wrap(self, log: Log, body: Epoch, member: Member, secret: bytes) -> bytes:
        stays = log.newest.member(member.duty) is not None
        epochs = range(body.epoch if stays else member.history_from, body.epoch)
        secrets = [*((e, self.secret(log, e)) for e in epochs), (body.epoch, secret)]
        try:
            key = log.duty(member.duty).hpke_key
        except VerificationError:
            key = self.world.enemies[0].seal_key.public
        return wrap(REALM, body.body_hash(REALM), member.duty, key, secrets)

    def word(self, log: Log, new: str, key: Any, reason: Reason) -> Word:
        """E9: that it goes on under that id, signed by somebody."""
        doc = Continuation(log.sid, unb64(new), reason, log.newest.hash).encode(REALM)
        return Word(b64(log.sid), new, wire.Signed(doc=b64(doc), sig=b64(key.sign(doc))))

    # What needs no key

    def notice(self, kind: str) -> wire.Service:
        return wire.Service(doc=b64(enc(REALM, "service", utf8(kind), u64(self.service.now))))

    def flipped(self, entry: wire.AnyEntry, field: int, place: int, bit: int) -> wire.AnyEntry:
        """One bit of one field."""
        names = ("header", "ciphertext", "sig") if isinstance(entry, wire.Frame) else ("doc", "sig")
        name = "doc" if isinstance(entry, wire.Service) else names[field % len(names)]
        data = bytearray(unb64(getattr(entry, name)))
        if data:
            data[place % len(data)] ^= 1 << bit
        changed: wire.AnyEntry = _with(entry, **{name: b64(bytes(data))})
        return changed

    def spliced(self, one: wire.AnyEntry, other: wire.AnyEntry, field: int) -> wire.AnyEntry:
        """One entry with a part of another of its kind."""
        if type(one) is not type(other) or isinstance(one, wire.Service):
            return one
        names = [name for name in one.__struct_fields__ if name != "lease"]
        name = names[field % len(names)]
        changed: wire.AnyEntry = _with(one, **{name: getattr(other, name)})
        return changed


def _with(entry: Any, **changes: Any) -> Any:
    fields = {name: getattr(entry, name) for name in entry.__struct_fields__}
    return type(entry)(**(fields | changes))
