"""The `varsam` command. Each prints what it did and what to do next; errors name the remedy."""

import asyncio
import datetime
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from chat import app as service
from chat import logs, processes
from chat.config import Config, load, warnings
from chat.demo.run import demo as run_demo
from chat.errors import ConfigurationError
from chat.simulation.run import NoDemo, simulated

DEMO_PORT = 8000

command = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Varsam."
)
ConfigFile = Annotated[
    Path, typer.Option("--config", help="The configuration, TOML; see config/varsam.example.toml.")
]
Workers = Annotated[int, typer.Option(min=1, max=64, help="Processes on the one listening socket.")]


@command.command()
def demo(
    port: Annotated[int, typer.Option(min=1, max=65_534, help="The first of two ports.")] = DEMO_PORT,
    workers: Workers = 1,
    published: Annotated[
        str, typer.Option(help="A folder with w, f and c of an earlier release, to try its snippet.")
    ] = "",
) -> None:
    """The service with a throw-away organisation, two counsellors and a sample municipal page, on this machine only."""
    logs.set_up(logging.WARNING)
    _carefully(lambda: processes.run(run_demo(port, workers, published)))


@command.command()
def serve(
    config: ConfigFile,
    workers: Workers = 1,
) -> None:
    """The service."""
    logs.set_up()
    settings = _loaded(config)
    _carefully(lambda: service.serve(settings, workers))


@command.command()
def check(config: ConfigFile) -> None:
    """All faults of a configuration at once."""
    settings = _loaded(config)
    for warning in warnings(settings, str(config), datetime.datetime.now(datetime.UTC).date()):
        typer.echo(f"Warning: {warning}", err=True)
    typer.echo(f"{config} is good for mode {settings.mode}. Next: varsam serve --config {config}")


@command.command()
def embed(
    municipality: Annotated[str, typer.Option(help="The municipality's four digits, such as 1490.")],
    config: Annotated[Path | None, typer.Option("--config", help="The configuration, TOML.")] = None,
    language: Annotated[
        str, typer.Option(help="The page's language; empty: the first that is offered.")
    ] = "",
) -> None:
    """One municipality's pinned snippet, and what its page's policy must allow."""
    settings = _loaded(config)
    _carefully(lambda: typer.echo(service.embedding_of(settings, municipality, language)))


@command.command()
def simulate(
    url: Annotated[
        str, typer.Option(help="A running demo's address for visitors, such as http://127.0.0.1:8000.")
    ],
    visitors: Annotated[int, typer.Option(min=1, max=5_000, help="How many come.")] = 20,
    counsellors: Annotated[int, typer.Option(min=1, max=100, help="How many are on duty.")] = 3,
) -> None:
    """Visitors and counsellors with real keys against a running demo; fails if anything is lost, doubled or refused."""
    logs.set_up(logging.ERROR)
    origin = url.rstrip("/")
    with typer.progressbar(length=visitors, label="Visitors helped") as bar:
        try:
            figures = asyncio.run(simulated(origin, visitors, counsellors, lambda: bar.update(1)))
        except NoDemo as error:
            typer.echo(f"{origin} is no running demo ({type(error.__cause__).__name__}).", err=True)
            typer.echo(
                "Start one with `varsam demo`, and give the address that it prints for visitors.", err=True
            )
            sys.exit(1)
    typer.echo(figures.words())
    if not figures.sound:
        sys.exit(1)


def _loaded(path: Path | None) -> Config:
    try:
        return load(path, os.environ)
    except ConfigurationError as error:
        _fail(error)


def _carefully(work: Callable[[], None]) -> None:
    try:
        work()
    except ConfigurationError as error:
        _fail(error)


def _fail(error: ConfigurationError) -> NoReturn:
    faults = error.args[0] if error.args and isinstance(error.args[0], list) else list(error.args)
    for fault in faults:
        typer.echo(str(fault), err=True)
    typer.echo(f"{len(faults)} fault{'s' * (len(faults) != 1)}. {error.remedy}", err=True)
    sys.exit(1)


def main() -> None:
    """The entry point."""
    command()


if __name__ == "__main__":
    main()
