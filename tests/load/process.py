"""What a process costs: CPU time from its scheduler's own clock (nanoseconds), and memory. Linux.

Another process's clock in /proc/<pid>/stat ticks at 4 ms or 10 ms; /proc/<pid>/task/*/schedstat does not.
"""

import os
from pathlib import Path

import psutil


def cpu_seconds(pid: int) -> float:
    """CPU time of all threads of a process until now."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def private_bytes(pid: int) -> int:
    """Memory that only this process has (USS): what more sockets add."""
    return int(psutil.Process(pid).memory_full_info().uss)


def pin(pid: int, core: int) -> None:
    """Keep a process on one core, so that measuring does not move what is measured."""
    if core < (os.cpu_count() or 1):
        for task in Path(f"/proc/{pid}/task").iterdir():
            os.sched_setaffinity(int(task.name), {core})


def descendants(pid: int) -> dict[str, list[int]]:
    """The processes below one, by the name of what they run."""
    found: dict[str, list[int]] = {}
    for process in psutil.Process(pid).children(recursive=True):
        found.setdefault(process.name(), []).append(process.pid)
    return found
