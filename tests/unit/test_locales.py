"""The catalogues: whole in Swedish and English, with words for whatever can go wrong."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from chat import errors

LOCALES = Path(__file__).parents[2] / "chat" / "locales"
OF_THE_CORE = {"wrong-clock", "offline"}
"""Codes that the browsers find by themselves."""
LOADER_LENGTH = 60
"""What the frame may tell the loader when the language changes."""


def catalogue(tag: str) -> dict[str, Any]:
    words: dict[str, Any] = json.loads((LOCALES / f"{tag}.json").read_text(encoding="utf-8"))
    return words


def flat(words: dict[str, Any], path: str = "") -> dict[str, str]:
    """Dotted path → words."""
    found: dict[str, str] = {}
    for key, value in words.items():
        at = f"{path}.{key}" if path else key
        found |= flat(value, at) if isinstance(value, dict) else {at: value}
    return found


def codes(error: type[errors.VarsamError]) -> set[str]:
    return {error.code}.union(*(codes(child) for child in error.__subclasses__()))


def placeholders(words: str) -> list[str]:
    return sorted(re.findall(r"\{\w+\}", words))


def test_swedish_and_english_have_the_same_words() -> None:
    sv, en = flat(catalogue("sv")), flat(catalogue("en"))
    assert sv.keys() == en.keys()
    for key, words in en.items():
        assert words.strip(), key
        assert placeholders(sv[key]) == placeholders(words), key


@pytest.mark.parametrize("tag", ["sv", "en"])
def test_every_error_has_words_that_say_what_to_do(tag: str) -> None:
    words = catalogue(tag)["shared"]["error"]
    assert words.keys() >= codes(errors.VarsamError) | OF_THE_CORE
    for code, said in words.items():
        assert len(re.findall(r"[.!?:;]", said)) >= 2, f"{code}: what happened, and what to do next"


@pytest.mark.parametrize("path", sorted(LOCALES.glob("*.json")), ids=lambda path: path.stem)
def test_a_catalogue_says_which_language_it_is_and_who_has_read_it(path: Path) -> None:
    language = catalogue(path.stem)["language"]
    assert language["tag"] == path.stem
    assert language["direction"] in {"ltr", "rtl"}
    assert language["review"] in {"draft", "reviewed", "approved"}
    assert language["name"]


@pytest.mark.parametrize("path", sorted(LOCALES.glob("*.json")), ids=lambda path: path.stem)
def test_no_catalogue_has_words_that_english_lacks_or_other_placeholders(path: Path) -> None:
    english = flat(catalogue("en"))
    for key, words in flat(catalogue(path.stem)).items():
        assert key in english
        assert placeholders(words) == placeholders(english[key]), key


@pytest.mark.parametrize("path", sorted(LOCALES.glob("*.json")), ids=lambda path: path.stem)
def test_what_the_loader_is_told_is_short(path: Path) -> None:
    loader = catalogue(path.stem).get("loader", {})
    for key in ("leave", "progress"):
        assert 0 < len(loader[key]) <= LOADER_LENGTH
