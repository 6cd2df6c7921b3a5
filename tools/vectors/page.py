"""A page that pins an organisation's root: its steps of trust as the file has them, and the cases that hang on them."""

from typing import Any

from chat.crypto.chain import Signed
from tests.support.organisation import Device, OnDuty, Organisation
from tools.vectors.encodings import REALM
from tools.vectors.file import Vectors

NOW = 1_800_000_000


def record(signed: Signed) -> dict[str, bytes]:
    return {"doc": signed.doc, "sig": signed.sig}


def altered(signed: Signed) -> Signed:
    """The same document with a signature of which one bit is flipped."""
    return Signed(signed.doc, bytes([signed.sig[0] ^ 1]) + signed.sig[1:])


class Page:
    """The steps of a page that pins an organisation's root, as the file has them."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation

    def roster(self, roster: Signed, **changes: Any) -> dict[str, Any]:
        o = self.organisation
        step = {"roster": record(roster), "registrar": record(o.registrar.document), "root": record(o.root)}
        return {"do": "roster", **step, "now": NOW} | changes

    def freshness(self, fresh: Signed, signer: Device | None = None, **changes: Any) -> dict[str, Any]:
        who = signer or self.organisation.coordinator
        documents = [record(document) for document in self.organisation.documents_of(who)]
        step = {"fresh": record(fresh), "signer": who.certificate.hash, "documents": documents}
        return {"do": "freshness", **step, "now": NOW} | changes

    def device(self, device: Device, **changes: Any) -> dict[str, Any]:
        documents = [record(document) for document in self.organisation.documents_of(device)]
        step = {"certificate": device.certificate.hash, "documents": documents, "now": NOW}
        return {"do": "device", **step} | changes

    def duty(self, on_duty: OnDuty, **changes: Any) -> dict[str, Any]:
        documents = [*self.organisation.documents_of(on_duty.device), on_duty.duty]
        step = {"duty": on_duty.duty.hash, "certificate": on_duty.device.certificate.hash}
        return {"do": "duty", **step, "documents": [record(d) for d in documents], "now": NOW} | changes

    def fresh(self, **changes: Any) -> dict[str, Any]:
        return {"do": "require-fresh", "now": NOW} | changes


class Case:
    """One organisation with a roster in force, for the cases that hang on it."""

    def __init__(self, v: Vectors) -> None:
        self.v = v
        self.o = Organisation(REALM, NOW)
        self.page = Page(self.o)
        self.amina = self.o.certifies("Amina", "counsellor")
        self.bjorn = self.o.certifies("Björn", "counsellor")
        self.first = self.o.lists([self.amina, self.bjorn])
        self.fresh = self.o.refreshes(self.first)

    def accepts(self, name: str, *steps: dict[str, Any], root: bytes | None = None) -> None:
        self.v.accepts(name, "trust", realm=REALM, root=root or self.o.root.hash, steps=list(steps))

    def refuses(self, name: str, step: str, *steps: dict[str, Any], root: bytes | None = None) -> None:
        self.v.refuses(name, step, "trust", realm=REALM, root=root or self.o.root.hash, steps=list(steps))

    @property
    def begun(self) -> list[dict[str, Any]]:
        return [self.page.roster(self.first), self.page.freshness(self.fresh)]


def signed_by(key: Any, doc: bytes) -> Signed:
    return Signed(doc, key.sign(doc))
