"""How an error is told over HTTP and at a socket's handshake: status, remedy in words, and when to try again.

Knows the tree of errors and no request: an answer never repeats what was asked.
"""

from starlette.responses import PlainTextResponse, Response
from starlette.types import Scope, Send

from chat import errors
from chat.web.headers import STRICT


def refusal(error: errors.VarsamError) -> Response:
    """The answer that tells `error`."""
    headers = {} if error.retry_after is None else {"retry-after": str(int(error.retry_after))}
    return PlainTextResponse(f"{error.code}\n{error.remedy}\n", error.status, headers)


def not_found() -> Response:
    """Nothing here; the same words for whatever was asked."""
    return PlainTextResponse("not-found\nOpen the service by the address you were given.\n", 404)


async def refuse(error: errors.VarsamError, scope: Scope, send: Send) -> None:
    """Answer a request, or a socket that was not accepted yet."""
    response = refusal(error)
    prefix = "websocket." if scope["type"] == "websocket" else ""
    for name, value in STRICT.items():
        response.headers[name] = value
    await send(
        {
            "type": f"{prefix}http.response.start",
            "status": response.status_code,
            "headers": response.raw_headers,
        }
    )
    await send({"type": f"{prefix}http.response.body", "body": bytes(response.body)})
