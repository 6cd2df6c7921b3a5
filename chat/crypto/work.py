"""Work instead of identity (W1): a challenge that no server has to remember, and what was worked for it.

PURE: the key, the time and the randomness are arguments. Checking costs two hashes, whatever was asked for.
"""

import hmac
from dataclasses import dataclass
from itertools import count
from typing import Final

from chat.crypto.encoding import DIGEST_BYTES, Realm, dec, digest, enc, hash32, u64, uint, utf8
from chat.errors import StaleChallenge, VerificationError

CHALLENGE_SECONDS: Final = 10 * 60


@dataclass(frozen=True)
class Challenge:
    """What was asked for. `target`: 32 bytes, big-endian."""

    purpose: str
    until: int
    target: bytes


def issue_challenge(realm: Realm, key: bytes, challenge: Challenge, nonce: bytes) -> bytes:
    """W1. `key`: the service's; `nonce`: 16 random bytes."""
    about = enc(realm, "challenge", utf8(challenge.purpose), u64(challenge.until), challenge.target, nonce)
    return about[_skipped(realm) :] + _mac(key, about)


def read_challenge(realm: Realm, key: bytes, raw: bytes, now: int) -> Challenge:
    """W1; `StaleChallenge` where it is not this service's, or its time is over."""
    about = enc(realm, "challenge") + raw[:-DIGEST_BYTES]
    if not hmac.compare_digest(_mac(key, about), raw[-DIGEST_BYTES:]):
        raise StaleChallenge("not of this service, or of an earlier key")
    purpose, until, target, _ = dec(realm, "challenge", about, 4)
    challenge = Challenge(purpose.decode(), uint(until), hash32(target))
    if now > challenge.until:
        raise StaleChallenge("its time is over")
    return challenge


def _skipped(realm: Realm) -> int:
    return len(enc(realm, "challenge"))


def _mac(key: bytes, about: bytes) -> bytes:
    return hmac.digest(key, about, "sha256")


def work_hash(realm: Realm, purpose: str, challenge: bytes, body: bytes, n: int) -> bytes:
    """W1. `body`: H(body)."""
    return digest(enc(realm, "work", utf8(purpose), challenge, body, u64(n)))


def verify_work(realm: Realm, purpose: str, challenge: bytes, target: bytes, body: bytes, n: int) -> None:
    """W1: `n` was worked for."""
    if work_hash(realm, purpose, challenge, body, n) >= hash32(target):
        raise VerificationError("W1", "less work than was asked for")


def do_work(realm: Realm, purpose: str, challenge: bytes, target: bytes, body: bytes) -> int:
    """W1: the first n below the target."""
    return next(n for n in count() if work_hash(realm, purpose, challenge, body, n) < hash32(target))


def target_for(bits: float) -> bytes:
    """Hit once in 2^bits tries, on average."""
    return int(2 ** (256 - bits) - 1 if bits > 0 else 2**256 - 1).to_bytes(DIGEST_BYTES, "big")
