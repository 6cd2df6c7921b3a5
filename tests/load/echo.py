"""The ceiling of our own stack: uvicorn with websockets-sansio on uvloop, a plain ASGI callable mounted in Starlette, and
nothing behind it but sending back what came. Run as a process: `python -m tests.load.echo PORT`.
"""

import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    while True:
        event = await receive()
        if event["type"] == "websocket.disconnect":
            return
        await send({"type": "websocket.send", "text": event["text"]})


def main() -> None:
    app = Starlette(routes=[Mount("/echo", app=echo)])
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        ws="websockets-sansio",
        loop="uvloop",
        ws_per_message_deflate=False,
        access_log=False,
        log_level="error",
        lifespan="off",
    )


if __name__ == "__main__":
    main()
