"""An organisation that was set up from nothing by docs/operating.md, with its people at browsers of their own: a coordinator
by the one-time link, and whoever she invites, each with a passkey at a machine whose seven words were compared.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, expect

from chat.crypto.encoding import unb64
from tests.support.organisation_people import StaffPerson
from tests.support.people import CounsellorPerson
from tests.support.walking import SIGNS, Walk

Profiles = Callable[[], BrowserContext]


class Staffed:
    """`cleo`: the coordinator; her page stays open. `people`: everybody else, by pseudonym."""

    def __init__(self, walk: Walk, cleo: StaffPerson, profiles: Profiles) -> None:
        self.walk = walk
        self.cleo = cleo
        self.people: dict[str, StaffPerson] = {}
        self._profiles = profiles

    @property
    def visitor(self) -> str:
        return self.walk.visitor

    @property
    def root(self) -> bytes:
        return unb64(self.walk.root)

    def enrols(self, **roles: str) -> None:
        """Everybody's role by pseudonym; one roster for all of them."""
        for pseudonym, role in roles.items():
            person = self.people[pseudonym] = StaffPerson(self._profiles())
            person.accepts(self.cleo.invites(pseudonym, role))
            person.reads(f"{pseudonym}, {role}")
            expect(self.cleo.page.get_by_text(person.words)).to_be_visible()
            self.cleo.presses(f"All seven words are the same ({pseudonym})")
        shown = self.walk.types(SIGNS)
        for pseudonym in roles:
            person = self.people[pseudonym]
            assert person.words in shown, "the registrar sees the words that the machine shows"

    def at_desk(self, pseudonym: str) -> CounsellorPerson:
        """At the console of a machine that the roster lists; not on duty."""
        person = self.people[pseudonym]
        expect(person.page.get_by_role("switch", name="On duty")).to_be_visible()
        return CounsellorPerson(person.page)


@contextmanager
def staffed(
    profiles: Profiles, settings: dict[str, str] | None = None, workers: int = 1
) -> Iterator[Staffed]:
    """From an empty folder to the first roster, as the document says it; and afterwards nothing is left."""
    # A unix socket's path is limited to about 100 bytes, so the folder is short.
    folder = Path(tempfile.mkdtemp(prefix="vs"))
    cleo = StaffPerson(profiles())

    def arrives(staff: str, link: str) -> None:
        cleo.accepts(f"{staff}/staff#invitation={link}")
        cleo.reads("Cleo, coordinator")

    try:
        with ExitStack() as stack:
            walk = Walk(folder, stack, arrives, settings, workers)
            walk.goes_on(SIGNS)
            assert cleo.words in walk.shown, "the registrar sees the words that the machine shows"
            cleo.reads("The organisation has listed this machine.")
            yield Staffed(walk, cleo, profiles)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
