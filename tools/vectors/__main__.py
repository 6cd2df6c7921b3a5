"""`python -m tools.vectors`: makes tests/vectors/python.json, callback.json, guest.json and withdrawal.json anew; `python -m
tools.vectors callback`, `guest` or `withdrawal`: that one alone."""

import sys

from tests.support.vectors import FOLDER
from tools.vectors import (
    admissions,
    callbacks,
    continuations,
    encodings,
    guests,
    logs,
    returns,
    trusts,
    withdrawals,
)
from tools.vectors.file import Vectors

ALONE = {"callback": callbacks.add, "guest": guests.add, "withdrawal": withdrawals.add}
"""File → what stands in it."""


def main() -> None:
    wanted = sys.argv[1:] or ["python", *ALONE]
    if "python" in wanted:
        everything_else()
    for name in wanted:
        if name in ALONE:
            vectors = Vectors()
            ALONE[name](vectors)
            vectors.write(FOLDER / f"{name}.json")


def everything_else() -> None:
    vectors = Vectors()
    encodings.add(vectors)
    trusts.add(vectors)
    logs.add(vectors)
    admissions.add(vectors)
    continuations.add(vectors)
    returns.add(vectors)
    vectors.write(FOLDER / "python.json")


main()
