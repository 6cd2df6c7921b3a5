"""The `varsam` command as anybody would run it: processes on free ports, with a temporary folder of their own.

Knows processes; ends only what it started.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

START_SECONDS = 240.0
STOP_SECONDS = 60.0


@dataclass
class Command:
    """One running command: its process and its temporary folder."""

    process: subprocess.Popen[str]
    folder: Path

    def children(self) -> list[psutil.Process]:
        """Every process below it now."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def said(self) -> str:
        """All that it printed and logged so far."""
        return (self.folder.parent / f"{self.folder.name}.log").read_text()

    def answers(self, url: str) -> None:
        """Wait until it does."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with urlopen(url, timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (URLError, OSError):
                time.sleep(0.05)
        raise AssertionError("it did not start:\n" + self.said())

    def stops(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Stop it by a signal; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS)

    def left_behind(self) -> list[str]:
        """What lies in its temporary folder."""
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*"))


@contextmanager
def varsam(*arguments: str, environment: dict[str, str] | None = None) -> Iterator[Command]:
    """Run `varsam …`, and end it if it still runs."""
    # A unix socket's path is limited to about 100 bytes, so the folder is short.
    with tempfile.TemporaryDirectory(prefix="v", dir="/tmp") as place:
        folder = Path(place) / "t"
        folder.mkdir()
        with (Path(place) / "t.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "chat", *arguments],
                env={**os.environ, "TMPDIR": str(folder), **(environment or {})},
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
            )
        command = Command(process, folder)
        try:
            yield command
        finally:
            below = command.children() if process.poll() is None else []
            if process.poll() is None:
                process.kill()
                process.wait(STOP_SECONDS)
            gone(below)


def run(*arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command that ends by itself."""
    return subprocess.run(
        [sys.executable, "-m", "chat", *arguments],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
    )


def gone(processes: Sequence[psutil.Process]) -> None:
    """Wait until none of them runs any more."""
    _, alive = psutil.wait_procs(list(processes), timeout=STOP_SECONDS)
    assert not [
        process for process in alive if process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    ]
