"""Arguments over environment over defaults, checked once (pure but for reading the environment).

Whatever cannot work is refused here, when the client is built, and not hours later in a background thread.
"""

from __future__ import annotations

import os

from coobird._settings.host import DEFAULT_HOST, resolve_host
from coobird.errors import ConfigurationError

# typing costs as much to import as the rest of this package, and only type checkers need it.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike
    from typing import Any, NoReturn

    from coobird.errors import CoobirdError

API_KEY_VARIABLE = "COOBIRD_API_KEY"
# The most events that one POST /events/batch takes. Source: openapi/coobird.yaml track_events.
MAX_BATCH_EVENTS = 1000
# A gibibyte: three million everyday events, hours of an outage at full speed.
DEFAULT_SPOOL_BYTES = 1 << 30
# A year. More is a mistake of units, and far above it the system's own timers overflow.
MAX_SECONDS = 31_536_000.0
# inspect.CO_COROUTINE, without its import.
_COROUTINE = 0x80


class ApiKey:
    """An API key that can be kept anywhere, because only `reveal` shows it: no repr, no log, no traceback does."""

    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        self._value = value

    def reveal(self) -> Any:
        """Return the key itself. Do not keep it in a local variable: tracebacks show those."""
        return self._value

    def redact(self, text: str) -> str:
        """Return the text without the key, should a server or a library have quoted it."""
        if len(self._value) >= 8:
            return text.replace(self._value, "***")
        # A very short key may be part of ordinary words, which replacing it would garble.
        import re

        return re.sub(rf"(?<!\w){re.escape(self._value)}(?!\w)", "***", text)

    def __repr__(self) -> str:
        return "ApiKey('***')"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an API key cannot be pickled or copied")


class Settings:
    """What a client was told, complete and checked; it never changes. Times are in seconds."""

    def __init__(
        self,
        api_key: ApiKey,
        *,
        host: str = DEFAULT_HOST,
        flush_at: int = 20,
        flush_interval: float = 10.0,
        max_retries: int = 3,
        max_batch_size: int = 100,
        max_queue_size: int = 1000,
        request_timeout: float = 10.0,
        shutdown_timeout: float = 30.0,
        debug: bool = False,
        disabled: bool = False,
        on_error: Callable[[CoobirdError], object] | None = None,
        spool: str | PathLike[str] | None = None,
        spool_sync: str = "normal",
        spool_max_bytes: int = DEFAULT_SPOOL_BYTES,
    ) -> None:
        self.api_key = api_key
        self.host = host
        self.flush_at = flush_at
        self.flush_interval = flush_interval
        self.max_retries = max_retries
        self.max_batch_size = max_batch_size
        self.max_queue_size = max_queue_size
        self.request_timeout = request_timeout
        self.shutdown_timeout = shutdown_timeout
        self.debug = debug
        self.disabled = disabled
        self.on_error = on_error
        self.spool = spool
        self.spool_sync = spool_sync
        self.spool_max_bytes = spool_max_bytes

    def replace(self, **changes: Any) -> Settings:
        """Return a copy with some values changed, checked like the others."""
        changed = Settings(**{**vars(self), **changes})
        _check_limits(changed)
        return changed

    def __repr__(self) -> str:
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"


def resolve(settings: Settings, host: str | None) -> Settings:
    """Return the settings with key and host filled in from the environment, checked.

    Raises:
        ConfigurationError: Something cannot work. The message says what to write instead.
    """
    _check_limits(settings)
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
    from coobird._settings.spool_settings import resolve_spool

    return settings.replace(api_key=_resolve_key(settings), host=resolve_host(host), spool=resolve_spool(settings))


def _check_limits(settings: Settings) -> None:
    _check_count("flush_at", settings.flush_at, 1, "write 1 to send every event at once")
    _check_count("max_retries", settings.max_retries, 0, "write 0 to never retry")
    _check_count("max_batch_size", settings.max_batch_size, 1, f"write 1 to {MAX_BATCH_EVENTS}")
    _check_count("max_queue_size", settings.max_queue_size, 1, "write how many events may wait in memory")
    _check_seconds("flush_interval", settings.flush_interval, "write 0 for no timer")
    _check_seconds("request_timeout", settings.request_timeout, "write how many seconds one request may take")
    _check_seconds("shutdown_timeout", settings.shutdown_timeout, "write how many seconds shutdown() may take")
    if settings.request_timeout == 0:
        raise ConfigurationError("request_timeout must be above 0: no request can be answered in no time.")
    if settings.max_batch_size > MAX_BATCH_EVENTS:
        raise ConfigurationError(
            f"max_batch_size is {settings.max_batch_size}, but the API takes at most {MAX_BATCH_EVENTS} events in a request."
        )
    if settings.flush_at > settings.max_queue_size:
        raise ConfigurationError(
            f"flush_at ({settings.flush_at}) is above max_queue_size ({settings.max_queue_size}), so it would never be "
            "reached and events would be dropped: lower flush_at or raise max_queue_size."
        )


def _check_count(name: str, value: object, least: int, advice: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ConfigurationError(f"{name} must be a whole number of at least {least}, not {value!r}: {advice}.")


def _check_seconds(name: str, value: object, advice: str) -> None:
    # NaN fails every comparison, so it is refused by asking for what is allowed.
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= MAX_SECONDS:
        raise ConfigurationError(
            f"{name} must be a number of seconds from 0 to {MAX_SECONDS:.0f}, not {value!r}: {advice}."
        )


def _resolve_key(settings: Settings) -> ApiKey:
    key = settings.api_key
    if settings.disabled:
        return key
    source = "api_key"
    if key.reveal() is None:
        key, source = ApiKey(os.environ.get(API_KEY_VARIABLE) or None), API_KEY_VARIABLE
    if key.reveal() is None:
        raise ConfigurationError(
            f'No API key: write Coomon("sk_...") or set the environment variable {API_KEY_VARIABLE}. '
            "Keys are made in the dashboard under Settings > API Keys. (Tests can do with disabled=True.)"
        )
    if flaw := _flaw_of_key(key):
        raise ConfigurationError(f"{source} {flaw}. Copy the key from the dashboard again, as it stands there.")
    return key


def _flaw_of_key(key: ApiKey) -> str | None:
    """What is wrong with the key, in words that do not show it."""
    if not isinstance(key.reveal(), str):
        return f"must be a text, not {type(key.reveal()).__name__}"
    if not key.reveal():
        return "is empty"
    if key.reveal().isspace():
        return "is blank"
    if key.reveal() != key.reveal().strip():
        return "begins or ends with white space or a line break: strip() it"
    if not key.reveal().isascii():
        return "has a character that is not ASCII"
    if " " in key.reveal() or not key.reveal().isprintable():
        return "has a space, a line break or another control character in it"
    return "is a URL; the server goes into host=" if "://" in key.reveal() else None
