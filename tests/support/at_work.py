"""A counsellor at a console in a shift: takes whoever comes, answers each line, ends, and closes what is over.

Methods are verbs, and look only at what stands on the screen.
"""

import re
from collections.abc import Sequence

from playwright.sync_api import Locator, expect

from tests.support.crowd import Caller
from tests.support.people import CounsellorPerson


class AtWork:
    """`open`: whom this one talks with, by the number on the screen; `numbers`: the highest so far; `taken`: everybody so far."""

    def __init__(self, name: str, desk: CounsellorPerson) -> None:
        self.name = name
        self.desk = desk
        self.open: dict[int, Caller] = {}
        self.numbers = 0
        self.taken: list[Caller] = []

    @property
    def take(self) -> Locator:
        return self.desk.page.get_by_role("button", name=re.compile("^Take next"))

    @property
    def may_take(self) -> bool:
        return self.take.get_attribute("aria-disabled") == "false"

    def takes(self, callers: Sequence[Caller]) -> Caller:
        """The next; who it is stands in what was written while waiting."""
        self.looks_at_the_queue()
        self.numbers += 1
        self.desk.takes_next(self.numbers)
        return self.meets(self.numbers, callers)

    def meets(self, number: int, callers: Sequence[Caller]) -> Caller:
        """Who this visitor is, by the first line."""
        self.desk.number = number
        openings = re.compile(f"^({'|'.join(re.escape(caller.lines[0]) for caller in callers)})$")
        first = self.desk.messages.get_by_text(openings)
        expect(first).to_be_visible()
        said = first.inner_text().strip()
        caller = next(caller for caller in callers if caller.lines[0] == said)
        self.open[number] = caller
        self.taken.append(caller)
        return caller

    def looks_at_the_queue(self) -> None:
        """Where it has no room of its own, by its button."""
        if not self.take.is_visible():
            self._panes.get_by_role("button", name="Queue").click()

    @property
    def _panes(self) -> Locator:
        return self.desk.page.get_by_role("navigation", name="Queue and conversations")

    def looks_at(self, number: int) -> CounsellorPerson:
        """That conversation, where it has room or by its button."""
        self.desk.number = number
        button = self._panes.get_by_role("button", name=f"Visitor {number}")
        expect(self.desk.scope.or_(button).first).to_be_visible()
        if not self.desk.scope.is_visible():
            button.click()
        return self.desk

    def answers(self, number: int) -> None:
        """What was said last there; what is answered is different each time."""
        caller = self.open[number]
        said = caller.lines[len(caller.answers)]
        desk = self.looks_at(number)
        desk.sees(said)
        answer = f"{ANSWERS[len(caller.answers)]} You wrote: {said[:40]}"
        caller.answers.append(answer)
        desk.writes(answer)
        desk.sees(answer)

    def is_done_with(self, number: int) -> bool:
        """There is nothing left to answer."""
        caller = self.open[number]
        return len(caller.answers) == len(caller.lines) - 1

    def ends(self, number: int) -> None:
        """After the last line, which has come."""
        desk = self.looks_at(number)
        desk.sees(self.open.pop(number).lines[-1])
        desk.ends_the_chat()
        desk.sees_the_end()
        desk.scope.get_by_role("button", name="Close").click()

    def reloads(self) -> None:
        """The page is loaded again; its conversations come back by themselves, with numbers of their own."""
        before = list(self.open.values())
        self.desk.page.reload()
        self.open.clear()
        for number in range(1, len(before) + 1):
            desk = self.looks_at(number)
            expect(desk.scope.get_by_role("textbox", name="Write a message")).to_be_enabled()
            self.meets(number, before)
        self.numbers = len(before)

    def ends_one(self) -> None:
        """Whoever has said everything first; the others wait."""
        number = min(
            self.open, key=lambda number: len(self.open[number].lines) - len(self.open[number].answers)
        )
        while not self.is_done_with(number):
            self.answers(number)
        self.ends(number)

    def closes(self, number: int) -> None:
        """What is over, off the screen."""
        self.open.pop(number, None)
        self.looks_at(number).scope.get_by_role("button", name="Close").click()


ANSWERS = (
    "I am glad that you write.",
    "Thank you for telling me. We have time.",
    "You can come back whenever you want.",
)
