"""One visitor as a counsellor without a screen has them, and the duty key by which it speaks there (K5, E7, E9)."""

from chat import wire
from chat.client.conversation import Conversation
from chat.crypto.chain import Span
from chat.crypto.encoding import Realm
from chat.crypto.hpke import DutySealKey, OpenKey
from chat.crypto.issuing import issue_duty
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

    `rejoins_at`: of one whom an earlier page of this device talked with, the index from which on an offer to rejoin is made
    (E7). `over`: H(A_e) of what the newest offer is over.
    """

    def __init__(
        self, conversation: Conversation, reader: AsMember, duty: bytes, leased: wire.Leased | wire.Member
    ) -> None:
        self.conversation = conversation
        self.reader = reader
        self.duty = duty
        self.lease = leased.lease if isinstance(leased, wire.Leased) else None
        self.rejoins_at = leased.index if isinstance(leased, wire.Member) else None
        self.over = b""
        self.told_of_loss = False

    def replaced(self, certificate: bytes) -> bytes:
        """The earlier duty key by which this device is a member now (E7); empty if it is by none."""
        members = self.conversation.log.members
        return next((m.duty for m in members if m.certificate == certificate and m.duty != self.duty), b"")
