"""Reading the data: archives are unpacked once into the work folder, images held as bytes."""

from __future__ import annotations

import csv
import tarfile
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from .listed import is_listed
from .splits import celebahq_in_validation, in_validation, person_key

BACKGROUND, SKIN, BROW, EYE, MOUTH, HAIR, OTHER, IGNORE = 0, 1, 2, 3, 4, 5, 6, 255
FACE_CLASSES = (SKIN, BROW, EYE, MOUTH)
PART_CLASSES = (BROW, EYE, MOUTH)
COCO, SAMPLES = "COCO128", "imagenet-sample"
"""Two of the sources of saliency.tar."""


@dataclass(frozen=True)
class Places:
    """`data` holds the archives, `work` everything that is made from them."""

    data: Path
    work: Path

    @property
    def teachers(self) -> Path:
        return self.data / "teachers"

    def archive(self, name: str) -> Path:
        """The folder of an archive, unpacked when it is not there yet."""
        folder = self.work / "data" / name
        done = folder / ".unpacked"
        if not done.exists():
            folder.mkdir(parents=True, exist_ok=True)
            with tarfile.open(self.data / f"{name}.tar") as tar:
                for member in tar:
                    parts = Path(member.name).parts
                    if member.isfile() and len(parts) >= 2 and parts[-2] in KINDS:
                        target = folder / parts[-2] / parts[-1]
                        target.parent.mkdir(exist_ok=True)
                        content = tar.extractfile(member)
                        assert content is not None
                        target.write_bytes(content.read())
            done.touch()
        return folder

    def rows(self, name: str) -> list[dict[str, str]]:
        """The lines of an archive's table."""
        with open(self.data / f"{name}.csv", newline="") as table:
            return list(csv.DictReader(table))


KINDS = ("images", "labels", "masks")


@dataclass
class LabelledImage:
    """An RGB image and its label plane; `source` is the data set it comes from."""

    name: str
    image: np.ndarray
    label: np.ndarray
    source: str
    validation: bool
    glasses: bool = False


def read_image(path: Path) -> np.ndarray:
    """RGB bytes."""
    return np.ascontiguousarray(cv2.imread(str(path), cv2.IMREAD_COLOR)[:, :, ::-1])


def read_plane(path: Path) -> np.ndarray:
    return cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)


def read_labels(folder: Path) -> dict[str, str]:
    """Stem to label; empty without a table."""
    table = folder / "labels.csv"
    if not table.exists():
        return {}
    with open(table, newline="") as lines:
        return {row["name"]: row["label"] for row in csv.DictReader(lines)}


def celeba_validation(places: Places) -> frozenset[int]:
    """The indices celeba.csv keeps for validation."""
    return frozenset(int(r["index"]) for r in places.rows("celeba") if r["split"] == "val")


def held_out(name: str, index: str, theirs: frozenset[int]) -> bool:
    """Whether an image validates, by its CelebA-HQ index where it has one, else by its name."""
    if index:
        return celebahq_in_validation(int(float(index)), theirs)
    return in_validation(person_key(name))


def load_faces(places: Places) -> list[LabelledImage]:
    """CE7454 (hand-drawn) and FASSEG, without the test list."""
    folder, theirs = places.archive("faces"), celeba_validation(places)
    samples = []
    for row in places.rows("faces"):
        name, index = row["name"], row["celebahq_index"]
        held = held_out(name, index, theirs)
        path = folder / "images" / f"{name}.jpg"
        if is_listed(path):
            continue
        samples.append(
            LabelledImage(
                name,
                read_image(path),
                read_plane(folder / "labels" / f"{name}.png"),
                row["source"],
                held,
            )
        )
    return samples


def load_celeba(places: Places) -> list[LabelledImage]:
    """CelebA-HQ at 192x192 with machine-made labels."""
    folder, theirs = places.archive("celeba"), celeba_validation(places)
    samples = []
    for row in places.rows("celeba"):
        name = f"{int(row['index']):05d}"
        samples.append(
            LabelledImage(
                name,
                read_image(folder / "images" / f"{name}.jpg"),
                read_plane(folder / "labels" / f"{name}.png"),
                "celeba",
                celebahq_in_validation(int(row["index"]), theirs),
                glasses=row["Eyeglasses"] == "1",
            )
        )
    return samples


def load_scenes(places: Places, names: set[str] | None = None) -> list[LabelledImage]:
    """Images of saliency.tar, all background, without the test list.

    `names` picks some (the faceless ones).
    """
    folder = places.archive("saliency")
    samples = []
    for row in places.rows("saliency"):
        name = row["name"]
        path = folder / "images" / f"{name}.jpg"
        if (names is None or name in names) and not is_listed(path):
            image = read_image(path)
            label = np.zeros(image.shape[:2], np.uint8)
            samples.append(
                LabelledImage(name, image, label, row["source"], in_validation(person_key(name)))
            )
    return samples


def load_hair(places: Places) -> list[LabelledImage]:
    """Celeb1k and Figaro1k, hand-drawn: hair, and everything else as background."""
    folder, theirs = places.archive("hair"), celeba_validation(places)
    samples = []
    for row in places.rows("hair"):
        name, index = row["name"], row["celebahq_index"]
        hair = read_plane(folder / "masks" / f"{name}.png") > 127
        held = held_out(name, index, theirs)
        label = np.where(hair, HAIR, BACKGROUND).astype(np.uint8)
        image = read_image(folder / "images" / f"{name}.jpg")
        samples.append(LabelledImage(name, image, label, row["source"], held))
    return samples


def load_figaro(places: Places) -> list[LabelledImage]:
    """Figaro1k for faces: hair where the mask says so; what else there is, is ignored."""
    samples = [p for p in load_hair(places) if p.source == "Figaro1k"]
    for sample in samples:
        sample.label[sample.label == BACKGROUND] = IGNORE
    return samples
