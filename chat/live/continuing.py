"""Continuation on the service's side (E9): the visitor's word is verified, and the old conversation ends by it.

Knows no session. Every step can be repeated: the same word again finds the new conversation there and the old one gone.
"""

from dataclasses import dataclass

import msgspec

from chat import errors, wire
from chat.crypto import epochs
from chat.crypto.continuation import parse_continuation, verify_continuation
from chat.crypto.encoding import b64, unb64
from chat.crypto.returning import parse_return_key
from chat.crypto.signing import ReturnKey, VisitorKey
from chat.live.node import Node
from chat.live.standing import one
from chat.rules.ids import Sid
from chat.store.conversations import Facts

_encode = msgspec.json.Encoder().encode
_read_return_key = msgspec.json.Decoder(wire.ReturnKey).decode
_read_announcement = msgspec.json.Decoder(wire.Announcement).decode


@dataclass(frozen=True)
class Continued:
    """What goes on under a new id. `facts`: None where it was ended by this word before."""

    sid: Sid
    word: wire.Signed
    facts: Facts | None
    returned: bool
    """By a code, and not because the store has lost a part."""

    @property
    def kept(self) -> list[bytes] | None:
        """H(certificate) of the members, for whom the new one is kept; None: nobody was let in yet."""
        if self.facts is None or self.facts.state != "admitted":
            return None
        return list(self.facts.members.values())


def named(node: Node, word: wire.Signed, new: bytes) -> Sid:
    """The conversation that a word continues as `new`; not verified."""
    continuation = parse_continuation(node.realm, unb64(word.doc))
    if continuation.new != new:
        raise errors.VerificationError(
            "E9", "the word is for another conversation than the one that is started"
        )
    return Sid(b64(continuation.old))


async def verified(node: Node, old: Sid, word: wire.Signed) -> Continued:
    """E9: by the key of the old conversation's first announcement, or by its newest return key. One that is gone was ended by
    this word, or is unknown.
    """
    facts = await node.conversations.facts(old)
    if facts is not None:
        returns = await return_key(node, old, facts)
        verify_continuation(node.realm, one(word), unb64(old), await visitor_key(node, old), returns)
    returned = parse_continuation(node.realm, unb64(word.doc)).reason == "returned"
    return Continued(old, word, facts, returned)


async def end(node: Node, continued: Continued) -> None:
    """Everybody who follows the old one, or comes later, gets the word."""
    await node.end(continued.sid, "continued", _encode(continued.word))


async def visitor_key(node: Node, sid: Sid) -> VisitorKey:
    """The visitor's key, from the conversation's first entry."""
    records = await node.conversations.read(sid, 1, 1)
    if not records:
        raise errors.UnknownConversation
    first = epochs.parse_announcement(node.realm, unb64(_read_announcement(records[0].raw).doc))
    return VisitorKey(first.key)


async def return_key(node: Node, sid: Sid, facts: Facts) -> ReturnKey | None:
    """R1: of the code that counts; None: there is none."""
    records = await node.conversations.read(sid, facts.returns, 1) if facts.returns else []
    if not records:
        return None
    return parse_return_key(node.realm, unb64(_read_return_key(records[0].raw).doc), unb64(sid))
