"""`varsam verify`: whether a service serves the code that the organisation has signed (K1, K2, K4), looked at from outside.

Knows addresses and documents. Everything that is fetched is material: only what the root's chain signs counts. It can tell no
change that is served to others and not to it.
"""

import re
import time
from collections.abc import Callable, Mapping
from typing import Final, TypeVar
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

import msgspec

from chat import bodies, wire
from chat.crypto.chain import parse_roster
from chat.crypto.encoding import ZEROS, Realm, b64, digest, unb64
from chat.crypto.manifest import manifest_hash
from chat.errors import CeremonyError, Malformed, VerificationError
from chat.papers import one, verify_roster

ANSWER_SECONDS: Final = 20.0
MOST_BYTES: Final = 4 * 1024 * 1024
_SCRIPT: Final = re.compile(rb"<script\b([^>]*)>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_SOURCE: Final = re.compile(rb'\bsrc="([^"]*)"')

Kind = TypeVar("Kind")
Fetch = Callable[[str], bytes]
"""The content of an address; CeremonyError."""


def asked(visitor: str, staff: str, root: str) -> list[str]:
    """As it was typed."""
    try:
        pinned = unb64(root)
    except Malformed as error:
        raise CeremonyError(f"{root} is no H(R).", "Give the 43 characters of `varsam keys show`.") from error
    for address in filter(None, (visitor, staff)):
        if not re.fullmatch(r"https?://[^\s/?#@]+/?", address):
            raise CeremonyError(f"{address} is no address of a service.", "Such as https://chat.example.org.")
    return verified(visitor.rstrip("/"), staff.rstrip("/"), pinned)


def verified(
    visitor: str, staff: str, root: bytes, *, realm: Realm = "varsam", fetch: Fetch | None = None
) -> list[str]:
    """What was compared, in words; CeremonyError that names the first thing that is not as it was signed. `staff`: empty, where the
    console is not looked at.
    """
    get = fetch or fetched
    told = _read(get(f"{visitor}/.well-known/varsam.json"), bodies.Manifest)
    files = {path: unb64(hashed) for path, hashed in told.files.items()}
    number, signed = _signed_manifest(get, visitor, root, told, realm)
    _compare_manifest(manifest_hash(realm, files), signed)
    lines = [f"Roster {number} is signed by this root, and names this list of {len(files)} files."]
    looked = 0
    for path, hashed in sorted(files.items()):
        origin = staff if path.startswith("/staff/") else visitor
        if origin:
            looked += _compare_file(get, f"{origin}{path}", hashed)
    lines.append(f"{looked} files are served as they were signed.")
    for page in (f"{visitor}/", f"{visitor}/help", *([f"{staff}/staff"] if staff else [])):
        _compare_page(page, get(page), files)
        lines.append(f"{page} runs that code and no other.")
    return lines


def _signed_manifest(
    get: Fetch, visitor: str, root: bytes, told: bodies.Manifest, realm: Realm
) -> tuple[int, bytes]:
    if not told.roster:
        raise CeremonyError(
            "The service has no roster in force.", "Sign one and have it made fresh (docs/operating.md)."
        )
    roster = _read(get(f"{visitor}/v1/roster/{told.roster}"), wire.Roster)
    try:
        verify_roster(realm, root, roster, int(time.time()))
        parsed = parse_roster(realm, one(roster.roster).doc)
    except (VerificationError, Malformed) as error:
        raise CeremonyError(
            f"The roster that the service names is not signed by this root ({error}).",
            "Compare the root with the words that the organisation has printed; if it is right, tell the organisation.",
        ) from error
    return parsed.number, parsed.manifest


def _compare_manifest(served: bytes, signed: bytes) -> None:
    if signed == ZEROS:
        raise CeremonyError(
            "The roster names no list of files.",
            "Make one of your own copy of the release (`varsam manifest`), and sign the next roster with --manifest.",
        )
    if served != signed:
        raise CeremonyError(
            f"The files that the service lists are not those that were signed ({b64(signed)[:8]}…).",
            "After an update sign the next roster with --manifest. If there was none, somebody has changed the code.",
        )


def _compare_file(get: Fetch, address: str, hashed: bytes) -> int:
    """1 where it is served as signed, 0 where it is not served at all: a release holds more than every mode offers."""
    try:
        content = get(address)
    except _NotServed:
        return 0
    if digest(content) != hashed:
        raise CeremonyError(
            f"{address} is not as it was signed.", "Tell the organisation by another way than this service."
        )
    return 1


def _compare_page(address: str, content: bytes, files: Mapping[str, bytes]) -> None:
    """Every script of a page is one of the files, and none stands in the page itself."""
    for attributes, inline in _SCRIPT.findall(content):
        source = _SOURCE.search(attributes)
        path = urlsplit(source[1].decode("utf-8", "replace")).path if source else ""
        if inline.strip() or path not in files:
            raise CeremonyError(
                f"{address} runs a script that was not signed ({path or 'in the page itself'}).",
                "Tell the organisation by another way than this service.",
            )


class _NotServed(CeremonyError):
    """404."""


def fetched(address: str) -> bytes:
    """Over HTTP, past every proxy and without following anywhere."""
    opener = build_opener(ProxyHandler({}))
    try:
        request = Request(address, headers={"user-agent": "Varsam"})  # noqa: S310 (checked by the command)
        with opener.open(request, timeout=ANSWER_SECONDS) as answer:
            if answer.url != address:
                raise CeremonyError(f"{address} leads to another address.", "Name the service's own address.")
            return bytes(answer.read(MOST_BYTES))
    except (URLError, OSError) as error:
        code = getattr(error, "code", None)
        if code == 404:
            raise _NotServed(f"{address} is not there.", "Name the address that visitors open.") from error
        said = f"it answers {code}" if code else "it does not answer"
        raise CeremonyError(f"{address}: {said}.", "Look at the address and the network.") from error


def _read(content: bytes, kind: type[Kind]) -> Kind:
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CeremonyError(
            "What is served there is no Varsam.", "Name the address that visitors open."
        ) from error
