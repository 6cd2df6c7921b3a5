"""Call 6: no acknowledged request is lost, by no kill and no cut file; and none is there twice."""

import asyncio
import os
import random
import signal
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from chat.client.asking_for_call import Caller, Wanted
from chat.client.call_desk import CallDesk
from chat.client.counsellor import Counsellor
from chat.client.http import Unanswered
from chat.crypto.callbacks import Window
from chat.crypto.encoding import b64
from chat.demo.organisation import REALM
from chat.errors import ConfigurationError, StoreUnavailable
from chat.store.callbacks import Callbacks
from chat.store.connections import Store
from chat.store.durable import Durable
from chat.store.embedded import EmbeddedServer
from tests.faults.service import Service, service
from tests.integration.store.asking import NOW, Asking

TRIES = 12
GIVES_UP_OF = 10
"""One of so many stops after the first failure, and is told that nothing was sent."""


@dataclass
class Crowd:
    """Who asks, and what each was told."""

    whole: Service
    rng: random.Random
    acknowledged: set[str] = field(default_factory=set)
    not_sent: set[str] = field(default_factory=set)

    async def asks(self, at_once: asyncio.Semaphore) -> None:
        """One of them: sends the same bytes again until it is answered, or gives up."""
        async with at_once:
            caller = Caller(self.whole.visitors, self.whole.root, realm=REALM)
            name, patient = b64(caller.id), self.rng.randrange(GIVES_UP_OF) > 0
            for _ in range(TRIES if patient else 1):
                try:
                    await (caller.sends_again() if caller.sent else caller.asks(_wanted(caller)))
                except (Unanswered, OSError, TimeoutError):
                    await asyncio.sleep(self.rng.uniform(0.1, 0.5))
                else:
                    self.acknowledged.add(name)
                    return
            self.not_sent.add(name)


def _wanted(caller: Caller) -> Wanted:
    start = caller.standing.now // 1_800 * 1_800
    return Wanted("+46701740605", (Window(start, start + 3_600),))


async def _a_desk(whole: Service) -> None:
    """Two counsellors' machines that hold the team key."""
    for pseudonym in ("Amina", "Björn"):
        counsellor = Counsellor(whole.staff, whole.root, realm=REALM)
        await whole.certifies(counsellor, pseudonym)
        await asyncio.gather(*(server.is_ready() for server in whole.servers))
        await asyncio.sleep(0.5)  # every process has read the roster
        certificate = counsellor.certificate
        desk = CallDesk(
            whole.staff,
            counsellor.standing,
            certificate,
            counsellor.key,
            counsellor.seal_key,
            counsellor.cookie,
        )
        await desk.keeps_team()


async def _kills(whole: Service, rng: random.Random, count: int, pause: float) -> None:
    """A process or the ledger, at a random moment, again and again."""
    for number in range(count):
        await asyncio.sleep(rng.uniform(0.3, 1) * pause)
        if number % 2 == 0:
            whole.ledger.is_killed()
            await whole.ledger.starts()
        else:
            server = rng.choice(whole.servers)
            server.is_killed()
            server.starts()
            await server.is_ready()


async def _survives(requests: int, kills: int, pause: float, seed: int, at_once: int) -> None:
    rng = random.Random(seed)
    async with service(work_bits=0) as whole:
        await _a_desk(whole)
        crowd, gate = Crowd(whole, rng), asyncio.Semaphore(at_once)
        killing = asyncio.ensure_future(_kills(whole, rng, kills, pause))
        asking = [asyncio.ensure_future(crowd.asks(gate)) for _ in range(requests)]
        await asyncio.gather(*asking, killing)
        async with Store(whole.ledger.url) as ledger:
            kept = [(request.id, request.version) for request in await Callbacks(Durable(ledger)).all()]
        names = {name for name, _ in kept}
        assert len(kept) == len(names), "one is there twice"
        assert {version for _, version in kept} == {1}
        assert crowd.acknowledged <= names, "an acknowledged request is lost"
        assert names - crowd.acknowledged <= crowd.not_sent, "one is there that nobody was told of"
        assert len(crowd.acknowledged) + len(crowd.not_sent) == requests
        assert len(crowd.acknowledged) > requests * 0.7, "so few came through that nothing was tried"
        whole.has_met_no_bug()


async def test_forty_requests_survive_kills_of_a_process_and_of_the_ledger() -> None:
    await _survives(requests=40, kills=2, pause=0.6, seed=6, at_once=4)


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_a_thousand_requests_survive_kills_of_processes_and_of_the_ledger() -> None:
    await _survives(requests=1_000, kills=25, pause=2.0, seed=1_000, at_once=12)


# The append-only file


def _newest_file(folder: Path) -> Path:
    return max(folder.glob("appendonlydir/*.incr.aof"), key=lambda path: path.stat().st_mtime)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def _is_killed(server: EmbeddedServer) -> None:
    """The store itself, as by `kill -9`; its guard ends with it."""
    for child in _children(server.pid):
        os.kill(child, signal.SIGKILL)
    await asyncio.wait_for(server._guard.wait(), 10)


async def test_a_file_cut_inside_its_last_command_starts_clean_and_has_all_that_was_acknowledged(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "ledger"
    async with EmbeddedServer(folder, ledger=True) as server, Store(server.url) as ledger:
        asking = await Asking(Durable(ledger)).begins()
        acknowledged = await asking.asks()
        whole = _newest_file(folder).stat().st_size
        cut = asking.version()
        await asking.callbacks.put(cut, b"", b"", NOW)
        await _is_killed(server)
    file = _newest_file(folder)
    # As if the power had failed in the middle of writing it: nobody was told that it is kept.
    with file.open("r+b") as opened:
        opened.truncate((whole + file.stat().st_size) // 2)
    async with EmbeddedServer(folder, ledger=True) as server, Store(server.url) as ledger:
        asking = Asking(Durable(ledger), team=acknowledged.team)
        assert [request.id for request in await asking.callbacks.all()] == [acknowledged.id]
        assert await asking.callbacks.put(cut, b"", b"", NOW)
        assert await asking.callbacks.count() == 2


async def test_a_file_that_is_damaged_elsewhere_is_refused_in_words(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    async with EmbeddedServer(folder, ledger=True) as server, Store(server.url) as ledger:
        asking = await Asking(Durable(ledger)).begins()
        for _ in range(3):
            await asking.asks()
    file = _newest_file(folder)
    raw = bytearray(file.read_bytes())
    # The head of a command: what a request has sealed is random, and may have a line's end and a star anywhere.
    raw[raw.index(b"*4\r\n$4\r\nZADD\r\n", len(raw) // 2)] = ord("!")
    file.write_bytes(raw)
    with pytest.raises(ConfigurationError, match="check-aof"):
        async with EmbeddedServer(folder, ledger=True):
            pass


async def test_a_ledger_that_does_not_answer_acknowledges_nothing(tmp_path: Path) -> None:
    async with (
        EmbeddedServer(tmp_path / "ledger", ledger=True) as server,
        Store(server.url, deadline=0.3) as ledger,
    ):
        asking = await Asking(Durable(ledger)).begins()
        await _is_killed(server)
        with pytest.raises(StoreUnavailable):
            await asking.asks()
