"""What an operator decides: TOML and environment → frozen structs, with every fault at once before anything listens.

Knows names, shapes and remedies of keys, and nothing of what is done with them; `app` hands the values out. Every key
is also an environment variable, `VARSAM_SECTION__KEY`, which wins over the file.
"""

import datetime
import re
import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct, field

from chat import shift
from chat.errors import ConfigurationError
from chat.rules.hours import overlaps, read_day
from chat.tables import Fault, Section, Tables

LOCALES = Path(__file__).parent / "locales"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
USUAL = "as usual"
VERIFIED_DAYS = 90
"""So long a number counts as called."""
_WINDOW = r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)"
_NUMBER = r"^\+?[0-9][0-9 -]{1,20}$"

Mode = Literal["demo", "development", "production"]
Origin = Annotated[
    str,
    Meta(
        pattern=r"^https?://[a-z0-9.-]+(:[0-9]{1,5})?$",
        description="an origin such as https://chat.example.org, without a path",
    ),
]
Page = Annotated[str, Meta(pattern=r"^https?://\S+$", description="the whole address of a page")]
StoreUrl = Annotated[
    str,
    Meta(
        pattern=r"^$|^(redis|rediss|unix|redis\+sentinel|redis\+cluster)://",
        description="an address that begins with redis://, rediss://, unix://, redis+sentinel:// or redis+cluster://, or nothing",
    ),
]
Port = Annotated[int, Meta(ge=0, le=65_535, description="a port from 0 to 65535")]
RootHash = Annotated[
    str, Meta(pattern=r"^$|^[A-Za-z0-9_-]{43}$", description="H(R), 43 characters of base64url")
]
Hours = Annotated[
    str,
    Meta(
        pattern=rf"^$|^{_WINDOW}(, ?{_WINDOW})*$",
        description='windows such as "08:00-12:00, 13:00-17:00", or nothing for closed',
    ),
]
HoursOrUsual = Annotated[
    str,
    Meta(
        pattern=rf"^$|^{USUAL}$|^{_WINDOW}(, ?{_WINDOW})*$",
        description=f'windows such as "10:00-14:00", nothing for closed, or "{USUAL}"',
    ),
]
Tag = Annotated[
    str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{1,8}){0,2}$", description="a language tag such as sv")
]
Date = Annotated[
    str, Meta(pattern=r"^$|^\d{4}-\d{2}-\d{2}$", description="a date such as 2026-11-30, or nothing")
]
Note = Annotated[str, Meta(max_length=200, description="words of 200 characters at most")]
Audience = Literal["danger", "all", "young", "men", "trans", "abroad", "work"]
Many = Annotated[int, Meta(ge=1, le=1_000_000, description="a number from 1 to 1000000")]


Seconds = Annotated[int, Meta(ge=1, le=3_600, description="seconds from 1 to 3600")]
Webhook = Annotated[
    str,
    Meta(
        pattern=r"^$|^https?://[^\s/@]+(/\S*)?$", description="an address such as https://hooks.example.org/x"
    ),
]
MailServer = Annotated[
    str,
    Meta(
        pattern=r"^$|^(smtps|smtp\+starttls|smtp)://[a-z0-9.-]+(:[0-9]{1,5})?$",
        description="an address that begins with smtps://, smtp+starttls:// or smtp://, or nothing",
    ),
]
_MAIL = r"[^\s@<>,;]+@[A-Za-z0-9.-]+"
MailAddress = Annotated[str, Meta(pattern=rf"^{_MAIL}$", description="an address such as jour@example.org")]
MailSender = Annotated[
    str, Meta(pattern=rf"^$|^{_MAIL}$", description="an address such as varsam@example.org, or nothing")
]


class Listen(Section):
    """Where the process listens. TLS ends at a proxy before it."""

    host: str = "127.0.0.1"
    port: Port = 8000
    metrics_port: Port = 0


class Visitor(Section):
    origin: Origin = "http://127.0.0.1:8000"
    leave: Page = "https://www.smhi.se/"
    languages: Annotated[list[Tag], Meta(min_length=1, description="at least one language tag")] = field(
        default_factory=lambda: ["sv", "en"]
    )


class Staff(Section):
    """`languages`: in which whoever has none of their own in the list of staff can answer. Empty: nothing is said about it.
    `conversations`: of one counsellor at once (Staff 1). `shift`: a file as `chat/shift.py` reads it."""

    origin: Origin = "http://localhost:8000"
    languages: list[Tag] = field(default_factory=list)
    conversations: Annotated[int, Meta(ge=1, le=10, description="a number from 1 to 10")] = 3
    shift: str = ""


class Organisation(Section):
    """`registrars`: files with their public halves, which `varsam check` looks at."""

    root: RootHash = ""
    registrars: list[str] = field(default_factory=list)
    realm: Literal["varsam", "varsam-demo"] = "varsam"


class Store(Section):
    url: StoreUrl = ""


class Ledger(Store):
    """`replicas`: so many must have something on their disk too before it counts as kept (S4)."""

    replicas: Annotated[int, Meta(ge=0, le=5, description="a number from 0 to 5")] = 0


class Embedded(Section):
    server: str = ""
    folder: str = ""


class Published(Section):
    """Loaders, frames and catalogues of earlier releases, in folders `w`, `f` and `c`."""

    published: str = ""


class Limits(Section):
    """Of one process, of one socket, and of whoever was ended for abuse (Staff 5)."""

    sockets: Many = 20_000
    messages_per_second: Many = 20
    burst: Many = 60
    work_bits: Annotated[int, Meta(ge=0, le=24, description="a number from 0 to 24")] = 14
    outbox_kib: Annotated[int, Meta(ge=32, le=4_096, description="KiB from 32 to 4096")] = 64
    cool_down_minutes: Annotated[int, Meta(ge=1, le=1_440, description="minutes from 1 to 1440")] = 30


class Retention(Section):
    """The decision that allows erasing conversations (Data 3). It never delays it."""

    decision: str = ""
    decided_on: Date = ""


class OpeningHours(Section):
    """Weekly spans, and the days that differ: a date wins over a holiday, a holiday over an eve, an eve over the week."""

    zone: str = "Europe/Stockholm"
    monday: Hours = "00:00-24:00"
    tuesday: Hours = "00:00-24:00"
    wednesday: Hours = "00:00-24:00"
    thursday: Hours = "00:00-24:00"
    friday: Hours = "00:00-24:00"
    saturday: Hours = "00:00-24:00"
    sunday: Hours = "00:00-24:00"
    holidays: HoursOrUsual = USUAL
    eves: HoursOrUsual = USUAL
    exceptions: dict[str, str] = field(default_factory=dict)


class Number(Section):
    """A number to show. `audience`: whom it is for; `words`: what says more of it in every language, a key of the catalogues'
    `shared.numbers`; `note`: the operator's own words instead; `verified_on`: when somebody last called it.
    """

    name: Annotated[str, Meta(min_length=1, max_length=80, description="a name of 1 to 80 characters")]
    number: Annotated[str, Meta(pattern=_NUMBER, description="digits with spaces or hyphens, or + first")]
    audience: Audience = "all"
    words: Literal["", "emergency", "police", "children", "women", "honour"] = ""
    note: dict[Tag, Note] = field(default_factory=dict)
    verified_on: Date = ""


class Cover(Section):
    """What may be said if somebody else answers a call. `words`: what the catalogues have in every language; or `text`, by language."""

    words: Literal["", "library", "survey", "course", "optician"] = ""
    text: dict[Tag, Note] = field(default_factory=dict)


class OnCall(Section):
    """Who is told, without content, that something waits (Staff 2), and after how long. Empty: nobody."""

    webhook: Webhook = ""
    mail_server: MailServer = ""
    mail_user: str = ""
    mail_password: str = ""
    mail_from: MailSender = ""
    mail_to: list[MailAddress] = field(default_factory=list)
    alone_seconds: Seconds = 30
    untaken_seconds: Seconds = 120
    again_minutes: Annotated[int, Meta(ge=1, le=120, description="minutes from 1 to 120")] = 5


MunicipalityCode = Annotated[str, Meta(pattern=r"^[0-9]{4}$", description="a municipality's four digits")]


class Config(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything. Defaults suffice for a machine of one's own in mode `development`."""

    mode: Mode = "development"
    listen: Listen = Listen()
    visitor: Visitor = Visitor()
    staff: Staff = Staff()
    organisation: Organisation = Organisation()
    live: Store = Store()
    ledger: Ledger = Ledger()
    embedded: Embedded = Embedded()
    assets: Published = Published()
    limits: Limits = Limits()
    retention: Retention = Retention()
    hours: OpeningHours = OpeningHours()
    oncall: OnCall = OnCall()
    municipalities: dict[MunicipalityCode, str] = {}
    numbers: list[Number] = []
    covers: list[Cover] = field(
        default_factory=lambda: [Cover(words=words) for words in ("library", "survey", "course", "optician")]
    )


def load(path: Path | None, environment: Mapping[str, str]) -> Config:
    """The configuration of a file and an environment; raises ConfigurationError with every `Fault` in `args[0]`."""
    source = str(path) if path else "(defaults)"
    values, faults = Tables(Config, source, environment).read(path)
    config = Config(**values)
    faults += checked(config, source)
    if faults:
        raise ConfigurationError(faults)
    return config


def checked(config: Config, source: str) -> list[Fault]:
    """Faults that no key has alone."""
    faults = [
        *_hours(config.hours, source),
        *_languages(config, source),
        *_origins(config, source),
        *_oncall(config.oncall, source),
    ]
    if config.assets.published and not Path(config.assets.published).is_dir():
        remedy = "name a folder that exists, with w, f and c of earlier releases in it"
        faults.append(Fault(source, "assets.published", repr(config.assets.published), remedy))
    faults += shift.faults(config.staff.shift)
    for place, number in enumerate(config.numbers, 1):
        if number.verified_on and not _is_date(number.verified_on):
            remedy = "write the day on which somebody called it, such as 2026-11-30, or nothing"
            faults.append(Fault(source, f"numbers[{place}].verified_on", repr(number.verified_on), remedy))
    faults += _covers(config, source)
    if config.mode == "production":
        faults += _production(config, source)
    return faults


def warnings(config: Config, source: str, today: datetime.date) -> list[Fault]:
    """What is allowed and should be mended: numbers that nobody has called for a while, hours that never come."""
    found = []
    if not any((*(getattr(config.hours, day) for day in DAYS), *config.hours.exceptions.values())):
        remedy = "give a day its windows; as it is the chat is never open"
        found.append(Fault(source, "hours", "closed on every day", remedy))
    for place, number in enumerate(config.numbers, 1):
        age = (today - datetime.date.fromisoformat(number.verified_on)).days if number.verified_on else None
        if age is None or not 0 <= age <= VERIFIED_DAYS:
            remedy = f"call {number.name}, then write the day into it"
            found.append(Fault(source, f"numbers[{place}].verified_on", repr(number.verified_on), remedy))
    if "112" not in {number.number for number in config.numbers}:
        remedy = "add 112 with the audience danger; the chat shows it in any case"
        found.append(Fault(source, "numbers", "without 112", remedy))
    return found


def _covers(config: Config, source: str) -> list[Fault]:
    """A story that some visitor could not read is none for them."""
    faults = []
    for place, cover in enumerate(config.covers, 1):
        missing = [tag for tag in config.visitor.languages if tag not in cover.text]
        if bool(cover.words) == bool(cover.text):
            remedy = "give it `words` of the list, or `text` of your own in every language, and not both"
            faults.append(Fault(source, f"covers[{place}]", repr(cover.words), remedy))
        elif cover.text and missing:
            remedy = f"write it in these languages too: {', '.join(missing)}"
            faults.append(Fault(source, f"covers[{place}].text", ", ".join(sorted(cover.text)), remedy))
    return faults


def _hours(hours: OpeningHours, source: str) -> list[Fault]:
    faults = []
    try:
        zoneinfo.ZoneInfo(hours.zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        remedy = "name a time zone such as Europe/Stockholm"
        faults.append(Fault(source, "hours.zone", repr(hours.zone), remedy))
    for key in (*DAYS, "holidays", "eves"):
        faults += _spans(f"hours.{key}", getattr(hours, key), source)
    for date, words in hours.exceptions.items():
        faults += _exception(f"hours.exceptions.{date}", date, words, source)
    return faults


def _exception(key: str, date: str, words: str, source: str) -> list[Fault]:
    if not _is_date(date):
        return [Fault(source, key, repr(date), "name a day that there is, such as 2026-12-24")]
    if not re.fullmatch(rf"|{_WINDOW}(, ?{_WINDOW})*", words):
        return [Fault(source, key, repr(words), 'set it to windows such as "10:00-14:00", or "" for closed')]
    return _spans(key, words, source)


def _spans(key: str, words: str, source: str) -> list[Fault]:
    if re.search(r"(\d\d:\d\d)-\1", words):
        remedy = "let a window end at another time than it begins; a whole day is 00:00-24:00"
    elif overlaps(read_day(words)):
        remedy = "let no window of a day begin before the one before it has ended"
    else:
        return []
    return [Fault(source, key, repr(words), remedy)]


def _is_date(words: str) -> bool:
    try:
        return datetime.date.fromisoformat(words).isoformat() == words
    except ValueError:
        return False


def _origins(config: Config, source: str) -> list[Fault]:
    if config.visitor.origin != config.staff.origin:
        return []
    remedy = "give the console another host name than the chat"
    return [Fault(source, "staff.origin", repr(config.staff.origin), remedy)]


def _oncall(told: OnCall, source: str) -> list[Fault]:
    """Mail goes out whole or not at all. No value is shown: an address may hold a password, and staff's are theirs."""
    wants = bool(told.mail_to or told.mail_server or told.mail_from or told.mail_user)
    remedy = "set mail_server, mail_from and mail_to together, or none of them"
    missing = [key for key in ("mail_server", "mail_from", "mail_to") if wants and not getattr(told, key)]
    faults = [Fault(source, f"oncall.{key}", "(empty)", remedy) for key in missing]
    if bool(told.mail_user) != bool(told.mail_password):
        remedy = "set mail_user and mail_password together, or neither"
        faults.append(Fault(source, "oncall.mail_password", "(not shown)", remedy))
    return faults


def _oncall_in_production(told: OnCall, source: str) -> list[Fault]:
    """Who reads along learns when somebody needs help."""
    faults = []
    if told.webhook.startswith("http://"):
        faults.append(Fault(source, "oncall.webhook", "(not shown)", "use https://"))
    if told.mail_server.startswith("smtp://"):
        remedy = "use smtps:// or smtp+starttls://"
        faults.append(Fault(source, "oncall.mail_server", "(not shown)", remedy))
    return faults


def _languages(config: Config, source: str) -> list[Fault]:
    missing = [tag for tag in config.visitor.languages if not (LOCALES / f"{tag}.json").is_file()]
    return [
        Fault(source, "visitor.languages", repr(tag), f"remove it, or write chat/locales/{tag}.json")
        for tag in missing
    ]


def _production(config: Config, source: str) -> list[Fault]:
    """What production refuses, because people would be in danger."""
    faults = []
    for key, store in (("live.url", config.live), ("ledger.url", config.ledger)):
        if not store.url:
            faults.append(
                Fault(
                    source,
                    key,
                    '""',
                    "give the address of a store of its own; embedded stores are for one machine",
                )
            )
    for key, origin in (("visitor.origin", config.visitor.origin), ("staff.origin", config.staff.origin)):
        if not origin.startswith("https://"):
            faults.append(
                Fault(source, key, repr(origin), "use https://, with a proxy that ends TLS before Varsam")
            )
    if _host(config.visitor.origin) == _host(config.staff.origin):
        remedy = "give the console a host name of its own, so that no page of one can reach the other"
        faults.append(Fault(source, "staff.origin", repr(config.staff.origin), remedy))
    if config.organisation.realm != "varsam":
        faults.append(
            Fault(source, "organisation.realm", repr(config.organisation.realm), "use the realm varsam")
        )
    if not config.organisation.root:
        faults.append(
            Fault(
                source, "organisation.root", '""', "set it to H(R), the hash of the organisation's root key"
            )
        )
    remedy = "name the decision that allows erasing conversations (Data 3)"
    missing = [key for key in ("decision", "decided_on") if not getattr(config.retention, key)]
    faults += [Fault(source, f"retention.{key}", '""', remedy) for key in missing]
    return faults + _oncall_in_production(config.oncall, source) + _drafts(config, source)


def _drafts(config: Config, source: str) -> list[Fault]:
    drafts = [tag for tag in config.visitor.languages if _review(tag) == "draft"]
    remedy = "have it read by a native speaker, or remove the language: production shows no draft texts"
    return [Fault(source, "visitor.languages", repr(tag), remedy) for tag in drafts]


def _review(tag: str) -> str:
    path = LOCALES / f"{tag}.json"
    if not path.is_file():
        return "missing"
    return str(msgspec.json.decode(path.read_bytes()).get("language", {}).get("review", "draft"))


def _host(origin: str) -> str:
    return origin.partition("://")[2].partition(":")[0]
