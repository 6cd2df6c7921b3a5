"""`python -m tools.vectors.hostile`: makes tests/vectors/hostile.json anew, out of what a hostile service tries on real pages.

It lets hypothesis play (tests/support/hostile), looks at what each page was shown, and keeps the shortest of every kind of
refusal and of every kind of conversation that held.
"""

import random
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from chat.client.conversation import Conversation
from chat.client.translation import read_signed
from chat.crypto.chain import Signed
from chat.crypto.entries import AnnouncementEntry, Entry, FrameEntry, OfferEntry
from chat.crypto.readers import AsMember
from chat.errors import VerificationError
from tests.support.hostile.machine import HostileService
from tests.support.hostile.network import People, Word
from tests.support.hostile.watch import Proposing, Taken
from tests.support.hostile.world import REALM, Paper, World
from tests.support.vectors import FOLDER, Refused, carry_out
from tools.vectors.file import Vectors
from tools.vectors.page import record

PLAYS = 1_000
STEPS = 60
Json = dict[str, Any]
Kind = tuple[str, ...]


def main() -> None:
    found: dict[Kind, Json] = {}
    _play(found)
    vectors = Vectors()
    for kind, given in sorted(found.items()):
        name = " · ".join(kind)
        operation = "continued" if "continuation" in given else "log"
        if kind[1] == "refused":
            vectors.refuses(name, kind[2], operation, **given)
        else:
            vectors.accepts(name, operation, **given)
    vectors.write(FOLDER / "hostile.json")


def _play(found: dict[Kind, Json]) -> None:
    class Recorded(HostileService):
        """A play whose every refusal, and every end, is looked at when it is over."""

        def __init__(self) -> None:
            super().__init__()
            self.all_told: list[Json] = []

        def refused(self, page: People, conversation: Conversation) -> None:
            self.all_told.append(self._told(page, conversation))

        def hears_a_word(self, page: People, conversation: Conversation, word: Word) -> None:
            if conversation.alarm:
                return
            signed = record(read_signed(word.signed))
            self.all_told.append(self._told(page, conversation) | {"continuation": signed})

        def teardown(self) -> None:
            self.all_told += [self._told(*view) for view in self.service.views()]
            super().teardown()
            for given in self.all_told:
                _keep(found, given)

        def _told(self, page: People, conversation: Conversation) -> Json:
            shown = self.watch.shown[id(conversation.log)]
            entries = [_entry(taken) for taken in (*shown.taken, *shown.refused)]
            papers = [(self.world.papers[number], now) for number, now in self.trusted[self._name(page)]]
            trust = [step for paper, now in papers for step in _trusting(self.world, paper, now)]
            log = conversation.log
            given = {"realm": REALM, "root": log.root, "sid": log.sid, "trust": trust}
            return given | _view(conversation, self.seeds) | {"entries": entries}

    random.seed(1)
    how = settings(
        max_examples=PLAYS,
        stateful_step_count=STEPS,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(1)(Recorded), settings=how)


def _keep(found: dict[Kind, Json], given: Json) -> None:
    if not given["entries"]:
        return
    kind = _kind(given)
    if kind not in found or len(given["entries"]) < len(found[kind]["entries"]):
        found[kind] = given


def _kind(given: Json) -> Kind:
    """What came of it, as this side sees it: who, the verdict, and over what or how far."""
    view = given["view"]
    if "continuation" in given:
        return _kind_of_word(given)
    try:
        out = carry_out("log", given)
    except Refused as refused:
        how = refused.how
        why = refused.__cause__
        reason = why.reason if isinstance(why, VerificationError) else ""
        return view, "refused", how["step"], given["entries"][how["at"]]["kind"], reason
    members = f"{len(out['members'])} in"
    kinds = sorted({written["kind"] for written in out["written"]})
    return view, "holds", f"epoch {out['epoch']}", members, ", ".join(kinds)


def _kind_of_word(given: Json) -> Kind:
    """E9: what a page that follows the log makes of it."""
    view = given["view"]
    try:
        carry_out("continued", given)
    except Refused as refused:
        why = refused.__cause__
        step = refused.how["step"] if isinstance(refused.how, dict) else refused.how
        return view, "refused", step, "goes on", why.reason if isinstance(why, VerificationError) else ""
    return view, "goes on"


def _trusting(world: World, paper: Paper, now: int) -> Iterator[Json]:
    registrar, root = paper.registrar.document, world.organisation.root
    roster = {"roster": record(paper.roster), "registrar": record(registrar), "root": record(root)}
    yield {"do": "roster", **roster, "now": now}
    signer = paper.signer
    documents = [record(document) for document in (root, signer.registrar, signer.certificate)]
    fresh = {"fresh": record(paper.fresh), "signer": signer.certificate.hash, "documents": documents}
    yield {"do": "freshness", **fresh, "now": now}


def _view(conversation: Conversation, seeds: Mapping[bytes, bytes]) -> Json:
    reader = conversation.log.reader
    if isinstance(reader, Proposing):
        mine = sorted(reader.mine.items())
        return {"view": "visitor", "mine": [{"doc": doc, "secret": secret} for _, (doc, secret) in mine]}
    if not isinstance(reader, AsMember):
        raise TypeError("a page of nobody's")
    return {
        "view": "member",
        "duty": reader.duty,
        "seed": seeds[reader.duty],
        "offers": sorted(reader.offers),
    }


def _entry(taken: Taken) -> Json:
    return {"index": taken.index, "at": taken.at} | _fields(taken.entry)


def _fields(entry: Entry) -> Json:
    if isinstance(entry, FrameEntry):
        return {"kind": "frame", "header": entry.header, "ciphertext": entry.ciphertext, "sig": entry.sig}
    if isinstance(entry, AnnouncementEntry):
        return {"kind": "announcement", **record(Signed(entry.doc, entry.sig)), "wraps": list(entry.wraps)}
    if isinstance(entry, OfferEntry):
        documents = [record(document) for document in entry.documents]
        return {"kind": "offer", **record(Signed(entry.doc, entry.sig)), "documents": documents}
    return {"kind": "service", "doc": entry.doc}


if __name__ == "__main__":
    main()
