"""Asked before anything else of a request: which of the two origins is it for, and may it come in at all.

Knows host names and headers, no page. An address of one origin does not exist on the other.
"""

from collections.abc import Iterable
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from chat import errors
from chat.web.refusals import refuse

ANYWHERE: Final = ("/healthz", "/readyz")
"""A balancer or a container's health check asks by address; these tell nothing but whether the process is well."""


class Hosts:
    """Sends a request to the application of its origin, by the Host header."""

    def __init__(self, sites: dict[str, ASGIApp], health: ASGIApp | None) -> None:
        """`sites`: origin → application; `health`: what answers `ANYWHERE` for any other host."""
        self.sites = sites
        self._sites = {host_of(origin): app for origin, app in sites.items()}
        self._health = health

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        site = self._sites.get(header(scope, b"host").lower())
        if site is None and scope["path"] in ANYWHERE and scope["type"] == "http":
            site = self._health
        if site is None:
            await refuse(errors.WrongOrigin(), scope, send)
        else:
            await site(scope, receive, send)


class NoProxy:
    """Refuses whatever came through a proxy: the demo is loopback only."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan" and any(_names_a_proxy(name) for name, _ in scope["headers"]):
            await refuse(errors.WrongOrigin(), scope, send)
        else:
            await self._app(scope, receive, send)


def _names_a_proxy(name: bytes) -> bool:
    return name in (b"forwarded", b"via") or name.startswith(b"x-forwarded")


def header(scope: Scope, name: bytes) -> str:
    """The value of a header that stands once; two of them count as none."""
    values = [value for key, value in headers_of(scope) if key == name]
    return values[0].decode("latin-1") if len(values) == 1 else ""


def headers_of(scope: Scope) -> Iterable[tuple[bytes, bytes]]:
    """Names in lower case."""
    return ((name.lower(), value) for name, value in scope["headers"])


def host_of(origin: str) -> str:
    """The Host header of an origin."""
    return origin.partition("://")[2]
