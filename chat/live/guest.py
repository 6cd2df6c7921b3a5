"""The session of a guest from outside (E6): opens a link once, waits to be vouched for, follows, writes, leaves.

Known by the link alone; it sees one conversation and nothing else of the service. What it may write is decided by the newest
announcement, as for everybody.
"""

from typing import ClassVar, Final

from chat import errors, wire
from chat.crypto.encoding import b64, digest, unb64
from chat.live import inbox
from chat.live.asking import Asking
from chat.live.connection import Connection, told
from chat.live.desk import Shown
from chat.live.node import Node
from chat.live.session import Session
from chat.live.withdrawing import storing_withdrawal
from chat.rules.ids import Sender, Sid
from chat.store.invitations import Invitation
from chat.store.presence import Side

SILENT_SECONDS: Final = 30
"""A socket that opens no link is given up."""
TRIES: Final = 3
"""So many links that are none, and its socket is closed."""


class Guest(Session):
    """One guest's connection. `name`: H(guest) of the newest word for this page."""

    side: ClassVar[Side] = "guest"

    def __init__(self, node: Node, connection: Connection) -> None:
        super().__init__(node, connection)
        self._since = node.clock()
        self.access = b""
        self.sid: Sid | None = None
        self.name: Sender | None = None
        self.was_in = False
        self._tries = 0

    def read(self, text: str) -> inbox.GuestMessage:
        message: inbox.GuestMessage = inbox.read(inbox.guest_decoder, "guest", text)
        return message

    async def carry_out(self, message: inbox.GuestMessage) -> None:
        match message:
            case wire.Enter():
                await self._enter(message)
            case wire.Follow():
                await self._follow(message)
            case inbox.Append():
                await self._append(message)
            case wire.Ping():
                self.connection.send(wire.Pong(ref=message.ref))

    async def _enter(self, message: wire.Enter) -> None:
        """Once; a page that comes back shows the same keys."""
        node, access = self.node, digest(unb64(message.access))
        keys = ".".join((message.signature_key, message.hpke_key, message.proof))
        try:
            await node.invitations.enter(access, keys, node.now)
        except errors.NotInvited:
            self._turned_away()
            raise
        invitation = await node.invitations.of(access, node.now)
        if invitation is None:
            raise errors.NotInvited
        self.access, self.sid = access, invitation.sid
        self.connection.send(wire.Done(ref=message.ref))
        self._is_expected(invitation)
        node.desk.changed()

    def _turned_away(self) -> None:
        """Whoever has a link needs one try. Others cost the store a look each, and nobody who is invited waits for them."""
        self._tries += 1
        if self._tries >= TRIES:
            self.connection.fail(errors.WrongRole("no link"))

    def _is_expected(self, invitation: Invitation) -> None:
        """By the newest word for this page."""
        if invitation.guest and self.name != invitation.guest:
            self.name = Sender(invitation.guest)
            self.connection.send(wire.Expected(sid=invitation.sid))

    async def _follow(self, message: wire.Follow) -> None:
        """What this page was vouched for in, and nothing else."""
        sid, _ = inbox.conversation(message.sid)
        if sid != self.sid or self.name is None:
            raise errors.NotAMember
        facts = await self.node.conversations.facts(sid)
        if facts is None:
            await self.refuse_ended(sid)
        follower = await self.start_following(sid, max(message.after, 1))
        self.connection.send(wire.Done(ref=message.ref))
        self.begin(follower, facts)

    async def _append(self, message: inbox.Append) -> None:
        follower = self.follower(Sid(message.sid))
        entry = inbox.read_entry(message.entry)
        if isinstance(entry, wire.Frame):
            self.append_frame(message, follower, self.storing_frame(message, follower, entry, self.name))
        elif isinstance(entry, wire.Refusal):
            await self.under_way_at_most(0)
            taken_back = await storing_withdrawal(self.node, self.name, None, message, entry)
            await self.append(message, follower, taken_back)
        else:
            raise errors.WrongRole

    # While the connection lasts

    @property
    def sees_desk(self) -> bool:
        return self.sid is not None

    def tell_desk(self, shown: Shown, asked: Asking) -> None:  # noqa: ARG002 (a guest sees no queue)
        mine = next((one for one in asked.guests if b64(self.access) == one.name), None)
        if mine:
            self._is_expected(mine.invitation)

    async def renew(self) -> None:
        await super().renew()
        if self.sid is None:
            if self.node.clock() - self._since >= SILENT_SECONDS:
                self.connection.fail(errors.TooSlow())
        else:
            if self.sid in self.followed:
                await self._look_after(self.sid)
            await self._is_still_invited()

    async def _is_still_invited(self) -> None:
        """Whoever invited may have lost the link, or taken it back."""
        if not self.was_in and await self.node.invitations.of(self.access, self.node.now) is None:
            self.connection.send(told(errors.NotInvited()))

    async def _look_after(self, sid: Sid) -> None:
        """Who was in and is in no more follows no more."""
        facts = await self.node.conversations.facts(sid)
        inside = facts is not None and self.name in facts.members
        if self.was_in and facts and not inside:
            await self.unfollow(sid)
        self.was_in |= inside
