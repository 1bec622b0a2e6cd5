import os
import re
import textwrap
from pathlib import Path

import pytest
from conftest import ROOT

import maskstream


def test_the_first_example(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = (ROOT / "README.md").read_text()
    code = re.search(r"^    import maskstream\n(?:    .*\n)+", text, re.MULTILINE)
    assert code
    shapes: list[tuple[int, ...]] = []
    _run(textwrap.dedent(code[0]), classify=lambda image: shapes.append(image.shape))
    assert shapes == [(360, 640, 3)] * 210


def test_the_packages_examples(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Profiles", "samples"):
        os.symlink(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "Scripts/python/README.md").read_text()
    # The third is for a cluster, see test_ray_cluster.py.
    classifier, run, _ = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert len([line for line in classifier.splitlines() if line]) <= 15
    _run(classifier)
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(re.fullmatch(r"\d+\.\d\d s: \w.*", line) for line in lines)
    _run(run, maskstream=maskstream)
    assert re.fullmatch(r"210 0\.\d+\n", capsys.readouterr().out)


def _run(code: str, **names: object) -> None:
    exec(compile(code, "README.md", "exec"), dict(names))
