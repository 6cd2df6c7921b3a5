"""What is taken out of a visitor's scripts, and what never is: a name that other code may ask for, a method that something calls."""

import json
import re
import subprocess
from typing import Any

import pytest

from tools.setup import ROOT, node

ASSETS = ROOT / "build" / "assets"


def asked(code: str, *given: Any) -> Any:
    """What the functions of tools/lean.mjs answer; `given` stands in `given`."""
    script = f"import * as lean from './tools/lean.mjs'; const given = {json.dumps(given)}; process.stdout.write(JSON.stringify({code}));"
    ran = subprocess.run(node("--input-type=module", "-e", script), cwd=ROOT, capture_output=True, text=True)
    if ran.returncode:
        raise RuntimeError(ran.stderr)
    return json.loads(ran.stdout)


def core() -> str:
    path: str = json.loads((ASSETS / "assets.json").read_text())["parts"]["core"]["path"]
    return (ASSETS / path).read_text()


def test_a_method_goes_when_nothing_that_runs_calls_it_from_any_script() -> None:
    one = """class Log { take() { this.keep() } keep() {} lose() { this.deeper() } deeper() {} of() {} #own() {} toString() {} }
             new Log().take();"""
    other = "log.of();"
    lean = asked("lean.lean(given[0])", {"one": one, "other": other})
    assert re.findall(r"(#?\w+)\(\) \{", lean["one"]) == ["take", "keep", "of", "toString"]
    assert lean["other"] == other


def test_what_two_packages_call_alike_is_told_apart() -> None:
    """WebCrypto has an `importKey` as well, and our own code may `open` what it likes."""
    package = """// node_modules/@hpke/core/a.js
        class Key { importKey() {} open() {} seal() { this._api.importKey() } }
        // chat/browser/core/hpke.ts
        const { subtle } = crypto; subtle.importKey(); new Key().seal();
        // chat/browser/core/frames.ts
        crypto.subtle.importKey(); socket.open();"""
    lean = asked("lean.lean(given[0])", {"core": package})["core"]
    assert "seal() {" in lean
    assert "importKey() {}" not in lean
    assert "open() {}" not in lean


def test_a_reason_goes_and_its_step_and_what_an_integrator_reads_stay() -> None:
    code = """verify(a, "F4", "out of place"); throw new VerificationError("F2", "does not open"); say("a", "b", "c");
              throw new Unreachable("no answer", true); throw new Error("Varsam: data-root is wrong.");"""
    lean = asked("lean.lean(given[0])", {"core": code})["core"]
    assert re.split(r"\s*\n\s*", lean) == [
        'verify(a, "F4"); throw new VerificationError("F2"); say("a", "b", "c");',
        'throw new Unreachable("", true); throw new Error("Varsam: data-root is wrong.");',
    ]


@pytest.mark.parametrize(
    ("elsewhere", "names"),
    [
        ("", ["mine", "taken"]),
        ("const { mine } = other;", ["taken"]),
        ("send({ mine: 1 });", ["taken"]),
        ("other.mine;", ["taken"]),
        ('other["mine"];', ["taken"]),
        ("`by ${a} mine`;", ["taken"]),
    ],
)
def test_a_name_is_own_as_long_as_no_script_has_it_on_anything_but_this(
    elsewhere: str, names: list[str]
) -> None:
    code = "class Log { mine; taken; a() { this.mine = 1; const { taken } = this; return taken } }"
    assert asked("lean.ownNames(given[0])", {"one": code, "other": elsewhere}) == names


def test_a_packages_fields_and_errors_are_said_shorter_and_mean_the_same() -> None:
    field = 'Object.defineProperty(this, "k", { enumerable: true, configurable: true, writable: true, value: 3 });'
    code = f'class Key {{ constructor() {{ {field} }} fail() {{ throw new KeyError("long words") }} wrap(e) {{ throw new KeyError(e) }} }}'
    plain = asked("lean.plain(given[0])", code)
    assert (
        plain
        == "class Key { constructor() { this.k = 3; } fail() { throw new KeyError() } wrap(e) { throw new KeyError(e) } }"
    )


def test_a_field_that_is_no_plain_one_ends_the_build() -> None:
    with pytest.raises(RuntimeError, match="a field that is no plain one"):
        asked("lean.plain(given[0])", 'Object.defineProperty(this, "k", { enumerable: false, value: 3 });')


def test_the_core_seals_and_cannot_open_what_was_sealed_to_somebody() -> None:
    """It is what the lean build is for: half of the key exchange is the counsellor's alone."""
    code = core()
    assert "createSenderContext" in code
    for gone in ("createRecipientContext", "generateKeyPair", "a frame of another epoch"):
        assert gone not in code
    assert '"F4"' in code
