"""How a command of the ceremony speaks: lines on the terminal, and an error with its remedy and exit code 1."""

import sys
from collections.abc import Callable

import typer

from chat.errors import CeremonyError


def say(*lines: str) -> None:
    """On standard output."""
    for line in lines:
        typer.echo(line)


def carefully(work: Callable[[], None]) -> None:
    """Do it, or say why not."""
    try:
        work()
    except CeremonyError as error:
        typer.echo(error.fault, err=True)
        typer.echo(error.advice, err=True)
        sys.exit(1)
