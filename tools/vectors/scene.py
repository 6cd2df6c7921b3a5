"""A conversation written down entry by entry, as a play: by the rules, or against them wherever a case says so.

Nothing is verified here; every signature is genuine unless a case asks otherwise, so that one thing is wrong at a time.
"""

import os
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

from chat.crypto.chain import HOUR, Signed, Span
from chat.crypto.encoding import ZEROS, digest, enc, u64, utf8
from chat.crypto.epochs import (
    Epoch,
    Member,
    Offer,
    announce,
    commitment,
    conversation_id,
    log_start,
    visitor_id,
    wrap,
)
from chat.crypto.frames import Header, Plain, frame_bytes, seal_frame
from chat.crypto.guest import invite
from chat.crypto.hpke import DutySealKey, OpenKey
from chat.crypto.returning import return_key_document
from chat.crypto.signing import DutyKey, PrivateKey, ReturnKey, VisitorKey
from tests.support.organisation import Device, OnDuty, Organisation
from tools.vectors.encodings import REALM, of
from tools.vectors.page import NOW, Page, record


class Cast:
    """An organisation and those of its staff who may appear; one for all scenes."""

    def __init__(self) -> None:
        self.organisation = Organisation(REALM, NOW)
        o = self.organisation
        self.amina = self._appears("Amina", "counsellor")
        self.bjorn = self._appears("Björn", "counsellor")
        self.siv = self._appears("Siv", "supervisor")
        self.ibrahim = self._appears("Ibrahim", "interpreter")
        self.dismissed = self._appears("Dora", "counsellor")
        listed = [self.amina, self.bjorn, self.siv, self.ibrahim, self.dismissed]
        self.roster = o.lists([on_duty.device for on_duty in listed])
        fresh = o.refreshes(self.roster, revoked=[self.dismissed.device])
        page = Page(o)
        self.beginnings: dict[str, Scene] = {}
        self.trust = [page.roster(self.roster), page.freshness(fresh)]

    def _appears(self, pseudonym: str, role: Any) -> OnDuty:
        return self.on_duty(self.organisation.certifies(pseudonym, role))

    def on_duty(self, device: Device) -> OnDuty:
        return device.goes_on_duty(Span(NOW - HOUR, NOW + HOUR))


class Outsider:
    """A guest's page: keys, and the word for it once somebody has vouched."""

    def __init__(self, organisation: str = "Polisen Borås") -> None:
        self.organisation = organisation
        self.key = PrivateKey.generate(DutyKey)
        self.seed = os.urandom(32)
        self.seal_key = OpenKey(DutySealKey, self.seed)
        self.duty = Signed(b"", b"")

    @property
    def sender(self) -> bytes:
        return self.duty.hash


class Scene:
    """One conversation. Its entries are as the file has them."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.root = cast.organisation.root.hash
        self.key = PrivateKey.generate(VisitorKey)
        self.nonce = os.urandom(32)
        self.sid = conversation_id(REALM, self.key.public.raw, self.root, self.nonce)
        self.visitor = visitor_id(REALM, self.key.public.raw)
        self.heads = [log_start(REALM, self.sid)]
        self.entries: list[dict[str, Any]] = []
        self.epochs: list[Epoch] = []
        self.docs: list[bytes] = []
        self.mine: list[dict[str, bytes]] = []
        self.offers: list[bytes] = []
        self.chains: dict[tuple[bytes, int], tuple[int, bytes]] = {}

    # Telling it to a view

    def as_visitor(self) -> dict[str, Any]:
        return self._given(view="visitor", mine=list(self.mine))

    def as_member(
        self, on_duty: OnDuty | Outsider, *, offers: Sequence[bytes] | None = None
    ) -> dict[str, Any]:
        own = list(self.offers) if offers is None else list(offers)
        return self._given(view="member", duty=on_duty.duty.hash, seed=on_duty.seed, offers=own)

    def _given(self, **view: Any) -> dict[str, Any]:
        given = {"realm": REALM, "root": self.root, "sid": self.sid, "trust": self.cast.trust}
        return given | view | {"entries": list(self.entries)}

    # Entries

    def _push(self, kind: str, data: bytes, **fields: Any) -> None:
        index = len(self.heads)
        self.heads.append(digest(enc(REALM, "log", self.heads[-1], u64(index), data)))
        self.entries.append({"index": index, "at": NOW, "kind": kind} | fields)

    def opens(self, **changes: Any) -> "Scene":
        """A_0."""
        secret = of("s0")
        epoch = Epoch(self.sid, 0, ZEROS, b"", 0, self.heads[0], (), commitment(REALM, secret, self.sid, 0))
        extra = {"key": self.key.public.raw, "nonce": self.nonce, "leave_hash": of("leave")}
        return self._announce(epoch, secret, [], extra | changes)

    def announces(
        self,
        *members: Member,
        secret: bytes | None = None,
        mine: bool = True,
        wraps: Sequence[bytes] | None = None,
        announced: Sequence[bytes] | None = None,
        key: PrivateKey[VisitorKey] | None = None,
        **changes: Any,
    ) -> "Scene":
        """A_e. `announced`: the wraps that the announcement names, where others come along."""
        number = len(self.epochs)
        fresh_secret = secret or of(f"s{number}")
        standing = self.epochs[-1]
        epoch = Epoch(
            self.sid,
            number,
            digest(self.docs[-1]),
            self.cast.roster.hash,
            len(self.heads) - 1,
            self.heads[-1],
            members,
            commitment(REALM, fresh_secret, self.sid, number),
        )
        epoch = replace(epoch, **changes)
        made = [self.wrap_for(epoch, member, standing, fresh_secret) for member in members]
        sent = made if wraps is None else list(wraps)
        return self._announce(
            epoch, fresh_secret, sent, {}, announced=announced, key=key or self.key, mine=mine
        )

    def wrap_for(self, epoch: Epoch, member: Member, standing: Epoch, secret: bytes) -> bytes:
        stays = any(before.duty == member.duty for before in standing.members)
        known = [(e, made["secret"]) for e, made in enumerate(self.mine)]
        secrets = [*([] if stays else known[member.history_from :]), (epoch.epoch, secret)]
        return self.seals(epoch, self._on_duty(member.duty), secrets)

    def seals(self, epoch: Epoch, on_duty: OnDuty | Outsider, secrets: Sequence[tuple[int, bytes]]) -> bytes:
        return wrap(REALM, epoch.body_hash(REALM), on_duty.duty.hash, on_duty.seal_key.public, secrets)

    def _on_duty(self, duty: bytes) -> OnDuty | Outsider:
        c = self.cast
        for on_duty in (c.amina, c.bjorn, c.siv, c.ibrahim, c.dismissed, *self.guests):
            if on_duty.duty.hash == duty:
                return on_duty
        return c.amina

    guests: tuple[OnDuty | Outsider, ...] = ()
    """On duty in this scene alone."""

    def _announce(
        self,
        epoch: Epoch,
        secret: bytes,
        wraps: list[bytes],
        extra: dict[str, bytes],
        *,
        announced: Sequence[bytes] | None = None,
        key: PrivateKey[VisitorKey] | None = None,
        mine: bool = True,
    ) -> "Scene":
        doc = announce(REALM, epoch, wraps if announced is None else announced, **extra)
        self.epochs.append(epoch)
        self.docs.append(doc)
        if mine:
            self.mine.append({"doc": doc, "secret": secret})
        sig = (key or self.key).sign(doc)
        self._push("announcement", doc, doc=doc, sig=sig, wraps=wraps)
        return self

    def takes_back(self) -> "Scene":
        """As if the last entry, an announcement, had not been."""
        for made in (self.entries, self.heads, self.epochs, self.docs, self.mine):
            made.pop()
        return self

    def member(self, on_duty: OnDuty, offer: int = -1, **changes: Any) -> Member:
        """One let in by that offer of this scene, with all that was said before."""
        certificate = on_duty.device.certificate
        role, pseudonym = {
            self.cast.amina: ("counsellor", "Amina"),
            self.cast.bjorn: ("counsellor", "Björn"),
            self.cast.siv: ("supervisor", "Siv"),
            self.cast.ibrahim: ("interpreter", "Ibrahim"),
            self.cast.dismissed: ("counsellor", "Dora"),
        }.get(on_duty, ("counsellor", "Guest"))
        member = Member(certificate.hash, on_duty.duty.hash, self.offers[offer], role, pseudonym, 0)  # type: ignore[arg-type]
        return replace(member, **changes)

    def offers_itself(
        self,
        on_duty: OnDuty,
        purpose: str = "accept",
        *,
        documents: Sequence[Signed] | None = None,
        key: Any = None,
        **changes: Any,
    ) -> "Scene":
        device = on_duty.device
        offer = Offer(
            self.sid,
            digest(self.docs[-1]),
            purpose,  # type: ignore[arg-type]
            device.certificate.hash,
            on_duty.duty.hash,
            self.cast.roster.hash,
            NOW + 60,
        )
        doc = replace(offer, **changes).encode(REALM)
        given = [*self.cast.organisation.documents_of(device), on_duty.duty]
        documents = given if documents is None else documents
        self.offers.append(digest(doc))
        sig = (key or on_duty.key).sign(doc)
        self._push("offer", doc, doc=doc, sig=sig, documents=[record(d) for d in documents])
        return self

    def vouches(
        self,
        by: OnDuty | Outsider,
        guest: Outsider,
        *,
        key: Any = None,
        doc: bytes = b"",
        **changes: Any,
    ) -> "Scene":
        """E6: a member's word for a guest, who bears its hash from now on."""
        given: dict[str, Any] = {
            "sid": self.sid,
            "over": digest(self.docs[-1]),
            "inviter": by.duty.hash,
            "organisation": guest.organisation,
            "signature_key": guest.key.public,
            "hpke_key": guest.seal_key.public,
            "expiry": NOW + 600,
        }
        signed = invite(REALM, key or by.key, **given | changes)
        made = doc or signed.doc
        guest.duty = Signed(made, (key or by.key).sign(made))
        self.guests = (*self.guests, guest)
        self.offers.append(digest(made))
        self._push("guest", made, doc=made, sig=guest.duty.sig)
        return self

    def guest(self, guest: Outsider, history_from: int = 0, **changes: Any) -> Member:
        """As an announcement lists one."""
        name = guest.sender
        return replace(Member(ZEROS, name, name, "guest", guest.organisation, history_from), **changes)

    def refuses(self, offer: bytes | None = None, *, key: Any = None, doc: bytes = b"") -> "Scene":
        """The visitor says no; to the last offer, if no other is named."""
        made = doc or enc(REALM, "refuse", offer or self.offers[-1])
        self._push("refuse", made, doc=made, sig=(key or self.key).sign(made))
        return self

    def withdraws(
        self, who: OnDuty | Outsider, offer: bytes | None = None, *, key: Any = None, doc: bytes = b""
    ) -> "Scene":
        """Whoever asked takes it back; of the last offer, if no other is named."""
        return self.refuses(key=key or who.key, doc=doc or enc(REALM, "withdraw", offer or self.offers[-1]))

    def writes(
        self,
        who: OnDuty | Outsider | None,
        words: str = "hej",
        *,
        plain: Plain | None = None,
        ciphertext: bytes | None = None,
        secret: bytes | None = None,
        key: Any = None,
        **changes: Any,
    ) -> "Scene":
        """A frame; `who` is None for the visitor. Changes are of the header."""
        sender = who.sender if who else self.visitor
        epoch = changes.pop("epoch", self.epochs[-1].epoch)
        seq, previous = self.chains.get((sender, epoch), (0, ZEROS))
        header = Header(self.sid, epoch, sender, seq, previous, len(self.heads) - 1, self.heads[-1])
        header = replace(header, **changes)
        content = plain or Plain("text", os.urandom(16), 0, 1, utf8(words))
        body = seal_frame(REALM, secret or self.mine[epoch]["secret"], header, content)
        return self.sends(who, header.encode(REALM), body if ciphertext is None else ciphertext, key=key)

    def sends(
        self, who: OnDuty | Outsider | None, header: bytes, ciphertext: bytes, *, key: Any = None
    ) -> "Scene":
        data = frame_bytes(REALM, header, ciphertext)
        sender = who.sender if who else self.visitor
        epoch = self.epochs[-1].epoch
        self.chains[sender, epoch] = (self.chains.get((sender, epoch), (0, ZEROS))[0] + 1, digest(data))
        sig = (key or (who.key if who else self.key)).sign(data)
        self._push("frame", data, header=header, ciphertext=ciphertext, sig=sig)
        return self

    def makes_a_code(
        self, returns: PrivateKey[ReturnKey], *, key: Any = None, doc: bytes | None = None
    ) -> "Scene":
        """R1: the return key, and from now on no earlier one."""
        doc = doc or return_key_document(REALM, self.sid, returns.public)
        self._push("return-key", doc, doc=doc, sig=(key or self.key).sign(doc))
        return self

    def says(self, kind: str, time: int = NOW) -> "Scene":
        doc = enc(REALM, "service", utf8(kind), u64(time))
        self._push("service", doc, doc=doc)
        return self

    def alters(self, **fields: Any) -> "Scene":
        """The last entry with other fields than its writer gave it."""
        self.entries[-1] = self.entries[-1] | fields
        return self

    # Ever the same beginnings, played once: a case adds its own fault to the same bytes

    def waits(self) -> "Scene":
        """The visitor has opened the conversation and written into the queue."""
        return self._begins(
            "waits", lambda scene: scene.opens().writes(None, "Är någon där?").writes(None, "سلام")
        )

    def is_offered(self) -> "Scene":
        return self._begins(
            "is offered", lambda scene: scene.waits().says("leased").offers_itself(self.cast.amina)
        )

    def talks(self) -> "Scene":
        """Amina is in, and both have written."""
        return self._begins("talks", Scene._talks)

    def _talks(self) -> "Scene":
        self.is_offered().announces(self.member(self.cast.amina))
        return self.writes(self.cast.amina, "Ja, jag är här.").writes(None, "Tack.")

    def _begins(self, name: str, play: Callable[["Scene"], "Scene"]) -> "Scene":
        begun = self.cast.beginnings.get(name)
        if begun is None:
            begun = self.cast.beginnings[name] = play(self).copied()
        self.__dict__.update(begun.copied().__dict__)
        return self

    def copied(self) -> "Scene":
        other = copy(self)
        for name, value in self.__dict__.items():
            if isinstance(value, list | dict):
                setattr(other, name, value.copy())
        other.entries = [entry.copy() for entry in self.entries]
        return other
