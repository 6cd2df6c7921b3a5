"""Stores of our own: closed to everybody else, nothing on the disk, and never left behind."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from chat.errors import ConfigurationError
from chat.store import embedded
from chat.store.connections import Store
from chat.store.embedded import EmbeddedServer

SERVICE = """
import asyncio, sys, threading, time
from pathlib import Path
from chat.store.embedded import EmbeddedServer

async def start():
    program = Path(sys.argv[1])
    stores = EmbeddedServer(server=program), EmbeddedServer(Path(sys.argv[2]), server=program)
    for store in stores:
        await store.__aenter__()
    return stores

loop = asyncio.new_event_loop()
stores = []
thread = threading.Thread(target=lambda: stores.extend(loop.run_until_complete(start())))
thread.start()
thread.join()
print(*(f"{store.pid} {store.url}" for store in stores), flush=True)
time.sleep(60)
"""
"""Its stores are started in a thread, and the thread has ended when the addresses are printed."""


@dataclass(frozen=True)
class Service:
    """A process of its own with a live store and a ledger."""

    process: subprocess.Popen[str]
    urls: list[str]
    guards: list[psutil.Process]

    @property
    def servers(self) -> list[psutil.Process]:
        return [child for guard in self.guards for child in guard.children()]

    @property
    def folders(self) -> list[Path]:
        return [folder_of(url) for url in self.urls]


@contextmanager
def service_running(program: Path, data: Path) -> Iterator[Service]:
    command = [sys.executable, "-c", SERVICE, str(program), str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            words = process.stdout.readline().split()
            yield Service(process, words[1::2], [psutil.Process(int(pid)) for pid in words[::2]])
        finally:
            process.kill()


def folder_of(url: str) -> Path:
    return Path(url.removeprefix("unix://")).parent


def wait_until_gone(processes: list[psutil.Process], folders: list[Path]) -> None:
    _, alive = psutil.wait_procs(processes, timeout=5)
    assert not alive
    deadline = time.monotonic() + 5
    while any(folder.exists() for folder in folders) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(folder.exists() for folder in folders)


def test_the_stores_end_with_their_parent_even_when_it_is_killed(program: Path, tmp_path: Path) -> None:
    with service_running(program, tmp_path / "ledger") as service:
        processes = service.guards + service.servers
        assert len(processes) == 4
        os.kill(service.process.pid, signal.SIGKILL)
        wait_until_gone(processes, service.folders)


async def test_the_stores_outlast_the_thread_that_started_them(program: Path, tmp_path: Path) -> None:
    with service_running(program, tmp_path / "ledger") as service:
        await asyncio.sleep(0.2)
        for url in service.urls:
            async with Store(url) as store:
                assert await store.command("PING") == b"PONG"


def test_a_killed_guard_takes_its_store_with_it(program: Path, tmp_path: Path) -> None:
    with service_running(program, tmp_path / "ledger") as service:
        servers = service.servers
        for guard in service.guards:
            guard.kill()
        _, alive = psutil.wait_procs(servers, timeout=5)
        for server in alive:
            server.kill()
        assert not alive
        for folder in service.folders:
            for part in folder.iterdir():
                part.unlink()
            folder.rmdir()


def test_ctrl_c_does_not_reach_the_stores_before_the_service_has_ended(program: Path, tmp_path: Path) -> None:
    with service_running(program, tmp_path / "ledger") as service:
        for process in service.guards + service.servers:
            assert os.getpgid(process.pid) != os.getpgid(service.process.pid)


async def test_a_clean_stop_leaves_no_process_and_no_folder(program: Path) -> None:
    async with EmbeddedServer(server=program) as server:
        folder = folder_of(server.url)
        processes = [psutil.Process(server.pid), *psutil.Process(server.pid).children()]
        assert len(processes) == 2
    wait_until_gone(processes, [folder])


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_nobody_else_can_reach_a_store(program: Path) -> None:
    async with EmbeddedServer(server=program) as server:
        path = Path(server.url.removeprefix("unix://"))
        assert (mode(path), mode(path.parent)) == (0o700, 0o700)
        (process,) = psutil.Process(server.pid).children()
        assert process.net_connections("inet") == []


async def test_a_live_store_writes_nothing_to_the_disk(program: Path) -> None:
    async with EmbeddedServer(server=program) as server, Store(server.url) as live:
        await live.command("SET", "varsam:planted", "a planted sentence")
        folder = folder_of(server.url)
        assert {part.name for part in folder.iterdir()} == {"log", "socket"}
        assert b"planted" not in (folder / "log").read_bytes()
        (process,) = psutil.Process(server.pid).children()
        assert process.rlimit(psutil.RLIMIT_CORE) == (0, 0)


async def test_two_ledgers_never_share_a_folder(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "LOCK_SECONDS", 0.1)
    async with EmbeddedServer(tmp_path, server=program):
        with pytest.raises(ConfigurationError, match="name another folder"):
            await EmbeddedServer(tmp_path, server=program).__aenter__()
    async with EmbeddedServer(tmp_path, server=program):
        pass


async def test_a_program_that_cannot_be_run_is_named_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(ConfigurationError, match=r"embedded\.server"):
        await EmbeddedServer(server=tmp_path / "nothing").__aenter__()
    left = await asyncio.to_thread(lambda: list(tmp_path.iterdir()))
    assert not left, "no folder is left"


async def test_a_server_that_ends_at_once_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    program = tmp_path / "broken"
    program.write_text("#!/bin/sh\necho no such setting\nexit 1\n")
    program.chmod(0o700)
    with pytest.raises(ConfigurationError, match="no such setting"):
        await EmbeddedServer(server=program).__aenter__()


async def test_a_temporary_folder_that_is_too_deep_is_named_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    with pytest.raises(ConfigurationError, match="TMPDIR"):
        await EmbeddedServer().__aenter__()
    assert list(deep.iterdir()) == []
