"""A log takes what belongs and refuses what does not, whatever the bytes; a refusal changes nothing."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.crypto.chain import HOUR, Span
from chat.errors import VerificationError
from tests.support.organisation import Organisation
from tests.support.vectors import FOLDER, Refused, carry_out, read

LOGS = [case for case in read(FOLDER / "python.json") if case["op"] == "log" and "out" in case]
FIELDS = ("doc", "sig", "header", "ciphertext")


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_one_changed_byte_is_refused_or_changes_nothing_that_is_shown(data: st.DataObject) -> None:
    """`carry_out` itself fails if a refused entry changed the log. What nobody checks: an offer that nobody lets in, words of
    the service that nobody has seen, and the signature of an announcement that comes once more.
    """
    case = data.draw(st.sampled_from(LOGS))
    at = data.draw(st.integers(0, len(case["in"]["entries"]) - 1))
    entry: dict[str, Any] = case["in"]["entries"][at]
    field = data.draw(st.sampled_from([name for name in FIELDS if name in entry]))
    place = data.draw(st.integers(0, len(entry[field]) - 1))
    changed = bytearray(entry[field])
    changed[place] ^= data.draw(st.integers(1, 255))
    entries = [*case["in"]["entries"]]
    entries[at] = entry | {field: bytes(changed)}
    try:
        out = carry_out("log", case["in"] | {"entries": entries})
    except Refused:
        return
    is_repeat = entry.get("doc") in [earlier.get("doc") for earlier in entries[:at]]
    assert entry["kind"] in ("offer", "service") or is_repeat
    assert out["written"] == case["out"]["written"]
    assert out["members"] == case["out"]["members"]


def test_a_refused_roster_leaves_the_page_as_it_was() -> None:
    now = 1_800_000_000
    organisation = Organisation("varsam", now)
    amina = organisation.certifies("Amina", "counsellor")
    roster = organisation.lists([amina])
    trust = organisation.trusted_by(roster, organisation.refreshes(roster))
    before = (trust.roster, trust.fresh, trust.revoked, dict(trust.rosters))
    fork = organisation.lists([], span=Span(now, now + HOUR))
    with pytest.raises(VerificationError):
        trust.take_roster(fork, organisation.root, organisation.registrar.document, now)
    assert before == (trust.roster, trust.fresh, trust.revoked, trust.rosters)
