"""The service in pieces, each a real process: two stores and several server processes behind a balancer, which a test may stop,
stall, kill and start again.

Everything that is started here is ended here, by its process id. Its organisation is a throw-away one.
"""

import asyncio
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from chat.client.counsellor import Counsellor
from chat.crypto.encoding import b64, digest
from chat.demo.organisation import REALM, Organisation
from chat.demo.sign_in import Registry
from chat.store import embedded
from chat.store.connections import Store
from chat.store.conversations import Conversations
from chat.store.queue import Queue
from chat.store.sessions import Session, Sessions
from chat.store.staff import Staff, tell_changed
from tests.faults.balancer import Balancer, balancing

EXAMPLE = Path(__file__).parents[2] / "config" / "varsam.example.toml"
START_SECONDS = 240.0
STOP_SECONDS = 60.0
ASK_SECONDS = 10.0


async def becomes(is_so: Callable[[], Awaitable[bool]], seconds: float) -> None:
    """Look again and again until it is so: another process tells of it in no other way."""
    async with asyncio.timeout(seconds):
        while not await is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


class Program:
    """One process of this test's own."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> subprocess.Popen[bytes]:
        if self._running is None:
            raise RuntimeError("it was not started")
        return self._running

    def run(self, command: list[str], environment: dict[str, str]) -> None:
        with self._log.open("ab") as log:
            self._running = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)

    def said(self) -> str:
        """All that it printed and logged so far."""
        return self._log.read_text(errors="replace")

    def is_told(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def is_killed(self) -> None:
        """As by `kill -9`."""
        self.process.kill()
        self.process.wait(STOP_SECONDS)

    async def ends(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Told to end; its exit code."""
        self.process.send_signal(number)
        return await asyncio.to_thread(self.process.wait, STOP_SECONDS)

    def is_gone(self) -> None:
        """Whatever became of it, it runs no more."""
        if self._running is not None and self._running.poll() is None:
            self._running.send_signal(signal.SIGCONT)
            self._running.terminate()
            try:
                self._running.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._running.kill()
                self._running.wait(STOP_SECONDS)


class StoreProcess(Program):
    """A store at an address that stays the same."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        folder.mkdir()
        super().__init__(folder / "log")
        self._folder, self._settings = folder, settings

    @property
    def url(self) -> str:
        return f"unix://{self._folder / 'socket'}"

    async def starts(self) -> None:
        """Anew, and with what lies in its folder: nothing, for a live store."""
        settings = {**self._settings, "unixsocket": str(self._folder / "socket"), "dir": str(self._folder)}
        arguments = [part for name, value in settings.items() for part in (f"--{name}", value)]
        self.run([str(embedded.valkey()), *arguments], dict(os.environ))
        await becomes(self._answers, START_SECONDS)

    async def _answers(self) -> bool:
        try:
            reader, writer = await asyncio.open_unix_connection(self._folder / "socket")
        except OSError:
            return False
        writer.write(b"PING\r\n")
        answer = await reader.readline()
        writer.close()
        return answer.startswith(b"+PONG")

    async def stalls(self, seconds: float) -> None:
        """It stands still, and then goes on as if nothing had been."""
        self.is_told(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self.is_told(signal.SIGCONT)


class ServerProcess(Program):
    """One `varsam serve` on a port of its own."""

    def __init__(self, port: int, log: Path, environment: dict[str, str]) -> None:
        super().__init__(log)
        self.port = port
        self._environment = environment

    def starts(self) -> None:
        command = [sys.executable, "-m", "chat", "serve", "--config", str(EXAMPLE)]
        environment = {**os.environ, **self._environment, "VARSAM_LISTEN__PORT": str(self.port)}
        self.run(command, environment)

    async def is_ready(self) -> None:
        """Wait until it is."""
        try:
            await self.says(ready=True)
        except TimeoutError as late:
            raise AssertionError("it did not come up:\n" + self.said()) from late

    async def readiness(self) -> dict[str, Any]:
        """What `/readyz` says; of a process that takes no connection, that it is not ready."""
        try:
            async with httpx.AsyncClient(timeout=ASK_SECONDS, trust_env=False) as client:
                answer = await client.get(f"http://127.0.0.1:{self.port}/readyz")
        except httpx.TransportError:
            return {"ready": False, "refused": True}
        said: dict[str, Any] = answer.json()
        if said["ready"] is not (answer.status_code == 200):
            raise AssertionError(f"{answer.status_code} and {said}")
        return said

    async def says(self, ready: bool, seconds: float = START_SECONDS) -> dict[str, Any]:
        """Wait until `/readyz` says so; what it says."""
        said: dict[str, Any] = {}

        async def so() -> bool:
            said.update(await self.readiness())
            return said["ready"] is ready

        await becomes(so, seconds)
        return said


class Service:
    """All of it, and the organisation whose staff may sign in."""

    def __init__(
        self,
        live: StoreProcess,
        ledger: StoreProcess,
        balancer: Balancer,
        servers: list[ServerProcess],
        stores: list[Store],
    ) -> None:
        self.live, self.ledger, self.balancer, self.servers = live, ledger, balancer, servers
        self.made = Organisation(int(time.time()), secrets.token_bytes(32))
        self.live_store, ledger_store = stores
        self.conversations, self.queue = Conversations(self.live_store), Queue(self.live_store)
        self.sessions = Sessions(self.live_store)
        self.registry = Registry(
            self.made, Staff(ledger_store), time.time, lambda: tell_changed(self.live_store)
        )

    @property
    def visitors(self) -> str:
        return f"http://127.0.0.1:{self.balancer.port}"

    @property
    def staff(self) -> str:
        return f"http://localhost:{self.balancer.port}"

    @property
    def root(self) -> bytes:
        return self.made.root.hash

    async def certifies(self, counsellor: Counsellor, pseudonym: str) -> None:
        """What a sign-in leaves: a certificate on the roster, and a session."""
        certificate = await self.registry.certify(
            pseudonym, counsellor.key.public, counsellor.seal_key.public
        )
        token = secrets.token_bytes(32)
        now = int(time.time())
        await self.sessions.open(digest(token), Session(certificate.hash, now + 3600), now)
        counsellor._documents = [self.made.registrar.document, certificate]
        counsellor.cookie = f"__Host-varsam={b64(token)}"

    def server_of(self, port: int) -> ServerProcess:
        return next(server for server in self.servers if server.port == port)

    async def is_ready(self) -> None:
        """Every process is, and says so."""
        await asyncio.gather(*(server.is_ready() for server in self.servers))

    def has_met_no_bug(self) -> None:
        """A fault of the world is a warning; a traceback would be ours."""
        for server in self.servers:
            assert '"event": "bug"' not in server.said(), server.said()
            assert "Traceback" not in server.said(), server.said()


@asynccontextmanager
async def service(processes: int = 2, **limits: int) -> AsyncIterator[Service]:
    """A running service; `limits` are keys of `[limits]`."""
    async with AsyncExitStack() as stack:
        # A unix socket's path is limited to about 100 bytes, so the folder is short.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="v", dir="/tmp")))
        live = StoreProcess(folder / "live", embedded._LIVE)
        ledger = StoreProcess(folder / "ledger", embedded._LEDGER)
        for program in (live, ledger):
            stack.callback(program.is_gone)
            await program.starts()
        stores = [await stack.enter_async_context(Store(program.url)) for program in (live, ledger)]
        balancer = await stack.enter_async_context(balancing())
        servers: list[ServerProcess] = []
        whole = Service(live, ledger, balancer, servers, stores)
        await whole.registry.publish()
        environment = _environment(whole, limits)
        for number in range(processes):
            server = ServerProcess(_free_port(), folder / f"server{number}.log", environment)
            stack.callback(server.is_gone)
            server.starts()
            servers.append(server)
            balancer.backends.append(server.port)
        await whole.is_ready()
        yield whole


def _environment(whole: Service, limits: dict[str, int]) -> dict[str, str]:
    return {
        "VARSAM_VISITOR__ORIGIN": whole.visitors,
        "VARSAM_STAFF__ORIGIN": whole.staff,
        "VARSAM_LIVE__URL": whole.live.url,
        "VARSAM_LEDGER__URL": whole.ledger.url,
        "VARSAM_ORGANISATION__ROOT": b64(whole.root),
        "VARSAM_ORGANISATION__REALM": REALM,
        **{f"VARSAM_LIMITS__{name.upper()}": str(value) for name, value in limits.items()},
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
