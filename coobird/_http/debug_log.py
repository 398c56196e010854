"""Logger of this package, and the debug log: lines about requests and deliveries.

Apart, because it loads `logging` only with the first line: most programs never write one.
"""

from __future__ import annotations

import os
import sys

from coobird._http.interruption import is_from_signal_handler
from coobird._settings.settings import LOG_LEVELS, LOG_VARIABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from logging import Logger

_log: Logger | None = None


def logger() -> Logger:
    """Return the logger of this package. `COOBIRD_LOG` makes it write, unless the program does."""
    log = _enabled()
    if (level := os.environ.get(LOG_VARIABLE, "").lower()) in LOG_LEVELS:
        _show(log, level)
    return log


def _enabled() -> Logger:
    global _log  # noqa: PLW0603 - kept: none can be imported once the interpreter ends
    if (log := _log) is None:
        import logging

        log = _log = logging.getLogger("coobird")
    # `logging.config` disables each logger that it does not name and that exists by then. This one
    # may exist or not, after what was sent by then, and its lines are about money.
    log.disabled = False
    return log


def is_switched_off() -> bool:
    """True if the program has switched errors off, by `logging.disable` or the logger's level.

    Raises only what a signal handler raised.
    """
    logging = sys.modules.get("logging")
    try:
        return logging is not None and not logger().isEnabledFor(logging.ERROR)
    except Exception as error:  # an import hook, or half a module: the line is printed instead
        if is_from_signal_handler(error):
            raise
        return False


def is_on(*, debug: bool) -> bool:
    """True if debug lines are written: the environment, the logger's level, or `debug` says so."""
    if debug or os.environ.get(LOG_VARIABLE, "").lower() == "debug":
        return True
    logging = sys.modules.get("logging")  # a program that has not loaded it has set no level
    return logging is not None and _enabled().isEnabledFor(logging.DEBUG)


def trace(text: str) -> None:
    """Write a line, also if the program has not configured logging.

    Raises only what a signal handler raised.
    """
    try:
        log = logger()
        _show(log, "debug")
        log.debug(text)
    except Exception as error:  # a handler that fails must not end a delivery, and no other log is left
        if is_from_signal_handler(error):
            raise


def _show(log: Logger, level: str) -> None:
    """Set what the program has not set: a handler, and the level."""
    if not log.hasHandlers():
        from logging import StreamHandler

        log.addHandler(StreamHandler())
    if not log.level:
        log.setLevel(level.upper())
