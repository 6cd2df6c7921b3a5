"""What a page does with its own entries between sealing and the log (S2, S3), without a service: the test is the service."""

import asyncio
import os
from dataclasses import replace

import pytest

from chat import wire
from chat.client.conversation import UNDER_WAY, Conversation, Over
from chat.client.link import Refused
from chat.client.translation import read_entry, write_announcement
from chat.crypto.admission import admit, begin, consider
from chat.crypto.chain import HOUR, Span
from chat.crypto.encoding import b64
from chat.crypto.entries import FrameEntry, OfferEntry
from chat.crypto.epochs import Offer, visitor_id
from chat.crypto.frames import open_frame, parse_header
from chat.crypto.log import Log
from chat.crypto.readers import AsVisitor
from chat.crypto.signing import PrivateKey, VisitorKey
from chat.crypto.writer import text_parts
from chat.errors import VerificationError
from chat.rules.limits import FRAMES_IN_FLIGHT
from tests.support.organisation import Organisation

NOW = 1_800_000_000


class Service:
    """Stands where the service would: keeps what a visitor's page sends, and answers when told to."""

    def __init__(self) -> None:
        self.organisation = Organisation("varsam", NOW)
        self.amina = self.organisation.certifies("Amina", "counsellor").goes_on_duty(Span(NOW, NOW + HOUR))
        self.roster = self.organisation.lists([self.amina.device])
        self.trust = self.organisation.trusted_by(self.roster, self.organisation.refreshes(self.roster))
        self.key = PrivateKey.generate(VisitorKey)
        self.reader = AsVisitor()
        self.sent: list[wire.Append] = []
        self.page = self._opens()

    def _opens(self) -> Conversation:
        secret, root = os.urandom(32), self.organisation.root.hash
        sid, first = begin(
            "varsam", root, self.key, nonce=os.urandom(32), secret=secret, leave_hash=bytes(32)
        )
        self.reader.propose(first.doc, secret)
        log = Log("varsam", root, sid, self.reader)
        refs = iter(range(1, 1000))
        sender = visitor_id("varsam", self.key.public.raw)
        page = Conversation(log, self.key, sender, lambda: next(refs), self._receive)
        page.take(1, first, NOW)
        return page

    async def _receive(self, message: wire.Append) -> None:
        self.sent.append(message)

    def acknowledges(self, message: wire.Append) -> None:
        index = self.page.log.index + 1
        self.page.acknowledged(wire.Ack(ref=message.ref, sid=message.sid, index=index, at=NOW))

    async def refuses(self, message: wire.Append, code: str, retry_after: float | None = None) -> None:
        await self.page.refused(
            wire.Error(code=code, remedy="", ref=message.ref, sid=message.sid, retry_after=retry_after)
        )

    def logs(self, entry: wire.AnyEntry, index: int | None = None) -> None:
        place = index or self.page.log.index + 1
        self.page.logged(wire.Logged(sid=self.page.sid, index=place, at=NOW, entry=entry))

    async def lets_amina_in(self) -> wire.Append:
        """Amina's offer comes, and the page's announcement is on its way."""
        log, amina = self.page.log, self.amina
        offer = Offer(
            log.sid,
            log.newest.hash,
            "accept",
            amina.device.certificate.hash,
            amina.duty.hash,
            self.roster.hash,
            NOW + 60,
        )
        doc = offer.encode("varsam")
        documents = (*self.organisation.documents_of(amina.device), amina.duty)
        entry = OfferEntry(doc, amina.key.sign(doc), documents)
        self.page.log.accept(log.index + 1, entry, NOW)
        secret = os.urandom(32)
        considered = consider(log, self.trust, next(reversed(log.offers)), NOW)
        announcement = admit(log, self.key, considered, secret)
        self.reader.propose(announcement.doc, secret)
        await self.page.appends(write_announcement(announcement), log.newest.epoch + 1)
        return self.sent[-1]


@pytest.fixture
async def service() -> Service:
    return Service()


def frame_of(message: wire.Append) -> FrameEntry:
    entry = read_entry(message.entry)
    assert isinstance(entry, FrameEntry)
    return entry


async def test_what_is_written_is_sent_at_once_and_stored_when_acknowledged(service: Service) -> None:
    (outgoing,) = await service.page.sends("hej")
    assert not outgoing.stored.done()
    service.acknowledges(service.sent[0])
    assert await service.page.stored([outgoing]) == [2]
    assert service.page.words() == ["hej"]


async def test_what_is_not_acknowledged_is_sent_again_as_identical_bytes(service: Service) -> None:
    await service.page.sends("ett")
    await service.page.sends("två")
    first = list(service.sent)
    await service.page.send_again()
    assert service.sent == first * 2


async def test_a_page_that_comes_back_before_it_holds_any_entry_sends_nothing(service: Service) -> None:
    empty = Conversation(
        Log("varsam", bytes(32), bytes(32), AsVisitor()), service.key, bytes(32), lambda: 1, service.page.send
    )
    await empty.send_again()
    assert service.sent == []


async def test_a_frame_refused_for_now_is_sent_again_after_the_wait(service: Service) -> None:
    (outgoing,) = await service.page.sends("hej")
    await service.refuses(service.sent[0], "too-fast", retry_after=0.01)
    await asyncio.sleep(0.1)
    assert service.sent == [service.sent[0]] * 2
    service.acknowledges(service.sent[1])
    assert await service.page.stored([outgoing]) == [2]


async def test_of_many_texts_sixteen_are_under_way_and_the_rest_follows_in_order(service: Service) -> None:
    outgoing = [item for number in range(40) for item in await service.page.sends(str(number))]
    assert len(service.sent) == UNDER_WAY == FRAMES_IN_FLIGHT
    for number in range(40):
        service.acknowledges(service.sent[number])
        await service.page.settle()
        assert len(service.page.outbox) <= UNDER_WAY
    assert await service.page.stored(outgoing) == list(range(2, 42))
    assert service.page.words() == [str(number) for number in range(40)]


async def test_an_answer_to_a_repeat_changes_nothing(service: Service) -> None:
    await service.page.sends("hej")
    service.acknowledges(service.sent[0])
    head = service.page.log.heads[-1]
    service.page.acknowledged(wire.Ack(ref=service.sent[0].ref, sid=service.page.sid, index=2, at=NOW))
    assert (service.page.log.heads[-1], service.page.alarm) == (head, None)


async def test_an_own_entry_whose_acknowledgement_was_lost_counts_as_stored(service: Service) -> None:
    (outgoing,) = await service.page.sends("hej")
    service.logs(service.sent[0].entry)
    assert await service.page.stored([outgoing]) == [2]
    assert not service.page.outbox


async def test_the_entry_held_comes_again_and_is_recognised(service: Service) -> None:
    await service.page.sends("hej")
    service.acknowledges(service.sent[0])
    service.logs(service.sent[0].entry, index=2)
    assert service.page.alarm is None
    assert service.page.words() == ["hej"]


async def test_another_entry_where_one_was_held_is_lost_and_nothing_more_is_taken_or_sent(
    service: Service,
) -> None:
    await service.page.sends("hej")
    service.acknowledges(service.sent[0])
    await service.page.sends("annat")
    service.logs(service.sent[1].entry, index=2)
    assert (service.page.lost, service.page.alarm) == (True, None)
    service.logs(service.sent[1].entry)
    await service.page.sends("mer")
    assert (service.page.log.index, len(service.sent)) == (2, 2)


async def test_after_an_alarm_nothing_is_taken_and_nothing_written(service: Service) -> None:
    await service.page.sends("hej")
    service.logs(service.sent[0].entry, index=9)
    service.acknowledges(service.sent[0])
    assert service.page.words() == []
    with pytest.raises(VerificationError):
        await service.page.sends("mer")


async def test_nothing_new_is_sealed_before_the_epoch_before_has_settled(service: Service) -> None:
    await service.page.sends("före")
    before = service.sent[-1]
    announced = await service.lets_amina_in()
    service.acknowledges(announced)
    await service.page.sends("efter")
    assert service.sent[-1] == announced
    await service.refuses(before, "stale-epoch")
    await service.page.settle()
    epochs = [parse_header("varsam", frame_of(message).header).epoch for message in service.sent[2:]]
    assert epochs == [1, 1]


async def test_a_stale_frame_is_sealed_again_under_the_new_epoch_with_the_same_message_id(
    service: Service,
) -> None:
    (outgoing,) = await service.page.sends("hej")
    before = service.sent[-1]
    announced = await service.lets_amina_in()
    await service.refuses(before, "stale-epoch")
    service.acknowledges(announced)
    await service.page.settle()
    ids = [opened_id(service, message) for message in (before, service.sent[-1])]
    assert outgoing.plain is not None
    assert ids == [outgoing.plain.id] * 2
    service.acknowledges(service.sent[-1])
    assert await service.page.stored([outgoing]) == [service.page.log.index]


def opened_id(service: Service, message: wire.Append) -> bytes:
    entry = frame_of(message)
    header = parse_header("varsam", entry.header)
    secret = service.page.log.secrets[header.epoch]
    return open_frame("varsam", secret, header, entry.ciphertext).id


async def test_what_is_written_while_it_settles_keeps_its_order(service: Service) -> None:
    written = [(await service.page.sends(words))[0] for words in ("ett", "två")]
    announced = await service.lets_amina_in()
    service.acknowledges(announced)
    written += await service.page.sends("tre")
    for message in service.sent[:2]:
        await service.refuses(message, "stale-epoch")
    await service.page.settle()
    for message in service.sent[3:]:
        service.acknowledges(message)
    await service.page.stored(written)
    assert service.page.words() == ["ett", "två", "tre"]


async def test_what_was_under_way_as_it_ended_waits_for_the_word_of_how(service: Service) -> None:
    [outgoing] = await service.page.sends("hej")
    await service.refuses(service.sent[0], "unknown-conversation")
    assert not outgoing.stored.done()
    assert len(service.sent) == 1
    service.page.is_over("closed")
    with pytest.raises(Over, match="closed"):
        await outgoing.stored


async def test_a_refusal_for_good_is_told_to_who_wrote(service: Service) -> None:
    outgoing = await service.page.sends("hej")
    await service.refuses(service.sent[0], "full")
    with pytest.raises(Refused) as refused:
        await service.page.stored(outgoing)
    assert refused.value.code == "full"


async def test_what_waits_when_the_conversation_ends_is_told_so(service: Service) -> None:
    outgoing = await service.page.sends("hej")
    service.page.is_over("closed")
    with pytest.raises(Over):
        await service.page.stored(outgoing)
    with pytest.raises(Over):
        await service.page.sends("mer")


async def test_a_long_text_is_one_text(service: Service) -> None:
    outgoing = await service.page.sends("å" * 5000)
    assert len(outgoing) == 3
    for message in list(service.sent):
        service.acknowledges(message)
    assert service.page.words() == ["å" * 5000]


async def test_a_text_is_shown_once_whatever_its_parts_say_of_their_number(service: Service) -> None:
    (whole,) = text_parts("hej", os.urandom(16))
    for part, parts in ((0, 1), (5, 6), (1, 2), (1, 3), (2, 3)):
        await service.page.write(replace(whole, part=part, parts=parts))
        service.acknowledges(service.sent[-1])
    assert service.page.words() == ["hej"]


async def test_the_outbox_has_a_bound(service: Service) -> None:
    for _ in range(200):
        await service.page.sends("hej")
    with pytest.raises(RuntimeError, match="too much"):
        await service.page.sends("hej")


@pytest.mark.parametrize("code", ["busy", "too-fast", "gap"])
async def test_an_entry_sent_by_another_way_is_not_sent_again(service: Service, code: str) -> None:
    await service.page.sends("hej")
    message = wire.Append(ref=500, sid=b64(service.page.log.sid), entry=service.sent[0].entry)
    service.page.expects(message)
    await service.refuses(message, code, retry_after=0.0)
    assert 500 not in service.page.outbox
