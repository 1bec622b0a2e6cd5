"""Annotations as pycocotools reads them."""

import os
import subprocess
from pathlib import Path

import numpy as np
from conftest import SAMPLES
from PIL import Image
from pycocotools.coco import COCO


def run(*words: str | Path) -> None:
    subprocess.run([os.environ["MASKSTREAM_PROGRAM"], *words, "--progress", "none"], check=True)


def test_coco(tmp_path: Path) -> None:
    folder, file, mattes = tmp_path / "analysis", tmp_path / "coco.json", tmp_path / "mattes"
    run("analyze", SAMPLES / "scenes.mp4", "-p", "face-emotion", "--end", "2", "-o", folder)
    run("export", folder, "--format", "coco", "-o", file)
    run("export", folder, "--format", "mattes", "-o", mattes)
    coco = COCO(str(file))
    names = sorted(path.name for path in mattes.iterdir())
    assert [image["file_name"] for image in coco.dataset["images"]] == names
    assert len(coco.getAnnIds()) > 0
    kept, told = 0, 0
    for image in coco.dataset["images"]:
        matte = np.asarray(Image.open(mattes / image["file_name"])) == 255
        subjects = np.zeros_like(matte)
        for annotation in coco.loadAnns(coco.getAnnIds(imgIds=image["id"])):
            mask = coco.annToMask(annotation).astype(bool)
            assert not (mask & subjects).any()
            assert mask.sum() == annotation["area"]
            rows, columns = mask.any(1).nonzero()[0], mask.any(0).nonzero()[0]
            x, y, width, height = annotation["bbox"]
            assert (columns[0], rows[0]) == (x, y)
            assert (columns[-1] + 1 - x, rows[-1] + 1 - y) == (width, height)
            subjects |= mask
        # What is held for a while belongs to nobody.
        assert not (subjects & ~matte).any()
        kept, told = kept + int(matte.sum()), told + int(subjects.sum())
    assert told > 0.9 * kept > 0
