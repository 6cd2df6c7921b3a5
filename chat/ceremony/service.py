"""What a registrar asks of a running service over HTTP, signed (K2). It sends documents and signatures, and no key.

Knows an address and one way to ask; nothing that comes back counts before it was verified.
"""

import secrets
import time
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Final, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import msgspec

from chat import staff_bodies
from chat.ceremony.opening import REALM, OpenRegistrar, moment
from chat.crypto import requests
from chat.crypto.encoding import DIGEST_BYTES, b64, digest
from chat.crypto.requests import REQUEST_SECONDS, Purpose
from chat.errors import CeremonyError
from chat.papers import as_wire

ANSWER_SECONDS: Final = 30.0
Kind = TypeVar("Kind", bound=msgspec.Struct)
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class _NoRedirect(HTTPRedirectHandler):
    """What is signed for one address goes to that address."""

    def redirect_request(self, *_: object) -> None:
        return None


_OPENER: Final = build_opener(_NoRedirect)


class Service:
    """A service at its console's address."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        bare = f"{parts.scheme}://{parts.netloc}"
        if (
            parts.scheme not in ("https", "http")
            or not parts.hostname
            or parts.path not in ("", "/", "/staff")
        ):
            raise CeremonyError(
                f"{address} is not the address of a console.",
                "Name it as [staff] origin does: https://staff.example.org",
            )
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise CeremonyError(f"{address} is not encrypted.", "Name the address that begins with https://")
        self.origin = bare

    def draft(self, registrar: OpenRegistrar) -> staff_bodies.Draft:
        """What the next roster shall say."""
        return self._read(self._ask(registrar, "draft", ""), staff_bodies.Draft)

    def hand_in(self, registrar: OpenRegistrar, made: staff_bodies.SignedRoster) -> None:
        """The next roster."""
        self._ask(registrar, "roster", msgspec.json.encode(made).decode())

    def invite(self, registrar: OpenRegistrar, asked: staff_bodies.Invite) -> staff_bodies.Invitation:
        """A link for somebody."""
        answer = self._ask(registrar, "invite", msgspec.json.encode(asked).decode())
        return self._read(answer, staff_bodies.Invitation)

    def _ask(self, registrar: OpenRegistrar, purpose: Purpose, body: str) -> bytes:
        now = int(time.time())
        request = requests.Request(
            registrar.registrar.hash,
            self.origin,
            purpose,
            digest(body.encode()),
            now,
            secrets.token_bytes(DIGEST_BYTES),
        )
        asks = staff_bodies.RegistrarAsks(
            root=b64(registrar.root_document.doc),
            registrar=as_wire(registrar.document),
            asks=as_wire(requests.issue_request(REALM, registrar.key, request)),
            body=body,
        )
        return self._post(f"/staff/registrar/{purpose}", msgspec.json.encode(asks), now)

    def _post(self, path: str, content: bytes, now: int) -> bytes:
        headers = {"content-type": "application/json"}
        request = Request(self.origin + path, content, headers, method="POST")  # noqa: S310 (checked above)
        try:
            with _OPENER.open(request, timeout=ANSWER_SECONDS) as answer:
                return bytes(answer.read(staff_bodies.DRAFT_BYTES + 1))
        except HTTPError as error:
            raise self._refused(error, now) from error
        except (URLError, OSError, HTTPException) as error:
            raise CeremonyError(
                f"{self.origin} does not answer.",
                "Look whether the service runs, and the address is the console's.",
            ) from error

    def _refused(self, error: HTTPError, now: int) -> CeremonyError:
        code, _, remedy = error.read(4096).decode(errors="replace").partition("\n")
        told = error.headers.get("date")
        there = int(parsedate_to_datetime(told).timestamp()) if told else now
        if abs(there - now) > REQUEST_SECONDS:
            return CeremonyError(
                f"The clocks differ: this machine says {moment(now)}, the service {moment(there)}.",
                "Set the clock of whichever is wrong.",
            )
        if error.code == 404:
            return CeremonyError(
                f"{self.origin} has no console with accounts.",
                "Name the address that [staff] origin names, not the chat's.",
            )
        if code == "unverified":
            return CeremonyError(
                f"{self.origin} refuses it: its organisation is another, or its roster has changed meanwhile.",
                "Compare [organisation] root with `varsam keys show`, and fetch the draft anew.",
            )
        return CeremonyError(f"{self.origin} refuses it: {code}.", remedy.strip() or "Try again later.")

    def _read(self, content: bytes, kind: type[Kind]) -> Kind:
        try:
            return msgspec.json.decode(content, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise CeremonyError(
                f"{self.origin} answers what is no {kind.__name__}.",
                "Look whether it is the right address and release.",
            ) from error
