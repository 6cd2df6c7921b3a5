"""What a browser leaves on the disk: every file of a profile of its own, once the browser is closed."""

import struct
from pathlib import Path

import brotli

from tests.support.eavesdropper import finds

_CACHE_ENTRY = struct.Struct("<QIIII")
_CACHE_MAGIC = 0xFCFB6D1BA7725C30
_CACHE_BODY_ENDS = struct.pack("<Q", 0xF4FA6F45970D41D8)


def files_of(profile: Path) -> dict[str, bytes]:
    """Path inside the profile → content, and what a cache entry unpacks to behind it."""
    paths = [path for path in sorted(profile.rglob("*")) if path.is_file() and not path.is_symlink()]
    contents = {str(path.relative_to(profile)): path.read_bytes() for path in paths}
    return {name: content + b"\0" + _unpacked(content) for name, content in contents.items()}


def _unpacked(content: bytes) -> bytes:
    """The body of an entry of Chromium's cache, which keeps it as it was served: packed as brotli, or nothing."""
    if len(content) < _CACHE_ENTRY.size or _CACHE_ENTRY.unpack_from(content)[0] != _CACHE_MAGIC:
        return b""
    key_bytes = _CACHE_ENTRY.unpack_from(content)[2]
    body = content[_CACHE_ENTRY.size + key_bytes :].split(_CACHE_BODY_ENDS)[0]
    try:
        return bytes(brotli.decompress(body))
    except brotli.error:
        return b""


def where(files: dict[str, bytes], words: str) -> set[str]:
    """The files in which it stands, in any form that betrays it, also where it is packed."""
    return {name for name, content in files.items() if _short(words) in content or finds(words, [content])}


def _short(words: str) -> bytes:
    """As a browser keeps text whose letters have a byte each; others as they are."""
    try:
        return words.encode("latin-1")
    except UnicodeEncodeError:
        return words.encode()
