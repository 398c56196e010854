"""Debug log: lines about requests and deliveries, for clients with `debug=True`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from logging import Logger


def logger() -> Logger:
    """Return the logger of this package."""
    import logging  # loaded with the first line, because most programs never write one

    return logging.getLogger("coobird")


def trace(text: str) -> None:
    """Write a line, also if the program has not configured logging. Never raises."""
    try:
        log = logger()
        if not log.hasHandlers():
            from logging import StreamHandler

            log.addHandler(StreamHandler())
        if not log.level:
            log.setLevel("DEBUG")
        log.debug(text)
    except Exception:  # noqa: BLE001, S110 - a handler that fails must not end a delivery, and no other log is left
        pass
