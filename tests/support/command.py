"""How the command is run as a program."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

COMMAND = [sys.executable, "-W", "error", "-X", "utf8", "-m", "coobird.cli"]

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]
