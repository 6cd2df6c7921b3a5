"""Nobody but the two can read: sockets, requests, store commands and store contents are searched for every
sentence.
"""

from collections.abc import Iterator

import pytest

from tests.support.demo import Demo
from tests.support.eavesdropper import Eavesdropper, finds, forms
from tests.support.people import CounsellorPerson, VisitorPerson

CONTROL = "Den här meningen är planterad och måste hittas."
EARLY = "Min bror får inte veta att jag skriver hit."
QUESTION = "Är du ensam i rummet just nu, eller kan någon se skärmen?"
ANSWER = "Jag är ensam men de kommer hem klockan fyra i eftermiddag."


@pytest.fixture
def eavesdropper(demo: Demo) -> Iterator[Eavesdropper]:
    sockets = demo.store_sockets()
    assert len(sockets) == 2, f"a live and a ledger store, not {sockets}"
    listener = Eavesdropper(sockets)
    yield listener
    listener.stops()


def test_no_sentence_is_found_anywhere_but_the_planted_one(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson, eavesdropper: Eavesdropper
) -> None:
    eavesdropper.listens_to(visitor.page)
    eavesdropper.listens_to(counsellor.page)
    visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us().starts_the_chat()
    visitor.writes(EARLY)
    counsellor.takes_next()
    counsellor.sees(EARLY)
    counsellor.writes(QUESTION)
    visitor.sees(QUESTION)
    visitor.writes(ANSWER)
    counsellor.sees(ANSWER)
    visitor.sees_state(ANSWER, "Read")

    during = eavesdropper.heard()
    assert len(during) > 20, "the ears hear something"
    counsellor.ends_the_chat()
    visitor.sees_the_end()
    eavesdropper.plants(CONTROL, counsellor.page, f"{demo.staff.replace('http', 'ws')}/v1/counsellor")
    heard = eavesdropper.heard()

    assert finds(CONTROL, heard)
    for form in forms(CONTROL):
        assert any(form in piece for piece in heard), "each form is looked for and found"
    for sentence in (EARLY, QUESTION, ANSWER):
        assert not finds(sentence, heard)


def test_nothing_of_a_conversation_is_left_after_its_end(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson, eavesdropper: Eavesdropper
) -> None:
    before = eavesdropper.keys()
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    counsellor.takes_next()
    counsellor.writes(QUESTION)
    visitor.sees(QUESTION)
    assert any(key.endswith(b":log") for key in eavesdropper.keys() - before)
    visitor.ends_the_chat()
    visitor.sees_the_end()
    counsellor.sees_the_end()
    # What stays for a quarter of an hour is that it ended (S6), and for a minute who had a socket.
    # The counsellor's desk may have made a team key meanwhile.
    others = (b":{queue}", b":{callbacks}")
    new = {key for key in eavesdropper.keys() - before if not any(other in key for other in others)}
    kept = {key.rpartition(b":")[2] for key in new}
    assert kept <= {b"ended", b"sockets"}
