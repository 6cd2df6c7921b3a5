"""Files of the ceremony: read with a remedy for whatever is wrong, written whole or not at all, and never over another.

Knows bytes and permissions, no key.
"""

import os
import stat
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from chat.errors import CeremonyError

MOST_BYTES: Final = 4 * 1024 * 1024
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class Writing(NamedTuple):
    """What is to be written where; `private`: nobody else may read it."""

    path: Path
    content: bytes
    private: bool


def read(path: Path) -> bytes:
    """A file's bytes."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise CeremonyError(f"{path} does not exist.", "Name a file that exists.") from error
    except IsADirectoryError as error:
        raise CeremonyError(f"{path} is a folder.", "Name a file in it.") from error
    except PermissionError as error:
        raise CeremonyError(f"{path} may not be read.", f"Become its owner, or: chmod 600 {path}") from error
    except OSError as error:
        raise CeremonyError(
            f"{path} cannot be read ({error.strerror}).", "Try another copy of it."
        ) from error
    if len(content) > MOST_BYTES:
        raise CeremonyError(f"{path} has more than {MOST_BYTES} bytes.", "Name the right file.")
    return content


def read_private(path: Path) -> bytes:
    """A file that nobody but its owner may read."""
    content = read(path)
    if path.stat().st_mode & _OTHERS:
        raise CeremonyError(
            f"{path} can be read by others than its owner.",
            f"chmod 600 {path}   (a stick that knows no permissions: mount it with umask=077)",
        )
    return content


def write(*writings: Writing) -> None:
    """All of them, or none. None of them may exist."""
    written: list[Path] = []
    try:
        for writing in writings:
            _refuse_existing(writing.path)
        for writing in writings:
            _write(writing)
            written.append(writing.path)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


def require_free(paths: Sequence[Path]) -> None:
    """Before anybody is asked anything: none of them exists, and their folders do."""
    for path in paths:
        _refuse_existing(path)
        if not path.parent.is_dir():
            raise CeremonyError(f"There is no folder {path.parent}.", f"Make it: mkdir -p {path.parent}")


def _refuse_existing(path: Path) -> None:
    if path.exists() or path.is_symlink():
        raise CeremonyError(
            f"{path} exists already; nothing is written over it.", "Name another with --out, or move it away."
        )


def _write(writing: Writing) -> None:
    """Beside its place first, so that a full disk or a pulled stick leaves nothing by that name."""
    path = writing.path
    temporary: Path | None = None
    try:
        number, name = tempfile.mkstemp(dir=path.parent, prefix=".varsam-")  # mode 600
        temporary = Path(name)
        with os.fdopen(number, "wb") as file:
            file.write(writing.content)
            file.flush()
            os.fsync(file.fileno())
        if not writing.private:
            temporary.chmod(0o644)
        _put(temporary, path)
    except OSError as error:
        raise CeremonyError(
            f"{path} cannot be written ({error.strerror}).",
            "Free some space, or name another place with --out.",
        ) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _put(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError as error:
        raise CeremonyError(
            f"{path} exists already; nothing is written over it.", "Name another with --out."
        ) from error
    except OSError:  # a stick that knows no links
        _refuse_existing(path)
        temporary.rename(path)
