"""Many files on a Ray cluster: `maskstream.ray.mask_files`, and the command `maskstream-ray`.

Needs the extra: `pip install "maskstream[ray]"`, on every node, and the program.
"""

from maskstream.ray.dataset import mask_files

__all__ = ["mask_files"]
