"""How steady the program's mask is: flips on a still shot, dtSSD on a moving subject.

Both clips are drawn here from images of the validation split and given noise and compression
like a camera's. The shot with the moving subject has a known mask in every frame; dtSSD (Erofeev
et al., 2015) is the root mean square of the difference between how the found and the true mask
change from one frame to the next.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from .log import log

SIZE = (640, 360)
RATE = 25
Frame = tuple[np.ndarray, np.ndarray]
"""An image and where its subject is."""

Scene = Callable[[float], Frame]
"""The frame at a moment, 0 to 1, of the shot."""


def film(scene: Scene, frames: int, path: Path, rng: np.random.Generator) -> list[np.ndarray]:
    """Encodes the shot with sensor noise; returns the true masks."""
    command = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"]
    command += ["-s", f"{SIZE[0]}x{SIZE[1]}", "-r", str(RATE), "-i", "-"]
    command += ["-c:v", "libx264", "-crf", "26", "-pix_fmt", "yuv420p", str(path)]
    truth = []
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        assert encoder.stdin is not None
        for i in range(frames):
            image, mask = scene(i / max(1, frames - 1))
            noisy = image + rng.normal(0, 4, image.shape)
            encoder.stdin.write(np.clip(noisy, 0, 255).astype(np.uint8).tobytes())
            truth.append(mask)
        encoder.stdin.close()
    if encoder.returncode:
        raise RuntimeError(f"ffmpeg could not write {path}")
    return truth


def masks(program: Path, profile: Path, clip: Path, mode: str, threshold: float) -> np.ndarray:
    """The program's masks of a clip [N,H,W], true where kept."""
    command = [program, clip, "--profile", profile, "--output", "-", "--format", "rawvideo"]
    command += ["--emit", "mask", "--mask", mode, "--threshold", threshold, "--progress", "none"]
    command += ["--output-pix-fmt", "gray"]
    raw = subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE)
    return np.frombuffer(raw.stdout, np.uint8).reshape(-1, SIZE[1], SIZE[0]) > 127


def flips(found: np.ndarray) -> float:
    """Changes of a pixel's mask in a second."""
    return float((found[1:] != found[:-1]).mean() * RATE)


def dtssd(found: np.ndarray, truth: np.ndarray) -> float:
    """How differently the two change over time; 0 is best."""
    change = np.diff(found.astype(np.float32), axis=0) - np.diff(truth.astype(np.float32), axis=0)
    return float(np.sqrt(np.square(change).mean((1, 2))).mean())


def measure(
    program: Path, profile: Path, still: Scene, moving: Scene, threshold: float, work: Path
) -> dict[str, dict[str, float]]:
    """Both numbers for `exact` and `stable`, and the IoU with the truth on the moving subject."""
    rng = np.random.default_rng(9)
    clips = {name: work / f"{profile.name}-{name}.mkv" for name in ("still", "moving")}
    film(still, 3 * RATE, clips["still"], rng)
    truth = np.stack(film(moving, 3 * RATE, clips["moving"], rng))
    result = {}
    for mode in ("exact", "stable"):
        quiet = masks(program, profile, clips["still"], mode, threshold)
        found = masks(program, profile, clips["moving"], mode, threshold)
        ious = (found & truth).sum((1, 2)) / np.maximum((found | truth).sum((1, 2)), 1)
        result[mode] = {
            "flips": flips(quiet),
            "dtssd": dtssd(found, truth),
            "iou": float(ious.mean()),
        }
    log.info("%s: %s", profile.name, result)
    return result


def crossing(image: np.ndarray, alpha: np.ndarray, subject: np.ndarray, scene: np.ndarray) -> Scene:
    """A cut-out that crosses a scene from left to right and grows a little."""
    background = cv2.resize(scene, SIZE, interpolation=cv2.INTER_AREA).astype(np.float32)
    planes = [image, alpha, subject.astype(np.uint8) * 255]

    def at(moment: float) -> Frame:
        scale = SIZE[1] * (0.6 + 0.2 * moment) / image.shape[0]
        left = (0.25 + 0.5 * moment) * SIZE[0] - image.shape[1] * scale / 2
        matrix = np.array([[scale, 0, left], [0, scale, SIZE[1] * 0.15]], np.float32)
        part, cover, truth = (cv2.warpAffine(plane, matrix, SIZE) for plane in planes)
        share = cover[..., None].astype(np.float32) / 255
        return share * part + (1 - share) * background, truth > 127

    return at


def resting(scene: Scene) -> Scene:
    """The same frame all the time."""
    frame = scene(0.5)
    return lambda _: frame
