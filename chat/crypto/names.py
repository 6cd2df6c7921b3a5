"""A pseudonym as wishes name it: the hash of how it is said, so that no text of a visitor's travels (Before 8). PURE."""

import unicodedata

from chat.crypto.encoding import b64, digest, utf8


def name_hash(root: bytes, pseudonym: str) -> str:
    """H(H(R) ‖ name), as on the wire. Case, accents and spaces around do not count: people write names from memory."""
    return b64(digest(root + utf8(said(pseudonym))))


def said(pseudonym: str) -> str:
    """How a name is compared."""
    marks = unicodedata.normalize("NFKD", pseudonym)
    bare = "".join(letter for letter in marks if not unicodedata.category(letter).startswith("M"))
    return " ".join(bare.lower().split())
