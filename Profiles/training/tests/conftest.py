"""Without PyTorch, which takes gigabytes, the tests in `networks/` are left out."""

from __future__ import annotations

import importlib.util

import cv2

HAS_TORCH = importlib.util.find_spec("torch") is not None
collect_ignore = [] if HAS_TORCH else ["networks"]

cv2.setNumThreads(1)  # as in the program: training forks


def pytest_report_header() -> str:
    return "all tests" if HAS_TORCH else "no PyTorch: tests/networks is left out"
