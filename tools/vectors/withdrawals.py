"""Cases of E6: whoever asked to come in takes it back, in a log."""

from chat.crypto.encoding import enc
from tools.vectors.encodings import REALM, of
from tools.vectors.file import Vectors
from tools.vectors.page import NOW
from tools.vectors.scene import Outsider, Scene
from tools.vectors.theatre import Theatre


def add(v: Vectors) -> None:
    t = Theatre(v)
    c = t.cast
    asked = t.scene.talks().offers_itself(c.siv, "supervise")
    scene = asked.copied().withdraws(c.siv).writes(None, "Jaha.")
    t.both_accept("withdrawn: by a supervisor, and both go on", scene)
    t.member_accepts("withdrawn: told to who asked", scene, c.siv)
    scene.offers_itself(c.siv, "supervise", expiry=NOW + 61)
    scene.announces(scene.member(c.amina, 0), scene.member(c.siv)).writes(c.siv, "Tack.")
    t.both_accept("withdrawn, asked again and let in", scene)
    t.both_accept("withdrawn: by who accepted", t.scene.is_offered().withdraws(c.amina))
    guest = Outsider()
    vouched = t.scene.talks().vouches(c.amina, guest)
    t.both_accept("withdrawn: by a guest", vouched.copied().withdraws(guest, guest.sender))
    _refused(t, asked, vouched)


def _refused(t: Theatre, asked: Scene, vouched: Scene) -> None:
    c = t.cast

    def refuses(name: str, step: str, scene: Scene) -> None:
        t.both_refuse(f"withdrawal: {name}", step, scene)

    refuses("of a guest by who invited", "E6", vouched.copied().withdraws(c.amina, vouched.guests[0].sender))
    refuses("by a member", "E6", asked.copied().withdraws(c.amina))
    refuses("by the visitor", "E6", asked.copied().withdraws(c.siv, key=asked.key))
    no = enc(REALM, "refuse", asked.offers[-1])
    refuses("in the words of the visitor", "E6", asked.copied().withdraws(c.siv, doc=no))
    refuses("of an offer that is not in the log", "E6", asked.copied().withdraws(c.siv, of("none")))
    refuses("twice", "E6", asked.copied().withdraws(c.siv).withdraws(c.siv))
    refuses("after the visitor's no", "E6", asked.copied().refuses().withdraws(c.siv))
    late = asked.copied()
    late.announces(late.member(c.amina, 0))
    refuses("of an offer over an older announcement", "E6", late.withdraws(c.siv))
    bare = t.scene.talks().offers_itself(c.siv, "supervise", documents=[])
    refuses("by a duty key that is not there", "K5", bare.withdraws(c.siv))
    short = enc(REALM, "withdraw", bytes(31))
    refuses("of a short hash", "Suite", asked.copied().withdraws(c.siv, doc=short))
    scene = asked.copied().withdraws(c.siv)
    scene.announces(scene.member(c.amina, 0), scene.member(c.siv))
    refuses("and let in all the same", "E3", scene)
