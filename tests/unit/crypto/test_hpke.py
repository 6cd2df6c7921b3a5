"""The suite against published vectors. None is of our exact suite, so it is pinned by its parts: a key schedule written here
from RFC 9180 and held against its vectors, the KEM held against the X-Wing vectors, and both against what `hpke` seals.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import cryptography_vectors
import pytest
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from chat.crypto.hpke import DutySealKey, OpenKey
from chat.errors import VerificationError

FOLDER = Path(cryptography_vectors.__file__).parent / "HPKE"
X_WING, HKDF_SHA256, AES_256_GCM, CHACHA20_POLY1305 = 0x647A, 1, 2, 3


def vectors(name: str, **wanted: int) -> list[Any]:
    found: list[dict[str, Any]] = json.loads((FOLDER / name).read_text())
    return [v for v in found if v["mode"] == 0 and all(v[key] == value for key, value in wanted.items())]


RFC_9180 = vectors("test-vectors.json", kdf_id=HKDF_SHA256, aead_id=AES_256_GCM)
POST_QUANTUM = vectors("hpke-pq-test-vectors.json", kem_id=X_WING)


def suite_id(kem: int, aead: int) -> bytes:
    return b"HPKE" + kem.to_bytes(2, "big") + HKDF_SHA256.to_bytes(2, "big") + aead.to_bytes(2, "big")


def labeled_extract(suite: bytes, salt: bytes, label: bytes, key: bytes) -> bytes:
    mac = hmac.HMAC(salt or bytes(32), hashes.SHA256())
    mac.update(b"HPKE-v1" + suite + label + key)
    return mac.finalize()


def labeled_expand(suite: bytes, secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    labeled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return HKDFExpand(hashes.SHA256(), length, labeled).derive(secret)


def key_schedule(kem: int, aead: int, shared_secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    """RFC 9180, 5.1, base mode: key and base nonce."""
    suite = suite_id(kem, aead)
    context = b"\0" + labeled_extract(suite, b"", b"psk_id_hash", b"")
    context += labeled_extract(suite, b"", b"info_hash", info)
    secret = labeled_extract(suite, shared_secret, b"secret", b"")
    key = labeled_expand(suite, secret, b"key", context, 32)
    return key, labeled_expand(suite, secret, b"base_nonce", context, 12)


def decapsulate(seed: bytes, enc: bytes) -> bytes:
    """X-Wing, from its draft: SHA3-256 over both secrets, the X25519 ciphertext and key, and the label."""
    expanded = hashlib.shake_256(seed).digest(96)
    classical = x25519.X25519PrivateKey.from_private_bytes(expanded[64:])
    first = mlkem.MLKEM768PrivateKey.from_seed_bytes(expanded[:64]).decapsulate(enc[:1088])
    second = classical.exchange(x25519.X25519PublicKey.from_public_bytes(enc[1088:]))
    public = classical.public_key().public_bytes_raw()
    return hashlib.sha3_256(first + second + enc[1088:] + public + rb"\.//^\ "[:-1]).digest()


@pytest.mark.parametrize("vector", RFC_9180)
def test_the_key_schedule_is_rfc_9180s(vector: Any) -> None:
    secret, info = bytes.fromhex(vector["shared_secret"]), bytes.fromhex(vector["info"])
    key, nonce = key_schedule(vector["kem_id"], AES_256_GCM, secret, info)
    assert (key.hex(), nonce.hex()) == (vector["key"], vector["base_nonce"])
    first = vector["encryptions"][0]
    opened = AESGCM(key).decrypt(nonce, bytes.fromhex(first["ct"]), bytes.fromhex(first["aad"]))
    assert opened.hex() == first["pt"]


def test_there_are_published_vectors_to_hold_against() -> None:
    assert len(RFC_9180) == 4
    assert len(POST_QUANTUM) == 2
    assert {v["kdf_id"] for v in POST_QUANTUM} >= {HKDF_SHA256}


@pytest.mark.parametrize("vector", POST_QUANTUM)
def test_keys_and_secrets_are_x_wings(vector: Any) -> None:
    seed = bytes.fromhex(vector["skRm"])
    assert OpenKey(DutySealKey, seed).public.raw.hex() == vector["pkRm"]
    assert decapsulate(seed, bytes.fromhex(vector["enc"])).hex() == vector["shared_secret"]


@pytest.mark.parametrize("vector", [v for v in POST_QUANTUM if v["kdf_id"] == HKDF_SHA256])
def test_x_wing_under_the_key_schedule_opens_the_published_messages(vector: Any) -> None:
    secret, info = bytes.fromhex(vector["shared_secret"]), bytes.fromhex(vector["info"])
    key, nonce = key_schedule(X_WING, CHACHA20_POLY1305, secret, info)
    assert (key.hex(), nonce.hex()) == (vector["key"], vector["base_nonce"])
    first = vector["encryptions"][0]
    opened = ChaCha20Poly1305(key).decrypt(nonce, bytes.fromhex(first["ct"]), bytes.fromhex(first["aad"]))
    assert opened.hex() == first["pt"]


@pytest.mark.parametrize("vector", POST_QUANTUM)
def test_a_message_under_a_published_encapsulation_opens(vector: Any) -> None:
    enc = bytes.fromhex(vector["enc"])
    key, nonce = key_schedule(X_WING, AES_256_GCM, bytes.fromhex(vector["shared_secret"]), b"info")
    sealed = enc + AESGCM(key).encrypt(nonce, b"a secret", b"")
    assert OpenKey(DutySealKey, bytes.fromhex(vector["skRm"])).open("E3", b"info", sealed) == b"a secret"


def test_what_is_sealed_is_exactly_the_suite() -> None:
    seed = bytes(range(32))
    sealed = OpenKey(DutySealKey, seed).public.seal(b"info", b"a secret")
    key, nonce = key_schedule(X_WING, AES_256_GCM, decapsulate(seed, sealed[:1120]), b"info")
    assert AESGCM(key).decrypt(nonce, sealed[1120:], b"") == b"a secret"


def test_nothing_is_sealed_to_a_key_that_is_none() -> None:
    with pytest.raises(VerificationError):
        DutySealKey(b"\xff" * 1216).seal(b"info", b"a secret")
