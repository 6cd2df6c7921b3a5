"""Figures: several rounds of one measure, the median that is quoted, the spread that says how noisy the machine was."""

import json
import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Figure:
    """One line of the table. `rounds` are in `unit`; `goal` is the greatest wanted value in the same unit."""

    name: str
    unit: str
    rounds: tuple[float, ...]
    goal: float | None = None

    @property
    def median(self) -> float:
        return median(self.rounds)

    def line(self) -> str:
        spread = f"{min(self.rounds):,.1f} – {max(self.rounds):,.1f}" if len(self.rounds) > 1 else ""
        goal = "" if self.goal is None else f"≤ {self.goal:,g} {'✓' if self.median <= self.goal else '✗'}"
        return f"{self.name:<58} {self.median:>10,.1f} {self.unit:<10} {spread:<22} {goal}"


def show(figures: list[Figure]) -> str:
    head = f"{'what':<58} {'median':>10} {'unit':<10} {'spread':<22} goal"
    return "\n".join([head, "─" * len(head), *(figure.line() for figure in figures)])


def keep(figures: list[Figure], path: Path) -> None:
    """As JSON, with what machine it was."""
    machine = {"processor": platform.processor() or platform.machine(), "python": platform.python_version()}
    rows = [asdict(figure) | {"median": figure.median} for figure in figures]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": machine, "figures": rows}, indent=1) + "\n")
