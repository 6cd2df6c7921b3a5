"""Both implementations accept and refuse the same set, for the same step (format: tests/vectors/README.md)."""

import subprocess
from typing import Any

import pytest

from tests.support.vectors import FOLDER, Refused, carry_out, read

FILES = (
    "python.json",
    "typescript.json",
    "hostile.json",
    "callback.json",
    "callback-typescript.json",
    "guest.json",
    "withdrawal.json",
)


def is_committed(name: str) -> bool:
    """A file that git knows must be there; one that was never made is not missed."""
    if not (FOLDER.parents[1] / ".git").exists():
        return True
    listed = subprocess.run(
        ["git", "ls-files", "--", name], cwd=FOLDER, capture_output=True, text=True, timeout=30, check=False
    )
    return listed.returncode != 0 or bool(listed.stdout.strip())


def cases() -> list[Any]:
    present = [FOLDER / name for name in FILES if (FOLDER / name).exists()]
    return [pytest.param(case, id=f"{path.stem}: {case['name']}") for path in present for case in read(path)]


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_vectors_that_git_knows_is_there(name: str) -> None:
    assert (FOLDER / name).exists() or not is_committed(name)


@pytest.mark.parametrize("name", FILES[:2])
def test_a_file_of_vectors_covers_every_operation_that_both_sides_carry_out(name: str) -> None:
    path = FOLDER / name
    covered = {case["op"] for case in read(path)} if path.exists() else set()
    assert not path.exists() or covered >= {"trust", "log", "admission", "frame-open", "hpke-open", "verify"}


def test_both_verdicts_occur_for_every_operation_that_can_refuse() -> None:
    found = [*read(FOLDER / "python.json"), *read(FOLDER / "callback.json")]
    refusing = {case["op"] for case in found if "refused" in case}
    accepting = {case["op"] for case in found if "out" in case}
    assert accepting - refusing == {
        "sid",
        "visitor",
        "commit",
        "frame-key",
        "pad",
        "return-code",
        "callback-code",
    }
    assert not refusing - accepting


@pytest.mark.parametrize("case", cases())
def test_the_verdict_is_the_files(case: Any) -> None:
    if "refused" not in case:
        assert carry_out(case["op"], case["in"]) == case["out"]
        return
    with pytest.raises(Refused) as refused:
        carry_out(case["op"], case["in"])
    assert refused.value.how == case["refused"]
