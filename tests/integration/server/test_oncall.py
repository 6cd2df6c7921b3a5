"""Those on call are told that something waits, and nothing else: by one process, with a bounded number of tries, until somebody
takes (Staff 2).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path

import pytest
import pytest_asyncio
import structlog

from chat.errors import NotTold
from chat.live.measures import Measures
from chat.live.oncall import TRIES, OnCall, Way
from chat.live.upkeep import Upkeep
from chat.outgoing import Mail, Webhook
from chat.rules.alerts import AGAIN_SECONDS, WORDS, Patience
from chat.store.alerts import Alerts
from chat.store.connections import Store
from chat.store.embedded import EmbeddedServer
from tests.integration.server.commands import run
from tests.integration.server.house import House
from tests.integration.server.people import a_counsellor, a_visitor
from tests.support.sinks import MailSink, WebhookSink, a_certificate_of_nobody, listening

pytestmark = pytest.mark.asyncio(loop_scope="module")

EXAMPLE = Path(__file__).parents[3] / "config" / "varsam.example.toml"
WAITING = {"text": "Varsam: something is waiting. Något väntar."}
TRY = ("oncall", "test", "--config", str(EXAMPLE))
PATIENCE = Patience(alone=30, untaken=120, again=300)


@pytest_asyncio.fixture(loop_scope="module")
async def live() -> AsyncIterator[Store]:
    async with EmbeddedServer() as server, Store(server.url) as store:
        yield store


def those_on_call(store: Store, *ways: Way) -> OnCall:
    return OnCall(ways, Alerts(store), Measures(), PATIENCE, pause=0.01)


def sent(oncall: OnCall, reason: str, way: str, outcome: str) -> float:
    labels = {"reason": reason, "way": way, "outcome": outcome}
    return oncall._measures.registry.get_sample_value("varsam_alerts_sent_total", labels) or 0.0


def by_mail(sink: MailSink, user: str = "") -> Mail:
    return Mail(sink.address, "varsam@example.org", ("jour@example.org", "bo@example.org"), user, user)


async def test_the_webhook_and_the_mail_carry_the_words_and_nothing_else(live: Store) -> None:
    async with listening(WebhookSink()) as hook, listening(MailSink()) as mail:
        assert await those_on_call(live, Webhook(hook.address), by_mail(mail, "someone")).tell("waiting")
        assert hook.told == [WAITING]
        assert hook.heads[0].startswith("POST /hook?key=secret HTTP/1.1\r\n")
        names = {line.partition(":")[0].lower() for line in hook.heads[0].strip().split("\r\n")[1:]}
        assert names == {"host", "accept-encoding", "content-length", "content-type", "user-agent"}
        (message,) = mail.told
        assert read(message) == (WAITING["text"], WAITING["text"])
        assert len(mail.to) == 2
        assert len(mail.users) == 1


def read(message: Message) -> tuple[str, str]:
    """Subject and text."""
    text = message.get_payload(decode=True)
    assert isinstance(text, bytes)
    return str(make_header(decode_header(message["subject"]))), text.decode().strip()


async def test_of_many_processes_one_tells_and_not_again_for_a_while(live: Store) -> None:
    async with listening(WebhookSink()) as hook:
        processes = [those_on_call(live, Webhook(hook.address)) for _ in range(4)]
        told = await asyncio.gather(*(process.tell("waiting") for process in processes))
        assert sorted(told) == [False, False, False, True]
        assert not any([await process.tell("waiting") for process in processes])
        assert hook.told == [WAITING]
        assert 250 < await live.command("TTL", "varsam:{oncall}:waiting") <= 300


async def test_every_reason_of_the_list_is_told_by_itself(live: Store) -> None:
    async with listening(WebhookSink()) as hook:
        oncall = those_on_call(live, Webhook(hook.address))
        for reason in WORDS:
            assert await oncall.tell(reason)
        assert [told["text"] for told in hook.told] == list(WORDS.values())


async def test_what_fails_is_tried_again_a_few_times_and_counted(live: Store) -> None:
    async with listening(WebhookSink(failures=TRIES - 1)) as hook:
        oncall = those_on_call(live, Webhook(hook.address))
        assert await oncall.tell("waiting")
        assert hook.asked == TRIES
        assert sent(oncall, "waiting", "webhook", "told") == 1


async def test_what_holds_no_more_is_told_at_once_when_it_comes_back(live: Store) -> None:
    async with listening(WebhookSink()) as hook:
        oncall = those_on_call(live, Webhook(hook.address))
        for holds, told in ((True, 1), (True, 1), (False, 1), (True, 2)):
            await oncall.watch("keys", holds=holds)
            assert hook.told == [{"text": WORDS["keys"]}] * told


async def test_where_nobody_is_reached_it_is_told_again_sooner_and_no_log_holds_an_address(
    live: Store,
) -> None:
    async with listening(WebhookSink(failures=99, status=302)) as hook, listening(MailSink(True)) as mail:
        oncall = those_on_call(live, Webhook(hook.address), by_mail(mail))
        with structlog.testing.capture_logs() as lines:
            assert not await oncall.tell("callback")
        assert hook.asked == TRIES
        assert mail.told == []
        assert 0 < await live.command("TTL", "varsam:{oncall}:callback") <= 60
        assert {line["fault"] for line in lines} == {"it answers 302", "it refuses (SMTPRecipientsRefused)"}
        assert not any(word in str(lines) for word in ("127.0.0.1", "secret", "example", str(hook.port)))
        assert sent(oncall, "callback", "mail", "failed") == 1


async def test_one_way_is_enough_and_the_other_is_counted_as_failed(live: Store) -> None:
    async with listening(WebhookSink()) as hook:
        nobody = Mail("smtp://127.0.0.1:1", "varsam@example.org", ("jour@example.org",))
        oncall = those_on_call(live, nobody, Webhook(hook.address))
        assert await oncall.tell("roster")
        assert sent(oncall, "roster", "mail", "failed") == 1


async def test_without_tls_where_it_is_asked_for_no_mail_goes_out() -> None:
    async with listening(MailSink()) as mail:
        way = Mail(f"smtp+starttls://127.0.0.1:{mail.port}", "varsam@example.org", ("jour@example.org",))
        with pytest.raises(NotTold):
            await way.send("words")
        assert mail.told == []


async def test_a_certificate_that_does_not_hold_is_a_fault(tmp_path: Path) -> None:
    tls = a_certificate_of_nobody(tmp_path)
    async with listening(WebhookSink(), tls) as hook, listening(MailSink(), tls) as mail:
        hidden = Webhook(hook.address.replace("http:", "https:"))
        letters = Mail(f"smtps://127.0.0.1:{mail.port}", "varsam@example.org", ("jour@example.org",))
        for way in (hidden, letters):
            with pytest.raises(NotTold, match="certificate"):
                await way.send("words")
        assert hook.told == mail.told == []


async def test_those_on_call_are_told_when_nobody_is_on_duty_or_nobody_takes(own_house: House) -> None:
    house = own_house
    node = house.parts.node
    upkeep = Upkeep(node, house.parts.bus)
    async with listening(WebhookSink()) as hook, a_visitor(house) as visitor:
        node.oncall._ways = [Webhook(hook.address)]
        await node.oncall._alerts.quiet("roster", 3600)  # The demo's ends within the week.
        await visitor.starts()
        await upkeep.call()
        assert hook.told == []
        house.clock.ahead += 31
        await until(lambda: shows(upkeep, hook, 1))
        async with a_counsellor(house) as amina:
            await upkeep.call()
            assert not node.oncall._due  # on duty, and still patient
            house.clock.ahead += 90
            await until(lambda: shows(upkeep, hook, 2))
            await amina.takes_next()
            await upkeep.call()
            assert not node.oncall._due
        assert hook.told == [WAITING, WAITING]


async def test_those_on_call_are_told_before_freshness_ends_and_not_again_at_once(own_house: House) -> None:
    house = own_house
    node = house.parts.node
    upkeep = Upkeep(node, house.parts.bus)
    await node.standing.reload(node.now)
    async with listening(WebhookSink()) as hook:
        node.oncall._ways = (Webhook(hook.address),)
        await node.oncall._alerts.quiet("roster", 3600)
        await upkeep.call()
        assert hook.told == []
        house.clock.ahead = node.standing.fresh_until - node.now - 3600
        await upkeep.call()
        await upkeep.call()
        assert hook.told == [{"text": WORDS["freshness"]}]
        left = await house.parts.stores["live"].command("TTL", "varsam:{oncall}:freshness")
        assert 3 * 3600 < left <= AGAIN_SECONDS["freshness"]
        await node.oncall.look_ahead(set())
        await node.oncall.look_ahead({"freshness", "roster"})
        assert [told["text"] for told in hook.told[1:]] == [WORDS["freshness"], WORDS["roster"]]


async def shows(upkeep: Upkeep, hook: WebhookSink, told: int) -> bool:
    """Sockets say every second that they are here; until then a clock that was moved takes them for gone."""
    await upkeep.call()
    return len(hook.told) == told


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(120):
        if await holds():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it never held")


async def test_the_command_tries_every_way_and_says_what_is_wrong_without_an_address() -> None:
    async with listening(WebhookSink()) as hook, listening(MailSink(refuses=True)) as mail:
        good = {"VARSAM_ONCALL__WEBHOOK": hook.address}
        bad = {
            "VARSAM_ONCALL__MAIL_SERVER": mail.address,
            "VARSAM_ONCALL__MAIL_FROM": "varsam@example.org",
            "VARSAM_ONCALL__MAIL_TO": '["jour@example.org"]',
        }
        refused = await asyncio.to_thread(run, *TRY, environment=good | bad)
        assert (refused.returncode, "webhook: told" in refused.stdout) == (1, True)
        assert hook.told == [{"text": WORDS["test"]}]
        assert "mail: it refuses" in refused.stderr
        assert not any(word in refused.stderr + refused.stdout for word in ("127.0.0.1", "example.org"))
    nobody = await asyncio.to_thread(run, *TRY)
    assert nobody.returncode == 1
    assert "set [oncall]" in nobody.stderr
