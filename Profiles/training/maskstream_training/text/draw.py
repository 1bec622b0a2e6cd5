"""Scenes with known writing in many fonts, sizes, weights, colours, on many grounds and slants."""

from __future__ import annotations

import string
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1920, 1088
SCALE = 2
"""A scene's pixels for one of the estimator's input, which is 960x544."""
COARSE = 4
"""A scene's pixels for a cell of the plane that keeps strings apart."""
HEIGHTS = (8, 10, 12, 16, 20, 24, 32, 48, 64, 96, 128)
"""Of capital letters, in the estimator's input."""
SHARES = {"latin": 0.45, "digits": 0.2, "chinese": 0.2, "cyrillic": 0.1, "arabic": 0.05}
MODEL = {"latin": "H", "digits": "0", "chinese": "\u56fd", "cyrillic": "\u041d", "arabic": "\u0627"}
"""A letter of each script that is as high as its capitals."""
CHINESE = (
    "\u7684\u4e00\u662f\u4e0d\u4e86\u5728\u4eba\u6709\u6211\u4ed6\u8fd9\u4e2d\u5927\u6765\u4e0a"
    "\u56fd\u4e2a\u5230\u8bf4\u4eec\u4e3a\u5b50\u548c\u4f60\u5730\u51fa\u9053\u4e5f\u65f6\u5e74"
    "\u5f97\u5c31\u90a3\u8981\u4e0b\u4ee5\u751f\u4f1a\u81ea\u7740\u53bb\u4e4b\u8fc7\u5bb6\u5b66"
)
CYRILLIC = "".join(map(chr, range(0x430, 0x450)))
ARABIC = (
    "\u0645\u062f\u0631\u0633\u0629",
    "\u0645\u0633\u062a\u0634\u0641\u0649",
    "\u0634\u0627\u0631\u0639",
    "\u0645\u062f\u064a\u0646\u0629",
    "\u0645\u0643\u062a\u0628\u0629",
    "\u0627\u0644\u0628\u0627\u0628",
    "\u0633\u064a\u0627\u0631\u0629",
)
WORDS = [
    "invoice",
    "total",
    "street",
    "number",
    "account",
    "license",
    "patient",
    "secret",
    "balance",
    "meeting",
    "contract",
    "password",
    "delivery",
    "address",
    "station",
    "engine",
    "market",
    "doctor",
    "window",
    "garden",
    "letter",
    "signal",
    "project",
    "member",
    "private",
    "quarter",
    "receipt",
    "summer",
    "travel",
    "update",
    "village",
    "weekly",
    "exam",
    "budget",
    "camera",
    "driver",
]


@dataclass
class Text:
    """A drawn string; `corners` are its rectangle's, clockwise from where reading begins."""

    text: str
    script: str
    font: str
    height: int
    slant: int
    corners: np.ndarray
    ink: np.ndarray
    """Indices of its pixels in the flattened scene."""


@dataclass
class Scene:
    """An RGB image and what is written in it."""

    image: np.ndarray
    texts: list[Text]


def words(script: str, rng: np.random.Generator) -> str:
    """A string of 3 to 16 characters."""
    if script == "chinese":
        return "".join(rng.choice(list(CHINESE), rng.integers(3, 9)))
    if script == "arabic":
        return " ".join(rng.choice(ARABIC, rng.integers(1, 3)))
    if script == "cyrillic":
        letters = "".join(rng.choice(list(CYRILLIC), rng.integers(4, 11)))
        return letters.capitalize() if rng.random() < 0.5 else letters
    digits = "".join(rng.choice(list(string.digits), 8))
    if script == "digits":
        forms = ("{0}-{1}-{2}", "{0}{1}{2}", "{1}:{2}", "{0},{1}", "{1}/{2}/{0}")
        return str(rng.choice(forms)).format(digits[:4], digits[4:6], digits[6:])
    if rng.random() < 0.3:
        letters = "".join(rng.choice(list(string.ascii_uppercase), 4))
        return f"{letters[:2]}-{letters[2:]} {digits[:4]}"
    chosen = " ".join(rng.choice(WORDS, rng.integers(1, 3)))[:16].strip()
    return (chosen, chosen.upper(), chosen.title())[rng.integers(3)]


def written(text: str, font: ImageFont.FreeTypeFont, stacked: bool) -> np.ndarray:
    """The string's coverage, 0 to 255, cut to its ink; stacked: a character below the other."""
    text = "\n".join(text) if stacked else text
    box = ImageDraw.Draw(Image.new("L", (1, 1))).multiline_textbbox((0, 0), text, font)
    plane = Image.new("L", (int(box[2] - box[0]) + 3, int(box[3] - box[1]) + 3))
    ImageDraw.Draw(plane).multiline_text((1 - box[0], 1 - box[1]), text, 255, font)
    return np.asarray(plane)


def sized(path: Path, script: str, height: int) -> ImageFont.FreeTypeFont:
    """The font at the size at which its capitals have a height in pixels."""
    box = ImageFont.truetype(path, 200).getbbox(MODEL[script])
    return ImageFont.truetype(path, round(200 * height / (box[3] - box[1])))


def ground(photos: list[Path], rng: np.random.Generator) -> np.ndarray:
    """A photograph, a flat colour, or a gradient."""
    kind = rng.random()
    if kind < 0.5:
        photo = cv2.imread(str(photos[rng.integers(len(photos))]))[:, :, ::-1]
        scale = max(WIDTH / photo.shape[1], HEIGHT / photo.shape[0])
        sides = (round(photo.shape[1] * scale), round(photo.shape[0] * scale))
        large = cv2.resize(photo, sides, interpolation=cv2.INTER_CUBIC)
        top, left = (large.shape[0] - HEIGHT) // 2, (large.shape[1] - WIDTH) // 2
        image = large[top : top + HEIGHT, left : left + WIDTH].astype(np.float32)
        return image * rng.uniform(0.4, 1)
    first, second = rng.uniform(0, 255, (2, 3))
    share = np.linspace(0, 1, WIDTH)[None, :, None] if kind > 0.75 else np.zeros((1, 1, 1))
    return np.broadcast_to(first + (second - first) * share, (HEIGHT, WIDTH, 3)).astype(np.float32)


def place(
    coverage: np.ndarray, slant: int, taken: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray] | None:
    """Where the string fits, turned: the matrix that takes it there, and its corners."""
    height, width = coverage.shape
    for _ in range(12):
        centre = rng.uniform(0, 1, 2) * (WIDTH, HEIGHT)
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), slant, 1)
        matrix[:, 2] += centre - (width / 2, height / 2)
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
        corners = corners @ matrix[:, :2].T + matrix[:, 2]
        if (corners < 4).any() or (corners > (WIDTH - 4, HEIGHT - 4)).any():
            continue
        wide = np.zeros(taken.shape, np.uint8)
        outline = np.round(corners / COARSE).astype(np.int32)
        gap = max(12, 0.6 * min(height, width))
        cv2.fillConvexPoly(wide, outline, 1)
        cv2.polylines(wide, [outline], True, 1, round(2 * gap / COARSE))
        if not (wide & taken).any():
            taken |= wide
            return matrix, corners
    return None


def filled(plane: np.ndarray, corners: np.ndarray, value: int = 1) -> np.ndarray:
    """The plane with a value within the corners."""
    return cv2.fillConvexPoly(plane, np.round(corners).astype(np.int32), value)


def colours(under: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A colour whose brightness differs by at least 70 of 255 from what is under it."""
    while True:
        colour = rng.uniform(0, 255, 3) if rng.random() < 0.6 else np.full(3, rng.choice([5, 250]))
        if abs(colour.mean() - under.mean()) >= 70:
            return colour


def scene(
    number: int,
    family: dict[str, tuple[str, ...]],
    fonts: dict[str, Path],
    photos: list[Path],
    seed: int,
) -> Scene:
    """One scene with up to 14 strings; the same arguments give the same scene."""
    rng = np.random.default_rng((seed, number))
    image = ground(photos, rng).copy()
    taken = np.zeros((HEIGHT // COARSE, WIDTH // COARSE), np.uint8)
    texts: list[Text] = []
    for _ in range(14):
        script = str(rng.choice(list(SHARES), p=list(SHARES.values())))
        name = str(rng.choice(family[script]))
        height = int(rng.choice(HEIGHTS))
        text = words(script, rng)
        stacked = script == "chinese" and rng.random() < 0.25
        slant = int(
            rng.choice([0, rng.integers(-45, 46), rng.choice([-90, 90])], p=[0.5, 0.4, 0.1])
        )
        coverage = written(text, sized(fonts[name], script, height * SCALE), stacked)
        placed = place(coverage, slant, taken, rng)
        if placed is None:
            continue
        matrix, corners = placed
        turned = cv2.warpAffine(coverage, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
        inside = filled(np.zeros((HEIGHT, WIDTH), np.uint8), corners)
        if rng.random() < 0.4:
            plate = inside.copy()
            edge = int(rng.uniform(0.2, 0.8) * height * SCALE)
            cv2.polylines(plate, [np.round(corners).astype(np.int32)], True, 1, edge)
            image[plate > 0] = colours(image[inside > 0], rng)
        colour = colours(image[inside > 0], rng)
        share = turned[:, :, None].astype(np.float32) / 255
        image += (colour.astype(np.float32) - image) * share
        # Thin strokes cover no pixel entirely.
        ink = np.flatnonzero(turned > 0.4 * turned.max()).astype(np.int32)
        kind = f"{script}, stacked" if stacked else script
        texts.append(Text(text, kind, name, height, slant, corners, ink))
    return Scene(camera(image, rng), texts)


def camera(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Some blur, noise and compression."""
    image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.1, 1.2))
    noise = rng.standard_normal((HEIGHT, WIDTH, 1), np.float32) * rng.uniform(0, 8)
    bytes_ = np.clip(image + noise, 0, 255).astype(np.uint8)
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 96))]
    return cv2.imdecode(cv2.imencode(".jpg", bytes_[:, :, ::-1], quality)[1], 1)[:, :, ::-1]
