"""What a client may be told about its spool, checked once (pure but for reading the environment)."""

from __future__ import annotations

import os

from coobird.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from coobird._settings.settings import Settings

SPOOL_VARIABLE = "COOBIRD_SPOOL"

LEAST_BYTES = 64 * 1024
"""Below this a spool could not hold a single event of the largest size."""


def resolve_spool(settings: Settings) -> str | None:
    """Return the spool's absolute path; `None` if none is wanted. A program may change its folder while it runs.

    Raises:
        ConfigurationError: Something cannot work. The message says what to write instead.
    """
    if settings.spool_sync not in ("normal", "full"):
        raise ConfigurationError(
            f'spool_sync must be "normal" (what is tracked survives the end of the process, however it ends) or "full" (it '
            f"survives a power cut as well), not {settings.spool_sync!r}."
        )
    _check_size(settings.spool_max_bytes)
    given, source = settings.spool, "spool"
    if given is None:
        given, source = os.environ.get(SPOOL_VARIABLE) or None, SPOOL_VARIABLE
    if given is None or settings.disabled:
        return None
    return _path(given, source)


def _check_size(size: object) -> None:
    if not isinstance(size, int) or isinstance(size, bool) or size < LEAST_BYTES:
        raise ConfigurationError(
            f"spool_max_bytes must be a whole number of at least {LEAST_BYTES}, not {size!r}: write how large the spool may grow."
        )


def _path(given: object, source: str) -> str:
    path: object = given
    if isinstance(given, os.PathLike):
        path = given.__fspath__()  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(path, str) or not path.strip() or "\0" in path or path.startswith((":", "file:")):
        raise ConfigurationError(f'{source} must be the path of a file, not {given!r}: write for example "usage.db".')
    return os.path.abspath(path)
