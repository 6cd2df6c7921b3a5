"""Holds every committed file against what must not be in one: paths of somebody's machine, hosts of registries,
code that others wrote, keys.
"""

import re
import subprocess
import sys
from pathlib import Path

from tools.setup import ROOT

TEXTS = {
    "a path of somebody's machine": re.compile(r"(?<![\w.}\])/-])/(?:work|root|home|Users)/[\w.]"),
    "a registry's host": re.compile(r"\b(?:pypi|npmjs|pythonhosted|debian)\.(?:org|com)\b"),
    "a private key": re.compile(r"-{5}BEGIN (?:[A-Z]+ )?PRIVATE KEY"),
}
FILES = {
    "minified": re.compile(r"\.min\.(?:js|css)$"),
    "vendored": re.compile(r"(?:^|/)(?:vendor|third_party|node_modules)/"),
    "a package": re.compile(r"\.(?:whl|tgz|tar\.gz|deb)$"),
}


def faults_of(name: str, text: str) -> list[str]:
    """What is wrong with one file, as `name:line: what`."""
    found = [
        f"{name}: {what} files are not committed" for what, pattern in FILES.items() if pattern.search(name)
    ]
    for number, line in enumerate(text.splitlines(), start=1):
        found += [f"{name}:{number}: {what}" for what, pattern in TEXTS.items() if pattern.search(line)]
    return found


def committed() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def main() -> None:
    found = []
    for path in committed():
        found += faults_of(str(path.relative_to(ROOT)), path.read_bytes().decode("utf-8", "replace"))
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
