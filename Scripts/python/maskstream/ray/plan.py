"""How rows are shared out: tiny ones together, long ones in segments."""

from collections.abc import Sequence

from maskstream.ray.table import Row

TINY = 8 << 20
"""Bytes of a file from which on the program's start, 0.26 s, is little."""

MOST = 32
"""Tiny files in one run: what is lost with a worker."""


def groups(rows: Sequence[Row], slots: int, alone: int = TINY) -> list[list[int]]:
    """Share rows out to runs of the program.

    Long files come first and alone, the longest at the front; so do those of unknown length. Tiny
    ones follow in groups that become smaller towards the end, so that all slots end at about the
    same time (guided self-scheduling).

    Args:
        rows: what is to be masked.
        slots: how many runs there can be at a time.
        alone: bytes of a file that has a run of its own.

    Returns:
        The rows' places in `rows`, each once.
    """
    sizes = [alone if row.size is None else row.size for row in rows]
    order = sorted(range(len(rows)), key=lambda index: (-sizes[index], index))
    planned = [[index] for index in order if sizes[index] >= alone]
    tiny = order[len(planned) :]
    while tiny:
        count = min(MOST, max(1, len(tiny) // (2 * max(1, slots))))
        planned.append(tiny[:count])
        tiny = tiny[count:]
    return planned
