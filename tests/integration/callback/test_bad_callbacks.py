"""Whatever is wrong with what is asked for, a clear fault comes back and nothing was changed or lost (issue: bad input)."""

from collections.abc import Awaitable, Callable
from dataclasses import replace as altered
from itertools import count
from typing import Any

import httpx
import msgspec
import pytest
from msgspec.structs import replace

from chat import callback_bodies, wire
from chat.callback_bodies import CallbackSend
from chat.client.asking_for_call import Caller, Wanted
from chat.client.call_desk import CallDesk
from chat.crypto.callbacks import Part, Version, Window, parse_sealed, parse_version
from chat.crypto.chain import Signed, Span
from chat.crypto.encoding import b64, digest, unb64
from chat.crypto.hpke import DeviceSealKey, OpenKey, TeamSealKey
from chat.crypto.signing import CallbackKey, PrivateKey
from chat.crypto.teamkeys import issue_team, parse_team
from chat.crypto.work import do_work, work_hash
from chat.errors import VerificationError
from chat.rules.callbacks import LEASE_SECONDS, PLACES
from chat.store.staff import Document
from tests.integration.callback.office import CODE, DAY, HALF, HOUR, Machine, Office, refused
from tests.integration.server.wires import is_listed

pytestmark = pytest.mark.usefixtures("little_work")


async def made(office: Office, wanted: Wanted | None = None) -> tuple[Caller, CallbackSend]:
    """A request that is ready and not sent."""
    caller = office.caller()
    asked = await caller.is_challenged()
    return caller, caller.makes(asked, await caller.knows_team(asked), wanted or office.wanted(), 1)


async def says(office: Office, sent: CallbackSend) -> str:
    """What the service answers to these bytes."""
    caller = office.caller()
    caller.sent = sent
    return await refused(caller.sends_again())


def signed_anew(caller: Caller, sent: CallbackSend, change: Callable[[Version], Version]) -> CallbackSend:
    """The version with something else in it, signed and worked for by who asks."""
    version = change(parse_version(caller.realm, unb64(sent.version.doc)))
    return _worked(caller, sent, version.encode(caller.realm))


def _worked(
    caller: Caller, sent: CallbackSend, doc: bytes, key: PrivateKey[CallbackKey] | None = None
) -> CallbackSend:
    signed = Signed(doc, (key or caller.key).sign(doc))
    challenge = unb64(sent.challenge)
    n = do_work(caller.realm, "callback", challenge, b"\x00\x0f" + b"\xff" * 30, digest(doc))
    wired = wire.Signed(doc=b64(signed.doc), sig=b64(signed.sig))
    return replace(sent, version=wired, n=n)


def idle(caller: Caller, sent: CallbackSend, challenge: str) -> CallbackSend:
    """With this challenge and a number for which nobody worked."""
    body, least = digest(unb64(sent.version.doc)), b"\x80" + bytes(31)
    n = next(n for n in count() if work_hash(caller.realm, "callback", unb64(challenge), body, n) >= least)
    return replace(sent, challenge=challenge, n=n)


# Windows


@pytest.mark.parametrize(
    ("code", "windows"),
    [
        ("window-past", lambda o: [o.window(-2 * HOUR)]),
        ("window-far", lambda o: [o.window(14 * DAY + 2 * HOUR)]),
        (
            "windows-overlap",
            lambda o: [o.window(hours=2), Window(o.window().start + HALF, o.window().end + 2 * HOUR)],
        ),
        ("no-window", lambda _: []),
    ],
)
async def test_times_that_cannot_be_are_said_in_words(office: Office, code: str, windows: Any) -> None:
    await office.two()
    caller, sent = await made(office)
    version = parse_version(caller.realm, unb64(sent.version.doc))
    other = altered(version, windows=tuple(windows(office)))
    assert await says(office, _worked(caller, sent, other.encode(caller.realm))) == code
    assert await office.kept() == []


async def test_a_time_when_nobody_works_is_said(office: Office) -> None:
    await office.two()
    _, sent = await made(office, office.wanted(office.window(DAY)))
    office.house.parts.node.hours._week[:] = [[]] * 7  # type: ignore[index]
    assert await says(office, sent) == "window-unstaffed"


async def test_a_clock_that_is_wrong_by_minutes_does_no_harm_and_by_hours_is_found_here(
    office: Office,
) -> None:
    await office.two()
    slow, fast, caller = office.caller(), office.caller(), office.caller()
    slow.standing._clock = lambda: office.now - 50 * 60
    fast.standing._clock = lambda: office.now + 50 * 60
    for wrong in (slow, fast):
        assert await refused(wrong.asks(office.wanted())) == "accepted"
    caller.standing._clock = lambda: office.now - 3 * HOUR
    with pytest.raises(VerificationError):
        await caller.asks(office.wanted())
    assert (await caller.is_challenged()).now >= office.now - 5, "by which the page says what is wrong"


# Documents


async def test_forged_replayed_and_older_versions_change_nothing(office: Office) -> None:
    await office.two()
    caller, first = await made(office)
    stranger = PrivateKey.generate(CallbackKey)
    doc = unb64(first.version.doc)
    assert await says(office, _worked(caller, first, doc, stranger)) == "unverified"
    assert await says(office, replace(first, key=b64(stranger.public.raw))) == "unverified"
    assert await says(office, replace(first, sealed=first.sealed[:-4] + "AAAA")) == "unverified"
    longer = signed_anew(caller, first, lambda version: altered(version, expiry=version.expiry + 1))
    assert await says(office, longer) == "unverified"
    somebody, other = await made(office)
    later = signed_anew(somebody, other, lambda version: altered(version, number=2))
    assert await says(office, later) == "callback-unknown"
    assert await office.kept() == []
    assert await says(office, first) == "accepted"
    await caller.sees_status()
    caller.version = 1
    await caller.changes(office.wanted())
    assert await says(office, first) == "stale-version"
    assert [request.version for request in await office.kept()] == [2]


async def test_parts_of_another_size_are_refused(office: Office) -> None:
    await office.two()
    caller, sent = await made(office)
    sealed = parse_sealed(caller.realm, unb64(sent.sealed))
    short = altered(sealed, number=Part(sealed.number.ciphertext[:-1], sealed.number.wrap)).encode(
        caller.realm
    )
    forged = signed_anew(caller, sent, lambda version: altered(version, sealed=digest(short)))
    assert await says(office, replace(forged, sealed=b64(short))) == "unverified"


async def test_another_ones_code_is_not_taken(office: Office) -> None:
    await office.two()
    await office.caller().asks(office.wanted(), CODE)
    assert await refused(office.caller().asks(office.wanted(), CODE)) == "other-bytes"
    assert len(await office.kept()) == 1


async def test_what_is_no_body_is_malformed_and_too_much_is_too_much(office: Office) -> None:
    async with httpx.AsyncClient() as http:
        for path in ("", "/challenge", "/code", "/status", "/cancel"):
            for body in (b"", b"\xff", b"[]", b'{"id":1}', b"{" * 200):
                answer = await http.post(f"{office.house.visitor}/v1/callbacks{path}", content=body)
                assert (answer.status_code, answer.text.split("\n")[0]) == (400, "malformed"), (path, body)
                assert answer.headers["access-control-allow-origin"] == "*"
        too_much = await http.post(f"{office.house.visitor}/v1/callbacks", content=b" " * (32 * 1024 + 1))
        assert too_much.text.split("\n")[0] == "oversize"
        assert (await http.get(f"{office.house.visitor}/staff/callbacks")).status_code == 404
        assert (await http.post(f"{office.house.staff}/v1/callbacks", content=b"{}")).status_code == 404


# Work


async def test_without_work_with_old_or_foreign_challenges_nothing_is_taken(office: Office) -> None:
    await office.two()
    caller, sent = await made(office)
    assert await says(office, idle(caller, sent, sent.challenge)) == "stale-challenge"
    caller, other = await made(office)
    assert await says(office, idle(caller, other, sent.challenge)) == "stale-challenge"
    assert await says(office, replace(other, challenge=b64(bytes(112)))) == "stale-challenge"
    assert await says(office, replace(other, challenge="")) == "stale-challenge"
    office.waits(10 * 60 + 1)
    assert await says(office, other) == "stale-challenge"


async def test_a_challenge_is_good_for_one_request(office: Office) -> None:
    await office.two()
    caller = office.caller()
    asked = await caller.is_challenged()
    team = await caller.knows_team(asked)
    one, other = (
        caller.makes(asked, team, office.wanted(), 1),
        office.caller().makes(asked, team, office.wanted(), 1),
    )
    assert await says(office, one) == "accepted"
    assert await says(office, one) == "accepted"
    assert await says(office, other) == "stale-challenge"
    assert len(await office.kept()) == 1


async def test_whoever_asks_often_works_more_and_is_never_refused(office: Office) -> None:
    await office.two()
    asked = [await office.caller().is_challenged() for _ in range(10)]
    assert unb64(asked[-1].target) < unb64(asked[0].target)
    assert await refused(office.caller().asks(office.wanted())) == "accepted"


async def test_without_anybody_who_could_open_it_nothing_is_taken(office: Office) -> None:
    assert await refused(office.caller().is_challenged()) == "callbacks-closed"
    await office.two()
    _, sent = await made(office)
    assert await says(office, sent) == "accepted"


async def test_when_all_places_are_taken_it_is_said(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await office.two()

    async def full() -> int:
        return PLACES

    monkeypatch.setattr(office.house.parts.calling.callbacks, "count", full)
    assert await refused(office.caller().is_challenged()) == "callbacks-full"


async def test_what_was_sealed_to_a_key_that_is_gone_is_to_be_sealed_anew(office: Office) -> None:
    await office.two()
    caller, sent = await made(office)
    teams = office.house.parts.calling.teams
    await teams.forget(await teams.newest(), office.now)
    assert await says(office, sent) == "stale-challenge"
    assert await refused(caller.is_challenged()) == "callbacks-closed"


# Staff


async def test_clear_times_unlike_the_sealed_ones_are_seen_by_the_counsellors_page(office: Office) -> None:
    amina, _ = await office.two()
    caller, sent = await made(office, office.wanted(office.window(hours=2)))
    version = parse_version(caller.realm, unb64(sent.version.doc))
    wider = (Window(version.windows[0].start, version.windows[0].end + HOUR),)
    moved = signed_anew(caller, sent, lambda v: altered(v, windows=wider, expiry=v.expiry + HOUR))
    assert await says(office, moved) == "accepted"
    with pytest.raises(VerificationError, match="C3"):
        await amina.takes(b64(caller.id))


async def test_a_lease_is_taken_once_and_ends(office: Office) -> None:
    amina, bjorn = await office.two()
    _, name = await office.asked(office.window(hours=3))
    held = await amina.takes(name)
    assert await refused(bjorn.takes(name)) == "callback-taken"
    assert await refused(bjorn.is_shown_number(held)) == "callback-not-held"
    assert await refused(bjorn.tells(held, "reached")) == "callback-not-held"
    assert await refused(bjorn.is_done(name)) == "wrong-moment"
    office.waits(LEASE_SECONDS + 1)
    assert await refused(amina.is_shown_number(held)) == "callback-not-held"
    assert await refused(amina.notes_on(held, "Sent.")) == "callback-not-held"
    await bjorn.takes(name)


async def test_nobody_acts_on_what_is_gone_or_never_was(office: Office) -> None:
    amina, _ = await office.two()
    caller, name = await office.asked()
    held = await amina.takes(name)
    office.waits(1)
    await office.house.parts.calling.callbacks.erase((await office.kept())[0].id, office.now)
    for doing in (
        amina.takes(name),
        amina.is_shown_number(held),
        amina.tells(held, "reached"),
        caller.cancels(),
    ):
        assert await refused(doing) == "callback-unknown"
    assert await refused(amina.takes("x" * 43)) == "callback-unknown"


async def test_only_counsellors_who_take_callbacks_come_to_the_desk(office: Office) -> None:
    amina, _ = await office.two()
    _, name = await office.asked()
    supervisor = await is_listed(office.house, "supervisor")
    await office.house.parts.staff.keep(Document(supervisor.certificate.doc, supervisor.certificate.sig))
    asks: list[Callable[[CallDesk], Awaitable[object]]] = [lambda d: d.takes(name), lambda d: d.keeps_team()]
    for cookie, code in (("", "signed-out"), (f"__Host-varsam={supervisor.token}", "wrong-role")):
        amina.cookie = cookie
        for ask in asks:
            assert await refused(ask(amina)) == code
    assert (await amina.looks()).lines[0].id == name, "who only looks sees a line without content"
    machine = Machine("Amina")
    await office.certifies(machine)
    desk = await office.at_desk(machine)
    desk.origin, staff = "https://elsewhere.example", desk.origin
    async with httpx.AsyncClient() as http:
        answer = await http.post(
            f"{staff}/staff/callbacks/take",
            content=msgspec.json.encode({"id": name}),
            headers={"origin": desk.origin, "cookie": desk.cookie},
        )
    assert answer.text.split("\n")[0] == "wrong-origin"


async def test_a_team_key_is_made_by_who_holds_it_for_who_counts_and_only_when_wanted(office: Office) -> None:
    amina, _ = await office.two()
    found = await amina.keeps_team()
    opener = OpenKey(TeamSealKey, bytes(32))
    signed = issue_team(
        amina.realm, amina._key, office.house.root, opener.public, Span(office.now, office.now + 7 * DAY)
    )
    team = parse_team(amina.realm, signed.doc)
    stranger = OpenKey(DeviceSealKey, bytes(32)).public

    async def makes(devices: dict[bytes, DeviceSealKey]) -> str:
        body = callback_bodies.NewTeam(
            team=wire.Signed(doc=b64(signed.doc), sig=b64(signed.sig)),
            shares=amina._sealed(team, bytes(32), devices),
            previous=b64(next(iter(amina.teams))),
        )
        return await refused(amina._posts("/teams", body, callback_bodies.Teams))

    devices = amina._devices(found)
    mine = {name: key for name, key in devices.items() if key.raw == amina.who.hpke_key.raw}
    theirs = {name: key for name, key in devices.items() if name not in mine}
    assert await makes(theirs) == "unverified"
    assert await makes(mine | {digest(stranger.raw): stranger}) == "unverified"
    assert await makes(devices) == "stale-version"
    more = callback_bodies.MoreShares(team=b64(bytes(32)), shares=[])
    assert await refused(amina._posts("/shares", more)) == "wrong-role"
