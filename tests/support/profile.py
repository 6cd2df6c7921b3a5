"""What a browser leaves on the disk: every file of a profile of its own, once the browser is closed."""

from pathlib import Path

from tests.support.eavesdropper import finds


def files_of(profile: Path) -> dict[str, bytes]:
    """Path inside the profile → content."""
    paths = [path for path in sorted(profile.rglob("*")) if path.is_file() and not path.is_symlink()]
    return {str(path.relative_to(profile)): path.read_bytes() for path in paths}


def where(files: dict[str, bytes], words: str) -> set[str]:
    """The files in which it stands, in any form that betrays it, also where it is packed."""
    return {name for name, content in files.items() if _short(words) in content or finds(words, [content])}


def _short(words: str) -> bytes:
    """As a browser keeps text whose letters have a byte each; others as they are."""
    try:
        return words.encode("latin-1")
    except UnicodeEncodeError:
        return words.encode()
