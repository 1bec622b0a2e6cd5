"""Without PyTorch, which takes gigabytes, the tests in `networks/` are left out."""

from __future__ import annotations

import importlib.util

HAS_TORCH = importlib.util.find_spec("torch") is not None
collect_ignore = [] if HAS_TORCH else ["networks"]


def pytest_report_header() -> str:
    return "all tests" if HAS_TORCH else "no PyTorch: tests/networks is left out"
