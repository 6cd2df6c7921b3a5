"""Whoever asked to come in takes it back (E6): what the service verifies before it stores that. It knows no session, and whether
an offer lets anybody in is for the visitor's browser alone.
"""

from collections.abc import Awaitable

import msgspec

from chat import errors, wire
from chat.crypto import epochs
from chat.crypto.chain import Signed
from chat.crypto.encoding import unb64
from chat.crypto.guest import parse_guest
from chat.crypto.refusal import parse_refusal
from chat.crypto.signing import DutyKey
from chat.live import inbox
from chat.live.node import Node
from chat.rules.ids import Sender, Sid
from chat.store.conversations import Stored

_read = msgspec.json.Decoder(wire.Offer | wire.Guest).decode


async def storing_withdrawal(
    node: Node, mine: Sender | None, key: DutyKey | None, message: inbox.Append, entry: wire.Refusal
) -> Awaitable[Stored]:
    """Of an offer by the duty key `mine`, whose signature key is `key`; or of the word for the guest's page `mine`, which names its
    own. `StaleOffer`, `NotAMember`, `WrongRole`.
    """
    sid = Sid(message.sid)
    signed = Signed(unb64(entry.doc), unb64(entry.sig))
    offer, withdrawn = parse_refusal(node.realm, signed.doc)
    if not withdrawn:
        raise errors.WrongRole("only the visitor says no")
    raw = await node.conversations.offer(sid, offer)
    if raw is None:
        raise errors.StaleOffer
    by, named = _made(node, _read(raw))
    if by != mine:
        raise errors.NotAMember
    verifies = named or key
    if verifies is None:
        raise errors.NotAMember
    verifies.verify("E6", signed.doc, signed.sig)
    return node.conversations.append_refusal(
        sid, digest=signed.hash, offer=offer, raw=bytes(message.entry), now=node.now
    )


def _made(node: Node, entry: wire.Offer | wire.Guest) -> tuple[bytes, DutyKey | None]:
    """By whom an offer was made that stands in the log, and the key of a guest."""
    doc = unb64(entry.doc)
    if isinstance(entry, wire.Guest):
        guest = parse_guest(node.realm, doc)
        return guest.hash, guest.signature_key
    return epochs.parse_offer(node.realm, doc).duty, None
