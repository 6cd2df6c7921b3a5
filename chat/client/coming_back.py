"""The return code without a screen (R1, R2): what a visitor's page sends to make one, and what a page that comes back asks for.

Knows addresses and bytes; which words a code may have is a page's own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from chat import bodies, wire
from chat.client import http
from chat.client.translation import read_signed
from chat.crypto.encoding import Realm, b64, digest, unb64
from chat.crypto.entries import ReturnKeyEntry
from chat.crypto.log import Log
from chat.crypto.returning import (
    NONCE_BYTES,
    Blob,
    Trail,
    code_secrets,
    open_blob,
    read_trail,
    return_key_document,
    seal_blob,
)
from chat.crypto.signing import PrivateKey, ReturnKey, VisitorKey

SECRET_BYTES: Final = 32
Random = Callable[[int], bytes]


@dataclass(frozen=True)
class Words:
    """A code as it is read out. `version`: of the list that they are from."""

    version: str
    words: Sequence[str]


def make_code(
    log: Log, key: PrivateKey[VisitorKey], words: Words, random: Random
) -> tuple[ReturnKeyEntry, wire.Code]:
    """R1: what stands in the log, and what lies under the code."""
    realm = log.realm
    secrets = code_secrets(realm, log.root, words.version, words.words)
    returns = PrivateKey.generate(ReturnKey)
    capability = random(SECRET_BYTES)
    doc = return_key_document(realm, log.sid, returns.public)
    blob = Blob(log.sid, returns.scalar_bytes(), capability)
    sealed = seal_blob(realm, secrets.key, random(NONCE_BYTES), blob)
    code = wire.Code(code=b64(digest(secrets.locator)), blob=b64(sealed), reading=b64(digest(capability)))
    return ReturnKeyEntry(doc, key.sign(doc)), code


async def claim(origin: str, realm: Realm, root: bytes, words: Words, tag: bytes) -> Blob:
    """R2: what lies under the code, locked for this `tag`. `http.Unanswered`: nothing, or locked."""
    secrets = code_secrets(realm, root, words.version, words.words)
    asked = bodies.CodeClaim(locator=b64(secrets.locator), tag=b64(tag))
    answer = await http.asks_plainly(f"{origin}/v1/return", asked)
    return open_blob(realm, secrets.key, unb64(msgspec.json.decode(answer, type=bodies.Sealed).blob))


async def follow_trail(origin: str, realm: Realm, root: bytes, blob: Blob) -> Trail:
    """R2: who was in, verified. `http.Unanswered`: it is over."""
    asked = bodies.TrailRequest(sid=b64(blob.sid), capability=b64(blob.capability))
    answer = await http.asks_plainly(f"{origin}/v1/return/trail", asked)
    found = msgspec.json.decode(answer, type=bodies.Trail)
    return read_trail(
        realm, root, blob, [read_signed(a) for a in found.announcements], read_signed(found.key)
    )
