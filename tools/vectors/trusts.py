"""Cases of the chain of trust (K1, K2, K4): what a page that pins a root takes, ignores, and refuses."""

from typing import Any

from chat.crypto.chain import DAY, HOUR, Listed, Signed, Span
from chat.crypto.encoding import ZEROS, enc, pack, u64, unpack
from chat.crypto.issuing import issue_roster
from tests.support.organisation import Organisation
from tools.vectors import devices
from tools.vectors.encodings import REALM, of
from tools.vectors.file import Vectors
from tools.vectors.page import NOW, Case, altered, record, signed_by


def add(v: Vectors) -> None:
    case = Case(v)
    roots_and_registrars(case)
    rosters(case)
    freshness(case)
    devices.add(case)


def roots_and_registrars(c: Case) -> None:
    o, page = c.o, c.page
    c.accepts("a roster, freshness, a device and its duty", *c.begun, page.fresh(), page.device(c.amina))
    stranger = Organisation(REALM, NOW)
    c.refuses("another root", "K1", page.roster(c.first, root=record(stranger.root)))
    short = Signed(enc(REALM, "root", o.root_key.public.raw[:64]), b"")
    c.refuses("a root with a short key", "Suite", page.roster(c.first, root=record(short)), root=short.hash)
    demo = Signed(enc("varsam-demo", "root", o.root_key.public.raw), b"")
    c.refuses("a root of a demo", "Suite", page.roster(c.first, root=record(demo)), root=demo.hash)

    def refuses(name: str, step: str, registrar: Signed, now: int = NOW) -> None:
        c.refuses(f"registrar: {name}", step, page.roster(c.first, registrar=record(registrar), now=now))

    good = o.registrar.document
    refuses("of another root", "K2", stranger.registrar.document)
    naming = enc(REALM, "registrar", stranger.root.hash, *unpack(o.registrar.document.doc)[2:])
    refuses("naming another root", "K2", signed_by(o.root_key, naming))
    refuses("signed by another root", "K2", Signed(good.doc, stranger.root_key.sign(good.doc)))
    refuses("a signature with a bit flipped", "K2", altered(good))
    refuses("no signature", "K2", Signed(good.doc, b""))
    refuses("expired", "K2", o.appoints(Span(NOW - 2 * DAY, NOW - HOUR - 1)).document)
    refuses("not good yet", "K2", o.appoints(Span(NOW + HOUR + 1, NOW + DAY)).document)
    refuses("good for 366 days and a second", "K2", o.appoints(Span(NOW, NOW + 366 * DAY + 1)).document)
    refuses("ends before it begins", "K2", o.appoints(Span(NOW, NOW - 1)).document)
    refuses("a byte too many", "Suite", signed_by(o.root_key, good.doc + b"\0"))
    demo_doc = enc("varsam-demo", "registrar", o.root.hash, o.registrar.key.public.raw, u64(NOW), u64(NOW))
    refuses("of a demo", "Suite", signed_by(o.root_key, demo_doc))
    point = bytes([2]) + o.registrar.key.public.raw[1:33]
    compressed = enc(REALM, "registrar", o.root.hash, point, u64(NOW), u64(NOW))
    refuses("a compressed key", "Suite", signed_by(o.root_key, compressed))
    for name, span in {
        "exactly 366 days": Span(NOW, NOW + 366 * DAY),
        "expired by exactly the tolerance": Span(NOW - DAY, NOW - HOUR),
        "good in exactly the tolerance": Span(NOW + HOUR, NOW + DAY),
    }.items():
        registrar = o.appoints(span)
        roster = o.lists([c.amina], registrar=registrar)
        c.accepts(f"a registrar {name}", page.roster(roster, registrar=record(registrar.document)))


def rosters(c: Case) -> None:
    o, page = c.o, c.page

    def refuses(name: str, step: str, roster: Signed, *before: dict[str, Any]) -> None:
        c.refuses(f"roster: {name}", step, *before, page.roster(roster))

    refuses("signed by another registrar than named", "K4", o.lists([c.amina], registrar=o.second_registrar))
    refuses("a signature with a bit flipped", "K4", altered(c.first))
    refuses("signed by a device", "K4", Signed(c.first.doc, o.coordinator.key.sign(c.first.doc)))
    refuses("expired", "K4", o.lists([c.amina], span=Span(NOW - DAY, NOW - HOUR - 1)))
    refuses("not good yet", "K4", o.lists([c.amina], span=Span(NOW + HOUR + 1, NOW + DAY)))
    refuses("good for 45 days and a second", "K4", o.lists([c.amina], span=Span(NOW, NOW + 45 * DAY + 1)))
    refuses("a byte too many", "Suite", signed_by(o.registrar.key, c.first.doc + b"\0"))
    refuses("a device twice", "K4", o.lists([c.amina, c.amina]))
    refuses("number 0", "K4", o.lists([c.amina], number=0))
    refuses("number 1 with one before", "K4", o.lists([c.amina], previous=of("x")))
    refuses("number 2 with none before", "K4", o.lists([c.amina], number=2))
    c.accepts("a roster good for 45 days", page.roster(o.lists([c.amina], span=Span(NOW, NOW + 45 * DAY))))

    def listing(count: int) -> Signed:
        devices = [Listed(of(str(number)), False, False) for number in range(count)]
        span = Span(NOW, NOW + DAY)
        return issue_roster(
            REALM, o.registrar.key, o.root.hash, number=1, previous=ZEROS, span=span, devices=devices
        )

    c.accepts("a roster of 300 devices", page.roster(listing(300)))
    refuses("301 devices", "K4", listing(301))
    c.accepts("a roster of nobody", page.roster(listing(0)))

    def raw(element: bytes) -> Signed:
        times = [u64(NOW), u64(NOW + DAY)]
        doc = enc(REALM, "roster", o.root.hash, u64(1), ZEROS, *times, pack([element]), ZEROS)
        return signed_by(o.registrar.key, doc)

    refuses("a truth value of 2", "Suite", raw(pack([of("a"), u64(2), u64(0)])))
    refuses("a device of two values", "Suite", raw(pack([of("a"), u64(1)])))
    refuses("a short certificate hash", "Suite", raw(pack([bytes(31), u64(1), u64(0)])))

    second = o.lists([c.amina], number=2, previous=c.first.hash)
    fork = o.lists([c.bjorn], number=2, previous=c.first.hash)
    c.accepts("a second roster", *c.begun, page.roster(second))
    c.accepts("the same roster again", *c.begun, page.roster(c.first), page.fresh())
    c.accepts("a lower number is ignored", page.roster(second), page.roster(c.first))
    c.accepts(
        "an expired lower number is ignored", page.roster(second), page.roster(o.lists([], span=Span(1, 2)))
    )
    refuses("another with the same number", "K4", fork, page.roster(second))
    refuses("another first", "K4", o.lists([c.bjorn]), page.roster(c.first))
    refuses("a successor of another", "K4", o.lists([], number=2, previous=of("x")), page.roster(c.first))
    gap = o.lists([c.amina], number=7, previous=of("unseen"))
    c.accepts("a roster whose predecessors were not seen", page.roster(c.first), page.roster(gap))
    other_root = Organisation(REALM, NOW)
    foreign = issue_roster(
        REALM,
        o.registrar.key,
        other_root.root.hash,
        number=1,
        previous=ZEROS,
        span=Span(NOW, NOW),
        devices=[],
    )
    refuses("of another root", "K4", foreign)


def freshness(c: Case) -> None:
    o, page = c.o, c.page
    start = page.roster(c.first)

    def refuses(name: str, step: str, *steps: dict[str, Any]) -> None:
        c.refuses(f"freshness: {name}", step, *steps)

    refuses("before any roster", "K4", page.freshness(c.fresh))
    refuses("required before it came", "K4", start, page.fresh())
    refuses("required before any roster", "K4", page.fresh())
    second = o.lists([c.amina, c.bjorn], number=2, previous=c.first.hash)
    refuses("over another roster", "K4", start, page.freshness(o.refreshes(second)))
    refuses("over the roster before", "K4", *c.begun, page.roster(second), page.fresh())
    c.accepts(
        "a new roster with its freshness",
        *c.begun,
        page.roster(second),
        page.freshness(o.refreshes(second, 2)),
        page.fresh(),
    )
    refuses("a bit flipped", "K4", start, page.freshness(altered(c.fresh)))
    refuses(
        "a byte too many", "Suite", start, page.freshness(signed_by(o.coordinator.key, c.fresh.doc + b"\0"))
    )
    c.accepts(
        "freshness at the end of its time and tolerance",
        start,
        page.freshness(o.refreshes(c.first, time=NOW - DAY - HOUR)),
    )
    refuses("older than that", "K4", start, page.freshness(o.refreshes(c.first, time=NOW - DAY - HOUR - 1)))
    c.accepts(
        "freshness from within the tolerance", start, page.freshness(o.refreshes(c.first, time=NOW + HOUR))
    )
    refuses("from the future", "K4", start, page.freshness(o.refreshes(c.first, time=NOW + HOUR + 1)))
    refuses("grown old", "K4", *c.begun, page.fresh(now=NOW + DAY + 1))
    refuses("over a roster grown old", "K4", *c.begun, page.fresh(now=NOW + 31 * DAY))
    by_amina = o.refreshes(c.first, signer=c.amina)
    refuses("signed by a device without the right", "K4", start, page.freshness(by_amina, c.amina))
    unlisted = o.certifies("Coordination", "coordinator")
    refuses(
        "signed by a device not listed",
        "K4",
        start,
        page.freshness(o.refreshes(c.first, signer=unlisted), unlisted),
    )
    refuses("named as another's", "K4", start, page.freshness(by_amina))
    refuses(
        "without its signer's certificate", "K3", start, page.freshness(c.fresh, documents=[record(o.root)])
    )
    refuses(
        "without its signer's registrar",
        "K2",
        start,
        page.freshness(c.fresh, documents=[record(o.root), record(o.coordinator.certificate)]),
    )
    refuses("without the root", "K1", start, page.freshness(c.fresh, documents=_without(o, o.root)))
    own = o.refreshes(c.first, revoked=[o.coordinator])
    refuses("signed by one it revokes", "K4", start, page.freshness(own))
    both = o.lists([c.amina], may_sign=[o.coordinator, c.amina])
    begun = [
        page.roster(both),
        page.freshness(o.refreshes(both, 1, revoked=[o.coordinator], signer=c.amina), c.amina),
    ]
    refuses("signed by one revoked before", "K4", *begun, page.freshness(o.refreshes(both, 2)))
    c.accepts("freshness signed by another that may", *begun, page.fresh())
    numbers(c)
    doc = enc(REALM, "fresh", c.first.hash, u64(1), u64(NOW), pack(sorted([of("a"), of("b")], reverse=True)))
    refuses("revoked not in rising order", "K4", start, page.freshness(signed_by(o.coordinator.key, doc)))
    twice = enc(REALM, "fresh", c.first.hash, u64(1), u64(NOW), pack([of("a"), of("a")]))
    refuses("one revoked twice", "K4", start, page.freshness(signed_by(o.coordinator.key, twice)))
    short = enc(REALM, "fresh", c.first.hash, u64(1), u64(NOW), pack([bytes(31)]))
    refuses("a short revoked hash", "Suite", start, page.freshness(signed_by(o.coordinator.key, short)))


def _without(o: Organisation, unwanted: Signed) -> list[dict[str, bytes]]:
    return [record(document) for document in o.documents_of(o.coordinator) if document != unwanted]


def numbers(c: Case) -> None:
    o, page = c.o, c.page
    start = page.roster(c.first)
    fifth = page.freshness(o.refreshes(c.first, 5))
    c.accepts("a lower n is ignored", start, fifth, page.freshness(o.refreshes(c.first, 4)))
    stale = o.refreshes(c.first, 4, time=1)
    c.accepts("an old lower n is ignored", start, fifth, page.freshness(stale))
    c.accepts("the same statement again", start, fifth, fifth)
    other = o.refreshes(c.first, 5, revoked=[c.bjorn])
    c.refuses("freshness: another statement with the same n", "K4", start, fifth, page.freshness(other))
    forged = altered(other)
    c.refuses("freshness: a forged one with the same n", "K4", start, fifth, page.freshness(forged))
    revoking = page.freshness(o.refreshes(c.first, 6, revoked=[c.bjorn]))
    c.accepts("the others count after a revocation", start, revoking, page.device(c.amina))
    c.refuses("freshness: a revoked device", "K4", start, revoking, page.device(c.bjorn))
    forgetting = page.freshness(o.refreshes(c.first, 7))
    c.refuses(
        "freshness: a revocation is not forgotten", "K4", start, revoking, forgetting, page.device(c.bjorn)
    )
    second = o.lists([c.amina, c.bjorn], number=2, previous=c.first.hash)
    later = [page.roster(second), page.freshness(o.refreshes(second, 8))]
    c.refuses("freshness: nor by a new roster", "K4", start, revoking, *later, page.device(c.bjorn))
