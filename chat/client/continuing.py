"""Where the store has lost a part, a counsellor without a screen waits for the visitor's page and takes up what goes on (E9).

Knows the counsellor's cases; everything that is verified here is held against their logs.
"""

from typing import TYPE_CHECKING

from chat import wire
from chat.client.case import Case
from chat.client.translation import read_signed
from chat.crypto.continuation import recognise_continuation
from chat.crypto.encoding import b64
from chat.errors import VerificationError

if TYPE_CHECKING:
    from chat.client.counsellor import Counsellor


class Continuing:
    """`awaited`: by the sid under which each goes on, what is not taken up yet. `returning`: sids of those who came back by a code
    to what this page was in, and are not taken up yet (R2)."""

    def __init__(self, counsellor: "Counsellor") -> None:
        self._counsellor = counsellor
        self.awaited: dict[str, Case] = {}
        self.returning: set[str] = set()

    def forgets(self) -> None:
        """The page is loaded anew."""
        self.awaited.clear()
        self.returning.clear()

    def awaits(self, sid: str) -> bool:
        """Whether this is to be taken up by itself."""
        return sid in self.awaited or sid in self.returning

    def is_gone(self, ended: wire.Ended) -> None:
        """What was to be taken up is gone itself, whatever became of it."""
        self.returning.discard(ended.sid)
        case = self.awaited.pop(ended.sid, None)
        if case:
            case.conversation.is_over(ended.reason)

    def __contains__(self, case: Case) -> bool:
        return case in self.awaited.values()

    async def tells_of_loss(self, case: Case) -> None:
        """The visitor's page may not know: the service tells it. Then this one waits."""
        conversation = case.conversation
        if conversation.lost and not (case.told_of_loss or conversation.ended or case in self):
            case.told_of_loss = True
            await self._counsellor.send(wire.Lost(ref=self._counsellor.ref(), sid=conversation.sid))

    async def is_continued(self, case: Case, word: wire.Signed) -> None:
        """The visitor's word is held against the log of this page; then the new one is taken without being asked."""
        conversation = case.conversation
        counsels = self._counsellor.certificate.role == "counsellor"
        if not (counsels and case.was_in and conversation.log.announcements):
            # Whoever was in beside the counsellor is asked for once more, by a member (E6).
            return conversation.is_over("continued")
        try:
            continuation = recognise_continuation(conversation.log, read_signed(word))
        except VerificationError as error:
            conversation.alarm = error
        else:
            self.awaited.pop(conversation.sid, None)
            if continuation.reason == "returned":
                # Another person may have the words: nothing that was said goes along.
                conversation.is_over("returned")
                self.returning.add(b64(continuation.new))
            else:
                conversation.lost = True
                self.awaited[b64(continuation.new)] = case
            await self.asks()

    def is_not_let_in(self, case: Case) -> None:
        """The lease was not used. What goes on is taken once more, whenever the visitor's page is there (E9)."""
        sid = case.conversation.sid
        if case.goes_on:
            self.awaited[sid] = case
        else:
            case.conversation.is_over("lease-lost")

    async def asks(self) -> None:
        """Ask for what is kept for this device."""
        for sid in (*self.awaited, *self.returning) if self._counsellor.is_on_duty else ():
            await self._counsellor.send(wire.Take(ref=self._counsellor.ref(), sid=sid))

    async def asks_again(self) -> None:
        """With all news of the queue, which come every few seconds: the visitor may have been away, and an answer may have been
        lost."""
        await self.asks()
        for sid, case in list(self._counsellor.cases.items()) if self._counsellor.is_on_duty else ():
            conversation = case.conversation
            if conversation.lost and case not in self and not conversation.ended:
                await self._counsellor.send(
                    wire.Follow(ref=self._counsellor.ref(), sid=sid, after=conversation.log.index)
                )
                await self._counsellor.send(wire.Lost(ref=self._counsellor.ref(), sid=sid))

    async def takes_up(self, leased: wire.Leased) -> None:
        """The lease is ours: for who came back, for what goes on, or once more for what was leased before in vain."""
        if leased.sid in self.returning:
            self.returning.discard(leased.sid)
            self._counsellor.opens(leased)
            await self._counsellor.link.send(wire.Follow(ref=self._counsellor.ref(), sid=leased.sid, after=0))
            return
        before = self.awaited.pop(leased.sid)
        log = before.conversation.log
        if before.conversation.sid != leased.sid:
            del self._counsellor.cases[before.conversation.sid]
            self._counsellor.opens(leased, before)
            await self._counsellor.link.send(wire.Follow(ref=self._counsellor.ref(), sid=leased.sid, after=0))
            return
        before.lease = leased.lease
        await self._counsellor.link.send(
            wire.Follow(ref=self._counsellor.ref(), sid=leased.sid, after=log.index)
        )
        if log.index:
            await self._counsellor.offers(before)
