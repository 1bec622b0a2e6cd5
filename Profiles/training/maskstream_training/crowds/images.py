"""The images of the test list, upright and turned."""

from __future__ import annotations

import numpy as np

from ..common.archives import Places, read_image
from ..common.listed import ListedFace, ListedImage, digest

Images = list[tuple[ListedImage, np.ndarray]]


def image_of(places: Places, listed: ListedImage) -> np.ndarray:
    """An image of the list, whose bytes are those that the boxes were drawn on."""
    if listed.archive == "cases":
        path = places.data.parent / "cases" / "faces" / f"{listed.name}.jpg"
    else:
        path = places.archive(listed.archive) / "images" / f"{listed.name}.jpg"
    if digest(path) != listed.sha256:
        raise ValueError(f"{path} is not the image that the test list describes")
    return read_image(path)


def turn(listed: ListedImage, image: np.ndarray, degrees: int) -> tuple[ListedImage, np.ndarray]:
    """An image and its boxes, turned clockwise by a multiple of 90 degrees."""
    faces, doubtful = listed.faces, listed.doubtful
    for _ in range(degrees // 90):
        high = image.shape[0]
        image = np.ascontiguousarray(np.rot90(image, -1))
        faces, doubtful = ([quarter(f, high) for f in some] for some in (faces, doubtful))
    return ListedImage(listed.name, listed.archive, listed.sha256, faces, doubtful), image


def quarter(face: ListedFace, height: int) -> ListedFace:
    """A face of an image of a height that is turned clockwise by 90 degrees."""
    x1, y1, x2, y2 = face.box
    return ListedFace((height - y2, x1, height - y1, x2), face.tags, face.height)
