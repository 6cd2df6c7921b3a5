"""Puts together what an organisation's own people need: accounts, passkeys, machines and rosters. A demo has none of it."""

from collections.abc import Awaitable, Callable, Mapping

from chat.live.accounts import Accounts
from chat.live.node import Node
from chat.live.passkeys import Passkeys
from chat.live.rosters import Rosters
from chat.store.accounts import AccountRecords
from chat.store.challenges import Challenges
from chat.store.connections import Store
from chat.store.settings import Promise
from chat.store.staff import Staff
from chat.web.staff import StaffPages


def staff_pages(
    origin: str,
    node: Node,
    staff: Staff,
    stores: Mapping[Promise, Store],
    tell: Callable[[], Awaitable[None]],
) -> StaffPages:
    """Of the console at `origin`, over the stores of this process. `tell` has every process look at the ledger again."""
    records, challenges = AccountRecords(stores["ledger"]), Challenges(stores["live"])
    accounts = Accounts(records, node.sessions, challenges, Passkeys(origin), node.clock, tell)
    rosters = Rosters(
        node.realm, node.root, origin, staff, records, challenges, node.standing, node.clock, tell
    )
    return StaffPages(accounts, rosters, origin)
