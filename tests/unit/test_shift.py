"""What is laid ready for a shift: ours is whole in both languages, and every fault of an operator's is told at once."""

from pathlib import Path

import msgspec
import pytest

from chat.config import load as load_config
from chat.errors import ConfigurationError
from chat.shift import Shift, load, told


def test_ours_has_the_same_in_swedish_and_english() -> None:
    shift = load("")
    for kind in Shift.__struct_fields__:
        sv, en = ([entry for entry in getattr(shift, kind) if entry.language == tag] for tag in ("sv", "en"))
        assert len(sv) == len(en) > 0, kind
    roles = [[reply.roles for reply in shift.replies if reply.language == tag] for tag in ("sv", "en")]
    assert roles[0] == roles[1]


def test_no_reply_of_ours_names_anybody_or_promises_what_is_not_so() -> None:
    for reply in load("").replies:
        words = reply.text.lower()
        assert not any(word in words for word in ("amina", "lovar", "promise", "hemlig", "secret", "http"))
        assert len(reply.title) <= 30, reply.title


def test_the_console_reads_what_the_file_says() -> None:
    assert msgspec.json.decode(told(load("")), type=Shift) == load("")


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "shift.toml"
    path.write_text(
        """
        [[replies]]
        language = "sv"
        text = "Hej"
        [[replies]]
        language = "svenska"
        title = "Hej"
        text = ""
        roles = ["chief"]
        [[end]]
        language = "sv"
        words = "Lås datorn"
        colour = "red"
        [[answers]]
        """
    )
    with pytest.raises(ConfigurationError) as caught:
        load_config(None, {"VARSAM_STAFF__SHIFT": str(path), "VARSAM_LISTEN__PORT": "-1"})
    faults = caught.value.args[0]
    assert {fault.key for fault in faults} == {
        "replies[1].title", "replies[2].language", "replies[2].text", "replies[2].roles", "end[1].colour", "answers", "listen.port",
    }  # fmt: skip
    assert all(fault.remedy for fault in faults)


def test_a_file_that_is_not_there_and_one_that_is_too_long_are_told(tmp_path: Path) -> None:
    path = tmp_path / "shift.toml"
    with pytest.raises(ConfigurationError):
        load(str(path))
    path.write_text('[[end]]\nlanguage = "sv"\nwords = "x"\n' * 201)
    with pytest.raises(ConfigurationError) as caught:
        load(str(path))
    assert "200" in caught.value.args[0][0].remedy
