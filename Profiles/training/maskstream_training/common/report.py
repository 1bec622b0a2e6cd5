"""Results as JSON and as the Markdown table of the model card."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np

from .geometry import Confidence, fit_area, manifest, session
from .log import log
from .measures import Measures


def latency(confidence: Confidence, runs: int = 200) -> Measures:
    """Milliseconds of one inference on one thread, at the size for an image of 16:9."""
    width, height = confidence.input.fit(16, 9)
    values = np.random.default_rng(0).random((1, 3, height, width), dtype=np.float32)
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        confidence.session.run(None, {"image": values})
        times.append((time.perf_counter() - start) * 1000)
    return {"median_ms": float(np.median(times)), "fastest_ms": float(min(times))}


def milliseconds(profile: Path, width: int, height: int, detail: int = 1) -> float:
    """Processor time of a profile's estimator for a frame, the median of 15."""
    settings = manifest(profile)["estimator"]
    area, multiple = settings["input"]["area"] * detail, settings["input"]["multiple"]
    columns, rows = fit_area(width, height, area, multiple)
    network = session(profile / settings["file"])
    values = np.random.default_rng(0).random((1, 3, rows, columns), dtype=np.float32)
    times = []
    for _ in range(15):
        start = time.process_time()
        network.run(None, {network.get_inputs()[0].name: values})
        times.append((time.process_time() - start) * 1000)
    return float(np.median(times))


def shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, list):
        return " ".join(shown(v) for v in value)
    return str(value)


def table(rows: dict[str, Measures]) -> str:
    """One line for each row: its name and its measures."""
    lines = ["| what | measures |", "|---|---|"]
    for name, measures in rows.items():
        text = ", ".join(f"{key} {shown(value)}" for key, value in measures.items())
        lines.append(f"| {name} | {text} |")
    return "\n".join(lines)


def write(results: dict[str, Measures], work: Path, profile: str) -> None:
    """`evaluation-PROFILE.json` and `.md` in the work folder."""
    (work / f"evaluation-{profile}.json").write_text(json.dumps(results, indent=1) + "\n")
    text = "\n\n".join(f"## {part}\n\n{table(rows)}" for part, rows in results.items())
    (work / f"evaluation-{profile}.md").write_text(text + "\n")
    log.info("\n%s", text)
