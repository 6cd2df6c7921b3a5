"""A service that does whatever it can is refused, or seen (E, F): hypothesis plays it. And the play is seen to fail when any
one check of the pages is taken away.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from chat.client.conversation import Conversation
from chat.crypto import admission, chain, frames, log, trust, writer
from chat.crypto.entries import Written
from chat.crypto.epochs import wrap
from chat.crypto.hpke import DutySealKey
from chat.crypto.log import Log, Place
from chat.crypto.signing import PublicKey
from chat.crypto.writer import Writer
from tests.support.hostile.machine import HostileService
from tests.support.hostile.watch import Violation
from tests.support.hostile.world import world

QUICK = settings(
    max_examples=80,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=False,
    phases=[Phase.reuse, Phase.generate],
)
SOAK = settings(QUICK, max_examples=3_000, stateful_step_count=120, phases=tuple(Phase))
FINDING = settings(
    QUICK,
    max_examples=2_000,
    phases=[Phase.generate],
    database=None,
    derandomize=True,
    report_multiple_bugs=False,
)


def test_no_service_can_make_a_page_take_what_nobody_sent_or_tell_who_is_not_in() -> None:
    run_state_machine_as_test(HostileService, settings=QUICK)


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_no_service_can_do_so_with_much_patience() -> None:
    run_state_machine_as_test(HostileService, settings=SOAK)


# With one check taken away


def not_verifying(*steps: str) -> Callable[[], AbstractContextManager[Any]]:
    """As if every signature of these steps were good."""
    verify = PublicKey.verify

    def verifies(key: PublicKey, step: str, message: bytes, signature: bytes) -> None:
        if step not in steps:
            verify(key, step, message, signature)

    return lambda: patch.object(PublicKey, "verify", verifies)


def _any_head() -> AbstractContextManager[Any]:
    check = Log._check_frame_place

    def checks(held: Log, header: frames.Header) -> None:
        check(held, replace(header, head=held.heads[min(header.index, held.index)]))

    return patch.object(Log, "_check_frame_place", checks)


def _anybody_listed() -> AbstractContextManager[Any]:
    def verifies(known: trust.Trust, certificate: bytes, documents: Any, roster: Any, now: int) -> Any:
        return known._certificate(certificate, documents, now)

    return patch.object(trust.Trust, "verify_device", verifies)


def _any_duty_key() -> AbstractContextManager[Any]:
    def opens(realm: Any, certificate: Any, signed: chain.Signed, now: int) -> chain.Duty:
        return chain.parse_duty(realm, signed.doc)

    return patch.object(trust, "open_duty", opens)


def _any_signer() -> AbstractContextManager[Any]:
    return patch.object(trust.Trust, "_verify_signer", lambda *_: None)


@contextmanager
def _nothing_known() -> Iterator[None]:
    def new(index: int, header: frames.Header, plain: frames.Plain, _: Any) -> Written:
        return Written(index, header.sender, header.epoch, plain, repeated=False)

    note = Conversation._note

    def notes(page: Conversation, written: Written, at: int) -> None:
        page._known.clear()
        note(page, written, at)

    with patch.object(log, "_written", new), patch.object(Conversation, "_note", notes):
        yield


def _the_same_pen() -> AbstractContextManager[Any]:
    write = Writer.write

    def writes(pen: Writer, held: Log, key: Any, plain: Any) -> Any:
        pen.place = Place(max(0, pen.place.seq - 1), pen.place.previous)
        return write(pen, held, key, plain)

    return patch.object(writer.Writer, "write", writes)


def _nobody_asked() -> AbstractContextManager[Any]:
    consider = admission.consider
    return patch("chat.client.visitor.consider", lambda *given: replace(consider(*given), unasked=True))


def _anybody_expected() -> AbstractContextManager[Any]:
    return patch("chat.client.visitor.expected_after", lambda *_: None)


def _forgotten_where_it_goes_on() -> AbstractContextManager[Any]:
    goes_on_as = Conversation.goes_on_as

    def forgets(page: Conversation, *given: Any) -> Conversation:
        after = goes_on_as(page, *given)
        after._known = set()
        return after

    return patch.object(Conversation, "goes_on_as", forgets)


@contextmanager
def _sealed_to_eve() -> Iterator[None]:
    eve = world().eve

    def wraps(realm: Any, body: bytes, duty: bytes, key: DutySealKey, secrets: Any) -> bytes:
        return wrap(realm, body, duty, eve.seal_key.public, secrets)

    with patch.object(admission, "wrap", wraps):
        yield


def _in_clear() -> AbstractContextManager[Any]:
    return patch(
        "tests.support.hostile.watch.seal_frame",
        lambda realm, secret, header, plain: frames.pad(plain.encode(realm)),
    )


BREAKS: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "F3 whoever signed a frame": not_verifying("F3"),
    "E3 whoever signed an announcement": not_verifying("E3"),
    "K2 K4 whoever signed a roster": not_verifying("K2", "K4"),
    "F4 whatever log its sender has seen": _any_head,
    "K4 whether a device is listed": _anybody_listed,
    "K5 whose the duty key is": _any_duty_key,
    "K4 who signs freshness": _any_signer,
    "S3 what was known before": _nothing_known,
    "F2 the number of a frame": _the_same_pen,
    "E5 whether the visitor is asked": _nobody_asked,
    "E9 whose word it is that it goes on": not_verifying("E9"),
    "E9 who need not be asked where it goes on": _anybody_expected,
    "E9 what was known before it went on": _forgotten_where_it_goes_on,
    "E2 to whom the secrets are sealed": _sealed_to_eve,
    "F2 that it is sealed at all": _in_clear,
}


LATE = {
    "F4 whatever log its sender has seen",
    "E9 whose word it is that it goes on",
    "S3 what was known before",
    "E9 who need not be asked where it goes on",
    "E9 what was known before it went on",
}
"""Found after hundreds of plays only."""


@pytest.mark.timeout(600)  # most are found at once; what keys happen to be drawn decides
@pytest.mark.parametrize(
    "check", [pytest.param(check, marks=pytest.mark.soak if check in LATE else ()) for check in BREAKS]
)
def test_the_play_finds_a_page_that_does_not_check(check: str) -> None:
    with BREAKS[check](), pytest.raises(Violation):
        run_state_machine_as_test(HostileService, settings=FINDING)
