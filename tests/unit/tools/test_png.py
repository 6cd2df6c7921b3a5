"""Pictures of the docs are packed anew without changing a pixel."""

import struct
import zlib

import pytest

from tools.png import SIGNATURE, squeezed, unfiltered

WIDTH, ROWS, PIXEL = 5, 10, 3


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def picture(content: bytes, *, colour: int = 2) -> bytes:
    head = struct.pack(">IIBBBBB", WIDTH, ROWS, 8, colour, 0, 0, 0)
    packed = zlib.compress(content, 0)
    halves = chunk(b"IDAT", packed[:20]) + chunk(b"IDAT", packed[20:])
    return SIGNATURE + chunk(b"IHDR", head) + halves + chunk(b"IEND", b"")


def pixels(made: bytes) -> list[bytes]:
    at = made.index(b"IDAT")
    (length,) = struct.unpack(">I", made[at - 4 : at])
    return list(unfiltered(zlib.decompress(made[at + 4 : at + 4 + length]), WIDTH * PIXEL, PIXEL))


def test_every_filter_is_undone_as_the_format_says() -> None:
    one = bytes(range(1, WIDTH * PIXEL + 1))
    told = b"".join(bytes([kind]) + one for kind in range(5))
    plain, left, above, mean, guessed = unfiltered(told, WIDTH * PIXEL, PIXEL)
    assert plain == one
    assert left == bytes((sum(range(at % PIXEL + 1, at + 2, PIXEL))) & 255 for at in range(WIDTH * PIXEL))
    assert above == bytes((one[at] + left[at]) & 255 for at in range(WIDTH * PIXEL))
    assert mean[0] == (one[0] + above[0] // 2) & 255
    assert guessed[0] == (one[0] + mean[0]) & 255


def test_what_comes_out_is_smaller_and_the_same_picture() -> None:
    content = b"".join(bytes([kind % 5]) + bytes(WIDTH * PIXEL) for kind in range(ROWS))
    made = squeezed(picture(content))
    assert len(made) < len(picture(content))
    assert pixels(made) == list(unfiltered(content, WIDTH * PIXEL, PIXEL))
    assert squeezed(made) == made


def test_another_kind_of_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="neither"):
        squeezed(picture(bytes(ROWS * (WIDTH + 1)), colour=3))
