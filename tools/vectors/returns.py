"""Cases of R1, R2 and E9 `returned`: what a code gives, what lies under it, its key in the log, and who comes back by it."""

import os
from dataclasses import replace
from typing import Any

from chat.crypto.chain import Signed
from chat.crypto.continuation import Continuation
from chat.crypto.encoding import digest, enc
from chat.crypto.returning import Blob, return_key_document, seal_blob
from chat.crypto.signing import PrivateKey, ReturnKey, VisitorKey
from tools.vectors.encodings import REALM, of
from tools.vectors.file import Vectors
from tools.vectors.page import altered, record
from tools.vectors.scene import Cast, Scene

WORDS = ("abborre", "bageri", "citron", "dagbok", "elefant", "fackla", "gaffel", "hammare")


def add(v: Vectors) -> None:
    codes(v)
    blobs(v)
    c = Cast()
    keys(v, c)
    logs(v, c)
    trails(v, c)
    words(v, c)


def codes(v: Vectors) -> None:
    given: dict[str, Any] = {"realm": REALM, "root": of("root"), "version": "sv-1", "words": list(WORDS)}
    seen = []
    cases: dict[str, dict[str, Any]] = {
        "eight words": {},
        "in capital letters": {"words": [word.upper() for word in WORDS]},
        "with letters beyond a to z": {"words": ["åska", "äpple", "öken", *WORDS[3:]]},
        "with those letters decomposed": {"words": ["a\u030aska", "a\u0308pple", "o\u0308ken", *WORDS[3:]]},
        "in another order": {"words": list(reversed(WORDS))},
        "run together": {"words": ["abborrebageri", *WORDS[2:]]},
        "of another list": {"version": "en-1"},
        "of another organisation": {"root": of("another root")},
        "of the demo": {"realm": "varsam-demo"},
        "in groups of digits": {"version": "digits-1", "words": [f"{n:03}" for n in range(9)]},
    }
    for name, changes in cases.items():
        seen.append(v.accepts(f"a code: {name}", "return-code", **(given | changes)))
    different = {(result["locator"], result["key"]) for result in seen}
    if len(different) != len(seen) - 2 or any(locator == key for locator, key in different):
        raise AssertionError("only capitals and decomposed letters change nothing")


def blobs(v: Vectors) -> None:
    blob = Blob(of("sid"), of("scalar"), of("capability"))
    sealed = seal_blob(REALM, of("key"), bytes(12), blob)

    def refuses(name: str, step: str, sealed: bytes, **changes: Any) -> None:
        given = {"realm": REALM, "key": of("key"), "sealed": sealed} | changes
        v.refuses(f"under a code: {name}", step, "return-blob", **given)

    v.accepts("under a code", "return-blob", realm=REALM, key=of("key"), sealed=sealed)
    for at in (0, 11, 12, len(sealed) // 2, len(sealed) - 1):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        refuses(f"with byte {at} of {len(sealed)} changed", "R2", changed)
    refuses("by other words", "R2", sealed, key=of("another key"))
    refuses("cut short", "R2", sealed[:-1])
    refuses("shorter than a tag", "R2", sealed[:20])
    refuses("nothing", "R2", b"")
    refuses("of another realm", "Suite", seal_blob("varsam-demo", of("key"), bytes(12), blob))
    refuses("with a short id", "Suite", seal_blob(REALM, of("key"), bytes(12), replace(blob, sid=bytes(31))))
    short = replace(blob, scalar=bytes(31))
    refuses("with a short key", "Suite", seal_blob(REALM, of("key"), bytes(12), short))


def keys(v: Vectors, c: Cast) -> None:
    scene = Scene(c).talks()
    doc = return_key_document(REALM, scene.sid, PrivateKey.generate(ReturnKey).public)

    def refuses(name: str, step: str, doc: bytes) -> None:
        v.refuses(f"a return key: {name}", step, "return-key", realm=REALM, doc=doc, sid=scene.sid)

    v.accepts("a return key", "return-key", realm=REALM, doc=doc, sid=scene.sid)
    refuses("of another conversation", "R1", doc.replace(scene.sid, of("another")))
    refuses("of another realm", "Suite", doc.replace(b"varsam/", b"varsaM/"))
    refuses("with an item too many", "Suite", doc + bytes(4))
    refuses("that is no point", "Suite", enc(REALM, "return-key", scene.sid, b"\x04" + bytes(64)))
    refuses("with a short id", "Suite", enc(REALM, "return-key", bytes(31), c.amina.key.public.raw))


def logs(v: Vectors, c: Cast) -> None:
    """In the log it stands like everything else, by the visitor alone, and is good once."""
    one, other = (PrivateKey.generate(ReturnKey) for _ in range(2))
    written = Scene(c).talks().makes_a_code(one).writes(c.amina, "Vilket ord känner jag dig på?").copied()
    for view, given in {"visitor": written.as_visitor(), "member": written.as_member(c.amina)}.items():
        v.accepts(f"log: a return key ({view})", "log", **given)

    def refuses(name: str, scene: Scene) -> None:
        v.refuses(f"log: a return key {name} (visitor)", "R1", "log", **scene.as_visitor())
        v.refuses(f"log: a return key {name} (member)", "R1", "log", **scene.as_member(c.amina))

    refuses("by a member", Scene(c).talks().makes_a_code(one, key=c.amina.key))
    refuses("by itself", Scene(c).talks().makes_a_code(one, key=one))
    refuses("by another visitor", Scene(c).talks().makes_a_code(one, key=PrivateKey.generate(VisitorKey)))
    refuses("twice", Scene(c).talks().makes_a_code(one).makes_a_code(one))
    refuses(
        "once more after another", Scene(c).talks().makes_a_code(one).makes_a_code(other).makes_a_code(one)
    )
    elsewhere = return_key_document(REALM, of("another"), one.public)
    refuses("of another conversation", Scene(c).talks().makes_a_code(one, doc=elsewhere))


def trails(v: Vectors, c: Cast) -> None:
    """What a page that comes back makes of what the service gives it."""
    returns = PrivateKey.generate(ReturnKey)
    scene = Scene(c).talks().makes_a_code(returns)
    key = next(entry for entry in scene.entries if entry["kind"] == "return-key")
    announced = [entry for entry in scene.entries if entry["kind"] == "announcement"]

    def given(**changes: Any) -> dict[str, Any]:
        blob = {"sid": scene.sid, "scalar": returns.scalar_bytes(), "capability": of("capability")}
        papers = {"announcements": list(map(_signed, announced)), "key": _signed(key)}
        return {"realm": REALM, "root": scene.root} | blob | papers | changes

    def refuses(name: str, step: str, **changes: Any) -> None:
        v.refuses(f"a trail: {name}", step, "trail", **given(**changes))

    v.accepts("a trail", "trail", **given())
    v.accepts("a trail that ends early", "trail", **given(announcements=[_signed(announced[0])]))
    refuses("without an announcement", "R2", announcements=[])
    refuses("that begins later", "K6", announcements=[_signed(announced[1])])
    refuses("of another root", "K6", root=of("another root"))
    refuses("with one twice", "R2", announcements=[_signed(a) for a in (announced[0], *announced)])
    other = Scene(c).opens()
    foreign = [_signed(other.entries[0]), _signed(announced[1])]
    refuses("of two conversations", "R2", announcements=foreign)
    refuses("of another conversation", "R2", announcements=[_signed(other.entries[0])])
    forged = record(altered(Signed(announced[1]["doc"], announced[1]["sig"])))
    refuses("with an altered signature", "R2", announcements=[_signed(announced[0]), forged])
    refuses("with another private key", "R2", scalar=PrivateKey.generate(ReturnKey).scalar_bytes())
    refuses("with no private key", "R2", scalar=bytes(32))
    refuses("with a private key beyond the order", "R2", scalar=b"\xff" * 32)
    by_itself = record(Signed(key["doc"], returns.sign(key["doc"])))
    refuses("with a return key that its visitor did not sign", "R1", key=by_itself)
    refuses(
        "with a return key of another conversation",
        "R1",
        key=_signed(other.makes_a_code(returns).entries[-1]),
    )
    newer = scene.copied().makes_a_code(PrivateKey.generate(ReturnKey)).entries[-1]
    refuses("of a code that was replaced", "R2", key=_signed(newer))


def words(v: Vectors, c: Cast) -> None:
    """Who holds the log hears that the visitor came back (E9)."""
    returns, earlier = (PrivateKey.generate(ReturnKey) for _ in range(2))
    scene = Scene(c).talks().makes_a_code(earlier).makes_a_code(returns).copied()
    word = Continuation(scene.sid, of("new"), "returned", digest(scene.docs[-1]))

    def given(
        continuation: Continuation, key: Any, scene: Scene = scene, view: str = "member"
    ) -> dict[str, Any]:
        doc = continuation.encode(REALM)
        held = scene.as_member(c.amina) if view == "member" else scene.as_visitor()
        return held | {"continuation": record(Signed(doc, key.sign(doc)))}

    def refuses(name: str, continuation: Continuation, key: Any, scene: Scene = scene) -> None:
        v.refuses(f"returned: {name}", "E9", "continued", **given(continuation, key, scene))

    v.accepts("returned: by the code", "continued", **given(word, returns))
    v.accepts(
        "returned: by the code, at the page that made it", "continued", **given(word, returns, view="visitor")
    )
    first = replace(word, newest=digest(scene.docs[0]))
    v.accepts("returned: after an older announcement", "continued", **given(first, returns))
    refuses("by a code that was replaced", word, earlier)
    refuses("by a foreign return key", word, PrivateKey.generate(ReturnKey))
    refuses("by the visitor's key", word, scene.key)
    refuses("by a member's key", word, c.amina.key)
    refuses("by the return key, for another reason", replace(word, reason="restored"), returns)
    refuses("to another conversation", replace(word, old=of("another")), returns)
    refuses("after an announcement that is not known", replace(word, newest=of("another")), returns)
    without = Scene(c).talks()
    plain = Continuation(without.sid, of("new"), "returned", digest(without.docs[-1]))
    refuses("where there is no code", plain, returns, without)
    refuses("where there is no code, by the visitor's key", plain, without.key, without)
    played = given(word, returns)
    for name, sig in {"no signature": b"", "half of one": os.urandom(32)}.items():
        changed = played | {"continuation": played["continuation"] | {"sig": sig}}
        v.refuses(f"returned: with {name}", "E9", "continued", **changed)


def _signed(entry: dict[str, Any]) -> dict[str, Any]:
    return {"doc": entry["doc"], "sig": entry["sig"]}
