"""Holds the bundles to their budgets, in bytes as brotli sends them. What a frightened person on a weak network loads
is a promise, so a bundle that breaks it fails the build.
"""

import json
import sys

import brotli

from tools.setup import ROOT

ASSETS = ROOT / "build" / "assets"
LOADER_BYTES = 4_000
"""All that a municipal page loads before the click."""
OPENED_BYTES = 60_000
"""All that is loaded after it, one language included."""


def brotli_bytes(path: str) -> int:
    return len(brotli.compress((ASSETS / path).read_bytes(), quality=11))


def measured() -> dict[str, tuple[int, int | None]]:
    """name → bytes, and the budget where there is one. Of the languages the largest counts."""
    assets = json.loads((ASSETS / "assets.json").read_text(encoding="utf-8"))
    loader = max(brotli_bytes(asset["path"]) for asset in assets["loader"].values())
    catalogue, staff = (
        max(brotli_bytes(asset["path"]) for asset in assets["catalogues"][whose].values())
        for whose in ("visitor", "staff")
    )
    frame = brotli_bytes(assets["frame"]["path"])
    return {
        "before the click: loader": (loader, LOADER_BYTES),
        "after the click: frame": (frame, None),
        "after the click: catalogue": (catalogue, None),
        "after the click": (frame + catalogue, OPENED_BYTES),
        "console": (brotli_bytes(assets["console"]["path"]), None),
        "console: catalogue": (staff, None),
    }


def main() -> None:
    over = []
    for name, (size, budget) in measured().items():
        print(f"{name:30} {size:7,}" + (f" of {budget:,}" if budget else ""))
        if budget and size > budget:
            over.append(f"{name} is {size - budget:,} bytes over its budget of {budget:,}.")
    if over:
        sys.exit("\n".join(over))


if __name__ == "__main__":
    main()
