"""The bundles are served as the build has packed them, to whoever takes that, and as they are to everybody else."""

import base64
import gzip
import hashlib
import re
from pathlib import Path

import brotli
import httpx
import pytest

from chat.web.assets import Assets
from chat.web.pages import takes
from tests.integration.server.house import House, assets

pytestmark = pytest.mark.asyncio(loop_scope="module")

INDEX = assets().index
FILES = [
    INDEX.loader["sv"].path,
    INDEX.frame["sv"].path,
    INDEX.parts["core"].path,
    INDEX.catalogues["visitor"]["sv"].path,
]


async def raw(http: httpx.AsyncClient, address: str, accepted: str) -> httpx.Response:
    async with http.stream("GET", address, headers={"accept-encoding": accepted}) as answer:
        answer._content = b"".join([chunk async for chunk in answer.aiter_raw()])
        return answer


@pytest.mark.parametrize("path", [*FILES, "widget.js?lang=sv"])
async def test_a_browser_that_takes_brotli_gets_the_fewest_bytes(
    house: House, http: httpx.AsyncClient, path: str
) -> None:
    plain = await raw(http, f"{house.visitor}/{path}", "identity")
    packed = await raw(http, f"{house.visitor}/{path}", "gzip, deflate, br, zstd")
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "br"
    assert brotli.decompress(packed.content) == plain.content
    assert len(packed.content) < len(gzip.compress(plain.content, 9))
    for answer in (plain, packed):
        assert answer.headers["vary"] == "accept-encoding"
        assert int(answer.headers["content-length"]) == len(answer.content)


@pytest.mark.parametrize("path", ["", "help", "?lang=ar"])
async def test_a_page_is_packed_for_whoever_takes_that(
    house: House, http: httpx.AsyncClient, path: str
) -> None:
    plain = await raw(http, f"{house.visitor}/{path}", "identity")
    packed = await raw(http, f"{house.visitor}/{path}", "gzip")
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(packed.content) == plain.content
    assert plain.headers["vary"] == packed.headers["vary"] == "accept-encoding"


@pytest.mark.parametrize("path", ["", "help"])
async def test_the_style_in_a_page_is_the_one_that_its_policy_names(
    house: House, http: httpx.AsyncClient, path: str
) -> None:
    answer = await http.get(f"{house.visitor}/{path}")
    inline = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert len(inline) == 1
    digest = base64.b64encode(hashlib.sha384(inline[0].encode()).digest()).decode()
    assert f"style-src 'sha384-{digest}'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("gzip, deflate, br", True),
        ("BR;q=0.5", True),
        ("br ; q = 1", True),
        ("", False),
        ("gzip", False),
        ("brotli", False),
        ("br;q=0", False),
        ("br; q=0.000, gzip", False),
    ],
)
async def test_what_a_browser_refuses_it_is_not_sent(accepted: str, expected: bool) -> None:
    assert takes("br", accepted) is expected


async def test_a_release_from_before_is_served_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "earlier.js").write_text("1")
    kept = Assets.load(str(tmp_path))
    assert kept.get("f", "earlier.js") == b"1"
    assert kept.packed("f", "earlier.js") is None
