"""Runs beside an embedded store, as a process of its own: ends the store and removes its folder when the parent is gone.

It knows nothing of Varsam and imports nothing of it. The parent holds the other end of standard input, so its death by
any signal is seen at once, whichever thread started this; should this process itself be killed, the kernel kills the
store (Linux). Arguments: the folder to remove, then the store's command.
"""

import ctypes
import os
import resource
import select
import shutil
import signal
import sys

STOP_SECONDS = 5
_PR_SET_PDEATHSIG = 1


def main(folder: str, command: list[str]) -> None:
    """Until the parent or the store ends. A store that ends by itself leaves its last words to the parent."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    news, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    store = _start(command)
    if _parent_ends_first(store, news):
        _end(store)
        shutil.rmtree(folder, ignore_errors=True)


def _parent_ends_first(store: int, news: int) -> bool:
    while True:
        ready, _, _ = select.select([0, news], [], [])
        if news in ready:
            os.read(news, 1)  # the store was stopped, goes on, or ended
            if os.waitpid(store, os.WNOHANG)[0]:
                return False
        if 0 in ready:
            return True


def _start(command: list[str]) -> int:
    guard = os.getpid()
    store = os.fork()
    if store:
        return store
    try:
        _become(command, guard)
    finally:
        os._exit(127)


def _become(command: list[str], guard: int) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # A crash must not write the memory, and with it conversations, to a disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == guard:
        os.execv(command[0], command)  # noqa: S606 (a list that we wrote)


def _end(store: int) -> None:
    os.kill(store, signal.SIGTERM)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(store, signal.SIGKILL))
    signal.alarm(STOP_SECONDS)
    os.waitpid(store, 0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
