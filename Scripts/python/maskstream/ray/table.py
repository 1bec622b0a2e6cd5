"""What is to be masked: tables, globs, folders and buckets as rows."""

import csv
import io
import os
import re
import shlex
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from maskstream.errors import BadDataError, NoInputError, UsageError
from maskstream.ray.sources import is_opened_by_program

COLUMNS = ("input", "output", "profile", "options")

# The program's, see ImageFolder.swift.
# fmt: off
VIDEOS = frozenset({
    "mp4", "m4v", "mov", "mkv", "webm", "avi", "ts", "m2ts", "mts", "mpg", "mpeg", "vob", "mxf",
    "flv", "wmv", "asf", "nut", "3gp", "3g2", "ogv", "ogm", "y4m", "dv", "rm", "rmvb", "gxf",
})
# fmt: on


@dataclass(frozen=True, slots=True)
class Row:
    """One input.

    Attributes:
        input: an absolute path, or a URL.
        output: its output's path below the folder or bucket of outputs.
        profile: its profile; empty: the job's.
        options: its own options, as on a command line.
        size: bytes, 0 if there is no such file; None where that is not known.
        segment: the part of it that is masked, as the program's `--segment`; empty: all.
    """

    input: str
    output: str
    profile: str = ""
    options: str = ""
    size: int | None = None
    segment: str = ""

    @property
    def words(self) -> list[str]:
        """Its own options and profile as words, split as the program does it."""
        split = shlex.shlex(self.options, posix=True)
        split.whitespace_split, split.escape, split.commenters = True, "", ""
        return [*split, *(["--profile", self.profile] if self.profile else [])]


def rows(
    inputs: str | Sequence[str], *, recursive: bool = False, output_dir: str = ""
) -> list[Row]:
    """List what is to be masked.

    Args:
        inputs: tables (`.csv`, `.parquet`), globs, folders, buckets (`s3://bucket/below/`), files
            and URLs. Folders give the videos in them, by their extension; hidden files are none.
        recursive: whether folders and buckets include what is deeper in them.
        output_dir: what is below it is left out.

    Returns:
        The rows in their order; in folders by name.

    Raises:
        BadDataError: a table is not of the form that ManyFiles.md describes.
        NoInputError: there is no such table, or nothing is found.
        UsageError: an output is not below the folder of outputs, or two are the same.
    """
    found = [
        row
        for each in ([inputs] if isinstance(inputs, str) else inputs)
        for row in _listed(each, recursive)
        if not (output_dir and row.input.startswith(f"{output_dir}/"))
    ]
    _check(found)
    return _measured(found)


def as_table(rows: Sequence[Row]) -> pa.Table:
    """Give rows as a table with the columns of `COLUMNS`."""
    return pa.table({name: [getattr(row, name) for row in rows] for name in COLUMNS})


def of_table(table: pa.Table) -> list[Row]:
    """Give the rows of a table that has the column input and may have the others.

    Raises:
        BadDataError: it has other columns, or an empty input.
        UsageError: as of `rows`.
    """
    try:
        found = [_row(record) for record in _of_arrow(table)]
    except ValueError as error:
        raise BadDataError(
            65, str(error), "give the columns input,output,profile,options"
        ) from error
    _check(found)
    return _measured(found)


def _listed(location: str, recursive: bool) -> list[Row]:
    if location.endswith((".csv", ".parquet")):
        return [_row(record) for record in _records(location)]
    if "://" in location and is_opened_by_program(location):
        return [_row({"input": location})]
    files, path = fsspec.core.url_to_fs(location)
    if re.search(r"[*?[]", path) and not files.exists(path):
        root = re.split(r"[*?[]", path, maxsplit=1)[0].rpartition("/")[0]
        paths = [name for name in files.glob(path) if not files.isdir(name)]
    elif files.isdir(path):
        root = path.rstrip("/")
        found = files.find(path, maxdepth=None if recursive else 1)
        paths = [name for name in found if _is_video(name[len(root) + 1 :])]
    else:
        return [_row({"input": location})]
    if not paths:
        raise NoInputError(
            66,
            f"no videos are found ({location})",
            "check the path; --recursive takes subfolders, too",
        )
    return [
        Row(_named(location, files, path), path[len(root) + 1 :].lstrip("/"))
        for path in sorted(paths)
    ]


def _is_video(path: str) -> bool:
    is_hidden = any(part.startswith(".") for part in path.split("/"))
    return not is_hidden and path.rpartition(".")[2].lower() in VIDEOS


def _named(location: str, files: fsspec.AbstractFileSystem, path: str) -> str:
    return str(files.unstrip_protocol(path)) if "://" in location else path


# Tables


def _records(location: str) -> list[dict[str, str]]:
    try:
        with fsspec.open(location, "rb") as file:
            data = file.read()
    except OSError as error:
        raise NoInputError(
            66, f"the table of inputs cannot be read ({location})", "give the path of a file"
        ) from error
    try:
        return _of_parquet(data) if location.endswith(".parquet") else _of_csv(data)
    except (ValueError, csv.Error, pa.ArrowException) as error:
        raise BadDataError(
            65,
            f"{error} ({location})",
            "give rows of input,output,profile,options, these words in the first line",
        ) from error


def _of_csv(data: bytes) -> list[dict[str, str]]:
    reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
    lines = [(reader.line_num, fields) for fields in reader if fields]
    if not lines:
        raise ValueError("line 1: there are no columns")
    names = lines[0][1]
    _check_columns(names)
    for number, fields in lines[1:]:
        if len(fields) != len(names):
            raise ValueError(f"line {number}: {len(names)} fields are wanted, not {len(fields)}")
    return _named_records(names, (fields for _, fields in lines[1:]))


def _of_parquet(data: bytes) -> list[dict[str, str]]:
    return _of_arrow(pq.read_table(pa.BufferReader(data)))


def _of_arrow(table: pa.Table) -> list[dict[str, str]]:
    _check_columns(table.column_names)
    values = zip(*(column.to_pylist() for column in table.columns), strict=True)
    return _named_records(
        table.column_names, ([str(value or "") for value in fields] for fields in values)
    )


def _check_columns(names: list[str]) -> None:
    for name in names:
        if name not in COLUMNS:
            raise ValueError(f"no column is called `{name}`")
    if "input" not in names or len(set(names)) < len(names):
        raise ValueError("the column input is missing, or a column comes twice")


def _named_records(names: list[str], values: Iterable[list[str]]) -> list[dict[str, str]]:
    records = [dict(zip(names, fields, strict=True)) for fields in values]
    if not records:
        raise ValueError("there are no inputs")
    for number, record in enumerate(records, start=1):
        if not record["input"]:
            raise ValueError(f"row {number}: no input")
    return records


def _row(record: dict[str, str]) -> Row:
    location = record["input"]
    is_path = "://" not in location
    name = PurePosixPath(location if is_path else urlsplit(location).path).name
    return Row(
        os.path.abspath(location) if is_path else location,
        record.get("output") or name,
        absolute_profile(record.get("profile", "")),
        record.get("options", ""),
    )


def absolute_profile(profile: str) -> str:
    """Give a profile so that it is the same in every folder: a name, or an absolute path."""
    return os.path.abspath(profile) if "/" in profile else profile


def cameras(location: str) -> list[Row]:
    """Read a table of cameras.

    Returns:
        The rows; `output` is the name of the recordings, by default the camera's.

    Raises:
        BadDataError, NoInputError, UsageError: as of `rows`.
    """
    found = []
    for row in (_row(record) for record in _records(location)):
        name = PurePosixPath(row.output or urlsplit(row.input).netloc.replace(":", "-"))
        found.append(replace(row, output=str(name if name.suffix else name.with_suffix(".mkv"))))
    _check(found)
    return found


# All rows


def _check(rows: list[Row]) -> None:
    outputs: dict[str, Row] = {}
    for row in rows:
        parts = row.output.split("/")
        if "://" in row.output or not {"", ".", ".."}.isdisjoint(parts):
            raise UsageError(
                64,
                f"the output is not below --output-dir ({row.output})",
                "give a relative path",
            )
        if first := outputs.get(row.output):
            raise UsageError(
                64,
                f"two outputs would be {row.output} ({first.input}, {row.input})",
                "name them in the column output of a table",
            )
        outputs[row.output] = row


def _measured(rows: list[Row]) -> list[Row]:
    with ThreadPoolExecutor(32) as pool:
        return list(pool.map(_with_size, rows))


def _with_size(row: Row) -> Row:
    if "://" in row.input and is_opened_by_program(row.input):
        return row
    try:
        files, path = fsspec.core.url_to_fs(row.input)
        info = files.info(path)
    except FileNotFoundError:
        return replace(row, size=0)
    except OSError:
        return row  # the run tells what is wrong
    if info["type"] == "directory":
        raise UsageError(
            64, f"a folder among files ({row.input})", "name folders on the command line"
        )
    return replace(row, size=info["size"])
