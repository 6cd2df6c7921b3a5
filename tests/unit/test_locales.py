"""The catalogues: whole in every language, with words for whatever can go wrong."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from chat import errors
from chat.web.pages import OURS

LOCALES = Path(__file__).parents[2] / "chat" / "locales"
OF_THE_CORE = {"wrong-clock", "offline"}
"""Codes that the browsers find by themselves."""
OF_STAFF = {"locked", "not-invited", "no-passkey", "unknown-person", "wrong-role", "signed-out", "stale-offer", "lease-lost", "queue-empty", "lost-entries", "at-capacity", "off-duty", "open-conversations", "unavailable", "callback-taken", "callback-not-held", "callback-over", "outside-window"}  # fmt: skip
LOADER_LENGTH = 60
"""What the frame may tell the loader when the language changes."""

TAGS = sorted(path.stem for path in LOCALES.glob("*.json"))
EVERY_LANGUAGE = pytest.mark.parametrize("tag", TAGS)
RIGHT_TO_LEFT = {"ar", "fa-AF", "fa", "ckb", "ps", "ur"}
NAMES = {"shared.numbers.children.name", "shared.numbers.women.name"}
"""What is called the same in every language."""


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


def for_visitors(tag: str) -> dict[str, str]:
    """All that a visitor may read."""
    words = catalogue(tag)
    return flat(
        {
            section: words[section]
            for section in (
                "loader",
                "shared",
                "visitor",
                "joining",
                "wishes",
                "returning",
                "callback",
                "page",
            )
        }
    )


def codes(error: type[errors.VarsamError]) -> set[str]:
    return {error.code}.union(*(codes(child) for child in error.__subclasses__()))


def placeholders(words: str) -> list[str]:
    return sorted(re.findall(r"\{\w+\}", words))


def safety(words: dict[str, str]) -> set[str]:
    """The keys on whose words somebody's safety rests."""
    lines = (LOCALES / "safety.txt").read_text(encoding="utf-8").splitlines()
    named = {line for line in lines if line and not line.startswith("#")}
    for name in named:
        assert any(f"{key}.".startswith(f"{name}.") for key in words), f"nothing stands at {name}"
    return {key for key in words if any(f"{key}.".startswith(f"{name}.") for name in named)}


def test_swedish_and_english_have_the_same_words() -> None:
    sv, en = flat(catalogue("sv")), flat(catalogue("en"))
    assert sv.keys() == en.keys()
    for key, words in en.items():
        assert words.strip(), key
        assert placeholders(sv[key]) == placeholders(words), key


@pytest.mark.parametrize("tag", ["sv", "en"])
def test_every_error_has_words_that_say_what_to_do(tag: str) -> None:
    words = catalogue(tag)
    sections = ("shared", "returning", "callback", "staff")
    shared, returning, callback, staff = (words[section]["error"] for section in sections)
    assert (
        shared.keys() | returning.keys() | callback.keys() | staff.keys()
        >= codes(errors.VarsamError) | OF_THE_CORE
    )
    assert not OF_STAFF & shared.keys(), "a visitor is sent no words that no visitor can meet"
    for code, said in [*shared.items(), *returning.items(), *callback.items(), *staff.items()]:
        assert len(re.findall(r"[.!?:;]", said)) >= 2, f"{code}: what happened, and what to do next"


@EVERY_LANGUAGE
def test_a_catalogue_says_which_language_it_is_and_who_has_read_it(tag: str) -> None:
    language = catalogue(tag)["language"]
    assert language["tag"] == tag
    assert language["direction"] == ("rtl" if tag in RIGHT_TO_LEFT else "ltr")
    assert language["review"] in {"draft", "reviewed", "approved"}
    assert language["name"]


def test_no_two_languages_have_one_name() -> None:
    names = [catalogue(tag)["language"]["name"] for tag in TAGS]
    assert len(set(names)) == len(names)


@EVERY_LANGUAGE
def test_the_visitors_side_is_whole_in_every_language(tag: str) -> None:
    english, words = for_visitors("en"), for_visitors(tag)
    assert words.keys() == english.keys()
    for key, said in words.items():
        assert said.strip(), key
        assert placeholders(said) == placeholders(english[key]), key


@pytest.mark.parametrize("tag", sorted(set(TAGS) - {"en"}))
def test_nothing_was_left_in_english(tag: str) -> None:
    english = for_visitors("en")
    left = {key for key, said in for_visitors(tag).items() if said == english[key]}
    assert left <= NAMES | {key for key in english if key.endswith(".number")}


@EVERY_LANGUAGE
def test_digits_are_0_to_9_in_every_language(tag: str) -> None:
    for key, said in for_visitors(tag).items():
        assert not re.findall(r"(?![0-9])\d", said), key


@pytest.mark.parametrize("tag", sorted(set(TAGS) - set(OURS)))
def test_what_safety_rests_on_is_carried_back_into_english_for_whoever_reviews_it(tag: str) -> None:
    assert catalogue(tag)["back"].keys() == safety(for_visitors("en"))


@EVERY_LANGUAGE
def test_what_the_loader_is_told_is_short(tag: str) -> None:
    loader = catalogue(tag)["loader"]
    for key in ("leave", "progress"):
        assert 0 < len(loader[key]) <= LOADER_LENGTH
