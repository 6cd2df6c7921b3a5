"""Cases of E7: a device whose page was reloaded takes its own earlier place, in a log and at the visitor's door."""

from typing import Any

from chat.crypto.chain import HOUR, Span
from tests.support.organisation import OnDuty
from tools.vectors.encodings import of
from tools.vectors.file import Vectors
from tools.vectors.page import NOW, Page
from tools.vectors.scene import Cast, Scene
from tools.vectors.theatre import Theatre


def later(cast: Cast, seconds: int = 60) -> OnDuty:
    """Amina's duty key after her page was loaded again, so many seconds later."""
    start = NOW - HOUR + seconds
    return cast.amina.device.goes_on_duty(Span(start, start + HOUR))


def reloaded(scene: Scene, again: OnDuty, **changes: Any) -> Scene:
    """Amina is in, and offers to rejoin from another load of her page."""
    scene.talks()
    scene.guests = (again,)
    return scene.offers_itself(again, "rejoin", **{"replaced": scene.cast.amina.sender} | changes)


def unheard(cast: Cast, again: OnDuty) -> Scene:
    """The same before she had written anything."""
    scene = Scene(cast).is_offered()
    scene.announces(scene.member(cast.amina))
    scene.guests = (again,)
    return scene.offers_itself(again, "rejoin", replaced=cast.amina.sender)


def rejoined(scene: Scene, again: OnDuty) -> Scene:
    reloaded(scene, again)
    return scene.announces(scene.member(again, pseudonym="Amina", role="counsellor"))


def add(t: Theatre) -> None:
    """In a log (E3)."""
    again = later(t.cast)
    accepted(t, again)
    refused(t, again)


def accepted(t: Theatre, again: OnDuty) -> None:
    c = t.cast
    scene = rejoined(t.scene, again).writes(again, "Jag laddade om sidan.").writes(None, "Jag ser det.")
    t.both_accept("rejoined, as the page that is gone follows it", scene)
    t.member_accepts("rejoined: all that was said is read again", scene, again)
    t.member_accepts("rejoined, as somebody else follows it", scene, c.bjorn, offers=[])
    third = later(c, 120)
    scene = rejoined(t.scene, again)
    scene.guests = (again, third)
    scene.offers_itself(third, "rejoin", replaced=again.sender)
    scene.announces(scene.member(third, pseudonym="Amina")).writes(third, "En gång till.")
    t.member_accepts("rejoined twice", scene, third)
    scene = t.scene.talks().offers_itself(c.bjorn, "handover")
    scene.announces(scene.member(c.amina, 0), scene.member(c.bjorn, history_from=2)).writes(None, "Hej.")
    new = c.bjorn.device.goes_on_duty(Span(NOW - 60, NOW + HOUR))
    scene.guests = (new,)
    scene.offers_itself(new, "rejoin", replaced=c.bjorn.sender)
    back = scene.member(new, pseudonym="Björn", history_from=2)
    scene.announces(scene.member(c.amina, 0), back).writes(new, "Tillbaka.")
    t.both_accept("rejoined beside another, with the history as held", scene)
    t.member_accepts("rejoined: no more is read than before", scene, new)


def refused(t: Theatre, again: OnDuty) -> None:
    c = t.cast

    def refuses(name: str, step: str, scene: Scene, *members: Any) -> None:
        scene.announces(*members)
        t.both_refuse(f"rejoining: {name}", step, scene)
        t.member_refuses(f"rejoining: {name}, told to who rejoins", step, scene, again)

    scene = rejoined(t.scene, again)
    t.both_refuse("rejoined: a frame by the duty key that was replaced", "F4", scene.writes(c.amina, "kvar"))

    def me(scene: Scene, **changes: Any) -> Any:
        return scene.member(again, **{"pseudonym": "Amina"} | changes)

    scene = reloaded(t.scene, again)
    refuses("both duty keys", "E3", scene, scene.member(c.amina, 0), me(scene))
    scene = reloaded(t.scene, again, replaced=of("nobody"))
    refuses("in nobody's place", "E3", scene, me(scene))
    scene = reloaded(t.scene, again, replaced=again.sender)
    refuses("in its own place", "E3", scene, me(scene))
    scene = t.scene.talks().announces()
    scene.guests = (again,)
    scene.offers_itself(again, "rejoin", replaced=c.amina.sender)
    refuses("in the place of one who was left out", "E3", scene, me(scene))
    scene = reloaded(t.scene, again)
    refuses("with less history", "E3", scene, me(scene, history_from=1))
    scene = reloaded(t.scene, again)
    refuses("in another role", "E3", scene, me(scene, role="supervisor"))
    scene = reloaded(t.scene, again)
    scene.announces(scene.member(c.amina, 0))
    refuses("by an offer over an older announcement", "E3", scene, me(scene))
    scene = t.scene.talks().offers_itself(c.bjorn, "rejoin", replaced=c.amina.sender)
    scene.announces(scene.member(c.bjorn))
    t.both_refuse("rejoining: another device in its place", "E3", scene)
    t.member_refuses("rejoining: another device, told to that", "E3", scene, c.bjorn)
    scene = t.scene.talks().offers_itself(c.bjorn, "handover")
    scene.announces(scene.member(c.amina, 0), scene.member(c.bjorn, history_from=2))
    new = c.bjorn.device.goes_on_duty(Span(NOW - 60, NOW + HOUR))
    scene.guests = (new,)
    scene.offers_itself(new, "rejoin", replaced=c.bjorn.sender)
    scene.announces(scene.member(c.amina, 0), scene.member(new, pseudonym="Björn", history_from=0))
    t.both_refuse("rejoining: with more history than was held", "E3", scene)
    t.member_refuses("rejoining: with more history, told to who rejoins", "E3", scene, new)
    scene = rejoined(t.scene, again).alters(at=NOW + 3 * HOUR)
    t.member_refuses("rejoining: after the offer expired", "E5", scene, again)
    scene = reloaded(t.scene, again)
    scene.announces(scene.member(again, pseudonym="Anna"))
    t.member_refuses("rejoining: under another pseudonym than certified", "E3", scene, again)
    scene = reloaded(t.scene, again, key=c.amina.key)
    scene.announces(scene.member(again, pseudonym="Amina"))
    t.member_refuses("rejoining: an offer that the earlier duty key signed", "E5", scene, again)
    scene = rejoined(t.scene, again)
    t.member_refuses("rejoining: let in by an offer that is not its own", "E3", scene, again, offers=[])


def decide(v: Vectors, c: Cast) -> None:
    """At the visitor's door (E7)."""
    again = later(c)

    def decides(name: str, expected: str, scene: Scene, **changes: Any) -> None:
        given = scene.as_visitor() | {"offer": scene.offers[-1], "now": NOW} | changes
        decision = v.accepts(f"admission: {name}", "admission", **given)
        if decision != expected:
            raise AssertionError(f"{name}: {decision}")

    def refuses(name: str, step: str, scene: Scene, **changes: Any) -> None:
        given = scene.as_visitor() | {"offer": scene.offers[-1], "now": NOW} | changes
        v.refuses(f"admission: {name}", step, "admission", **given)

    decides("a reloaded page rejoins", "admit", reloaded(Scene(c), again))
    for name, expected, times in (
        ("for the third time in ten minutes", "admit", [NOW - 599, NOW]),
        ("for the fourth time in ten minutes", "ask", [NOW - 599, NOW - 300, NOW]),
        ("for the fourth time in more than ten minutes", "admit", [NOW - 600, NOW - 300, NOW]),
    ):
        decides(f"a page rejoins {name}", expected, reloaded(Scene(c), again), rejoined=times)
    for name, seconds, expected in (
        ("a second later", 1, "admit"),
        ("as early", 0, "ask"),
        ("earlier", -1, "ask"),
    ):
        decides(f"rejoining by a duty key {name}", expected, reloaded(Scene(c), later(c, seconds)))
    refuses("rejoining in nobody's place", "E7", reloaded(Scene(c), again, replaced=of("nobody")))
    scene = Scene(c).talks().offers_itself(c.bjorn, "rejoin", replaced=c.amina.sender)
    refuses("another device rejoins in its place", "E7", scene)
    emptied = Scene(c).talks().announces()
    emptied.guests = (again,)
    emptied.offers_itself(again, "rejoin", replaced=c.amina.sender)
    refuses("rejoining in the place of one who was left out", "E7", emptied)
    waiting = Scene(c).waits()
    waiting.guests = (again,)
    waiting.offers_itself(again, "rejoin", replaced=c.amina.sender)
    refuses("rejoining where nobody ever was", "E7", waiting)
    accepting = Scene(c).talks()
    accepting.guests = (again,)
    decides("a reloaded page that accepts", "ask", accepting.offers_itself(again))
    page = Page(c.organisation)
    revoking = c.organisation.refreshes(c.roster, 2, revoked=[c.amina.device])
    trust = [*c.trust, page.freshness(revoking)]
    refuses("a revoked device rejoins", "K4", unheard(c, again), trust=trust)
    without = c.organisation.lists([c.bjorn.device], number=2, previous=c.roster.hash)
    unlisted = [*c.trust, page.roster(without), page.freshness(c.organisation.refreshes(without, 2))]
    refuses("a device no longer listed rejoins", "K4", unheard(c, again), trust=unlisted)
    refuses("rejoining, signed by the earlier duty key", "E5", reloaded(Scene(c), again, key=c.amina.key))
    expired = reloaded(Scene(c), again, expiry=NOW - HOUR - 1)
    refuses("an expired offer to rejoin", "E5", expired)
