"""What was erased is in no file any more, here and on a replica; and what must be on a replica's disk is (S4, Call 5)."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chat import errors
from chat.store.connections import Store
from chat.store.durable import Durable
from chat.store.embedded import EmbeddedServer, valkey
from chat.store.rewriting import Rewriting
from tests.integration.server.house import free_port
from tests.integration.store.asking import NOW, Asking


def stands_in(folder: Path, data: bytes) -> bool:
    """Whether any file there has these bytes."""
    return any(data in path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_what_was_erased_is_in_no_file_after_the_rewrite(program: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    async with EmbeddedServer(folder, server=program) as server, Store(server.url) as ledger:
        asking = await Asking(Durable(ledger)).begins()
        rewriting = Rewriting(ledger)
        gone, changed, stays = await asking.asks(), await asking.asks(), await asking.asks()
        assert await rewriting.due_since() is None
        await asking.callbacks.put(asking.next(changed), b"", b"", NOW + 5)
        await asking.callbacks.erase(gone.id, NOW + 10)
        secrets = [gone.sealed, gone.halves.number, gone.halves.card, changed.sealed, changed.halves.number]
        assert all(stands_in(folder, secret) for secret in secrets)
        assert await rewriting.due_since() == NOW + 5
        await rewriting.rewrite(NOW + 20)
        assert not any(stands_in(folder, secret) for secret in secrets)
        assert stands_in(folder, stays.sealed)
        assert await rewriting.due_since() is None
    async with EmbeddedServer(folder, server=program) as server, Store(server.url) as ledger:
        asking = Asking(Durable(ledger))
        assert {r.id for r in await asking.callbacks.all()} == {changed.id, stays.id}


async def test_what_is_erased_while_a_rewrite_runs_stays_due(ledger: Store) -> None:
    asking = await Asking(Durable(ledger)).begins()
    one, other = await asking.asks(), await asking.asks()
    await asking.callbacks.erase(one.id, NOW)
    rewriting = Rewriting(ledger)
    before = await ledger.command("HGET", "varsam:{callbacks}:erased", "count")
    await asking.callbacks.erase(other.id, NOW + 1)
    await ledger.run(rewriting._settle, ("varsam:{callbacks}:erased",), (before, NOW + 2))
    assert await rewriting.due_since() == NOW + 2


@asynccontextmanager
async def pair(tmp_path: Path) -> AsyncIterator[tuple[str, Path, subprocess.Popen[bytes]]]:
    """A ledger and its replica over TCP on the loopback: the address, the replica's folder and process."""
    program = str(valkey())
    first, second = free_port(), free_port()
    common = ["--appendonly", "yes", "--appendfsync", "always", "--save", "", "--bind", "127.0.0.1"]
    diskless = [
        "--repl-diskless-sync",
        "yes",
        "--repl-diskless-sync-delay",
        "0",
        "--requirepass",
        "key",
        "--masterauth",
        "key",
    ]
    processes: list[subprocess.Popen[bytes]] = []
    for port, beside in ((first, []), (second, ["--replicaof", "127.0.0.1", str(first)])):
        await asyncio.sleep(0.3 if processes else 0)  # else the replica tries again only after a second
        folder = tmp_path / str(port)
        folder.mkdir()
        arguments = [program, "--port", str(port), "--dir", str(folder), *common, *diskless, *beside]
        processes.append(subprocess.Popen(arguments, stdout=subprocess.DEVNULL))  # noqa: ASYNC220 (it does not wait)
    try:
        yield f"redis://:key@127.0.0.1:{first}", tmp_path / str(second), processes[1]
    finally:
        for process in processes:
            process.kill()
            process.wait()


async def replicated(ledger: Store) -> None:
    """Its first copy is there, and on its disk."""
    async with asyncio.timeout(15):
        while True:
            try:
                await ledger.command("SET", "nothing", "")
                if (await ledger.command("WAITAOF", 1, 1, 200))[1] == 1:
                    return
            except errors.StoreUnavailable:
                pass
            await asyncio.sleep(0.05)


async def test_a_request_is_on_a_replicas_disk_before_it_is_answered_and_leaves_it_too(
    tmp_path: Path,
) -> None:
    """With too few nothing is acknowledged; the same bytes are once they are enough, and stand there once."""
    async with pair(tmp_path) as (url, folder, replica), Store(url) as ledger:
        await replicated(ledger)
        asking = await Asking(Durable(ledger, replicas=1)).begins()
        version = asking.version()
        with pytest.raises(errors.StoreUnavailable):
            await Asking(Durable(ledger, replicas=2)).callbacks.put(version, b"", b"", NOW)
        assert await asking.callbacks.put(version, b"", b"", NOW) is False
        assert await asking.callbacks.count() == 1
        assert stands_in(folder, version.sealed)
        await asking.callbacks.erase(version.id, NOW)
        await Rewriting(ledger).rewrite(NOW)
        assert not stands_in(folder, version.sealed)
        assert not stands_in(folder, version.halves.number)
        replica.kill()
        replica.wait()
        with pytest.raises(errors.StoreUnavailable):
            await asking.asks()
