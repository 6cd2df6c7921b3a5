"""Who of the staff is signed in, in the live store. It knows the hash of a token and never the token."""

import secrets

from msgspec import Struct
from msgspec.json import decode, encode

from chat.store.connections import Store

_INDEX_SECONDS = 24 * 3600
_MARK = "varsam:{session-mark}"


class Session(Struct, frozen=True):
    """One signed-in page of staff. `account`: empty in a demo; `locked`: the passkey opens it again."""

    certificate: bytes
    """H(certificate) of the machine; empty as long as it has none."""
    until: int
    """Unix seconds."""
    account: str = ""
    opened: int = 0
    locked: bool = False


class Sessions:
    """All sessions of staff, by H(token)."""

    def __init__(self, live: Store) -> None:
        self._live = live

    async def mark(self) -> bytes:
        """A word that stays the same for as long as this store keeps what it was told: one that comes back empty has another."""
        made = secrets.token_bytes(16)
        mark: bytes = await self._live.command("SET", _MARK, made, "NX", "GET") or made
        await self._live.command("EXPIRE", _MARK, _INDEX_SECONDS)
        return mark

    async def open(self, token_hash: bytes, session: Session, now: int) -> None:
        """Sign in until `session.until`."""
        seconds = max(session.until - now, 1)
        await self._live.command("SET", _key(token_hash), encode(session), "EX", seconds)
        if session.account:
            await self._live.command("SADD", _of(session.account), token_hash)
            await self._live.command("EXPIRE", _of(session.account), _INDEX_SECONDS)

    async def change(self, token_hash: bytes, session: Session, now: int) -> None:
        """What it says from now on; one that was closed meanwhile stays closed."""
        seconds = max(session.until - now, 1)
        await self._live.command("SET", _key(token_hash), encode(session), "XX", "EX", seconds)

    async def find(self, token_hash: bytes, now: int) -> Session | None:
        """None: signed out, or the time is over."""
        row = await self._live.command("GET", _key(token_hash))
        session = None if row is None else decode(row, type=Session)
        return session if session and session.until > now else None

    async def close(self, token_hash: bytes) -> None:
        """Sign out."""
        await self._live.command("DEL", _key(token_hash))

    async def of(self, account: str, now: int) -> dict[bytes, Session]:
        """An account's sessions that count, by H(token)."""
        hashes = await self._live.command("SMEMBERS", _of(account))
        found = {hashed: await self.find(hashed, now) for hashed in hashes}
        return {hashed: session for hashed, session in found.items() if session is not None}

    async def close_all(self, account: str) -> None:
        """Sign out everywhere."""
        for hashed in await self._live.command("SMEMBERS", _of(account)):
            await self.close(hashed)
        await self._live.command("DEL", _of(account))


def _key(token_hash: bytes) -> str:
    return f"varsam:{{session:{token_hash.hex()}}}"


def _of(account: str) -> str:
    return f"varsam:{{account:{account}}}:sessions"
