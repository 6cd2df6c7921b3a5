"""Passphrases, from the terminal or from a file; never from the command's arguments, which others can see."""

import sys
from pathlib import Path
from typing import Final

import typer

from chat.ceremony import files
from chat.errors import CeremonyError

SHORTEST: Final = 16
"""Characters: five or six words."""


def make(file: Path | None, what: str) -> str:
    """A new one for `what`, asked for twice."""
    passphrase = (
        _of_file(file) if file else _asked(f"New passphrase for {what}", again=f"The same again for {what}")
    )
    if len(passphrase) < SHORTEST:
        raise CeremonyError(
            f"The passphrase for {what} has fewer than {SHORTEST} characters.",
            "Take five or six words that have nothing to do with each other.",
        )
    return passphrase


def tell(file: Path | None, what: str) -> str:
    """The one that `what` was made with."""
    return _of_file(file) if file else _asked(f"Passphrase for {what}", again="")


def _of_file(file: Path) -> str:
    try:
        return files.read_private(file).decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise CeremonyError(
            f"{file} is not text in UTF-8.", "Write the passphrase into it as text."
        ) from error


def _asked(prompt: str, *, again: str) -> str:
    if not sys.stdin.isatty():
        raise CeremonyError(
            "There is no terminal to ask for the passphrase at.",
            "Run it in a terminal, or give --passphrase-file.",
        )
    return str(typer.prompt(prompt, hide_input=True, confirmation_prompt=again or False, err=True))
