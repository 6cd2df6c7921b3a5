"""Continuation (E9): a conversation that cannot go on under its id goes on under a new one, by the visitor's word.

PURE. It makes, reads and verifies that word, and says who may come into the new conversation unasked; what was written and is
sent again is the pages' own.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from chat.crypto.chain import Signed
from chat.crypto.encoding import Realm, dec, enc, hash32, text, utf8
from chat.crypto.log import Log
from chat.crypto.returning import Trail
from chat.crypto.signing import PrivateKey, ReturnKey, VisitorKey
from chat.errors import VerificationError

Reason = Literal["restored", "returned"]
"""The store has lost what was acknowledged · the visitor came back by a code, on another page."""
REASONS: tuple[Reason, ...] = get_args(Reason)

Expected = frozenset[bytes] | None
"""Of whom the visitor's page lets in unasked: H(certificate) of each; None: whoever accepts first (E5)."""


@dataclass(frozen=True)
class Continuation:
    """E9, unsigned. `old` and `new` are sids; `newest` is H(A_e) of the newest announcement that its signer held."""

    old: bytes
    new: bytes
    reason: Reason
    newest: bytes

    def encode(self, realm: Realm) -> bytes:
        return enc(realm, "continue", self.old, self.new, utf8(self.reason), self.newest)


def parse_continuation(realm: Realm, doc: bytes) -> Continuation:
    """E9: its shape."""
    old, new, reason, newest = dec(realm, "continue", doc, 4)
    continuation = Continuation(hash32(old), hash32(new), _read_reason(reason), hash32(newest))
    if continuation.old == continuation.new:
        raise VerificationError("E9", "a conversation that continues itself")
    return continuation


def _read_reason(data: bytes) -> Reason:
    value = text(data)
    for reason in REASONS:
        if reason == value:
            return reason
    raise VerificationError("E9", "unknown reason")


def continue_as(log: Log, key: PrivateKey[VisitorKey], new: bytes) -> Signed:
    """E9: the visitor's word that this conversation goes on as `new`, since the store has lost a part of it."""
    doc = Continuation(log.sid, new, "restored", log.newest.hash).encode(log.realm)
    return Signed(doc, key.sign(doc))


def return_as(realm: Realm, trail: Trail, new: bytes) -> Signed:
    """E9, R2: the word of who came back by the code, that the conversation goes on as `new`."""
    doc = Continuation(trail.sid, new, "returned", trail.newest.hash).encode(realm)
    return Signed(doc, trail.key.sign(doc))


def verify_continuation(
    realm: Realm, signed: Signed, old: bytes, visitor: VisitorKey, returns: ReturnKey | None
) -> Continuation:
    """E9: of the conversation `old`; `restored` by its visitor's key, `returned` by its newest return key, if it has one."""
    continuation = parse_continuation(realm, signed.doc)
    if continuation.old != old:
        raise VerificationError("E9", "a continuation of another conversation")
    key = visitor if continuation.reason == "restored" else returns
    if key is None:
        raise VerificationError("E9", "a return to a conversation without a return code")
    key.verify("E9", signed.doc, signed.sig)
    return continuation


def recognise_continuation(log: Log, signed: Signed) -> Continuation:
    """E9: a page holds it against its own log: by a key that is in it, after an announcement that is known here."""
    if not log.announcements:
        raise VerificationError("E9", "a continuation of a conversation that is not known")
    visitor = VisitorKey(log.announcements[0].key)
    returns = log.return_keys[-1] if log.return_keys else None
    continuation = verify_continuation(log.realm, signed, log.sid, visitor, returns)
    if all(continuation.newest != announcement.hash for announcement in log.announcements):
        raise VerificationError("E9", "a continuation after an announcement that is not known")
    return continuation


def expected_after(log: Log | Trail, expected: Expected) -> Expected:
    """E9: who is let in unasked to the conversation after this one. `expected`: who was to this one."""
    if log.ever_had_member:
        return frozenset(member.certificate for member in log.newest.members)
    return expected
