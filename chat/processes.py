"""Listening sockets, HTTP servers and worker processes: how applications run, whatever they are.

Knows no layer of the service. A worker ends when its parent ends, by `kill -9` too; a worker that dies is started again,
unless it never came up.
"""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from multiprocessing.process import BaseProcess
from typing import Any, Final

import structlog
import uvicorn
import uvloop
from starlette.types import ASGIApp

from chat import errors
from chat.web.protocol import Protocol

STOP_SECONDS: Final = 5
PING_SECONDS: Final = 15.0
PONG_SECONDS: Final = 8.0
"""A half-open socket is found within 25 s: it was silent for the one, and did not answer for the other."""
BACKLOG: Final = 2_048
UNANSWERED_MILLISECONDS: Final = 23_000
SEND_BYTES: Final = 128 * 1024
EARLY_SECONDS: Final = 3.0
STARTED_STEP_SECONDS: Final = 0.01

_log = structlog.get_logger()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; ConfigurationError where the port is taken or the address is not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(
        socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BYTES
    )  # else the kernel holds megabytes for the slow
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # A peer that takes nothing more is given up; what it missed stands in the log.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNANSWERED_MILLISECONDS)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = error.strerror if isinstance(error, OSError) else "no such port"
        raise errors.ConfigurationError(
            [f"{host}:{port} cannot be listened on ({reason}): stop what uses it, or choose another port"]
        ) from error
    return listener


class Server(uvicorn.Server):
    """uvicorn without its own handling of signals: several run in one process, which stops them together."""

    def __init__(self, app: ASGIApp, message_bytes: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http="h11",
                ws=Protocol,
                ws_max_size=message_bytes,
                ws_per_message_deflate=False,
                ws_ping_interval=PING_SECONDS,
                ws_ping_timeout=PONG_SECONDS,
                lifespan="off",
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=STOP_SECONDS,
            )
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    served: Sequence[tuple[socket.socket, ASGIApp]],
    chores: Sequence[Coroutine[Any, Any, None]],
    ready: Callable[[], None],
    ending: Callable[[], None],
    message_bytes: int,
) -> None:
    """Serve each application on its socket until a signal, beside the chores; the death of one is the death of all.

    `ready`: called when all of them answer; `ending`: at the signal, before what is under way is waited for.
    """
    servers = [Server(app, message_bytes) for _, app in served]

    def stop() -> None:
        ending()
        for server in servers:
            server.should_exit = True

    _on_signals(stop)
    _die_with_parent(stop)
    async with asyncio.TaskGroup() as group:
        doing = [group.create_task(chore) for chore in chores]
        serving = [
            group.create_task(server.serve([listener]))
            for server, (listener, _) in zip(servers, served, strict=True)
        ]
        while not all(server.started or task.done() for server, task in zip(servers, serving, strict=True)):  # noqa: ASYNC110
            await asyncio.sleep(STARTED_STEP_SECONDS)  # uvicorn tells of it in no other way
        ready()
        await asyncio.wait(serving)
        for chore in doing:
            chore.cancel()


def _on_signals(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)


def _die_with_parent(stop: Callable[[], None]) -> None:
    """A worker whose parent is gone stops, and waits for nobody."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    loop = asyncio.get_running_loop()

    def orphaned() -> None:
        loop.remove_reader(parent.sentinel)
        stop()
        loop.call_later(STOP_SECONDS, os._exit, 1)

    loop.add_reader(parent.sentinel, orphaned)


class Workers:
    """Processes that all do the same on one listening socket. `target` and its arguments must be picklable."""

    def __init__(self, count: int, target: Callable[..., None], *arguments: Any) -> None:
        self._target = target
        self._arguments = arguments
        self._count = count
        self._context = multiprocessing.get_context("spawn")
        self._stopping = asyncio.Event()
        self._failed = False

    async def run(self) -> None:
        """Until a signal; ConfigurationError if a worker does not come up."""
        _on_signals(self._stopping.set)
        await self.keep()

    async def keep(self) -> None:
        """The same beside something else that minds the signals: until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            for number in range(self._count):
                group.create_task(self._keep(number))
        if self._failed:
            raise errors.ConfigurationError(
                ["a worker ended as soon as it was started: its own words stand above"]
            )

    async def _keep(self, number: int) -> None:
        while not self._stopping.is_set():
            worker = self._context.Process(
                target=self._target, args=(*self._arguments, number), name=f"varsam {number}"
            )
            began = time.monotonic()
            worker.start()
            try:
                await self._ended(worker)
            finally:
                await asyncio.to_thread(_stop, worker)
            if not self._stopping.is_set():
                _log.error("worker ended", work=str(number), code=worker.exitcode)
                by_itself = (worker.exitcode or 0) > 0  # negative: a signal; 0: it was told to end
                if by_itself and time.monotonic() - began < EARLY_SECONDS:
                    self._failed = True
                    self._stopping.set()

    async def _ended(self, worker: BaseProcess) -> None:
        """Until it ends by itself, or all shall."""
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        loop.add_reader(worker.sentinel, ended.set)
        waits = [asyncio.ensure_future(ended.wait()), asyncio.ensure_future(self._stopping.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            loop.remove_reader(worker.sentinel)
            for wait in waits:
                wait.cancel()


def _stop(worker: BaseProcess) -> None:
    if worker.is_alive():
        worker.terminate()
        worker.join(2 * STOP_SECONDS)
    if worker.is_alive():
        worker.kill()
    worker.join()


def run(main: Coroutine[Any, Any, None]) -> None:
    """On uvloop, which is cheaper by half than asyncio's own loop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)
