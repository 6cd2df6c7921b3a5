"""The bundles and catalogues that the build made, in memory, under the hashes in their names.

Knows files and their integrity, no request. Earlier releases' loaders, frames and catalogues are added from a folder, so that a
municipality's pinned snippet works for as long as the operator keeps them.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Self

import msgspec
from msgspec import Struct, structs

from chat import errors
from chat.crypto.encoding import b64, digest

PACKAGED: Final = Path(__file__).parent.parent / "assets"
CHECKOUT: Final = Path(__file__).parent.parent.parent / "build" / "assets"
KINDS: Final = {
    "c": "application/json",
    "f": "text/javascript",
    "p": "text/css",
    "s": "text/javascript",
    "w": "text/javascript",
}
"""Catalogues, frame with its parts, the pages' style sheet, console, loaders."""
PACKED: Final = ".br"
PINNED: Final = ("w", "f", "c")
"""What a municipality's snippet of an earlier release leads to: its loader, that one's frame with its parts, and the words."""


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
    """`assets.json`, as the build writes it; loaders and frames by language, `parts` is the code behind the first screen, `lists`
    are the words of return codes, `languages` names the catalogue of each language."""

    loader: dict[str, Asset]
    frame: dict[str, Asset]
    parts: dict[str, Asset]
    lists: dict[str, Asset]
    languages: Asset
    console: Asset
    guest: Asset
    style: Asset
    catalogues: dict[str, dict[str, Catalogue]]


class Assets:
    """What is served below `/w`, `/f`, `/c` and `/staff/s`, and the style sheet that stands in pages."""

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
        """These, without the words, frames and loaders of languages that nobody who speaks them has read."""
        index, catalogues = self.index, self.index.catalogues
        drafts = {tag for tag, catalogue in catalogues["visitor"].items() if catalogue.review == "draft"}
        kinds: tuple[Mapping[str, Asset], ...] = (*catalogues.values(), index.loader, index.frame)
        gone = {kind[tag].path for kind in kinds for tag in drafts & kind.keys()}
        loader, frame = (
            {tag: asset for tag, asset in kind.items() if tag not in drafts}
            for kind in (self.index.loader, self.index.frame)
        )
        index = structs.replace(self.index, loader=loader, frame=frame)
        kept = {path: file for path, file in self._files.items() if path.removesuffix(PACKED) not in gone}
        return type(self)(index, kept)

    def manifest(self) -> dict[str, str]:
        """K4: path from its origin on → SHA-256, of everything that this release serves to browsers as a file."""
        index = self.index
        words = [asset for kind in index.catalogues.values() for asset in kind.values()]
        code = [*index.loader.values(), *index.frame.values(), *index.parts.values()]
        visitors = [*code, *index.lists.values(), index.languages, *words]
        paths = {f"/{asset.path}": asset.path for asset in visitors}
        paths |= {f"/staff/{asset.path}": asset.path for asset in (index.console, index.guest)}
        return {path: b64(digest(self._files[name])) for path, name in sorted(paths.items())}

    def get(self, kind: str, name: str) -> bytes | None:
        """The content of `<kind>/<name>`, if there is one."""
        return self._files.get(f"{kind}/{name}")

    @property
    def style(self) -> str:
        """The style sheet of the pages, whose hash their policy names."""
        return self._files[self.index.style.path].decode()

    def packed(self, kind: str, name: str) -> bytes | None:
        """The same content as brotli, if the build has left it; releases of long ago had none."""
        return self.get(kind, name + PACKED)


def _files(folder: Path, kinds: Iterable[str]) -> dict[str, bytes]:
    found = (path for kind in kinds for path in (folder / kind).glob("*") if path.is_file())
    return {f"{path.parent.name}/{path.name}": path.read_bytes() for path in found}
