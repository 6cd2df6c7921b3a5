"""`varsam simulate` against a real demo; and that its account finds what it is there to find."""

from collections.abc import AsyncIterator
from dataclasses import replace
from random import Random

import pytest_asyncio

from chat.simulation.desk import Desk
from chat.simulation.figures import Figures
from chat.simulation.talk import Talk
from tests.integration.server.commands import run, varsam
from tests.integration.server.house import free_port, house_open
from tests.integration.server.people import in_conversation
from tests.support.demo import free_port_pair


def test_a_small_crowd_is_helped_and_nothing_is_lost() -> None:
    port = free_port_pair()
    address = f"http://127.0.0.1:{port}"
    with varsam("demo", "--port", str(port)) as demo:
        demo.answers(f"{address}/readyz")
        ended = run("simulate", "--url", address, "--visitors", "4", "--counsellors", "2")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    told = dict(
        line.split(maxsplit=1)
        for line in ended.stdout.splitlines()
        if "write" not in line and len(line.split()) == 2
    )
    assert int(told["conversations"]) >= 4
    assert int(told["messages"]) >= 4 * 6
    assert (told["lost"], told["doubled"], told["refused"]) == ("0", "0", "0")
    assert "write → read   p50" in ended.stdout


def test_where_there_is_no_demo_the_remedy_is_told() -> None:
    ended = run(
        "simulate", "--url", f"http://127.0.0.1:{free_port()}", "--visitors", "1", "--counsellors", "1"
    )
    assert ended.returncode == 1
    assert "varsam demo" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest_asyncio.fixture
async def talk() -> AsyncIterator[Talk]:
    """Both have written, and everything is there."""
    async with house_open() as house, in_conversation(house) as (visitor, counsellor, _):
        made = Talk(visitor, Random(1))
        visitor.keeps_connected()
        counsellor.keeps_connected()
        await made.goes_on(Desk(counsellor))
        await made.all_arrives()
        yield made


async def test_the_account_finds_what_is_lost_doubled_foreign_or_not_stored(talk: Talk) -> None:
    figures = Figures()
    talk.tells(figures)
    assert figures.sound
    assert len(figures.delays) == figures.messages == len(talk.written)
    assert 0 < figures.delay(0.5) <= figures.delay(0.99)
    for spoil, found in (
        (lambda texts: texts[1:], (1, 0, 0)),
        (lambda texts: [*texts, texts[0]], (0, 1, 0)),
        (lambda texts: [*texts, replace(texts[0], words="somebody else's")], (0, 0, 1)),
    ):
        conversation = talk.ends[1]
        kept = conversation.texts
        conversation.texts = spoil(kept)
        spoiled = Figures()
        talk.tells(spoiled)
        conversation.texts = kept
        assert (spoiled.lost, spoiled.doubled, sum(spoiled.refused.values())) == found
        assert not spoiled.sound
