"""The pages and files of both origins: a table of routes, and what each answers.

Knows templates, assets and the values that pages hand to their bundles; knows no conversation. The pages of words need no
JavaScript.
"""

import gzip
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

import jinja2
import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from chat.web import headers
from chat.web.assets import KINDS, Asset, Assets
from chat.web.refusals import not_found

ROOT: Final = Path(__file__).parent.parent.parent
TEMPLATES: Final = (
    Path(__file__).parent.parent / "assets" / "templates",
    ROOT / "widget" / "templates",
    ROOT / "staff_console" / "templates",
)
LOCALES: Final = Path(__file__).parent.parent / "locales"
OURS: Final = ("sv", "sv-x-latt", "en")
"""Written by us; every other language is a translation of these."""
IMMUTABLE: Final = "public, max-age=31536000, immutable"
SHORT: Final = "public, max-age=300"


class Presentation(Struct, frozen=True):
    """What the operator decides about pages. `numbers` as they are shown, `languages` in the order offered."""

    visitor_origin: str
    staff_origin: str
    root: str
    leave: str
    languages: Sequence[str]
    numbers: Sequence[Mapping[str, Any]]
    municipalities: Mapping[str, str]
    demo: bool


class Pages:
    """Answers for both origins."""

    def __init__(self, presentation: Presentation, assets: Assets) -> None:
        self._p = presentation
        self._assets = assets
        self._swedish = words_of("sv")
        self._words = {tag: words_of(tag) for tag in presentation.languages}
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
        )

    def visitor_routes(self) -> list[Route]:
        """What the visitor's origin shows."""
        return [
            Route("/", self.chat),
            Route("/callback", self.callback),
            Route("/help", self.help),
            Route("/leave", self.leave),
            Route("/widget.js", self.widget),
            Route("/w/{name}", self.asset("w", IMMUTABLE)),
            Route("/f/{name}", self.asset("f", "no-store")),
            Route("/c/{name}", self.asset("c", "no-store")),
        ]

    def staff_routes(self) -> list[Route]:
        """What the staff's origin shows."""
        return [
            Route("/staff", self.console),
            Route("/staff/guest", self.guest),
            Route("/staff/s/{name}", self.asset("s", "no-store")),
            Route("/c/{name}", self.asset("c", "no-store")),
        ]

    async def chat(self, request: Request) -> Response:
        """The standalone chat."""
        return self._chat(request)

    async def callback(self, request: Request) -> Response:
        """The same bundle, which begins with the code of a request to be called (C3)."""
        return self._chat(request, code=True)

    def _chat(self, request: Request, *, code: bool = False) -> Response:
        municipality = request.query_params.get("municipality", "")
        return self._page(
            request,
            "chat.html",
            headers.visitor_policy(self._p.visitor_origin, self._assets.index.style.integrity),
            script=_script("/", self._assets.index.frame[self._language(request, self._words)]),
            style=self._assets.style,
            municipality=municipality if municipality in self._p.municipalities else "",
            code=code,
        )

    async def help(self, request: Request) -> Response:
        """Numbers, without JavaScript."""
        policy = headers.help_policy(self._assets.index.style.integrity)
        return self._page(request, "help.html", policy, style=self._assets.style)

    async def leave(self, _: Request) -> Response:
        """Away, at once and with nothing else (Leave 2)."""
        return RedirectResponse(self._p.leave, 303)

    async def console(self, request: Request) -> Response:
        """The counsellor's console."""
        return self._of_staff(request, self._assets.index.console)

    async def guest(self, request: Request) -> Response:
        """A guest's page: what its link carries behind `#` does not come here (E6)."""
        return self._of_staff(request, self._assets.index.guest)

    def _of_staff(self, request: Request, bundle: Asset) -> Response:
        response = self._page(
            request,
            "console.html",
            headers.console_policy(self._p.staff_origin),
            script=_script("/staff/", bundle),
        )
        response.headers["cross-origin-opener-policy"] = "same-origin"
        return response

    async def widget(self, request: Request) -> Response:
        """The loader without a pin."""
        loader = self._assets.index.loader
        return self._file(request, loader[self._language(request, loader)].path, SHORT)

    def asset(self, kind: str, cache: str) -> Any:
        """An answer for one kind of file."""

        async def answer(request: Request) -> Response:
            return self._file(request, f"{kind}/{request.path_params['name']}", cache)

        return answer

    def _file(self, request: Request, path: str, cache: str) -> Response:
        kind, _, name = path.partition("/")
        said = {**headers.CROSS_ORIGIN, "cache-control": cache, "vary": "accept-encoding"}
        content, packed = self._assets.get(kind, name), self._assets.packed(kind, name)
        if content is None:
            return not_found()
        if packed and takes("br", request.headers.get("accept-encoding", "")):
            content, said["content-encoding"] = packed, "br"
        return Response(content, media_type=KINDS[kind], headers=said)

    def _page(self, request: Request, template: str, policy: str, **values: Any) -> Response:
        language = self._language(request, self._words)
        words = self._words[language]
        spoken = language.partition("-x-")[0]
        content = self._templates.get_template(template).render(
            origin=self._p.visitor_origin,
            root=self._p.root,
            lang=language,
            html_lang=spoken,
            direction=words["language"]["direction"],
            words=words,
            swedish=self._swedish if _is_unsure(words["language"]) else None,
            languages=[entry["language"] for entry in self._words.values()],
            numbers=self._p.numbers,
            municipalities=self._p.municipalities,
            demo=self._p.demo,
            **values,
        )
        said = {"content-security-policy": policy, "content-language": spoken, "vary": "accept-encoding"}
        if not takes("gzip", request.headers.get("accept-encoding", "")):
            return HTMLResponse(content, headers=said)
        # Nothing in a page is secret, so its length tells nothing.
        return HTMLResponse(
            gzip.compress(content.encode(), mtime=0), headers=said | {"content-encoding": "gzip"}
        )

    def _language(self, request: Request, known: Mapping[str, Any]) -> str:
        asked = request.query_params.get("lang", "")
        return asked if asked in known else self._p.languages[0]


def words_of(tag: str) -> dict[str, Any]:
    """A language's whole catalogue. What it lacks is taken from Swedish and English, as the bundles do it."""
    last, first = ("en", "sv") if tag.startswith("sv") else ("sv", "en")
    return _completed(_completed(_catalogue(tag), _catalogue(first)), _catalogue(last))


def _catalogue(tag: str) -> dict[str, Any]:
    return cast("dict[str, Any]", msgspec.json.decode((LOCALES / f"{tag}.json").read_bytes()))


def _is_unsure(language: Mapping[str, str]) -> bool:
    """Whether the Swedish stands beside the words on which safety rests: a translation that nobody has approved."""
    return language["tag"] not in OURS and language["review"] != "approved"


def _completed(words: Mapping[str, Any], whole: Mapping[str, Any]) -> dict[str, Any]:
    """`words`, and of `whole` what they lack."""
    return {
        key: _completed(words.get(key, {}), value) if isinstance(value, Mapping) else words.get(key, value)
        for key, value in whole.items()
    }


def _script(prefix: str, asset: Any) -> dict[str, str]:
    return {"path": prefix + asset.path, "integrity": asset.integrity}


def takes(coding: str, accepted: str) -> bool:
    """Whether an `accept-encoding` names a coding, and does not refuse it (RFC 9110, 12.5.3)."""
    listed = (each.partition(";") for each in accepted.lower().split(","))
    weights = {name.strip(): weight.replace(" ", "") for name, _, weight in listed}
    return coding in weights and not re.fullmatch(r"q=0(\.0*)?", weights[coding])
