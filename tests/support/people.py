"""The two people of a conversation, as drivers over real pages: every method is something a person does or
sees.

Names on the screen are those of the English catalogue; nothing here looks at a class, an id or a test hook.
"""

import re
from typing import Self

from playwright.sync_api import BrowserContext, FrameLocator, Locator, Page, expect

SECOND = 1_000
WAIT = 60 * SECOND
"""How long a test waits for what must come: on a machine that has more to do, the same tests hold."""
expect.set_options(timeout=WAIT)


def texts_of(lines: Locator) -> list[str]:
    """What stands in each, one by one: Firefox, as it is driven here, loses its page when it is asked for all at once."""
    return [lines.nth(place).inner_text() for place in range(lines.count())]


class Talker:
    """What both sides of a conversation have in common. `scope` is where they look for things."""

    page: Page

    def __init__(self, page: Page) -> None:
        self.page = page
        page.set_default_timeout(WAIT)

    @property
    def scope(self) -> Page | FrameLocator | Locator:
        return self.page

    def writes(self, text: str) -> None:
        self.scope.get_by_role("textbox", name="Write a message").fill(text)
        self.scope.get_by_role("button", name="Send", exact=True).click()

    def sees(self, text: str) -> None:
        expect(self.messages.get_by_text(text)).to_be_visible()

    def sees_state(self, text: str, state: str) -> None:
        """The message with this text stands with this state: Waiting to send · Sent · Delivered · Read."""
        expect(self.messages.get_by_role("listitem").filter(has_text=text)).to_contain_text(state)

    def sees_in_conversation(self, *names: str) -> None:
        for name in names:
            expect(self.members).to_contain_text(name)

    @property
    def members(self) -> Locator:
        return self.scope.get_by_role("list", name="In this conversation")

    @property
    def messages(self) -> Locator:
        return self.scope.get_by_role("log", name="Messages")

    def ends_the_chat(self) -> None:
        """The second press of *End the chat*, in the dialog, confirms."""
        self.scope.get_by_role("button", name="End the chat").click()
        self.page_scope.get_by_role("dialog").get_by_role("button", name="End the chat").click()

    @property
    def page_scope(self) -> Page | FrameLocator:
        return self.page

    def sees_the_end(self) -> None:
        expect(self.scope.get_by_role("heading", name="The conversation has ended")).to_be_visible()


class VisitorPerson(Talker):
    """A visitor: on a municipal page (in the frame), or on the standalone page."""

    embedded = False

    @property
    def scope(self) -> Page | FrameLocator:
        return self.page.frame_locator("iframe") if self.embedded else self.page

    @property
    def page_scope(self) -> Page | FrameLocator:
        return self.scope

    def opens(self, address: str) -> Self:
        self.page.goto(address)
        return self

    def presses_talk_to_us(self) -> Self:
        self.page.get_by_role("button", name="Talk to us").click()
        self.embedded = True
        return self

    def starts_the_chat(self) -> Self:
        self.scope.get_by_role("button", name="Start chat").click()
        expect(self.scope.get_by_role("textbox", name="Write a message")).to_be_visible()
        return self

    def sees_the_place(self, place: int) -> None:
        expect(self.scope.get_by_role("status", name="Your place in the queue")).to_contain_text(str(place))

    def is_talking_with(self, pseudonym: str) -> None:
        expect(self.scope.get_by_role("region", name=f"Conversation with {pseudonym}")).to_be_visible()

    def is_asked_by(self, name: str) -> Locator:
        """Whether this one may come in (E6); the question."""
        asked = self.scope.get_by_role("dialog", name=re.compile(f"^{name} .* asks to come in"))
        expect(asked).to_be_visible()
        return asked

    def answers(self, name: str, answer: str) -> None:
        """Yes · Yes, without what was said before · No."""
        self.is_asked_by(name).get_by_role("button", name=answer, exact=True).click()


class CounsellorPerson(Talker):
    """A counsellor at the console; `number` says which visitor they look at (1, 2, 3)."""

    number = 1

    @property
    def scope(self) -> Locator:
        return self.page.get_by_role("region", name=f"Conversation with visitor {self.number}")

    def opens(self, staff: str) -> Self:
        self.page.goto(f"{staff}/staff?lang=en")
        return self

    def signs_in_as(self, pseudonym: str) -> Self:
        self.page.get_by_role("button", name=f"Sign in as {pseudonym}").click()
        expect(self.page.get_by_role("switch", name="On duty")).to_be_visible()
        return self

    def goes_on_duty(self) -> Self:
        switch = self.page.get_by_role("switch", name="On duty")
        switch.click()
        expect(switch).to_be_checked()
        return self

    def reloads(self) -> Self:
        """The page is loaded again; its conversations come back by themselves."""
        self.page.reload()
        expect(self.scope.get_by_role("textbox", name="Write a message")).to_be_enabled()
        return self

    def takes_next(self, number: int = 1) -> Self:
        button = self.page.get_by_role("button", name=re.compile("^Take next"))
        expect(button).to_be_enabled()
        button.click()
        self.number = number
        expect(self.scope.get_by_role("textbox", name="Write a message")).to_be_enabled()
        return self

    def asks(self, button: str, choice: str) -> None:
        """*Hand over* or *Ask to join*, and whom."""
        self.scope.get_by_role("button", name=button).click()
        self.page.get_by_role("dialog").get_by_role("button", name=choice).click()

    def comes(self) -> None:
        """To where this one is asked to come."""
        self.page.get_by_role("region", name="Asked to come").get_by_role("button", name="Come").click()

    def invites_a_guest(self, organisation: str) -> str:
        """The link."""
        self.scope.get_by_role("button", name="Invite a guest").click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("textbox", name="Who it is").fill(organisation)
        dialog.get_by_role("button", name="Make the link").click()
        return self.scope.get_by_role("textbox", name=f"Link for {organisation}").input_value()

    def goes_off_duty(self) -> Self:
        switch = self.page.get_by_role("switch", name="On duty")
        switch.click()
        expect(switch).not_to_be_checked()
        return self


class GuestPerson(Talker):
    """Somebody from outside, at the page of a link (E6)."""

    @property
    def scope(self) -> Locator:
        return self.page.get_by_role("region", name="Conversation with the visitor")

    def opens(self, link: str) -> Self:
        """The link, and then the conversation."""
        self.page.goto(link.replace("/staff/guest", "/staff/guest?lang=en"))
        self.page.get_by_role("button", name="Open the conversation").click()
        return self


def a_visitor(context: BrowserContext) -> VisitorPerson:
    return VisitorPerson(context.new_page())


def a_counsellor(context: BrowserContext) -> CounsellorPerson:
    return CounsellorPerson(context.new_page())
