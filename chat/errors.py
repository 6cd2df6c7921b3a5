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


class CeremonyError(VarsamError):
    """A command cannot do what it was asked to, and has changed nothing. It is told on a terminal and never sent, so it has no
    code of its own.
    """

    def __init__(self, fault: str, advice: str) -> None:
        """`fault`: what is wrong; `advice`: what to do about it."""
        super().__init__(fault, advice)
        self.fault = fault
        self.advice = advice


class NotTold(VarsamError):
    """Those on call were not reached on one way. It is counted and never sent, so it has no code of its own."""

    def __init__(self, fault: str) -> None:
        """`fault`: what is wrong, without an address."""
        super().__init__(fault)
        self.fault = fault


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


class Locked(PeerFault):
    code = "locked"
    status = 401
    close = 4423
    remedy = "This page was left alone; open it with your passkey."


class NotInvited(PeerFault):
    code = "not-invited"
    status = 403
    remedy = "This link was used or its time is over; ask a coordinator for another."


class NoPasskey(PeerFault):
    code = "no-passkey"
    status = 403
    remedy = "This passkey is not one of the service's; take another, or ask a coordinator for an invitation."


class UnknownPerson(PeerFault):
    code = "unknown-person"
    status = 404
    remedy = "Somebody has changed the list meanwhile; read it again."


class ForeignCapability(PeerFault):
    code = "foreign-capability"
    status = 401
    close = 4401
    remedy = "Use the capability this conversation was started with, or start a new one."


class CoolingDown(PeerFault):
    code = "cooling-down"
    status = 429
    remedy = (
        "The conversation before was ended for abuse; begin another once the time is over that it was told."
    )


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


class CodeUnknown(PeerFault):
    code = "code-unknown"
    status = 404
    remedy = "Nothing waits under this code: look at the words again, or start a new conversation."


class CodeLocked(PeerFault):
    code = "code-locked"
    status = 423
    retry_after = 120.0
    remedy = "Somebody has just used this code. Wait two minutes, or start a new conversation."


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


class Unavailable(PeerFault):
    code = "unavailable"
    status = 409
    remedy = "You have said that you take nobody now; set your state to available."


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


# Callbacks


class CallbackUnknown(PeerFault):
    code = "callback-unknown"
    status = 404
    remedy = "Nothing waits under this code: look at the words again, or ask anew."


class CallbackCancelled(PeerFault):
    code = "callback-cancelled"
    status = 409
    remedy = "It was cancelled: do not call. Whoever wants a call after all asks anew."


class CallbacksClosed(PeerFault):
    code = "callbacks-closed"
    status = 503
    retry_after = 300.0
    remedy = "Nobody could open a request now. Use the numbers on the screen, or come back later."


class CallbacksFull(PeerFault):
    code = "callbacks-full"
    status = 503
    retry_after = 300.0
    remedy = "Too many wait for a call. Use the numbers on the screen, or come back later."


class StaleChallenge(PeerFault):
    """The challenge, the team key that was sealed to, or the work for it does not count any more."""

    code = "stale-challenge"
    status = 409
    remedy = "Ask for a challenge again, seal to the key that comes with it, and work for that."


class StaleVersion(PeerFault):
    code = "stale-version"
    status = 409
    remedy = "Another version came before this one; ask for the status and send the next."


class NoWindow(PeerFault):
    code = "no-window"
    remedy = "Name at least one time, of 30 minutes or more, when the call may come."


class WindowPast(PeerFault):
    code = "window-past"
    remedy = "This time is over; choose a later one."


class WindowFar(PeerFault):
    code = "window-far"
    remedy = "Choose times within the next 14 days."


class WindowsOverlap(PeerFault):
    code = "windows-overlap"
    remedy = "Two of the times overlap; leave one of them out, or make one of both."


class WindowUnstaffed(PeerFault):
    code = "window-unstaffed"
    remedy = "Nobody works at this time; choose one of those that are shown."


class CallbackTaken(PeerFault):
    code = "callback-taken"
    status = 409
    remedy = "A colleague has this request in hand; take another."


class CallbackNotHeld(PeerFault):
    code = "callback-not-held"
    status = 409
    remedy = "Your time with this request is over; take it again first."


class CallbackOver(PeerFault):
    code = "callback-over"
    status = 409
    remedy = "No call is left for this request; close it with Done."


class OutsideWindow(PeerFault):
    code = "outside-window"
    status = 409
    remedy = "It is not a time when this person may be called; wait for the next one that the card names."
