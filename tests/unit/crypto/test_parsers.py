"""No bytes make a parser do anything but parse or refuse, and what parses is written back as the same bytes."""

import os
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chat.crypto import (
    callback_parts,
    callbacks,
    chain,
    continuation,
    encoding,
    entries,
    epochs,
    frames,
    guest,
    refusal,
    teamkeys,
    work,
)
from chat.crypto.hpke import DutySealKey, OpenKey, SealKey
from chat.crypto.signing import PrivateKey, PublicKey, VisitorKey
from chat.errors import Malformed, StaleChallenge, VerificationError
from tests.support.vectors import FOLDER, read

REALM: encoding.Realm = "varsam"
KEY = PrivateKey.generate(VisitorKey).public
OPEN_KEY = OpenKey(DutySealKey, os.urandom(32))

PARSERS: dict[str, Callable[[bytes], object]] = {
    "uint": encoding.uint,
    "truth": encoding.truth,
    "hash32": encoding.hash32,
    "text": encoding.text,
    "unpack": encoding.unpack,
    "root": lambda doc: chain.open_root(REALM, encoding.digest(doc), doc),
    "certificate": lambda doc: chain.parse_certificate(REALM, doc),
    "roster": lambda doc: chain.parse_roster(REALM, doc),
    "fresh": lambda doc: chain.parse_fresh(REALM, doc),
    "duty": lambda doc: chain.parse_duty(REALM, doc),
    "announcement": lambda doc: epochs.parse_announcement(REALM, doc),
    "continuation": lambda doc: continuation.parse_continuation(REALM, doc),
    "offer": lambda doc: epochs.parse_offer(REALM, doc),
    "guest": lambda doc: guest.parse_guest(REALM, doc),
    "refusal": lambda doc: refusal.parse_refusal(REALM, doc),
    "header": lambda doc: frames.parse_header(REALM, doc),
    "plain": lambda doc: frames.parse_plain(REALM, doc),
    "unpad": frames.unpad,
    "service": lambda doc: entries.parse_service(REALM, doc),
    "callback": lambda doc: callbacks.parse_version(REALM, doc),
    "callback's sealed": lambda doc: callbacks.parse_sealed(REALM, doc),
    "callback's card": lambda doc: callback_parts.parse_card(REALM, doc),
    "callback's number": lambda doc: callback_parts.parse_number(REALM, doc),
    "callback's ask": lambda doc: callbacks.parse_ask(REALM, doc),
    "callback's padding": lambda data: callbacks.unpad(data, 256),
    "team": lambda doc: teamkeys.parse_team(REALM, doc),
    "challenge": lambda data: work.read_challenge(REALM, bytes(32), data, 0),
    "public key": PublicKey,
    "HPKE key": SealKey,
    "signature": lambda data: KEY.verify("F3", b"message", data),
    "sealed": lambda data: OPEN_KEY.open("E3", b"info", data),
}


def genuine() -> list[bytes]:
    """Documents of every kind, out of the vectors, as a beginning for whatever hypothesis makes of them."""
    every = [*read(FOLDER / "python.json"), *read(FOLDER / "callback.json")]
    found = {case["op"]: case["in"]["doc"] for case in every if "doc" in case["in"]}
    callback = next(case["in"]["sealed"] for case in every if case["op"] == "callback-signed")
    logs = [case["in"] for case in read(FOLDER / "python.json") if case["op"] == "log" and "out" in case]
    in_logs = {entry["kind"]: entry["doc"] for log in logs for entry in log["entries"] if "doc" in entry}
    beside = [doc["doc"] for log in logs for e in log["entries"] for doc in e.get("documents", [])]
    return [callback, *found.values(), *in_logs.values(), *sorted(set(beside))[:12]]


GENUINE = genuine()


@st.composite
def altered(draw: st.DrawFn) -> bytes:
    """A genuine document with some bytes changed, put in, or taken away."""
    data = bytearray(draw(st.sampled_from(GENUINE)))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 5))] = draw(st.binary(max_size=5))
    return bytes(data)


@pytest.mark.parametrize("name", PARSERS)
def test_any_bytes_are_parsed_or_refused(name: str) -> None:
    @settings(max_examples=150, deadline=None)
    @given(st.one_of(st.binary(max_size=300), altered()))
    @example(b"")
    @example(b"\xff\xff\xff\xff")
    @example(bytes(4096))
    def parse(data: bytes) -> None:
        with suppress(VerificationError, StaleChallenge):
            PARSERS[name](data)

    parse()


@settings(max_examples=300, deadline=None)
@given(altered())
def test_what_parses_is_written_back_as_the_same_bytes(doc: bytes) -> None:
    for parse in (
        epochs.parse_offer,
        continuation.parse_continuation,
        callbacks.parse_version,
        callbacks.parse_sealed,
        callback_parts.parse_card,
        frames.parse_header,
        frames.parse_plain,
    ):
        try:
            parsed = parse(REALM, doc)
        except VerificationError:
            continue
        assert parsed.encode(REALM) == doc


@settings(max_examples=300, deadline=None)
@given(altered())
def test_a_parsed_announcement_has_the_hash_of_the_body_it_came_with(doc: bytes) -> None:
    try:
        announcement = epochs.parse_announcement(REALM, doc)
    except VerificationError:
        return
    body = encoding.dec(REALM, "announce", doc, 5)[0]
    assert announcement.encode(REALM) == body


@settings(deadline=None)
@given(st.lists(st.binary(max_size=20), max_size=6))
def test_a_list_comes_back(items: list[bytes]) -> None:
    assert encoding.unpack(encoding.pack(items)) == items


@settings(deadline=None)
@given(st.binary(max_size=4092))
def test_padding_comes_off_again(data: bytes) -> None:
    padded = frames.pad(data)
    assert len(padded) in frames.PADDED_BYTES
    assert frames.unpad(padded) == data


@settings(deadline=None)
@given(st.one_of(st.text(max_size=40), st.text("AZaz09-_=+/", max_size=12)))
def test_base64url_is_canonical_or_malformed(value: str) -> None:
    try:
        data = encoding.unb64(value)
    except Malformed:
        return
    assert encoding.b64(data) == value
