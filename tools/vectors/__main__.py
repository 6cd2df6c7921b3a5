"""`python -m tools.vectors`: makes tests/vectors/python.json anew."""

from tests.support.vectors import FOLDER
from tools.vectors import admissions, continuations, encodings, logs, trusts
from tools.vectors.file import Vectors


def main() -> None:
    vectors = Vectors()
    encodings.add(vectors)
    trusts.add(vectors)
    logs.add(vectors)
    admissions.add(vectors)
    continuations.add(vectors)
    vectors.write(FOLDER / "python.json")


main()
