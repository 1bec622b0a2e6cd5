"""Small vision transformers with random weights, as exporters write them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIZE, PATCH, WIDTH, HEADS = (8, 12), 4, 22, 2
PATCHES = (SIZE[0] // PATCH) * (SIZE[1] // PATCH)


@dataclass
class TinyVit:
    """Two layers over 2x3 patches; what it has beside them is chosen.

    `prefix` tokens stand before the patches when positions are added, `registers` after that.
    Lengths are constants where `is_fixed`, as tracing leaves them, and computed elsewhere; with
    `has_open_batch` the batch is computed beside them.
    """

    prefix: int = 1
    registers: int = 0
    is_fixed: bool = True
    has_open_batch: bool = False
    is_rotary: bool = False
    has_positions: bool = True
    pooling: str = "first"

    def __post_init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.rng = np.random.default_rng(5)

    def constant(self, value: np.ndarray) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def weights(self, *shape: int) -> str:
        return self.constant(self.rng.normal(0, 0.2, shape).astype(np.float32))

    def add(self, operation: str, *inputs: str, **attributes: object) -> str:
        name = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, list(inputs), [name], name, **attributes))
        return name

    def reshaped(self, x: str, *shape: int) -> str:
        return self.add("Reshape", x, self.constant(np.array(shape)))

    def heads(self, x: str, tokens: int) -> str:
        """[1, tokens, width] to [1, heads, tokens, width of a head]."""
        x = self.add("MatMul", x, self.weights(WIDTH, WIDTH))
        each = WIDTH // HEADS
        if self.has_open_batch:
            batch = self.add("Gather", self.add("Shape", x), self.constant(np.array([0])))
            rest = self.constant(np.array([tokens, HEADS, each]))
            x = self.add("Reshape", x, self.add("Concat", batch, rest, axis=0))
        elif self.is_fixed:
            x = self.reshaped(x, 1, tokens, HEADS, each)
        else:
            count = self.add("Gather", self.add("Shape", x), self.constant(np.array([1])))
            one, rest = self.constant(np.array([1])), self.constant(np.array([HEADS, each]))
            x = self.add("Reshape", x, self.add("Concat", one, count, rest, axis=0))
        x = self.add("Transpose", x, perm=[0, 2, 1, 3])
        return self.add("Mul", x, self.weights(tokens, each)) if self.is_rotary else x

    def layer(self, x: str, tokens: int) -> str:
        query, key, value = (self.heads(x, tokens) for _ in range(3))
        scores = self.add("MatMul", query, self.add("Transpose", key, perm=[0, 1, 3, 2]))
        seen = self.add("MatMul", self.add("Softmax", scores, axis=-1), value)
        seen = self.add("Transpose", seen, perm=[0, 2, 1, 3])
        seen = self.reshaped(seen, 1, tokens if self.is_fixed else -1, WIDTH)
        x = self.add("Add", x, self.add("MatMul", seen, self.weights(WIDTH, WIDTH)))
        return self.add("Add", x, self.add("Tanh", self.add("Mul", x, self.weights(WIDTH))))

    def pooled(self, x: str, tokens: int) -> str:
        if self.pooling == "mean":
            return self.add("ReduceMean", x, axes=[1], keepdims=0)
        if self.pooling == "mix":
            return self.reshaped(self.add("MatMul", self.weights(1, tokens), x), 1, -1)
        if self.pooling == "first":
            return self.add("Gather", x, self.constant(np.array(0)), axis=1)
        return x

    def write(self, path: Path) -> Path:
        kernel = self.weights(WIDTH, 3, PATCH, PATCH)
        x = self.add("Conv", "image", kernel, kernel_shape=[PATCH] * 2, strides=[PATCH] * 2)
        x = self.add("Transpose", self.reshaped(x, 1, WIDTH, PATCHES), perm=[0, 2, 1])
        tokens = self.prefix + PATCHES
        if self.prefix:
            x = self.add("Concat", self.weights(1, self.prefix, WIDTH), x, axis=1)
        if self.has_positions:
            x = self.add("Add", x, self.weights(1, tokens, WIDTH))
        if self.registers:
            x = self.add("Concat", self.weights(1, self.registers, WIDTH), x, axis=1)
            tokens += self.registers
        for _ in range(2):
            x = self.layer(x, tokens)
        answer = self.pooled(x, tokens)
        graph = helper.make_graph(
            self.nodes,
            "tiny",
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, *SIZE])],
            [helper.make_tensor_value_info(answer, TensorProto.FLOAT, None)],
            self.constants,
        )
        # Its own version of the format would be too new for the runtime.
        opsets = [helper.make_opsetid("", 17)]
        onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=8), str(path))
        return path
