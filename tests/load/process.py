"""Processes that are measured: started on a core of their own, and what they cost. Linux.

CPU time is the scheduler's own clock in nanoseconds; /proc/<pid>/stat would tick at 4 or 10 ms.
"""

import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import psutil

SERVER_CORE = 0
CLIENT_CORE = 1
START_SECONDS = 30.0
STOP_SECONDS = 15.0
LOOK_SECONDS = 0.02
LAST_WORDS = 2_000

_opener = build_opener(ProxyHandler({}))


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """What is started in here stays on one core, as long as the machine has two."""
    before = os.sched_getaffinity(0)
    if len(before) > 1:
        os.sched_setaffinity(0, {sorted(before)[core]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def process_running(
    command: Sequence[str], *, ready: str, environment: Mapping[str, str] | None = None, folder: Path
) -> Iterator[int]:
    """It runs on the server's core until the end of the context; its pid, once it answers at the address `ready`."""
    log = folder / f"{time.monotonic_ns()}.log"
    with on_core(SERVER_CORE), log.open("w") as words:
        process = subprocess.Popen(
            command,
            env={**os.environ, **(environment or {})},
            stdout=words,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_ready(process, ready, log)
        yield process.pid
    except Exception as fault:
        fault.add_note(f"{' '.join(command[:4])} … said at last:\n{log.read_text()[-LAST_WORDS:]}")
        raise
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_SECONDS)


def _wait_until_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with _opener.open(address, timeout=2):
                return
        except HTTPError as error:
            error.close()
            if error.code < 500:
                return
        except OSError:
            pass
        time.sleep(LOOK_SECONDS)
    raise RuntimeError("it did not start:\n" + log.read_text())


def module(name: str, *arguments: str) -> list[str]:
    """The command that runs a module of this environment."""
    return [sys.executable, "-m", name, *arguments]


def cpu_seconds(pid: int) -> float:
    """CPU time of all threads of a process until now."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


async def costs(work: Callable[[], Awaitable[int]], pids: Sequence[int]) -> list[float]:
    """CPU time of each process for each message, while messages are sent and counted by `work`; microseconds."""
    before = [cpu_seconds(pid) for pid in pids]
    count = await work()
    return [(cpu_seconds(pid) - was) * 1e6 / count for pid, was in zip(pids, before, strict=True)]


def private_bytes(pid: int) -> int:
    """Memory that only this process has (USS): what more sockets add."""
    return int(psutil.Process(pid).memory_full_info().uss)


def only_child(pid: int) -> int:
    """The process that an embedded store's guard runs."""
    (child,) = psutil.Process(pid).children()
    return int(child.pid)
