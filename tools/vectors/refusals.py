"""Cases of E6: the visitor's no in a log, who comes in the counsellor's place, and who is not asked about."""

from typing import Any

from chat.crypto.encoding import digest, enc
from chat.crypto.signing import PrivateKey, VisitorKey
from tools.vectors.encodings import REALM, of
from tools.vectors.file import Vectors
from tools.vectors.page import NOW
from tools.vectors.scene import Cast, Scene
from tools.vectors.theatre import Theatre


def add(t: Theatre) -> None:
    """In a log."""
    c = t.cast
    scene = t.scene.talks().offers_itself(c.siv, "supervise").refuses().writes(None, "Inte nu.")
    t.both_accept("refused: a supervisor, and both go on", scene)
    t.member_accepts("refused: told to who asked", scene, c.siv)
    scene.offers_itself(c.siv, "supervise", expiry=NOW + 61)
    scene.announces(scene.member(c.amina, 0), scene.member(c.siv)).writes(c.siv, "Tack.")
    t.both_accept("refused, asked again and let in", scene)
    t.member_accepts("refused, asked again and let in, told to who asked", scene, c.siv)
    scene = t.scene.talks().offers_itself(c.siv, "supervise").offers_itself(c.ibrahim, "interpret")
    scene.refuses(scene.offers[1])
    scene.announces(scene.member(c.amina, 0), scene.member(c.ibrahim, history_from=2))
    t.both_accept("refused: one of two who asked", scene)
    t.member_accepts("refused: one of two, told to the other", scene, c.ibrahim)
    scene = t.scene.is_offered().refuses()
    t.both_accept("refused: who accepted", scene)
    _refused(t)


def _refused(t: Theatre) -> None:
    c = t.cast

    def refuses(name: str, step: str, scene: Scene) -> None:
        t.both_refuse(f"refusal: {name}", step, scene)

    asked = t.scene.talks().offers_itself(c.siv, "supervise")
    refuses("by another key", "E6", asked.copied().refuses(key=PrivateKey.generate(VisitorKey)))
    refuses("by a member", "E6", asked.copied().refuses(key=c.amina.key))
    refuses("of an offer that is not in the log", "E6", asked.copied().refuses(of("none")))
    refuses("twice", "E6", asked.copied().refuses().refuses())
    refuses("of an announcement", "E6", asked.copied().refuses(digest(asked.docs[-1])))
    refuses("of an offer that was let in", "E6", t.scene.talks().refuses())
    late = asked.copied()
    late.announces(late.member(c.amina, 0))
    refuses("of an offer over an older announcement", "E6", late.refuses())
    refuses("without an offer", "Suite", asked.copied().refuses(doc=enc(REALM, "refuse", b"")))
    refuses("of a short hash", "Suite", asked.copied().refuses(doc=enc(REALM, "refuse", bytes(31))))
    refuses("of two offers", "Suite", asked.copied().refuses(doc=enc(REALM, "refuse", of("a"), of("b"))))
    refuses("under another label", "Suite", asked.copied().refuses(doc=enc(REALM, "refusal", of("a"))))
    refuses("of another realm", "Suite", asked.copied().refuses(doc=enc("varsam-demo", "refuse", of("a"))))
    refuses("at the beginning", "F4", _first())
    scene = asked.copied().refuses()
    scene.announces(scene.member(c.amina, 0), scene.member(c.siv))
    refuses("and let in all the same", "E3", scene)
    t.member_refuses("refusal: and let in all the same, told to who asked", "E3", scene, c.siv)


def _first() -> Scene:
    scene = Scene(Cast())
    return scene.refuses(of("none"))


def decide(v: Vectors, c: Cast) -> None:
    """At the visitor's door."""

    def given(scene: Scene) -> dict[str, Any]:
        return scene.as_visitor() | {"offer": scene.offers[-1], "now": NOW}

    def asks(name: str, scene: Scene) -> None:
        if v.accepts(f"admission: {name}", "admission", **given(scene)) != "ask":
            raise AssertionError(name)

    def refuses(name: str, scene: Scene) -> None:
        v.refuses(f"admission: {name}", "E5", "admission", **given(scene))

    refuses("an offer that was refused", Scene(c).talks().offers_itself(c.siv, "supervise").refuses())
    again = Scene(c).talks().offers_itself(c.siv, "supervise").refuses()
    asks("asked again after a refusal", again.offers_itself(c.siv, "supervise", expiry=NOW + 61))
    joined = Scene(c).talks().offers_itself(c.siv, "supervise")
    joined.announces(joined.member(c.amina, 0), joined.member(c.siv))
    refuses("a supervisor who is in already", joined.copied().offers_itself(c.siv, "supervise"))
    asks("an interpreter beside a supervisor", joined.copied().offers_itself(c.ibrahim, "interpret"))
    asks("a handover beside a supervisor", joined.copied().offers_itself(c.bjorn, "handover"))
    asks("the counsellor who is in, to take over", joined.copied().offers_itself(c.amina, "handover"))
