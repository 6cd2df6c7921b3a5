"""The bundles and catalogues that the build made, in memory, under the hashes in their names.

Knows files and their integrity, no request. Earlier releases' loaders, frames and catalogues are added from a folder, so that a
municipality's pinned snippet works for as long as the operator keeps them.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final, Self

import msgspec
from msgspec import Struct, structs

from chat import errors

PACKAGED: Final = Path(__file__).parent.parent / "assets"
CHECKOUT: Final = Path(__file__).parent.parent.parent / "build" / "assets"
KINDS: Final = {
    "c": "application/json",
    "f": "text/javascript",
    "p": "text/css",
    "s": "text/javascript",
    "w": "text/javascript",
}
"""Catalogues, frame, the pages' style sheet, console, loaders."""
PINNED: Final = ("w", "f", "c")
"""What a municipality's snippet of an earlier release leads to: its loader, that one's frame, and the words of both."""


class Asset(Struct, frozen=True):
    """`path` from the origin on, without a leading slash; `integrity` as the attribute wants it."""

    path: str
    integrity: str


class Catalogue(Asset, frozen=True):
    """A language's words; `name` is its own, `review` is draft, reviewed or approved."""

    name: str
    direction: str
    review: str


class Index(Struct, frozen=True):
    """`assets.json`, as the build writes it."""

    loader: dict[str, Asset]
    frame: Asset
    console: Asset
    style: Asset
    catalogues: dict[str, dict[str, Catalogue]]


class Assets:
    """What is served below `/w`, `/f`, `/c`, `/p` and `/staff/s`."""

    def __init__(self, index: Index, files: dict[str, bytes]) -> None:
        self.index = index
        self._files = files

    @classmethod
    def load(cls, published: str = "") -> Self:
        """From the wheel, or from the checkout's build; `published` is a folder with files of earlier releases, which is never the console's."""
        folder = PACKAGED if (PACKAGED / "assets.json").is_file() else CHECKOUT
        try:
            index = msgspec.json.decode((folder / "assets.json").read_bytes(), type=Index)
        except (OSError, msgspec.MsgspecError) as error:
            raise errors.ConfigurationError(
                ["the bundles are not built: run `make demo` once, or install the wheel"]
            ) from error
        earlier = _files(Path(published), PINNED) if published else {}
        return cls(index, earlier | _files(folder, KINDS))

    def without_drafts(self) -> Self:
        """These, without the words and loaders of languages that nobody who speaks them has read."""
        visitor = self.index.catalogues["visitor"]
        drafts = {tag for tag, catalogue in visitor.items() if catalogue.review == "draft"}
        gone = {asset[tag].path for asset in (visitor, self.index.loader) for tag in drafts}
        loader = {tag: asset for tag, asset in self.index.loader.items() if tag not in drafts}
        index = structs.replace(self.index, loader=loader)
        return type(self)(index, {path: file for path, file in self._files.items() if path not in gone})

    def get(self, kind: str, name: str) -> bytes | None:
        """The content of `<kind>/<name>`, if there is one."""
        return self._files.get(f"{kind}/{name}")

    def loader(self, language: str) -> bytes:
        """The loader of a language."""
        return self._files[self.index.loader[language].path]


def _files(folder: Path, kinds: Iterable[str]) -> dict[str, bytes]:
    found = (path for kind in kinds for path in (folder / kind).glob("*") if path.is_file())
    return {f"{path.parent.name}/{path.name}": path.read_bytes() for path in found}
