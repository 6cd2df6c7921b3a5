"""A running service of an organisation that was made on the command line, and its people at Chromium with passkeys.

Every method is something a person does or sees; names on the screen are those of the English catalogue.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.integration.server.commands import varsam
from tests.integration.server.house import free_port

PASSPHRASE = "korrekt häst batteri häftklammer"
ROOT = Path(__file__).parents[2]
LINK = re.compile(r"http\S+#invitation=\S+")


@dataclass(frozen=True)
class Organisation:
    """A folder with keys, and the service's addresses."""

    folder: Path
    port: int

    @property
    def visitor(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def staff(self) -> str:
        return f"http://localhost:{self.port}"

    def types(self, *arguments: str) -> str:
        """A `varsam` command in the folder; what it said."""
        ended = subprocess.run(
            [sys.executable, "-m", "chat", *arguments, "--passphrase-file", "passphrase"],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert ended.returncode == 0, ended.stderr
        return str(ended.stdout)

    def invites(self, pseudonym: str) -> str:
        """A registrar's link for a coordinator."""
        asked = ("--registrar", "registrar-1.key", "--service", self.staff, "--pseudonym", pseudonym)
        return str(LINK.findall(self.types("staff", "invite", *asked))[0])

    def signs_roster(self) -> str:
        """What the registrar saw."""
        asked = ("--registrar", "registrar-1.key", "--service", self.staff)
        return self.types("roster", "sign", *asked, "--yes")


@contextmanager
def organisation_running(folder: Path) -> Iterator[Organisation]:
    """Make the keys, start the service, and stop it."""
    made = Organisation(folder, free_port())
    passphrase = folder / "passphrase"
    passphrase.write_text(PASSPHRASE, encoding="utf-8")
    passphrase.chmod(0o600)
    shown = made.types("keys", "init")
    made.types("keys", "registrar", "--root-passphrase-file", "passphrase")
    root = re.findall(r"root:   ([A-Za-z0-9_-]{43})", shown)[0]
    environment = {
        "VARSAM_LISTEN__PORT": str(made.port),
        "VARSAM_VISITOR__ORIGIN": made.visitor,
        "VARSAM_STAFF__ORIGIN": made.staff,
        "VARSAM_ORGANISATION__ROOT": root,
        "VARSAM_EMBEDDED__FOLDER": str(folder / "ledger"),
    }
    config = ROOT / "config" / "varsam.example.toml"
    with varsam("serve", "--config", str(config), environment=environment) as command:
        command.answers(f"{made.visitor}/readyz")
        yield made


class StaffPerson:
    """Somebody of staff at a browser profile of their own, with an authenticator that is always touched."""

    def __init__(self, context: BrowserContext, *, prf: bool = False) -> None:
        """`prf`: the authenticator can seal a machine's keys."""
        self.page: Page = context.new_page()
        self.page.set_default_timeout(20_000)
        self._session = context.new_cdp_session(self.page)
        self._session.send("WebAuthn.enable")
        self.authenticator = self.gets_an_authenticator(prf=prf)

    def gets_an_authenticator(self, *, prf: bool = False) -> str:
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
            "hasPrf": prf,
        }
        made = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return str(made["authenticatorId"])

    def loses_the_passkey(self) -> None:
        """The authenticator is gone."""
        self._session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self.authenticator})

    def is_not_verified(self) -> None:
        """From now on the PIN is wrong."""
        asked = {"authenticatorId": self.authenticator, "isUserVerified": False}
        self._session.send("WebAuthn.setUserVerified", asked)

    def is_verified(self) -> None:
        asked = {"authenticatorId": self.authenticator, "isUserVerified": True}
        self._session.send("WebAuthn.setUserVerified", asked)

    def opens(self, address: str) -> None:
        separator = "&" if "?" in address else "?"
        bare, _, fragment = address.partition("#")
        self.page.goto(f"{bare}{separator}lang=en" + (f"#{fragment}" if fragment else ""))

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def signs_out(self) -> None:
        """The page begins anew then: nothing of what was on it may stay."""
        with self.page.expect_event("domcontentloaded"):
            self.presses("Sign out")
        self.reads("Your passkey opens the console")

    def reads(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible()

    def accepts(self, link: str) -> None:
        """Open the link and make a passkey."""
        self.opens(link)
        self.presses("Make a passkey")

    @property
    def words(self) -> str:
        """The seven words on this machine's own screen."""
        part = self.page.get_by_role("region", name="This machine")
        return str(part.locator("[translate=no]").first.inner_text())

    def invites(self, pseudonym: str, role: str = "counsellor") -> str:
        """A coordinator's link."""
        self.page.get_by_label("Pseudonym").fill(pseudonym)
        self.page.get_by_label("Role").select_option(role)
        self.presses("Make an invitation")
        shown = self.page.get_by_text(f"For {pseudonym}, good once")
        expect(shown).to_be_visible()
        return str(LINK.findall(shown.inner_text())[0])
