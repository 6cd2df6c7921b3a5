"""The demo's registrar at its own counter: where several processes serve, their sign-ins ask the one that holds its keys.

A unix socket that only this user reaches; one line asks, one line answers. Private keys of consoles never come here.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec

from chat import bodies, wire
from chat.crypto.chain import Signed
from chat.crypto.encoding import b64, unb64

ANSWER_SECONDS: Final = 10.0

Certify = Callable[[bodies.DemoSignIn], Awaitable[Signed]]
"""A device of a counsellor, listed and fresh."""

_read_asked = msgspec.json.Decoder(bodies.DemoSignIn).decode
_read_answer = msgspec.json.Decoder(wire.Signed).decode


@asynccontextmanager
async def at_the_counter(certify: Certify) -> AsyncIterator[str]:
    """Answers as long as this lasts; where."""

    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            certificate = await certify(_read_asked(await reader.readline()))
            writer.write(msgspec.json.encode(wire.Signed(b64(certificate.doc), b64(certificate.sig))) + b"\n")
        finally:
            writer.close()

    # 0700, and so is nobody else's.
    with tempfile.TemporaryDirectory(prefix="varsam-") as folder:
        path = str(Path(folder) / "registrar")
        async with await asyncio.start_unix_server(answers, path):
            yield path


def asking_at(path: str) -> Certify:
    """Asks at that counter."""

    async def certify(asked: bodies.DemoSignIn) -> Signed:
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_unix_connection(path)
            try:
                writer.write(msgspec.json.encode(asked) + b"\n")
                answer = _read_answer(await reader.readline())
            finally:
                writer.close()
        return Signed(unb64(answer.doc), unb64(answer.sig))

    return certify
