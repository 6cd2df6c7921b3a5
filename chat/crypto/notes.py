"""Sealed notes of those who take callbacks (C5): on one request, or for the next shift. Only team keys open them.

PURE, apart from the randomness that sealing draws.
"""

import unicodedata
from dataclasses import dataclass
from typing import Final

from chat.crypto.callbacks import pad, unpad
from chat.crypto.chain import read_pseudonym
from chat.crypto.encoding import Realm, dec, enc, text, u64, uint, utf8
from chat.crypto.hpke import OpenKey, TeamSealKey
from chat.crypto.teamkeys import Team
from chat.errors import VerificationError

NOTE_BYTES: Final = 1_024
NOTE_CHARACTERS: Final = 300


@dataclass(frozen=True)
class Note:
    """Who wrote it, when, and what."""

    pseudonym: str
    time: int
    text: str


def seal_note(realm: Realm, team: Team, about: bytes, note: Note) -> bytes:
    """C5. `about`: the request's id; empty for the next shift."""
    plain = enc(realm, "note", utf8(note.pseudonym), u64(note.time), utf8(note.text))
    return team.key.seal(_info(realm, team.hash, about), pad(plain, NOTE_BYTES))


def open_note(realm: Realm, team: bytes, opener: OpenKey[TeamSealKey], about: bytes, sealed: bytes) -> Note:
    """C5. `team`: H(team)."""
    plain = unpad(opener.open("C5", _info(realm, team, about), sealed), NOTE_BYTES)
    pseudonym, time, words = dec(realm, "note", plain, 3)
    note = Note(read_pseudonym("C5", pseudonym), uint(time), text(words))
    if len(note.text) > NOTE_CHARACTERS or any(
        unicodedata.category(c) == "Cc" for c in note.text if c != "\n"
    ):
        raise VerificationError("C5", "too long, or with a control character")
    return note


def _info(realm: Realm, team: bytes, about: bytes) -> bytes:
    return enc(realm, "callback-note", team, about)
