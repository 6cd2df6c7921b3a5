"""Is it alive, can it work, and the figures: for the operator's machines, and telling nothing of anybody.

Ready means that both stores answer and are set as they promise (S4), and that what is to be erased was.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from chat import errors
from chat.live.measures import CONTENT_TYPE, Measures

Faults = Callable[[], Awaitable[list[str]]]
"""What is wrong with a store, in words that name the remedy."""
JSON: Final = "application/json"


class Operations:
    """Answers for the operator's machines."""

    def __init__(self, stores: Mapping[str, Faults]) -> None:
        self._stores = stores

    def routes(self) -> list[Route]:
        """On every origin."""
        return [Route("/healthz", self.health), Route("/readyz", self.ready)]

    async def health(self, _: Request) -> Response:
        """The process answers."""
        return PlainTextResponse("ok\n")

    async def ready(self, _: Request) -> Response:
        """Both stores answer and keep their promise, and requests for a call are looked after."""
        # All at once: two of them may have to wait for the same store that does not answer.
        told = await asyncio.gather(*(_tell(faults) for faults in self._stores.values()))
        found = dict(zip(self._stores, told, strict=True))
        ready = not any(found.values())
        content = {"ready": ready, **{name: faults or "ok" for name, faults in found.items()}}
        return Response(msgspec.json.encode(content), 200 if ready else 503, media_type=JSON)


async def _tell(faults: Faults) -> list[str]:
    try:
        return await faults()
    except errors.StoreUnavailable as error:
        return [f"It does not answer. {error.remedy}"]


class Figures:
    """`/metrics`, on a port of its own."""

    def __init__(self, measures: Measures) -> None:
        self._measures = measures

    def routes(self) -> list[Route]:
        return [Route("/metrics", self.metrics)]

    async def metrics(self, _: Request) -> Response:
        """All figures, as Prometheus reads them."""
        return Response(self._measures.text(), media_type=CONTENT_TYPE)
