"""The service that is measured: two embedded stores, `varsam serve` as often as wanted, and a throw-away organisation.

The processes are the product's own and know nothing of being measured; only the limits on one socket's speed are lifted,
since a few sockets stand for thousands of people here.
"""

import secrets
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from chat.client.counsellor import Counsellor
from chat.client.visitor import Visitor
from chat.crypto.encoding import b64, digest
from chat.demo.organisation import REALM, Organisation
from chat.demo.sign_in import Registry
from chat.store.connections import Store
from chat.store.embedded import EmbeddedServer
from chat.store.sessions import Session, Sessions
from chat.store.staff import Staff, tell_changed
from tests.load.process import CLIENT_CORE, module, on_core, only_child, process_running
from tests.support.demo import free_port_pair

CONFIG: Final = Path(__file__).parents[2] / "config" / "varsam.example.toml"
UNLIMITED: Final = "1000000"
SESSION_SECONDS: Final = 3_600
MOST_CONVERSATIONS: Final = 3
"""Of one counsellor."""


@dataclass(frozen=True)
class Process:
    """One `varsam serve`."""

    pid: int
    port: int

    @property
    def visitor(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def staff(self) -> str:
        return f"http://localhost:{self.port}"


class Signed(Counsellor):
    """A counsellor whose device the registrar has certified, and whose session is open."""

    async def arrives(self, service: "Service", pseudonym: str) -> Self:
        """On duty."""
        certificate = await service.registry.certify(pseudonym, self.key.public, self.seal_key.public)
        self._documents = [service.organisation.registrar.document, certificate]
        self.cookie = await service.opens_session(certificate.hash)
        await self.connects()
        await self.goes_on_duty(MOST_CONVERSATIONS)
        return self


class Service:
    """Stores and organisation; processes are started on them."""

    def __init__(
        self, folder: Path, servers: tuple[EmbeddedServer, EmbeddedServer], live: Store, ledger: Store
    ) -> None:
        self.organisation = Organisation(int(time.time()), secrets.token_bytes(32))
        self.live = live
        self.store_pid = only_child(servers[0].pid)
        self.live_url, self._ledger_url = (server.url for server in servers)
        self._folder = folder

        async def tell() -> None:
            await tell_changed(live)

        self.registry = Registry(self.organisation, Staff(ledger), time.time, tell)

    @contextmanager
    def process(self) -> Iterator[Process]:
        """One more, until the end of the context."""
        port = free_port_pair()
        environment = {
            "VARSAM_LISTEN__PORT": str(port),
            "VARSAM_VISITOR__ORIGIN": f"http://127.0.0.1:{port}",
            "VARSAM_STAFF__ORIGIN": f"http://localhost:{port}",
            "VARSAM_ORGANISATION__REALM": REALM,
            "VARSAM_ORGANISATION__ROOT": b64(self.root),
            "VARSAM_LIVE__URL": self.live_url,
            "VARSAM_LEDGER__URL": self._ledger_url,
            "VARSAM_LIMITS__MESSAGES_PER_SECOND": UNLIMITED,
            "VARSAM_LIMITS__BURST": UNLIMITED,
        }
        serve = module("chat", "serve", "--config", str(CONFIG))
        ready = f"http://127.0.0.1:{port}/readyz"
        with process_running(serve, ready=ready, environment=environment, folder=self._folder) as pid:
            yield Process(pid, port)

    @property
    def root(self) -> bytes:
        return self.organisation.root.hash

    def visitor(self, process: Process) -> Visitor:
        """Not yet connected."""
        return Visitor(process.visitor, self.root, realm=REALM)

    async def counsellor(self, process: Process, pseudonym: str) -> Signed:
        """On duty."""
        return await Signed(process.staff, self.root, realm=REALM).arrives(self, pseudonym)

    async def opens_session(self, certificate: bytes) -> str:
        """The cookie of a session of staff."""
        token = secrets.token_bytes(32)
        now = int(time.time())
        await Sessions(self.live).open(digest(token), Session(certificate, now + SESSION_SECONDS), now)
        return f"__Host-varsam={b64(token)}"


@asynccontextmanager
async def service_running() -> AsyncIterator[Service]:
    """Stores on the client's core, so that the server has one to itself; nothing is left afterwards."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vb")))
        live, ledger = EmbeddedServer(), EmbeddedServer(ledger=True)
        with on_core(CLIENT_CORE):
            for server in (live, ledger):
                await stack.enter_async_context(server)
        stores = [await stack.enter_async_context(Store(server.url)) for server in (live, ledger)]
        service = Service(folder, (live, ledger), stores[0], stores[1])
        await service.registry.publish()
        yield service
