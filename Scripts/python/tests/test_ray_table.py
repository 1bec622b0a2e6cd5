import os
import re
from pathlib import Path

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import ROOT

import maskstream
from maskstream.ray.table import VIDEOS, Row, as_table, of_table, rows


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a/x.mp4", "a/b/Y.MKV", "a/b/.hidden.mp4", "a/notes.txt", "z.mp4", ".h/x.mp4"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1234")
    monkeypatch.chdir(tmp_path)


def listed(*inputs: str, recursive: bool = False) -> list[tuple[str, str]]:
    here = f"{os.getcwd()}/"
    found = rows(inputs, recursive=recursive)
    return [(row.input.replace(here, ""), row.output) for row in found]


@pytest.mark.parametrize(
    ("inputs", "recursive", "expected"),
    [
        (["a"], False, [("a/x.mp4", "x.mp4")]),
        (["a/"], True, [("a/b/Y.MKV", "b/Y.MKV"), ("a/x.mp4", "x.mp4")]),
        (["*.mp4"], False, [("z.mp4", "z.mp4")]),
        (["a/**/*.*"], False, [("a/b/Y.MKV", "b/Y.MKV"), ("a/notes.txt", "notes.txt")]),
        (["a/x.mp4", "z.mp4"], False, [("a/x.mp4", "x.mp4"), ("z.mp4", "z.mp4")]),
        (["missing.mp4"], False, [("missing.mp4", "missing.mp4")]),
        (["https://h/b/c.mp4?s=1"], False, [("https://h/b/c.mp4?s=1", "c.mp4")]),
    ],
)
def test_inputs(inputs: list[str], recursive: bool, expected: list[tuple[str, str]]) -> None:
    assert set(expected) <= set(listed(*inputs, recursive=recursive))
    if "**" not in inputs[0]:
        assert listed(*inputs, recursive=recursive) == expected


def test_a_file_that_looks_like_a_glob_is_a_file() -> None:
    Path("[1].mp4").write_text("1")
    Path("1.mp4").write_text("1")
    assert listed("[1].mp4") == [("[1].mp4", "[1].mp4")]


def test_a_bucket() -> None:
    with fsspec.open("memory://bucket/in/deep/c.mp4", "wb") as file:
        file.write(b"12345")
    expected = Row("memory:///bucket/in/deep/c.mp4", "deep/c.mp4", size=5)
    assert rows("memory://bucket/in", recursive=True) == [expected]
    assert rows("memory://bucket/in/**/*.mp4") == [expected]
    with pytest.raises(maskstream.NoInputError):
        rows("memory://bucket/in")


COLUMNS = {
    "options": ["--invert", "", '--fill "#ff0000"'],
    "input": ["z.mp4", "a/x.mp4", "missing.mp4"],
    "output": ["masked/z.mkv", "", "m.mkv"],
    "profile": ["faces", "./own", ""],
}


@pytest.mark.parametrize("kind", ["csv", "bom", "parquet", "nulls", "dataset"])
def test_tables(kind: str) -> None:
    here = os.getcwd()
    expected = [
        Row(f"{here}/z.mp4", "masked/z.mkv", "faces", "--invert", 4),
        Row(f"{here}/a/x.mp4", "x.mp4", f"{here}/own", "", 4),
        Row(f"{here}/missing.mp4", "m.mkv", "", '--fill "#ff0000"', 0),
    ]
    if kind == "dataset":
        assert of_table(pa.table(COLUMNS)) == expected
        assert of_table(as_table(expected)) == expected
    elif kind in ("csv", "bom"):
        text = "options,input,output,profile\r\n--invert,z.mp4,masked/z.mkv,faces\r\n\r\n"
        text += ',a/x.mp4,,./own\r\n"--fill ""#ff0000""",missing.mp4,m.mkv,\r\n'
        Path("t.csv").write_text(("\ufeff" if kind == "bom" else "") + text, newline="")
        assert rows("t.csv") == expected
    else:
        empty = None if kind == "nulls" else ""
        columns = {name: [value or empty for value in COLUMNS[name]] for name in COLUMNS}
        pq.write_table(pa.table(columns), "t.parquet")
        assert rows("t.parquet") == expected


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", 65, "no columns"),
        ("input\n", 65, "no inputs"),
        ("input,colour\na,b\n", 65, "`colour`"),
        ("output\na\n", 65, "column input"),
        ("input,input\na,b\n", 65, "twice"),
        ("input,output\na.mp4\n", 65, "line 2: 2 fields"),
        ("input,output\n,b\n", 65, "row 1: no input"),
        ('input\n"a\n', 65, "end of data"),
        ("input\n\xff", 65, "utf-8"),
        ("input,output\na.mp4,../b.mp4\n", 64, "../b.mp4"),
        ("input,output\na.mp4,/b.mp4\n", 64, "/b.mp4"),
        ("input,output\na.mp4,s3://b/c.mp4\n", 64, "s3://b/c.mp4"),
        ("input\na/x.mp4\nb/x.mp4\n", 64, "two outputs would be x.mp4"),
        ("input\na\n", 64, "a folder among files"),
    ],
)
def test_tables_that_are_refused(text: str, code: int, message: str) -> None:
    Path("t.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(maskstream.MaskstreamError, match=re.escape(message)) as caught:
        rows("t.csv")
    assert caught.value.exit_code == code
    assert caught.value.hint


@pytest.mark.parametrize("name", ["t.csv", "none/*.mp4", "b"])
def test_nothing_is_found(name: str) -> None:
    Path("b").mkdir()
    with pytest.raises(maskstream.NoInputError, match=re.escape(name)):
        rows(name)


def test_videos_are_those_of_the_program() -> None:
    text = (ROOT / "Sources/MaskStreamFFmpeg/Images/ImageFolder.swift").read_text()
    listed = re.search(r"videoExtensions: Set<String> = \[(.*?)\]", text, re.DOTALL)
    assert listed
    assert set(re.findall(r'"(\w+)"', listed[1])) == VIDEOS
