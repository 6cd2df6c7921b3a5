"""A root's private key in shares (K1): any `needed` of them give it back, and fewer say nothing about it. SLIP-39.

It adds nothing to the library but the words of this project; the library draws the randomness.
"""

from typing import Final

from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics

MOST: Final = 16


class BadShares(Exception):
    """They do not give back a key; the words say why."""


def split(private: bytes, needed: int, count: int) -> list[str]:
    """`count` shares of 33 words each for a key of 32 bytes."""
    (shares,) = generate_mnemonics(1, [(needed, count)], private)
    return list(shares)


def join(shares: list[str]) -> bytes:
    """The key; raises `BadShares`."""
    try:
        read = [Share.from_mnemonic(share) for share in shares]
        needed = read[0].member_threshold
        different = {share.index: words for share, words in zip(read, shares, strict=True)}
        if len(different) < needed:
            raise BadShares(f"{needed} different ones are needed.")
        return bytes(combine_mnemonics(list(different.values())[:needed]))
    except (MnemonicError, ValueError, IndexError) as error:
        raise BadShares(str(error)) from error
