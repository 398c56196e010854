"""Programs that are the first process (PID 1) of a namespace, as in a container."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache

FIRST = ("unshare", "--pid", "--fork", "--kill-child")
"""Command that makes the next one the first process of a namespace of its own."""


@cache
def has_namespaces() -> bool:
    """True if this machine has `unshare`, and lets us use it."""
    return shutil.which(FIRST[0]) is not None and subprocess.run([*FIRST, "true"], capture_output=True).returncode == 0
