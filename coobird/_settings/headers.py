"""Headers that a program adds to its direct calls, checked (pure)."""

from __future__ import annotations

from coobird.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# Each has a meaning for the connection or the call, so another value would break it.
_SET_BY_US = frozenset(
    (
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "idempotency-key",
        "transfer-encoding",
        "user-agent",
    )
)
# The punctuation that a header's name may have. Source: RFC 9110, section 5.6.2.
_PUNCTUATION = frozenset("!#$%&'*+-.^_`|~")


def checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers, with their names in lower case.

    Raises:
        ConfigurationError: They are no mapping, a name or a value cannot be a header's, or the SDK
            sets that header.
    """
    if not hasattr(headers, "items"):
        raise ConfigurationError(f"headers must be a mapping of names to values, not {type(headers).__name__}.")
    checked: dict[str, str] = {}
    for name, value in headers.items():
        if not isinstance(name, str) or not name or not all(_may_be_in_a_name(character) for character in name):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without types
            raise ConfigurationError(f"{name!r} is no name of a header: write letters, digits and hyphens.")
        if name.lower() in _SET_BY_US:
            raise ConfigurationError(f"The header {name} is set by the SDK for each call: leave it out.")
        # The value may be a secret, so no message shows it.
        if not isinstance(value, str) or not value.isascii() or (value and not value.isprintable()):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigurationError(f"The value of the header {name} must be a text of printable ASCII.")
        checked[name.lower()] = value.strip()
    return checked


def _may_be_in_a_name(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character in _PUNCTUATION)
