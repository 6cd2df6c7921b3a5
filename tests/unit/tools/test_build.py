"""What the build publishes: the same bytes wherever it is made, each file under its hash, each language whole."""

import base64
import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
    yield from (named["frame"], named["console"], named["style"], *named["loader"].values())
    for catalogues in named["catalogues"].values():
        yield from catalogues.values()


def catalogue(assets: Path, whose: str, tag: str) -> dict[str, Any]:
    named = json.loads((assets / "assets.json").read_text())
    read: dict[str, Any] = json.loads((assets / named["catalogues"][whose][tag]["path"]).read_text())
    return read


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def assets(sources: Path) -> Path:
    return build(sources)


def test_the_same_sources_give_the_same_bytes_in_another_folder(assets: Path, tmp_path: Path) -> None:
    assert contents(build(copy_sources(tmp_path))) == contents(assets)


def test_every_file_lies_under_its_own_hash(assets: Path) -> None:
    for asset in published(assets):
        data = (assets / asset["path"]).read_bytes()
        assert Path(asset["path"]).stem == hashlib.sha256(data).hexdigest()[:32]
        assert asset["integrity"] == f"sha384-{base64.b64encode(hashlib.sha384(data).digest()).decode()}"


def test_nothing_is_published_that_no_bundle_names(assets: Path) -> None:
    named = {asset["path"] for asset in published(assets)}
    assert set(contents(assets)) == named | {"assets.json", "notices.txt"}


def test_a_loader_lets_in_the_frame_by_its_hash_and_no_other(assets: Path) -> None:
    named = json.loads((assets / "assets.json").read_text())
    for loader in named["loader"].values():
        code = (assets / loader["path"]).read_text()
        assert named["frame"]["path"] in code
        assert named["frame"]["integrity"] in code


def test_a_visitor_is_sent_no_words_of_the_console(assets: Path) -> None:
    assert set(catalogue(assets, "visitor", "sv")) == {"language", "shared", "loader", "visitor"}
    assert set(catalogue(assets, "staff", "sv")) == {"language", "shared", "staff"}


def test_a_translation_that_nobody_approved_carries_the_swedish_of_what_safety_rests_on(assets: Path) -> None:
    arabic, swedish = catalogue(assets, "visitor", "ar"), catalogue(assets, "visitor", "sv")
    assert arabic["swedish"]["visitor"]["leaving"] == swedish["visitor"]["leaving"]
    assert "closed" not in arabic["swedish"]["visitor"]
    for ours in ("sv", "sv-x-latt", "en"):
        assert "swedish" not in catalogue(assets, "visitor", ours)


def test_an_approved_translation_stands_alone(sources: Path, assets: Path) -> None:
    arabic = sources / "chat" / "locales" / "ar.json"
    before = arabic.read_text()
    words = json.loads(before)
    words["language"]["review"] = "approved"
    arabic.write_text(json.dumps(words))
    built = build(sources)
    assert "swedish" not in catalogue(built, "visitor", "ar")
    arabic.write_text(before)
    build(sources)
    assert "swedish" in catalogue(assets, "visitor", "ar")


def test_the_licences_of_what_is_bundled_are_carried_along(assets: Path) -> None:
    notices = (assets / "notices.txt").read_text()
    for name in ("preact", "@preact/signals", "@hpke/core", "@hpke/hybridkem-x-wing"):
        assert f"\n{name} " in f"\n{notices}"
    assert "esbuild" not in notices


def test_a_change_of_a_word_is_built_and_no_change_is_not(sources: Path, assets: Path) -> None:
    before = (assets / "assets.json").stat().st_mtime_ns
    build(sources)
    assert (assets / "assets.json").stat().st_mtime_ns == before

    english = sources / "chat" / "locales" / "en.json"
    words = json.loads(english.read_text())
    words["visitor"]["planted"] = "a word that no other language has"
    english.write_text(json.dumps(words))
    build(sources)
    assert catalogue(assets, "visitor", "sv")["visitor"]["planted"] == words["visitor"]["planted"]
