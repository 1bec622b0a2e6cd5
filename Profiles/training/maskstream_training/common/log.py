"""What the commands say while they run."""

from __future__ import annotations

import logging

log = logging.getLogger("training")
