"""The ceiling of our own stack: the same server with the same settings as Varsam's, and nothing behind it but sending back what came.

Run as a process: `python -m tests.load.echo PORT`.
"""

import sys

from starlette.types import Receive, Scope, Send

from chat import processes
from chat.app import SOCKET_BYTES


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """A plain ASGI application, as Varsam's sockets are."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (event := await receive())["type"] != "websocket.disconnect":
        await send({"type": "websocket.send", "text": event["text"]})


def main() -> None:
    listener = processes.listen("127.0.0.1", int(sys.argv[1]))
    processes.run(processes.serve([(listener, echo)], [], lambda: None, lambda: None, SOCKET_BYTES))


if __name__ == "__main__":
    main()
