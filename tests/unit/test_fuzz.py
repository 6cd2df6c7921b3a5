"""Whatever comes from outside is read or refused in the one way there is for it: messages, the notice of leaving, cookies,
hosts, the configuration. Random texts, and genuine ones with a few bytes or values changed.
"""

import asyncio
import base64
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec import Raw
from starlette.requests import Request

from chat import wire
from chat.client.translation import read_entry
from chat.config import load
from chat.crypto.encoding import b64, unb64
from chat.errors import ConfigurationError, Malformed, Oversize, PeerFault, WrongRole
from chat.live import inbox
from chat.live.availability import Offered
from chat.live.node import Node
from chat.web.guards import header, host_of
from chat.web.polling import PollLink, read_poll
from chat.web.service import Service
from chat.web.sockets import SESSION_COOKIE, session_token
from tests.support.vectors import FOLDER, read

MANY = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
D, S = "A" * 43, "A" * 86
EXAMPLE = Path(__file__).parents[2] / "config" / "varsam.example.toml"


def genuine() -> list[bytes]:
    """One of each message that a browser or the service sends."""
    log = next(c["in"] for c in read(FOLDER / "python.json") if c["name"] == "a conversation (visitor)")
    entries = {entry["kind"]: entry for entry in log["entries"]}
    frame = {name: b64(entries["frame"][name]) for name in ("header", "ciphertext", "sig")}
    announcement, offer = (
        {n: b64(entries[kind][n]) for n in ("doc", "sig")} for kind in ("announcement", "offer")
    )
    documents = [{n: b64(d[n]) for n in ("doc", "sig")} for d in entries["offer"]["documents"]]
    appended = [
        {"kind": "frame", **frame},
        {"kind": "announcement", **announcement, "wraps": [b64(w) for w in entries["announcement"]["wraps"]]},
        {"kind": "offer", **offer, "documents": documents[1:], "lease": D},
    ]
    signed = documents[1]
    messages: list[dict[str, Any]] = [
        {
            "type": "start",
            "ref": 1,
            "sid": D,
            "capability": D,
            "announcement": announcement,
            "language": "sv",
        },
        {"type": "follow", "ref": 2, "sid": D, "after": 0, "capability": D},
        {"type": "close", "ref": 3, "sid": D},
        {"type": "ping", "ref": 4},
        {"type": "duty-on", "ref": 5, "duty": signed, "documents": documents[1:], "capacity": 3},
        {"type": "duty-off", "ref": 6},
        {"type": "take", "ref": 7},
        {"type": "release", "ref": 8, "sid": D, "lease": D},
        *({"type": "append", "ref": 9, "sid": D, "entry": entry} for entry in appended),
        *({"type": "entry", "sid": D, "index": 1, "at": 1, "entry": entry} for entry in appended),
        {"type": "ack", "ref": 1, "sid": D, "index": 1, "at": 1},
        {"type": "welcome", "now": 1, "realm": "varsam", "root": D},
        {"type": "leased", "ref": 1, "sid": D, "lease": D, "deadline": 1},
        {"sid": D, "token": D},
    ]
    follow, appends = messages[1], [message for message in messages if message.get("type") == "append"]
    known = {"queue": "q", "presence": "p", "freshness": "f"}
    messages += [
        {"id": D, "known": known, "follow": follow, "messages": appends[:2]},
        {"id": D, "messages": [messages[0]]},
    ]
    return [msgspec.json.encode(message) for message in [*messages, *appended]]


GENUINE = genuine()
VALUES = [
    b"null",
    b"-1",
    b"0",
    b"1e309",
    b"1.5",
    b'""',
    b"[]",
    b"{}",
    b"true",
    b"9007199254740993",
    b'"\\ud800"',
    b'"\xff"',
]


@st.composite
def altered(draw: st.DrawFn) -> bytes:
    """A genuine message with some bytes changed, or a value exchanged for another."""
    data = bytearray(draw(st.sampled_from(GENUINE)))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 5))] = draw(
            st.one_of(st.binary(max_size=5), st.sampled_from(VALUES))
        )
    if draw(st.booleans()):
        colon = draw(st.sampled_from([i for i, byte in enumerate(data) if byte == ord(":")] or [0]))
        end = next((i for i in range(colon, len(data)) if data[i] in b",}"), len(data))
        data[colon + 1 : end] = draw(st.sampled_from(VALUES))
    return bytes(data)


class Told:
    """Stands behind the service: what it is told has been read."""

    async def leave(self, sid: str, token: bytes) -> None:
        assert (len(unb64(sid)), len(token)) == (32, 32)


ANYTHING = st.one_of(st.binary(max_size=200), altered(), st.text(max_size=100).map(str.encode))
DEEP = b"[" * 100_000
NESTED = b'{"type":' * 50_000


@pytest.mark.parametrize(
    ("decoder", "role"),
    [(inbox.visitor_decoder, "visitor"), (inbox.counsellor_decoder, "counsellor")],
    ids=["visitor", "counsellor"],
)
def test_any_text_on_a_socket_is_a_message_or_refused(decoder: Any, role: Any) -> None:
    @MANY
    @given(ANYTHING)
    @example(DEEP)
    @example(NESTED)
    def reads(data: bytes) -> None:
        text = data.decode(errors="replace")  # a socket's texts are UTF-8 by then
        with suppress(Malformed, WrongRole):
            message = inbox.read(decoder, role, text)
            if isinstance(message, inbox.Append):
                with suppress(Malformed, Oversize):
                    inbox.read_entry(message.entry)
            if getattr(message, "sid", None) is not None:
                with suppress(Malformed):
                    inbox.conversation(message.sid)

    reads()


@MANY
@given(ANYTHING)
@example(DEEP)
@example(b'{"id":"' + D.encode() + b'","messages":[' + NESTED + b"]}")
@example(b'{"id":"' + D.encode() + b'","messages":["\xff"]}')
def test_any_body_of_a_poll_is_one_or_refused(data: bytes) -> None:
    """And each text in it is a message of a visitor, or refused, as on a socket."""
    with suppress(Malformed, Oversize):
        link = PollLink(read_poll(data))
        while link.texts:
            with suppress(Malformed, WrongRole):
                inbox.read(inbox.visitor_decoder, "visitor", link.texts.popleft())


@MANY
@given(ANYTHING)
@example(DEEP)
def test_any_entry_is_one_or_refused_and_has_bytes_or_is_malformed(data: bytes) -> None:
    with suppress(Malformed, Oversize):
        read_entry(inbox.read_entry(Raw(data)))


@MANY
@given(ANYTHING)
@example(DEEP)
@example(b'{"sid":"\xff","token":""}')
def test_any_body_is_a_notice_of_leaving_or_refused(data: bytes) -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": data, "more_body": False}

    request = Request({"type": "http", "method": "POST", "headers": []}, receive)
    with suppress(PeerFault):
        asyncio.run(Service(cast("Node", Told()), Offered(["sv"], [])).leave(request))


@MANY
@given(ANYTHING)
@example(DEEP)
def test_any_message_of_a_service_is_one_or_refused(data: bytes) -> None:
    """The client's own link ends at whatever its decoder refuses."""
    with suppress(msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        message = msgspec.json.decode(data, type=wire.ServerMessage)
        if isinstance(message, wire.Logged):
            with suppress(Malformed):
                read_entry(message.entry)


@MANY
@given(
    st.lists(st.tuples(st.sampled_from([b"cookie", b"host", b"origin"]), st.binary(max_size=60)), max_size=4)
)
@example([(b"cookie", f"{SESSION_COOKIE}=x; {SESSION_COOKIE}=y".encode())])
@example([(b"cookie", b";;;==; =")])
def test_any_headers_are_read(headers: list[tuple[bytes, bytes]]) -> None:
    scope = {"type": "websocket", "headers": headers}
    token = session_token(scope)
    assert token == "" or token.encode("latin-1") in b"".join(value for _, value in headers)
    header(scope, b"host")


@MANY
@given(st.text(max_size=60))
def test_any_origin_has_a_host(origin: str) -> None:
    assert isinstance(host_of(origin), str)


@st.composite
def configured(draw: st.DrawFn) -> bytes:
    """The example with a few of its lines changed."""
    lines = EXAMPLE.read_bytes().splitlines()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        name = lines[at].partition(b"=")[0]
        value = draw(
            st.sampled_from(
                [*VALUES, b"[[1]]", b'["x"]', b"1979-05-27", b'"25:00-26:00"', b'"http://["', b"{a=1}"]
            )
        )
        lines[at] = draw(
            st.sampled_from(
                [name + b"=" + value, value, b"[" + name + b"]", b"", draw(st.binary(max_size=9))]
            )
        )
    return b"\n".join(lines)


@MANY
@given(
    st.one_of(configured(), st.binary(max_size=100)),
    st.dictionaries(
        st.sampled_from(["VARSAM_MODE", "VARSAM_LISTEN__PORT", "VARSAM_HOURS__ZONE", "VARSAM_NUMBERS", "VARSAM_", "VARSAM_X__Y",
                         "VARSAM_VISITOR__LANGUAGES", "VARSAM_VISITOR__ORIGIN", "VARSAM_MUNICIPALITIES__1490"]),
        st.one_of(st.text(max_size=20), st.sampled_from(["[", '["sv"]', '["../sv"]', "[[]]", "production", "../../etc", "\udcff", "[\udcff", "\0"])),
        max_size=3,
    ),
)  # fmt: skip
def test_any_configuration_is_used_or_its_faults_are_told(
    tmp_path: Path, text: bytes, environment: dict[str, str]
) -> None:
    path = tmp_path / "varsam.toml"
    path.write_bytes(text)
    with suppress(ConfigurationError):
        load(path, environment)


def _by_the_book(value: str) -> bytes | None:
    """base64url without padding, canonical, as slowly as can be."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    if any(letter not in alphabet for letter in value) or len(value) % 4 == 1:
        return None
    data = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    return data if base64.urlsafe_b64encode(data).rstrip(b"=").decode() == value else None


@settings(max_examples=2_000, deadline=None)
@given(
    st.one_of(
        st.text("AQgwZaz09-_=+/ \n\0é", max_size=12),
        st.text(st.characters(), max_size=8),
        st.binary(max_size=9).map(b64),
    )
)
def test_base64url_is_read_as_the_book_says_and_no_other_way(value: str) -> None:
    expected = _by_the_book(value)
    try:
        assert unb64(value) == expected
    except Malformed:
        assert expected is None
