"""A visitor without a screen who is asked whether others may come in, and answers (E6): yes, yes without what was said before, no.

Who is let in unasked is the visitor's page's own (`visitor.py`).
"""

from contextlib import suppress

from chat import wire
from chat.client.conversation import SECONDS
from chat.client.translation import write_refusal
from chat.client.visitor import Visitor
from chat.crypto.admission import Considered, consider
from chat.crypto.refusal import refuse
from chat.errors import VerificationError


class Answering(Visitor):
    """One page load, with somebody at it."""

    def question(self, pseudonym: str) -> Considered | None:
        """What this colleague asks now, verified; None: nothing that could still be answered."""
        log, trust, now = self.conversation.log, self.standing.trust, self.standing.now
        for offer in reversed(self.asked):
            with suppress(VerificationError):
                considered = consider(log, trust, offer, now, self.rejoined, self.expected)
                if considered.certificate.pseudonym == pseudonym and log.offers[offer][0].expiry >= now:
                    return considered
        return None

    async def is_asked_by(self, pseudonym: str, seconds: float = SECONDS) -> None:
        """Wait until somebody asks to be let in."""
        await self.until(lambda: self.question(pseudonym) is not None, f"{pseudonym} asks", seconds)

    async def says_yes(self, pseudonym: str, *, history: bool = True) -> None:
        """Let in who asks, with what was said before or without, and wait until they are in."""
        considered = self._asks(pseudonym)
        await self._admit(considered, history=history)
        await self.until(lambda: pseudonym in self.members(), f"{pseudonym} is in")

    async def says_no(self, pseudonym: str) -> None:
        """Refuse who asks, and wait until it stands in the log."""
        offer = self._asks(pseudonym).hash
        log = self.conversation.log
        await self.conversation.appends(write_refusal(refuse(log.realm, offer, self.key)))
        await self.until(lambda: offer in log.refused, "the refusal stands")

    async def asks_for_another(self) -> None:
        """E8: whoever was there is lost; the next on duty shall come, and asks then."""
        await self.asks(wire.Ask(ref=self.ref(), sid=self.sid, purpose="handover"))

    def members(self) -> list[str]:
        """E4: exactly these, by pseudonym."""
        return [member.pseudonym for member in self.conversation.log.members]

    def _asks(self, pseudonym: str) -> Considered:
        considered = self.question(pseudonym)
        if considered is None:
            raise VerificationError("E6", f"{pseudonym} does not ask")
        return considered
