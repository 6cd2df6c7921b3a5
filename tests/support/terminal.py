"""A person at a terminal: runs a command as it is written, sees what it prints, and answers what it asks."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

SECONDS = 240.0


class Shown(NamedTuple):
    """What stood on the screen, and the exit code."""

    words: str
    code: int


def types(command: str, answers: Mapping[str, str], folder: Path) -> Shown:
    """Type `command` into a shell in `folder`. `answers`: end of a question, without the space behind it, → what is typed."""
    screen, terminal = pty.openpty()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    process = subprocess.Popen(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path, "COLUMNS": "200"},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    try:
        words = _watched(screen, answers)
        return Shown(words, process.wait(SECONDS))
    finally:
        os.close(screen)
        if process.poll() is None:
            process.kill()
            process.wait()


def _watched(screen: int, answers: Mapping[str, str]) -> str:
    words = ""
    answered = 0
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if not select.select([screen], [], [], 0.1)[0]:
            continue
        try:
            read = os.read(screen, 4096)
        except OSError:  # the other end is closed: it has ended
            return words
        if not read:
            return words
        words += read.decode(errors="replace").replace("\r\n", "\n")
        for question, answer in answers.items():
            if words[answered:].endswith(f"{question} "):
                answered = len(words)
                os.write(screen, f"{answer}\n".encode())
    raise AssertionError(f"it did not end:\n{words}")
