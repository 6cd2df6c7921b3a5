"""The applications: the visitor's origin, the staff's origin, and the operator's port, each a table of routes and a socket.

An address of one does not exist on the other. Everything is answered with the strict headers, errors too.
"""

from collections.abc import Mapping, Sequence

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from chat import errors
from chat.web.headers import StrictHeaders
from chat.web.refusals import not_found, refusal, refuse

_log = structlog.get_logger()


class Site:
    """Pages by Starlette, sockets past it. `routes`: every address of a page."""

    def __init__(self, routes: Sequence[BaseRoute], sockets: Mapping[str, ASGIApp], *, https: bool) -> None:
        pages = Starlette(routes=routes, exception_handlers=_HANDLERS)
        pages.router.redirect_slashes = False
        self.routes = routes
        self._pages = StrictHeaders(pages, https)
        self._sockets = sockets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._sockets.get(scope["path"], _no_socket)(scope, receive, send)
        else:
            await self._pages(scope, receive, send)


async def _no_socket(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await refuse(errors.WrongOrigin(), scope, send)


async def _told(_: Request, error: Exception) -> Response:
    return refusal(error) if isinstance(error, errors.VarsamError) else refusal(errors.VarsamError())


async def _no_such_page(_: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.status_code == 405:
        return Response(
            "method-not-allowed\nAsk for this address in the way it is meant.\n", 405, error.headers
        )
    return not_found()


async def _bug(_: Request, error: Exception) -> Response:
    _log.error("bug", error=type(error).__name__, exc_info=error)
    return refusal(errors.VarsamError())


_HANDLERS = {errors.VarsamError: _told, HTTPException: _no_such_page, Exception: _bug}
