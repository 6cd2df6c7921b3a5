"""Opening the files of root and registrars: what was damaged, forgotten, mixed up or has ended is told with its remedy.

Knows documents and their seals, no command.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from chat.ceremony import files
from chat.crypto import chain, keyfile, shares
from chat.crypto.chain import CLOCK_TOLERANCE_SECONDS, Registrar, Root, Signed
from chat.crypto.encoding import Realm
from chat.crypto.keyfile import Damaged, KeyFile, Kind, WrongPassphrase
from chat.crypto.signing import PrivateKey, PublicKey, RegistrarKey, RootKey
from chat.errors import CeremonyError, VerificationError

REALM: Final[Realm] = "varsam"
_NAMES: Final[dict[Kind, str]] = {"root-key": "a root", "registrar-key": "a registrar"}

Purpose = TypeVar("Purpose", bound=PublicKey)


@dataclass(frozen=True)
class OpenRoot:
    """A root with its private key."""

    root: Root
    document: Signed
    key: PrivateKey[RootKey]


@dataclass(frozen=True)
class OpenRegistrar:
    """A registrar with its private key, verified up to its root."""

    root: Root
    root_document: Signed
    registrar: Registrar
    document: Signed
    key: PrivateKey[RegistrarKey]


def read(path: Path, kind: Kind | None = None, *, private: bool = False) -> KeyFile:
    """A key file of this kind; its seal stays closed."""
    content = files.read_private(path) if private else files.read(path)
    try:
        file = keyfile.read(content)
    except Damaged as error:
        raise CeremonyError(
            f"{path} is damaged, or is no key file.", "Take another copy of it; nothing was changed."
        ) from error
    if kind and file.varsam != kind:
        raise CeremonyError(
            f"{path} is the file of {_NAMES[file.varsam]}, not of {_NAMES[kind]}.", "Name the other file."
        )
    return file


def root_of(file: KeyFile, path: Path) -> Root:
    """K1."""
    try:
        return chain.open_root(REALM, file.root_document.hash, file.root_document.doc)
    except VerificationError as error:
        raise CeremonyError(
            f"{path} holds no good root ({error.reason}).", "Take another copy of it."
        ) from error


def open_root(path: Path, passphrase: str | None, share_words: Sequence[str], now: int) -> OpenRoot:
    """The root with its key: by its passphrase, or where it has none by its shares."""
    file = read(path, "root-key", private=True)
    root = root_of(file, path)
    check_clock(file.made, now, f"{path} was made")
    if file.sealed is None:
        private = _joined(share_words)
    else:
        private = _opened(path, file, file.sealed, passphrase or "")
    key = _private(path, private, RootKey, root.key)
    return OpenRoot(root, file.root_document, key)


def registrar_of(file: KeyFile, path: Path, now: int) -> Registrar:
    """K2, verified; where it has ended or not begun, the remedy."""
    root = root_of(file, path)
    try:
        return chain.open_registrar(REALM, root, file.signed, now)
    except VerificationError as error:
        raise _no_registrar(path, file, error, now) from error


def open_registrar(path: Path, passphrase: str, now: int) -> OpenRegistrar:
    """The registrar with its key."""
    file = read(path, "registrar-key", private=True)
    check_clock(file.made, now, f"{path} was made")
    registrar = registrar_of(file, path, now)
    if file.sealed is None:
        raise CeremonyError(
            f"{path} is the public half of a registrar.",
            "Name the file with its key, such as registrar-1.key.",
        )
    key = _private(path, _opened(path, file, file.sealed, passphrase), RegistrarKey, registrar.key)
    return OpenRegistrar(root_of(file, path), file.root_document, registrar, file.signed, key)


def check_clock(then: int, now: int, what: str) -> None:
    """What was made cannot lie ahead."""
    if then > now + CLOCK_TOLERANCE_SECONDS:
        raise CeremonyError(
            f"The clock of this machine seems wrong: it says {moment(now)}, and {what} at {moment(then)}.",
            "Set the clock (date and time zone), then try again.",
        )


def moment(seconds: int) -> str:
    """A time as people read it, in UTC."""
    try:
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (OverflowError, ValueError, OSError):
        return f"second {seconds}"


def _no_registrar(path: Path, file: KeyFile, error: VerificationError, now: int) -> CeremonyError:
    if error.reason == "expired":
        end = chain.parse_registrar(REALM, file.signed.doc).span.end
        return CeremonyError(
            f"The registrar of {path} ended on {moment(end)} (now: {moment(now)}).",
            "Make a new one with `varsam keys registrar`; if this date is not today's, set the clock.",
        )
    if error.reason == "not good yet":
        start = chain.parse_registrar(REALM, file.signed.doc).span.start
        return CeremonyError(
            f"The registrar of {path} begins on {moment(start)}; this machine's clock says {moment(now)}.",
            "Set the clock (date and time zone), then try again.",
        )
    return CeremonyError(
        f"{path} holds no registrar of its root ({error.step}: {error.reason}).", "Take another copy of it."
    )


def _opened(path: Path, file: KeyFile, sealed: keyfile.Sealed, passphrase: str) -> bytes:
    try:
        return keyfile.open_key(REALM, file, sealed, passphrase)
    except WrongPassphrase as error:
        raise CeremonyError(
            f"The passphrase does not open {path}.",
            "Try again: capitals, spaces and the keyboard's language count.",
        ) from error


def _joined(share_words: Sequence[str]) -> bytes:
    if not share_words:
        raise CeremonyError(
            "The key of this root is held in shares.",
            "Name them, each with --share FILE, as many as are needed.",
        )
    try:
        return shares.join(list(share_words))
    except shares.BadShares as error:
        raise CeremonyError(
            f"These {len(share_words)} shares do not give back the key: {error}",
            "Name as many different shares of one root as it was made with; a word may be misspelt.",
        ) from error


def _private(path: Path, scalar: bytes, purpose: type[Purpose], public: Purpose) -> PrivateKey[Purpose]:
    try:
        key = PrivateKey.from_scalar(purpose, scalar)
    except ValueError:
        key = None
    if key is None or key.public.raw != public.raw:
        raise CeremonyError(
            f"This is the key of another root than that of {path}.",
            "Name the file and the shares of one root.",
        )
    return key
