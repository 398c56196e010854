"""Prices of one's own from a TOML file or a mapping, with the place of what is wrong in them."""

from __future__ import annotations

import os
import tomllib
from bisect import bisect_left
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coobird.errors import ConfigurationError
from coobird.integrations._metering.own_prices import WrongPriceError, own_prices_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from coobird.integrations._metering.own_prices import OwnPrices, Place


def check_prices(prices: str | os.PathLike[str] | Mapping[str, Any]) -> None:
    """Check prices of one's own, as every integration does that is given them as `prices=`.

    Args:
        prices: Path of a TOML file, or a mapping of the same form.

    Raises:
        ConfigurationError: The file cannot be read, or an entry is wrong. The message names the
            file and the line, or the path in the mapping.
    """
    read_prices(prices)


def read_prices(prices: str | os.PathLike[str] | Mapping[str, Any]) -> OwnPrices:
    """Read and check prices of one's own.

    Args:
        prices: Path of a TOML file, or a mapping of the same form.

    Raises:
        ConfigurationError: The file cannot be read, or an entry is wrong. The message names the
            file and the line, or the path in the mapping.
    """
    if isinstance(prices, Mapping):
        return _checked(prices, lambda place: "prices" + "".join(f"[{key!r}]" for key in place))
    if not isinstance(prices, (str, os.PathLike)):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigurationError(f"prices must be the path of a TOML file or a mapping, not {type(prices).__name__}.")
    try:
        content = Path(prices).read_bytes()
    except OSError as error:
        raise ConfigurationError(f"The file of prices cannot be read: {error}") from error
    try:
        text = content.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"{os.fspath(prices)}, line {line}: not UTF-8.") from error
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{os.fspath(prices)} is not TOML: {error}.") from error
    return _checked(data, lambda place: f"{os.fspath(prices)}, line {line_of(text, place)}")


def line_of(text: str, place: Place) -> int:
    """Return the line, from 1, on which the statement begins that makes this value."""
    lines = text.split("\n")

    def is_made_by(count: int) -> bool:
        # A statement of several lines can be parsed at its last line.
        for end in range(count, len(lines) + 1):
            with suppress(tomllib.TOMLDecodeError):
                return _has(tomllib.loads("\n".join(lines[:end]) + "\n"), place)
        return True

    return bisect_left(range(len(lines) + 1), True, key=is_made_by)


def _has(value: Any, place: Place) -> bool:
    try:
        for key in place:
            value = value[key]
    except (LookupError, TypeError):
        return False
    return True


def _checked(data: object, name_of: Callable[[Place], str]) -> OwnPrices:
    try:
        return own_prices_of(data)
    except WrongPriceError as error:
        raise ConfigurationError(f"{name_of(error.place)}: {error}.") from None
