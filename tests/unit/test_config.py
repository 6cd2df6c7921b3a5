"""What an operator may write, and how everything that is wrong is told at once."""

import datetime
import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from chat.config import DAYS, Config, Number, load, warnings
from chat.errors import ConfigurationError
from chat.tables import Fault, Section

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "config" / "varsam.example.toml"
PRODUCTION = {
    "VARSAM_MODE": "production",
    "VARSAM_LIVE__URL": "rediss://live.example.org",
    "VARSAM_LEDGER__URL": "rediss://ledger.example.org",
    "VARSAM_VISITOR__ORIGIN": "https://chat.example.org",
    "VARSAM_STAFF__ORIGIN": "https://staff.example.org",
    "VARSAM_ORGANISATION__ROOT": "A" * 43,
    "VARSAM_RETENTION__DECISION": "KS 2026/1",
    "VARSAM_RETENTION__DECIDED_ON": "2026-11-01",
    "VARSAM_VISITOR__LANGUAGES": '["sv"]',
}


def faults_of(text: str, folder: Path, environment: dict[str, str] | None = None) -> list[Fault]:
    path = folder / "varsam.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        load(path, environment or {})
    faults: list[Fault] = caught.value.args[0]
    return faults


def keys(whole: dict[str, object], prefix: str = "") -> set[str]:
    found = set()
    for key, value in whole.items():
        # An empty table within a section is a value.
        if isinstance(value, dict) and (value or not prefix):
            found |= keys(value, f"{key}.")
        else:
            found.add(prefix + key)
    return found


def test_the_example_holds_every_key_with_its_default() -> None:
    written = tomllib.loads(EXAMPLE.read_text())
    config = load(EXAMPLE, {})
    assert config == Config()
    expected = set()
    for field in msgspec.structs.fields(Config):
        kind = field.type
        if isinstance(kind, type) and issubclass(kind, Section):
            expected |= {f"{field.name}.{name}" for name in kind.__struct_fields__}
        elif field.name == "mode":
            expected.add(field.name)
    assert keys(written) == expected


def test_every_key_of_the_example_is_explained() -> None:
    lines = EXAMPLE.read_text().splitlines()
    explained = False
    for line in lines:
        if line.startswith("#"):
            explained = True
        elif re.match(r"\[|$", line):
            explained = False
        if re.match(r"\w+ =", line) and not explained:
            assert line.startswith(
                ("name =", "tuesday", "wed", "thu", "fri", "sat", "sun", "monday", "burst")
            ), line


def test_the_example_shows_every_part_of_a_number() -> None:
    text = EXAMPLE.read_text()
    assert all(f"# {name} = " in text for name in Number.__struct_fields__)


def test_the_region_loads_and_no_number_claims_to_be_verified() -> None:
    region = load(ROOT / "config" / "sjuharad.toml", {})
    assert region.municipalities["1490"] == "Borås"
    assert len(region.municipalities) == 8
    assert {number.verified_on for number in region.numbers} == {""}
    assert "112" in {number.number for number in region.numbers}


def test_all_faults_are_told_at_once_with_file_key_value_and_remedy(tmp_path: Path) -> None:
    faults = faults_of(
        """
        mode = "prod"
        colour = "red"
        [listen]
        port = 70000
        prot = 1
        [visitor]
        origin = "chat.example.org"
        [hours]
        monday = "8-17"
        zone = "Europe/Boras"
        [[numbers]]
        name = "Bris"
        [municipalities]
        149 = "Borås"
        """,
        tmp_path,
    )
    told = {fault.key for fault in faults}
    assert told == {
        "mode", "colour", "listen.port", "listen.prot", "visitor.origin", "hours.monday", "hours.zone",
        "numbers[1].number", "municipalities",
    }  # fmt: skip
    assert all(fault.source.endswith("varsam.toml") and fault.value and fault.remedy for fault in faults)
    port = next(fault for fault in faults if fault.key == "listen.port")
    assert "70000" in str(port)
    assert "0 to 65535" in str(port)


def test_the_environment_wins_over_the_file_and_takes_every_type(tmp_path: Path) -> None:
    path = tmp_path / "varsam.toml"
    path.write_text("[listen]\nport = 1")
    config = load(path, {"VARSAM_LISTEN__PORT": "9", "VARSAM_VISITOR__LANGUAGES": '["en"]', "HOME": "x"})
    assert config.listen.port == 9
    assert config.visitor.languages == ["en"]


def test_a_fault_of_the_environment_names_the_variable(tmp_path: Path) -> None:
    environment = {"VARSAM_LISTEN__PORT": "many", "VARSAM_NOTHING__X": "1", "VARSAM_LISTEN": "1"}
    faults = faults_of("", tmp_path, environment)
    assert {fault.source for fault in faults} == set(environment)


def test_a_missing_and_a_broken_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as missing:
        load(tmp_path / "none.toml", {})
    assert "exists" in missing.value.args[0][0].remedy
    assert "syntax" in faults_of("mode = ", tmp_path)[0].remedy


def test_a_password_in_a_store_address_is_never_repeated(tmp_path: Path) -> None:
    faults = faults_of('[live]\nurl = "http://:secret@host"', tmp_path)
    faults += faults_of("", tmp_path, {"VARSAM_LIVE__PASSWORD": "secret"})
    assert "secret" not in "".join(map(str, faults))


def test_production_with_everything_in_place_is_accepted() -> None:
    assert load(None, PRODUCTION).mode == "production"


@pytest.mark.parametrize(
    ("variable", "value", "key"),
    [
        ("VARSAM_LIVE__URL", "", "live.url"),
        ("VARSAM_LEDGER__URL", "", "ledger.url"),
        ("VARSAM_VISITOR__ORIGIN", "http://chat.example.org", "visitor.origin"),
        ("VARSAM_STAFF__ORIGIN", "http://staff.example.org", "staff.origin"),
        ("VARSAM_STAFF__ORIGIN", "https://chat.example.org", "staff.origin"),
        ("VARSAM_STAFF__ORIGIN", "https://chat.example.org:8443", "staff.origin"),
        ("VARSAM_ORGANISATION__ROOT", "", "organisation.root"),
        ("VARSAM_ORGANISATION__REALM", "varsam-demo", "organisation.realm"),
        ("VARSAM_RETENTION__DECISION", "", "retention.decision"),
        ("VARSAM_RETENTION__DECIDED_ON", "", "retention.decided_on"),
        ("VARSAM_ONCALL__WEBHOOK", "http://hooks.example.org/x", "oncall.webhook"),
        ("VARSAM_ONCALL__MAIL_SERVER", "smtp://mail.example.org", "oncall.mail_server"),
        ("VARSAM_VISITOR__LANGUAGES", '["sv", "ar"]', "visitor.languages"),
        ("VARSAM_VISITOR__LANGUAGES", '["sv", "xx"]', "visitor.languages"),
    ],
)
def test_production_refuses_what_would_endanger_people(variable: str, value: str, key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(None, PRODUCTION | {variable: value})
    assert key in {fault.key for fault in caught.value.args[0]}


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('monday = "08:00-08:00"', "hours.monday"),
        ('monday = "00:00-00:00"', "hours.monday"),
        ('monday = "08:00-12:00, 11:00-14:00"', "hours.monday"),
        ('monday = "20:00-02:00, 23:00-24:00"', "hours.monday"),
        ('monday = "as usual"', "hours.monday"),
        ('holidays = "usually"', "hours.holidays"),
        ('eves = "10:00-14:00, 13:00-15:00"', "hours.eves"),
        ('exceptions = { 2026-02-30 = "" }', "hours.exceptions.2026-02-30"),
        ('exceptions = { tomorrow = "" }', "hours.exceptions.tomorrow"),
        ('exceptions = { 2026-12-24 = "closed" }', "hours.exceptions.2026-12-24"),
        ('exceptions = { 2026-12-24 = "10:00-10:00" }', "hours.exceptions.2026-12-24"),
        ("exceptions = { 2026-12-24 = 10 }", "hours.exceptions"),
    ],
)
def test_a_mistake_in_the_hours_is_named(tmp_path: Path, line: str, key: str) -> None:
    (fault,) = faults_of(f"[hours]\n{line}", tmp_path)
    assert fault.key == key
    assert fault.remedy


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('mail_to = ["jour@example.org"]', {"oncall.mail_server", "oncall.mail_from"}),
        ('mail_server = "smtps://mail.example.org"', {"oncall.mail_from", "oncall.mail_to"}),
        ('mail_server = "mail.example.org"', {"oncall.mail_server"}),
        ('mail_to = ["jour"]', {"oncall.mail_to"}),
        ('webhook = "https://name:secret@hooks.example.org"', {"oncall.webhook"}),
        ('webhook = "ftp://secret.example.org"', {"oncall.webhook"}),
        ("alone_seconds = 0", {"oncall.alone_seconds"}),
    ],
)
def test_a_mistake_in_who_is_on_call_is_named_and_no_value_is_repeated(
    tmp_path: Path, lines: str, told: set[str]
) -> None:
    faults = faults_of(f"[oncall]\n{lines}", tmp_path)
    assert {fault.key for fault in faults} == told
    assert all(fault.remedy for fault in faults)
    assert "secret" not in "".join(map(str, faults))


def test_a_mail_password_without_its_user_is_named(tmp_path: Path) -> None:
    faults = faults_of("", tmp_path, {"VARSAM_ONCALL__MAIL_PASSWORD": "secret"})
    assert [fault.key for fault in faults] == ["oncall.mail_password"]
    assert "secret" not in str(faults[0])


CALLED = """[[numbers]]
name = "SOS Alarm"
number = "112"
verified_on = "{}"
"""


@pytest.mark.parametrize(
    ("called", "warned"),
    [("2026-11-24", False), ("2026-08-26", False), ("2026-08-25", True), ("", True), ("2026-11-25", True)],
)
def test_a_number_that_nobody_has_called_for_90_days_is_warned_of(
    tmp_path: Path, called: str, warned: bool
) -> None:
    path = tmp_path / "varsam.toml"
    path.write_text(CALLED.format(called))
    found = warnings(load(path, {}), str(path), datetime.date(2026, 11, 24))
    assert [fault.key for fault in found] == (["numbers[1].verified_on"] if warned else [])


def test_a_configuration_without_112_is_warned_of() -> None:
    assert [fault.key for fault in warnings(Config(), "", datetime.date(2026, 11, 24))] == ["numbers"]


def test_hours_that_never_come_are_warned_of(tmp_path: Path) -> None:
    path = tmp_path / "varsam.toml"
    path.write_text(CALLED.format("2026-11-24") + "[hours]\n" + "\n".join(f'{day} = ""' for day in DAYS))
    found = warnings(load(path, {}), str(path), datetime.date(2026, 11, 24))
    assert [fault.key for fault in found] == ["hours"]


def test_a_day_that_there_is_not_is_no_day_of_a_call(tmp_path: Path) -> None:
    (fault,) = faults_of(CALLED.format("2026-02-30"), tmp_path)
    assert fault.key == "numbers[1].verified_on"


def test_the_words_of_the_regions_numbers_are_in_the_catalogues() -> None:
    region = load(ROOT / "config" / "sjuharad.toml", {})
    words = msgspec.json.decode((ROOT / "chat" / "locales" / "sv.json").read_bytes())["shared"]
    for number in region.numbers:
        explained = (
            number.note.get("sv") or number.words in words["numbers"] or number.audience in words["audience"]
        )
        assert explained, number.name
    assert {number.words for number in region.numbers} - {""} == set(words["numbers"])


def test_a_folder_of_earlier_releases_must_be_there(tmp_path: Path) -> None:
    (fault,) = faults_of('[assets]\npublished = "/nowhere/at/all"', tmp_path)
    assert fault.key == "assets.published"
    path = tmp_path / "good.toml"
    path.write_text(f'[assets]\npublished = "{tmp_path}"')
    assert load(path, {}).assets.published == str(tmp_path)


def test_exceptions_may_come_from_the_environment() -> None:
    config = load(None, {"VARSAM_HOURS__EXCEPTIONS": '{"2026-12-24": "10:00-14:00"}'})
    assert config.hours.exceptions == {"2026-12-24": "10:00-14:00"}
