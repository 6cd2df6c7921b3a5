"""`varsam staff`: the first coordinator's way in, by a registrar's word (K2)."""

from pathlib import Path
from typing import Annotated

import typer

from chat import staff_bodies
from chat.ceremony.keys import PassphraseFile
from chat.ceremony.opening import moment
from chat.ceremony.roster import RegistrarFile, opened_registrar
from chat.ceremony.service import Service
from chat.ceremony.telling import carefully, say
from chat.crypto.chain import ROLES, read_pseudonym
from chat.crypto.encoding import utf8
from chat.errors import CeremonyError, VerificationError

staff = typer.Typer(no_args_is_help=True, help="The people of the organisation.")


@staff.callback()
def _group() -> None:
    """The people of the organisation."""


@staff.command()
def invite(
    registrar: RegistrarFile,
    service: Annotated[str, typer.Option(help="The console's address, such as https://staff.example.org.")],
    pseudonym: Annotated[
        str, typer.Option(help="What visitors and colleagues see; never the person's name.")
    ],
    role: Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")] = "coordinator",
    passphrase_file: PassphraseFile = None,
) -> None:
    """A link that is good once, for 24 hours: whoever opens it makes a passkey. For the first coordinator."""
    carefully(lambda: _invite(registrar, service, pseudonym, role, passphrase_file))


def _invite(path: Path, address: str, pseudonym: str, told: str, passphrase_file: Path | None) -> None:
    service = Service(address)
    role = next((role for role in ROLES if role == told), None)
    if role is None:
        raise CeremonyError(f"There is no role {told}.", f"Name one of {', '.join(ROLES)}.")
    try:
        read_pseudonym("K3", utf8(pseudonym))
    except VerificationError as error:
        raise CeremonyError(f"{error.reason}.", "Name another with --pseudonym.") from error
    registrar = opened_registrar(path, passphrase_file)
    invitation = service.invite(registrar, staff_bodies.Invite(pseudonym=pseudonym, role=role))
    say(
        f"For {invitation.pseudonym}, {invitation.role}; good once, until {moment(invitation.until)}:",
        f"  {service.origin}/staff#invitation={invitation.token}",
        "Give it to that person and to nobody else, not by mail. They open it at their own machine and make a passkey.",
        f"Next: varsam roster sign --registrar {path} --service {service.origin}",
    )
