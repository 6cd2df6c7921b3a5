"""Locks name no address and hold what they lock."""

import pytest

from tools import locks


def test_the_locks_hold_every_pin_and_name_no_address() -> None:
    assert locks.faults() == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://mirror.example/simple",
        "--extra-index-url=file:///mirror",
        "-i https://mirror.example",
        "--find-links /wheels",
        "--trusted-host mirror.example",
        "name @ https://mirror.example/name.whl",
        '      "resolved": "https://mirror.example/name.tgz",',
        "registry=mirror",
    ],
)
def test_an_address_in_a_lock_is_found(line: str) -> None:
    assert locks.addresses("lock", f"name==1.0\n{line}\n")


def test_where_authors_ask_for_money_is_no_address() -> None:
    assert not locks.addresses("lock", '        "url": "https://authors.example/funding"\n')
