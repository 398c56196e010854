"""API key of a client: kept so that nothing shows it, and checked once."""

from __future__ import annotations

import os

from coobird.errors import ConfigurationError

# typing takes as long to import as the rest of the client, and only type checkers need it.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

API_KEY_VARIABLE = "COOBIRD_API_KEY"

QUOTES = "'\""


class ApiKey:
    """An API key that only `reveal` shows: it is in no repr, log line or traceback."""

    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        self._value = value

    def reveal(self) -> Any:
        """Return the key itself. Do not keep it in a local variable: some tracebacks show those."""
        return self._value

    def redact(self, text: str) -> str:
        """Return the text without the key, in case a server or a library has quoted it."""
        if self._value is None:
            return text
        if len(self._value) >= 8:
            return text.replace(self._value, "***")
        # A very short key may be part of ordinary words, which replacing it would garble.
        import re

        return re.sub(rf"(?<!\w){re.escape(self._value)}(?!\w)", "***", text)

    def __repr__(self) -> str:
        return "ApiKey('***')"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an API key cannot be pickled or copied")


MISSING = (
    f'No API key: write Coomon("sk_...") or set the environment variable {API_KEY_VARIABLE}. '
    "Make a key in the dashboard under Settings > API Keys. (In tests, disabled=True needs no key.)"
)


def resolve_key(given: ApiKey, *, is_optional: bool = False) -> ApiKey:
    """Return the key of a client, as given or from the environment.

    Args:
        given: Key as given; it holds `None` if none was.
        is_optional: True if the client may have none, which only tracks through a transport.

    Raises:
        ConfigurationError: There is none, or it cannot work. The message does not show it.
    """
    key, source = given, "api_key"
    if key.reveal() is None:
        key, source = ApiKey(os.environ.get(API_KEY_VARIABLE) or None), API_KEY_VARIABLE
    if key.reveal() is None:
        if is_optional:
            return key
        raise ConfigurationError(MISSING)
    if flaw := _flaw_of(key):
        raise ConfigurationError(
            f"{source} {flaw}. Copy the key from the dashboard again, exactly as it is shown there."
        )
    return key


def _flaw_of(key: ApiKey) -> str | None:
    """Return the reason why a key cannot work, in words that do not show it; `None` if it can."""
    if not isinstance(key.reveal(), str):
        return f"must be a text, not {type(key.reveal()).__name__}"
    if not key.reveal():
        return "is empty"
    if key.reveal().isspace():
        return "is blank"
    if key.reveal() != key.reveal().strip(QUOTES):
        return "is in quotes, which docker --env-file takes as part of the value: write it without them"
    if key.reveal() != key.reveal().strip():
        return "begins or ends with white space or a line break: strip() it"
    if not key.reveal().isascii():
        return "has a character that is not ASCII"
    if " " in key.reveal() or not key.reveal().isprintable():
        return "has a space, a line break or another control character in it"
    return "is a URL; the server goes into host=" if "://" in key.reveal() else None
