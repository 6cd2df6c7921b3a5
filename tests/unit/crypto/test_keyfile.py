"""The files of private keys: any bytes are read as a whole file or refused, and every one that opens is the one that was sealed."""

import secrets
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.crypto import keyfile
from chat.crypto.issuing import issue_root
from chat.crypto.keyfile import Damaged, KeyFile, WrongPassphrase
from chat.crypto.shares import BadShares, join, split
from chat.crypto.signing import PrivateKey, RootKey
from chat.crypto.words import certificate_words, fingerprint


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyfile, "MEMORY_KIB", 64)
    monkeypatch.setattr(keyfile, "ITERATIONS", 1)


def made() -> tuple[KeyFile, bytes]:
    key = PrivateKey.generate(RootKey)
    document = issue_root("varsam", key.public)
    sealed = keyfile.seal("varsam", "root-key", document, key.scalar_bytes(), "ord", secrets.token_bytes(16))
    return keyfile.make(
        "root-key", made=1, root=document, document=document, sealed=sealed
    ), key.scalar_bytes()


def test_the_passphrase_opens_what_it_sealed_and_no_other_does() -> None:
    file, private = made()
    again = keyfile.read(keyfile.write(file))
    assert again.sealed is not None
    assert keyfile.open_key("varsam", again, again.sealed, "ord") == private
    with pytest.raises(WrongPassphrase):
        keyfile.open_key("varsam", again, again.sealed, "Ord")


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_changed_file_is_damaged(data: st.DataObject) -> None:
    """A changed space between two fields changes nothing."""
    file, _ = made()
    text = bytearray(keyfile.write(file))
    place = data.draw(st.integers(0, len(text) - 1))
    text[place] ^= data.draw(st.integers(1, 255))
    with suppress(Damaged):
        assert keyfile.read(bytes(text)) == file


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_no_file(text: bytes) -> None:
    with pytest.raises(Damaged):
        keyfile.read(text)


def test_costs_that_no_machine_could_pay_are_refused() -> None:
    file, _ = made()
    text = keyfile.write(file).replace(b'"memory_kib": 64', b'"memory_kib": 1099511627776')
    with pytest.raises(Damaged):
        keyfile.read(text)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(alphabet="abcdefghij ", max_size=200), max_size=4))
def test_any_words_are_no_shares(words: list[str]) -> None:
    with pytest.raises(BadShares):
        join(words)


def test_shares_give_back_the_key() -> None:
    private = secrets.token_bytes(32)
    assert join(split(private, 3, 5)[1:4]) == private


def test_a_fingerprint_is_24_words_that_differ_wherever_a_bit_does() -> None:
    zeros, one = bytes(32), bytes(31) + b"\x01"
    assert len(fingerprint(zeros)) == 24
    assert fingerprint(zeros) != fingerprint(one)
    assert certificate_words(zeros) == ["abandon"] * 3
