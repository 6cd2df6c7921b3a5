"""Django Channels as its own tutorial has it: a consumer that sends what it receives to its group, and every member gets it.

Run as a process: `python server.py PORT STORE core|pubsub`. Served as Varsam is: uvicorn, websockets-sansio, uvloop.
"""

import sys
from typing import Any

import django
import uvicorn
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpResponse
from django.urls import path

LAYERS = {
    "core": "channels_redis.core.RedisChannelLayer",
    "pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer",
}
UNREAD = 10_000
"""Messages that may wait in a channel of the core layer before it throws some away."""


class Room(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One socket in a group."""

    async def connect(self) -> None:
        self.room = self.scope["path"].strip("/")
        await self.channel_layer.group_add(self.room, self.channel_name)
        await self.accept()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        await self.channel_layer.group_send(self.room, {"type": "said", "text": text_data})

    async def said(self, event: dict[str, Any]) -> None:
        """From the group."""
        await self.send(text_data=event["text"])

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.room, self.channel_name)


def main() -> None:
    port, store, layer = sys.argv[1:]
    # redis-py's own limit is as long as the core layer waits for a message.
    host = {"address": store, "socket_timeout": None}
    capacity = {"capacity": UNREAD} if layer == "core" else {}
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=(path("", lambda _: HttpResponse("ok")),),
        CHANNEL_LAYERS={"default": {"BACKEND": LAYERS[layer], "CONFIG": {"hosts": [host], **capacity}}},
    )
    django.setup()
    app = ProtocolTypeRouter({"http": get_asgi_application(), "websocket": Room.as_asgi()})
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(port),
        loop="uvloop",
        http="h11",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        lifespan="off",
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
