"""What integrations are given, looked at before a call relies on it: the packages they are for, and the clients of both sides."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from coobird.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def needs_extra(name: str) -> Generator[None]:
    """Around the imports of an extra's packages: says what to install if one is missing."""
    try:
        yield
    except ImportError as error:
        raise type(error)(f"{error}: pip install 'coobird[{name}]'", name=error.name, path=error.path) from error


def check_coomon(client: object) -> None:
    """Refuse what could not even be told that metering fails.

    Raises:
        ConfigurationError: It is neither a `Coomon` nor an `AsyncCoomon`.
    """
    needed = ("track_task", "current_run", "report")
    if isinstance(client, type) or not all(callable(getattr(client, name, None)) for name in needed):
        raise ConfigurationError(f"coomon must be a Coomon or an AsyncCoomon, not {_kind(client)}.")


def check_sdk_client(client: object, package: str, example: str) -> None:
    """Refuse what no call goes through: a class, a part of a client, another package's client.

    Raises:
        ConfigurationError: It is no client of this package.
    """
    # Asked of `__class__`, which proxies answer for what they stand for.
    bases: Any = client.__class__.__mro__
    is_client = hasattr(client, "request") and any(base.__module__.partition(".")[0] == package for base in bases)
    if isinstance(client, type) or not is_client:
        raise ConfigurationError(
            f"No client of {package}, so nothing would be metered: {_kind(client)}. Write {example}."
        )


def _kind(value: object) -> str:
    return f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__
