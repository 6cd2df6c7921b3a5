"""Nothing that a visitor loads can make a sound, shake, count on an icon, notify, keep or copy (Trace 1, 4, 5): the names of what does so
stand in none of the bundles.
"""

from pathlib import Path

import pytest

from chat.web.assets import Assets

ROOT = Path(__file__).parents[2] / "build" / "assets"
SILENT = (
    *(
        "AudioContext",
        "new Audio",
        "speechSynthesis",
        "vibrate",
        "setAppBadge",
        "Notification",
        "PushManager",
    ),
    *(
        "localStorage",
        "sessionStorage",
        "indexedDB",
        "serviceWorker",
        "cookieStore",
        "document.cookie",
        "caches.",
    ),
    *("clipboard", "execCommand", "window.print", "beforeinstallprompt", "share("),
)


@pytest.mark.parametrize("name", SILENT)
def test_no_bundle_of_a_visitors_names_it(name: str) -> None:
    index = Assets.load().index
    bundles = [index.loader["en"], index.frame["en"], *index.parts.values()]
    for bundle in bundles:
        assert name not in (ROOT / bundle.path).read_text(encoding="utf-8"), bundle.path
