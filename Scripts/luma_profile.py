#!/usr/bin/env python3
"""Writes a profile whose confidence is a pixel's luma: luma_profile.py FOLDER COLUMNS ROWS."""

import pathlib
import sys


def write_profile(folder, size):
    """Writes it for models that see so many columns and rows: one node, `Identity`, in the encoding
    of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto."""
    def number(value):
        return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + number(value >> 7)

    def field(key, value):
        if isinstance(value, int):
            return number(key << 3) + number(value)
        value = value.encode() if isinstance(value, str) else value
        return number(key << 3 | 2) + number(len(value)) + value

    def tensor(name):
        shape = b"".join(field(1, field(1 if isinstance(size, int) else 2, size))
                         for size in (1, 1, "height", "width"))
        return field(1, name) + field(2, field(1, field(1, 1) + field(2, shape)))

    node = field(1, "x") + field(2, "y") + field(4, "Identity")
    graph = field(1, node) + field(2, "luma") + field(11, tensor("x")) + field(12, tensor("y"))
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(field(1, 8) + field(7, graph) + field(8, field(2, 13)))
    (folder / "profile.yaml").write_text(
        "schema: 1\nname: luma\nestimator:\n  file: model.onnx\n"
        f"  input: {{area: {size[0] * size[1]}, multiple: 1}}\n  colour: gray\n"
        "levels: {region: 0.2}\n"
        "threshold: {control: fixed, initial: 0.5}\nmask: {fill: zero, smoothing: 0}\n")
    return folder


if __name__ == "__main__":
    write_profile(pathlib.Path(sys.argv[1]), (int(sys.argv[2]), int(sys.argv[3])))
