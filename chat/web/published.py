"""`/.well-known/varsam.json`: what this release serves to browsers, and which roster is in force, for whoever compares from outside (K4).

Knows assets and the chain of trust's newest word; what it says proves nothing by itself: the roster's signature does.
"""

from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chat import bodies
from chat.live.node import Node
from chat.web.assets import Assets
from chat.web.service import JSON

PATH: Final = "/.well-known/varsam.json"


class Published:
    """Of one release, whole: also what this mode does not offer."""

    def __init__(self, assets: Assets, node: Node) -> None:
        self._files = assets.manifest()
        self._node = node

    def routes(self) -> list[Route]:
        """On both origins."""
        return [Route(PATH, self.manifest)]

    async def manifest(self, _: Request) -> Response:
        """The files and the roster's hash."""
        fresh = self._node.standing.freshness
        told = bodies.Manifest(files=self._files, roster=fresh.roster if fresh else None)
        return Response(msgspec.json.encode(told), media_type=JSON, headers={"cache-control": "no-store"})
