"""The targets of `make`: what each sets up and then runs. Standard library only; how a set-up is done is setup.py's."""

import os
import shutil
import subprocess
import sys
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
    everything = {
        "TypeScript": node("tools/tests_ts.mjs"),
        "Python": [*pytest, *at_once(4), "tests/unit", "tests/integration", "tests/faults"],
        # Playwright's loop and asyncio's cannot share a process.
        "browser": [*pytest, *at_once(2), "tests/browser"],
    }
    _all_hold({"what was named": [*pytest, *arguments]} if arguments else everything)


def soak(*arguments: str) -> None:
    """the tests that take long: faults, a hostile service, and the longest waits in browsers"""
    set_up(tests=True)
    system.install()
    pytest: Command = [PYTHON, "-m", "pytest", "-m", "soak", *arguments]
    _all_hold(
        {
            "faults and hostile services": [*pytest, "tests/faults", "tests/unit/hostile"],
            "browsers": [*pytest, "tests/browser"],
        }
    )


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
        }
    )


def bench(*arguments: str) -> None:
    """measure, as a table and as JSON"""
    set_up(tests=True)
    system.install()
    run(PYTHON, "-m", "tests.load", *arguments)


def screenshots(*arguments: str) -> None:
    """a picture of every screen; ARGS=--languages: in every language; ARGS=--readme: those of the README"""
    set_up(tests=True)
    system.install()
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
    "screenshots": screenshots,
    "wheel": wheel,
    "format": format_,
    "types": types,
    "locks": locks,
    "clean": clean,
    "help": usage,
}


def at_once(count: int) -> Command:
    """Most tests wait for a clock, so more may run at once than there are cores; a file's tests share what it set up."""
    return [f"--numprocesses={count}", "--dist=loadfile"]


def _all_hold(commands: dict[str, Command]) -> None:
    """Run them all, so that one run shows every fault, and then fail if any failed."""
    failed = []
    for name, command in commands.items():
        say(f"── {name}")
        began = time.monotonic()
        environment = {**os.environ, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        if subprocess.run(command, cwd=ROOT, env=environment).returncode:
            failed.append(name)
        say(f"{'failed' if name in failed else 'holds'}: {name} ({time.monotonic() - began:.1f} s)")
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
