"""Fonts of Debian's packages, unpacked into the work folder; nothing is installed."""

from __future__ import annotations

import subprocess
from pathlib import Path

PACKAGES = {
    "fonts-liberation": "1:1.07.4-11",
    "fonts-dejavu-core": "2.37-6",
    "fonts-roboto-unhinted": "2:0~20170802-3",
    "fonts-freefont-ttf": "20120503-10",
    "fonts-wqy-microhei": "0.2.0-beta-3.1",
    "fonts-lato": "2.0-2.1",
    "fonts-linuxlibertine": "5.3.0-6",
    "fonts-comic-neue": "2.51-4",
    "fonts-inconsolata": "001.010-6",
    "fonts-ebgaramond": "0.016+git20210310.42d4f9f2-1",
    "fonts-arphic-ukai": "0.2.20080216.2-5",
    "fonts-arphic-uming": "0.2.20080216.2-11",
    "fonts-wqy-zenhei": "0.9.45-8",
    "fonts-hosny-amiri": "0.113-1",
    "fonts-dseg": "0.46-1",
}
"""Debian 12's, with the versions that were measured."""

CHOOSE = {
    "latin": (
        "LiberationSans-Regular.ttf",
        "LiberationSans-Bold.ttf",
        "LiberationSerif-Italic.ttf",
        "LiberationMono-Regular.ttf",
        "DejaVuSans.ttf",
        "DejaVuSerif-Bold.ttf",
        "Roboto-Thin.ttf",
        "Roboto-Black.ttf",
        "RobotoCondensed-Regular.ttf",
    ),
    "digits": ("LiberationSans-Bold.ttf", "DejaVuSansMono-Bold.ttf", "Roboto-Medium.ttf"),
    "chinese": ("wqy-microhei.ttc",),
    "cyrillic": ("DejaVuSans.ttf", "LiberationSerif-Regular.ttf"),
    "arabic": ("FreeSerif.ttf", "DejaVuSans-Bold.ttf"),
}
REPORT = {
    "latin": (
        "Lato-Regular.ttf",
        "Lato-Hairline.ttf",
        "Lato-Black.ttf",
        "LinLibertine_R.otf",
        "LinLibertine_RBI.otf",
        "LinBiolinum_R.otf",
        "ComicNeue-Regular.otf",
        "Inconsolata.otf",
        "EBGaramond12-Italic.otf",
    ),
    "digits": ("Inconsolata.otf", "Lato-Heavy.ttf", "DSEG7Classic-Regular.ttf"),
    "chinese": ("ukai.ttc", "uming.ttc", "wqy-zenhei.ttc"),
    "cyrillic": ("LinLibertine_R.otf", "FreeSansBold.ttf"),
    "arabic": ("Amiri-Regular.ttf", "Amiri-Bold.ttf"),
}
"""No font is in both: settings are chosen on the first and reported on the second."""


def unpacked(work: Path) -> dict[str, Path]:
    """All fonts by their file's name."""
    folder = work / "fonts"
    done = folder / ".unpacked"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        versions = [f"{name}={version}" for name, version in PACKAGES.items()]
        subprocess.run(["apt-get", "download", "-q", *versions], cwd=folder, check=True)
        for package in folder.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
        done.touch()
    return {path.name: path for path in folder.rglob("*.[ot]t[fc]")}
