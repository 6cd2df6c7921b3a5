"""What the two parts of a request say once they are open (C2): the card that is read first, and the number.

PURE. It knows shapes and limits, no key and no time. Absent is empty: all but the number and the times may be left out.
"""

import re
import unicodedata
from dataclasses import astuple, dataclass
from typing import Final

from chat.crypto.encoding import Realm, dec, enc, text, truth, u64, utf8
from chat.errors import VerificationError

ANSWERS: Final = ("", "hang-up", "wrong-number", "cover")
"""What to do if somebody else answers."""
CALLERS: Final = ("", "woman", "man")
ENTRANCES: Final = ("", "self", "other", "work")
NUMBER: Final = re.compile(r"\+[0-9]{6,15}")
_LIMITS: Final = {
    "zone": 64,
    "who": 100,
    "cover": 40,
    "own_words": 300,
    "our_word": 60,
    "not_free_word": 60,
    "language": 16,
}


@dataclass(frozen=True)
class Card:
    """The safety card. `windows`: as in the version, packed. `cover`: one of the service's list, or else `own_words`."""

    windows: bytes
    zone: str = ""
    who: str = ""
    answer: str = ""
    cover: str = ""
    own_words: str = ""
    our_word: str = ""
    not_free_word: str = ""
    text_message: bool = False
    voicemail: bool = False
    language: str = ""
    caller: str = ""
    entrance: str = ""

    def encode(self, realm: Realm) -> bytes:
        windows, *items = astuple(self)
        encoded = [u64(item) if isinstance(item, bool) else utf8(item) for item in items]
        return enc(realm, "callback-card", windows, *encoded)


def parse_card(realm: Realm, data: bytes) -> Card:
    """C2: every item within its limits; a cover only where one is to be told."""
    windows, *texts, sms, voicemail, language, caller, entrance = dec(realm, "callback-card", data, 13)
    zone, who, answer, cover, own_words, our_word, not_free_word = map(text, texts)
    card = Card(
        windows, zone, who, answer, cover, own_words, our_word, not_free_word,
        truth(sms), truth(voicemail), text(language), text(caller), text(entrance),
    )  # fmt: skip
    for name, limit in _LIMITS.items():
        _check_words(getattr(card, name), limit)
    _one_of(card.answer, ANSWERS)
    _one_of(card.caller, CALLERS)
    _one_of(card.entrance, ENTRANCES)
    if bool(card.cover or card.own_words) != (card.answer == "cover") or (card.cover and card.own_words):
        raise VerificationError("C2", "one cover story where one is to be told, and else none")
    return card


@dataclass(frozen=True)
class Number:
    """`+` and 6 to 15 digits."""

    number: str

    def encode(self, realm: Realm) -> bytes:
        return enc(realm, "callback-number", utf8(self.number))


def parse_number(realm: Realm, data: bytes) -> Number:
    """C2."""
    (number,) = dec(realm, "callback-number", data, 1)
    value = text(number)
    if not NUMBER.fullmatch(value):
        raise VerificationError("C2", "a number is + and 6 to 15 digits")
    return Number(value)


def _check_words(words: str, limit: int) -> None:
    if len(words) > limit or any(unicodedata.category(c) == "Cc" for c in words):
        raise VerificationError("C2", "too long, or with a control character")


def _one_of(value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise VerificationError("C2", "an answer that is not on the list")
