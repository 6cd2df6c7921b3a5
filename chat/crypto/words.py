"""Hashes as words that people read aloud, print and compare: the fingerprint of a root, and the words of a staff machine (K1, K3).

PURE. The list is BIP-39's English one of 2,048 words, 11 bits each, unique in their first four letters, from the package
`mnemonic`. These words are public: nothing can be opened or signed with them.
"""

from functools import lru_cache
from typing import Final

from mnemonic import Mnemonic

from chat.crypto.encoding import DIGEST_BYTES, Realm, digest, enc
from chat.crypto.hpke import DeviceSealKey
from chat.crypto.signing import DeviceKey

DEVICE_WORDS: Final = 7
WORD_BITS: Final = 11


def fingerprint(hashed: bytes) -> list[str]:
    """All 256 bits of a hash as 24 words, the last of which also checks the others."""
    return _list().to_mnemonic(hashed).split(" ")


def device_words(realm: Realm, root: bytes, signature_key: DeviceKey, hpke_key: DeviceSealKey) -> list[str]:
    """K3: 77 bits of a hash over both public keys of a machine, for people who compare two screens."""
    hashed = digest(enc(realm, "device-words", root, signature_key.raw, hpke_key.raw))
    return _first(hashed, DEVICE_WORDS)


def certificate_words(hashed: bytes) -> list[str]:
    """K3: a short name of a certificate, by its hash, where two machines have one pseudonym."""
    return _first(hashed, 3)


def _first(hashed: bytes, count: int) -> list[str]:
    bits = int.from_bytes(hashed) >> (8 * DIGEST_BYTES - WORD_BITS * count)
    places = [(bits >> (WORD_BITS * (count - 1 - at))) % 2**WORD_BITS for at in range(count)]
    return [_list().wordlist[place] for place in places]


@lru_cache(maxsize=1)
def _list() -> Mnemonic:
    return Mnemonic("english")
