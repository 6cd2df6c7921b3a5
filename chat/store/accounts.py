"""Staff accounts in the ledger: who may sign in, with which passkeys, at which machines. It knows no request and no browser.

A record changes only together with an entry of the audit (Data 4), by compare-and-set.
"""

from collections.abc import Callable
from typing import Final, Literal

from msgspec import Struct
from msgspec.json import decode, encode

from chat import errors
from chat.rules.roles import AccountRole
from chat.rules.told import Skills
from chat.store import audit
from chat.store.audit import Audit
from chat.store.connections import Store
from chat.store.scripts import Script

TRIES: Final = 16

AccountState = Literal["invited", "active", "revoked"]


class Passkey(Struct, frozen=True):
    """One authenticator. `count`: its signature counter; 0 where it has none."""

    id: bytes
    key: bytes
    count: int
    added: int


class Machine(Struct, frozen=True):
    """One staff machine (K3). `words`: somebody has compared them; `certificate`: H(certificate) of the newest, empty before."""

    signature_key: bytes
    hpke_key: bytes
    asked: int
    compared: bool = False
    certificate: bytes = b""
    revoked: bool = False


class Account(Struct, frozen=True):
    """A person of staff, by a pseudonym. `invitation`: the hash of a link that is good once, until `invited_until`."""

    id: str
    pseudonym: str
    role: AccountRole
    made: int
    state: AccountState = "invited"
    passkeys: tuple[Passkey, ...] = ()
    machines: tuple[Machine, ...] = ()
    invitation: bytes = b""
    invited_until: int = 0
    skills: Skills = Skills()


Change = Callable[[Account | None], Account]
"""The record after, from the one before; what may not be raises a fault and changes nothing."""


class AccountRecords:
    """All accounts; there are hundreds at most."""

    def __init__(self, ledger: Store) -> None:
        self._ledger = ledger
        self._script = Script.load("accounts")
        self.audit = Audit(ledger)

    async def find(self, account_id: str) -> Account | None:
        """By its id."""
        raw = await self._ledger.command("HGET", _ACCOUNTS, account_id)
        return None if raw is None else decode(raw, type=Account)

    async def invited(self, invitation: bytes) -> Account | None:
        """Whose open link has this hash: one look, so that trying many costs nobody anything."""
        account_id = await self._ledger.command("HGET", _LINKS, invitation)
        account = await self.find(account_id.decode()) if account_id else None
        return account if account and account.invitation == invitation else None

    async def all(self) -> list[Account]:
        """By pseudonym."""
        rows = await self._ledger.command("HVALS", _ACCOUNTS)
        return sorted((decode(row, type=Account) for row in rows), key=lambda account: account.pseudonym)

    async def change(self, account_id: str, now: int, who: str, what: str, change: Change) -> Account:
        """Carry out `change`, and tell of it: `who` did `what`."""
        for _ in range(TRIES):
            raw = await self._ledger.command("HGET", _ACCOUNTS, account_id)
            before = None if raw is None else decode(raw, type=Account)
            after = change(before)
            entry = await self._next(now, who, what, after.pseudonym)
            links = (before.invitation if before else b"", after.invitation)
            if await self._write(account_id, raw or b"", encode(after), entry, links):
                return after
        raise errors.StoreUnavailable("too many change it at once")

    async def tell(self, now: int, who: str, what: str, about: str) -> None:
        """An entry about what is no account's."""
        for _ in range(TRIES):
            if await self._write("", b"", b"", await self._next(now, who, what, about)):
                return
        raise errors.StoreUnavailable("too many change it at once")

    async def _next(self, now: int, who: str, what: str, about: str) -> tuple[int, bytes]:
        head = await self.audit.head()
        return head.n + 1, audit.next_entry(head, now, who, what, about)

    async def _write(
        self,
        account_id: str,
        before: bytes,
        after: bytes,
        entry: tuple[int, bytes],
        links: tuple[bytes, bytes] = (b"", b""),
    ) -> bool:
        keys = (_ACCOUNTS, audit.KEY, _LINKS)
        refused = await self._ledger.run(self._script, keys, (account_id, before, after, *entry, *links))
        return refused is None


_ACCOUNTS: Final = "varsam:{accounts}"
_LINKS: Final = "varsam:{accounts}:links"
"""The hash of each open link → whose it is."""
