"""`python -m maskstream_training COMMAND PROFILE`: see README.md."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from importlib import import_module
from pathlib import Path

import cv2

from .common import embeddings
from .common.archives import Places
from .common.tokens import tokens
from .common.vits.drop import drop_patches
from .common.vits.graph import NotAVitError
from .crowds.packed import packed
from .objects.retrieval import retrieval

REPOSITORY = Path(__file__).resolve().parents[3]
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
PROFILES = {
    "face-emotion": "faces",
    "faces": "crowds",
    "hair-color": "hair",
    "object-id": "objects",
    "text": "text",
}
"""The folder of each profile's recipe."""

NEEDS = {"clips": "actors", "verify": "exhibits"}
"""What a recipe must have for a command of another name; not every recipe has everything."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="maskstream_training", description=__doc__)
    parser.add_argument("--data", type=Path, default=REPOSITORY.parent / "shared" / "data")
    parser.add_argument("--work", type=Path, default=CACHE / "maskstream-training")
    parser.add_argument("--threads", type=int, default=1, help="of PyTorch")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("faceless", help="make the list of faceless scenes anew")
    commands.add_parser("retrieval", help="measure what dropping masked patches does to DINOv2")
    commands.add_parser("packed", help="measure what packing faces does to a detector")
    commands.add_parser("lines", help="measure what finding lines does to a reader")
    commands.add_parser("tokens", help="measure what a mask and stillness leave of a video")
    drop = commands.add_parser("drop-patches", help="let a vision transformer see some patches")
    drop.add_argument("source", type=Path, metavar="IN.onnx")
    drop.add_argument("target", type=Path, metavar="OUT.onnx")
    drop.add_argument("--output", help="the tensor to give, the first output if left out")
    drop.add_argument("--side", type=int, help="of images, where the model leaves it open")
    read = commands.add_parser("read", help="read what hiding the writing of a video has left")
    read.add_argument("video", type=Path)
    read.add_argument("--every", type=float, default=1.0, help="seconds between frames, 0 is all")
    calibrate = commands.add_parser("calibrate", help="fit the temperature of embeddings")
    calibrate.add_argument("profile", type=Path, help="its folder")
    calibrate.add_argument("folder", type=Path, help="images/ and labels.csv")
    own = commands.add_parser("folder", help="a profile of one's own, from images/ and masks/")
    own.add_argument("folder", type=Path)
    own.add_argument("--output", type=Path, required=True, help="the profile's folder")
    own.add_argument("--steps", type=int, default=3000, help="of the estimator")
    own.add_argument("--primary-steps", type=int, default=2000)
    own.add_argument("--from", dest="origin", type=Path, help="an exported estimator to begin with")
    for name, purpose in (
        ("estimator", "train and export the estimator"),
        ("primary", "train, calibrate and export the primary"),
        ("evaluate", "measure both on the validation split"),
        ("int8", "write the models in 8 bits, for processors that are faster with these"),
        ("verify", "measure the program's maps and masks"),
        ("clips", "film labelled clips for measuring the loop, into the work folder"),
        ("experiment", "measure whether masking helps the primary, training luck apart"),
    ):
        command = commands.add_parser(name, help=purpose)
        command.add_argument("profile", choices=sorted(PROFILES))
        command.add_argument("--output", type=Path, help="profile folder to read and write")
        if name == "estimator":
            command.add_argument("--steps", type=int)
        if name in ("estimator", "primary"):
            command.add_argument(
                "--from", dest="origin", type=Path, help="an exported network to begin with"
            )
        if name == "verify":
            command.add_argument("--program", type=Path, required=True, help="maskstream")
        if name == "experiment":
            command.add_argument("--epochs", type=int, default=6, help="of each training, if any")
            command.add_argument("--seeds", type=int, default=3, help="trainings of each kind")
        if name == "primary":
            command.add_argument("--epochs", type=int)
    return parser.parse_args()


def main() -> None:
    options = arguments()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    cv2.setNumThreads(1)
    if options.command == "drop-patches":
        try:
            drop_patches(options.source, options.target, options.output, options.side)
        except (NotAVitError, OSError) as error:
            sys.exit(f"error: {error} ({options.source})")
        return
    if options.command == "calibrate":
        try:
            temperature = embeddings.calibrate(options.profile, options.folder)
        except (ValueError, OSError, KeyError) as error:
            sys.exit(f"error: {error}")
        print(f"primary:\n  temperature: {temperature:.4f}")
        return
    if options.command == "read":
        read(options.video, options.every)
        return
    options.work.mkdir(parents=True, exist_ok=True)
    places = Places(options.data, options.work)
    if options.command == "retrieval":
        retrieval(places, REPOSITORY / "Profiles" / "object-id")
    elif options.command == "packed":
        packed(places, REPOSITORY / "Profiles")
    elif options.command == "tokens":
        tokens(places, REPOSITORY / "Profiles")
    elif options.command == "lines":
        lines(places, REPOSITORY / "Profiles" / "text")
    else:
        train(options, places)


def lines(places: Places, profile: Path) -> None:
    from .text import lines as measured

    measured.lines(places, profile)


def read(video: Path, every: float) -> None:
    """Prints what can be read, a line each; ends with 70 where there is anything."""
    from .text.leftover import leftover

    found = looked = 0
    try:
        for time, lines in leftover(video, every):
            looked += 1
            found += len(lines)
            for line in lines:
                x, y, width, height = line.box
                print(f"{time:.3f} s  {width}x{height}+{x}+{y}  {line.certainty:.2f}  {line.text}")
    except OSError as error:
        sys.exit(f"error: {error} ({video})")
    print(f"{looked} frames looked at, {found} lines read")
    if found:
        sys.exit(70)


def train(options: argparse.Namespace, places: Places) -> None:
    """Runs a command that needs PyTorch."""
    import torch

    from . import folder
    from .common import clips, scenes, verify

    torch.set_num_threads(options.threads)
    if options.command == "faceless":
        scenes.write_faceless(places)
        return
    if options.command == "folder":
        steps = options.steps, options.primary_steps
        try:
            folder.profile_from(options.folder, options.output, options.work, steps, options.origin)
        except (ValueError, OSError) as error:
            sys.exit(f"error: {error}")
        return
    recipe = import_module(f".{PROFILES[options.profile]}.profile", __package__)
    if not hasattr(recipe, NEEDS.get(options.command, options.command)):
        sys.exit(f"error: {options.profile} has no {options.command}")
    profile = options.output or REPOSITORY / "Profiles" / options.profile
    if options.command == "estimator":
        recipe.estimator(places, profile, options.steps, options.origin)
    elif options.command == "primary":
        recipe.primary(places, profile, options.epochs, options.origin)
    elif options.command == "int8":
        recipe.int8(places, profile)
    elif options.command == "clips":
        clips.make(places, recipe.actors, options.work / "clips" / options.profile)
    elif options.command == "experiment":
        recipe.experiment(places, profile, options.epochs, options.seeds)
    elif options.command == "verify":
        verify.verify(profile, options.program, recipe.exhibits(places), options.work)
    else:
        recipe.evaluate(places, profile)


if __name__ == "__main__":
    main()
