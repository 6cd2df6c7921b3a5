"""Cases of E5: whether the visitor's browser lets an offer in."""

from typing import Any

from chat.crypto.chain import DAY, HOUR, Span
from tests.support.organisation import OnDuty
from tools.vectors import refusals as noes
from tools.vectors import rejoins
from tools.vectors.encodings import of
from tools.vectors.file import Vectors
from tools.vectors.page import NOW, Page, altered
from tools.vectors.scene import Cast, Scene


def add(v: Vectors) -> None:
    c = Cast()
    decisions(v, c)
    rejoins.decide(v, c)
    noes.decide(v, c)
    refusals(v, c)
    trust(v, c)


def given(scene: Scene, **changes: Any) -> dict[str, Any]:
    return scene.as_visitor() | {"offer": scene.offers[-1], "now": NOW} | changes


def decisions(v: Vectors, c: Cast) -> None:
    def decides(name: str, expected: str, scene: Scene, **changes: Any) -> None:
        decision = v.accepts(f"admission: {name}", "admission", **given(scene, **changes))
        if decision != expected:
            raise AssertionError(f"{name}: {decision}")

    decides("a counsellor accepts", "admit", Scene(c).is_offered())
    scene = Scene(c).is_offered().says("returned").says("leased").offers_itself(c.bjorn)
    decides("another, after the first gave it back", "admit", scene)
    decides("the older offer, still over the newest announcement", "admit", scene, offer=scene.offers[0])
    decides("a counsellor accepts where there was one", "ask", Scene(c).talks().offers_itself(c.bjorn))
    emptied = Scene(c).talks().announces().offers_itself(c.bjorn)
    decides("a counsellor accepts where there was one before", "ask", emptied)
    o = c.organisation
    papers = [*o.documents_of(c.amina.device), c.amina.duty]
    doubled = [*papers, altered(papers[2])]
    decides(
        "a forged document after the genuine",
        "admit",
        Scene(c).waits().offers_itself(c.amina, documents=doubled),
    )
    poisoned = Scene(c).is_offered().says("returned").says("leased")
    poisoned.offers_itself(
        c.bjorn, documents=[altered(papers[1]), *o.documents_of(c.bjorn.device), c.bjorn.duty]
    )
    decides("a forged document that an earlier offer brought genuine", "admit", poisoned)
    decides("a handover", "ask", Scene(c).talks().offers_itself(c.bjorn, "handover"))
    decides(
        "a handover to a conversation that had nobody",
        "ask",
        Scene(c).waits().offers_itself(c.bjorn, "handover"),
    )
    decides("a supervisor", "ask", Scene(c).talks().offers_itself(c.siv, "supervise"))
    decides("an interpreter", "ask", Scene(c).talks().offers_itself(c.ibrahim, "interpret"))
    decides(
        "an offer under another roster's hash",
        "admit",
        Scene(c).waits().offers_itself(c.amina, roster=of("r")),
    )
    for name, expiry in {"at the tolerance": NOW - HOUR, "ahead at the tolerance": NOW + HOUR + 120}.items():
        decides(
            f"an offer that expires {name}", "admit", Scene(c).waits().offers_itself(c.amina, expiry=expiry)
        )


def refusals(v: Vectors, c: Cast) -> None:
    def refuses(name: str, step: str, scene: Scene, **changes: Any) -> None:
        v.refuses(f"admission: {name}", step, "admission", **given(scene, **changes))

    refuses("an offer that is not in the log", "E5", Scene(c).is_offered(), offer=of("none"))
    used = Scene(c).talks()
    refuses("an offer that was let in already", "E5", used)
    over = Scene(c).is_offered().offers_itself(c.bjorn)
    over.announces(over.member(c.amina, 0))
    refuses("an offer over an older announcement", "E5", over)
    for who, purpose in (
        (c.ibrahim, "accept"),
        (c.siv, "accept"),
        (c.siv, "handover"),
        (c.ibrahim, "handover"),
        (c.amina, "supervise"),
        (c.ibrahim, "supervise"),
        (c.amina, "interpret"),
        (c.siv, "interpret"),
    ):
        role = {c.amina: "counsellor", c.siv: "supervisor", c.ibrahim: "interpreter"}[who]
        refuses(f"a {role} to {purpose}", "E5", Scene(c).waits().offers_itself(who, purpose))
    refuses("an expired offer", "E5", Scene(c).waits().offers_itself(c.amina, expiry=NOW - HOUR - 1))
    refuses("an offer too far ahead", "E5", Scene(c).waits().offers_itself(c.amina, expiry=NOW + HOUR + 121))
    refuses("an offer that another signed", "E5", Scene(c).waits().offers_itself(c.amina, key=c.bjorn.key))
    refuses(
        "an offer that the device signed",
        "E5",
        Scene(c).waits().offers_itself(c.amina, key=c.amina.device.key),
    )
    refuses("a revoked device", "K4", Scene(c).waits().offers_itself(c.dismissed))
    o = c.organisation
    unlisted = c.on_duty(o.certifies("Guest", "counsellor"))
    refuses("a device not listed", "K4", Scene(c).waits().offers_itself(unlisted))
    documents(refuses, c)


def documents(refuses: Any, c: Cast) -> None:
    o, amina = c.organisation, c.amina
    root, registrar, certificate = o.documents_of(amina.device)

    def offers(name: str, step: str, *given: Any, who: OnDuty = amina) -> None:
        refuses(f"documents: {name}", step, Scene(c).waits().offers_itself(who, documents=list(given)))

    offers("none", "K3")
    offers("no root", "K1", registrar, certificate, amina.duty)
    offers("no registrar", "K2", root, certificate, amina.duty)
    offers("no certificate", "K3", root, registrar, amina.duty)
    offers("no duty key", "K5", root, registrar, certificate)
    offers("a forged registrar", "K2", root, altered(registrar), certificate, amina.duty)
    offers("a forged certificate", "K3", root, registrar, altered(certificate), amina.duty)
    offers("a forged duty key", "K5", root, registrar, certificate, altered(amina.duty))
    offers(
        "a forged one before the genuine",
        "K3",
        root,
        registrar,
        altered(certificate),
        certificate,
        amina.duty,
    )
    expired = amina.device.goes_on_duty(Span(NOW - 3 * HOUR, NOW - HOUR - 1))
    offers("an expired duty key", "K5", root, registrar, certificate, expired.duty, who=expired)
    long = amina.device.goes_on_duty(Span(NOW, NOW + 12 * HOUR + 1))
    offers("a duty key of more than 12 hours", "K5", root, registrar, certificate, long.duty, who=long)


def trust(v: Vectors, c: Cast) -> None:
    o, page = c.organisation, Page(c.organisation)

    def refuses(name: str, steps: list[Any], now: int = NOW) -> None:
        scene = Scene(c).waits().offers_itself(c.amina, expiry=now)
        v.refuses(f"admission: {name}", "K4", "admission", **given(scene, trust=steps, now=now))

    refuses("no roster", [])
    refuses("no freshness", c.trust[:1])
    second = o.lists([c.amina.device], number=2, previous=c.roster.hash)
    refuses("no freshness over the newest roster", [*c.trust, page.roster(second)])
    refuses("freshness grown old", c.trust, now=NOW + DAY + 1)
    without = o.lists([c.bjorn.device], number=2, previous=c.roster.hash)
    refuses("no longer listed", [*c.trust, page.roster(without), page.freshness(o.refreshes(without, 2))])
    revoking = o.refreshes(c.roster, 2, revoked=[c.amina.device])
    refuses("revoked since", [*c.trust, page.freshness(revoking)])
