"""`varsam keys`: making the root and its registrars, and showing whom a file stands for (K1, K2)."""

import io
import re
import secrets
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from chat.ceremony import files, opening, passphrases
from chat.ceremony.files import Writing
from chat.ceremony.opening import REALM, moment
from chat.ceremony.telling import carefully, say
from chat.crypto import chain, issuing, keyfile, shares, words
from chat.crypto.chain import DAY, Signed, Span
from chat.crypto.encoding import b64
from chat.crypto.signing import PrivateKey, RegistrarKey, RootKey
from chat.errors import CeremonyError

REGISTRAR_DAYS: Final = 365
WORDS_IN_A_LINE: Final = 6

keys = typer.Typer(
    no_args_is_help=True, help="The organisation's keys: made offline, each in a file with a passphrase."
)
PassphraseFile = Annotated[
    Path | None,
    typer.Option(help="A file (mode 600) with the passphrase, for automation; else it is asked for."),
]
Shares = Annotated[
    list[Path] | None,
    typer.Option("--share", help="A file with one share of the root's key; give as many as are needed."),
]


@keys.command()
def init(
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path("root.key"),
    passphrase_file: PassphraseFile = None,
    in_shares: Annotated[
        str,
        typer.Option(
            "--shares", help="Such as 2-of-3: no passphrase; any 2 of 3 files together open the root."
        ),
    ] = "",
) -> None:
    """Make the root of the organisation. Do this once, on a machine without a network."""
    carefully(lambda: _init(out, passphrase_file, in_shares))


def _init(out: Path, passphrase_file: Path | None, in_shares: str) -> None:
    needed, count = _numbers(in_shares) if in_shares else (0, 0)
    places = [out.with_suffix(f".share-{place}") for place in range(1, count + 1)]
    files.require_free([out, *places])
    passphrase = "" if in_shares else passphrases.make(passphrase_file, "the root")
    key = PrivateKey.generate(RootKey)
    document = issuing.issue_root(REALM, key.public)
    sealed = None if in_shares else _sealed("root-key", document, key.scalar_bytes(), passphrase)
    made = keyfile.make("root-key", made=int(time.time()), root=document, document=document, sealed=sealed)
    split = shares.split(key.scalar_bytes(), needed, count) if in_shares else []
    files.write(
        Writing(out, keyfile.write(made), private=True),
        *(
            Writing(place, f"{share}\n".encode(), private=True)
            for place, share in zip(places, split, strict=True)
        ),
    )
    say(f"{out} holds the root." if not in_shares else f"{out} names the root; its key is in {count} shares:")
    say(*(f"  {place}" for place in places))
    _say_fingerprint(document.hash)
    if in_shares:
        say(f"Give each share to another person, and delete it here. Any {needed} of them are the root.")
    say(
        f"Print it: varsam keys show {out} --qr root.svg",
        f"Next, twice: varsam keys registrar --root {out} --out registrar-1.key",
    )


@keys.command()
def registrar(
    root: Annotated[Path, typer.Option(help="The root's file.")] = Path("root.key"),
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path("registrar-1.key"),
    days: Annotated[int, typer.Option(help="How long it may sign; 366 at most.")] = REGISTRAR_DAYS,
    passphrase_file: PassphraseFile = None,
    root_passphrase_file: PassphraseFile = None,
    share: Shares = None,
) -> None:
    """Make a registrar, which certifies machines and signs rosters. It cannot be withdrawn before its end but by a new root."""
    carefully(lambda: _registrar(root, out, days, passphrase_file, root_passphrase_file, share or []))


def _registrar(
    path: Path,
    out: Path,
    days: int,
    passphrase_file: Path | None,
    root_passphrase_file: Path | None,
    share_files: Sequence[Path],
) -> None:
    limit = chain.REGISTRAR_SECONDS // DAY
    if not 1 <= days <= limit:
        raise CeremonyError(
            f"A registrar is good for 1 to {limit} days, not {days}.", "Name fewer with --days."
        )
    public = out.with_suffix(".pub")
    files.require_free([out, public])
    now = int(time.time())
    held = opening.read(path, "root-key", private=True).sealed is None
    told = None if held else passphrases.tell(root_passphrase_file, f"the root in {path}")
    root = opening.open_root(path, told, [_share(file) for file in share_files], now)
    passphrase = passphrases.make(passphrase_file, f"the registrar in {out}")
    key = PrivateKey.generate(RegistrarKey)
    document = issuing.issue_registrar(
        REALM, root.key, root.root.hash, key.public, Span(now, now + days * DAY)
    )
    sealed = _sealed("registrar-key", document, key.scalar_bytes(), passphrase)
    whole, half = (
        keyfile.make("registrar-key", made=now, root=root.document, document=document, sealed=kept)
        for kept in (sealed, None)
    )
    files.write(
        Writing(out, keyfile.write(whole), private=True), Writing(public, keyfile.write(half), private=False)
    )
    say(
        f"{out} holds a registrar, good until {moment(now + days * DAY)}; {public} is its public half.",
        "It cannot be withdrawn before that day but by a new root, so keep it offline.",
        f"Next: name {public} in [organisation] registrars, and have two of them. Then: varsam roster sign --registrar {out}",
    )


@keys.command()
def show(
    file: Annotated[Path, typer.Argument(help="The file of a root or a registrar.")],
    qr: Annotated[Path | None, typer.Option(help="Also write a QR code for print, as SVG.")] = None,
) -> None:
    """Whom a file stands for: H(R) as words and as a QR code. No passphrase is needed, nothing secret is shown."""
    carefully(lambda: _show(file, qr))


def _show(path: Path, qr: Path | None) -> None:
    file = opening.read(path)
    root = opening.root_of(file, path)
    say(f"{path}: {'the root' if file.varsam == 'root-key' else 'a registrar'}, made {moment(file.made)}")
    if file.varsam == "registrar-key":
        opened = opening.registrar_of(file, path, int(time.time()))
        say(f"Good from {moment(opened.span.start)} to {moment(opened.span.end)}. Of this root:")
    _say_fingerprint(root.hash)
    _say_code(root.hash, qr)


def _say_fingerprint(hashed: bytes) -> None:
    """K1: all 256 bits."""
    found = [f"{place:2} {word:8}" for place, word in enumerate(words.fingerprint(hashed), 1)]
    lines = [found[at : at + WORDS_IN_A_LINE] for at in range(0, len(found), WORDS_IN_A_LINE)]
    say(
        "",
        f"H(R), for [organisation] root:   {b64(hashed)}",
        "The same as words, to print and to compare:",
        "",
        *("  " + "  ".join(line).rstrip() for line in lines),
        "",
    )


def _say_code(hashed: bytes, qr: Path | None) -> None:
    import segno  # only here: what signs must not wait for it

    code = segno.make(b64(hashed), error="m", micro=False)
    if qr:
        files.require_free([qr])
        drawn = io.BytesIO()
        code.save(drawn, kind="svg", scale=8, border=4, title="H(R)")
        files.write(Writing(qr, drawn.getvalue(), private=False))
        say(f"{qr} is the same as a QR code, to print.")
    else:
        drawing = io.StringIO()
        code.terminal(drawing, compact=True)
        say(drawing.getvalue())


def _sealed(kind: keyfile.Kind, document: Signed, private: bytes, passphrase: str) -> keyfile.Sealed:
    return keyfile.seal(REALM, kind, document, private, passphrase, secrets.token_bytes(keyfile.SALT_BYTES))


def _numbers(told: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,2})-of-(\d{1,2})", told)
    needed, count = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 2 <= needed <= count <= shares.MOST:
        raise CeremonyError(
            f"--shares {told} is not understood.",
            f"Name two numbers from 2 to {shares.MOST}, such as 2-of-3.",
        )
    return needed, count


def _share(file: Path) -> str:
    try:
        return " ".join(files.read_private(file).decode().lower().split())
    except UnicodeDecodeError as error:
        raise CeremonyError(f"{file} is not text.", "Name a file with the 33 words of a share.") from error
