"""Cases of announcements in a log (E2, E3): their place, who is let in, and the wraps."""

from collections.abc import Sequence
from typing import Any

from chat.crypto.chain import HOUR, Span
from chat.crypto.encoding import ZEROS
from chat.crypto.signing import PrivateKey, VisitorKey
from tests.support.organisation import OnDuty
from tools.vectors.encodings import of
from tools.vectors.page import NOW, altered
from tools.vectors.scene import Scene
from tools.vectors.theatre import Theatre


def add(t: Theatre) -> None:
    announcements(t)
    members(t)
    wraps(t)


def announcements(t: Theatre) -> None:
    c = t.cast

    def offered() -> Scene:
        return t.scene.is_offered()

    def refuses(name: str, step: str, scene: Scene, **changes: Any) -> None:
        t.both_refuse(f"announcement: {name}", step, scene.announces(scene.member(c.amina), **changes))

    refuses("an epoch skipped", "E3", offered(), epoch=2)
    refuses("the epoch of the one before", "E3", t.scene.talks(), epoch=1)
    again = t.scene.talks()
    again.entries.append(again.entries[5] | {"index": len(again.heads)})
    t.both_accept("the newest announcement again", again)
    replayed = t.scene.talks()
    replayed.entries.append(replayed.entries[0] | {"index": len(replayed.heads)})
    t.both_refuse("announcement: an older one again", "E3", replayed)
    refuses("over another one", "E3", offered(), previous=of("other"))
    refuses("over none", "E3", offered(), previous=ZEROS)
    refuses("another conversation's", "E3", offered(), sid=of("other"))
    refuses("another's signature", "E3", offered(), key=PrivateKey.generate(VisitorKey))
    scene = offered()
    here = len(scene.heads)
    refuses("an anchor at its own index", "E2", scene, index=here)
    scene = offered()
    refuses("an anchor beyond its own index", "E2", scene, index=here + 1)
    scene = offered()
    refuses("an anchor of another log", "E3", scene, head=of("other"))
    scene = offered()
    refuses("an anchor of another index", "E3", scene, index=2)
    scene = t.scene.talks()
    t.both_refuse(
        "announcement: an anchor that falls",
        "E2",
        scene.announces(scene.member(c.amina), index=2, head=scene.heads[2]),
    )
    scene = t.scene.talks()
    t.both_accept(
        "an anchor that stays",
        scene.announces(scene.member(c.amina), index=scene.epochs[1].index, head=scene.epochs[1].head),
    )
    scene = offered()
    t.both_refuse(
        "announcement: other wraps than announced",
        "E3",
        scene.announces(scene.member(c.amina), announced=[b"another"]),
    )
    scene = offered()
    t.both_refuse(
        "announcement: a wrap too many", "E3", scene.announces(scene.member(c.amina), wraps=[b"x", b"y"])
    )
    scene = offered()
    t.both_refuse("announcement: no wrap", "E3", scene.announces(scene.member(c.amina), wraps=[]))
    scene = offered()
    scene.announces(scene.member(c.amina))
    doc = scene.entries[-1]["doc"]
    t.both_refuse("announcement: a byte too many", "Suite", scene.alters(doc=doc + b"\0"))
    scene = offered()
    scene.announces(scene.member(c.amina), mine=False)
    t.v.refuses("an announcement that was not proposed (visitor)", "E1", "log", **scene.as_visitor())
    scene = offered().announces()
    proposed = scene.mine[-1]
    scene.takes_back().announces(scene.member(c.amina), mine=False)
    scene.mine.append(proposed)
    t.v.refuses("another announcement than proposed (visitor)", "E1", "log", **scene.as_visitor())


def members(t: Theatre) -> None:
    c = t.cast

    def refuses(name: str, step: str, scene: Scene, *who: Any, **changes: Any) -> None:
        t.both_refuse(f"members: {name}", step, scene.announces(*who, **changes))

    scene = t.scene.waits().says("leased").offers_itself(c.bjorn)
    scene.offers.append(of("none"))
    refuses("one without an offer", "E3", scene, scene.member(c.amina))
    scene = t.scene.waits().offers_itself(c.bjorn)
    refuses("one with another's offer", "E3", scene, scene.member(c.amina))
    scene = t.scene.is_offered()
    refuses("a certificate twice", "E3", scene, scene.member(c.amina), scene.member(c.amina))
    scene = t.scene.is_offered().offers_itself(c.bjorn)
    scene.announces(scene.member(c.amina, 0))
    refuses(
        "an offer over an older announcement", "E3", scene, scene.member(c.amina, 0), scene.member(c.bjorn, 1)
    )
    scene = t.scene.talks().announces()
    refuses("one who left, by the old offer", "E3", scene, scene.member(c.amina))
    otherwise: dict[str, dict[str, Any]] = {
        "certificate": {"certificate": c.bjorn.device.certificate.hash},
        "role": {"role": "supervisor"},
        "pseudonym": {"pseudonym": "Anna"},
    }
    for what, change in otherwise.items():
        scene = t.scene.talks()
        refuses(f"one who stays with another {what}", "E3", scene, scene.member(c.amina, **change))
    scene = t.scene.talks().offers_itself(c.amina)
    refuses("one who stays with another offer", "E3", scene, scene.member(c.amina, 1))
    member_only(t)


def member_only(t: Theatre) -> None:
    """What only a member verifies; the visitor's page did so when it considered the offer."""
    c = t.cast

    def refuses(name: str, step: str, scene: Scene, on_duty: OnDuty | None = None, **changes: Any) -> None:
        who = on_duty or c.amina
        scene.announces(scene.member(who, **changes))
        t.member_refuses(f"admitted: {name}", step, scene, c.bjorn, offers=[])

    def offered(**changes: Any) -> Scene:
        return t.scene.waits().offers_itself(changes.pop("who", c.amina), **changes)

    refuses("with another role than certified", "E3", offered(), role="supervisor")
    refuses("with another pseudonym than certified", "E3", offered(), pseudonym="Anna")
    refuses("a revoked device", "K4", offered(who=c.dismissed), c.dismissed)
    refuses("an interpreter to accept", "E5", offered(who=c.ibrahim), c.ibrahim)
    refuses("a supervisor to interpret", "E5", offered(who=c.siv, purpose="interpret"), c.siv)
    refuses("by an expired offer", "E5", offered(expiry=NOW - HOUR - 1))
    refuses("by an offer too far ahead", "E5", offered(expiry=NOW + HOUR + 121))
    refuses("by an offer that another signed", "E5", offered(key=c.bjorn.key))
    refuses("by an offer without documents", "K3", offered(documents=[]))
    o = c.organisation
    given = [*o.documents_of(c.amina.device)]
    refuses("by an offer without its duty key", "K5", offered(documents=given))
    refuses("by an offer with a forged duty key", "K5", offered(documents=[*given, altered(c.amina.duty)]))
    forged = altered(c.amina.device.certificate)
    refuses("with a forged certificate", "K3", offered(documents=[*given[:2], forged, c.amina.duty]))
    unlisted = c.on_duty(o.certifies("Guest", "counsellor"))
    scene = t.scene.waits()
    scene.guests = (unlisted,)
    refuses("a device not listed", "K4", scene.offers_itself(unlisted), unlisted)
    expired = c.amina.device.goes_on_duty(Span(NOW - 3 * HOUR, NOW - HOUR - 1))
    scene = t.scene.waits()
    scene.guests = (expired,)
    refuses("with an expired duty key", "K5", scene.offers_itself(expired), expired, pseudonym="Amina")
    scene = offered()
    scene.announces(scene.member(c.amina), roster=of("unknown"))
    t.member_refuses("admitted: under a roster that is not known", "K4", scene, c.bjorn, offers=[])
    scene = offered()
    scene.announces(scene.member(c.amina)).alters(at=NOW + 3 * HOUR)
    t.member_refuses("admitted: after everything expired", "E5", scene, c.bjorn, offers=[])
    later = t.scene.talks()
    for entry in later.entries[6:]:
        entry["at"] = NOW + 3 * HOUR
    t.member_accepts("admitted in time and written to after the duty key expired", later, c.bjorn, offers=[])


S0, S1, S2 = of("s0"), of("s1"), of("s2")


def wraps(t: Theatre) -> None:
    c = t.cast

    def forged(
        name: str,
        step: str,
        secrets: Sequence[tuple[int, bytes]] = ((0, S0), (1, S1)),
        to: OnDuty = c.amina,
        over: int = 1,
        wrapped: bytes | None = None,
    ) -> None:
        scene = t.scene.is_offered()
        member = scene.member(c.amina)
        scene.announces(member, secret=S1)
        sealed = scene.seals(scene.epochs[over], to, secrets) if wrapped is None else wrapped
        scene.takes_back().announces(member, secret=S1, wraps=[sealed])
        t.member_refuses(f"wrap: {name}", step, scene)

    forged("another secret than committed", "E3", [(0, S0), (1, of("x"))])
    forged("another earlier secret", "E3", [(0, of("x")), (1, S1)])
    forged("the newest alone to one who is new", "Suite", [(1, S1)])
    forged("a secret too many", "Suite", [(0, S0), (1, S1), (2, S1)])
    forged("falling", "E3", [(1, S1), (0, S0)])
    forged("of other epochs", "E3", [(1, S1), (2, S1)])
    forged("the right secrets under other epochs", "E3", [(1, S0), (2, S1)])
    forged("a short secret", "Suite", [(0, S0), (1, S1[:31])])
    forged("sealed to another", "E3", to=c.bjorn)
    forged("of another announcement", "E3", over=0)
    forged("too short to be sealed", "E3", wrapped=b"x")
    forged("no ciphertext", "E3", wrapped=bytes(1120 + 16 + 100))
    t.member_refuses("let in by an offer that is not my own", "E3", t.scene.talks(), offers=[])
    stays = t.scene.talks()
    stays.announces(stays.member(c.amina, 0), secret=S2)
    both = stays.seals(stays.epochs[-1], c.amina, [(1, S1), (2, S2)])
    stays.takes_back().announces(stays.member(c.amina, 0), secret=S2, wraps=[both])
    t.member_refuses("wrap: two secrets to one who stays", "Suite", stays)
