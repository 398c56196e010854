"""The command line that starts the command `coobird`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

COMMAND = [sys.executable, "-W", "error", "-X", "utf8", "-m", "coobird.cli"]

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]
