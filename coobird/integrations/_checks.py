"""Checks of what integrations are given: the packages of an extra, and the clients of both sides.

They run at construction, so that a mistake is an error there and not a call that is never metered.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from coobird.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def needs_extra(name: str) -> Generator[None]:
    """Surround imports of an extra's packages: the error for a missing one says what to install."""
    try:
        yield
    except ImportError as error:
        raise type(error)(f"{error}: pip install 'coobird[{name}]'", name=error.name, path=error.path) from error


def check_coomon(client: object) -> None:
    """Refuse an object that can neither track events nor report a failure of metering.

    Raises:
        ConfigurationError: It is neither a `Coomon` nor an `AsyncCoomon`.
    """
    needed = ("track_task", "current_run", "report")
    if isinstance(client, type) or not all(callable(getattr(client, name, None)) for name in needed):
        raise ConfigurationError(f"coomon must be a Coomon or an AsyncCoomon, not {_kind(client)}.")


def check_sdk_client(client: object, package: str, example: str, *, has: str = "request") -> None:
    """Refuse an object that makes no calls: a class, a part of a client, another package's client.

    Args:
        has: Attribute that only clients have.

    Raises:
        ConfigurationError: It is no client of this package.
    """
    # `__class__` instead of `type()`, because a proxy has its target's `__class__`.
    bases: Any = client.__class__.__mro__
    is_of_package = any(f"{base.__module__}.".startswith(f"{package}.") for base in bases)
    is_client = is_of_package and hasattr(client, has)
    if isinstance(client, type) or not is_client:
        raise ConfigurationError(
            f"No client of {package}, so nothing would be metered: {_kind(client)}. Write {example}."
        )


def _kind(value: object) -> str:
    return f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__
