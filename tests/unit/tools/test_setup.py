"""Set-up on machines that lack something, and after an interruption."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import setup, system


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder where a virtual environment can be made that downloads nothing."""
    monkeypatch.setattr(setup, "VENV", tmp_path / "venv")
    monkeypatch.setattr(setup, "PYTHON", tmp_path / "venv" / "bin" / "python")
    monkeypatch.setattr(setup, "LOCKS", tmp_path)
    (tmp_path / "uv.txt").touch()
    return tmp_path / "venv"


def test_an_old_python_is_named_with_the_remedy() -> None:
    pretend = "import runpy, sys; sys.version_info = (3, 9, 2); sys.version = '3.9.2 (old)'; "
    run = [sys.executable, "-c", pretend + "runpy.run_module('tools', run_name='__main__')"]
    ended = subprocess.run(run, cwd=setup.ROOT, capture_output=True, text=True)
    assert ended.returncode == 1
    assert "3.9.2" in ended.stderr
    assert "make PYTHON=python3.12" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_missing_ensurepip_is_named_with_the_package_that_brings_it(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "find_spec", lambda name: None if name == "ensurepip" else object())
    with pytest.raises(SystemExit, match=rf"python3\.{sys.version_info.minor}-venv"):
        setup._virtual_environment()
    assert not bare.exists()


@pytest.mark.soak
def test_a_half_made_environment_is_made_anew_and_a_whole_one_is_left_alone(bare: Path) -> None:
    debris = bare / "debris"

    bare.mkdir()
    debris.touch()
    setup._virtual_environment()
    assert not debris.exists(), "interrupted while it was made"

    debris.touch()
    setup._virtual_environment()
    assert debris.exists(), "whole"

    (bare / "varsam.installing").touch()
    setup._virtual_environment()
    assert not debris.exists(), "interrupted while packages were installed"


def test_a_failing_step_is_named_and_ends_the_set_up() -> None:
    with pytest.raises(SystemExit, match=r"ended with 3.*run make again"):
        setup.run(sys.executable, "-c", "raise SystemExit(3)")


def test_a_mirror_that_pip_knows_is_handed_to_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "pip.conf"
    settings.write_text("[global]\nindex-url = https://mirror.example/simple\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    assert setup._registry()["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://own.example/simple")
    assert "UV_DEFAULT_INDEX" not in setup._registry(), "what is said to uv itself counts more"


def test_without_a_package_manager_the_missing_programs_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match=r"no apt-get\.\nInstall chromium and redis-tools"):
        system.install()


def test_without_rights_the_missing_programs_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "apt-get").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match=r"only root may install them\.\nInstall chromium and redis-tools"):
        system.install()


def test_letters_are_asked_for_only_where_pictures_are_made_and_they_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(system, "_found", lambda names: "here")
    monkeypatch.setattr(system, "_install", asked.extend)
    monkeypatch.setattr(system, "_give_redis_its_name", lambda: None)
    monkeypatch.setattr(system, "FONT_FOLDERS", (tmp_path / "none", tmp_path))
    system.install()
    assert asked == []
    system.install(letters=True)
    assert asked == ["fonts-noto-core"]
    (tmp_path / "noto").mkdir()
    (tmp_path / "noto" / "NotoSansEthiopic-Regular.ttf").touch()
    asked.clear()
    system.install(letters=True)
    assert asked == []


def test_redis_from_its_tools_becomes_a_server(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare / "bin").mkdir(parents=True)
    monkeypatch.setattr(system, "VENV", bare)
    system._give_redis_its_name()
    told = subprocess.run(
        [bare / "bin" / "redis-server", "--version"], capture_output=True, text=True, check=True
    )
    assert told.stdout.startswith("Redis server v=")
