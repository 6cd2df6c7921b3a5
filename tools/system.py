"""What tests need from the system's own packages: Chromium, and Redis as the second store beside Valkey; other engines, a
screen that nobody sees, and letters for every language, for those who ask.

Standard library only. The one thing here that changes the machine outside of the checkout, and it says so.
"""

import os
import shutil
import subprocess
from pathlib import Path

from tools.setup import VENV, give_up, run, say

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
REDIS = ("redis-server", "redis-check-rdb")
"""Debian's redis-tools holds the server's own binary under its second name, and brings no service that would run."""
PACKAGES: dict[tuple[str, ...], str] = {CHROMIUM: "chromium", REDIS: "redis-tools"}
ENGINES: dict[tuple[str, ...], str] = {
    ("firefox-esr",): "firefox-esr",
    ("WebKitWebDriver",): "webkit2gtk-driver",
    ("Xvfb",): "xvfb",
    ("xdotool",): "xdotool",
}
"""Firefox; WebKit with its driver; a screen for windows that are really drawn, and what presses their keys."""
FONTS = "fonts-noto-core"
"""Without it pictures show empty boxes where Ethiopic, Pashto or Urdu stands."""
IN_FONTS = "NotoSansEthiopic-Regular.*"
FONT_FOLDERS = tuple(map(Path, ("/usr/share/fonts", "/usr/local/share/fonts")))


def install(*, engines: bool = False, letters: bool = False) -> None:
    """`letters`: of every language that the visitor's side speaks, for whoever looks at it."""
    wanted = {**PACKAGES, **(ENGINES if engines else {})}
    missing = [package for names, package in wanted.items() if not _found(names)]
    if letters and not _has_letters():
        missing.append(FONTS)
    if missing:
        _install(missing)
    if not shutil.which("redis-server"):
        _give_redis_its_name()


def _found(names: tuple[str, ...]) -> str | None:
    return next(filter(None, map(shutil.which, names)), None)


def _has_letters() -> bool:
    return any(found for folder in FONT_FOLDERS for found in folder.rglob(IN_FONTS))


def _install(packages: list[str]) -> None:
    remedy = f"Install {' and '.join(packages)} with the system's package manager, then run make again."
    apt = shutil.which("apt-get")
    if apt is None:
        give_up(f"The tests need programs that are not here, and this system has no apt-get.\n{remedy}")
    rights = _rights()
    if rights is None:
        give_up(f"The tests need programs that are not here, and only root may install them.\n{remedy}")
    say(
        f"Installing {' and '.join(packages)} from the system's packages: some 150 MB for each browser, a few minutes"
    )
    apt_get = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", apt, "-q", "-o", "DPkg::Lock::Timeout=600"]
    run(*apt_get, "update")
    run(*apt_get, "install", "--yes", "--no-install-recommends", *packages)


def _rights() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], stderr=subprocess.DEVNULL).returncode == 0:
        return [sudo, "-n"]
    return None


def _give_redis_its_name() -> None:
    """The binary is a server when it is called so."""
    name = VENV / "bin" / "redis-server"
    name.unlink(missing_ok=True)
    name.symlink_to(_found(REDIS) or give_up("redis-tools was installed, but holds no redis-check-rdb."))
