"""Does a store keep its promise (S4)? It asks the store for its settings, and says what is wrong and how to mend it."""

from typing import Final, Literal

from msgspec import Struct
from redis.exceptions import ResponseError

from chat.store.connections import Store

Promise = Literal["live", "ledger"]

_WANTED: Final[dict[Promise, dict[str, str]]] = {
    "live": {
        "save": "",
        "appendonly": "no",
        "repl-diskless-sync": "yes",
        "maxmemory-policy": "noeviction",
        "slowlog-log-slower-than": "-1",
    },
    "ledger": {
        "appendonly": "yes",
        "appendfsync": "always",
        "no-appendfsync-on-rewrite": "no",
        "maxmemory-policy": "noeviction",
    },
}
_WHY: Final = {
    "save": "conversations must never reach a disk",
    "appendonly": "the live store is in memory only, the ledger must outlast a crash",
    "repl-diskless-sync": "a replica must not be fed through a file",
    "maxmemory-policy": "what was acknowledged must not be evicted",
    "slowlog-log-slower-than": "commands must not be kept in a log",
    "appendfsync": "what was acknowledged must be on the disk",
    "no-appendfsync-on-rewrite": "what was acknowledged must be on the disk during a rewrite too",
}


class Fault(Struct, frozen=True):
    """A setting that breaks the promise. `value` is None when the store does not tell it: nothing is proved then."""

    setting: str
    value: str | None
    remedy: str


async def faults(store: Store, promise: Promise) -> list[Fault]:
    """Empty: the promise is kept."""
    wanted = _WANTED[promise]
    try:
        answer = await store.command("CONFIG", "GET", *wanted)
    except ResponseError:  # a hosted store may keep its settings to itself
        answer = []
    found = {answer[at].decode(): answer[at + 1].decode() for at in range(0, len(answer), 2)}
    return [
        _fault(promise, setting, found.get(setting), value)
        for setting, value in wanted.items()
        if found.get(setting) != value
    ]


def _fault(promise: Promise, setting: str, value: str | None, wanted: str) -> Fault:
    remedy = f"Set `{setting} {wanted or chr(34) * 2}` in the {promise} store: {_WHY[setting]}."
    return Fault(setting, value, remedy)
