"""`varsam roster`: signing who counts, on a machine that has a registrar's file (K3, K4)."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, TypeVar

import msgspec
import typer
from msgspec.structs import replace

from chat import bodies, staff_bodies
from chat.ceremony import files, opening, passphrases, signing
from chat.ceremony.files import Writing
from chat.ceremony.keys import PassphraseFile
from chat.ceremony.opening import REALM, OpenRegistrar, moment
from chat.ceremony.service import Service
from chat.ceremony.telling import carefully, say
from chat.crypto import chain, words
from chat.crypto.chain import Certificate, Roster
from chat.crypto.encoding import b64, unb64
from chat.crypto.manifest import manifest_hash
from chat.errors import CeremonyError, Malformed, VerificationError
from chat.papers import one, verify_signed_roster

ROSTER_DAYS: Final = 45

roster = typer.Typer(
    no_args_is_help=True, help="The list of machines that count, signed by a registrar for at most 45 days."
)
RegistrarFile = Annotated[Path, typer.Option("--registrar", help="The registrar's file.")]
Out = Annotated[
    Path | None,
    typer.Option(help="The file to write; with --service nothing is written unless this names one."),
]
ServiceAddress = Annotated[
    str,
    typer.Option(
        "--service", help="The console's address: the draft is fetched, and the roster handed back."
    ),
]
Days = Annotated[int, typer.Option(help="How long it is good; 45 at most.")]
Yes = Annotated[
    bool, typer.Option("--yes", help="Ask nothing: the words were compared before. For automation.")
]
Kind = TypeVar("Kind", staff_bodies.Draft, staff_bodies.SignedRoster, bodies.Manifest)


@roster.command()
def sign(
    registrar: RegistrarFile,
    draft: Annotated[Path | None, typer.Option(help="The draft that the console made, as a file.")] = None,
    service: ServiceAddress = "",
    out: Out = None,
    days: Days = ROSTER_DAYS,
    passphrase_file: PassphraseFile = None,
    yes: Yes = False,
    manifest: Annotated[
        Path | None,
        typer.Option(
            help="What browsers are to be served, by `varsam manifest`; else as on the roster before."
        ),
    ] = None,
) -> None:
    """Certify the machines of a draft and sign the next roster: to a file, or handed back to the service."""
    carefully(lambda: _sign(registrar, draft, service, Signing(out, days, yes, manifest), passphrase_file))


def _sign(path: Path, draft: Path | None, address: str, how: "Signing", passphrase_file: Path | None) -> None:
    _one_of("--draft", draft, address)
    if draft:
        files.require_free([how.place("roster.json")])
        asked = _read(draft, staff_bodies.Draft, "draft")
        how.to_file(opened_registrar(path, passphrase_file), asked, "roster.json")
    else:
        service = Service(address)
        registrar = opened_registrar(path, passphrase_file)
        how.hand_in(registrar, service.draft(registrar), service)


@roster.command()
def show(file: Annotated[Path, typer.Argument(help="A signed roster.")]) -> None:
    """Whom a signed roster lists, and of which root it is. It is verified as a page would verify it."""
    carefully(lambda: _show(file))


def _show(path: Path) -> None:
    made = _read(path, staff_bodies.SignedRoster, "signed roster")
    root = _root_of(made)
    try:
        found, certificates = verify_signed_roster(REALM, root, made, int(time.time()))
    except (VerificationError, Malformed) as error:
        raise CeremonyError(
            f"{path} is not good now ({error}).",
            "Expired: sign the next one. Not good yet: set the clock. Anything else: take another copy.",
        ) from error
    say(f"Roster {found.number}, good from {moment(found.span.start)} to {moment(found.span.end)}")
    say(f"Of the root {b64(root)}: compare it with `varsam keys show root.key`", "")
    for certificate in certificates:
        say(_line(certificate, found))


@roster.command()
def revoke(
    registrar: RegistrarFile,
    device: Annotated[
        list[str],
        typer.Option(help="A pseudonym, or the three words that `varsam roster show` gives a machine."),
    ],
    roster_file: Annotated[
        Path | None, typer.Option("--roster", help="The signed roster that lists it, as a file.")
    ] = None,
    service: ServiceAddress = "",
    out: Out = None,
    days: Days = ROSTER_DAYS,
    passphrase_file: PassphraseFile = None,
    yes: Yes = False,
) -> None:
    """Sign the next roster without a machine: what no roster lists is nobody, from the next freshness on."""
    carefully(
        lambda: _revoke(registrar, device, roster_file, service, Signing(out, days, yes), passphrase_file)
    )


def _revoke(
    path: Path,
    devices: Sequence[str],
    before: Path | None,
    address: str,
    how: "Signing",
    passphrase_file: Path | None,
) -> None:
    _one_of("--roster", before, address)
    if before:
        files.require_free([how.place("roster-next.json")])
        draft = _without(signing.draft_of(_read(before, staff_bodies.SignedRoster, "signed roster")), devices)
        how.to_file(opened_registrar(path, passphrase_file), draft, "roster-next.json")
    else:
        service = Service(address)
        registrar = opened_registrar(path, passphrase_file)
        how.hand_in(registrar, _without(service.draft(registrar), devices), service)


def _one_of(option: str, file: Path | None, address: str) -> None:
    if bool(file) == bool(address):
        raise CeremonyError(
            f"It is not said where the machines stand: {option} and --service are {'both' if file else 'not'} given.",
            f"Give {option} FILE, or --service https://staff.example.org, and not both.",
        )


@dataclass(frozen=True)
class Signing:
    """How the next roster is signed: `out` where it is written, `days` it is good, `yes` where nobody is asked."""

    out: Path | None
    days: int
    yes: bool
    manifest: Path | None = None

    def place(self, usual: str) -> Path:
        """Where it is written."""
        return self.out or Path(usual)

    def to_file(self, registrar: OpenRegistrar, draft: staff_bodies.Draft, usual: str) -> None:
        """Sign it, for somebody to carry."""
        made = self._made(registrar, draft)
        self._write(made, self.place(usual))
        say(f"Next: varsam roster show {self.place(usual)}")

    def hand_in(self, registrar: OpenRegistrar, draft: staff_bodies.Draft, service: Service) -> None:
        """Sign it, and hand it back to where the draft came from."""
        if self.out:
            files.require_free([self.out])
        made = self._made(registrar, draft)
        service.hand_in(registrar, made)
        if self.out:
            self._write(made, self.out)
        say(
            f"{service.origin} has it. It counts as soon as a coordinator's or supervisor's console has signed freshness over it,",
            "which an open one does by itself.",
        )

    def _made(self, registrar: OpenRegistrar, draft: staff_bodies.Draft) -> staff_bodies.SignedRoster:
        now = int(time.time())
        planned = signing.plan(registrar, draft, now)
        named = self._manifest()
        _agree(registrar, planned, self.yes)
        made = signing.sign(registrar, planned, draft, now, self.days, named)
        end = chain.parse_roster(REALM, unb64(made.roster.roster.doc)).span.end
        say(f"Roster {planned.number} with {len(planned.rows)} machines, good until {moment(end)}.")
        return made

    def _manifest(self) -> bytes:
        """H(client manifest); empty: as before."""
        if self.manifest is None:
            return b""
        listed = _read(self.manifest, bodies.Manifest, "client manifest")
        named = manifest_hash(REALM, {path: unb64(hashed) for path, hashed in listed.files.items()})
        say(f"It names what browsers are served: {len(listed.files)} files, {b64(named)}.")
        return named

    def _write(self, made: staff_bodies.SignedRoster, out: Path) -> None:
        text = msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n"
        files.write(Writing(out, text, private=False))
        say(f"It is in {out}.")


def _agree(registrar: OpenRegistrar, planned: signing.Plan, yes: bool) -> None:
    """Nothing that is new is signed before a person has compared it (K3)."""
    for row in planned.news:
        rights: list[str] = [row.asked.role]
        rights += ["may sign freshness"] if row.asked.may_sign_freshness else []
        rights += ["takes callbacks"] if row.asked.takes_callbacks else []
        say(f"{row.asked.pseudonym}: {', '.join(rights)} ({row.news})")
        say(f"  its words: {signing.words_of(registrar, row)}")
    if not planned.news or yes:
        return
    if not sys.stdin.isatty():
        raise CeremonyError(
            "There is no terminal to ask at whether these words are those on the machines' screens.",
            "Run it in a terminal, or add --yes when they have been compared.",
        )
    if not typer.confirm("Does each machine show exactly these words on its own screen?", err=True):
        raise CeremonyError(
            "Nothing was signed.",
            "Remove the machine in the console, and find out whose it is before you go on.",
        )


def opened_registrar(path: Path, passphrase_file: Path | None) -> OpenRegistrar:
    """Looked at before anybody is asked for a passphrase."""
    file = opening.read(path, "registrar-key", private=True)
    now = int(time.time())
    opening.registrar_of(file, path, now)
    return opening.open_registrar(path, passphrases.tell(passphrase_file, f"the registrar in {path}"), now)


def _read(path: Path, kind: type[Kind], name: str) -> Kind:
    try:
        return msgspec.json.decode(files.read(path), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CeremonyError(f"{path} is no {name}, or is damaged.", "Take another copy of it.") from error


def _root_of(made: staff_bodies.SignedRoster) -> bytes:
    """H(R) as the roster says it; whether it is the right one people compare."""
    try:
        return chain.parse_roster(REALM, unb64(made.roster.roster.doc)).root
    except (VerificationError, Malformed) as error:
        raise CeremonyError(f"This is no roster ({error}).", "Take another copy of it.") from error


def _without(draft: staff_bodies.Draft, devices: Sequence[str]) -> staff_bodies.Draft:
    gone = {_meant(draft, device) for device in devices}
    kept = [d for d in draft.devices if d.certificate is None or one(d.certificate).hash not in gone]
    return replace(draft, devices=kept)


def _meant(draft: staff_bodies.Draft, device: str) -> bytes:
    """The one certificate that a pseudonym or three words mean."""
    signed = [d.certificate for d in draft.devices if d.certificate]
    try:
        opened = [chain.parse_certificate(REALM, unb64(document.doc)) for document in signed]
    except (VerificationError, Malformed) as error:
        raise CeremonyError(
            f"The roster holds what is no certificate ({error}).", "Take another copy of it."
        ) from error
    wanted = device.strip().casefold()
    found = [c for c in opened if wanted in (c.pseudonym.casefold(), _name(c))]
    if len(found) == 1:
        return found[0].hash
    named = "\n".join(f"  {_name(c)}: {c.pseudonym}, {c.role}" for c in found or opened)
    fault = (
        f"{len(found)} machines are called {device}:"
        if found
        else f"No machine is called {device}. There are:"
    )
    raise CeremonyError(f"{fault}\n{named}", "Name one by its three words.")


def _name(certificate: Certificate) -> str:
    return " ".join(words.certificate_words(certificate.hash))


def _line(certificate: Certificate, listed: Roster) -> str:
    entry = listed.devices[certificate.hash]
    rights: list[str] = [certificate.role]
    rights += ["signs freshness"] if entry.may_sign_freshness else []
    rights += ["takes callbacks"] if entry.takes_callbacks else []
    return f"  {certificate.pseudonym:20} {', '.join(rights):40} until {moment(certificate.span.end)}   {_name(certificate)}"
