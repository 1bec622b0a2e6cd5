"""Does it help a vision transformer to be shown only the patches that a mask touches?

Objects of ECSSD are cut out and pasted onto photographs of COCO. From each such image, DINOv2 has
to find the object's own photograph among all of them. The index holds plain crops, as anybody
would have made it; only queries are masked. No network is trained.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ..common.archives import COCO, Places, read_image, read_plane
from ..common.geometry import Confidence, enlarge, manifest, subjects
from ..common.listed import is_listed
from ..common.log import log
from ..common.measures import Measures, interval
from ..common.splits import in_validation, person_key
from .dino import CELLS, PATCH, SIDE, Embedding
from .images import box_of, inside, square

VIEWS = ("crop", "filled", "dropped")
OBJECTS, GROUNDS = 750, 2
"""How many objects there are, and on how many photographs each lies."""
EVERY = np.arange(CELLS * CELLS)
TIMED = 60
SAVED = 50


@dataclass
class Item:
    """A photograph, its object's drawn mask, and whether no estimator was trained on it."""

    name: str
    image: np.ndarray
    kept: np.ndarray
    held: bool


@dataclass
class Query:
    """The crop [224,224,3] around an object, and how much of each pixel is kept."""

    crop: np.ndarray
    kept: np.ndarray

    def shares(self) -> np.ndarray:
        """How much of each patch is kept."""
        return self.kept.reshape(CELLS, PATCH, CELLS, PATCH).mean((1, 3)).ravel()

    def filled(self) -> np.ndarray:
        """What is not kept takes the mean of what is."""
        weight = self.kept[..., None]
        mean = (self.crop * weight).sum((0, 1)) / max(float(weight.sum()), 1e-6)
        return mean + (self.crop - mean) * weight


Asked = Callable[[Item, np.ndarray], Query]
"""How an object is found in an image."""


def views(query: Query) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """What the network is given in each way of showing a query: an image and patches.

    Where no patch is touched, there is nothing to run.
    """
    filled, touched = query.filled(), np.flatnonzero(query.shares() > 0)
    shown = (query.crop, EVERY), (filled, EVERY), (filled, touched)
    return dict(zip(VIEWS, shown, strict=True))


def items(places: Places) -> tuple[list[Item], list[np.ndarray]]:
    """ECSSD's photographs and COCO's, without the test list."""
    folder, found, grounds = places.archive("saliency"), [], []
    for row in places.rows("saliency"):
        path = folder / "images" / f"{row['name']}.jpg"
        if row["source"] not in ("ECSSD", COCO) or is_listed(path):
            continue
        if row["source"] == COCO:
            grounds.append(read_image(path))
            continue
        kept = read_plane(folder / "masks" / f"{row['name']}.png") > 127
        held = in_validation(person_key(row["name"]))
        found.append(Item(row["name"], read_image(path), kept, held))
    return found, grounds


def pasted(item: Item, ground: np.ndarray) -> np.ndarray:
    """The object on another photograph, which is stretched to the size of its own."""
    behind = cv2.resize(ground, item.image.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.where(item.kept[..., None], item.image, behind)


def seen(image: np.ndarray, kept: np.ndarray, window: tuple[float, float, float]) -> Query:
    """The square of an image and of a mask that the program would cut out."""
    window = inside(window, image.shape)
    plane = square(kept.astype(np.float32), window, SIDE)
    return Query(square(image, window, SIDE).astype(np.float32), plane)


class Estimated:
    """What object-id finds by itself: the largest subject's square, and what is above `initial`."""

    def __init__(self, profile: Path):
        self.confidence, self.settings = Confidence(profile), manifest(profile)

    def __call__(self, image: np.ndarray) -> Query:
        plane = self.confidence.map(image)
        height, width = image.shape[:2]
        kept = enlarge(plane, width, height) > self.settings["threshold"]["initial"]
        found = subjects(plane, width, height, min_area=self.settings["subjects"]["min_area"])
        if not found:
            return seen(image, kept, (width / 2, height / 2, max(width, height)))
        s = found[0]
        side = max(s.width, s.height) * (1 + 2 * self.settings["primary"]["margin"])
        return seen(image, kept, (s.x + s.width / 2, s.y + s.height / 2, side))


def retrieval(places: Places, profile: Path) -> None:
    """Measures every way of showing; `retrieval.json` and `.md` in the work folder."""
    found, grounds = items(places)
    net, ours = Embedding(places.work), Estimated(profile)
    rng = np.random.default_rng(29)
    found = [found[i] for i in sorted(rng.permutation(len(found))[:OBJECTS])]
    lying = np.stack([rng.permutation(len(grounds))[:GROUNDS] for _ in found])
    pairs = [(i, int(ground)) for column in lying.T for i, ground in enumerate(column)]

    def drawn(item: Item, image: np.ndarray) -> Query:
        return seen(image, item.kept, box_of(item.kept.astype(np.uint8) * 255))

    def indexed(item: Item) -> np.ndarray:
        return net.unit(drawn(item, item.image).crop, EVERY)

    index = stored(places.work / "retrieval-index.npy", found, indexed)
    log.info("an index of %d photographs, %d queries", len(index), len(pairs))
    held = np.array([found[i].held for i, _ in pairs])
    results: dict[str, dict[str, Measures]] = {}
    for number, (name, query) in enumerate(
        {"object-id's mask": lambda _, image: ours(image), "drawn mask": drawn}.items()
    ):

        def answers(pair: tuple[int, int], query: Asked = query) -> np.ndarray:
            item = found[pair[0]]
            return asked(net, index, query(item, pasted(item, grounds[pair[1]])))

        rows = stored(places.work / f"retrieval-{number}.npy", pairs, answers)
        results[name] = table(rows, pairs, np.ones_like(held))
        results[f"{name}, held out"] = table(rows, pairs, held)
        log.info("%s: measured", name)
    results["milliseconds"] = cost(net, ours, [pasted(found[i], grounds[g]) for i, g in pairs])
    write(results, places.work)


def stored(path: Path, things: list[Any], value: Callable[[Any], np.ndarray]) -> np.ndarray:
    """A value for each thing; kept in a file on the way, so that a run that is stopped goes on."""
    rows = list(np.load(path)) if path.exists() else []
    for number in range(len(rows), len(things)):
        rows.append(value(things[number]))
        if len(rows) % SAVED == 0 or len(rows) == len(things):
            np.save(path, np.stack(rows))
            log.info("%s: %d of %d", path.stem, len(rows), len(things))
    return np.stack(rows)


def asked(net: Embedding, index: np.ndarray, query: Query) -> np.ndarray:
    """The first answer to a query in each view, -1 for none, and how many patches were seen."""
    return np.array(
        [
            (int((index @ net.unit(image, keep)).argmax()) if len(keep) else -1, len(keep))
            for image, keep in views(query).values()
        ]
    )


def table(
    answers: np.ndarray, pairs: list[tuple[int, int]], chosen: np.ndarray
) -> dict[str, Measures]:
    """Top-1 of the chosen queries from answers [N,views,2], and differences with intervals.

    The bootstrap draws objects, each with all its queries.
    """
    truth = np.array([item for item, _ in pairs])
    names, place = np.unique(truth[chosen], return_inverse=True)
    found = {view: answers[:, number] for number, view in enumerate(VIEWS)}
    right = {view: (rows[:, 0] == truth)[chosen].astype(float) for view, rows in found.items()}
    result: dict[str, Measures] = {}
    for view, rows in found.items():
        row: Measures = {
            "top1": float(right[view].mean()),
            "patches": float(rows[chosen, 1].mean()),
            "queries": len(place),
            "objects": len(names),
        }
        for base in ("crop", "filled"):
            difference = np.bincount(place, right[view] - right[base]) / np.bincount(place)
            row[f"minus {base}"] = [float(difference.mean()), *interval(difference, 10_000)]
        result[view] = row
    return result


def cost(net: Embedding, ours: Estimated, images: list[np.ndarray]) -> dict[str, Measures]:
    """Processor time on one thread: medians over images that take turns."""
    spent: dict[str, list[float]] = {"object-id": [], "crop": [], "dropped": []}
    for image in images[:: max(1, len(images) // TIMED)]:
        start = time.process_time()
        query = ours(image)
        spent["object-id"].append(time.process_time() - start)
        start = time.process_time()
        net.unit(query.crop, EVERY)
        spent["crop"].append(time.process_time() - start)
        start = time.process_time()
        keep = np.flatnonzero(query.shares() > 0)
        net.unit(query.filled(), keep if len(keep) else EVERY[:1])
        spent["dropped"].append(time.process_time() - start)
    median = {name: 1000 * float(np.median(times)) for name, times in spent.items()}
    estimator = median.pop("object-id")
    total = {name: estimator + ms for name, ms in median.items()}
    return {
        name: {"network": ms, "total": total[name], "of the crop's": total[name] / total["crop"]}
        for name, ms in median.items()
    } | {"object-id": {"network": estimator}}


def write(results: dict[str, dict[str, Measures]], work: Path) -> None:
    """JSON, and Markdown with a line for each view."""
    (work / "retrieval.json").write_text(json.dumps(results, indent=1) + "\n")
    lines = [
        "| mask | shown | top-1 | patches | minus crop | minus filled |",
        "|---|---|---|---|---|---|",
    ]
    for group, rows in results.items():
        for name, row in rows.items():
            if "top1" not in row:
                figures = ", ".join(f"{key} {value:.2f}" for key, value in row.items())
                lines.append(f"| {group} | {name} | {figures} | | | |")
                continue
            differences = [
                "{:+.1f} [{:+.1f}, {:+.1f}]".format(*(100 * v for v in row[f"minus {base}"]))
                for base in ("crop", "filled")
            ]
            lines.append(
                f"| {group} | {name} | {row['top1']:.1%} | {row['patches']:.0f} |"
                f" {differences[0]} | {differences[1]} |"
            )
    text = "\n".join(lines)
    (work / "retrieval.md").write_text(text + "\n")
    log.info("\n%s", text)
