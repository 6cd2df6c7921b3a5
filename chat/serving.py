"""`varsam serve`: the process that was started, or several that share its socket."""

import socket
from functools import partial

import structlog
from starlette.types import ASGIApp

from chat import logs, processes
from chat.app import SOCKET_BYTES, Addresses, application, figures, running, stores
from chat.config import Config
from chat.configured import organisation
from chat.web.assets import Assets

_log = structlog.get_logger()


def serve(config: Config, workers: int) -> None:
    """`varsam serve`: until a signal; ConfigurationError where it cannot start."""
    _say(config)
    Assets.load(config.assets.published)
    listener = processes.listen(config.listen.host, config.listen.port)
    processes.run(_alone(config, listener) if workers == 1 else _together(config, listener, workers))


async def _alone(config: Config, listener: socket.socket) -> None:
    async with stores(config) as addresses:
        await _process(config, addresses, listener, 0)


async def _together(config: Config, listener: socket.socket, workers: int) -> None:
    async with stores(config) as addresses:
        await processes.Workers(workers, worker, config, addresses, listener).run()


def worker(config: Config, addresses: Addresses, listener: socket.socket, number: int) -> None:
    """One of several processes."""
    logs.set_up()
    try:
        processes.run(_process(config, addresses, listener, number))
    except Exception as error:  # noqa: BLE001 (multiprocessing would print its words)
        logs.died(type(error), error, None)
        raise SystemExit(1) from None


async def _process(config: Config, addresses: Addresses, listener: socket.socket, number: int) -> None:
    async with running(config, addresses, organisation(config)) as parts:
        served: list[tuple[socket.socket, ASGIApp]] = [
            (listener, application(parts, Assets.load(config.assets.published)))
        ]
        if config.listen.metrics_port:
            served.append(
                (processes.listen("127.0.0.1", config.listen.metrics_port + number), figures(parts))
            )
        chores = [parts.work(), parts.tell()]
        ready = partial(_log.info, "serving", work=str(number))
        await processes.serve(served, chores, ready, parts.end, SOCKET_BYTES)


def _say(config: Config) -> None:
    """What an operator must know before the first visitor comes."""
    embedded = [name for name in ("live", "ledger") if not getattr(config, name).url]
    kept = f"the ledger is kept in {config.embedded.folder}" if config.embedded.folder else "nothing is kept"
    words = [
        f"Varsam serves {config.visitor.origin} and {config.staff.origin}/staff on port {config.listen.port}.",
        f"No address is given for {' and '.join(embedded)}: embedded stores are started ({kept})."
        if embedded
        else "",
        "Whom the organisation has enrolled can sign in (docs/operating.md); the chat is closed until a roster is signed and fresh."
        if config.organisation.root
        else "Nobody can sign in before [organisation] root is set: make it with `varsam keys init` (docs/operating.md). The chat is closed.",
    ]
    print("\n".join(filter(None, words)), flush=True)  # noqa: T201
