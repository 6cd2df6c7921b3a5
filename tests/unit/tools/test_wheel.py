"""The wheel carries everything that the service reads, and nothing that only the build does."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools.setup import ROOT

PLACES = {
    "build/assets": "chat/assets",
    "widget/templates": "chat/assets/templates",
    "staff_console/templates": "chat/assets/templates",
    "chat": "chat",
}


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


@pytest.mark.parametrize("source", PLACES)
def test_what_the_service_reads_is_carried(carried: set[str], source: str) -> None:
    folder = ROOT / source
    files = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    wanted = {
        str(Path(PLACES[source], file)) for file in files if not {"browser", "__pycache__"} & set(file.parts)
    }
    assert wanted
    assert wanted <= carried


def test_the_browsers_source_is_not_carried(carried: set[str]) -> None:
    assert not [name for name in carried if name.endswith((".ts", ".tsx", ".pyc"))]


def test_the_files_that_come_along_are_carried(carried: set[str]) -> None:
    assert {"chat/assets/config/shift.toml", "chat/assets/config/sjuharad.toml"} <= carried
