"""Settings of a client: arguments over environment over defaults, checked once.

A value that cannot work is refused when the client is built, not hours later in a background
thread.
"""

from __future__ import annotations

import os

from coobird._settings.api_key import ApiKey, resolve_key
from coobird._settings.host import resolve_host
from coobird._settings.testing import check_variable
from coobird.errors import ConfigurationError

# typing takes as long to import as the rest of the client, and only type checkers need it.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Unpack

    import httpx

    from coobird._settings.options import CoomonOptions
    from coobird._settings.transport import Place
    from coobird.errors import CoobirdError

SPOOL_VARIABLE = "COOBIRD_SPOOL"
TRANSPORT_VARIABLE = "COOBIRD_TRANSPORT"
LOG_VARIABLE = "COOBIRD_LOG"
LOG_LEVELS = ("info", "debug")
"""Values of the environment variable that shows the log without any code."""

MAX_BATCH_EVENTS = 1000
"""Most events that one POST /events/batch takes. Source: openapi/coobird.yaml track_events."""

MIN_SPOOL_BYTES = 64 * 1024
"""Below this a spool could not hold a single event of the largest size."""

MAX_SECONDS = 31_536_000.0
"""A year. More is a mistake of units, and far above it the system's own timers overflow."""

INF = float("inf")
"""Seconds without end. Not that of `math`: a shared library takes as long to load as six modules of
this package."""

# inspect.CO_COROUTINE, without its import.
_COROUTINE = 0x80


class Settings:
    """Settings of one client, complete and checked. They never change. Times are in seconds.

    Each option stands here with its type and its default, which is `None` if none is written. The
    types that may be given, and the documentation, are in `CoomonOptions`.
    """

    api_key: ApiKey
    host: str
    flush_at: int = 20
    flush_interval: float = 10.0
    max_retries: int = 3
    max_batch_size: int = 100
    max_queue_size: int = 1000
    # A day: an outage over a night is noticed and repaired, and older usage may be billed already.
    max_event_age: float = 86_400.0
    request_timeout: float = 10.0
    shutdown_timeout: float = 30.0
    debug: bool = False
    disabled: bool = False
    on_error: Callable[[CoobirdError], object] | None
    spool: str | None
    spool_sync: str = "normal"
    # A gibibyte: three million everyday events, hours of an outage at full speed.
    spool_max_bytes: int = 1 << 30
    transport: Place | None
    http_client: httpx.Client | None

    def __init__(self, api_key: ApiKey, **options: Unpack[CoomonOptions]) -> None:
        """Check the options, and complete them from the environment and the defaults.

        Raises:
            ConfigurationError: A value cannot work. The message says what to write instead.
            TypeError: There is no such option.
        """
        if unknown := options.keys() - DEFAULTS.keys():
            raise TypeError(f"A client has no option {min(unknown)!r}. Its options are {', '.join(DEFAULTS)}.")
        vars(self).update(DEFAULTS, api_key=api_key, **options)
        check_variable()
        _check_limits(self)
        _check_kinds(self)
        # A client that sends nothing needs no broker.
        self.transport = None if self.disabled else resolve_transport(options.get("transport"))
        if not self.disabled:
            self.api_key = resolve_key(api_key, is_optional=self.transport is not None)
        self.host = resolve_host(options.get("host"))
        # A client that sends nothing opens no file.
        self.spool = None if self.disabled else resolve_spool(options.get("spool"))
        if self.spool is not None and "max_event_age" not in options:
            self.max_event_age = INF

    @property
    def spool_owner(self) -> ApiKey:
        """Key whose events a spool keeps apart from others.

        With a transport it is the alias, because the client may have no key.
        """
        return self.api_key if self.transport is None else ApiKey(f"transport {self.transport.alias}")

    def replace(self, **changes: Any) -> Settings:
        """Return a copy with other limits, checked again."""
        changed = object.__new__(Settings)
        vars(changed).update(vars(self), **changes)
        _check_limits(changed)
        return changed

    def __repr__(self) -> str:
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"


DEFAULTS: dict[str, Any] = {name: vars(Settings).get(name) for name in Settings.__annotations__ if name != "api_key"}
"""Default of each option, by name; `None` if it has none, or the environment may name it."""


def resolve_spool(given: object) -> str | None:
    """Return the spool's path, as given or from the environment; `None` if there is to be none.

    The path is absolute, because a program may change its working directory while it runs.

    Raises:
        ConfigurationError: It is not a path. The message says what to write instead.
    """
    path, source = given, "spool"
    if path is None:
        path, source = os.environ.get(SPOOL_VARIABLE) or None, SPOOL_VARIABLE
    if path is None:
        return None
    if isinstance(path, os.PathLike):
        path = path.__fspath__()  # pyright: ignore[reportUnknownVariableType] - anything may be given
    if not isinstance(path, str) or not path.strip() or "\0" in path or path.startswith((":", "file:")):
        raise ConfigurationError(f'{source} must be the path of a file, not {given!r}: write for example "usage.db".')
    return os.path.abspath(path)


def resolve_transport(given: object) -> Place | None:
    """Return the transport, as given or from the environment; `None` if events go to the API.

    Raises:
        ConfigurationError: It cannot be used. The message says what to write instead.
    """
    url, source = given, "transport"
    if url is None:
        url, source = os.environ.get(TRANSPORT_VARIABLE) or None, TRANSPORT_VARIABLE
    if url is None:
        return None
    from coobird._settings.transport import read_place

    return read_place(url, source)


def _check_limits(settings: Settings) -> None:
    _check_count("flush_at", settings.flush_at, 1, "write 1 to send every event at once")
    _check_count("max_retries", settings.max_retries, 0, "write 0 to never retry")
    _check_count("max_batch_size", settings.max_batch_size, 1, f"write 1 to {MAX_BATCH_EVENTS}")
    _check_count("max_queue_size", settings.max_queue_size, 1, "write how many events may wait in memory")
    _check_seconds("flush_interval", settings.flush_interval, "write 0 for no timer")
    if settings.max_event_age != INF:
        _check_seconds("max_event_age", settings.max_event_age, "write 0 to drop events when their retries are used up")
    _check_seconds("request_timeout", settings.request_timeout, "write how many seconds one request may take")
    _check_seconds("shutdown_timeout", settings.shutdown_timeout, "write how many seconds shutdown() may take")
    if settings.request_timeout == 0:
        raise ConfigurationError("request_timeout must be above 0: no request can be answered in no time.")
    if settings.max_batch_size > MAX_BATCH_EVENTS:
        raise ConfigurationError(
            f"max_batch_size is {settings.max_batch_size}, but the API takes at most {MAX_BATCH_EVENTS} events in a "
            f"request: write 1 to {MAX_BATCH_EVENTS}."
        )
    if settings.flush_at > settings.max_queue_size:
        raise ConfigurationError(
            f"flush_at ({settings.flush_at}) is above max_queue_size ({settings.max_queue_size}), so it would never be "
            "reached and events would be dropped: lower flush_at or raise max_queue_size."
        )


def _check_kinds(settings: Settings) -> None:
    for name in ("debug", "disabled"):
        if not isinstance(getattr(settings, name), bool):
            raise ConfigurationError(f"{name} must be True or False, not {getattr(settings, name)!r}.")
    if settings.on_error is not None and not callable(settings.on_error):
        raise ConfigurationError(f"on_error must be a function of one argument, not {settings.on_error!r}.")
    if getattr(getattr(settings.on_error, "__code__", None), "co_flags", 0) & _COROUTINE:
        raise ConfigurationError(
            "on_error must be a plain function: it is called in a thread where nothing awaits it. "
            "To go on in an event loop, let it call loop.call_soon_threadsafe(...)."
        )
    if settings.spool_sync not in ("normal", "full"):
        raise ConfigurationError(
            'spool_sync must be "normal" (events survive the end of the process, however it ends) or "full" (they '
            f"survive a power cut as well), not {settings.spool_sync!r}."
        )
    level = os.environ.get(LOG_VARIABLE) or None
    if level is not None and level.lower() not in LOG_LEVELS:
        raise ConfigurationError(f"{LOG_VARIABLE} must be {' or '.join(LOG_LEVELS)}, not {level!r}.")
    _check_count("spool_max_bytes", settings.spool_max_bytes, MIN_SPOOL_BYTES, "write how large the spool may grow")


def _check_count(name: str, value: object, least: int, advice: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ConfigurationError(f"{name} must be a whole number of at least {least}, not {value!r}: {advice}.")


def _check_seconds(name: str, value: object, advice: str) -> None:
    # NaN fails every comparison, so this asks for what is allowed.
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= MAX_SECONDS:
        raise ConfigurationError(
            f"{name} must be a number of seconds from 0 to {MAX_SECONDS:.0f}, not {value!r}: {advice}."
        )
