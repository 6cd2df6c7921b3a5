"""Where a link becomes a connection with a session: a visitor's is open to everybody, a counsellor's to who is signed in.

Knows links, not sockets.
"""

from chat import errors
from chat.crypto.encoding import digest, unb64
from chat.live.connection import Connection
from chat.live.counsellor import Counsellor
from chat.live.guest import Guest
from chat.live.link import Link
from chat.live.node import Node
from chat.live.page import Page
from chat.live.session import Session
from chat.live.visitor import Visitor
from chat.store.sessions import Session as StaffSession


class Door:
    """Meets whoever connects to this node."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def visitor(self, link: Link, page: Page | None = None) -> None:
        """A visitor; `page` where the link is one of many short ones."""
        connection = self._connection(link)
        await self._serve(connection, Visitor(self._node, connection, page))

    async def counsellor(self, link: Link, token: str) -> None:
        """A counsellor, by the token of a session of staff; a device that is nobody is signed out."""
        connection = self._connection(link)
        try:
            token_hash, signed_in = await self.signed_in(token)
        except errors.VarsamError as error:
            await connection.turn_away(error)
        else:
            await self._serve(connection, Counsellor(self._node, connection, signed_in, token_hash))

    async def practice(self, link: Link, token: str) -> None:
        """The simulated visitor in a console, for whoever is signed in there and nobody else."""
        connection = self._connection(link)
        try:
            _, signed_in = await self.signed_in(token)
        except errors.VarsamError as error:
            await connection.turn_away(error)
        else:
            await self._serve(connection, Visitor(self._node, connection, None, signed_in.certificate))

    async def guest(self, link: Link) -> None:
        """A guest, who shows the link's secret as the first thing."""
        connection = self._connection(link)
        await self._serve(connection, Guest(self._node, connection))

    async def signed_in(self, token: str) -> tuple[bytes, StaffSession]:
        """Whose token this is, as H(token) and a session; SignedOut, Locked."""
        node = self._node
        try:
            token_hash = digest(unb64(token))
        except errors.Malformed as error:
            raise errors.SignedOut from error
        signed_in = await node.sessions.find(token_hash, node.now)
        if signed_in and signed_in.locked:
            raise errors.Locked
        if signed_in and node.standing.refuses(signed_in.certificate):
            await node.standing.reload(node.now)
        if signed_in is None or not signed_in.certificate or node.standing.refuses(signed_in.certificate):
            raise errors.SignedOut
        return token_hash, signed_in

    async def _serve(self, connection: Connection, session: Session) -> None:
        node = self._node
        gauge = node.measures.sockets.labels(session.side)
        node.connected.add(session)
        gauge.inc()
        try:
            session.greet()
            await connection.run(session)
        finally:
            gauge.dec()

    def _connection(self, link: Link) -> Connection:
        return Connection(link, self._node.clock, self._node.speed.outbox_bytes)
