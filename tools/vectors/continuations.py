"""Cases of E9: the visitor's word that a conversation goes on under a new id, and who comes into the new one unasked."""

from dataclasses import replace
from typing import Any

from chat.crypto.chain import Signed
from chat.crypto.continuation import Continuation
from chat.crypto.encoding import digest, enc, utf8
from chat.crypto.signing import DutyKey, PrivateKey, VisitorKey
from tools.vectors.encodings import REALM, of
from tools.vectors.file import Vectors
from tools.vectors.page import NOW, altered, record
from tools.vectors.scene import Cast, Scene


def add(v: Vectors) -> None:
    shapes(v)
    c = Cast()
    words(v, c)
    decisions(v, c)


def shapes(v: Vectors) -> None:
    one = Continuation(of("old"), of("new"), "restored", of("newest"))
    other = replace(one, reason="returned")
    v.accepts("a continuation", "continuation", realm=REALM, doc=one.encode(REALM))
    v.accepts("a continuation by a code", "continuation", realm=REALM, doc=other.encode(REALM))

    def refuses(name: str, step: str, doc: bytes) -> None:
        v.refuses(f"a continuation: {name}", step, "continuation", realm=REALM, doc=doc)

    refuses("of itself", "E9", replace(one, new=of("old")).encode(REALM))
    refuses("for an unknown reason", "E9", replace(one, reason="moved").encode(REALM))  # type: ignore[arg-type]
    refuses("without a reason", "E9", replace(one, reason="").encode(REALM))  # type: ignore[arg-type]
    refuses("with a short id", "Suite", replace(one, old=bytes(31)).encode(REALM))
    refuses("without a new id", "Suite", replace(one, new=b"").encode(REALM))
    refuses("without an announcement", "Suite", replace(one, newest=b"").encode(REALM))
    refuses("of another realm", "Suite", one.encode("varsam-demo"))
    refuses("under another label", "Suite", enc(REALM, "refuse", of("old")))
    refuses("with an item too many", "Suite", one.encode(REALM) + b"\0\0\0\0")
    refuses("whose reason is no text", "Suite", enc(REALM, "continue", of("a"), of("b"), b"\xff", of("c")))
    refuses("of three items", "Suite", enc(REALM, "continue", of("a"), of("b"), utf8("restored")))


def words(v: Vectors, c: Cast) -> None:
    """A member's page hears it."""
    scene = Scene(c).talks()
    newest = digest(scene.docs[-1])
    word = Continuation(scene.sid, of("new"), "restored", newest)

    def given(continuation: Continuation, key: Any = None, scene: Scene = scene) -> dict[str, Any]:
        doc = continuation.encode(REALM)
        signed = Signed(doc, (key or scene.key).sign(doc))
        return scene.as_member(c.amina) | {"continuation": record(signed)}

    def refuses(name: str, continuation: Continuation, key: Any = None, scene: Scene = scene) -> None:
        v.refuses(f"continued: {name}", "E9", "continued", **given(continuation, key, scene))

    v.accepts("continued: after the newest announcement", "continued", **given(word))
    first = replace(word, newest=digest(scene.docs[0]))
    v.accepts("continued: after an older announcement", "continued", **given(first))
    waiting = Scene(c).opens().writes(None, "Är någon där?")
    queued = Continuation(waiting.sid, of("new"), "restored", digest(waiting.docs[0]))
    v.accepts("continued: before anybody was in", "continued", **given(queued, scene=waiting))
    refuses("after an announcement that is not known", replace(word, newest=of("another")))
    refuses("another conversation", replace(word, old=of("another")))
    refuses("another conversation of the same cast", replace(word, old=waiting.sid))
    refuses("that conversation, by its own visitor", queued, waiting.key)
    refuses("by another visitor's key", word, PrivateKey.generate(VisitorKey))
    refuses("by a member's key", word, c.amina.key)
    refuses("by nobody who is known", word, PrivateKey.generate(DutyKey))
    refuses("by a code, signed by the visitor's key", replace(word, reason="returned"))
    forged = given(word)
    signature = altered(Signed(forged["continuation"]["doc"], forged["continuation"]["sig"])).sig
    for name, sig in {"an altered signature": signature, "no signature": b"", "half": signature[:32]}.items():
        changed = forged | {"continuation": forged["continuation"] | {"sig": sig}}
        v.refuses(f"continued: with {name}", "E9", "continued", **changed)


def decisions(v: Vectors, c: Cast) -> None:
    """At the visitor's door: whom the conversation before this one listed is let in unasked, and nobody else."""
    amina, bjorn = (who.device.certificate.hash for who in (c.amina, c.bjorn))

    def decides(name: str, expected: str, scene: Scene, listed: list[bytes], **changes: Any) -> None:
        given = scene.as_visitor() | {"offer": scene.offers[-1], "now": NOW, "expected": listed} | changes
        decision = v.accepts(f"admission: after a continuation, {name}", "admission", **given)
        if decision != expected:
            raise AssertionError(f"{name}: {decision}")

    decides("whom it listed", "admit", Scene(c).is_offered(), [amina])
    decides("one of two whom it listed", "admit", Scene(c).is_offered(), [bjorn, amina])
    decides("another", "ask", Scene(c).is_offered(), [bjorn])
    decides("where it had left everybody out", "ask", Scene(c).is_offered(), [])
    handover = Scene(c).waits().offers_itself(c.amina, "handover")
    decides("whom it listed, for another purpose", "ask", handover, [amina])
    decides("a second time", "ask", Scene(c).talks().offers_itself(c.bjorn), [amina, bjorn])
    rejoining = Scene(c).waits().offers_itself(c.amina, "rejoin", replaced=c.amina.sender)
    given = rejoining.as_visitor() | {"offer": rejoining.offers[-1], "now": NOW, "expected": [amina]}
    v.refuses("admission: after a continuation, rejoining where nobody is", "E7", "admission", **given)
