"""A writer's frames follow one another, and a long text is cut where nothing breaks."""

from hypothesis import given, settings
from hypothesis import strategies as st

from chat.crypto.encoding import text, utf8
from chat.crypto.frames import pad
from chat.crypto.writer import TEXT_BYTES, text_parts

ID = bytes(16)


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=50), st.integers(1, 400))
def test_the_parts_of_a_text_are_texts_and_make_it_whole(words: str, times: int) -> None:
    parts = text_parts(words * times, ID)
    assert "".join(part.text() for part in parts) == text(utf8(words * times))
    assert [part.part for part in parts] == list(range(parts[0].parts))


def test_every_part_fits_a_frame_in_every_realm() -> None:
    for part in text_parts("å" * TEXT_BYTES, ID):
        assert len(pad(part.encode("varsam-demo"))) <= 4096


def test_an_empty_text_is_one_part() -> None:
    assert [part.body for part in text_parts("", ID)] == [b""]
