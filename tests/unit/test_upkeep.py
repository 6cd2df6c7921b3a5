"""What a process does by the clock ends with the process, whatever comes in the same moment."""

import asyncio
from typing import cast

import pytest

from chat.live.node import Node
from chat.live.upkeep import Upkeep
from chat.store.bus import Bus


@pytest.mark.parametrize("turns", range(5))
async def test_an_end_is_an_end_also_in_the_moment_in_which_something_has_changed(turns: int) -> None:
    upkeep = Upkeep(cast("Node", None), cast("Bus", None))
    worked, changed = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        worked.set()

    doing = asyncio.create_task(upkeep._every(60.0, work, changed))
    await worked.wait()
    await asyncio.sleep(0)
    changed.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    doing.cancel()
    done, _ = await asyncio.wait([doing], timeout=1)
    assert done, f"it went on when it was ended {turns} turns of the loop after a change"
    assert doing.cancelled()
