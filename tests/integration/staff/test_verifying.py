"""`varsam verify`: what is served is what the organisation has signed; whatever was changed on the way is named (K4)."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from chat import answers, bodies, verifying
from chat.ceremony import signing
from chat.ceremony.opening import REALM
from chat.crypto.encoding import b64, unb64
from chat.crypto.manifest import manifest_hash
from chat.errors import CeremonyError
from chat.web.assets import Assets
from tests.integration.server.commands import run
from tests.integration.staff.organisation import House, first_coordinator, house_open

pytestmark = pytest.mark.asyncio(loop_scope="module")
Changes = Callable[[bytes], bytes]
LIST, ROSTERS = "/.well-known/varsam.json", "/v1/roster/"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def signed() -> AsyncIterator[House]:
    """A service whose roster names what it serves."""
    async with house_open() as house:
        cleo = await first_coordinator(house)
        files = {path: unb64(hashed) for path, hashed in Assets.load().manifest().items()}
        await signs(house, manifest_hash(REALM, files))
        assert (await cleo.signs_freshness()).status_code == 204
        await house.parts.freshen()
        yield house


async def signs(house: House, manifest: bytes = b"") -> None:
    def sign() -> None:
        now = int(house.clock())
        draft = house.service.draft(house.registrar)
        made = signing.sign(
            house.registrar, signing.plan(house.registrar, draft, now), draft, now, 45, manifest
        )
        house.service.hand_in(house.registrar, made)

    await asyncio.to_thread(sign)


async def looks(house: House, changed: dict[str, Changes] | None = None, root: bytes = b"") -> list[str]:
    """From outside; `changed`: what somebody on the way makes of an answer, by its path."""

    def fetch(address: str) -> bytes:
        content = verifying.fetched(address)
        for end, change in (changed or {}).items():
            path = address.removeprefix(visitor).removeprefix(house.staff)
            if path == end or (end == ROSTERS and path.startswith(end)):
                content = change(content)
        return content

    visitor, pinned = house.config.visitor.origin, root or house.registrar.root.hash
    return await asyncio.to_thread(
        lambda: verifying.verified(visitor, house.staff, pinned, realm=REALM, fetch=fetch)
    )


async def test_a_service_that_serves_what_was_signed_is_good(signed: House) -> None:
    lines = await looks(signed)
    assert lines[0].startswith("Roster 2 is signed by this root")
    assert f"{signed.staff}/staff runs that code and no other." in lines
    told = bodies.Manifest(files=Assets.load().manifest())
    assert json.loads(answers.manifest())["files"] == told.files, "what a registrar signs is this copy's"


async def test_changed_code_is_named(signed: House) -> None:
    paths = Assets.load().manifest()
    for kind in ("/w/", "/f/", "/c/", "/staff/s/"):
        path = next(path for path in paths if path.startswith(kind))
        with pytest.raises(CeremonyError, match=f"{path} is not as it was signed"):
            await looks(signed, {path: lambda content: content + b" "})


async def test_a_page_that_runs_more_than_was_signed_is_named(signed: House) -> None:
    for script in (b"<script>alert(1)</script>", b'<script src="/w/other.js"></script>'):
        for where in ("/", "/staff", "/help"):
            with pytest.raises(CeremonyError, match="runs a script that was not signed"):
                await looks(signed, {where: lambda content, script=script: content + script})  # type: ignore[misc]


async def test_another_list_another_roster_and_another_root_are_refused(signed: House) -> None:
    def lists_more(content: bytes) -> bytes:
        told = json.loads(content)
        return json.dumps({**told, "files": {**told["files"], "/w/other.js": b64(bytes(32))}}).encode()

    with pytest.raises(CeremonyError, match="not those that were signed"):
        await looks(signed, {LIST: lists_more})
    with pytest.raises(CeremonyError, match="no Varsam"):
        await looks(signed, {LIST: lambda _: b"<html>"})
    with pytest.raises(CeremonyError, match="not signed by this root"):
        await looks(signed, root=b"\1" * 32)

    def signs_nothing(content: bytes) -> bytes:
        told = json.loads(content)
        return json.dumps({**told, "roster": {**told["roster"], "sig": "A" * 86}}).encode()

    with pytest.raises(CeremonyError, match="not signed by this root"):
        await looks(signed, {ROSTERS: signs_nothing})


async def test_a_roster_that_names_no_list_says_so_and_one_that_goes_on_keeps_it(
    house: House, signed: House
) -> None:
    cleo = await first_coordinator(house)
    await house.parts.freshen()
    with pytest.raises(CeremonyError, match="names no list of files"):
        await looks(house)
    assert cleo.cookie
    before = (await looks(signed))[0]
    await signs(signed)
    await signed.parts.freshen()
    assert before.startswith("Roster 2 "), "the freshness of the one before still counts"


async def test_the_command_says_what_holds_and_fails_in_words(signed: House) -> None:
    visitor, staff = signed.config.visitor.origin, ("--staff", signed.staff)
    root, another = b64(signed.registrar.root.hash), b64(bytes(32))
    good = await asyncio.to_thread(run, "verify", visitor, "--root", root, *staff)
    assert good.returncode == 0, good.stderr
    assert good.stdout.startswith("Roster "), good.stdout
    assert f"{signed.staff}/staff runs that code and no other." in good.stdout
    bad = await asyncio.to_thread(run, "verify", visitor, "--root", another, *staff)
    assert bad.returncode == 1
    assert "not signed by this root" in bad.stderr
    assert "Traceback" not in bad.stderr


async def test_an_address_that_is_none_is_told() -> None:
    root = b64(bytes(32))
    for visitor, words in (("chat.example.org", "no address"), ("http://127.0.0.1:1", "does not answer")):
        with pytest.raises(CeremonyError, match=words):
            await asyncio.to_thread(verifying.asked, visitor, "", root)
    with pytest.raises(CeremonyError, match=r"is no H\(R\)"):
        await asyncio.to_thread(verifying.asked, "https://chat.example.org", "", "x")
