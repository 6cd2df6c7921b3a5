"""Cases of devices and their duty keys (K3, K5), under a roster in force."""

from typing import Any

from chat.crypto.chain import DAY, HOUR, Signed, Span
from chat.crypto.encoding import digest, enc, u64, unpack, utf8
from tests.support.organisation import Device, OnDuty, Organisation
from tools.vectors.encodings import REALM
from tools.vectors.page import NOW, Case, altered, record, signed_by


def add(c: Case) -> None:
    certificates(c)
    duties(c)


def certificates(c: Case) -> None:
    o, page = c.o, c.page

    def refuses(name: str, step: str, device: Device, **changes: Any) -> None:
        roster = o.lists([c.amina, device])
        c.refuses(f"certificate: {name}", step, page.roster(roster), page.device(device, **changes))

    unlisted = o.certifies("Cissi", "counsellor")
    c.refuses("certificate: not listed", "K4", *c.begun, page.device(unlisted))
    c.refuses("certificate: before any roster", "K4", page.device(c.amina))
    refuses("expired", "K3", o.certifies("Dina", "counsellor", span=Span(NOW - DAY, NOW - HOUR - 1)))
    refuses("not good yet", "K3", o.certifies("Dina", "counsellor", span=Span(NOW + HOUR + 1, NOW + DAY)))
    refuses("too long", "K3", o.certifies("Dina", "counsellor", span=Span(NOW, NOW + 366 * DAY + 1)))
    refuses("an unknown role", "K3", o.certifies("Dina", "guest"))  # type: ignore[arg-type]
    refuses("an empty pseudonym", "K3", o.certifies("", "counsellor"))
    refuses("a pseudonym of 41 characters", "K3", o.certifies("å" * 41, "counsellor"))
    refuses("a pseudonym with a tab", "K3", o.certifies("A\tB", "counsellor"))
    refuses("a pseudonym with DEL", "K3", o.certifies("A\x7f", "counsellor"))
    forty = o.certifies("👩" * 40, "counsellor")
    c.accepts("a certificate whose pseudonym has 40", page.roster(o.lists([forty])), page.device(forty))
    for role in ("counsellor", "supervisor", "interpreter", "coordinator"):
        device = o.certifies("Ebba", role)
        c.accepts(f"a {role}'s certificate", page.roster(o.lists([device])), page.device(device))
    by_second = o.certifies("Farid", "counsellor", registrar=o.second_registrar)
    c.accepts(
        "a certificate of the other registrar", page.roster(o.lists([by_second])), page.device(by_second)
    )
    old = o.certifies("Dina", "counsellor", registrar=o.appoints(Span(NOW - DAY, NOW - HOUR - 1)))
    refuses("of an expired registrar", "K2", old)
    stranger = Organisation(REALM, NOW).certifies("Mallory", "counsellor")
    refuses("of another organisation", "K2", stranger)
    certificate, registrar = record(c.amina.certificate), record(o.registrar.document)
    forged = record(altered(c.amina.certificate))
    refuses_amina(c, "a bit flipped", "K3", [record(o.root), registrar, forged])
    wrong = Signed(c.amina.certificate.doc, o.second_registrar.key.sign(c.amina.certificate.doc))
    refuses_amina(c, "signed by another registrar", "K3", [record(o.root), registrar, record(wrong)])
    refuses_amina(c, "not given", "K3", [record(o.root), registrar])
    refuses_amina(c, "its registrar not given", "K2", [record(o.root), certificate])
    refuses_amina(c, "its root not given", "K1", [registrar, certificate])
    raw_certificates(c)


def refuses_amina(c: Case, name: str, step: str, documents: list[dict[str, bytes]]) -> None:
    c.refuses(f"certificate: {name}", step, *c.begun, c.page.device(c.amina, documents=documents))


def raw_certificates(c: Case) -> None:
    """Documents that no issuing function makes."""
    o = c.o
    good = [
        o.registrar.document.hash,
        utf8("Gun"),
        b"counsellor",
        c.amina.key.public.raw,
        c.amina.seal_key.public.raw,
        u64(9),
        u64(NOW),
        u64(NOW + DAY),
    ]
    for name, place, value in [
        ("a compressed key", 3, b"\2" + good[3][1:33]),
        ("a key off the curve", 3, good[3][:-1] + bytes([good[3][-1] ^ 1])),
        ("a short HPKE key", 4, good[4][:-1]),
        ("a serial of 4 bytes", 5, bytes(4)),
        ("a pseudonym in NFD", 1, b"Bjo\xcc\x88rn"),
        ("a time of 2^53", 7, u64(2**53)),
    ]:
        items = [value if at == place else item for at, item in enumerate(good)]
        device = signed_by(o.registrar.key, enc(REALM, "device", *items))
        documents = [record(o.root), record(o.registrar.document), record(device)]
        step = {"certificate": device.hash, "documents": documents}
        c.refuses(f"certificate: {name}", "Suite", *c.begun, c.page.device(c.amina, **step))


def duties(c: Case) -> None:
    o, page = c.o, c.page
    good = c.amina.goes_on_duty(Span(NOW, NOW + 12 * HOUR))
    c.accepts("a duty key of 12 hours", *c.begun, page.duty(good))

    def refuses(name: str, step: str, on_duty: OnDuty, **changes: Any) -> None:
        c.refuses(f"duty: {name}", step, *c.begun, page.duty(on_duty, **changes))

    refuses("12 hours and a second", "K5", c.amina.goes_on_duty(Span(NOW, NOW + 12 * HOUR + 1)))
    refuses("expired", "K5", c.amina.goes_on_duty(Span(NOW - 3 * HOUR, NOW - HOUR - 1)))
    refuses("not good yet", "K5", c.amina.goes_on_duty(Span(NOW + HOUR + 1, NOW + 2 * HOUR)))
    refuses("ends before it begins", "K5", c.amina.goes_on_duty(Span(NOW, NOW - 1)))
    by_bjorn = c.bjorn.goes_on_duty(Span(NOW, NOW + HOUR))
    refuses("of another device", "K5", good, duty=by_bjorn.duty.hash, documents=_with(o, good, by_bjorn.duty))
    naming = enc(REALM, "duty", c.bjorn.certificate.hash, *unpack(good.duty.doc)[2:])
    other = signed_by(c.amina.key, naming)
    refuses("naming another device", "K5", good, duty=other.hash, documents=_with(o, good, other))
    refuses("a bit flipped", "K5", good, documents=_with(o, good, altered(good.duty)))
    wrong = Signed(good.duty.doc, c.bjorn.key.sign(good.duty.doc))
    refuses("signed by another device", "K5", good, documents=_with(o, good, wrong))
    refuses(
        "signed by the duty key itself",
        "K5",
        good,
        documents=_with(o, good, signed_by(good.key, good.duty.doc)),
    )
    refuses("not given", "K5", good, documents=_with(o, good))
    refuses(
        "of a device not listed", "K4", o.certifies("H", "counsellor").goes_on_duty(Span(NOW, NOW + HOUR))
    )
    long = signed_by(c.amina.key, good.duty.doc + b"\0")
    refuses("a byte too many", "Suite", good, duty=digest(long.doc), documents=_with(o, good, long))
    compressed = [good.seal_key.public.raw, b"\2" + good.key.public.raw[1:33], u64(NOW), u64(NOW + HOUR)]
    short = signed_by(c.amina.key, enc(REALM, "duty", c.amina.certificate.hash, *compressed))
    refuses("a compressed key", "Suite", good, duty=digest(short.doc), documents=_with(o, good, short))


def _with(o: Organisation, on_duty: OnDuty, *duty: Signed) -> list[dict[str, bytes]]:
    return [record(document) for document in [*o.documents_of(on_duty.device), *duty]]
