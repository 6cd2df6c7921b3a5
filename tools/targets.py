"""The targets of `make`: what each sets up and then runs. Standard library only; how a set-up is done is setup.py's."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

from tools import system
from tools.setup import PYTHON, ROOT, VENV, Command, give_up, node, run, say, set_up


def demo(*arguments: str) -> None:
    """set up what is missing, then run a demo in the foreground"""
    set_up(tests=False)
    say("Starting the demo")
    varsam = VENV / "bin" / "varsam"
    os.chdir(ROOT)
    os.execv(varsam, [str(varsam), "demo", *arguments])  # noqa: S606 so that Ctrl-C is the demo's own


def test(*arguments: str) -> None:
    """set up what is missing, then run every test, or those named in ARGS"""
    set_up(tests=True)
    system.install()
    pytest: Command = [PYTHON, "-m", "pytest"]
    if arguments:
        _all_hold({"what was named": [*pytest, *arguments]})
        return
    _all_hold(
        {
            "TypeScript": node("tools/tests_ts.mjs"),
            "Python": [*pytest, *at_once(5), "tests/faults", "tests/integration", "tests/unit"],
            # Playwright's loop and asyncio's cannot share a process.
            "browser": [*pytest, *at_once(4), "tests/browser"],
        },
        beside="TypeScript",
    )


def soak(*arguments: str) -> None:
    """the tests that take long: faults, a hostile service, and the longest waits in browsers; ARGS names some of them"""
    set_up(tests=True)
    system.install()
    pytest: Command = [PYTHON, "-m", "pytest", "-m", "soak", *arguments]
    if any(argument.startswith("tests/") for argument in arguments):
        _all_hold({"what was named": pytest})
        return
    _all_hold(
        {
            "faults, floods and hostile services": [
                *pytest,
                "tests/faults",
                "tests/integration/callback",
                "tests/unit",
            ],
            "browsers": [*pytest, "tests/browser"],
        }
    )


def engines(*arguments: str) -> None:
    """the visitor's path in Firefox ESR and in WebKitGTK, and in real windows on a screen that nobody sees"""
    set_up(tests=True)
    system.install(engines=True, letters=True)
    pytest: Command = [PYTHON, "-m", "pytest", "-rs", "--timeout=300"]
    files = [f"tests/browser/test_{name}.py" for name in VISITORS_PATH]
    _all_hold(
        {
            "WebKitGTK and windows": [*pytest, "-m", "engines", "tests/browser", *arguments],
            "Firefox ESR": [*pytest, *at_once(2), "--engine=firefox", *files, *arguments],
        }
    )


VISITORS_PATH = (
    *("conversation", "leave", "cover", "trace", "hiding"),
    *("hosts", "languages", "writing", "slips", "minimum", "returning", "callback"),
)
"""What is driven in Firefox as it is in Chromium: the same tests. What it cannot be asked they say as they skip it."""


def check() -> None:
    """style, types, import rules, sizes and locks"""
    set_up(tests=True, bundles=False)
    bin_ = VENV / "bin"
    npm = {name: node(f"node_modules/.bin/{name}") for name in ("biome", "depcruise", "stylelint", "tsc")}
    _all_hold(
        {
            "ruff": [bin_ / "ruff", "check"],
            "ruff format": [bin_ / "ruff", "format", "--check"],
            "mypy": [bin_ / "mypy"],
            "imports of Python": [bin_ / "lint-imports", "--no-cache"],
            "biome": [*npm["biome"], "check", "--error-on-warnings"],
            "stylelint": [*npm["stylelint"], "--allow-empty-input", "**/*.css"],
            "imports of TypeScript": [
                *npm["depcruise"],
                "--config",
                ".dependency-cruiser.mjs",
                *BROWSER_SIDE,
            ],
            "types of TypeScript": [*npm["tsc"], "-p", "tsconfig.json"],
            "types of the core": [*npm["tsc"], "-p", "tsconfig.core.json"],
            "types of its tests": [*npm["tsc"], "-p", "tsconfig.tests.json"],
            "messages.ts": [PYTHON, "-m", "tools.wire_types", "--check"],
            "bundles": node("tools/build.mjs"),
            "sizes": [PYTHON, "-m", "tools.sizes"],
            "locks": [PYTHON, "-m", "tools.locks", "--check"],
            "forbidden": [PYTHON, "-m", "tools.forbidden"],
        },
        beside="mypy",
    )


def bench(*arguments: str) -> None:
    """measure, as a table and as JSON"""
    set_up(tests=True)
    system.install()
    run(PYTHON, "-m", "tests.load", *arguments)


def screenshots(*arguments: str) -> None:
    """a picture of every screen; ARGS=--languages: in every language; ARGS=--docs: those of README and docs"""
    set_up(tests=True)
    system.install(letters=True)
    run(PYTHON, "-m", "tools.screenshots", *arguments)


def wheel() -> None:
    """the service with its bundles as one wheel, in dist/"""
    set_up(tests=False)
    run(PYTHON, "-m", "hatchling", "build", "-t", "wheel")


def format_() -> None:
    """what `make check` can mend by itself"""
    set_up(tests=True, bundles=False)
    bin_ = VENV / "bin"
    run(bin_ / "ruff", "check", "--quiet", "--fix-only")
    run(bin_ / "ruff", "format", "--quiet")
    run(*node("node_modules/.bin/biome", "check", "--write"))


def types() -> None:
    """write the browsers' message types anew from chat/wire.py"""
    set_up(tests=True, bundles=False)
    run(PYTHON, "-m", "tools.wire_types")


def locks() -> None:
    """write the locks anew from pyproject.toml and package.json"""
    set_up(tests=True, bundles=False)
    run(PYTHON, "-m", "tools.locks")


def clean() -> None:
    """remove everything that set-up and build have made"""
    made = ".venv node_modules build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis"
    for name in made.split():
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for cache in ROOT.rglob("__pycache__"):
        shutil.rmtree(cache, ignore_errors=True)


def usage() -> None:
    """these lines"""
    for name, target in TARGETS.items():
        print(f"  make {name:12} {target.__doc__}")
    print(
        '\n  make test ARGS="tests/unit -k roster"   hands words on · make PYTHON=python3.12 demo   takes that Python'
    )


BROWSER_SIDE = ("chat/browser", "widget", "staff_console")
TARGETS: dict[str, Callable[..., None]] = {
    "demo": demo,
    "test": test,
    "check": check,
    "bench": bench,
    "soak": soak,
    "engines": engines,
    "screenshots": screenshots,
    "wheel": wheel,
    "format": format_,
    "types": types,
    "locks": locks,
    "clean": clean,
    "help": usage,
}


def at_once(count: int) -> Command:
    """Most tests wait for a clock, so more may run at once than there are cores; a file's tests share what it set up. The files come in the order in which they are collected."""
    return [f"--numprocesses={count}", "--dist=loadfile", "--no-loadscope-reorder"]


def _all_hold(commands: dict[str, Command], beside: str = "") -> None:
    """Run them all, so that one run shows every fault, and then fail if any failed. The one called `beside` runs at the same time as the others, and is shown after them."""
    environment = {**os.environ, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    failed = []

    def judge(name: str, code: int, began: float) -> None:
        if code:
            failed.append(name)
        say(f"{'failed' if code else 'holds'}: {name} ({time.monotonic() - began:.1f} s)")

    with tempfile.TemporaryFile("w+") as shown:
        started = time.monotonic()
        other = beside and subprocess.Popen(
            commands[beside], cwd=ROOT, env=environment, stdout=shown, stderr=subprocess.STDOUT
        )
        for name, command in commands.items():
            if name != beside:
                say(f"── {name}")
                began = time.monotonic()
                judge(name, subprocess.run(command, cwd=ROOT, env=environment).returncode, began)
        if other:
            say(f"── {beside}")
            code = other.wait()
            shown.seek(0)
            print(shown.read(), end="", flush=True)
            judge(beside, code, started)
    if failed:
        give_up(f"{len(failed)} of {len(commands)} failed: {', '.join(failed)}")


def main() -> None:
    name, *arguments = sys.argv[1:] or ["help"]
    target = TARGETS.get(name)
    if target is None:
        give_up(f"there is no target {name}. `make help` lists those that there are.")
    try:
        target(*arguments)
    except KeyboardInterrupt:
        sys.exit(130)
