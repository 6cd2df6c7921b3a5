"""Carries out a case of `tests/vectors` (format: its README) with `chat.crypto`, and says what came of it."""

import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

from chat.crypto import encoding, epochs, frames
from chat.crypto.admission import consider
from chat.crypto.chain import Signed, by_hash
from chat.crypto.continuation import parse_continuation, recognise_continuation
from chat.crypto.entries import (
    Announced,
    AnnouncementEntry,
    Entry,
    FrameEntry,
    GuestEntry,
    OfferEntry,
    RefusalEntry,
    ReturnKeyEntry,
    Said,
    ServiceEntry,
    Written,
)
from chat.crypto.hpke import DutySealKey, OpenKey, SealKey
from chat.crypto.log import Log
from chat.crypto.readers import AsMember, AsVisitor
from chat.crypto.returning import Blob, code_secrets, open_blob, parse_return_key, read_trail
from chat.crypto.signing import PublicKey
from chat.crypto.trust import Trust
from chat.errors import Malformed, VerificationError
from tests.support import callback_vectors

FOLDER = Path(__file__).parents[1] / "vectors"
Json = Any


class Refused(Exception):
    """A case that was refused, and how the file says so."""

    def __init__(self, how: Json) -> None:
        super().__init__(how)
        self.how = how


def carry_out(operation: str, given: Json) -> Json:
    """The result; raises `Refused`. Bytes in `given` and in the result are bytes."""
    try:
        return OPERATIONS[operation](given)
    except VerificationError as error:
        raise Refused(error.step) from error
    except Malformed as error:
        raise Refused(error.code) from error


def _reads(kind: type[PublicKey] | type[SealKey], key: bytes) -> None:
    kind(key)


def _verify(given: Json) -> None:
    PublicKey(given["key"]).verify(given["step"], given["message"], given["signature"])


def _hpke_open(given: Json) -> bytes:
    return OpenKey(DutySealKey, given["seed"]).open(given["step"], given["info"], given["sealed"])


def _record(value: object) -> Json:
    return {field.name: getattr(value, field.name) for field in fields(value)}  # type: ignore[arg-type]


def _announcement(given: Json) -> Json:
    record = _record(epochs.parse_announcement(given["realm"], given["doc"]))
    del record["hash"]
    return record | {"members": [_record(member) for member in record["members"]]}


def _frame_open(given: Json) -> Json:
    realm = given["realm"]
    header = frames.parse_header(realm, given["header"])
    return _record(frames.open_frame(realm, given["secret"], header, given["ciphertext"]))


# Trust


def signed(value: Json) -> Signed:
    return Signed(value["doc"], value["sig"])


def take(trust: Trust, step: Json) -> bool:
    now = step["now"]
    if step["do"] == "roster":
        return trust.take_roster(signed(step["roster"]), signed(step["root"]), signed(step["registrar"]), now)
    documents = by_hash(*map(signed, step.get("documents", [])))
    if step["do"] == "freshness":
        return trust.take_freshness(signed(step["fresh"]), step["signer"], documents, now)
    roster = trust.require_fresh(now) if step["do"] == "require-fresh" else trust.in_force(now)
    if step["do"] == "device":
        trust.verify_device(step["certificate"], documents, roster, now)
    if step["do"] == "duty":
        trust.verify_duty(step["duty"], step["certificate"], documents, roster, now)
    return True


def _trust(given: Json) -> list[bool]:
    trust = Trust(given["realm"], given["root"])
    results = []
    for number, step in enumerate(given["steps"]):
        before = (trust.roster, trust.fresh, trust.revoked)
        try:
            results.append(take(trust, step))
        except VerificationError as error:
            if before != (trust.roster, trust.fresh, trust.revoked):
                raise AssertionError("a refused step changed something") from error
            raise Refused({"at": number, "step": error.step}) from error
    return results


# Logs


def entry_of(value: Json) -> Entry:
    if value["kind"] == "frame":
        return FrameEntry(value["header"], value["ciphertext"], value["sig"])
    if value["kind"] == "announcement":
        return AnnouncementEntry(value["doc"], value["sig"], tuple(value["wraps"]))
    if value["kind"] == "offer":
        return OfferEntry(value["doc"], value["sig"], tuple(map(signed, value["documents"])))
    if value["kind"] == "return-key":
        return ReturnKeyEntry(value["doc"], value["sig"])
    if value["kind"] == "refuse":
        return RefusalEntry(value["doc"], value["sig"])
    if value["kind"] == "guest":
        return GuestEntry(value["doc"], value["sig"])
    return ServiceEntry(value["doc"])


class _Replay:
    """A log being replayed, and what it gave."""

    def __init__(self, given: Json) -> None:
        self.trust = Trust(given["realm"], given["root"])
        for step in given["trust"]:
            take(self.trust, step)
        self.mine: list[Json] = given.get("mine", [])
        self.reader: AsVisitor | AsMember
        if given["view"] == "visitor":
            self.reader = AsVisitor()
        else:
            key = OpenKey(DutySealKey, given["seed"])
            self.reader = AsMember(self.trust, given["duty"], key, set(given["offers"]))
        self.log = Log(given["realm"], given["root"], given["sid"], self.reader)
        self.written: list[Written] = []
        self.said: list[str] = []

    def follow(self, entries: list[Json]) -> None:
        for place, value in enumerate(entries):
            self._propose()
            before = _standing(self.log)
            try:
                event = self.log.accept(value["index"], entry_of(value), value["at"])
            except VerificationError as error:
                if before != _standing(self.log):
                    raise AssertionError("a refused entry changed something") from error
                how = {"at": place, "step": error.step, "head": self.log.heads[-1]}
                raise Refused(how) from error
            self._note(event)

    def _propose(self) -> None:
        number = len(self.log.announcements)
        if isinstance(self.reader, AsVisitor) and number < len(self.mine):
            self.reader.propose(self.mine[number]["doc"], self.mine[number]["secret"])

    def _note(self, event: object) -> None:
        if isinstance(event, Announced):
            self.written += event.opened
        if isinstance(event, Written):
            self.written.append(event)
        if isinstance(event, Said):
            self.said.append(event.kind)


def _standing(log: Log) -> Json:
    return {
        field.name: repr(getattr(log, field.name))
        if field.name == "keys"
        else _copy(getattr(log, field.name))
        for field in fields(log)
        if field.name != "reader"
    }


def _copy(value: object) -> object:
    return value.copy() if isinstance(value, list | dict | set) else value


def _log(given: Json) -> Json:
    replay = _Replay(given)
    replay.follow(given["entries"])
    log = replay.log
    return {
        "head": log.heads[-1],
        "epoch": log.newest.epoch,
        "members": [member.pseudonym for member in log.members],
        "written": [
            {"index": w.index, "sender": w.sender} | _record(w.plain)
            for w in sorted(replay.written, key=lambda written: written.index)
            if not w.repeated
        ],
        "said": replay.said,
    }


def _admission(given: Json) -> str:
    replay = _Replay(given)
    replay.follow(given["entries"])
    expected = frozenset(given["expected"]) if "expected" in given else None
    considered = consider(
        replay.log, replay.trust, given["offer"], given["now"], given.get("rejoined", []), expected
    )
    return "admit" if considered.unasked else "ask"


def _continued(given: Json) -> bytes:
    replay = _Replay(given)
    replay.follow(given["entries"])
    signed = given["continuation"]
    return recognise_continuation(replay.log, Signed(signed["doc"], signed["sig"])).new


# The return code


def _return_code(given: Json) -> Json:
    return _record(code_secrets(given["realm"], given["root"], given["version"], given["words"]))


def _trail(given: Json) -> Json:
    blob = Blob(given["sid"], given["scalar"], given["capability"])
    announcements = list(map(signed, given["announcements"]))
    trail = read_trail(given["realm"], given["root"], blob, announcements, signed(given["key"]))
    return trail.newest.hash


OPERATIONS: dict[str, Callable[[Json], Json]] = {
    "uint": lambda given: encoding.uint(given["data"]),
    "truth": lambda given: encoding.truth(given["data"]),
    "text": lambda given: encoding.text(given["data"]),
    "hash32": lambda given: encoding.hash32(given["data"]),
    "unpack": lambda given: encoding.unpack(given["data"]),
    "unb64": lambda given: encoding.unb64(given["text"]),
    "decode": lambda given: encoding.dec(given["realm"], given["type"], given["doc"], given["count"]),
    "public-key": lambda given: _reads(PublicKey, given["key"]),
    "hpke-key": lambda given: _reads(SealKey, given["key"]),
    "verify": _verify,
    "hpke-open": _hpke_open,
    "sid": lambda g: epochs.conversation_id(g["realm"], g["key"], g["root"], g["nonce"]),
    "visitor": lambda g: epochs.visitor_id(g["realm"], g["key"]),
    "commit": lambda g: epochs.commitment(g["realm"], g["secret"], g["sid"], g["epoch"]),
    "frame-key": lambda g: frames.frame_key(g["realm"], g["secret"], g["sid"], g["epoch"], g["sender"]),
    "announcement": _announcement,
    "offer": lambda given: _record(epochs.parse_offer(given["realm"], given["doc"])),
    "header": lambda given: _record(frames.parse_header(given["realm"], given["doc"])),
    "pad": lambda given: frames.pad(given["data"]),
    "unpad": lambda given: frames.unpad(given["data"]),
    "plain": lambda given: _record(frames.parse_plain(given["realm"], given["doc"])),
    "frame-open": _frame_open,
    "trust": _trust,
    "log": _log,
    "admission": _admission,
    "continuation": lambda given: _record(parse_continuation(given["realm"], given["doc"])),
    "continued": _continued,
    "return-code": _return_code,
    "return-blob": lambda given: _record(open_blob(given["realm"], given["key"], given["sealed"])),
    "return-key": lambda given: parse_return_key(given["realm"], given["doc"], given["sid"]).raw,
    "trail": _trail,
    **callback_vectors.OPERATIONS,
}


# The file

TEXTUAL = {
    "text",
    "type",
    "realm",
    "step",
    "view",
    "kind",
    "do",
    "role",
    "pseudonym",
    "purpose",
    "reason",
    "members",
    "said",
    "version",
    "words",
    *callback_vectors.TEXTUAL,
}
"""Keys under which a string is text and not bytes."""
TEXT_RESULTS = {"text", "admission", *callback_vectors.TEXT_RESULTS}
"""Operations whose result is text."""


def read(path: Path) -> list[Json]:
    """The cases of a file, with bytes as bytes: `name`, `op`, `in`, and `out` or `refused`."""
    file = json.loads(path.read_text())
    if file["format"] != 1:
        raise ValueError(f"{path.name} is of another format")
    table = {name: encoding.unb64(value) for name, value in file["bytes"].items()}
    return [_read_case(case, table) for case in file["cases"]]


def _read_case(case: Json, table: dict[str, bytes]) -> Json:
    read_case = {"name": case["name"], "op": case["op"], "in": _read_value(case["in"], table)}
    if "refused" in case:
        how = case["refused"]
        return read_case | {"refused": _read_value(how, table) if isinstance(how, dict) else how}
    out = case["out"]
    return read_case | {"out": out if case["op"] in TEXT_RESULTS else _read_value(out, table)}


def _read_value(value: Json, table: dict[str, bytes], key: str = "") -> Json:
    if isinstance(value, dict):
        return {name: _read_value(inner, table, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [
            _read_value(inner, table, key if key in {"members", "said", "words"} else "") for inner in value
        ]
    if isinstance(value, str) and key not in TEXTUAL:
        return table[value[1:]] if value.startswith("@") else encoding.unb64(value)
    return value
