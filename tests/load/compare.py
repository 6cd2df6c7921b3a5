"""What the same message costs others, in turn with Varsam: two processes, every text through Redis, both ends get it.

Each is installed from its own lock into build/peers, the first time it is wanted. Django Channels comes with two layers.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from tests.load.crowd import Crowd
from tests.load.figures import Figure
from tests.load.process import process_running
from tests.load.relay import Turn, ratio, take_turns
from tests.load.rooms import Dialect, Plain, Rooms, SocketIo
from tests.load.service import Service, service_running
from tests.support.demo import free_port_pair
from tools.setup import node, npm

SOURCES: Final = Path(__file__).parent / "peers"
INSTALLED: Final = Path(__file__).parents[2] / "build" / "peers"
CONVERSATIONS: Final = 60
EACH: Final = 8
"""Messages of each side of each conversation, in one round: the slowest take two milliseconds for each."""
ROUNDS: Final = 7


@dataclass(frozen=True)
class Peer:
    """One of the others. `goal`, `moonshot`: how many times as much as Varsam's it should cost, at least."""

    name: str
    folder: str
    arguments: tuple[str, ...]
    dialect: Dialect
    goal: float
    moonshot: float

    @property
    def is_node(self) -> bool:
        return (SOURCES / self.folder / "package.json").is_file()

    def command(self, port: int, store: str) -> list[str]:
        """Starts one process."""
        place = INSTALLED / self.folder
        if self.is_node:
            return [*map(str, node(str(place / "server.mjs"))), str(port), store.removeprefix("unix://")]
        server = SOURCES / self.folder / "server.py"
        return [str(place / "bin" / "python"), str(server), str(port), store, *self.arguments]


PEERS: Final = (
    Peer("Django Channels, core layer", "channels", ("core",), Plain(), 15, 25),
    Peer("Django Channels, pub/sub layer", "channels", ("pubsub",), Plain(), 6, 12),
    Peer("python-socketio, Redis manager", "python_socketio", (), SocketIo(), 4, 6),
    Peer("Socket.IO, Redis Streams adapter", "socketio_streams", (), SocketIo(), 2, 4),
)


def install(peer: Peer) -> None:
    """From its lock, every package by its hash, unless that has been done."""
    source, place = SOURCES / peer.folder, INSTALLED / peer.folder
    lock = source / ("package-lock.json" if peer.is_node else "requirements.txt")
    stamp, made_from = place / "made-from", hashlib.sha256(lock.read_bytes()).hexdigest()
    if not (stamp.is_file() and stamp.read_text() == made_from):
        print(f"    installing {peer.folder}", flush=True)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        (_install_node if peer.is_node else _install_python)(source, place)
        stamp.write_text(made_from)
    if peer.is_node:
        shutil.copy(source / "server.mjs", place)


def _install_python(source: Path, place: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    pip = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(source / "requirements.txt")], check=True)


def _install_node(source: Path, place: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(source / name, place)
    subprocess.run(node(npm(), "ci", "--ignore-scripts", "--no-progress", "--silent"), cwd=place, check=True)


async def measure(rounds: int = ROUNDS) -> list[Figure]:
    """All in turn, each with two processes on the server's core."""
    for peer in PEERS:
        install(peer)
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(service_running())
        running = [_processes(stack, service, peer) for peer in PEERS]
        turns = [await _ours(stack, service, rounds + 1)]
        turns += [await _theirs(stack, *both) for both in zip(PEERS, running, strict=True)]
        seen = await take_turns(rounds, turns, service.store_pid)
    return [figure for peer in PEERS for figure in _figures(peer, seen)]


async def _ours(stack: AsyncExitStack, service: Service, turns: int) -> Turn:
    one, other = (stack.enter_context(service.process()) for _ in range(2))
    crowd = await stack.enter_async_context(Crowd(service))
    await crowd.gathers(CONVERSATIONS, one, other)
    await crowd.prepares(turns * EACH)
    return ("Varsam", lambda: crowd.talks(EACH), [one.pid, other.pid])


def _processes(stack: AsyncExitStack, service: Service, peer: Peer) -> dict[int, int]:
    """Two of them: their pids by their ports."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vb")))
    pids = {}
    for _ in range(2):
        port = free_port_pair()
        command = peer.command(port, service.live_url)
        ready = f"http://127.0.0.1:{port}/"
        pids[port] = stack.enter_context(process_running(command, ready=ready, folder=folder))
    return pids


async def _theirs(stack: AsyncExitStack, peer: Peer, pids: Mapping[int, int]) -> Turn:
    rooms = Rooms()
    stack.callback(rooms.close)
    await rooms.opens(CONVERSATIONS, list(pids), peer.dialect)
    return (peer.name, lambda: rooms.talks(EACH), list(pids.values()))


def _figures(peer: Peer, seen: Mapping[str, Sequence[float]]) -> list[Figure]:
    against = ratio(seen, peer.name, "Varsam")
    return [
        Figure(f"{peer.name}: CPU of both processes per message", "µs", tuple(seen[peer.name])),
        Figure(f"{peer.name}: CPU of Redis per message", "µs", (median(seen[f"{peer.name}: store"]),)),
        Figure(f"{peer.name}, against Varsam", "× ours", against, peer.goal, peer.moonshot, at_least=True),
    ]
