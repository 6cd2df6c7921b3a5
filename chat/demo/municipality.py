"""The sample municipality's page, with the real pinned snippet, and the weather page that leaving goes to.

Knows templates and words; it is another origin than the service, as a municipality's is.
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import jinja2
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from chat.web import embedding
from chat.web.assets import Assets

HERE: Final = Path(__file__).parent


class Municipality:
    """Two pages and their style sheet."""

    def __init__(self, *, visitor_origin: str, root: str, assets: Assets) -> None:
        self._origin = visitor_origin
        self._root = root
        self._assets = assets
        self._words: dict[str, dict[str, Any]] = tomllib.loads(
            (HERE / "words.toml").read_text(encoding="utf-8")
        )
        self._style = (HERE / "templates" / "style.css").read_text(encoding="utf-8")
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
        )

    def routes(self) -> Sequence[Route]:
        return [Route("/", self.page), Route("/weather", self.weather), Route("/style.css", self.style)]

    async def page(self, request: Request) -> Response:
        """*Care and support*, with the snippet as `varsam embed` would print it."""
        rules = ["default-src 'none'", "style-src 'self'", *embedding.policy(self._origin), "base-uri 'none'"]
        policy = "; ".join([*rules, "form-action 'none'", "frame-ancestors 'none'"])
        return self._answer(request, "municipality.html", policy)

    async def weather(self, request: Request) -> Response:
        """Something to look at."""
        return self._answer(
            request, "weather.html", "default-src 'none'; style-src 'self'; frame-ancestors 'none'"
        )

    async def style(self, _: Request) -> Response:
        """Both pages' style sheet."""
        return Response(self._style, media_type="text/css")

    def _answer(self, request: Request, template: str, policy: str) -> Response:
        asked = request.query_params.get("lang", "sv")
        language = asked if asked in self._words else "sv"
        content = self._templates.get_template(template).render(
            lang=language,
            t=self._words[language],
            snippet=Markup(self._snippet(language)),  # noqa: S704 (made by us of escaped values)
        )
        return HTMLResponse(content, headers={"content-security-policy": policy})

    def _snippet(self, language: str) -> str:
        return embedding.snippet(
            origin=self._origin,
            root=self._root,
            loader=self._assets.index.loader[language],
            municipality="1490",
            language=language,
        )
