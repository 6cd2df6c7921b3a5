"""A running demo for tests: started as anybody would start it, on a free port, with a temporary folder of its
own.

Knows processes and sockets in that folder, and nothing of browsers.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import redis

PLACES = "varsam:{queue}:places"
CALLBACKS = "varsam:{callbacks}"
START_SECONDS = 240
STOP_SECONDS = 60


@dataclass(frozen=True)
class Demo:
    """The addresses that `varsam demo` printed for, its process, and where its stores listen."""

    port: int
    process: subprocess.Popen[str]
    folder: Path

    @property
    def visitor(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def staff(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def municipal(self) -> str:
        return f"http://127.0.0.1:{self.port + 1}"

    def workers(self) -> list[psutil.Process]:
        """Those that serve, where they are more than one."""
        children = psutil.Process(self.process.pid).children()
        return [child for child in children if any("spawn_main" in word for word in _command(child))]

    def serving(self) -> list[psutil.Process]:
        """Those of them that have begun to: from then on they end in order when they are told to."""
        return [worker for worker in self.workers() if _minds(worker, signal.SIGTERM)]

    def log(self) -> str:
        """What it has said so far."""
        return (self.folder / "demo.log").read_text()

    def store_sockets(self) -> list[Path]:
        """The unix sockets of the live and ledger stores."""
        return sorted(path for path in self.folder.rglob("*") if path.is_socket())

    def who_waits(self) -> set[str]:
        """The ids of all who stand in the queue."""
        found: set[str] = set()
        for path in self.store_sockets():
            with redis.Redis(unix_socket_path=str(path)) as store:
                found |= {name.decode() for name in store.hkeys(PLACES)}
        return found - {"last", "work"}

    def conversations(self) -> set[str]:
        """The keys of all logs that stand in a store."""
        found: set[str] = set()
        for path in self.store_sockets():
            with redis.Redis(unix_socket_path=str(path)) as store:
                found |= {key.decode() for key in store.keys("varsam:*:log")}
        return found

    def empties_the_queue(self) -> None:
        """Whoever still stands in it is forgotten, so that the next test finds it empty."""
        for path in self.store_sockets():
            with redis.Redis(unix_socket_path=str(path)) as store:
                store.delete(PLACES)

    def forgets_calls(self) -> None:
        """Whoever was asked for by the test before is called by nobody."""
        self._forgets("request", "notes", "code", "open", "under")

    def forgets_team_keys(self) -> None:
        """The machines of the test before are gone, so what is asked from now on waits for one of this test's."""
        self._forgets("teams", "newest", "shares")

    def _forgets(self, *kinds: str) -> None:
        for path in self.store_sockets():
            with redis.Redis(unix_socket_path=str(path)) as store:
                names = [name for kind in kinds for name in store.scan_iter(f"{CALLBACKS}:{kind}*")]
                if names:
                    store.delete(*names)


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def _minds(process: psutil.Process, number: signal.Signals) -> bool:
    """Whether it does something of its own at this signal."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return False
    caught = re.search(r"^SigCgt:\s*(\w+)", status, re.MULTILINE)
    return bool(caught and int(caught[1], 16) >> (number - 1) & 1)


def free_port_pair() -> int:
    """A port P such that P and P+1 were both free a moment ago."""
    for _ in range(50):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise RuntimeError("no two free ports beside each other")


@contextmanager
def demo_running(folder: Path, workers: int = 1, published: Path | str = "") -> Iterator[Demo]:
    """Start a demo, wait until it is ready, and stop it as Ctrl-C would."""
    port = free_port_pair()
    # A unix socket's path is limited to about 100 bytes, so `folder` must be short.
    environment = os.environ | {"TMPDIR": str(folder)}
    options = ["--port", str(port), "--workers", str(workers), "--published", str(published)]
    with (folder / "demo.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "chat", "demo", *options],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
    demo = Demo(port, process, folder)
    try:
        wait_until_ready(demo)
        yield demo
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def wait_until_ready(demo: Demo) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if demo.process.poll() is not None:
            break
        try:
            with urlopen(f"{demo.visitor}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the demo did not start:\n" + demo.log())
