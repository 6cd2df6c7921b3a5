"""What `make bench` says of a figure, and the picture that is drawn of it."""

from xml.etree import ElementTree

from tests.load.figures import Figure
from tests.load.plot import ROWS, drawn


def test_a_figure_is_held_against_its_goal_by_the_median() -> None:
    costs = Figure("cost", "µs", (9.0, 4.0, 3.0), 4, 2)
    assert costs.verdict == "holds"
    assert Figure("cost", "µs", (5.0, 4.5, 1.0), 4, 2).verdict == "missed"
    assert Figure("others", "×", (2.0, 5.0, 4.0), 2, 4, at_least=True).verdict == "moonshot"
    assert Figure("others", "×", (1.0, 1.5, 9.0), 2, 4, at_least=True).verdict == "missed"


def test_the_picture_says_every_cost_in_words_too() -> None:
    figures = [
        {"name": name, "median": 10.0 * number, "rounds": [9.0 * number, 11.0 * number]}
        for number, name in enumerate(ROWS, 2)
    ]
    picture = ElementTree.fromstring(drawn(figures))
    title = picture.findtext("{http://www.w3.org/2000/svg}title") or ""
    assert all(f"{label}: {10 * number} µs" in title for number, label in enumerate(ROWS.values(), 2))
