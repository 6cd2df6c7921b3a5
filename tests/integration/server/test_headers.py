"""Every answer of either origin carries the strict headers, errors included, and says what to do next."""

import httpx
import pytest

from chat.crypto.encoding import b64
from tests.integration.server.house import House, assets

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALWAYS = {
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
INDEX = assets().index
FRAME, LOADER, CONSOLE = INDEX.frame["sv"].path, INDEX.loader["sv"].path, INDEX.console.path
CATALOGUE = INDEX.catalogues["visitor"]["sv"].path
VISITOR = ["/", "/?lang=en", "/callback", "/callback?lang=ar", "/help", "/help?lang=en", "/help?lang=ar", "/leave", "/widget.js", f"/{LOADER}", f"/{FRAME}", f"/{CATALOGUE}",
           "/v1/availability.json", "/v1/leave", "/v1/roster/" + "A" * 43, "/v1/roster/x", "/healthz", "/readyz", "/nothing", "/v1/visitor"]  # fmt: skip
STAFF = [
    "/staff",
    "/staff/" + CONSOLE,
    f"/{CATALOGUE}",
    "/staff/demo/sign-in",
    "/healthz",
    "/readyz",
    "/nothing",
]


def policy(answer: httpx.Response) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer.headers["content-security-policy"].split(";"))
    return {name: value for name, _, value in parts}


def strict(answer: httpx.Response) -> None:
    for name, value in ALWAYS.items():
        assert answer.headers[name] == value
    assert "camera=()" in answer.headers["permissions-policy"]
    assert answer.headers["cross-origin-resource-policy"] in ("same-origin", "cross-origin")
    assert "server" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert "clear-site-data" not in answer.headers
    said = policy(answer)
    assert said["default-src"] == "'none'"
    assert said["frame-ancestors"] == "'none'"
    assert said["base-uri"] == "'none'"
    assert said["form-action"] == "'none'"
    assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "HEAD"])
async def test_every_address_of_the_visitor_answers_strictly(
    house: House, http: httpx.AsyncClient, method: str
) -> None:
    for path in VISITOR:
        answer = await http.request(method, house.visitor + path)
        strict(answer)
        assert answer.status_code < 500, path
        cacheable = path.startswith(("/w/", "/widget.js")) and answer.status_code == 200
        assert ("no-store" in answer.headers["cache-control"]) != cacheable, path


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "HEAD"])
async def test_every_address_of_the_staff_answers_strictly(
    house: House, http: httpx.AsyncClient, method: str
) -> None:
    for path in STAFF:
        answer = await http.request(method, house.staff + path)
        strict(answer)
        assert answer.status_code < 500, path
        assert answer.headers["cache-control"] == "no-store"


async def test_a_fault_of_ours_is_strict_too(
    own_house: House, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> int:
        raise RuntimeError("a text that nobody may see")

    monkeypatch.setattr(own_house.parts.node.queue, "length", fail)
    answer = await http.get(own_house.visitor + "/v1/availability.json")
    strict(answer)
    assert answer.status_code == 500
    assert "nobody may see" not in answer.text


async def test_the_standalone_chat_has_no_origin_of_its_own(house: House, http: httpx.AsyncClient) -> None:
    said = policy(await http.get(house.visitor + "/"))
    allowed = "allow-scripts allow-forms allow-top-navigation-by-user-activation allow-top-navigation-to-custom-protocols"
    assert said["sandbox"] == allowed
    assert said["script-src"] == f"{house.visitor}/f/"
    assert said["connect-src"] == f"{house.visitor} {house.visitor.replace('http', 'ws')}"
    assert said["require-trusted-types-for"] == "'script'"


async def test_the_console_opens_no_window_to_others_and_is_framed_by_nobody(
    house: House, http: httpx.AsyncClient
) -> None:
    answer = await http.get(house.staff + "/staff")
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    said = policy(answer)
    assert said["script-src"] == f"{house.staff}/staff/s/"
    assert said["connect-src"] == f"{house.staff} {house.staff.replace('http', 'ws')}"
    assert said["require-trusted-types-for"] == "'script'"
    assert "sandbox" not in said


async def test_only_the_console_sets_an_opener_policy(house: House, http: httpx.AsyncClient) -> None:
    for path in VISITOR:
        assert "cross-origin-opener-policy" not in (await http.get(house.visitor + path)).headers


async def test_what_a_sandbox_fetches_may_be_fetched_from_anywhere(
    house: House, http: httpx.AsyncClient
) -> None:
    for path in (f"/{LOADER}", "/widget.js", f"/{FRAME}", f"/{CATALOGUE}", "/v1/availability.json"):
        answer = await http.get(house.visitor + path)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert "access-control-allow-credentials" not in answer.headers


async def test_only_the_pinned_loader_may_be_kept(house: House, http: httpx.AsyncClient) -> None:
    assert "immutable" in (await http.get(f"{house.visitor}/{LOADER}")).headers["cache-control"]
    assert "immutable" not in (await http.get(f"{house.visitor}/widget.js?lang=en")).headers["cache-control"]


async def test_leaving_is_a_bare_redirect_to_the_neutral_page(house: House, http: httpx.AsyncClient) -> None:
    answer = await http.get(house.visitor + "/leave")
    assert answer.status_code == 303
    assert answer.headers["location"] == house.config.visitor.leave
    assert answer.content == b""


async def test_readiness_and_health_say_nothing_of_anybody(house: House, http: httpx.AsyncClient) -> None:
    assert (await http.get(house.visitor + "/healthz")).text == "ok\n"
    ready = {"ready": True, "live": "ok", "ledger": "ok", "callbacks": "ok"}
    assert (await http.get(house.staff + "/readyz")).json() == ready


async def test_readiness_tells_the_truth_about_a_stores_settings(
    own_house: House, http: httpx.AsyncClient
) -> None:
    await own_house.parts.stores["ledger"].command("CONFIG", "SET", "appendfsync", "no")
    answer = await http.get(own_house.visitor + "/readyz")
    assert answer.status_code == 503
    assert "appendfsync" in answer.json()["ledger"][0]
    assert answer.json()["live"] == "ok"


@pytest.mark.parametrize("name", ["number", "newest", "n", "freshness", "revoked"])
async def test_what_stands_beside_the_rosters_is_no_roster(
    house: House, http: httpx.AsyncClient, name: str
) -> None:
    answer = await http.get(f"{house.visitor}/v1/roster/{b64(name.encode())}")
    assert answer.status_code == 404
