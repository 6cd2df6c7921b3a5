"""Writes the locks (requirements/*.txt, package-lock.json), or with `--check` holds them against what they lock.

A lock names no address: not where a package lies, nor the registry it came from. So any mirror serves, and none is
trusted, since everything is known by its hash. serve.txt is what the service needs, demo.txt also builds the bundles,
test.txt also tests: each holds the one before it.
"""

import json
import re
import shutil
import sys
import tempfile
import tomllib
from pathlib import Path

from tools.setup import LOCKS, ROOT, VENV, Command, node, npm, run

PACKAGE_LOCK = ROOT / "package-lock.json"
PEERS = ROOT / "tests" / "load" / "peers"
"""What only `make bench` installs, each from a lock beside it."""
ADDRESS = re.compile(
    r"resolved|registry|https?://|^\s*(?:-i|-f|--[a-z-]*(?:index|links|host)[a-z-]*)\b", re.MULTILINE
)
FUNDING = re.compile(r'^\s*"url": "https?://[^"]*"$', re.MULTILINE)
"""npm copies where a package's authors ask for money; nothing is fetched from there."""


def write() -> None:
    uv: Command = [VENV / "bin" / "uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes"]
    uv += ["--no-emit-index-url", "--no-header", "--upgrade"]
    run(*uv, "requirements/uv.in", "-o", "requirements/uv.txt")
    run(*uv, "pyproject.toml", "-o", "requirements/serve.txt")
    demo = ["--extra=build", "-c", "requirements/serve.txt"]
    run(*uv, "pyproject.toml", *demo, "-o", "requirements/demo.txt")
    tests = ["--extra=build", "--extra=test", "-c", "requirements/demo.txt"]
    run(*uv, "pyproject.toml", *tests, "-o", "requirements/test.txt")
    for wanted in PEERS.glob("*/requirements.in"):
        run(*uv, wanted, "-o", wanted.with_suffix(".txt"))
    for package in (ROOT / "package.json", *PEERS.glob("*/package.json")):
        _lock_npm(package.parent)


def _lock_npm(place: Path) -> None:
    """In a folder of its own: beside an installed node_modules npm copies from there, and leaves the hashes out."""
    with tempfile.TemporaryDirectory() as folder:
        for path in (place / "package.json", ROOT / ".npmrc"):
            shutil.copy(path, folder)
        run(*node(npm(), "install", "--package-lock-only", "--prefix", folder))
        shutil.copy(Path(folder, PACKAGE_LOCK.name), place)


def faults() -> list[str]:
    files = [*sorted(LOCKS.glob("*.txt")), PACKAGE_LOCK]
    files += [*sorted(PEERS.glob("*/requirements.txt")), *sorted(PEERS.glob("*/package-lock.json"))]
    named = [fault for file in files for fault in addresses(file.name, file.read_text(encoding="utf-8"))]
    return named + _unlocked_python() + _unlocked_npm()


def addresses(name: str, text: str) -> list[str]:
    """What in the lock `name` says where a package lies."""
    return [
        f"{name} names an address: {found[0].strip()}" for found in ADDRESS.finditer(FUNDING.sub("", text))
    ]


def _unlocked_python() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    serve = {*project["dependencies"]}
    demo = serve | {*extras["build"]}
    wanted = {"serve.txt": serve, "demo.txt": demo, "test.txt": demo | {*extras["test"]}}
    locked = {name: (LOCKS / name).read_text(encoding="utf-8") for name in wanted}
    return [
        f"requirements/{name} does not hold {pin}: run `make locks`"
        for name, pins in wanted.items()
        for pin in sorted(pins)
        if not re.search(rf"^{re.escape(pin)}(?= |$)", locked[name], re.MULTILINE)
    ]


def _unlocked_npm() -> list[str]:
    project = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    packages = json.loads(PACKAGE_LOCK.read_text(encoding="utf-8"))["packages"]
    unhashed = [name for name, package in packages.items() if name and "integrity" not in package]
    wanted = project["dependencies"] | project["devDependencies"]
    absent = [
        name for name, pin in wanted.items() if packages.get(f"node_modules/{name}", {}).get("version") != pin
    ]
    return [f"package-lock.json has no hash of {name}" for name in unhashed] + [
        f"package-lock.json does not hold {name} {wanted[name]}: run `make locks`" for name in absent
    ]


def main() -> None:
    if "--check" not in sys.argv[1:]:
        write()
    if found := faults():
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
