"""What is laid ready for a shift, to whoever of the staff is signed in. Knows a door, and nothing of what it hands out."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chat.live.door import Door
from chat.web.service import JSON
from chat.web.sockets import session_token


class ShiftPages:
    """`/staff/shift`, on the staff's origin."""

    def __init__(self, door: Door, content: bytes) -> None:
        self._door = door
        self._content = content

    def routes(self) -> list[Route]:
        return [Route("/staff/shift", self.shift)]

    async def shift(self, request: Request) -> Response:
        """Replies, warning, and the lists of after and of the end."""
        await self._door.signed_in(session_token(request.scope))
        return Response(self._content, media_type=JSON)
