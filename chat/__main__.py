"""The `varsam` command. Each prints what it did and what to do next; errors name the remedy.

Each imports what it needs when it runs: a registrar's passphrase must not wait for a service, nor a service for a demo.
"""

import asyncio
import datetime
import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from chat.ceremony import files, registrars
from chat.ceremony.files import Writing
from chat.ceremony.keys import keys
from chat.ceremony.roster import roster
from chat.ceremony.staff import staff
from chat.ceremony.telling import carefully
from chat.config import Config, load, warnings
from chat.errors import ConfigurationError

DEMO_PORT = 8000

command = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Varsam."
)
command.add_typer(keys, name="keys")
command.add_typer(roster, name="roster")
command.add_typer(staff, name="staff")
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
    from chat import logs, processes
    from chat.demo.run import demo as run_demo

    logs.set_up(logging.WARNING)
    _carefully(lambda: processes.run(run_demo(port, workers, published)))


@command.command()
def serve(
    config: ConfigFile,
    workers: Workers = 1,
) -> None:
    """The service."""
    from chat import logs, serving

    logs.set_up()
    settings = _loaded(config)
    _carefully(lambda: serving.serve(settings, workers))


@command.command()
def check(config: ConfigFile) -> None:
    """All faults of a configuration at once."""
    settings = _loaded(config)
    whose = settings.organisation
    now = int(time.time())
    today = datetime.datetime.now(datetime.UTC).date()
    found = warnings(settings, str(config), today)
    found += registrars.warnings(whose.root, whose.registrars, str(config), now)
    for warning in found:
        typer.echo(f"Warning: {warning}", err=True)
    if faults := registrars.faults(whose.root, whose.registrars, str(config), now):
        _fail(ConfigurationError(faults))
    typer.echo(f"{config} is good for mode {settings.mode}. Next: varsam serve --config {config}")


@command.command()
def status(config: ConfigFile) -> None:
    """What is going on at the service that runs here; fails where it is not ready."""
    from chat.status import Service, looked_at

    settings = _loaded(config)
    listen, name = settings.listen, settings.visitor.origin.partition("://")[2]
    host = "127.0.0.1" if listen.host in ("0.0.0.0", "::") else listen.host  # noqa: S104 (compared)

    def look() -> None:
        service = Service(host, listen.port, name, listen.metrics_port)
        lines, ready = looked_at(service, int(time.time()))
        typer.echo("\n".join(lines))
        if not ready:
            typer.echo("Mend what is named above; `varsam check` looks at the configuration.", err=True)
            sys.exit(1)

    carefully(look)


@command.command()
def manifest(
    out: Annotated[Path, typer.Option(help="Where it is written.")] = Path("manifest.json"),
) -> None:
    """Which code and words this copy of the release serves to browsers, for `varsam roster sign --manifest`."""
    from chat import answers

    def write() -> None:
        content = answers.manifest()
        files.write(Writing(out, content, private=False))
        typer.echo(f"{out} is written. Next: varsam roster sign --manifest {out} …")

    carefully(lambda: _carefully(write))


@command.command("verify")
def verify_service(
    url: Annotated[
        str, typer.Argument(help="The address that visitors open, such as https://chat.example.org.")
    ],
    root: Annotated[
        str, typer.Option(help="H(R), as `varsam keys show` prints it and every snippet pins it.")
    ],
    staff: Annotated[str, typer.Option(help="The console's address, where it is to be looked at too.")] = "",
) -> None:
    """Whether a service serves the code that its organisation has signed, looked at from here."""
    from chat import verifying

    carefully(lambda: typer.echo("\n".join(verifying.asked(url, staff, root))))


@command.command()
def embed(
    municipality: Annotated[str, typer.Option(help="The municipality's four digits, such as 1490.")],
    config: Annotated[Path | None, typer.Option("--config", help="The configuration, TOML.")] = None,
    language: Annotated[
        str, typer.Option(help="The page's language; empty: the first that is offered.")
    ] = "",
) -> None:
    """One municipality's pinned snippet, and what its page's policy must allow."""
    from chat import answers

    settings = _loaded(config)
    _carefully(lambda: typer.echo(answers.embedding_of(settings, municipality, language)))


@command.command()
def simulate(
    url: Annotated[
        str, typer.Option(help="A running demo's address for visitors, such as http://127.0.0.1:8000.")
    ],
    visitors: Annotated[int, typer.Option(min=1, max=5_000, help="How many come.")] = 20,
    counsellors: Annotated[int, typer.Option(min=1, max=100, help="How many are on duty.")] = 3,
) -> None:
    """Visitors and counsellors with real keys against a running demo; fails if anything is lost, doubled or refused."""
    from chat import logs
    from chat.simulation.run import NoDemo, simulated

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


audit = typer.Typer(no_args_is_help=True, help="What staff did, as the ledger holds it.")
command.add_typer(audit, name="audit")


@audit.callback()
def _audit() -> None:
    """What staff did, as the ledger holds it."""


@audit.command()
def verify(
    config: Annotated[
        Path | None, typer.Option("--config", help="The configuration, TOML, whose ledger is read.")
    ] = None,
    export: Annotated[
        Path | None, typer.Option(help="A file from the coordinator's page, in the place of the ledger.")
    ] = None,
    noted: Annotated[
        str, typer.Option(help="A head that an earlier run printed: a cut end shows against it.")
    ] = "",
) -> None:
    """Whether every entry still stands on the one before it; names the first that was changed or cut."""
    from chat import audits

    def look() -> None:
        known = audits.noted_head(noted)
        head = (
            audits.verified_export(export, known)
            if export
            else asyncio.run(audits.verified(_loaded(config), known))
        )
        typer.echo(f"The audit holds: {head.n} entries.")
        typer.echo(f"Note this elsewhere, and give it to the next run as --noted:\n  {head.n}:{head.digest}")

    carefully(lambda: _carefully(look))


oncall = typer.Typer(no_args_is_help=True, help="Those who are told that something waits.")
command.add_typer(oncall, name="oncall")


@oncall.callback()
def _oncall() -> None:
    """Those who are told that something waits."""


@oncall.command("test")
def call(config: ConfigFile) -> None:
    """Tell those on call, once and on every way, that this is only a test."""
    from chat import answers

    settings = _loaded(config)
    outcomes = asyncio.run(answers.tried(settings))
    for name, fault in outcomes.items():
        typer.echo(f"{name}: {fault or 'told. Look there whether it has arrived.'}", err=bool(fault))
    if not outcomes:
        typer.echo(
            "Nobody is on call: set [oncall] webhook, or mail_server, mail_from and mail_to.", err=True
        )
    if not outcomes or any(outcomes.values()):
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
