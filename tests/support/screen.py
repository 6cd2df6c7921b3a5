"""A screen that nobody sees, for browsers in windows of their own, and a hand on its keyboard."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

XDOTOOL_SECONDS = 20


@contextmanager
def screen() -> Iterator[str]:
    """The name of its display."""
    read, write = os.pipe()
    xvfb = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as told:
            yield f":{told.readline().strip()}"
    finally:
        xvfb.terminate()
        xvfb.wait()


def presses(display: str, window_class: str, keys: str) -> None:
    """Keys such as `ctrl+shift+t`, to the browser itself and not to its page."""
    search = ["xdotool", "search", "--sync", "--onlyvisible", "--class", window_class]
    subprocess.run(
        [*search, "windowfocus", "key", "--clearmodifiers", keys],
        env={**os.environ, "DISPLAY": display},
        check=True,
        capture_output=True,
        timeout=XDOTOOL_SECONDS,
    )
