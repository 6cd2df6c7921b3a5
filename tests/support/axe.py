"""axe-core on what a person has before them: the page and every frame in it."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def axe_finds_nothing(page: Page) -> None:
    """Run every rule in every frame; fail with what is wrong and where. In Chromium alone: Firefox, as it is driven here, loses the
    page under it, and what axe looks at is the same there.
    """
    if page.context.browser and page.context.browser.browser_type.name != "chromium":
        return
    source = AXE.read_text()
    wrong: list[str] = []
    for frame in page.frames:
        frame.evaluate(source)
        result: dict[str, Any] = frame.evaluate(
            "(tags) => axe.run(document, {runOnly: tags, iframes: false})", RULES
        )
        for violation in result["violations"]:
            places = [node["html"][:120] for node in violation["nodes"]]
            wrong.append(f"{violation['id']}: {violation['help']}: {places}")
        assert result["passes"], "axe looked at something"
    assert not wrong, "\n".join(wrong)
