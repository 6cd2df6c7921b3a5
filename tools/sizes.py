"""Holds the bundles to their budgets, in bytes as brotli sends them. What a frightened person on a weak network loads
is a promise, so a bundle that breaks it fails the build.
"""

import json
import sys

from tools.setup import ROOT

ASSETS = ROOT / "build" / "assets"
LOADER_BYTES = 3_760
"""All that a municipal page loads before the click."""
FIRST_BYTES = 27_700
"""What the first screen and the first written word need: the frame with the words of its language."""
OPENED_BYTES = 53_500
"""All that every conversation needs after the click, with the words of one language."""
LOADER = "before the click: loader"
FIRST = "first screen: frame and words"
OPENED = "after the click"
GOALS = {LOADER: 3_000, OPENED: 45_000}
PART_BYTES = {
    "core": 26_000,
    "polling": 2_000,
    "curve": 3_500,
    "joining": 12_000,
    "returning": 8_000,
    "wishes": 14_000,
    "callback": 25_000,
}
"""Each part of the code behind the first screen. All but the core are loaded only when somebody asks for them."""


def brotli_bytes(path: str) -> int:
    """As the build has packed it, and as it is served."""
    return (ASSETS / f"{path}.br").stat().st_size


def largest(assets: dict[str, dict[str, str]]) -> int:
    return max(brotli_bytes(asset["path"]) for asset in assets.values())


def measured() -> dict[str, tuple[int, int | None]]:
    """name → bytes, and the budget where there is one. Of the languages the largest counts."""
    assets = json.loads((ASSETS / "assets.json").read_text(encoding="utf-8"))
    frame = largest(assets["frame"])
    parts = {name: brotli_bytes(part["path"]) for name, part in assets["parts"].items()}
    return {
        LOADER: (largest(assets["loader"]), LOADER_BYTES),
        FIRST: (frame, FIRST_BYTES),
        **{f"part: {name}": (size, PART_BYTES[name]) for name, size in parts.items()},
        OPENED: (frame + parts["core"], OPENED_BYTES),
        "another language": (largest(assets["catalogues"]["visitor"]), None),
        "console": (brotli_bytes(assets["console"]["path"]), None),
        "guest": (brotli_bytes(assets["guest"]["path"]), None),
        "console: a language": (largest(assets["catalogues"]["staff"]), None),
    }


def main() -> None:
    over = []
    for name, (size, budget) in measured().items():
        goal = f", goal {GOALS[name]:,}" if name in GOALS else ""
        print(f"{name:30} {size:7,}" + (f" of {budget:,}{goal}" if budget else ""))
        if budget and size > budget:
            over.append(f"{name} is {size - budget:,} bytes over its budget of {budget:,}.")
    if over:
        sys.exit("\n".join(over))


if __name__ == "__main__":
    main()
