"""One visitor as a counsellor without a screen has them, and the duty key by which it speaks there (K5, E7, E9)."""

from collections.abc import Sequence

from chat import wire
from chat.client.conversation import Conversation
from chat.client.standing import Standing
from chat.crypto.chain import Signed, Span
from chat.crypto.encoding import Realm
from chat.crypto.entries import OfferEntry
from chat.crypto.epochs import OFFER_SECONDS, Offer, Purpose
from chat.crypto.hpke import DutySealKey, OpenKey
from chat.crypto.issuing import issue_duty
from chat.crypto.log import Log
from chat.crypto.readers import AsMember
from chat.crypto.signing import DeviceKey, DutyKey, PrivateKey


class Duty:
    """A time on duty: the keys that live as long, in memory only (K5)."""

    def __init__(
        self, realm: Realm, device: PrivateKey[DeviceKey], certificate: bytes, span: Span, seed: bytes
    ) -> None:
        self.key = PrivateKey.generate(DutyKey)
        self.open_key = OpenKey(DutySealKey, seed)
        self.document = issue_duty(
            realm,
            device,
            certificate,
            hpke_key=self.open_key.public,
            signature_key=self.key.public,
            span=span,
        )


class Case:
    """One visitor, as this counsellor has them. `lease` until the visitor's browser has let the counsellor in.

    `goes_on`: it continues one that this counsellor was in (E9). `rejoins_at`: of one whom an earlier page of this device talked
    with, the index from which on an offer to rejoin is made (E7). `over`: H(A_e) of what the newest offer is over. `returned`: by a
    code, and not yet recognised (R2). `purpose`, `joins_at`: as `rejoins_at`, of one where this counsellor came when asked (E6).
    """

    def __init__(
        self,
        conversation: Conversation,
        reader: AsMember,
        duty: bytes,
        leased: wire.Leased | wire.Member | wire.Invited,
        *,
        goes_on: bool,
        purpose: wire.Joining | None = None,
    ) -> None:
        self.conversation = conversation
        self.reader = reader
        self.duty = duty
        self.lease = leased.lease if isinstance(leased, wire.Leased) else None
        self.rejoins_at = leased.index if isinstance(leased, wire.Member) else None
        self.returned = leased.returned
        self.goes_on = goes_on
        self.purpose = purpose
        self.joins_at = leased.index if isinstance(leased, wire.Invited) else None
        self.over = b""
        self.told_of_loss = False
        self.about: wire.About | None = None
        """Of whom it is, as told by the visitor."""

    @property
    def has_offered(self) -> bool:
        """An offer of this page stands in the log."""
        return any(offer in self.conversation.log.offers for offer in self.reader.offers)

    @property
    def was_in(self) -> bool:
        """Here, or in what this one continues."""
        return self.goes_on or bool(self.conversation.log.secrets)

    def replaced(self, certificate: bytes) -> bytes:
        """The earlier duty key by which this device is a member now (E7); empty if it is by none."""
        members = self.conversation.log.members
        return next((m.duty for m in members if m.certificate == certificate and m.duty != self.duty), b"")


def sign_offer(
    log: Log, duty: Duty, standing: Standing, papers: Sequence[Signed], purpose: Purpose, replaced: bytes
) -> OfferEntry:
    """E5: over the newest announcement, with the documents that verify it. `papers`: registrar, certificate."""
    trust = standing.trust
    roster = trust.require_fresh(standing.now)
    mine = (papers[-1].hash, duty.document.hash, roster.hash)
    offer = Offer(log.sid, log.newest.hash, purpose, *mine, standing.now + OFFER_SECONDS, replaced)
    doc = offer.encode(trust.realm)
    root = [standing.root_document] if standing.root_document else []
    needed = [*root, *papers, duty.document]
    documents = tuple(document for document in needed if document.hash not in log.documents)
    return OfferEntry(doc, duty.key.sign(doc), documents)
