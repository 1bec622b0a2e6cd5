"""Many files on a Ray cluster: `maskstream.ray.mask_files`, and the command `maskstream-ray`.

Needs the extra: `pip install "maskstream[ray]"`, on every node, and the program.
"""

try:
    from maskstream.ray.dataset import mask_files
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"{error.name} is not installed: pip install 'maskstream[ray]'", name=error.name
    ) from error

__all__ = ["mask_files"]
