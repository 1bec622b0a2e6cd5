"""One split over all archives.

Several archives hold the same CelebA-HQ image, so the split hangs on the CelebA-HQ index where
there is one and on the name elsewhere. What is validation anywhere is validation everywhere.
"""

from __future__ import annotations

import hashlib
import re

VALIDATION_PERCENT = 12


def in_validation(key: str) -> bool:
    """True for a fixed twelfth (12 %) of all keys."""
    digest = hashlib.sha256(f"maskstream:{key}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % 100 < VALIDATION_PERCENT


def for_choosing(key: str) -> bool:
    """True for a fixed half of all keys: the half of a validation part that settings may see."""
    return hashlib.sha256(f"maskstream:half:{key}".encode()).digest()[0] % 2 == 0


def celebahq_in_validation(index: int, celeba_validation: frozenset[int]) -> bool:
    """`celeba_validation`: the indices celeba.csv itself calls validation, which stay out too."""
    return index in celeba_validation or in_validation(f"celebahq:{index}")


def person_key(name: str) -> str:
    """The key of an image without an index: FASSEG V3 by person, everything else by name.

    FASSEG V3 names end in pNpN or an angle after `personneNNNN`: the first four digits after the
    word are taken as the person's, so that no pose of a validation person is trained on.
    """
    match = re.match(r"fasseg_V3_.*?personne(\d\d)", name)
    return f"fasseg_person:{match.group(1)}" if match else f"name:{name}"
