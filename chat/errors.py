"""The one tree of errors. Each leaf knows its code, close code, HTTP status, retry-after and remedy.

A `PeerFault` is the other side's: it is told to them, makes no traceback, and changed nothing. A
`VerificationError` names the step of docs/protocol.md that failed (K7). Anything else that escapes is our
bug. No error ever carries text, keys, numbers or addresses. The catalogues hold the words under
`error.<code>`.
"""

from typing import ClassVar


class VarsamError(Exception):
    """The root of the tree."""

    code: ClassVar[str] = "bug"
    status: ClassVar[int] = 500
    """HTTP."""
    close: ClassVar[int | None] = None
    """WebSocket close code; None: the socket stays open."""
    retry_after: ClassVar[float | None] = None
    """Seconds."""
    remedy: ClassVar[str] = "Reload the page and try again."

    def __str__(self) -> str:
        return ": ".join([self.code, *map(str, self.args)])


class ConfigurationError(VarsamError):
    """The configuration is not usable; `args[0]` holds every fault with file, key, value and remedy."""

    code = "configuration"
    remedy = "Mend the configuration and run `varsam check`."


class StoreUnavailable(VarsamError):
    """The store did not answer in time, or its pipeline is full. Nothing is known to be stored: send it
    again.
    """

    code = "busy"
    status = 503
    retry_after = 1.0
    remedy = "Wait a moment and send it again; what was not acknowledged was not stored."


class VerificationError(VarsamError):
    """Something could not be verified and is refused (K7). `step` names the step, such as `K4`."""

    code = "unverified"
    status = 400
    remedy = "Nothing was accepted. Reload the page; if it happens again, tell the service by another way."

    def __init__(self, step: str, reason: str) -> None:
        super().__init__(step, reason)
        self.step = step
        self.reason = reason


class PeerFault(VarsamError):
    """What the other side sent cannot be accepted. Nothing was changed."""

    status = 400


class Malformed(PeerFault):
    code = "malformed"
    close = 4400
    remedy = "Send one JSON text as docs/protocol.md defines it, as the subprotocol varsam.v1."


class Oversize(PeerFault):
    code = "oversize"
    status = 413
    close = 1009
    remedy = "Send at most 16 KiB in one message; split a long text into parts."


class WrongOrigin(PeerFault):
    code = "wrong-origin"
    status = 403
    close = 4403
    remedy = "Open the page from the service's own address."


class WrongRole(PeerFault):
    code = "wrong-role"
    status = 403
    close = 4403
    remedy = "This request is for another role; sign in with the right one."


class SignedOut(PeerFault):
    code = "signed-out"
    status = 401
    close = 4401
    remedy = "Sign in again."


class ForeignCapability(PeerFault):
    code = "foreign-capability"
    status = 401
    close = 4401
    remedy = "Use the capability this conversation was started with, or start a new one."


class UnknownConversation(PeerFault):
    code = "unknown-conversation"
    status = 404
    remedy = "It has ended or never was; start a new one."


class NotAMember(PeerFault):
    code = "not-a-member"
    status = 403
    remedy = (
        "Only the visitor and the members of the newest announcement write; follow the log and try again."
    )


class Gap(PeerFault):
    code = "gap"
    status = 409
    remedy = "Send what comes before it first: numbers rise by one."


class OtherBytes(PeerFault):
    code = "other-bytes"
    status = 409
    remedy = "This number is taken by other bytes; send identical bytes or take the next number."


class StaleEpoch(PeerFault):
    code = "stale-epoch"
    status = 409
    remedy = "Read the newest announcement and seal it again under that epoch."


class StaleOffer(PeerFault):
    code = "stale-offer"
    status = 409
    remedy = "Sign the offer again over the newest announcement."


class UsedOffer(PeerFault):
    code = "used-offer"
    status = 409
    remedy = "An offer is good once; sign a new one."


class LeaseLost(PeerFault):
    code = "lease-lost"
    status = 409
    remedy = "The time to answer is over; the visitor has the old place again. Take the next."


class WrongMoment(PeerFault):
    code = "wrong-moment"
    status = 409
    remedy = "The conversation's state does not allow this now; follow the log and try again."


class LostEntries(PeerFault):
    code = "lost-entries"
    status = 409
    remedy = "The store has lost what was acknowledged. The visitor's page continues the conversation under a new id."


class Full(PeerFault):
    code = "full"
    status = 409
    remedy = "The conversation has reached its greatest length; end it and start a new one."


class TooFast(PeerFault):
    code = "too-fast"
    status = 429
    retry_after = 2.0
    remedy = "Wait two seconds and send it again."


class TooManySockets(PeerFault):
    code = "too-many-sockets"
    status = 429
    close = 4429
    retry_after = 10.0
    remedy = "This conversation is open in too many places; close the others."


class TooSlow(PeerFault):
    code = "too-slow"
    close = 4408
    retry_after = 1.0
    remedy = "Connect again; what was missed is sent then."


class QueueEmpty(PeerFault):
    code = "queue-empty"
    status = 409
    remedy = "Nobody waits now; you see at once when somebody does."


class QueueFull(PeerFault):
    code = "queue-full"
    status = 503
    retry_after = 300.0
    remedy = "Too many wait now. Use the numbers on the screen, or come back later."


class ChatClosed(PeerFault):
    code = "chat-closed"
    status = 503
    retry_after = 300.0
    remedy = "Nobody can be verified now. Use the numbers on the screen, or come back later."


class AtCapacity(PeerFault):
    code = "at-capacity"
    status = 409
    remedy = "End or hand over a conversation before taking the next."


class OffDuty(PeerFault):
    code = "off-duty"
    status = 409
    remedy = "Go on duty first."


class Moved(PeerFault):
    code = "moved"
    status = 409
    close = 4409
    remedy = "This device is on duty in another tab; go on there, or reload this one to work here."


class OpenConversations(PeerFault):
    code = "open-conversations"
    status = 409
    remedy = "End or hand over your conversations before going off duty."
