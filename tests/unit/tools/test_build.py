"""What the build publishes: the same bytes wherever it is made, each file under its hash, each language whole."""

import base64
import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import brotli
import pytest

from tools.setup import ROOT, node

INPUTS = ("chat/browser", "chat/locales", "widget", "staff_console", "tools")
FILES = ("package.json", "package-lock.json", "tsconfig.json")


def copy_sources(folder: Path) -> Path:
    for name in INPUTS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, folder)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    return folder


def build(folder: Path) -> Path:
    subprocess.run(node("tools/build.mjs"), cwd=folder, check=True)
    return folder / "build" / "assets"


def contents(assets: Path) -> dict[str, bytes]:
    return {str(path.relative_to(assets)): path.read_bytes() for path in assets.rglob("*") if path.is_file()}


def published(assets: Path) -> Iterator[dict[str, str]]:
    named = json.loads((assets / "assets.json").read_text())
    yield from (named["console"], named["guest"], named["style"], named["languages"])
    for several in ("loader", "frame", "parts", "lists"):
        yield from named[several].values()
    for catalogues in named["catalogues"].values():
        yield from catalogues.values()


def catalogue(assets: Path, whose: str, tag: str) -> dict[str, Any]:
    named = json.loads((assets / "assets.json").read_text())
    read: dict[str, Any] = json.loads((assets / named["catalogues"][whose][tag]["path"]).read_text())
    return read


@pytest.fixture(scope="module")
def assets() -> Path:
    """As `make` has built them before the tests."""
    return ROOT / "build" / "assets"


@pytest.mark.soak
def test_the_same_sources_give_the_same_bytes_in_another_folder(assets: Path, tmp_path: Path) -> None:
    assert contents(build(copy_sources(tmp_path))) == contents(assets)


def test_every_file_lies_under_its_own_hash(assets: Path) -> None:
    for asset in published(assets):
        data = (assets / asset["path"]).read_bytes()
        assert Path(asset["path"]).stem == hashlib.sha256(data).hexdigest()[:32]
        assert asset["integrity"] == f"sha384-{base64.b64encode(hashlib.sha384(data).digest()).decode()}"


def test_nothing_is_published_that_no_bundle_names(assets: Path) -> None:
    named = {asset["path"] for asset in published(assets)}
    packed = {f"{path}.br" for path in named}
    assert set(contents(assets)) == named | packed | {"assets.json", "notices.txt"}


def test_a_loader_lets_in_the_frame_by_its_hash_and_no_other(assets: Path) -> None:
    named = json.loads((assets / "assets.json").read_text())
    for tag, loader in named["loader"].items():
        code = (assets / loader["path"]).read_text()
        for of, frame in named["frame"].items():
            assert (frame["path"] in code) == (of == tag)
            assert (frame["integrity"] in code) == (of == tag)


def sha256(assets: Path, asset: dict[str, str]) -> str:
    return base64.b64encode(hashlib.sha256((assets / asset["path"]).read_bytes()).digest()).decode()


def test_a_frame_lets_in_its_parts_and_the_words_of_other_languages_by_their_hashes(assets: Path) -> None:
    named = json.loads((assets / "assets.json").read_text())
    words = json.loads((assets / named["languages"]["path"]).read_text())
    assert words == {tag: sha256(assets, asset) for tag, asset in named["catalogues"]["visitor"].items()}
    for frame in named["frame"].values():
        code = (assets / frame["path"]).read_text()
        for pinned in (*named["parts"].values(), named["languages"]):
            assert sha256(assets, pinned) in code


def test_a_frame_has_the_words_of_its_language_with_it(assets: Path) -> None:
    named = json.loads((assets / "assets.json").read_text())
    for tag, frame in named["frame"].items():
        words = (assets / named["catalogues"]["visitor"][tag]["path"]).read_text()
        assert words in (assets / frame["path"]).read_text()


def test_every_file_is_packed_as_it_is(assets: Path) -> None:
    for asset in published(assets):
        packed = (assets / (asset["path"] + ".br")).read_bytes()
        assert brotli.decompress(packed) == (assets / asset["path"]).read_bytes()


def test_a_visitor_is_sent_no_words_of_the_console(assets: Path) -> None:
    assert set(catalogue(assets, "visitor", "sv")) == {"language", "shared", "loader", "visitor"}
    assert set(catalogue(assets, "visitor", "sv")["loader"]) == {"leave", "progress", "hint", "tab"}
    # The card of a callback has the same words for whoever calls as for whoever asked.
    assert set(catalogue(assets, "staff", "sv")) == {"language", "shared", "callback", "staff"}


def test_a_translation_that_nobody_approved_carries_the_swedish_of_what_safety_rests_on(assets: Path) -> None:
    arabic, swedish = catalogue(assets, "visitor", "ar"), catalogue(assets, "visitor", "sv")
    assert arabic["swedish"]["visitor"]["leaving"] == swedish["visitor"]["leaving"]
    assert "closed" not in arabic["swedish"]["visitor"]
    risk = catalogue(assets, "returning", "ar")["swedish"]["returning"]["get"]["risk"]
    assert risk == catalogue(assets, "returning", "sv")["returning"]["get"]["risk"]
    for ours in ("sv", "sv-x-latt", "en"):
        assert "swedish" not in catalogue(assets, "visitor", ours)


def test_the_licences_of_what_is_bundled_are_carried_along(assets: Path) -> None:
    notices = (assets / "notices.txt").read_text()
    for name in ("preact", "@hpke/core", "@hpke/hybridkem-x-wing"):
        assert f"\n{name} " in f"\n{notices}"
    assert "esbuild" not in notices


def test_no_change_is_not_built_and_a_change_is(tmp_path: Path) -> None:
    """Of a word, and of a translation's review: an approved one stands alone."""
    sources = copy_sources(tmp_path)
    shutil.copytree(ROOT / "build", sources / "build", ignore=shutil.ignore_patterns("tests"))
    assets = sources / "build" / "assets"
    before = (assets / "assets.json").stat().st_mtime_ns
    build(sources)
    assert (assets / "assets.json").stat().st_mtime_ns == before

    planted = "a word that no other language has"
    changes(sources, "en", lambda words: words["visitor"].update(planted=planted))
    changes(sources, "ar", lambda words: words["language"].update(review="approved"))
    build(sources)
    assert catalogue(assets, "visitor", "sv")["visitor"]["planted"] == planted
    assert "swedish" not in catalogue(assets, "visitor", "ar")


def changes(sources: Path, tag: str, change: Callable[[dict[str, Any]], None]) -> None:
    path = sources / "chat" / "locales" / f"{tag}.json"
    words = json.loads(path.read_text())
    change(words)
    path.write_text(json.dumps(words))
