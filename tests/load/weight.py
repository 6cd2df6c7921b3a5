"""What a visitor loads, as brotli sends it: before the click, and after it with one language."""

from tests.load.figures import Figure
from tools.sizes import measured


def measure() -> list[Figure]:
    """Of the bundles as they lie in build/assets."""
    sizes = measured()
    return [
        Figure(
            "before the click: the loader and nothing else, brotli",
            "bytes",
            (sizes["before the click: loader"][0],),
            3_000,
            1_500,
        ),
        Figure(
            "after the click: everything, one language included, brotli",
            "bytes",
            (sizes["after the click"][0],),
            45_000,
            35_000,
        ),
    ]
