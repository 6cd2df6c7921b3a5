"""Two origins that never mix, no other host, no proxy before a demo, and sockets that ask where somebody comes from."""

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from chat import wire
from tests.integration.server.house import House, assets

pytestmark = pytest.mark.asyncio(loop_scope="module")

V1 = Subprotocol(wire.SUBPROTOCOL)
LOADER = assets().index.loader["sv"].path


async def refused(url: str, **options: object) -> InvalidStatus:
    with pytest.raises(InvalidStatus) as caught:
        async with connect(url, **options):  # type: ignore[arg-type]
            pass
    return caught.value


def sockets(origin: str) -> str:
    return origin.replace("http", "ws")


async def test_an_address_of_one_origin_does_not_exist_on_the_other(
    house: House, http: httpx.AsyncClient
) -> None:
    for path in (
        "/",
        "/callback",
        "/help",
        "/leave",
        "/widget.js",
        f"/{LOADER}",
        "/v1/availability.json",
        "/v1/leave",
    ):
        assert (await http.get(house.staff + path)).status_code == 404, path
    for path in ("/staff", "/staff/s/x.js", "/staff/demo/sign-in"):
        assert (await http.get(house.visitor + path)).status_code == 404, path


@pytest.mark.parametrize("host", ["evil.example", "localhost", "127.0.0.1", "127.0.0.1.evil.example", ""])
async def test_another_host_is_refused(house: House, http: httpx.AsyncClient, host: str) -> None:
    for path in ("/", "/staff", "/healthz", "/readyz", "/leave"):
        answer = await http.get(house.visitor + path, headers={"host": host})
        assert answer.status_code == 403
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert "own address" in answer.text


@pytest.mark.parametrize(
    "name", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Anything", "Via"]
)
async def test_a_demo_behind_a_proxy_is_refused(house: House, http: httpx.AsyncClient, name: str) -> None:
    assert (await http.get(house.visitor + "/", headers={name: "for=1.2.3.4"})).status_code == 403
    error = await refused(
        sockets(house.visitor) + "/v1/visitor",
        origin="null",
        subprotocols=[V1],
        additional_headers={name: "x"},
    )
    assert error.response.status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", None, "", "self"])
async def test_a_visitors_socket_comes_from_an_opaque_origin_only(house: House, origin: str | None) -> None:
    given = house.visitor if origin == "self" else origin
    error = await refused(
        sockets(house.visitor) + "/v1/visitor",
        origin=Origin(given) if given is not None else None,
        subprotocols=[V1],
    )
    assert error.response.status_code == 403
    assert b"wrong-origin" in (error.response.body or b"")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None, "visitor"])
async def test_a_counsellors_socket_comes_from_the_console_only(house: House, origin: str | None) -> None:
    given = house.visitor if origin == "visitor" else origin
    for path in ("/v1/counsellor", "/v1/practice"):
        error = await refused(
            sockets(house.staff) + path,
            origin=Origin(given) if given is not None else None,
            subprotocols=[V1],
        )
        assert error.response.status_code == 403


async def test_two_origin_headers_count_as_none(house: House) -> None:
    error = await refused(
        sockets(house.staff) + "/v1/counsellor",
        origin=Origin(house.staff),
        subprotocols=[V1],
        additional_headers=[("Origin", house.staff)],
    )
    assert error.response.status_code in (400, 403)


async def test_sockets_do_not_exist_on_the_other_origin(house: House) -> None:
    error = await refused(sockets(house.staff) + "/v1/visitor", origin=Origin("null"), subprotocols=[V1])
    assert error.response.status_code == 403
    error = await refused(
        sockets(house.visitor) + "/v1/counsellor", origin=Origin(house.staff), subprotocols=[V1]
    )
    assert error.response.status_code == 403


async def test_a_socket_without_the_subprotocol_is_refused_with_the_remedy(house: House) -> None:
    error = await refused(sockets(house.visitor) + "/v1/visitor", origin=Origin("null"))
    assert error.response.status_code == 400
    assert b"varsam.v1" in (error.response.body or b"")


async def test_a_refused_handshake_has_the_strict_headers(house: House) -> None:
    error = await refused(
        sockets(house.visitor) + "/v1/visitor", origin=Origin("https://evil.example"), subprotocols=[V1]
    )
    assert error.response.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in error.response.headers["content-security-policy"]


async def test_the_sign_in_takes_no_other_pages_request(house: House, http: httpx.AsyncClient) -> None:
    for origin in ("https://evil.example", "null", house.visitor, None):
        headers = {} if origin is None else {"origin": origin}
        answer = await http.post(house.staff + "/staff/demo/sign-in", headers=headers, content=b"{}")
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
