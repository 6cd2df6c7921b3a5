"""What a command of the ceremony refuses: in words, with the remedy, with exit code 1, and with nothing written."""

import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from chat import staff_bodies
from chat.__main__ import command
from chat.ceremony import opening, signing
from chat.crypto import keyfile
from chat.crypto.chain import DAY
from chat.crypto.encoding import b64
from tests.integration.ceremony.machines import machine, writes_draft
from tests.integration.server.commands import run

Says = Callable[..., str]
PASSPHRASE = "korrekt häst batteri häftklammer"
YES = ("--passphrase-file", "passphrase", "--yes")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, and a passphrase that costs little."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(keyfile, "MEMORY_KIB", 64)
    monkeypatch.setattr(keyfile, "ITERATIONS", 1)
    writes_private("passphrase", PASSPHRASE)
    return tmp_path


def writes_private(name: str, words: str) -> None:
    path = Path(name)
    path.write_text(words, encoding="utf-8")
    path.chmod(0o600)


def does(*arguments: str) -> str:
    """Runs a command that is to succeed."""
    ended = CliRunner().invoke(command, arguments)
    assert ended.exit_code == 0, ended.output
    return ended.output


def refused(*arguments: str) -> str:
    """Runs a command that is to be refused: no traceback, exit code 1, no file more than before."""
    before = {path: path.read_bytes() for path in Path().iterdir() if path.is_file()}
    ended = CliRunner().invoke(command, arguments)
    assert ended.exit_code == 1, ended.output
    assert isinstance(ended.exception, SystemExit)
    assert PASSPHRASE not in ended.output
    assert {path: path.read_bytes() for path in Path().iterdir() if path.is_file()} == before
    return ended.stderr


def has_root(*more: str) -> None:
    does("keys", "init", "--passphrase-file", "passphrase", *more)


def has_registrar(*more: str) -> None:
    files = ("--root-passphrase-file", "passphrase", "--passphrase-file", "passphrase")
    does("keys", "registrar", *files, *more)


def has_organisation() -> None:
    has_root()
    has_registrar()


def signs(draft: str = "draft.json", out: str = "roster.json") -> None:
    does("roster", "sign", "--registrar", "registrar-1.key", "--draft", draft, "--out", out, *YES)


def days_later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    then = time.time() + days * DAY
    monkeypatch.setattr(time, "time", lambda: then)


def test_a_wrong_passphrase_is_told_from_a_damaged_file() -> None:
    has_root()
    writes_private("other", PASSPHRASE + "!")
    asked = ("keys", "registrar", "--passphrase-file", "passphrase", "--root-passphrase-file", "other")
    assert "does not open root.key" in refused(*asked)
    text = Path("root.key").read_text()
    place = text.index('"salt"') + 10
    writes_private("root.key", text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :])
    said = refused(*asked)
    assert "damaged" in said
    assert "another copy" in said


@pytest.mark.parametrize("cut", [0, 1, 100, -1, -3])
def test_a_file_that_was_cut_short_is_damaged(cut: int) -> None:
    has_root()
    writes_private("root.key", Path("root.key").read_text().rstrip()[:cut])
    assert "damaged" in refused("keys", "show", "root.key")


def test_nothing_is_written_over_an_existing_file() -> None:
    has_organisation()
    again = ("--passphrase-file", "passphrase")
    assert "exists already" in refused("keys", "init", *again)
    Path("registrar-2.pub").write_text("something else")
    both = (*again, "--root-passphrase-file", "passphrase", "--out", "registrar-2.key")
    assert "registrar-2.pub exists already" in refused("keys", "registrar", *both)
    assert not Path("registrar-2.key").exists()


def test_a_disk_that_is_full_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    said = refused("keys", "init", "--passphrase-file", "passphrase")
    assert "No space left" in said
    assert sorted(path.name for path in Path().iterdir()) == ["passphrase"]


def test_a_key_that_others_can_read_is_not_opened() -> None:
    has_root()
    Path("root.key").chmod(0o640)
    said = refused(
        "keys", "registrar", "--root-passphrase-file", "passphrase", "--passphrase-file", "passphrase"
    )
    assert "chmod 600 root.key" in said
    Path("root.key").chmod(0o600)
    Path("passphrase").chmod(0o644)
    assert "chmod 600 passphrase" in refused(
        "keys", "init", "--out", "x.key", "--passphrase-file", "passphrase"
    )


def test_a_short_passphrase_is_refused() -> None:
    writes_private("short", "hemligt")
    assert "five or six words" in refused("keys", "init", "--passphrase-file", "short")


def test_without_a_terminal_the_remedy_is_a_file() -> None:
    ended = run("keys", "init", "--out", "another.key")
    assert ended.returncode == 1
    assert "--passphrase-file" in ended.stderr
    assert not Path("another.key").exists()


@pytest.mark.parametrize("what", ["missing.key", "."])
def test_a_file_that_is_none_is_told(what: str) -> None:
    assert "Name a file" in refused("keys", "show", what)


def test_the_file_of_a_registrar_is_no_root() -> None:
    has_organisation()
    asked = (
        "keys",
        "registrar",
        "--root",
        "registrar-1.key",
        "--out",
        "x.key",
        "--passphrase-file",
        "passphrase",
    )
    assert "not of a root" in refused(*asked)


@pytest.mark.parametrize("days", ["0", "367"])
def test_a_registrar_is_good_for_a_year_at_most(days: str) -> None:
    has_root()
    assert "1 to 366 days" in refused("keys", "registrar", "--days", days, "--passphrase-file", "passphrase")


def test_any_two_of_three_shares_open_the_root_and_one_does_not() -> None:
    does("keys", "init", "--shares", "2-of-3")
    asked = ("keys", "registrar", "--passphrase-file", "passphrase")
    assert "--share FILE" in refused(*asked)
    assert "2 different ones are needed" in refused(*asked, "--share", "root.share-1")
    twice = ("--share", "root.share-1", "--share", "root.share-1")
    assert "2 different ones are needed" in refused(*asked, *twice)
    for place, pair in enumerate([(1, 2), (3, 1), (2, 3)], 1):
        given = [word for share in pair for word in ("--share", f"root.share-{share}")]
        does(*asked, *given, "--out", f"registrar-{place}.key")
    all_three = [word for share in (1, 2, 3) for word in ("--share", f"root.share-{share}")]
    does(*asked, *all_three, "--out", "registrar-4.key")


def test_a_misspelt_share_and_one_of_another_root_are_refused() -> None:
    does("keys", "init", "--shares", "2-of-2")
    does("keys", "init", "--shares", "2-of-2", "--out", "other.key")
    asked = ("keys", "registrar", "--passphrase-file", "passphrase", "--share", "root.share-1", "--share")
    assert "do not give back" in refused(*asked, "other.share-2")
    share = Path("root.share-2").read_text().split()
    writes_private(
        "misspelt", " ".join([*share[:9], "academic" if share[9] != "academic" else "acid", *share[10:]])
    )
    assert "misspelt" in refused(*asked, "misspelt")
    whole = ("keys", "registrar", "--passphrase-file", "passphrase", "--root", "root.key")
    both = ("--share", "other.share-1", "--share", "other.share-2")
    assert "another root" in refused(*whole, *both)


@pytest.mark.parametrize("told", ["3-of-2", "1-of-3", "2-of-17", "two", "2of3"])
def test_shares_that_cannot_be_are_refused(told: str) -> None:
    assert "such as 2-of-3" in refused("keys", "init", "--shares", told)


def test_a_registrar_whose_time_is_over_signs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    has_organisation()
    writes_draft(Path("draft.json"), machine("Amina"))
    days_later(monkeypatch, 367)
    said = refused("roster", "sign", "--registrar", "registrar-1.key", "--draft", "draft.json", *YES)
    assert "ended on" in said
    assert "varsam keys registrar" in said


def test_a_clock_that_goes_wrong_is_named_with_both_times(monkeypatch: pytest.MonkeyPatch) -> None:
    has_organisation()
    writes_draft(Path("draft.json"), machine("Amina"))
    signs()
    days_later(monkeypatch, -400)
    for asked in (
        (
            "keys",
            "registrar",
            "--out",
            "x.key",
            "--root-passphrase-file",
            "passphrase",
            "--passphrase-file",
            "passphrase",
        ),
        (
            "roster",
            "sign",
            "--registrar",
            "registrar-1.key",
            "--draft",
            "draft.json",
            "--out",
            "x.json",
            *YES,
        ),
    ):
        said = refused(*asked)
        assert "clock" in said
        assert "Set the clock" in said


@pytest.mark.parametrize("days", ["0", "46"])
def test_a_roster_is_good_for_45_days_at_most(days: str) -> None:
    has_organisation()
    writes_draft(Path("draft.json"), machine("Amina"))
    asked = (
        "roster",
        "sign",
        "--registrar",
        "registrar-1.key",
        "--draft",
        "draft.json",
        "--days",
        days,
        *YES,
    )
    assert "1 to 45 days" in refused(*asked)


def test_a_roster_whose_time_is_over_is_not_shown_as_good(monkeypatch: pytest.MonkeyPatch) -> None:
    has_organisation()
    writes_draft(Path("draft.json"), machine("Amina"))
    signs()
    days_later(monkeypatch, 47)
    assert "sign the next one" in refused("roster", "show", "roster.json")


def test_new_machines_are_not_signed_before_somebody_has_compared_their_words() -> None:
    has_organisation()
    writes_draft(Path("draft.json"), machine("Amina"))
    asked = ("roster", "sign", "--registrar", "registrar-1.key", "--draft", "draft.json")
    assert "--yes" in refused(*asked, "--passphrase-file", "passphrase")


def test_a_draft_that_promotes_or_brings_back_a_machine_is_told() -> None:
    has_organisation()
    writes_draft(Path("draft.json"), machine("Amina"), machine("Björn"))
    signs()
    made = msgspec.json.decode(Path("roster.json").read_bytes(), type=staff_bodies.SignedRoster)
    amina, bjorn = signing.draft_of(made).devices
    does(
        "roster",
        "revoke",
        "--registrar",
        "registrar-1.key",
        "--roster",
        "roster.json",
        "--device",
        "Björn",
        *YES,
    )
    made = msgspec.json.decode(Path("roster-next.json").read_bytes(), type=staff_bodies.SignedRoster)
    promoted = replace(amina, role="coordinator", may_sign_freshness=True)
    writes_draft(Path("next.json"), promoted, bjorn, previous=made.roster, documents=made.documents)
    said = does(
        "roster",
        "sign",
        "--registrar",
        "registrar-1.key",
        "--draft",
        "next.json",
        "--out",
        "third.json",
        *YES,
    )
    assert "was Amina, counsellor, may now sign freshness" in said
    assert "Björn: counsellor (not on the roster before)" in said


def test_a_roster_that_only_goes_on_asks_nothing() -> None:
    has_organisation()
    writes_draft(Path("draft.json"), machine("Amina"))
    signs()
    made = msgspec.json.decode(Path("roster.json").read_bytes(), type=staff_bodies.SignedRoster)
    Path("next.json").write_bytes(msgspec.json.encode(signing.draft_of(made)))
    asked = ("--registrar", "registrar-1.key", "--draft", "next.json", "--out", "second.json")
    does("roster", "sign", *asked, "--passphrase-file", "passphrase")
    again = msgspec.json.decode(Path("second.json").read_bytes(), type=staff_bodies.SignedRoster)
    assert again.certificates == made.certificates


def test_a_draft_of_another_root_or_with_a_forged_certificate_is_refused() -> None:
    has_organisation()
    has_root("--out", "evil.key")
    has_registrar("--root", "evil.key", "--out", "evil-1.key")
    writes_draft(Path("draft.json"), machine("Amina"))
    does("roster", "sign", "--registrar", "evil-1.key", "--draft", "draft.json", "--out", "evil.json", *YES)
    evil = msgspec.json.decode(Path("evil.json").read_bytes(), type=staff_bodies.SignedRoster)
    for draft in (
        signing.draft_of(evil),
        replace(signing.draft_of(evil), previous=None),
        replace(signing.draft_of(evil), devices=[]),
    ):
        Path("next.json").write_bytes(msgspec.json.encode(draft))
        said = refused("roster", "sign", "--registrar", "registrar-1.key", "--draft", "next.json", *YES)
        assert "The draft is not good" in said


@pytest.mark.parametrize("text", ["", "{}", "[", '{"devices": [{}]}', "\x00", '{"devices": "x"}'])
def test_what_is_no_draft_is_told(text: str) -> None:
    has_organisation()
    Path("draft.json").write_text(text)
    said = refused("roster", "sign", "--registrar", "registrar-1.key", "--draft", "draft.json", *YES)
    assert "no draft, or is damaged" in said


def test_revoking_names_the_machines_there_are() -> None:
    has_organisation()
    writes_draft(Path("draft.json"), machine("Amina"), machine("Amina"))
    signs()
    asked = (
        "roster",
        "revoke",
        "--registrar",
        "registrar-1.key",
        "--roster",
        "roster.json",
        *YES,
        "--device",
    )
    assert "No machine is called Cleo" in refused(*asked, "Cleo")
    said = refused(*asked, "Amina")
    assert "2 machines are called Amina" in said
    words = [line.split(":")[0].strip() for line in said.splitlines() if line.endswith("Amina, counsellor")]
    does(*asked, words[0])
    left = does("roster", "show", "roster-next.json")
    assert words[0] not in left
    assert words[1] in left


def test_check_warns_of_one_registrar_and_names_one_of_another_root(folder: Path) -> None:
    has_organisation()
    has_root("--out", "other.key")
    has_registrar("--root", "other.key", "--out", "other-1.key")
    root = b64(opening.read(Path("root.key")).root_document.hash)

    def checked(*names: str) -> tuple[int, str]:
        Path("varsam.toml").write_text(f'[organisation]\nroot = "{root}"\nregistrars = {list(names)}\n')
        ended = CliRunner().invoke(command, ["check", "--config", "varsam.toml"])
        return ended.exit_code, ended.stderr

    assert "Warning: varsam.toml: organisation.registrars = 1 good ones" in checked("registrar-1.pub")[1]
    code, said = checked("registrar-1.pub", "other-1.pub", "missing.pub")
    assert code == 1
    assert "another root" in said
    assert "missing.pub does not exist" in said
    has_registrar("--out", "registrar-2.key", "--days", "20")
    code, said = checked("registrar-1.pub", "registrar-2.pub")
    assert code == 0
    assert "good ones" not in said
    assert "it ends on" in said
