"""How wishes name a counsellor: the same for both ends, and for whoever writes it from memory (Before 8)."""

import json
from pathlib import Path

import pytest

from chat.crypto.encoding import unb64
from chat.crypto.names import name_hash, said

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "names.json").read_text(encoding="utf-8"))
ROOT = unb64(VECTORS["root"])


@pytest.mark.parametrize("vector", VECTORS["names"], ids=lambda vector: str(vector["name"]))
def test_both_ends_name_somebody_by_the_same_hash(vector: dict[str, str]) -> None:
    assert said(vector["name"]) == vector["said"]
    assert name_hash(ROOT, vector["name"]) == vector["hash"]


def test_case_accents_and_spaces_do_not_count_and_another_name_does() -> None:
    assert len({name_hash(ROOT, name) for name in ("Björn", "bjorn", " BJÖRN ")}) == 1
    assert name_hash(ROOT, "Amina") != name_hash(ROOT, "Aminah")
    assert name_hash(ROOT, "Amina") != name_hash(bytes(32), "Amina"), "of another organisation"
