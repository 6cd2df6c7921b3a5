"""Where those on call are told in tests: a webhook and a mail server on this machine that keep what they were sent.

Each can be told to fail so many times first. They know nothing of the service.
"""

import asyncio
import datetime
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

Sink = TypeVar("Sink", "WebhookSink", "MailSink")
AN_ANSWER = (
    "HTTP/1.1 {status} X\r\ncontent-length: 0\r\nlocation: http://127.0.0.1:1/\r\nconnection: close\r\n\r\n"
)


@dataclass
class WebhookSink:
    """`failures`: so many answers are `status` before the rest are 204."""

    failures: int = 0
    status: int = 500
    port: int = 0
    asked: int = 0
    heads: list[str] = field(default_factory=list)
    told: list[Any] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?key=secret"

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line.partition(":")[2]) for line in head.lower().split("\r\n") if "content-length" in line
        )
        body = await reader.readexactly(length)
        self.asked += 1
        status = self.status if self.asked <= self.failures else 204
        if status == 204:
            self.heads.append(head)
            self.told.append(json.loads(body))
        writer.write(AN_ANSWER.format(status=status).encode())
        await writer.drain()
        writer.close()


@dataclass
class MailSink:
    """A mail server without TLS; `refuses`: takes nothing."""

    refuses: bool = False
    port: int = 0
    users: list[str] = field(default_factory=list)
    told: list[Message] = field(default_factory=list)
    to: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        while line := (await reader.readline()).decode():
            verb = line[:4].upper()
            if verb == "EHLO":
                writer.write(b"250-sink\r\n250 AUTH PLAIN\r\n")
            elif verb == "AUTH":
                self.users.append(line.split()[2])
                writer.write(b"235 ok\r\n")
            elif verb == "RCPT":
                self.to.append(line.strip())
                writer.write(b"550 no\r\n" if self.refuses else b"250 ok\r\n")
            elif verb == "DATA":
                writer.write(b"354 go\r\n")
                text = await reader.readuntil(b"\r\n.\r\n")
                self.told.append(message_from_bytes(text.removesuffix(b".\r\n")))
                writer.write(b"250 ok\r\n")
            elif verb == "QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 ok\r\n")
        writer.close()


def a_certificate_of_nobody(folder: Path) -> ssl.SSLContext:
    """For 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    both = folder / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    both.write_bytes(private + made.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context


@asynccontextmanager
async def listening(sink: Sink, tls: ssl.SSLContext | None = None) -> AsyncIterator[Sink]:
    server = await asyncio.start_server(sink.meet, "127.0.0.1", 0, ssl=tls)
    sink.port = server.sockets[0].getsockname()[1]
    async with server:
        yield sink
