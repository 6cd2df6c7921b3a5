"""What the clock does to requests: one process erases, from memory and files, tells those on call, and says when it could not
(Call 5, C5).
"""

from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from chat import errors
from chat.app import running
from chat.client.counsellor import Counsellor
from chat.configured import Organisation as Whose
from chat.crypto.encoding import unb64
from chat.demo.organisation import REALM
from chat.live.keeper import LATE_SECONDS, REWRITTEN_WITHIN_SECONDS
from chat.outgoing import Webhook
from chat.rules.alerts import WORDS
from chat.store.connections import Store
from tests.integration.callback.office import CODE, DAY, HOUR, NUMBER, Office
from tests.support.sinks import WebhookSink, listening


async def folder_of(office: Office) -> Path:
    answer = await office.house.parts.stores["ledger"].command("CONFIG", "GET", "dir")
    return Path(answer[1].decode())


def stands_in(folder: Path, data: bytes) -> bool:
    return any(data in path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def in_memory(store: Store) -> set[bytes]:
    """Every key about a request."""
    found = await store.command("KEYS", "varsam:{callbacks}:*")
    return {key for key in found if key.split(b":")[2] in (b"request", b"notes", b"code", b"open")}


async def test_what_was_called_back_is_gone_from_memory_and_from_the_disk(office: Office) -> None:
    amina, _ = await office.two()
    caller = office.caller()
    await caller.asks(office.wanted(), CODE)
    assert caller.sent is not None
    secrets = [unb64(word) for word in (caller.sent.sealed, caller.sent.number, caller.sent.card)]
    folder, ledger = await folder_of(office), office.house.parts.stores["ledger"]
    assert all(stands_in(folder, secret) for secret in secrets)
    held = await amina.takes((await amina.looks()).lines[0].id)
    await amina.is_shown_number(held)
    await amina.tells(held, "reached")
    await amina.is_done((await amina.looks()).lines[0].id)
    assert await in_memory(ledger) == set()
    office.waits(5 * 60)
    await office.keeps()
    assert not any(stands_in(folder, secret) for secret in secrets)
    assert not stands_in(folder, NUMBER.encode())


async def test_after_72_hours_nothing_is_left_and_restarts_change_nothing(office: Office) -> None:
    await office.two()
    await office.asked()
    office.waits(72 * HOUR)
    await office.keeps()
    assert len(await office.kept()) == 1, "its window had an hour"
    office.waits(HOUR)
    async with AsyncExitStack() as stack:
        house = office.house
        whose = Whose(REALM, house.root)
        other = await stack.enter_async_context(running(house.config, house.addresses, whose, house.clock))
        await other.keeper.keep()
    assert await office.kept() == []


async def test_one_process_keeps_and_another_follows_when_it_is_gone(office: Office) -> None:
    house = office.house
    async with running(house.config, house.addresses, Whose(REALM, house.root), house.clock) as other:
        mine, theirs = house.parts.keeper._chore, other.keeper._chore
        assert await mine.is_mine()
        assert not await theirs.is_mine()
        await mine.leave()
        assert await theirs.is_mine()
        assert not await mine.is_mine()


async def test_what_nobody_closed_is_erased_when_its_lease_ends(office: Office) -> None:
    amina, _ = await office.two()
    _, name = await office.asked()
    await amina.tells(await amina.takes(name), "someone-else")
    await office.keeps()
    assert len(await office.kept()) == 1
    office.waits(20 * 60)
    await office.keeps()
    assert await office.kept() == []


async def test_overdue_is_counted_and_shown_and_its_number_is_not(office: Office) -> None:
    amina, _ = await office.two()
    await office.asked()
    office.waits(2 * HOUR)
    desk = await amina.looks()
    assert desk.overdue == 1
    await office.house.parts.keeper.figures()
    registry = office.house.parts.node.measures.registry
    assert registry.get_sample_value("varsam_callbacks", {"stage": "overdue"}) == 1
    assert registry.get_sample_value("varsam_callbacks", {"stage": "due"}) == 0
    assert registry.get_sample_value("varsam_callbacks_able") == 2


async def test_when_nobody_has_looked_after_it_the_process_is_not_ready(office: Office) -> None:
    async with httpx.AsyncClient() as http:
        await office.keeps()
        office.waits(LATE_SECONDS + 1)
        answer = await http.get(office.house.visitor + "/readyz")
        assert answer.status_code == 503
        assert "10 minutes" in answer.json()["callbacks"][0]
        await office.keeps()
        assert (await http.get(office.house.visitor + "/readyz")).status_code == 200


async def test_what_stays_in_a_file_for_an_hour_is_said(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.two()
    caller, _ = await office.asked(office.window(DAY))
    await caller.cancels()

    async def cannot(now: int) -> None:
        raise errors.StoreUnavailable("no room on the disk")

    with monkeypatch.context() as broken:
        broken.setattr(office.house.parts.keeper._rewriting, "rewrite", cannot)
        office.waits(REWRITTEN_WITHIN_SECONDS + 2)
        with pytest.raises(errors.StoreUnavailable):
            await office.keeps()
    [fault] = [words for words in await office.house.parts.keeper.faults() if "BGREWRITEAOF" in words]
    assert "after an hour" in fault
    await office.keeps()
    assert await office.house.parts.keeper.faults() == []


async def test_those_on_call_are_told_before_a_window_when_nobody_is_on_duty(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    async def tell(reason: str) -> bool:
        told.append(reason)
        return True

    monkeypatch.setattr(office.house.parts.node.oncall, "tell", tell)
    await office.two()
    await office.asked(office.window(2 * HOUR))
    await office.keeps()
    assert told == []
    office.waits(1.6 * HOUR)
    await office.keeps()
    assert told == ["callback"]
    amina = Counsellor(office.house.staff, office.house.root, realm=REALM, clock=office.house.clock)
    async with amina:
        await amina.signs_in("Amina")
        await amina.goes_on_duty()
        await office.keeps()
        assert told == ["callback"]


async def test_those_on_call_are_told_of_a_request_that_fewer_than_two_could_open(office: Office) -> None:
    """C4, beyond the desk: told once, again when it comes back, and never because nobody has asked for anything."""
    node = office.house.parts.node
    words = {"text": WORDS["keys"]}
    assert not any(word in words["text"].lower() for word in ("call", "ring", "samtal", NUMBER[1:]))
    async with listening(WebhookSink()) as hook:
        node.oncall._ways = (Webhook(hook.address),)
        amina = await office.counsellor("Amina")
        await office.keeps()
        assert hook.told == [], "one machine alone, and nothing waits"
        _, name = await office.asked()
        await office.keeps()
        await office.keeps()
        assert hook.told.count(words) == 1
        bjorn = await office.counsellor("Björn")
        await amina.keeps_team()
        await bjorn.keeps_team()
        await office.keeps()
        assert hook.told.count(words) == 1
        assert not await office.house.parts.stores["live"].command("EXISTS", "varsam:{oncall}:keys")
        held = await bjorn.takes(name)
        await bjorn.tells(held, "reached")


async def test_a_console_is_told_that_something_changed(office: Office) -> None:
    class Console(Counsellor):
        """Counts what it is told of callbacks."""

        told = 0

        async def receive(self, message: object) -> None:
            self.told += type(message).__name__ == "Callbacks"
            await super().receive(message)  # type: ignore[arg-type]

    async with Console(
        office.house.staff, office.house.root, realm=REALM, clock=office.house.clock
    ) as console:
        await console.signs_in("Amina")
        await office.two()
        caller, _ = await office.asked()
        await caller.cancels()
        await console.until(lambda: console.told >= 3, "told of callbacks")
