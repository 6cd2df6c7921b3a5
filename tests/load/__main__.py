"""`make bench`: measures, shows the table, and keeps it as build/bench.json.

`make bench ARGS="--only relay --rounds 3"` measures one thing and fewer times, `ARGS=--peers` what others cost too. Everything is bounded in number and time, stays on
loopback, and ends what it started.
"""

import argparse
import gc
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final

from chat import processes
from tests.load import admission, compare, figures, flatness, handshakes, idle, relay, upkeep, weight
from tests.load.figures import Figure
from tests.load.process import CLIENT_CORE, on_core

OUTPUT: Final = Path(__file__).parents[2] / "build" / "bench.json"
MEASURES: Final = ("relay", "idle", "handshakes", "flatness", "upkeep", "admission", "weight")
QUICK_ROUNDS: Final = 2
PEERS: Final = "peers"


def main() -> None:
    words = argparse.ArgumentParser(prog="make bench", description="Measure Varsam.")
    words.add_argument(
        "--only", choices=(*MEASURES, PEERS), action="append", help="measure this (again for more)"
    )
    words.add_argument("--peers", action="store_true", help="others too; they are installed into build/peers")
    words.add_argument("--rounds", type=int, help="of everything that has rounds")
    words.add_argument("--quick", action="store_true", help="two rounds of each: a look, not a figure")
    words.add_argument("--markdown", action="store_true", help="the table as docs/performance.md has it")
    wanted = words.parse_args()
    rounds = QUICK_ROUNDS if wanted.quick else wanted.rounds
    measured_on = figures.machine()
    found: list[Figure] = []
    for name in wanted.only or [*MEASURES, *([PEERS] if wanted.peers else [])]:
        began = time.monotonic()
        print(f"[bench] {name} …", flush=True)
        found += _measure(name, rounds)
        figures.keep(found, measured_on, OUTPUT)
        print(f"[bench] {name}: {time.monotonic() - began:.0f} s", flush=True)
    print("\n" + ", ".join(f"{name}: {value}" for name, value in measured_on.items()) + "\n")
    print(figures.markdown(found) if wanted.markdown else figures.table(found))
    print(f"\nKept in {OUTPUT.relative_to(OUTPUT.parents[1])}.")


def _measure(name: str, rounds: int | None) -> list[Figure]:
    times = {"rounds": rounds} if rounds else {}
    match name:
        case "relay":
            return _on_the_clients_core(lambda: relay.measure(**times))
        case "idle":
            return _on_the_clients_core(lambda: idle.measure(**times))
        case "handshakes":
            return _on_the_clients_core(lambda: handshakes.measure(**times))
        case "flatness":
            return _on_the_clients_core(lambda: flatness.measure(**times))
        case "upkeep":
            return _on_the_clients_core(lambda: upkeep.measure(**times))
        case "peers":
            return _on_the_clients_core(lambda: compare.measure(**times))
        case "admission":
            return admission.measure(**times)
        case _:
            return weight.measure()


def _on_the_clients_core(work: Callable[[], Coroutine[Any, Any, list[Figure]]]) -> list[Figure]:
    found: list[Figure] = []

    async def run() -> None:
        found.extend(await work())

    gc.collect()
    with on_core(CLIENT_CORE):
        processes.run(run())
    return found


if __name__ == "__main__":
    main()
