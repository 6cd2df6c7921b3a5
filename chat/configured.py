"""What the configuration says, as the parts take it: they know values, and no configuration."""

import datetime
import zoneinfo
from collections.abc import Container, Sequence
from dataclasses import dataclass

from msgspec import structs

from chat import bodies
from chat.config import DAYS, USUAL, Config, OpeningHours
from chat.crypto.encoding import ZEROS, Realm, b64, unb64
from chat.live.node import SkillsOf
from chat.live.oncall import Way
from chat.outgoing import Mail, Webhook
from chat.rules.alerts import Patience
from chat.rules.hours import Day, Hours, read_day
from chat.rules.told import Skills
from chat.store.accounts import AccountRecords
from chat.web.pages import Presentation


@dataclass(frozen=True)
class Organisation:
    """Whose service this is: the labels' realm, and H(R)."""

    realm: Realm
    root: bytes


def organisation(config: Config) -> Organisation:
    """As configured; without a root nobody can be certified, so nobody can sign in."""
    return Organisation(config.organisation.realm, unb64(config.organisation.root) or ZEROS)


def opening(hours: OpeningHours) -> Hours:
    """As configured: a date wins over a public holiday, that over an eve, and that over the week."""
    calendars = [
        (_calendar(category), words)
        for category, words in (("public", hours.holidays), ("de_facto", hours.eves))
        if words != USUAL
    ]

    def differs(date: datetime.date) -> Day | None:
        found = [words for calendar, words in calendars if date in calendar]
        words = hours.exceptions.get(date.isoformat(), found[0] if found else None)
        return None if words is None else read_day(words)

    return Hours(zoneinfo.ZoneInfo(hours.zone), [read_day(getattr(hours, day)) for day in DAYS], differs)


def _calendar(category: str) -> Container[datetime.date]:
    import holidays  # a fifth of a second, for those who set these hours and nobody else

    return holidays.country_holidays("SE", categories=category)


def presentation(config: Config, root: bytes) -> Presentation:
    """What pages show."""
    return Presentation(
        visitor_origin=config.visitor.origin,
        staff_origin=config.staff.origin,
        root=b64(root),
        leave=config.visitor.leave,
        languages=config.visitor.languages,
        numbers=[structs.asdict(number) for number in numbers_to_call(config)],
        municipalities=config.municipalities,
        demo=config.mode == "demo",
    )


def numbers_to_call(config: Config) -> list[bodies.NumberToCall]:
    """The one source of the numbers that pages, chat and frame show (Before 1)."""
    return [
        bodies.NumberToCall(number.name, number.number, number.audience, number.words, number.note)
        for number in config.numbers
    ]


def skills_of(records: AccountRecords, languages: Sequence[str]) -> SkillsOf:
    """What stands with an account; without languages of one's own those of the organisation."""

    async def skills(account_id: str, _: str) -> Skills:
        account = await records.find(account_id) if account_id else None
        found = account.skills if account else Skills()
        return found if found.languages else structs.replace(found, languages=tuple(languages))

    return skills


def ways_to_those_on_call(config: Config) -> list[Way]:
    """As configured; none where nothing is."""
    told = config.oncall
    ways: list[Way] = [Webhook(told.webhook)] if told.webhook else []
    if told.mail_to:
        who = (told.mail_from, tuple(told.mail_to), told.mail_user, told.mail_password)
        ways.append(Mail(told.mail_server, *who))
    return ways


def patience(config: Config) -> Patience:
    """When those on call are told."""
    told = config.oncall
    return Patience(told.alone_seconds, told.untaken_seconds, 60 * told.again_minutes)
