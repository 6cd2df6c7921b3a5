"""python-socketio with its Redis manager: who joins a room gets what is emitted to it, on whatever process.

Run as a process: `python server.py PORT STORE`. Served as Varsam is: uvicorn, websockets-sansio, uvloop.
"""

import sys

import socketio
import uvicorn

PATIENT = {"socket_timeout": None}
"""redis-py's own limit ends its connections on a busy machine, and what is emitted then is lost."""
SILENT_SECONDS = 3_600
"""Between pings: none falls into a measurement."""


def main() -> None:
    port, store = sys.argv[1:]
    server = socketio.AsyncServer(
        async_mode="asgi",
        client_manager=socketio.AsyncRedisManager(store, redis_options=PATIENT),
        transports=["websocket"],
        ping_interval=SILENT_SECONDS,
    )
    rooms: dict[str, str] = {}

    @server.event  # type: ignore[untyped-decorator]
    async def join(sid: str, room: str) -> None:
        rooms[sid] = room
        await server.enter_room(sid, room)
        await server.emit("joined", to=sid)

    @server.event  # type: ignore[untyped-decorator]
    async def say(sid: str, text: str) -> None:
        await server.emit("said", text, room=rooms[sid])

    uvicorn.run(
        socketio.ASGIApp(server),
        host="127.0.0.1",
        port=int(port),
        loop="uvloop",
        http="h11",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
