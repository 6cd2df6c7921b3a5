"""Firefox's own packing of what it keeps about its windows: a name, a length, and one block of LZ4."""

NAME = b"mozLz40\0"
SIZE_BYTES = 4
MORE = 15
"""A length in a token that says: more bytes of it follow."""
SHORTEST = 4


def unpacked(file: bytes) -> str:
    """The JSON in it."""
    assert file.startswith(NAME), "it is no such file"
    start = len(NAME) + SIZE_BYTES
    size = int.from_bytes(file[len(NAME) : start], "little")
    text = _block(file, start)
    assert len(text) == size, "it was not read to its end"
    return text.decode("utf-8")


def _block(packed: bytes, at: int) -> bytes:
    out = bytearray()
    while at < len(packed):
        token = packed[at]
        count, at = _length(packed, at + 1, token >> 4)
        out += packed[at : at + count]
        at += count
        if at >= len(packed):
            break
        back = int.from_bytes(packed[at : at + 2], "little")
        count, at = _length(packed, at + 2, token & MORE)
        for _ in range(count + SHORTEST):
            out.append(out[-back])
    return bytes(out)


def _length(packed: bytes, at: int, short: int) -> tuple[int, int]:
    """A length, and where what follows it begins."""
    length = short
    while short == MORE:
        more = packed[at]
        length, at = length + more, at + 1
        if more != 255:
            break
    return length, at
