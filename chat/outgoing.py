"""The two ways out of the service, to those on call: a webhook and mail. What goes out are the words it is given (Staff 2).

Knows addresses, and nothing of why. `http.client` and `smtplib` work in a thread; every step has a deadline, nothing is followed
to another address, and a certificate that does not hold is a fault.
"""

import asyncio
import json
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

from chat.errors import NotTold

SECONDS: Final = 10.0
"""For each step of a connection."""
PORTS: Final = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}


@dataclass(frozen=True)
class Webhook:
    """POSTs `{"text": words}` as JSON. `address` may hold a secret: it is never shown."""

    address: str
    name: str = "webhook"

    async def send(self, words: str) -> None:
        """NotTold unless the answer is 2xx."""
        await asyncio.to_thread(_carefully, lambda: self._post(words))

    def _post(self, words: str) -> None:
        url = urlsplit(self.address)
        target = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
        connection = (
            HTTPSConnection(url.netloc, timeout=SECONDS, context=ssl.create_default_context())
            if url.scheme == "https"
            else HTTPConnection(url.netloc, timeout=SECONDS)
        )
        try:
            headers = {"content-type": "application/json", "user-agent": "Varsam"}
            connection.request("POST", target, json.dumps({"text": words}).encode(), headers)
            status = connection.getresponse().status
        finally:
            connection.close()
        if not 200 <= status < 300:
            raise NotTold(f"it answers {status}")


@dataclass(frozen=True)
class Mail:
    """Mail with the words as its subject and its text. `server`: `smtps://`, `smtp+starttls://` or `smtp://`, host and port."""

    server: str
    sender: str
    to: tuple[str, ...]
    user: str = ""
    password: str = ""
    name: str = "mail"

    async def send(self, words: str) -> None:
        """NotTold unless the server took it for everybody."""
        await asyncio.to_thread(_carefully, lambda: self._mail(words))

    def _mail(self, words: str) -> None:
        url = urlsplit(self.server)
        host, port = url.hostname or "", url.port or PORTS[url.scheme]
        # The name of this machine is nobody's business.
        domain = self.sender.rpartition("@")[2]
        server: smtplib.SMTP = (
            smtplib.SMTP_SSL(host, port, domain, timeout=SECONDS, context=ssl.create_default_context())
            if url.scheme == "smtps"
            else smtplib.SMTP(host, port, domain, timeout=SECONDS)
        )
        with server:
            if url.scheme == "smtp+starttls":
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
            if server.send_message(self._message(words, domain)):
                raise NotTold("it does not take it for everybody")

    def _message(self, words: str, domain: str) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, ", ".join(self.to), words
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=domain)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(words)
        return message


def _carefully(work: Callable[[], None]) -> None:
    """What went wrong, without an address or an answer."""
    try:
        work()
    except ssl.SSLError as error:
        raise NotTold("its certificate does not hold, or it speaks no TLS") from error
    except smtplib.SMTPAuthenticationError as error:
        raise NotTold("it does not know this user and password") from error
    except (smtplib.SMTPException, HTTPException, ValueError) as error:
        raise NotTold(f"it refuses ({type(error).__name__})") from error
    except OSError as error:
        raise NotTold("it cannot be reached") from error
