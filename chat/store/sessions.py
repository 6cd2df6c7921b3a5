"""Who of the staff is signed in, in the live store. It knows the hash of a token and never the token."""

from msgspec import Struct
from msgspec.json import decode, encode

from chat.store.connections import Store


class Session(Struct, frozen=True):
    """One signed-in page of staff."""

    certificate: bytes
    """H(certificate)."""
    until: int
    """Unix seconds."""


class Sessions:
    """All sessions of staff, by H(token)."""

    def __init__(self, live: Store) -> None:
        self._live = live

    async def open(self, token_hash: bytes, session: Session, now: int) -> None:
        """Sign in until `session.until`."""
        await self._live.command("SET", _key(token_hash), encode(session), "EX", max(session.until - now, 1))

    async def find(self, token_hash: bytes, now: int) -> Session | None:
        """None: signed out, or the time is over."""
        row = await self._live.command("GET", _key(token_hash))
        session = None if row is None else decode(row, type=Session)
        return session if session and session.until > now else None

    async def close(self, token_hash: bytes) -> None:
        """Sign out."""
        await self._live.command("DEL", _key(token_hash))


def _key(token_hash: bytes) -> str:
    return f"varsam:{{session:{token_hash.hex()}}}"
