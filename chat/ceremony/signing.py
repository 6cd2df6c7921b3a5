"""The next roster out of a draft (K3, K4): machines are certified, and what comes out is verified as a page would verify it.

Knows documents, no file and no screen. The draft is material: nothing in it counts before it was verified here.
"""

from dataclasses import dataclass
from typing import Final

from chat import staff_bodies, wire
from chat.ceremony.opening import REALM, OpenRegistrar, check_clock
from chat.crypto import chain, issuing, words
from chat.crypto.chain import DAY, ROSTER_DEVICES, Certificate, Listed, Roster, Signed, Span, by_hash
from chat.crypto.encoding import ZEROS, b64, unb64, utf8
from chat.crypto.hpke import DeviceSealKey
from chat.crypto.signing import DeviceKey
from chat.errors import CeremonyError, Malformed, VerificationError
from chat.papers import as_wire, one, verify_signed_roster

CERTIFICATE_SECONDS: Final = 365 * DAY
RENEWED_SECONDS: Final = 60 * DAY
"""A certificate that ends sooner than this is made anew."""


@dataclass(frozen=True)
class Row:
    """A machine of a draft, read: `kept` where its certificate stays, else it is to be certified.

    `news`: in words, what nobody has signed for it yet; empty where everything is as on the roster before.
    """

    asked: staff_bodies.DraftDevice
    signature_key: DeviceKey
    hpke_key: DeviceSealKey
    kept: Signed | None
    news: str


@dataclass(frozen=True)
class Plan:
    """What would be signed: number and predecessor of the roster, and its machines."""

    number: int
    previous: bytes
    rows: list[Row]
    manifest: bytes
    """H(client manifest) of the roster before; 32 zeros: it had none."""

    @property
    def news(self) -> list[Row]:
        """Machines that people look at before anything is signed."""
        return [row for row in self.rows if row.news]


def plan(registrar: OpenRegistrar, draft: staff_bodies.Draft, now: int) -> Plan:
    """Read and verify a draft; CeremonyError with what is wrong."""
    try:
        before = _before(registrar, draft, now)
        rows = [_row(registrar, asked, draft, before, now) for asked in draft.devices]
    except (VerificationError, Malformed) as error:
        raise CeremonyError(
            f"The draft is not good ({error}).",
            "Fetch it anew; if it happens again, somebody may have changed it.",
        ) from error
    if len({row.signature_key.raw for row in rows}) != len(rows):
        raise CeremonyError("The draft lists one machine twice.", "Remove one of them in the console.")
    if before is None:
        return Plan(1, ZEROS, rows, ZEROS)
    return Plan(before.number + 1, before.hash, rows, before.manifest)


def sign(
    registrar: OpenRegistrar,
    planned: Plan,
    draft: staff_bodies.Draft,
    now: int,
    days: int,
    manifest: bytes = b"",
) -> staff_bodies.SignedRoster:
    """Certificates and roster (K3, K4). `manifest`: empty for that of the roster before."""
    limit = chain.ROSTER_SECONDS // DAY
    if not 1 <= days <= limit:
        raise CeremonyError(f"A roster is good for 1 to {limit} days, not {days}.", "Name fewer with --days.")
    end = min(now + days * DAY, registrar.registrar.span.end)
    certificates = [
        _certified(registrar, row, 1000 * planned.number + place, now)
        for place, row in enumerate(planned.rows)
    ]
    listed = [
        Listed(certificate.hash, row.asked.may_sign_freshness, row.asked.takes_callbacks)
        for certificate, row in zip(certificates, planned.rows, strict=True)
    ]
    roster = issuing.issue_roster(
        REALM,
        registrar.key,
        registrar.root.hash,
        number=planned.number,
        previous=planned.previous,
        span=Span(now, end),
        devices=listed,
        manifest=manifest or planned.manifest,
    )
    documents = by_hash(registrar.document, *map(one, draft.documents))
    needed = {chain.parse_certificate(REALM, certificate.doc).registrar for certificate in certificates}
    made = staff_bodies.SignedRoster(
        roster=wire.Roster(
            roster=as_wire(roster),
            registrar=b64(registrar.document.hash),
            documents=[as_wire(registrar.root_document), as_wire(registrar.document)],
        ),
        certificates=[as_wire(certificate) for certificate in certificates],
        documents=[as_wire(documents[hashed]) for hashed in sorted(needed) if hashed in documents],
    )
    verify_signed_roster(REALM, registrar.root.hash, made, now)
    return made


def draft_of(made: staff_bodies.SignedRoster) -> staff_bodies.Draft:
    """What the roster after this one says, if nothing changes."""
    listed = chain.parse_roster(REALM, unb64(made.roster.roster.doc)).devices
    devices = []
    for certificate in made.certificates:
        opened = chain.parse_certificate(REALM, unb64(certificate.doc))
        if opened.hash not in listed:
            continue
        entry = listed[opened.hash]
        devices.append(
            staff_bodies.DraftDevice(
                pseudonym=opened.pseudonym,
                role=opened.role,
                signature_key=b64(opened.signature_key.raw),
                hpke_key=b64(opened.hpke_key.raw),
                may_sign_freshness=entry.may_sign_freshness,
                takes_callbacks=entry.takes_callbacks,
                certificate=certificate,
            )
        )
    return staff_bodies.Draft(devices=devices, previous=made.roster, documents=made.documents)


def words_of(registrar: OpenRegistrar, row: Row) -> str:
    """K3: the words that the machine shows on its own screen."""
    return " ".join(words.device_words(REALM, registrar.root.hash, row.signature_key, row.hpke_key))


def _before(registrar: OpenRegistrar, draft: staff_bodies.Draft, now: int) -> Roster | None:
    """The roster in force, whose signature counts also when its time is over."""
    if len(draft.devices) > ROSTER_DEVICES:
        raise VerificationError("K4", f"more than {ROSTER_DEVICES} devices")
    if draft.previous is None:
        return None
    parsed = chain.parse_roster(REALM, unb64(draft.previous.roster.doc))
    check_clock(parsed.span.start, now, f"roster {parsed.number} was signed")
    documents = by_hash(*map(one, draft.previous.documents))
    signer = chain.find("K2", documents, unb64(draft.previous.registrar))
    opened = chain.open_registrar(REALM, registrar.root, signer, parsed.span.start)
    return chain.open_roster(REALM, registrar.root, opened, one(draft.previous.roster), parsed.span.start)


def _row(
    registrar: OpenRegistrar,
    asked: staff_bodies.DraftDevice,
    draft: staff_bodies.Draft,
    before: Roster | None,
    now: int,
) -> Row:
    signature_key, hpke_key = DeviceKey(unb64(asked.signature_key)), DeviceSealKey(unb64(asked.hpke_key))
    chain.read_pseudonym("K3", utf8(asked.pseudonym))
    if asked.certificate is None:
        return Row(asked, signature_key, hpke_key, None, "new machine")
    signed = one(asked.certificate)
    certificate = _opened(registrar, signed, draft)
    if (certificate.signature_key.raw, certificate.hpke_key.raw) != (signature_key.raw, hpke_key.raw):
        raise VerificationError("K3", "a certificate of other keys")
    same = (certificate.pseudonym, certificate.role) == (asked.pseudonym, asked.role)
    lasts = certificate.span.end - now >= RENEWED_SECONDS
    news = _news(asked, certificate, before)
    return Row(asked, signature_key, hpke_key, signed if same and lasts else None, news)


def _news(asked: staff_bodies.DraftDevice, certificate: Certificate, before: Roster | None) -> str:
    """A draft may promote a machine, or bring one back; people see both."""
    listed = before.devices.get(certificate.hash) if before else None
    if listed is None:
        return "not on the roster before"
    found = []
    if (certificate.pseudonym, certificate.role) != (asked.pseudonym, asked.role):
        found.append(f"was {certificate.pseudonym}, {certificate.role}")
    if asked.may_sign_freshness and not listed.may_sign_freshness:
        found.append("may now sign freshness")
    if asked.takes_callbacks and not listed.takes_callbacks:
        found.append("now takes callbacks")
    return ", ".join(found)


def _opened(registrar: OpenRegistrar, signed: Signed, draft: staff_bodies.Draft) -> Certificate:
    """A certificate that a registrar of this root has signed, whether or not its time is over."""
    parsed = chain.parse_certificate(REALM, signed.doc)
    documents = by_hash(registrar.document, *map(one, draft.documents))
    signer = chain.find("K2", documents, parsed.registrar)
    opened = chain.open_registrar(REALM, registrar.root, signer, parsed.span.start)
    return chain.open_certificate(REALM, opened, signed, parsed.span.start)


def _certified(registrar: OpenRegistrar, row: Row, serial: int, now: int) -> Signed:
    if row.kept is not None:
        return row.kept
    end = min(now + CERTIFICATE_SECONDS, registrar.registrar.span.end)
    return issuing.issue_certificate(
        REALM,
        registrar.key,
        registrar.document.hash,
        pseudonym=row.asked.pseudonym,
        role=row.asked.role,
        signature_key=row.signature_key,
        hpke_key=row.hpke_key,
        serial=serial,
        span=Span(now, end),
    )
