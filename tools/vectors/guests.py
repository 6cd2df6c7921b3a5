"""Cases of a guest (E6): a member's word in a log, who is let in by it, and who is not."""

from typing import Any

from chat.crypto.encoding import digest, enc, u64, utf8
from chat.crypto.signing import DutyKey, PrivateKey
from tools.vectors.encodings import REALM, of
from tools.vectors.file import Vectors
from tools.vectors.page import NOW
from tools.vectors.scene import Cast, Outsider, Scene
from tools.vectors.theatre import Theatre


def add(v: Vectors) -> None:
    t = Theatre(v)
    let_in(t)
    refused(t)
    listed(t)
    decide(v, t.cast)


def _joined(t: Theatre, guest: Outsider, history_from: int = 0) -> Scene:
    scene = t.scene.talks().vouches(t.cast.amina, guest)
    scene.announces(scene.member(t.cast.amina, 0), scene.guest(guest, history_from))
    return scene


def let_in(t: Theatre) -> None:
    c = t.cast
    guest, other = Outsider(), Outsider("Socialtjänsten")
    scene = _joined(t, guest).writes(guest, "Jag är här.").writes(None, "Hej.")
    t.both_accept("guest: let in with all that was said", scene)
    t.member_accepts("guest: reads all that was said", scene, guest)
    scene = _joined(t, guest, 2).writes(guest, "Ny här.")
    t.member_accepts("guest: opens only from the history on", scene, guest)
    scene = _joined(t, guest).vouches(c.amina, other)
    scene.announces(scene.member(c.amina, 0), scene.guest(guest), scene.guest(other))
    t.both_accept("guest: two of them", scene)
    scene = t.scene.talks().vouches(c.amina, guest).refuses()
    t.both_accept("guest: refused", scene)
    scene.vouches(c.amina, guest, expiry=NOW + 590)
    scene.announces(scene.member(c.amina, 0), scene.guest(guest))
    t.both_accept("guest: refused, asked again and let in", scene)
    scene = _joined(t, guest).announces(_joined(t, guest).member(c.amina, 0))
    t.both_accept("guest: has left", scene)
    supervised = t.scene.talks().offers_itself(c.siv, "supervise")
    supervised.announces(supervised.member(c.amina, 0), supervised.member(c.siv)).vouches(c.siv, guest)
    t.both_accept("guest: a supervisor vouches", supervised)


def refused(t: Theatre) -> None:
    c = t.cast
    guest = Outsider()

    def refuses(name: str, step: str, scene: Scene) -> None:
        t.both_refuse(f"guest: {name}", step, scene)

    def vouched(**changes: Any) -> Scene:
        return t.scene.talks().vouches(c.amina, guest, **changes)

    refuses("for another conversation", "E6", vouched(sid=of("other")))
    refuses("over no announcement of this log", "E6", vouched(over=of("other")))
    older = t.scene.talks()
    refuses("over an older announcement", "E6", older.vouches(c.amina, guest, over=older.epochs[1].previous))
    refuses("by one who is not in", "E6", t.scene.talks().vouches(c.bjorn, guest))
    refuses("by nobody", "E6", vouched(inviter=of("nobody")))
    refuses("by the visitor", "E6", vouched(inviter=t.scene.talks().visitor))
    refuses("before anybody is in", "E6", t.scene.waits().vouches(c.amina, guest))
    refuses("signed by another", "E6", vouched(key=PrivateKey.generate(DutyKey)))
    refuses("signed by another member of staff", "E6", vouched(key=c.bjorn.key))
    first = Outsider()
    refuses("by another guest", "E6", _joined(t, first).vouches(first, guest))
    twice = vouched()
    twice.entries.append(twice.entries[-1] | {"index": len(twice.heads)})
    refuses("twice", "E6", twice)
    refuses("without a name", "E6", vouched(organisation=""))
    refuses("with a name that is too long", "E6", vouched(organisation="x" * 41))
    refuses("with a name of two lines", "E6", vouched(organisation="Polis\nen"))
    refuses("a byte too many", "Suite", vouched().alters(doc=vouched().entries[-1]["doc"] + b"\0"))
    scene = t.scene.talks()
    over, sender = digest(scene.docs[-1]), c.amina.duty.hash
    good = (scene.sid, over, sender, utf8("Polisen"), guest.key.public.raw, guest.seal_key.public.raw)
    for name, items in {
        "a short signature key": (*good[:4], bytes(64), good[5], u64(NOW)),
        "a short HPKE key": (*good[:5], bytes(1215), u64(NOW)),
        "a key that is no point": (*good[:4], b"\4" + bytes(64), good[5], u64(NOW)),
        "an item too few": good,
    }.items():
        refuses(name, "Suite", scene.copied().vouches(c.amina, guest, doc=enc(REALM, "guest", *items)))
    doc = enc("varsam-demo", "guest", *good, u64(NOW))
    refuses("of another realm", "Suite", scene.copied().vouches(c.amina, guest, doc=doc))
    frames = vouched().writes(guest, "Jag är inte inne.")
    refuses("writes before being let in", "F4", frames)


def listed(t: Theatre) -> None:
    c = t.cast
    guest, other = Outsider(), Outsider("Tolken")

    def refuses(name: str, step: str, scene: Scene, **changes: Any) -> None:
        scene.announces(scene.member(c.amina, 0), scene.guest(guest, **changes))
        t.both_refuse(f"guest listed: {name}", step, scene)

    def vouched() -> Scene:
        return t.scene.talks().vouches(c.amina, guest)

    refuses("under another name", "E3", vouched(), pseudonym="Amina")
    refuses("as a counsellor", "E2", vouched(), role="counsellor")
    refuses("with a certificate", "E2", vouched(), certificate=c.bjorn.device.certificate.hash)
    refuses("without anybody's word", "E3", t.scene.talks())
    refuses("by another's word", "E3", vouched().vouches(c.amina, other), offer=other.sender)
    refuses("after a no", "E3", vouched().refuses())
    late = vouched()
    refuses("by a word over an older announcement", "E3", late.announces(late.member(c.amina, 0)))
    twice = vouched()
    twice.announces(twice.member(c.amina, 0), twice.guest(guest), twice.guest(guest))
    t.both_refuse("guest listed: twice", "E3", twice)
    scene = t.scene.talks().vouches(c.amina, guest, expiry=NOW - 3601)
    scene.announces(scene.member(c.amina, 0), scene.guest(guest))
    t.member_refuses("guest listed: after the time", "E6", scene)
    scene = t.scene.talks().vouches(c.amina, guest, expiry=NOW + 600 + 3601)
    scene.announces(scene.member(c.amina, 0), scene.guest(guest))
    t.member_refuses("guest listed: with a time too far ahead", "E6", scene)
    staff = t.scene.talks().offers_itself(c.siv, "supervise")
    staff.announces(staff.member(c.amina, 0), staff.member(c.siv, role="guest"))
    t.both_refuse("guest listed: one of the staff as a guest", "E2", staff)


def decide(v: Vectors, c: Cast) -> None:
    """At the visitor's door: always asked about."""
    guest = Outsider()

    def given(scene: Scene) -> dict[str, Any]:
        return scene.as_visitor() | {"offer": scene.offers[-1], "now": NOW}

    asked = Scene(c).talks().vouches(c.amina, guest)
    if v.accepts("admission: a guest", "admission", **given(asked)) != "ask":
        raise AssertionError
    beside = Scene(c).talks().vouches(c.amina, guest)
    beside.announces(beside.member(c.amina, 0), beside.guest(guest)).vouches(c.amina, Outsider("Tolken"))
    if v.accepts("admission: a second guest", "admission", **given(beside)) != "ask":
        raise AssertionError
    for name, expiry in {"whose time is over": NOW - 3601, "whose time is too far ahead": NOW + 4201}.items():
        scene = Scene(c).talks().vouches(c.amina, guest, expiry=expiry)
        v.refuses(f"admission: a guest {name}", "E6", "admission", **given(scene))
    said_no = Scene(c).talks().vouches(c.amina, guest).refuses()
    v.refuses("admission: a guest who was refused", "E5", "admission", **given(said_no))
