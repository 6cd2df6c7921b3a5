"""Firefox ESR, started as Playwright starts a Firefox, with one command answered for it.

Playwright drives the Firefox that Debian ships through WebDriver BiDi. It sets media features on every context, by a
command that this Firefox does not know (emulation.setMediaFeaturesOverride); here it is answered, and all else is passed on.
Run as a program: `python -m tests.support.firefox` with Firefox's own arguments.
"""

import asyncio
import json
import re
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path

from websockets import ConnectionClosed
from websockets.asyncio.client import connect
from websockets.asyncio.server import Server, ServerConnection, serve

ROOT = Path(__file__).parents[2]
UNKNOWN = "emulation.setMediaFeaturesOverride"
LISTENS = re.compile(r"(WebDriver BiDi listening on )(ws://\S+)")


def firefox_program(folder: Path) -> Path:
    """A program that Playwright can start as `executable_path`."""
    program = folder / "firefox"
    program.write_text(f'#!/bin/sh\ncd "{ROOT}" && exec "{sys.executable}" -m tests.support.firefox "$@"\n')
    program.chmod(0o755)
    return program


def firefox_path() -> str | None:
    return shutil.which("firefox-esr")


async def _passes_on(playwright: ServerConnection, upstream: str) -> None:
    """Both ways, until one of them has gone."""
    path = playwright.request.path if playwright.request else "/session"
    async with connect(upstream + path, max_size=None, compression=None) as firefox:

        async def asks() -> None:
            async for said in playwright:
                asked = json.loads(said)
                if asked.get("method") == UNKNOWN:
                    await playwright.send(json.dumps({"type": "success", "id": asked["id"], "result": {}}))
                else:
                    await firefox.send(said)

        async def answers() -> None:
            async for said in firefox:
                await playwright.send(said)

        ways = [asyncio.create_task(way()) for way in (asks, answers)]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
            with suppress(asyncio.CancelledError, ConnectionClosed):
                await way


async def _stands_between(upstream: str) -> Server:
    return await serve(
        lambda playwright: _passes_on(playwright, upstream), "127.0.0.1", 0, max_size=None, compression=None
    )


async def _run(arguments: list[str]) -> int:
    firefox = await asyncio.create_subprocess_exec(
        firefox_path() or "firefox-esr",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert firefox.stdout
    for ending in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(ending, firefox.terminate)
    async for line in firefox.stdout:
        words = line.decode(errors="replace").rstrip()
        if found := LISTENS.search(words):
            server = await _stands_between(found[2])
            port = server.sockets[0].getsockname()[1]
            words = f"{found[1]}ws://127.0.0.1:{port}"
        print(words, file=sys.stderr, flush=True)
    return await firefox.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(_run(sys.argv[1:])))
