"""Logger of this package, and the debug log: lines about requests and deliveries.

Apart, because it loads `logging` only with the first line: most programs never write one.
"""

from __future__ import annotations

import os
import sys

from coobird._settings.settings import LOG_LEVELS, LOG_VARIABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from logging import Logger


def logger() -> Logger:
    """Return the logger of this package. `COOBIRD_LOG` makes it write, unless the program does."""
    import logging

    log = logging.getLogger("coobird")
    if (level := os.environ.get(LOG_VARIABLE, "").lower()) in LOG_LEVELS:
        _show(log, level)
    return log


def is_on(*, debug: bool) -> bool:
    """True if debug lines are written: the environment, the logger's level, or `debug` says so."""
    if debug or os.environ.get(LOG_VARIABLE, "").lower() == "debug":
        return True
    logging = sys.modules.get("logging")  # a program that has not loaded it has set no level
    return logging is not None and logging.getLogger("coobird").isEnabledFor(logging.DEBUG)


def trace(text: str) -> None:
    """Write a line, also if the program has not configured logging. Never raises."""
    try:
        log = logger()
        _show(log, "debug")
        log.debug(text)
    except Exception:  # noqa: BLE001, S110 - a handler that fails must not end a delivery, and no other log is left
        pass


def _show(log: Logger, level: str) -> None:
    """Set what the program has not set: a handler, and the level."""
    if not log.hasHandlers():
        from logging import StreamHandler

        log.addHandler(StreamHandler())
    if not log.level:
        log.setLevel(level.upper())
