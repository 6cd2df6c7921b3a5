"""docs/operating.md, typed in its order into a terminal in an empty folder, as a person would; its service runs on this machine.

Knows the document and a terminal. Who opens the link that it makes is the test's to say.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.integration.ceremony.machines import machine, writes_draft
from tests.integration.server.commands import varsam
from tests.integration.server.house import free_port
from tests.support.terminal import types

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
PASSPHRASE = "korrekt häst batteri häftklammer"
PASSPHRASES = {
    "the root": PASSPHRASE,
    "the root in root.key": PASSPHRASE,
    "the registrar in registrar-1.key": f"{PASSPHRASE} ett",
    "the registrar in registrar-2.key": f"{PASSPHRASE} två",
}
ANSWERS = {
    f"{words} for {what}:": said
    for what, said in PASSPHRASES.items()
    for words in ("New passphrase", "The same again", "Passphrase")
} | {
    "on its own screen? [y/N]:": "y",
}
SERVES = "varsam serve --config varsam.toml"
SIGNS = "varsam roster sign --registrar registrar-1.key --service https://staff.example.org"
ELSEWHERE = "https://staff.example.org"


class Walk:
    """An empty folder, whoever types there, and the service that they start from it. `arrives`: opens a coordinator's link, given
    the console's address and the link's secret. `settings`: beside what the document says, as the environment has them.
    """

    def __init__(
        self,
        path: Path,
        stack: ExitStack,
        arrives: Callable[[str, str], None],
        settings: dict[str, str] | None = None,
        workers: int = 1,
    ) -> None:
        self.path = path
        self.port = free_port()
        self.shown = ""
        self._stack = stack
        self._arrives = arrives
        self._settings = settings or {}
        self._workers = str(workers)
        self._steps = iter(commands())

    @property
    def visitor(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def staff(self) -> str:
        return f"http://localhost:{self.port}"

    def goes_on(self, to: str = "") -> None:
        """Every command up to this one, which is typed too; without it to the document's end."""
        for line in self._steps:
            self._prepares(line)
            if line == SERVES:
                self._serves()
            else:
                self.types(line)
            if line == to:
                return
        assert not to, f"the document does not say: {to}"

    def types(self, line: str) -> str:
        """One command; the console's address is this machine's. What stood on the screen."""
        made = types(line.replace(ELSEWHERE, self.staff), ANSWERS, self.path)
        assert made.code == 0, f"{line}\n{made.words}"
        assert "Traceback" not in made.words
        assert PASSPHRASE not in made.words
        self.shown += f"$ {line}\n{made.words}"
        return made.words

    def _serves(self) -> None:
        typed = ("serve", "--config", str(self.path / "varsam.toml"), "--workers", self._workers)
        command = self._stack.enter_context(varsam(*typed, environment=self._settings))
        command.answers(f"{self.staff}/readyz")

    def _prepares(self, line: str) -> None:
        """What the document has a person do before a command, without typing."""
        if "varsam check" in line:
            self._writes_configuration()
        if "roster sign" in line and ELSEWHERE in line:
            self._arrives(self.staff, re.findall(r"#invitation=(\S+)", self.shown)[-1])
        if "--draft" in line:
            cleo = machine("Cleo", "coordinator", freshness=True)
            writes_draft(self.path / "draft.json", cleo, machine("Amina"), machine("Björn"))

    def _writes_configuration(self) -> None:
        example = (ROOT / "config" / "varsam.example.toml").read_text(encoding="utf-8")
        for shipped, own in (
            ('root = ""', f'root = "{self.root}"'),
            ("registrars = []", 'registrars = ["registrar-1.pub", "registrar-2.pub"]'),
            ("port = 8000", f"port = {self.port}"),
            ('origin = "http://127.0.0.1:8000"', f'origin = "{self.visitor}"'),
            ('origin = "http://localhost:8000"', f'origin = "{self.staff}"'),
        ):
            assert shipped in example, shipped
            example = example.replace(shipped, own, 1)
        (self.path / "varsam.toml").write_text(example, encoding="utf-8")

    @property
    def root(self) -> str:
        """H(R), as `varsam keys init` printed it."""
        return str(re.findall(r"root:   ([A-Za-z0-9_-]{43})", self.shown)[-1])


def commands() -> Iterator[str]:
    """Those that the document has in its blocks of typing."""
    for block in re.findall(r"^```sh\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE):
        yield from block.splitlines()
