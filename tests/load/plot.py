"""Draws what a message costs, ours and others', from build/bench.json: a dot for the median on a logarithmic scale, a line for the spread.

`python -m tests.load.plot` after `make bench ARGS=--peers`. Standard library only.
"""

import json
import math
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = ROOT / "build" / "bench.json"
PICTURE: Final = ROOT / "docs" / "pictures" / "performance.svg"
ROWS: Final = {
    "echo on the same stack: CPU per message": "Echo on our stack, one process",
    "bare publishing on the same stack, two processes": "Bare publishing on our stack",
    "relay, two processes: CPU of both per delivered message": "Varsam",
    "Socket.IO, Redis Streams adapter: CPU of both processes per message": "Socket.IO, Redis Streams",
    "python-socketio, Redis manager: CPU of both processes per message": "python-socketio, Redis manager",
    "Django Channels, pub/sub layer: CPU of both processes per message": "Django Channels, pub/sub layer",
    "Django Channels, core layer: CPU of both processes per message": "Django Channels, core layer",
}
OURS: Final = "Varsam"
TICKS: Final = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
WIDTH, LEFT, RIGHT, TOP, ROW = 760, 240, 90, 56, 34
STYLE: Final = """
text { font: 14px system-ui, sans-serif; fill: #1f2933 }
.quiet { fill: #52606d; font-size: 12px }
.grid { stroke: #d5dbe1 } .spread { stroke: #7b8794; stroke-width: 3; stroke-linecap: round }
.dot { fill: #52606d } .ours { fill: #a4451f } .name-ours { font-weight: 600 }
@media (prefers-color-scheme: dark) {
  text { fill: #e4e7eb } .quiet { fill: #a9b4bf } .grid { stroke: #3a4450 }
  .spread { stroke: #8795a1 } .dot { fill: #cbd2d9 } .ours { fill: #f0936b }
}
"""


def at(value: float) -> float:
    """Where a cost stands, in units of the picture."""
    share = math.log(value / TICKS[0]) / math.log(TICKS[-1] / TICKS[0])
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def drawn(figures: list[dict[str, Any]]) -> str:
    """The picture."""
    by_name = {figure["name"]: figure for figure in figures}
    rows = [(label, by_name[name]) for name, label in ROWS.items()]
    height = TOP + ROW * len(rows) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape('; '.join(_words(label, row) for label, row in rows))}</title>",
        f"<style>{STYLE}</style>",
        f'<text x="{LEFT}" y="24">CPU of the servers per message, µs (less is better)</text>',
        *_grid(height),
    ]
    for number, (label, row) in enumerate(rows):
        parts += _row(label, row, TOP + ROW * number + ROW / 2)
    return "\n".join([*parts, "</svg>", ""])


def _words(label: str, row: dict[str, Any]) -> str:
    return f"{label}: {row['median']:.0f} µs"


def _grid(height: float) -> list[str]:
    lines = []
    for tick in TICKS:
        x = f"{at(tick):.1f}"
        lines.append(f'<line class="grid" x1="{x}" x2="{x}" y1="{TOP - 12}" y2="{height - 34}"/>')
        lines.append(f'<text class="quiet" x="{x}" y="{height - 16}" text-anchor="middle">{tick:,}</text>')
    return lines


def _row(label: str, row: dict[str, Any], y: float) -> list[str]:
    least, most, median = min(row["rounds"]), max(row["rounds"]), row["median"]
    name, dot = (' class="name-ours"', "dot ours") if label == OURS else ("", "dot")
    return [
        f'<text{name} x="{LEFT - 14}" y="{y + 5:.1f}" text-anchor="end">{escape(label)}</text>',
        f'<line class="spread" x1="{at(least):.1f}" x2="{at(most):.1f}" y1="{y:.1f}" y2="{y:.1f}"/>',
        f'<circle class="{dot}" cx="{at(median):.1f}" cy="{y:.1f}" r="7"/>',
        f'<text{name} x="{at(most) + 14:.1f}" y="{y + 5:.1f}">{median:,.0f}</text>',
    ]


def main() -> None:
    figures = json.loads(SOURCE.read_text(encoding="utf-8"))["figures"]
    PICTURE.write_text(drawn(figures), encoding="utf-8")
    print(f"Drawn: {PICTURE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
