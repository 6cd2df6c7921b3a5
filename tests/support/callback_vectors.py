"""Carries out the cases of `tests/vectors/callback.json` (steps C and W) with `chat.crypto`."""

from dataclasses import asdict
from typing import Any

from chat.crypto import callbacks, notes, teamkeys, work
from chat.crypto.chain import Signed, by_hash
from chat.crypto.hpke import DeviceSealKey, OpenKey, TeamSealKey
from chat.crypto.signing import CallbackKey
from chat.crypto.trust import Trust

Json = Any


def _version_fields(version: callbacks.Version) -> Json:
    return {
        "id": version.id,
        "number": version.number,
        "sealed": version.sealed,
        "windows": [list(window) for window in version.windows],
        "language": version.language,
        "expiry": version.expiry,
        "queue": version.queue,
    }


def _version(given: Json) -> Json:
    return _version_fields(callbacks.parse_version(given["realm"], given["doc"]))


def _signed_version(given: Json) -> Json:
    signed = Signed(given["doc"], given["sig"])
    key = CallbackKey(given["key"])
    return _version_fields(callbacks.verify_version(given["realm"], signed, key, given["sealed"]))


def _opened(given: Json) -> tuple[callbacks.Version, callbacks.Sealed, OpenKey[TeamSealKey], bytes]:
    realm = given["realm"]
    version = callbacks.parse_version(realm, given["doc"])
    sealed = callbacks.parse_sealed(realm, given["sealed"])
    return version, sealed, OpenKey(TeamSealKey, given["seed"]), given["half"]


def _card(given: Json) -> Json:
    return asdict(callbacks.open_card(given["realm"], *_opened(given)))


def _number(given: Json) -> Json:
    return callbacks.open_number(given["realm"], *_opened(given)).number


def _code(given: Json) -> Json:
    secrets = callbacks.callback_code(given["realm"], given["root"], given["version"], given["words"])
    return asdict(secrets)


def _blob(given: Json) -> Json:
    return callbacks.open_callback_blob(given["realm"], given["key"], given["sealed"]).scalar_bytes()


def _ask(given: Json) -> Json:
    named, what = callbacks.parse_ask(given["realm"], given["doc"])
    return {"id": named, "what": what}


def _team(given: Json) -> Json:
    from tests.support.vectors import take

    trust = Trust(given["realm"], given["root"])
    for step in given["trust"]:
        take(trust, step)
    documents = by_hash(*(Signed(d["doc"], d["sig"]) for d in given["documents"]))
    signed = Signed(given["team"]["doc"], given["team"]["sig"])
    return teamkeys.open_team(trust, signed, given["signer"], documents, given["now"]).hash


def _share(given: Json) -> None:
    team = teamkeys.parse_team(given["realm"], given["team"])
    teamkeys.open_share(given["realm"], team, OpenKey(DeviceSealKey, given["seed"]), given["sealed"])


def _note(given: Json) -> Json:
    key = OpenKey(TeamSealKey, given["seed"])
    return asdict(notes.open_note(given["realm"], given["hash"], key, given["about"], given["sealed"]))


def _work(given: Json) -> Json:
    realm, purpose, challenge = given["realm"], given["purpose"], given["challenge"]
    work.verify_work(realm, purpose, challenge, given["target"], given["body"], given["n"])
    return work.work_hash(realm, purpose, challenge, given["body"], given["n"])


OPERATIONS = {
    "callback": _version,
    "callback-signed": _signed_version,
    "callback-card": _card,
    "callback-number": _number,
    "callback-code": _code,
    "callback-blob": _blob,
    "callback-ask": _ask,
    "team": _team,
    "team-share": _share,
    "callback-note": _note,
    "work": _work,
}
TEXTUAL = {
    "language",
    "zone",
    "who",
    "answer",
    "cover",
    "own_words",
    "our_word",
    "not_free_word",
    "caller",
    "entrance",
    "queue",
    "what",
}
TEXT_RESULTS = {"callback-number"}
