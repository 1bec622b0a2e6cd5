"""The report of a job: one row for each input."""

import csv
import io
import json
import os
import uuid
from collections.abc import Sequence
from dataclasses import asdict

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from maskstream.errors import UsageError
from maskstream.ray.outcome import Outcome

SCHEMA = pa.schema(
    [
        ("input", pa.string()),
        ("output", pa.string()),
        ("exit", pa.int32()),
        ("message", pa.string()),
        ("frames", pa.int64()),
        ("seconds", pa.float64()),
        ("node", pa.string()),
        ("fingerprint", pa.string()),
        ("segments", pa.int32()),
        ("attempts", pa.int32()),
    ]
)
"""The columns: the attributes of an `Outcome`."""


def check(path: str) -> None:
    """Refuse a report's path before any work is done.

    Raises:
        UsageError: its ending is none that is known.
    """
    if not path.endswith((".parquet", ".csv", ".json")):
        raise UsageError(
            64, f"no report is called so ({path})", "end it in .parquet, .csv or .json"
        )


def table(outcomes: Sequence[Outcome]) -> pa.Table:
    """Give the report as a table, one row for each outcome."""
    return pa.Table.from_pylist([asdict(outcome) for outcome in outcomes], schema=SCHEMA)


def write(path: str, outcomes: Sequence[Outcome]) -> None:
    """Write the report; a file that is there is replaced when the new one is whole.

    Args:
        path: a path or URL that ends in `.parquet`, `.csv` or `.json`.
        outcomes: its rows.

    Raises:
        OSError: it cannot be written.
    """
    files, target = fsspec.core.url_to_fs(path)
    data = _data(path, table(outcomes))
    if "file" not in files.protocol:
        files.pipe_file(target, data)
        return
    part = f"{target}.{uuid.uuid4().hex}"
    try:
        with open(part, "xb") as file:
            file.write(data)
        os.replace(part, target)
    except OSError:
        if os.path.exists(part):
            os.unlink(part)
        raise


def _data(path: str, table: pa.Table) -> bytes:
    if path.endswith(".parquet"):
        buffer = io.BytesIO()
        pq.write_table(table, buffer)
        return buffer.getvalue()
    rows = table.to_pylist()
    if path.endswith(".json"):
        return (json.dumps(rows, indent=1, ensure_ascii=False) + "\n").encode()
    text = io.StringIO(newline="")
    lines = csv.DictWriter(text, SCHEMA.names)
    lines.writeheader()
    lines.writerows(rows)
    return text.getvalue().encode()
